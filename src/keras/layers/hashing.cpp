// Hashing and Discretization (keras/src/layers/preprocessing), and how they encode what they find.
#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/layers/categorical.h"

namespace rill::keras {

Value encode_categorical(const Value& indices, const std::string& mode, int64_t depth,
                         DType dtype) {
  if (mode == "int") return op::cast(indices, dtype);
  Value x = indices.rank() == 0 ? op::expand_dims(indices, 0) : indices;
  if (mode == "one_hot" && x.rank() > 1 && x.shape().back() == 1) x = op::squeeze(x, x.rank() - 1);
  const Value hot = emit("OneHot",
                         {op::cast(x, DType::int64), Tensor::scalar(static_cast<int32_t>(depth)),
                          op::constant(1, dtype), op::constant(0, dtype)},
                         {{"axis", -1}});
  const int axis = x.rank() > 1 ? 1 : 0;
  if (mode == "one_hot") return hot;
  if (mode == "multi_hot") return op::reduce("Max", hot, {axis});
  if (mode == "count") return op::reduce("Sum", hot, {axis});
  fail(Code::invalid_argument, "unknown output_mode ", quoted(mode));
}

namespace {

class HashingLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("num_bins", num_bins_);
    v("salt", salt_);
    v("mask_value", mask_value_);
    v("output_mode", output_mode_);
    v("sparse", sparse_);
  }
  bool autocast() const override { return false; }
  Value call(const Value& input, const CallContext&) override {
    Value x = input;
    if (output_mode_ == "one_hot" && x.rank() > 0 && x.shape().back() == 1) {
      x = op::squeeze(x, x.rank() - 1);
    }
    int64_t bins = num_bins_;
    Value mask;
    if (mask_value_ && bins > 1) {
      --bins;
      mask = op::binary("Equal", x, mask_of(x.dtype()));
    }
    if (is_floating(x.dtype())) x = op::cast(x, DType::int64);
    if (x.dtype() != DType::string) x = emit("AsString", {x});
    if (salt_) {
      std::vector<int64_t> key = *salt_;
      if (key.size() == 1) key.push_back(key[0]);
      x = emit("StringToHashBucketStrong", {x}, {{"num_buckets", bins}, {"key", key}});
    } else {
      x = emit("StringToHashBucketFast", {x}, {{"num_buckets", bins}});
    }
    if (mask) {
      x = op::add(x, op::constant_like(1, x));
      x = op::select(mask, op::unary("ZerosLike", x), x);
    }
    return encode_categorical(x, output_mode_, num_bins_, dtype_policy().variable);
  }

 private:
  Value mask_of(DType dtype) const {
    if (dtype == DType::string) return Tensor(*mask_value_).without_weakness();
    return op::constant(std::stod(*mask_value_), dtype);
  }
  int64_t num_bins_ = 0;
  std::optional<Ints> salt_;
  std::optional<std::string> mask_value_;
  std::string output_mode_ = "int";
  bool sparse_ = false;
};

class DiscretizationLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("bin_boundaries", boundaries_);
    v("num_bins", num_bins_);
    v("epsilon", epsilon_);
    v("output_mode", output_mode_);
    v("sparse", sparse_);
  }
  bool autocast() const override { return false; }
  // The index is the number of boundaries that are not greater.
  Value call(const Value& input, const CallContext&) override {
    if (!boundaries_) {
      fail(Code::invalid_argument, "layer ", quoted(name()),
           " (Discretization) has no bin_boundaries: it was not adapted");
    }
    const Value x = op::cast(input, DType::float32);
    const Value edges = op::cast(Tensor::vector(*boundaries_), DType::float32);
    const Value above =
        op::cast(op::binary("GreaterEqual", op::expand_dims(x, x.rank()), edges), DType::int64);
    const Value index = op::reduce("Sum", above, {x.rank()});
    const DType wanted = dtype_policy().variable;
    // Keras 3 keeps a floating policy and gives int32, Keras 2 has an integer policy.
    const DType dtype = output_mode_ == "int" && is_floating(wanted) ? DType::int32 : wanted;
    return encode_categorical(index, output_mode_, static_cast<int64_t>(boundaries_->size()) + 1,
                              dtype);
  }

 private:
  std::optional<std::vector<double>> boundaries_;
  std::optional<int64_t> num_bins_;
  double epsilon_ = 0.01;
  std::string output_mode_ = "int";
  bool sparse_ = false;
};

}  // namespace

void register_hashing(LayerRegistry& registry) {
  registry.add<HashingLayer>("Hashing");
  registry.add<DiscretizationLayer>("Discretization");
}

}  // namespace rill::keras
