// rejection_resample: elements so that their classes come as often as is asked for. Source:
// tensorflow/python/data/ops/dataset_ops.py (rejection_resample and what it calls).
#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "base/fail.h"
#include "data/op_seeds.h"
#include "data/stages.h"
#include "op/emit.h"

namespace rill {
namespace data {
namespace {

using Floats = std::vector<float>;

constexpr int64_t kPhiloxBlocksADraw = 256;  // what a seeded op of TensorFlow sets aside
constexpr int64_t kEstimated = 32;           // elements between two estimates of the classes
constexpr int64_t kSmoothing = 10;           // of each class are taken as seen

int64_t class_index(const Dataset::Key& class_of, const Values& element, size_t classes) {
  const int64_t index = class_of(element);
  if (index >= 0 && index < static_cast<int64_t>(classes)) return index;
  fail(Code::invalid_argument, "rejection_resample(): class ", index, " of ", classes, " classes");
}

// How often a class is accepted, and how often an element is taken without being asked.
Values mix_of(const Floats& initial, const Floats& target) {
  Floats ratio(target.size());
  for (size_t i = 0; i < ratio.size(); ++i) {
    ratio[i] = target[i] / (initial[i] + std::numeric_limits<float>::min());
  }
  const auto [low, high] = std::minmax_element(ratio.begin(), ratio.end());
  const float least = *low, span = *high - *low;
  for (float& r : ratio) r = (r - least) / span;
  return {Tensor::vector(ratio), Tensor::scalar(least)};
}

// The share of each class among what was seen so far.
Dataset estimated(const Dataset& data, const Dataset::Key& class_of, size_t classes) {
  const auto update = [classes](const Values& state, const Values& batch) {
    auto counts = state[0].to_vector<int64_t>();
    for (const int64_t c : batch[0].to_vector<int64_t>()) ++counts[static_cast<size_t>(c)];
    double total = 0;
    for (const int64_t n : counts) total += static_cast<double>(n);
    Floats rows;
    for (int64_t row = 0; row < kEstimated; ++row) {
      for (const int64_t n : counts) {
        rows.push_back(static_cast<float>(static_cast<double>(n) / total));
      }
    }
    return std::pair(Values{Tensor::vector(counts)},
                     Values{Tensor::of(rows, {kEstimated, static_cast<int64_t>(classes)})});
  };
  return data
      .map([class_of, classes](const Values& e) {
        return Values{Tensor::scalar(class_index(class_of, e, classes))};
      })
      .batch(kEstimated)
      .scan({Tensor::vector(std::vector<int64_t>(classes, kSmoothing))}, update)
      .unbatch();
}

Values with_class(int64_t index, Values element) {
  element.insert(element.begin(), Tensor::scalar(static_cast<int32_t>(index)));
  return element;
}

// Elements {class, ...} that were accepted. `mixes`: a mix an element.
StagePtr accepted(StagePtr mixes, StagePtr input, const Dataset::Key& class_of,
                  std::pair<uint64_t, uint64_t> seeds) {
  return stage_of([mixes = std::move(mixes), input = std::move(input), class_of, seeds] {
    const auto mix = std::shared_ptr<Cursor>(mixes->start());
    const auto cursor = std::shared_ptr<Cursor>(input->start());
    return cursor_of([mix, cursor, class_of, seeds, drawn = int64_t{0}](Values& element) mutable {
      const Value key = Tensor::vector<uint64_t>({seeds.first});
      for (Values now, source; mix->next(now) && cursor->next(source);) {
        const auto accept = now[0].to_vector<float>();
        const int64_t index = class_index(class_of, source, accept.size());
        const auto at = static_cast<uint64_t>(kPhiloxBlocksADraw * drawn++);
        const Value draw =
            emit("StatelessRandomUniformV2",
                 {Tensor::vector(std::vector<int32_t>{}), key,
                  Tensor::vector<uint64_t>({at, seeds.second}), Tensor::scalar(int32_t{1})},
                 {{"dtype", DType::float32}});
        if (!(draw.item<float>() < accept[static_cast<size_t>(index)])) continue;
        element = with_class(index, std::move(source));
        return true;
      }
      return false;
    });
  });
}

Floats distribution(const std::vector<double>& given, size_t classes, const char* what) {
  if (given.size() != classes || given.empty()) {
    fail(Code::invalid_argument, "rejection_resample(): ", what, " has ", given.size(),
         " classes, target_dist has ", classes);
  }
  return Floats(given.begin(), given.end());
}

}  // namespace
}  // namespace data

Dataset Dataset::rejection_resample(Key class_of, const std::vector<double>& target_dist,
                                    const ResampleOptions& o) const {
  const size_t classes = target_dist.size();
  const std::vector<float> target = data::distribution(target_dist, classes, "target_dist");
  const bool known = !o.initial_dist.empty();
  Dataset whole = map([class_of, classes](const Values& e) {
    return data::with_class(data::class_index(class_of, e, classes), e);
  });
  Dataset initial =
      known ? from_tensors(
                  {Tensor::vector(data::distribution(o.initial_dist, classes, "initial_dist"))})
                  .repeat()
            : data::estimated(*this, class_of, classes);
  const Dataset mixes = initial.map(
      [target](const Values& e) { return data::mix_of(e[0].to_vector<float>(), target); });
  Dataset kept(data::accepted(mixes.stage_, stage_, std::move(class_of),
                              data::op_seeds(o.seed, o.global_seed)));
  if (known) {
    float least = std::numeric_limits<float>::infinity();
    for (size_t i = 0; i < classes; ++i) {
      least = std::min(least, target[i] / static_cast<float>(o.initial_dist[i]));
    }
    if (least == 1) return whole;
    if (least == 0) return kept;
  }
  const auto choose = [](const Values& e) {
    const float original = e[1].item<float>();
    const Tensor shares = Tensor::of(std::vector<float>{original, 1 - original}, {1, 2});
    return Values{
        emit("StatelessMultinomial", {emit("Log", {shares}), Tensor::scalar(int32_t{1}), e[2]})
            .reshaped({})};
  };
  const Dataset draws = random({.seed = o.seed, .global_seed = o.global_seed}).batch(2);
  return choose_from_datasets({whole, kept}, zip({mixes, draws}).map(choose), true);
}

}  // namespace rill
