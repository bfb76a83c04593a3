#include "keras/training/data.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

#include "base/fail.h"
#include "graph/graph.h"
#include "keras/core/ops.h"
#include "keras/training/shuffle.h"

namespace rill::keras {

BatchSource::~BatchSource() = default;

Values in_order(const Batches& given, const std::vector<std::string>& names, const char* what) {
  if (given.names().empty()) return given.list();
  Values out;
  for (const std::string& name : names) {
    const auto found = std::find(given.names().begin(), given.names().end(), name);
    if (found == given.names().end()) {
      fail(Code::invalid_argument, "no value was given for ", what, " ", quoted(name));
    }
    out.push_back(given.list()[static_cast<size_t>(found - given.names().begin())]);
  }
  for (const std::string& name : given.names()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      fail(Code::invalid_argument, "the model has no ", what, " ", quoted(name),
           did_you_mean(name, names));
    }
  }
  return out;
}

namespace {

// The first operation would only say that it cannot take strings, or what shapes it has met.
void refuse_text(const ModelLayer& model, const Values& x) {
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i].dtype() != DType::string) continue;
    const std::vector<KerasTensor> inputs = model.inputs();
    if (i >= inputs.size() || inputs[i].dtype() == DType::string) continue;
    fail(Code::invalid_argument, "input ", quoted(inputs[i].name()), " takes ", inputs[i].dtype(),
         ", but its data is text: turn it into numbers first, for example by StringLookup");
  }
}

void check_weights(const Values& y, const Values& weights) {
  for (size_t i = 0; i < weights.size(); ++i) {
    const Shape& weight = weights[i].shape();
    const Shape& target = y[std::min(i, y.size() - 1)].shape();
    for (int d = 1; d < weight.rank(); ++d) {
      if (weight[d] == 1 || (d < target.rank() && weight[d] == target[d])) continue;
      fail(Code::invalid_argument, "sample_weight has shape ", weight, "; for targets of shape ",
           target, " it is one weight a sample, [", target[0], "], or one for each of its steps");
    }
  }
}

}  // namespace

Batch to_batch(const ModelLayer& model, const Examples& examples) {
  Batch out;
  out.x = in_order(examples.x, model.input_names(), "input");
  refuse_text(model, out.x);
  out.y = in_order(examples.y, model.output_names(), "output");
  out.weights = in_order(examples.sample_weight, model.output_names(), "output");
  return out;
}

int64_t count_rows(const Batch& data) {
  int64_t rows = -1;
  for (const Values* list : {&data.x, &data.y, &data.weights}) {
    for (const Tensor& t : *list) {
      if (!t.is_dense()) fail(Code::invalid_argument, "training takes tensors with elements");
      if (t.rank() == 0)
        fail(Code::invalid_argument, "a tensor of the data has no batch dimension");
      if (rows >= 0 && t.dim(0) != rows) {
        fail(Code::invalid_argument,
             "the tensors of the data have different numbers of rows: ", rows, " and ", t.dim(0),
             "; inputs, targets and weights (of a data set: its batches) need one a sample");
      }
      rows = t.dim(0);
    }
  }
  if (!data.y.empty()) check_weights(data.y, data.weights);
  if (rows < 0) fail(Code::invalid_argument, "there is no input data");
  if (rows == 0) fail(Code::invalid_argument, "the data is empty: it has no rows");
  return rows;
}

Batch slice_rows(const Batch& data, int64_t begin, int64_t end) {
  Batch out;
  for (const Tensor& t : data.x) out.x.push_back(t.rows(begin, end));
  for (const Tensor& t : data.y) out.y.push_back(t.rows(begin, end));
  for (const Tensor& t : data.weights) out.weights.push_back(t.rows(begin, end));
  return out;
}

ClassWeights::ClassWeights(std::map<int64_t, double> weights, const TrainingHabits& habits)
    : weights_(std::move(weights)), multiplies_(habits.multiplies_class_weight) {
  if (!multiplies_ || weights_.empty()) return;
  const auto last = static_cast<int64_t>(weights_.size()) - 1;
  if (weights_.begin()->first == 0 && weights_.rbegin()->first == last) return;
  fail(Code::invalid_argument, "class_weight has ", last + 1, " classes from ",
       weights_.begin()->first, " to ", weights_.rbegin()->first,
       "; a model of Keras 2 takes all classes from 0");
}

Tensor ClassWeights::weights_for(const Tensor& y) const {
  Shape shape = y.shape();
  int64_t width = 1;
  if (y.rank() > 1) {
    width = shape.back();
    shape = Shape(std::vector<int64_t>(shape.begin(), shape.end() - 1));
  }
  if (!multiplies_ && y.rank() > 2) {
    fail(Code::invalid_argument,
         "class_weight needs targets of one class a sample; they have shape ", y.shape());
  }
  const std::vector<double> numbers = y.to_vector<double>();
  Tensor out(DType::float32, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    const auto row = numbers.begin() + i * width;
    const double label = width == 1 ? std::nearbyint(*row)
                                    : static_cast<double>(std::max_element(row, row + width) - row);
    const auto found = weights_.find(static_cast<int64_t>(label));
    if (found == weights_.end() && multiplies_) {
      fail(Code::invalid_argument, "class_weight has no weight for the class ", label,
           " of the targets");
    }
    out.data<float>()[i] = found == weights_.end() ? 1.0f : static_cast<float>(found->second);
  }
  return out;
}

