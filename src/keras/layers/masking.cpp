#include "keras/core/make.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

class MaskingLayer final : public Layer {
 public:
  MaskingLayer() = default;
  explicit MaskingLayer(double mask_value) : mask_value_(mask_value) {}
  void visit_config(ConfigVisitor& v) override { v("mask_value", mask_value_); }
  bool supports_masking() const override { return true; }

  Values compute_mask(const Values& inputs, std::span<const Value>) override {
    return {kept(inputs[0], false)};
  }
  Value call(const Value& x, const CallContext&) override {
    return op::mul(x, op::cast(kept(x, true), x.dtype()));
  }

 private:
  Value kept(const Value& x, bool keep_dims) const {
    const Value differs = op::binary("NotEqual", x, op::constant_like(mask_value_, x));
    return op::reduce("Any", differs, {x.rank() - 1}, keep_dims);
  }
  double mask_value_ = 0;
};

}  // namespace

layers::Masking::Masking(double mask_value, const PlainOptions& options)
    : LayerPtr(make_layer<MaskingLayer>("Masking", options, mask_value)) {}

void register_masking(LayerRegistry& registry) { registry.add<MaskingLayer>("Masking"); }

}  // namespace rill::keras
