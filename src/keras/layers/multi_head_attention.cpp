// keras/src/layers/attention/multi_head_attention.py; names of the equations' letters as there.
#include <array>
#include <cmath>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/dropout.h"
#include "keras/core/loss_collector.h"
#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/policy_map.h"
#include "keras/core/registry.h"
#include "keras/core/taken_masks.h"
#include "keras/core/told_shapes.h"
#include "keras/layers/attention_util.h"
#include "keras/layers/einsum_dense.h"
#include "rill/keras/layers/attention.hpp"

namespace rill::keras {
namespace {

char letter(int i) { return static_cast<char>('a' + i); }

struct Projection {
  std::string equation;
  std::string bias_axes;
};

Projection projection(int free_dims, int bound_dims, int output_dims) {
  std::string input, kernel, output, bias;
  for (int i = 0; i < free_dims; ++i) {
    input += letter(i);
    output += letter(i);
  }
  for (int i = free_dims; i < free_dims + bound_dims; ++i) {
    input += letter(i);
    kernel += letter(i);
  }
  for (int i = free_dims + bound_dims; i < free_dims + bound_dims + output_dims; ++i) {
    kernel += letter(i);
    output += letter(i);
    bias += letter(i);
  }
  return {input + "," + kernel + "->" + output, bias};
}

class MultiHeadAttentionLayer final : public Layer, public DrawsWhenBuilt, public TellsShapes {
 public:
  MultiHeadAttentionLayer() = default;
  MultiHeadAttentionLayer(int64_t heads, int64_t key_dim,
                          const layers::MultiHeadAttentionOptions& o)
      : heads_(heads), key_dim_(key_dim), o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    v("num_heads", heads_);
    v("key_dim", key_dim_);
    v("value_dim", o_.value_dim);
    v("dropout", o_.dropout);
    v("use_bias", o_.use_bias);
    v("output_shape", o_.output_shape);
    v("attention_axes", o_.attention_axes);
    if (v.reading() || use_gate_) v("use_gate", use_gate_);
    if (v.reading() || sliding_window_) v("sliding_window", sliding_window_);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    v("seed", o_.seed);
    if (v.reading()) v("keeps_masks_keras2", keeps_masks_);
    if (!(o_.dropout >= 0 && o_.dropout <= 1)) {
      fail(Code::invalid_argument, "dropout must be between 0 and 1, not ", o_.dropout);
    }
    if (o_.value_dim.value_or(1) < 1 || sliding_window_.value_or(1) < 1) {
      fail(Code::invalid_argument, "value_dim and sliding_window must be positive");
    }
  }

  bool supports_masking() const override { return true; }
  // Keras 3 takes scores for square.
  void tell(Generation generation, const std::vector<Shape>& inputs,
            std::vector<Shape>& outputs) const override {
    if (generation != Generation::keras3 || outputs.size() < 2 || inputs.empty()) return;
    const Shape& query = inputs[0];
    if (query.has_rank() && query.rank() > 1) outputs[1] = {query[0], heads_, query[1], query[1]};
  }

  void build(const std::vector<Shape>& inputs) override {
    if (inputs.size() < 2) fail(Code::invalid_argument, "needs a query and a value");
    const Shape &query = inputs[0], &value = inputs[1];
    const Shape& key = inputs.size() > 2 ? inputs[2] : value;
    const int rank = query.rank();
    const int64_t value_dim = o_.value_dim.value_or(key_dim_);
    query_ = dense("query_dense", "query", projection(rank - 1, 1, 2), query, {heads_, key_dim_},
                   rank + 1);
    key_ = dense("key_dense", "key", projection(key.rank() - 1, 1, 2), key, {heads_, key_dim_},
                 key.rank() + 1);
    if (use_gate_) {
      gate_ = dense("gate_dense", "gate", projection(rank - 1, 1, 2), query, {heads_, value_dim},
                    rank + 1, "sigmoid");
    }
    value_ = dense("value_dense", "value", projection(value.rank() - 1, 1, 2), value,
                   {heads_, value_dim}, value.rank() + 1);
    if (o_.dropout > 0) seeds_ = SeedGenerator(o_.seed);
    const Ints out = o_.output_shape.value_or(Ints{query.back()});
    Shape attended = query;
    attended[rank - 1] = heads_;
    attended.push_back(value_dim);
    output_ = dense("output_dense", "attention_output",
                    projection(rank - 1, 2, static_cast<int>(out.size())), attended, out,
                    rank - 1 + static_cast<int>(out.size()));
    equations(rank + 1);
  }

