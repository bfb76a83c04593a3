// Attention and AdditiveAttention (keras/src/layers/attention/{attention,additive_attention}.py).
#include "rill/keras/layers/attention.hpp"
#include <algorithm>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/dropout.h"
#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/registry.h"
#include "keras/layers/attention_util.h"

namespace rill::keras {

Value causal_mask(const Value& query, int query_axis, const Value& value, int value_axis) {
  const auto count = [](const Value& x, int axis, int along) {
    const op::Dim d = op::dim(x, axis);
    const Value limit = d.value ? d.value : Value(Tensor::scalar(static_cast<int32_t>(d.size)));
    const Value numbers =
        emit("Range", {Tensor::scalar(int32_t{0}), limit, Tensor::scalar(int32_t{1})});
    return op::expand_dims(numbers, along);
  };
  const Value rows = count(query, query_axis, 1), columns = count(value, value_axis, 0);
  return op::expand_dims(op::binary("GreaterEqual", rows, columns), 0);
}

Value near_mask(const Value& query, const Value& value, int64_t window) {
  const auto places = [](const Value& x) {
    const Value count = op::reshape(op::shape_vector({op::dim(x, 1)}), {});
    return emit("Range", {Tensor::scalar(int32_t{0}), count, Tensor::scalar(int32_t{1})});
  };
  const Value away = op::unary(
      "Abs", op::sub(op::expand_dims(places(query), 1), op::expand_dims(places(value), 0)));
  const auto least = static_cast<int32_t>(std::min<int64_t>(window, INT32_MAX));
  return op::expand_dims(op::binary("Less", away, Tensor::scalar(least)), 0);
}

bool flag_argument(const CallContext& context, const char* name) {
  const Argument* a = context.spec ? context.spec->keyword(name) : nullptr;
  return a && a->kind == Argument::Kind::constant && a->constant.is_bool() && a->constant.as_bool();
}

namespace {

template <bool kAdditive>
class AttentionLayer final : public Layer, public DrawsWhenBuilt {
 public:
  AttentionLayer() { o_.use_scale = kAdditive; }
  explicit AttentionLayer(const layers::AttentionOptions& o) : o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("causal", o_.causal);
    v("use_scale", o_.use_scale);
    if (!kAdditive) v("score_mode", o_.score_mode);
    v("dropout", o_.dropout);
    if (v.reading()) v("seed", seed_);
  }

  bool supports_masking() const override { return true; }

  void build(const std::vector<Shape>& inputs) override {
    if (inputs.size() < 2)
      fail(Code::invalid_argument, "needs [query, value] or [query, value, key]");
    if (kAdditive) {
      if (o_.use_scale) scale_ = add_weight("scale", {inputs[0].back()}, "glorot_uniform");
      return;
    }
    if (o_.use_scale) scale_ = add_weight("scale", {}, "ones");
    if (o_.score_mode == "concat") weight_ = add_weight("concat_score_weight", {}, "ones");
  }

  Values compute_mask(const Values&, std::span<const Value> masks) override {
    return masks.empty() || !masks[0] ? Values{} : Values{masks[0]};
  }

  Values call(const Values& inputs, const CallContext& context) override {
    const Value &q = inputs[0], &v = inputs[1];
    const Value& k = inputs.size() > 2 ? inputs[2] : v;
    Value scores;
    if (!kAdditive && o_.score_mode == "dot") {
      scores = op::batch_matmul(q, k, false, true);
      if (scale_) scores = op::mul(scores, scale_);
    } else {
      Value sum = op::add(op::expand_dims(q, q.rank() - 1), op::expand_dims(k, k.rank() - 2));
      if (!kAdditive && scale_) sum = op::mul(sum, scale_);
      Value bent = op::unary("Tanh", sum);
      if (kAdditive && scale_) bent = op::mul(bent, scale_);
      scores = op::reduce("Sum", bent, {bent.rank() - 1});
      if (weight_) scores = op::mul(scores, weight_);
    }
    Value mask = context.mask(1);
    if (mask) mask = op::expand_dims(mask, mask.rank() - 1);
    if (o_.causal || flag_argument(context, "use_causal_mask")) {
      const Value causal = causal_mask(q, q.rank() - 2, k, k.rank() - 2);
      mask = mask ? op::binary("LogicalAnd", mask, causal) : causal;
    }
    if (mask) {
      scores = op::select(mask, scores, op::sub(scores, op::constant_like(1e9, scores)));
    }
    const Value weights = op::unary("Softmax", scores);
    const bool drops = context.training && o_.dropout > 0;
    Value y = op::batch_matmul(drops ? dropout(weights, o_.dropout, seeds_) : weights, v);
    if (const Value query_mask = context.mask(0)) {
      y = op::select(op::expand_dims(query_mask, query_mask.rank()), y, op::unary("ZerosLike", y));
    }
    if (flag_argument(context, "return_attention_scores")) return {y, weights};
    return {y};
  }

 protected:
  void start_seeds() override {
    if (o_.dropout > 0) seeds_ = SeedGenerator(seed_);
  }

 private:
  layers::AttentionOptions o_;
  std::optional<int64_t> seed_;
  SeedGenerator seeds_;
  Value scale_;
  Value weight_;
};

}  // namespace

namespace layers {
Attention::Attention(const AttentionOptions& o)
    : LayerPtr(make_layer<AttentionLayer<false>>("Attention", o, o)) {}
AdditiveAttention::AdditiveAttention(const AttentionOptions& o)
    : LayerPtr(make_layer<AttentionLayer<true>>("AdditiveAttention", o, o)) {}
}  // namespace layers

void register_attention(LayerRegistry& registry) {
  registry.add<AttentionLayer<false>>("Attention");
  registry.add<AttentionLayer<true>>("AdditiveAttention");
}

}  // namespace rill::keras