void ClassWeights::weigh(Batch& batch) const {
  if (weights_.empty()) return;
  if (batch.y.size() != 1) {
    fail(Code::invalid_argument, "class_weight needs a model with one output");
  }
  const Tensor weights = weights_for(batch.y[0]);
  if (batch.weights.empty()) {
    batch.weights = {weights};
    return;
  }
  if (!multiplies_) {
    fail(Code::invalid_argument,
         "class_weight and weights of the samples cannot be given together");
  }
  const GraphScope eagerly(nullptr);
  Value given = batch.weights[0];
  while (given.rank() < weights.rank()) given = op::expand_dims(given, -1);
  batch.weights = {op::mul(op::cast(given, DType::float32), weights)};
}

namespace {

// to[k] = from[rows[k]]; `to` is made anew when its shape does not fit.
void gather_rows(const Tensor& from, std::span<const int64_t> rows, Tensor& to) {
  Shape shape = from.shape();
  shape[0] = static_cast<int64_t>(rows.size());
  if (!to || !(to.shape() == shape) || !to.is_unique()) to = Tensor(from.dtype(), shape);
  const int64_t width = from.dim(0) == 0 ? 0 : from.size() / from.dim(0);
  if (from.dtype() == DType::string) {
    for (size_t k = 0; k < rows.size(); ++k) {
      const std::string* row = from.data<std::string>() + rows[k] * width;
      std::copy(row, row + width, to.data<std::string>() + static_cast<int64_t>(k) * width);
    }
    return;
  }
  const size_t bytes = static_cast<size_t>(width) * dtype_size(from.dtype());
  if (bytes == 0) return;
  const auto* source = static_cast<const char*>(from.raw());
  auto* target = static_cast<char*>(to.raw());
  for (size_t k = 0; k < rows.size(); ++k) {
    std::memcpy(target + k * bytes, source + static_cast<size_t>(rows[k]) * bytes, bytes);
  }
}

class ArraySource final : public BatchSource {
 public:
  ArraySource(Batch data, const ArrayOptions& options)
      : data_(std::move(data)), options_(options), rows_(count_rows(data_)) {
    if (options.batch_size <= 0) {
      fail(Code::invalid_argument, "batch_size must be positive, not ", options.batch_size);
    }
    if (options.shuffle) order_ = std::make_unique<EpochOrder>(rows_, options.one_generator);
  }
  void start_epoch() override {
    pass_ = 0;
    start_pass();
  }
  std::optional<int64_t> steps() const override {
    return (rows_ + options_.batch_size - 1) / options_.batch_size;
  }
  bool next(Batch& batch) override {
    if (at_ >= rows_) {
      if (++pass_ >= options_.passes) return false;
      start_pass();
    }
    const int64_t end = std::min(rows_, at_ + options_.batch_size);
    if (!order_) {
      batch = slice_rows(data_, at_, end);
    } else {
      const std::span<const int64_t> rows(permutation_.data() + at_,
                                          static_cast<size_t>(end - at_));
      gather(data_.x, rows, batch.x);
      gather(data_.y, rows, batch.y);
      gather(data_.weights, rows, batch.weights);
    }
    at_ = end;
    return true;
  }

 private:
  void start_pass() {
    at_ = 0;
    if (order_) permutation_ = order_->next();
  }
  static void gather(const Values& from, std::span<const int64_t> rows, Values& to) {
    to.resize(from.size());
    for (size_t i = 0; i < from.size(); ++i) gather_rows(from[i], rows, to[i]);
  }

  Batch data_;
  ArrayOptions options_;
  int64_t rows_;
  int64_t at_ = 0;
  int64_t pass_ = 0;
  std::unique_ptr<EpochOrder> order_;
  std::vector<int64_t> permutation_;
};

class GeneratorSource final : public BatchSource {
 public:
  GeneratorSource(const ModelLayer& model, BatchGenerator generator, ClassWeights class_weights)
      : model_(model), generator_(std::move(generator)), class_weights_(std::move(class_weights)) {}
  void start_epoch() override {}
  std::optional<int64_t> steps() const override { return std::nullopt; }
  bool next(Batch& batch) override {
    Examples examples;
    if (!generator_(examples)) return false;
    batch = to_batch(model_, examples);
    class_weights_.weigh(batch);
    count_rows(batch);
    return true;
  }

 private:
  const ModelLayer& model_;
  BatchGenerator generator_;
  ClassWeights class_weights_;
};

}  // namespace

std::unique_ptr<BatchSource> array_source(Batch data, const ArrayOptions& options) {
  return std::make_unique<ArraySource>(std::move(data), options);
}

std::unique_ptr<BatchSource> generator_source(const ModelLayer& model, BatchGenerator generator,
                                              ClassWeights class_weights) {
  return std::make_unique<GeneratorSource>(model, std::move(generator), std::move(class_weights));
}

}  // namespace rill::keras
