#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/layers/kernel_layer.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

class EmbeddingLayer : public KernelLayer {
 public:
  EmbeddingLayer() = default;
  EmbeddingLayer(int64_t in, int64_t out, const layers::EmbeddingOptions& options)
      : input_dim_(in), output_dim_(out), o_(options) {}

  void visit_config(ConfigVisitor& v) override {
    v("input_dim", input_dim_);
    v("output_dim", output_dim_);
    v.weight("embeddings", o_.embeddings_initializer, o_.embeddings_regularizer,
             o_.embeddings_constraint);
    v("mask_zero", o_.mask_zero);
    visit_adapter(v);
    if (v.reading()) v("input_length", o_.input_length);
    if (v.reading() && batch_input_shape() && batch_input_shape()->rank() == 1 && o_.input_length) {
      set_batch_input_shape(Shape{-1, *o_.input_length});
    }
  }

  void build(const Shape&) override {
    add_kernel("embeddings", {input_dim_, output_dim_}, o_.embeddings_initializer);
    add_adapter();
  }

  bool supports_masking() const override { return o_.mask_zero; }
  bool autocast() const override { return false; }

  Values compute_mask(const Values& inputs, std::span<const Value>) override {
    if (!o_.mask_zero) return {};
    return {op::binary("NotEqual", inputs[0], op::constant_like(0, inputs[0]))};
  }

  Value call(const Value& x, const CallContext&) override {
    const bool index = x.dtype() == DType::int32 || x.dtype() == DType::int64;
    const Value rows = index ? x : op::cast(x, DType::int32);
    const Value y = op::gather(kernel_, rows, 0);
    if (!adapted()) return y;
    return op::add(y, op::cast(op::dense(op::gather(a_, rows, 0), b_), y.dtype()));
  }

 protected:
  int64_t input_dim_ = 0;
  int64_t output_dim_ = 0;
  layers::EmbeddingOptions o_;
};

// Called with reverse=True it gives logits (keras/src/layers/core/reversible_embedding.py).
class ReversibleEmbeddingLayer final : public EmbeddingLayer {
 public:
  void visit_config(ConfigVisitor& v) override {
    EmbeddingLayer::visit_config(v);
    v("tie_weights", tie_weights_);
    v("reverse_dtype", reverse_dtype_);
    v("logit_soft_cap", logit_soft_cap_);
  }

  void build(const Shape& input) override {
    EmbeddingLayer::build(input);
    if (tie_weights_) return;
    reverse_embeddings_ =
        add_weight("reverse_embeddings", {output_dim_, input_dim_}, o_.embeddings_initializer);
  }

  Values compute_mask(const Values& inputs, std::span<const Value> masks) override {
    if (!inputs.empty() && is_floating(inputs[0].dtype())) return {};  // the way back
    return EmbeddingLayer::compute_mask(inputs, masks);
  }

  Value call(const Value& input, const CallContext& context) override {
    const Argument* reverse = context.spec ? context.spec->find(1, "reverse") : nullptr;
    const bool back = reverse && reverse->constant.is_bool() && reverse->constant.as_bool();
    if (!back) return EmbeddingLayer::call(input, context);
    Value x = input;
    Value back_to_words = tie_weights_ ? op::transpose(kernel(), {1, 0}) : reverse_embeddings_;
    if (reverse_dtype_) {
      x = op::cast(x, dtype_from_name(*reverse_dtype_));
      back_to_words = op::cast(back_to_words, x.dtype());
    }
    const Value logits = op::dense(x, back_to_words);
    if (!logit_soft_cap_) return logits;
    const Value cap = op::constant_like(*logit_soft_cap_, logits);
    return op::mul(op::unary("Tanh", op::div(logits, cap)), cap);
  }

 private:
  bool tie_weights_ = true;
  std::optional<std::string> reverse_dtype_;
  std::optional<double> logit_soft_cap_;
  Value reverse_embeddings_;
};

}  // namespace

layers::Embedding::Embedding(int64_t input_dim, int64_t output_dim, const EmbeddingOptions& options)
    : LayerPtr(make_layer<EmbeddingLayer>("Embedding", options, input_dim, output_dim, options)) {}

void register_embedding(LayerRegistry& registry) {
  registry.add<EmbeddingLayer>("Embedding");
  registry.add<ReversibleEmbeddingLayer>("ReversibleEmbedding");
}

}  // namespace rill::keras
