// Normalization and CategoryEncoding.
#include <cmath>

#include "base/fail.h"
#include "keras/core/learns.h"
#include "keras/core/make.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/layers/preprocessing.hpp"

namespace rill::keras {
namespace {

class NormalizationLayer final : public Layer, public LearnsFromData {
 public:
  NormalizationLayer() = default;
  explicit NormalizationLayer(const layers::NormalizationOptions& o) : o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    if (v.reading() || !o_.axis || o_.axis->size() != 1) {
      v("axis", o_.axis);
    } else {
      v.axis("axis", *o_.axis);
    }
    v("invert", o_.invert);
    if (v.reading()) v("drops_masks_keras2", drops_masks_);  // of legacy/upgrade.cpp
    if (v.reading() || !o_.mean || !o_.variance || o_.mean->size() != 1 ||
        o_.variance->size() != 1) {
      v("mean", o_.mean);
      v("variance", o_.variance);
    } else {  // a list would need a kept axis
      double mean = o_.mean->at(0), variance = o_.variance->at(0);
      v("mean", mean);
      v("variance", variance);
    }
  }

  bool supports_masking() const override { return !drops_masks_; }

  void build(const Shape& input) override {
    const auto is_empty = [](const auto& given) { return given && given->empty(); };
    if (o_.mean.has_value() != o_.variance.has_value() || is_empty(o_.mean) ||
        is_empty(o_.variance)) {
      fail(Code::invalid_argument, "mean and variance must be given together, and not be empty");
    }
    const std::vector<int> kept = kept_axes(input.rank());
    Shape shape;
    broadcast_ = Shape(std::vector<int64_t>(static_cast<size_t>(input.rank()), 1));
    for (const int a : kept) {
      if (input[a] < 0) {
        fail(Code::invalid_argument, "the kept axis ", a, " must be known; the input has shape ",
             input);
      }
      shape.push_back(input[a]);
      broadcast_[a] = input[a];
    }
    if (o_.mean) return;
    mean_ = add_weight("mean", shape, "zeros", false);
    variance_ = add_weight("variance", shape, "ones", false);
    add_weight("count", {}, "zeros", false, DType::int64);
  }

  Value call(const Value& input, const CallContext&) override {
    const Value x = op::cast(input, dtype_policy().variable);
    const Value mean = side(o_.mean, mean_, x), variance = side(o_.variance, variance_, x);
    const Value deviation =
        op::binary("Maximum", op::unary("Sqrt", variance), op::constant_like(1e-7, x));
    if (o_.invert) return op::add(mean, op::mul(x, deviation));
    return op::div(op::sub(x, mean), deviation);
  }

  void reset_state() override {
    if (o_.mean) refuse_to_learn(*this);
    count_ = 0;
  }
  // Means and variances of all batches so far, as adapt() of
  // keras/src/layers/preprocessing/normalization.py puts them together.
  void update_state(const Tensor& batch) override {
    const GraphScope eagerly(nullptr);
    const std::vector<int> kept = kept_axes(batch.rank());
    if (!built()) ensure_built({batch.shape()});
    std::vector<int> axes;
    int64_t count = 1;
    for (int i = 0, k = 0; i < batch.rank(); ++i) {
      if (k < static_cast<int>(kept.size()) && kept[static_cast<size_t>(k)] == i) {
        if (batch.rank() != broadcast_.rank() || broadcast_[i] != batch.dim(i)) {
          fail(Code::invalid_argument, "layer ", quoted(name()), " keeps ", broadcast_,
               "; the data has shape ", batch.shape());
        }
        ++k;
      } else {
        axes.push_back(i);
        count *= batch.dim(i);
      }
    }
    const Value x = op::cast(batch, DType::float64);
    const Value mean = op::reduce("Mean", x, axes, true);
    const Value variance = op::reduce("Mean", op::binary("SquaredDifference", x, mean), axes, true);
    const auto means = mean.to_vector<double>(), variances = variance.to_vector<double>();
    if (count_ == 0) means_.assign(means.size(), 0), variances_ = means_;
    count_ += count;
    const double now = static_cast<double>(count) / static_cast<double>(count_), before = 1 - now;
    for (size_t i = 0; i < means.size(); ++i) {
      const double all = means_[i] * before + means[i] * now;
      variances_[i] = (variances_[i] + std::pow(means_[i] - all, 2)) * before +
                      (variances[i] + std::pow(means[i] - all, 2)) * now;
      means_[i] = all;
    }
  }
  void finalize_state() override {
    if (count_ == 0) return;
    const auto set = [](const Value& weight, const std::vector<double>& values) {
      emit("AssignVariableOp",
           {weight, op::cast(Tensor::of(values, weight.shape()), weight.dtype())});
    };
    const GraphScope eagerly(nullptr);
    set(mean_, means_);
    set(variance_, variances_);
  }
  int least_rank() const override { return 2; }

