// Hashing and Discretization (keras/src/layers/preprocessing).
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/learns.h"
#include "keras/core/registry.h"
#include "keras/core/takes_dtype.h"
#include "keras/core/told_shapes.h"
#include "keras/layers/categorical.h"
#include "keras/layers/quantile_summary.h"

namespace rill::keras {
namespace {

class HashingLayer final : public Layer, public KeepsConfig, public TakesDType, public TellsShapes {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("num_bins", bins_);
    v("salt", salt_);
    v("output_mode", mode_);
    if (!v.reading()) return;
    if (bins_ <= 0) fail(Code::invalid_argument, "num_bins must be positive, is ", bins_);
    if (salt_ && salt_->size() == 1) salt_->push_back((*salt_)[0]);
    const Json* mask = kept.find("mask_value");
    if (!mask || mask->is_null()) return;
    mask_ = mask->is_string() ? Tensor(mask->as_string()) : Tensor::scalar(mask->as_int());
  }
  bool autocast() const override { return false; }
  DType input_dtype() const override { return DType::int64; }
  void tell(Generation generation, const std::vector<Shape>& inputs,
            std::vector<Shape>& outputs) const override {
    if (generation == Generation::keras2 || mode_ == "int" || inputs[0].rank() < 1) return;
    outputs[0] = inputs[0];
    outputs[0][inputs[0].rank() - 1] = bins_;
  }

  Value call(const Value& input, const CallContext&) override {
    Value x = input;
    if (is_floating(x.dtype())) x = op::cast(x, DType::int64);
    const bool masks = mask_ && bins_ > 1;  // the first bin is the mask's
    const int64_t bins = masks ? bins_ - 1 : bins_;
    const Value text = x.dtype() == DType::string ? x : emit("AsString", {x});
    Value y;
    if (salt_) {
      const std::vector<int64_t> key(salt_->begin(), salt_->end());
      y = emit("StringToHashBucketStrong", {text}, {{"num_buckets", bins}, {"key", key}});
    } else {
      y = emit("StringToHashBucketFast", {text}, {{"num_buckets", bins}});
    }
    if (masks) {
      const bool strings = mask_.dtype() == DType::string;
      if (strings != (x.dtype() == DType::string)) {
        fail(Code::invalid_argument, "mask_value is ", mask_.dtype(), ", the input ", x.dtype());
      }
      const Value mask = strings ? Value(mask_) : op::cast(mask_, x.dtype());
      y = op::add(y, Tensor::scalar(int64_t{1}));
      y = op::select(op::binary("Equal", x, mask), Tensor::scalar(int64_t{0}), y);
    }
    const DType policy = dtype_policy().variable;
    // Older configs state float32, which the layer never gave for indices.
    const DType dtype = mode_ == "int" && is_floating(policy) ? DType::int64 : policy;
    return encode_categorical(y, mode_, bins_, dtype);
  }

 private:
  int64_t bins_ = 1;
  std::optional<Ints> salt_;
  std::string mode_ = "int";
  Tensor mask_;
};

class DiscretizationLayer final : public Layer, public LearnsFromData {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("bin_boundaries", boundaries_);
    v("num_bins", bins_);
    v("epsilon", epsilon_);
    v("output_mode", mode_);
    v("sparse", sparse_);
    if (v.reading()) v("output_dtype_keras2", dtype_);  // of legacy/upgrade.cpp, never written
  }
  bool autocast() const override { return false; }

  Value call(const Value& input, const CallContext&) override {
    if (!boundaries_) {
      fail(Code::failed_precondition,
           "the config has no bin_boundaries: the layer was not adapted");
    }
    std::vector<float> boundaries(boundaries_->begin(), boundaries_->end());
    const bool plain = input.dtype() == DType::int32 || input.dtype() == DType::int64 ||
                       input.dtype() == DType::float64;
    const Value x = plain ? input : op::cast(input, DType::float32);
    const Value y = emit("Bucketize", {x}, {{"boundaries", std::move(boundaries)}});
    DType dtype = mode_ == "int" ? DType::int32 : dtype_policy().variable;
    if (dtype_) dtype = dtype_from_name(*dtype_);
    return encode_categorical(y, mode_, static_cast<int64_t>(boundaries_->size()) + 1, dtype);
  }

  void reset_state() override {
    if (!bins_) refuse_to_learn(*this);
    if (*bins_ < 1 || !(epsilon_ > 0 && epsilon_ <= 1)) {
      fail(Code::invalid_argument, "num_bins is ", *bins_, ", epsilon ", epsilon_,
           "; expected 1 or more, and a number in (0, 1]");
    }
    summary_ = QuantileSummary(epsilon_);
  }
  void update_state(const Tensor& batch) override { summary_.add(batch.to_vector<float>()); }
  void finalize_state() override { boundaries_ = summary_.boundaries(*bins_); }

 private:
  std::optional<std::vector<double>> boundaries_;
  std::optional<int64_t> bins_;
  double epsilon_ = 0.01;
  std::string mode_ = "int";
  bool sparse_ = false;
  std::optional<std::string> dtype_;
  QuantileSummary summary_ = QuantileSummary(0.01);
};

}  // namespace

void register_hashing(LayerRegistry& registry) {
  registry.add<HashingLayer>("Hashing");
  registry.add<DiscretizationLayer>("Discretization");
}

}  // namespace rill::keras
