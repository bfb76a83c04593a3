// random, choose_from_datasets, sample_from_datasets: which data set the next element is from.
// Sources: tensorflow/core/kernels/data/experimental/directed_interleave_dataset_op.cc,
// random_dataset_op.cc; tensorflow/python/data/ops/sample_from_datasets_op.py.
#include <cmath>
#include <utility>

#include "base/fail.h"
#include "data/op_seeds.h"
#include "data/stages.h"
#include "kernels/philox.h"
#include "op/emit.h"

namespace rill {
namespace data {
namespace {

class ChoosingCursor final : public Cursor {
 public:
  ChoosingCursor(CursorPtr choices, std::vector<CursorPtr> inputs, bool stop_on_empty)
      : choices_(std::move(choices)),
        inputs_(std::move(inputs)),
        left_(inputs_.size()),
        stop_on_empty_(stop_on_empty) {}

  bool next(Values& element) override {
    Values choice;
    while (left_ > 0 && choices_->next(choice)) {
      CursorPtr& input = inputs_[index_of(choice)];
      if (!input) continue;  // it has ended: the next choice counts
      if (input->next(element)) return true;
      input.reset();
      left_ = stop_on_empty_ ? 0 : left_ - 1;
    }
    left_ = 0;
    return false;
  }

 private:
  size_t index_of(const Values& choice) const {
    if (choice.size() != 1 || choice[0].dtype() != DType::int64 || choice[0].size() != 1) {
      fail(Code::invalid_argument, "choose_from_datasets(): a choice must be a scalar of int64");
    }
    const int64_t index = choice[0].item<int64_t>();
    if (index < 0 || index >= static_cast<int64_t>(inputs_.size())) {
      fail(Code::invalid_argument, "choose_from_datasets(): choice ", index, " of ", inputs_.size(),
           " data sets");
    }
    return static_cast<size_t>(index);
  }

  CursorPtr choices_;
  std::vector<CursorPtr> inputs_;  // none: it has come to its end
  size_t left_;
  bool stop_on_empty_;
};

}  // namespace

StagePtr choose(StagePtr choices, std::vector<StagePtr> inputs, bool stop_on_empty) {
  if (inputs.empty()) fail(Code::invalid_argument, "there is no data set to choose from");
  return stage_of([choices = std::move(choices), inputs = std::move(inputs),
                   stop_on_empty]() -> CursorPtr {
    std::vector<CursorPtr> cursors;
    for (const StagePtr& input : inputs) cursors.push_back(input->start());
    return std::make_unique<ChoosingCursor>(choices->start(), std::move(cursors), stop_on_empty);
  });
}

}  // namespace data

Dataset Dataset::random(const RandomOptions& options) {
  const auto [seed, seed2] = data::op_seeds(options.seed, options.global_seed);
  return Dataset(data::stage_of(
      [seed = seed, seed2 = seed2] {
        kernels::PhiloxStream stream(kernels::Philox(seed, seed2));
        return data::cursor_of([stream](Values& element) mutable {
          element = {Tensor::scalar(static_cast<int64_t>(stream()))};
          return true;
        });
      },
      data::kEndless));
}

Dataset Dataset::choose_from_datasets(const std::vector<Dataset>& datasets, const Dataset& choices,
                                      bool stop_on_empty_dataset) {
  std::vector<data::StagePtr> inputs;
  for (const Dataset& d : datasets) inputs.push_back(d.stage_);
  return Dataset(data::choose(choices.stage_, std::move(inputs), stop_on_empty_dataset));
}

Dataset Dataset::sample_from_datasets(const std::vector<Dataset>& datasets,
                                      const std::vector<double>& weights,
                                      const SampleOptions& options) {
  if (!weights.empty() && weights.size() != datasets.size()) {
    fail(Code::invalid_argument, "sample_from_datasets(): ", weights.size(), " weights for ",
         datasets.size(), " data sets");
  }
  std::vector<Dataset> chosen;
  std::vector<float> logits;
  for (size_t i = 0; i < datasets.size(); ++i) {
    if (!weights.empty() && !(weights[i] > 0)) continue;
    chosen.push_back(datasets[i]);
    logits.push_back(weights.empty() ? 1.0F : std::log(static_cast<float>(weights[i])));
  }
  if (chosen.empty() && !datasets.empty()) return datasets[0].take(0);
  if (chosen.size() == 1) return chosen[0];
  const Tensor rows = Tensor::of(logits, {1, static_cast<int64_t>(logits.size())});
  const auto choose = [rows](const Values& seeds) {
    const Value drawn = emit("StatelessMultinomial", {rows, Tensor::scalar(int32_t{1}), seeds[0]});
    return Values{drawn.reshaped({})};
  };
  const Dataset choices =
      random({.seed = options.seed, .global_seed = options.global_seed}).batch(2).map(choose);
  return choose_from_datasets(chosen, choices, options.stop_on_empty_dataset);
}

}  // namespace rill