 private:
  std::vector<int> kept_axes(int rank) const {
    return o_.axis ? op::axes_of("Normalization", *o_.axis, rank) : std::vector<int>();
  }
  Value side(const std::optional<std::vector<double>>& given, const Value& weight,
             const Value& x) const {
    if (!given) {
      std::vector<op::Dim> dims(broadcast_.begin(), broadcast_.end());
      return op::reshape(weight, dims);
    }
    if (given->size() == 1) return op::constant_like((*given)[0], x);
    const auto count = static_cast<int64_t>(given->size());
    int last = broadcast_.rank() - 1;
    while (last > 0 && broadcast_[last] == 1) --last;
    if (last >= 0 && count == broadcast_[last]) {  // the same for the other kept axes
      Shape few;
      for (int i = 0; i < broadcast_.rank(); ++i) few.push_back(i == last ? count : 1);
      return op::cast(Tensor::of(*given, few), x.dtype());
    }
    if (count != broadcast_.num_elements()) {
      fail(Code::invalid_argument, "mean and variance have ", given->size(),
           " numbers; the kept axes have ", broadcast_.num_elements());
    }
    return op::cast(Tensor::of(*given, broadcast_), x.dtype());
  }

  layers::NormalizationOptions o_;
  bool drops_masks_ = false;
  Shape broadcast_;
  Value mean_;
  Value variance_;
  int64_t count_ = 0;  // of the numbers that each mean is of
  std::vector<double> means_, variances_;
};

class CategoryEncodingLayer final : public Layer {
 public:
  CategoryEncodingLayer() = default;
  CategoryEncodingLayer(int64_t tokens, std::string mode)
      : tokens_(tokens), mode_(std::move(mode)) {}
  void visit_config(ConfigVisitor& v) override {
    v("num_tokens", tokens_);
    v("output_mode", mode_);
    if (mode_ == "binary") mode_ = "multi_hot";  // as it was called before
    v("sparse", sparse_);
  }
  bool autocast() const override { return false; }

  Values call(const Values& inputs, const CallContext&) override {
    const DType dtype = dtype_policy().variable;
    Value x = op::cast(inputs[0], DType::int64);
    if (mode_ == "one_hot") {
      if (x.rank() > 1 && x.shape().back() == 1) x = op::squeeze(x, x.rank() - 1);
      return {one_hot(x, dtype)};
    }
    // Along axis 1 whatever the rank is, as Keras has it.
    const int axis = x.rank() > 1 ? 1 : 0;
    Value hot = one_hot(x, dtype);
    if (mode_ == "count" && inputs.size() > 1) {
      const Value weights = op::cast(inputs[1], dtype);
      hot = op::mul(hot, op::expand_dims(weights, weights.rank()));
    }
    if (mode_ == "count") return {op::reduce("Sum", hot, {axis})};
    if (mode_ == "multi_hot") return {op::reduce("Max", hot, {axis})};
    fail(Code::invalid_argument, "unknown output_mode ", quoted(mode_));
  }

 private:
  Value one_hot(const Value& x, DType dtype) const {
    return emit("OneHot",
                {x, Tensor::scalar(static_cast<int32_t>(tokens_)), op::constant(1, dtype),
                 op::constant(0, dtype)},
                {{"axis", -1}});
  }
  int64_t tokens_ = 0;
  std::string mode_ = "multi_hot";
  bool sparse_ = false;
};

}  // namespace

namespace layers {
Normalization::Normalization(const NormalizationOptions& o)
    : AdaptableLayer(make_layer<NormalizationLayer>("Normalization", o, o)) {}
CategoryEncoding::CategoryEncoding(int64_t num_tokens, const CategoryEncodingOptions& o)
    : LayerPtr(
          make_layer<CategoryEncodingLayer>("CategoryEncoding", o, num_tokens, o.output_mode)) {}
}  // namespace layers

void register_encoding(LayerRegistry& registry) {
  registry.add<NormalizationLayer>("Normalization");
  registry.add<CategoryEncodingLayer>("CategoryEncoding");
}

}  // namespace rill::keras
