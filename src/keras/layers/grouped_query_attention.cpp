// keras/src/layers/attention/grouped_query_attention.py
#include <cmath>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/dropout.h"
#include "keras/core/node.h"
#include "keras/core/policy_map.h"
#include "keras/core/registry.h"
#include "keras/layers/attention_util.h"
#include "keras/layers/einsum_dense.h"
#include "rill/keras/layers/attention.hpp"

namespace rill::keras {
namespace {

class GroupedQueryAttentionLayer final : public Layer, public DrawsWhenBuilt {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("head_dim", head_dim_);
    v("num_query_heads", query_heads_);
    v("num_key_value_heads", value_heads_);
    v("use_bias", o_.use_bias);
    v("use_gate", use_gate_);
    v("sliding_window", sliding_window_);
    v("dropout", o_.dropout);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    v("seed", o_.seed);
  }
  bool supports_masking() const override { return true; }

  void build(const std::vector<Shape>& inputs) override {
    if (inputs.size() < 2) fail(Code::invalid_argument, "needs a query and a value");
    if (value_heads_ <= 0 || query_heads_ % value_heads_ != 0) {
      fail(Code::invalid_argument, query_heads_, " query heads are not a multiple of ",
           value_heads_, " key and value heads");
    }
    const Shape &query = inputs[0], &value = inputs[1];
    query_ = dense("query", "bqm,muh->bquh", {-1, query_heads_, head_dim_}, "uh", query);
    key_ = dense("key", "bkm,mvh->bkvh", {-1, value_heads_, head_dim_}, "vh",
                 inputs.size() > 2 ? inputs[2] : value);
    if (use_gate_) {
      gate_ = dense("gate", "bqm,muh->bquh", {-1, query_heads_, head_dim_}, "uh", query, "sigmoid");
    }
    value_ = dense("value", "bkm,mvh->bkvh", {-1, value_heads_, head_dim_}, "vh", value);
    if (o_.dropout > 0) seeds_ = SeedGenerator(o_.seed);
    output_ = dense("attention_output", "bquh,uhm->bqm", {-1, query.back()}, "m",
                    {query[0], query[1], query_heads_, head_dim_});
  }

  Values call(const Values& inputs, const CallContext& context) override {
    const CallContext plain;
    // By position: query, value, key, query_mask, value_mask, key_mask, attention_mask.
    const auto given = [&](size_t position, const char* name) {
      const Argument* a = context.spec ? context.spec->find(position, name) : nullptr;
      return a && a->is_tensor() ? inputs[static_cast<size_t>(a->tensor)] : Value();
    };
    Value key = given(2, "key");
    if (!key) key = !context.spec && inputs.size() > 2 ? inputs[2] : inputs[1];
    Value mask;
    if (const Value m = given(6, "attention_mask")) mask = op::cast(m, DType::bool_);
    Value query_mask = given(3, "query_mask"), value_mask = given(4, "value_mask");
    if (!query_mask) query_mask = context.mask(0);
    if (!value_mask) value_mask = context.mask(1);
    const auto both = [&mask](const Value& more) {
      mask = mask ? op::binary("LogicalAnd", mask, more) : more;
    };
    if (query_mask) both(op::expand_dims(op::cast(query_mask, DType::bool_), 2));
    if (value_mask) both(op::expand_dims(op::cast(value_mask, DType::bool_), 1));
    if (const Value m = given(5, "key_mask")) both(op::expand_dims(op::cast(m, DType::bool_), 1));
    if (flag_argument(context, "use_causal_mask")) both(causal_mask(inputs[0], 1, inputs[1], 1));
    if (sliding_window_) both(near_mask(inputs[0], inputs[1], *sliding_window_));
    const Value q = query_->apply({inputs[0]}, plain).outputs[0];
    const Value k = repeated(key_->apply({key}, plain).outputs[0]),
                v = repeated(value_->apply({inputs[1]}, plain).outputs[0]);
    const double scale = 1 / std::sqrt(static_cast<double>(head_dim_));
    Value scores = op::einsum("bquh,bkuh->buqk", {op::mul(q, op::constant_like(scale, q)), k});
    if (mask) {
      const Value off =
          op::sub(op::constant_like(1, scores), op::cast(op::expand_dims(mask, 1), scores.dtype()));
      scores = op::add(scores, op::mul(off, op::constant_like(-3e9, scores)));
    }
    scores = op::unary("Softmax", scores);
    const bool drops = context.training && o_.dropout > 0;
    const Value kept = drops ? dropout(scores, o_.dropout, seeds_) : scores;
    Value y = op::einsum("buqk,bkuh->bquh", {kept, v});
    if (gate_) y = op::mul(y, gate_->apply({inputs[0]}, plain).outputs[0]);
    y = output_->apply({y}, plain).outputs[0];
    if (flag_argument(context, "return_attention_scores")) return {y, scores};
    return {y};
  }

 private:
  // Each key or value head serves several query heads.
  Value repeated(const Value& x) const {
    const int64_t times = query_heads_ / value_heads_;
    if (times == 1) return x;
    const Value tiled = op::tile(op::expand_dims(x, 3), {1, 1, 1, times, 1});
    return op::reshape(tiled, {op::dim(x, 0), op::dim(x, 1), query_heads_, head_dim_});
  }
  std::shared_ptr<EinsumDenseLayer> dense(const std::string& part, const char* equation, Ints shape,
                                          const char* bias_axes, const Shape& input,
                                          const char* activation = nullptr) {
    layers::EinsumDenseOptions o;
    if (o_.use_bias) o.bias_axes = bias_axes;
    if (activation) o.activation = activation;
    o.kernel_initializer = o_.kernel_initializer;
    o.bias_initializer = o_.bias_initializer;
    o.activity_regularizer = o_.activity_regularizer;
    auto layer = std::make_shared<EinsumDenseLayer>(equation, std::move(shape), o);
    layer->set_class_name("EinsumDense");
    const std::string attribute = (part == "attention_output" ? "output" : part) + "_dense";
    layer->set_name(name() + "/" + attribute);
    layer->set_dtype(policy_of_part(*this, part));
    layer->ensure_built({input});
    add_sublayer(attribute, layer);
    return layer;
  }

  int64_t head_dim_ = 0, query_heads_ = 0, value_heads_ = 0;
  bool use_gate_ = false;
  std::optional<int64_t> sliding_window_;
  layers::MultiHeadAttentionOptions o_;
  SeedGenerator seeds_;
  std::shared_ptr<EinsumDenseLayer> query_, key_, gate_, value_, output_;
};

}  // namespace

void register_grouped_query_attention(LayerRegistry& registry) {
  registry.add<GroupedQueryAttentionLayer>("GroupedQueryAttention", {"GroupQueryAttention"});
}

}  // namespace rill::keras
