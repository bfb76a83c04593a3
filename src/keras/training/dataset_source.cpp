// Batches out of a data set.
#include <algorithm>

#include "base/fail.h"
#include "keras/training/data.h"
#include "rill/dataset.hpp"

namespace rill::keras {
namespace {

class DatasetSource final : public BatchSource {
 public:
  DatasetSource(const ModelLayer& model, Dataset batches, std::optional<ClassWeights> class_weights,
                std::optional<int64_t> steps)
      : model_(model), batches_(std::move(batches)), class_weights_(std::move(class_weights)) {
    const std::optional<int64_t> count = batches_.cardinality();
    if (count == INT64_MAX && !steps) {
      fail(Code::invalid_argument,
           "the data set does not end (repeat() without a count): give steps_per_epoch, or ",
           "validation_steps for the validation data");
    }
    if (count != INT64_MAX) steps_ = count;
  }

  void start_epoch() override { pass_.emplace(batches_.iterator()); }
  std::optional<int64_t> steps() const override { return steps_; }

  bool next(Batch& batch) override {
    Values element;
    if (!pass_ || !pass_->next(element)) return false;
    const size_t x = std::max<size_t>(1, model_.input_names().size());
    const size_t y = std::max<size_t>(1, model_.output_names().size());
    const size_t weights = element.size() > x + y ? element.size() - x - y : 0;
    if (element.size() < x || (weights > 1 && weights != y)) {
      fail(Code::invalid_argument, "an element of the data set has ", element.size(),
           " components; the model takes ", x, " inputs, ", y,
           " targets and, if any, 1 weight of the samples or one a target");
    }
    const auto at = [&](size_t i) {
      return element.begin() + static_cast<long>(std::min(i, element.size()));
    };
    batch.x.assign(at(0), at(x));
    batch.y.assign(at(x), at(x + y));
    batch.weights.assign(at(x + y), element.end());
    if (class_weights_) class_weights_->weigh(batch);
    count_rows(batch);
    return true;
  }

 private:
  const ModelLayer& model_;
  Dataset batches_;
  std::optional<ClassWeights> class_weights_;
  std::optional<int64_t> steps_;
  std::optional<Dataset::Iterator> pass_;
};

}  // namespace

std::unique_ptr<BatchSource> dataset_source(const ModelLayer& model, const Dataset& batches,
                                            std::optional<ClassWeights> class_weights,
                                            std::optional<int64_t> steps) {
  return std::make_unique<DatasetSource>(model, batches, std::move(class_weights), steps);
}

}  // namespace rill::keras
