#include "keras/core/make.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

class EmbeddingLayer : public Layer {
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
    if (v.reading()) v("input_length", o_.input_length);
    if (v.reading() && batch_input_shape() && batch_input_shape()->rank() == 1 && o_.input_length) {
      set_batch_input_shape(Shape{-1, *o_.input_length});
    }
  }

  void build(const Shape&) override {
    embeddings_ = add_weight("embeddings", {input_dim_, output_dim_}, o_.embeddings_initializer);
  }

  bool supports_masking() const override { return o_.mask_zero; }
  bool autocast() const override { return false; }

  Values compute_mask(const Values& inputs, std::span<const Value>) override {
    if (!o_.mask_zero) return {};
    return {op::binary("NotEqual", inputs[0], op::constant_like(0, inputs[0]))};
  }

  Value call(const Value& x, const CallContext&) override {
    const bool index = x.dtype() == DType::int32 || x.dtype() == DType::int64;
    return op::gather(embeddings_, index ? x : op::cast(x, DType::int32), 0);
  }

 private:
  int64_t input_dim_ = 0;
  int64_t output_dim_ = 0;
  layers::EmbeddingOptions o_;
  Value embeddings_;
};

// Keras 3: an embedding that can also go back to logits; a model's own call only goes forth.
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
    const Shape& forth = own_weights()[0].value.shape();
    add_weight("reverse_embeddings", {forth[1], forth[0]}, "uniform");
  }

 private:
  bool tie_weights_ = true;
  std::optional<std::string> reverse_dtype_;
  std::optional<double> logit_soft_cap_;
};

}  // namespace

layers::Embedding::Embedding(int64_t input_dim, int64_t output_dim, const EmbeddingOptions& options)
    : LayerPtr(make_layer<EmbeddingLayer>("Embedding", options, input_dim, output_dim, options)) {}

void register_embedding(LayerRegistry& registry) {
  registry.add<EmbeddingLayer>("Embedding");
  registry.add<ReversibleEmbeddingLayer>("ReversibleEmbedding");
}

}  // namespace rill::keras