  Values call(const Values& inputs, const CallContext& context) override {
    const CallContext plain;
    const Value &query = inputs[0], &value = inputs[1];
    size_t key_at = 1;
    Value attention_mask;
    std::array<Value, 3> masks{context.mask(0), context.mask(1), Value()};
    if (context.spec) {
      const Argument* key = context.spec->find(2, "key");
      if (key && key->is_tensor()) key_at = static_cast<size_t>(key->tensor);
      if (key_at != 1) masks[2] = context.mask(key_at);
      // By position: query, value, key, query_mask, value_mask, key_mask, attention_mask.
      const auto given = [&](size_t position, const char* name, Value& to) {
        const Argument* mask = context.spec->find(position, name);
        if (mask && mask->is_tensor()) to = inputs[static_cast<size_t>(mask->tensor)];
      };
      // An explicit query_mask has no effect in Keras: call() asks the query itself.
      given(4, "value_mask", masks[1]);
      given(5, "key_mask", masks[2]);
      given(6, "attention_mask", attention_mask);
    } else if (inputs.size() > 2) {
      key_at = 2;
      masks[2] = context.mask(2);
    }
    if (!keeps_masks_) {
      for (const Value& x : {query, value, inputs[key_at]}) TakenMasks::take(x);
    }
    const Value q = query_->apply({query}, plain).outputs[0];
    const Value k = key_->apply({inputs[key_at]}, plain).outputs[0];
    const Value v = value_->apply({value}, plain).outputs[0];

    Value mask = attention_mask ? op::cast(attention_mask, DType::bool_) : Value();
    const auto both = [&mask](const Value& more) {
      mask = mask ? op::binary("LogicalAnd", mask, more) : more;
    };
    for (size_t i = 0; i < masks.size(); ++i) {
      if (!masks[i]) continue;
      const Value m = op::cast(masks[i], DType::bool_);
      both(op::expand_dims(m, i == 0 ? m.rank() : m.rank() - 1));
    }
    if (flag_argument(context, "use_causal_mask")) both(causal_mask(query, 1, value, 1));

    if (sliding_window_) both(near_mask(query, value, *sliding_window_));

    const double scale = 1 / std::sqrt(static_cast<double>(key_dim_));
    Value scores = op::einsum(dot_equation_, {k, op::mul(q, op::constant_like(scale, q))});
    if (mask) {
      // The heads come before the attention axes.
      const int axes = static_cast<int>(axes_.size());
      while (mask.rank() < scores.rank()) mask = op::expand_dims(mask, mask.rank() - 2 * axes);
      scores = op::add(
          scores, op::mul(op::sub(op::constant_like(1, scores), op::cast(mask, scores.dtype())),
                          op::constant_like(-1e9 * 3, scores)));
    }
    scores = softmax(scores);
    const bool wants_scores = flag_argument(context, "return_attention_scores");
    // Of a row that is masked throughout Keras 3 gives zeros, unless it takes its product of
    // attention in one piece.
    const bool in_pieces = o_.dropout > 0 || wants_scores || query.rank() != 3;
    if (mask && in_pieces && !keeps_masks_) {
      scores = op::select(mask, scores, op::constant_like(0, scores));
    }
    const bool drops = context.training && o_.dropout > 0;
    const Value kept = drops ? dropout(scores, o_.dropout, seeds_) : scores;
    Value context_vectors = op::einsum(combine_equation_, {kept, v});
    if (gate_) {
      context_vectors = op::mul(context_vectors, gate_->apply({query}, plain).outputs[0]);
    }
    const Value y = output_->apply({context_vectors}, plain).outputs[0];
    if (keeps_masks_ && o_.activity_regularizer) {
      collect_activity_losses(o_.activity_regularizer, y);
    }
    if (wants_scores) return {y, scores};
    return {y};
  }

