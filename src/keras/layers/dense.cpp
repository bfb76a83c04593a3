#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/layers/quantized_kernel.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

class DenseLayer final : public QuantizedKernelLayer {
 public:
  DenseLayer() = default;
  DenseLayer(int64_t units, const layers::DenseOptions& options) : units_(units), o_(options) {}

  void visit_config(ConfigVisitor& v) override {
    v("units", units_);
    v("activation", o_.activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    visit_adapter(v);
  }

  void build(const Shape& input) override {
    if (!input.has_rank() || input.rank() < 1 || input.back() < 0) {
      fail(Code::invalid_argument, "the last dimension of the input must be known; it has shape ",
           input);
    }
    Layout layout;
    layout.kernel = {input.back(), units_};
    layout.rows = input.back();
    layout.columns = units_;
    layout.input_axes = {input.rank() - 1};
    layout.kernel_axes = {0};
    layout.scale = {units_};
    layout.scaled_late = true;
    add_kernel_of(std::move(layout), o_.kernel_initializer);
    if (o_.use_bias) bias_ = add_weight("bias", {units_}, o_.bias_initializer);
    finish_weights();
  }

  bool supports_masking() const override { return true; }

  Value call(const Value& x, const CallContext& context) override {
    Value y = multiplied(x, context.training);
    if (bias_) y = y.rank() < 2 ? op::add(y, bias()) : op::bias_add(y, bias());
    return op::activate(o_.activation, y);
  }

 private:
  Value product(const Value& x, const Value& kernel) const override { return op::dense(x, kernel); }
  Value scale_of_output(const Value& scale) const override { return scale; }
  Value kept_scale(const Value& scale) const override { return op::squeeze(scale, 0); }
  Value reduced_scale(const Value& scale) const override { return scale; }

  int64_t units_ = 0;
  layers::DenseOptions o_;
};

}  // namespace

layers::Dense::Dense(int64_t units, const DenseOptions& options)
    : LayerPtr(make_layer<DenseLayer>("Dense", options, units, options)) {}

void register_dense(LayerRegistry& registry) { registry.add<DenseLayer>("Dense"); }

}  // namespace rill::keras