 private:
  std::shared_ptr<EinsumDenseLayer> dense(const char* attribute, const char* name,
                                          const Projection& p, const Shape& input, Ints last,
                                          int output_rank, const char* activation = nullptr) {
    layers::EinsumDenseOptions o;
    if (activation) o.activation = activation;
    if (o_.use_bias) o.bias_axes = p.bias_axes;
    o.kernel_initializer = o_.kernel_initializer;
    o.bias_initializer = o_.bias_initializer;
    // Keras 2 has it for what the layer gives.
    if (!keeps_masks_) o.activity_regularizer = o_.activity_regularizer;
    Ints shape(std::vector<int64_t>(static_cast<size_t>(output_rank) - 1 - last.size(), -1));
    shape.insert(shape.end(), last.begin(), last.end());
    auto layer = std::make_shared<EinsumDenseLayer>(p.equation, shape, o);
    layer->set_class_name("EinsumDense");
    layer->set_name(this->name() + "/" + name);
    layer->set_dtype(policy_of_part(*this, name));
    layer->ensure_built({input});
    add_sublayer(attribute, layer);
    return layer;
  }

  void equations(int rank) {
    axes_.clear();
    if (o_.attention_axes) {
      axes_ = op::axes_of("attention_axes", *o_.attention_axes, rank - 1);
    } else {
      for (int i = 1; i < rank - 2; ++i) axes_.push_back(i);
    }
    std::string target, source, product;
    int next = rank;
    for (int i = 0; i < rank; ++i) target += letter(i);
    const auto attended = [this](int i) {
      return std::find(axes_.begin(), axes_.end(), i) != axes_.end();
    };
    for (int i = 0; i < rank; ++i) {
      source += attended(i) ? letter(next++) : letter(i);
      if (!attended(i) && i != rank - 1) product += letter(i);
    }
    for (const int a : axes_) product += target[static_cast<size_t>(a)];
    for (const int a : axes_) product += source[static_cast<size_t>(a)];
    dot_equation_ = source + "," + target + "->" + product;
    combine_equation_ = product + "," + source + "->" + target;
  }

  Value softmax(const Value& scores) const {
    if (axes_.size() == 1) return op::unary("Softmax", scores);
    std::vector<int> last;
    for (int i = scores.rank() - static_cast<int>(axes_.size()); i < scores.rank(); ++i) {
      last.push_back(i);
    }
    const Value e = op::unary("Exp", op::sub(scores, op::reduce("Max", scores, last, true)));
    return op::div(e, op::reduce("Sum", e, last, true));
  }

  int64_t heads_ = 0;
  int64_t key_dim_ = 0;
  layers::MultiHeadAttentionOptions o_;
  std::vector<int> axes_;
  std::string dot_equation_;
  std::string combine_equation_;
  bool use_gate_ = false;
  bool keeps_masks_ = false;  // as Keras 2 does
  std::optional<int64_t> sliding_window_;
  std::shared_ptr<EinsumDenseLayer> gate_;
  SeedGenerator seeds_;
  std::shared_ptr<EinsumDenseLayer> query_, key_, value_, output_;
};

}  // namespace

layers::MultiHeadAttention::MultiHeadAttention(int64_t num_heads, int64_t key_dim,
                                               const MultiHeadAttentionOptions& o)
    : LayerPtr(
          make_layer<MultiHeadAttentionLayer>("MultiHeadAttention", o, num_heads, key_dim, o)) {}

void register_multi_head_attention(LayerRegistry& registry) {
  registry.add<MultiHeadAttentionLayer>("MultiHeadAttention");
}

}  // namespace rill::keras
