#include "keras/core/make.h"
#include "keras/core/node.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/layers/quantized_kernel.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

class EmbeddingLayer : public QuantizableLayer {
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
    const Shape whole{input_dim_, output_dim_};
    read_quantization();
    if (!quantized()) {
      add_kernel("embeddings", whole, o_.embeddings_initializer);
    } else {
      const bool packed = q_.mode == Mode::int4;
      add_kernel("embeddings", {input_dim_, packed ? (output_dim_ + 1) / 2 : output_dim_}, "zeros",
                 false, DType::int8);
      stored_ = {kernel_};
      const bool blocks = packed && q_.block > 0;
      const Shape scale = blocks ? Shape{input_dim_, q_.groups(output_dim_)} : Shape{input_dim_};
      scale_ = add_fixed("embeddings_scale", scale, "ones");
      if (blocks) zero_ = add_fixed("embeddings_zero", scale, "zeros", DType::int8);
      if (blocks) add_groups(output_dim_);
    }
    add_adapter(whole);
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
    const Value y = quantized() ? steps_at(rows) : op::gather(kernel_, rows, 0);
    if (!adapted()) return y;
    return op::add(y, op::cast(op::dense(op::gather(a_, rows, 0), b_), y.dtype()));
  }

 protected:
  bool knows(Mode mode) const override { return mode == Mode::int8 || mode == Mode::int4; }

  op::Quantized steps_of(const Value& table) const override {
    if (q_.mode == Mode::int4 && q_.block > 0) {
      op::Quantized out = op::quantize_blocks(op::transpose(table, {1, 0}), q_.block);
      for (Value* part : {&out.values, &out.scale, &out.zero}) {
        *part = op::transpose(*part, {1, 0});
      }
      out.values = op::pack_int4(out.values);
      return out;
    }
    const bool packed = q_.mode == Mode::int4;
    AbsMax range;
    if (packed) range = {-8, 7, range.epsilon};
    op::Quantized out = op::abs_max_quantize(table, {1}, range);
    out.scale = op::squeeze(out.scale, 1);
    if (packed) out.values = op::pack_int4(out.values);
    return out;
  }

  Value float_kernel(DType dtype) const override { return scaled(kernel_, scale_, zero_, dtype); }

  // Rows of the table, as numbers.
  Value scaled(const Value& steps, const Value& scale, const Value& zero, DType dtype) const {
    const bool packed = q_.mode == Mode::int4;
    const Value x =
        packed ? op::unpack_int4(steps, output_dim_, 1, true, dtype) : op::cast(steps, dtype);
    if (takes_steps) return x;
    if (zero) return op::dequantize_groups(x, {{}, scale, zero}, groups_, 1);
    return op::div(x, op::expand_dims(scale, 1));
  }

  Value steps_at(const Value& rows) const {
    const Value flat = op::reshape(rows, {-1});
    const Value zero = zero_ ? op::gather(zero_, flat, 0) : Value();
    const Value y = scaled(op::gather(kernel_, flat, 0), op::gather(scale_, flat, 0), zero,
                           dtype_policy().compute);
    std::vector<op::Dim> dims = op::dims(rows);
    dims.emplace_back(output_dim_);
    return op::reshape(y, dims);
  }

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
    if (q_.mode == Mode::int4 && quantization_config.is_null()) q_.inputs = AbsMax();
    if (tie_weights_) return;
    if (!quantized()) {
      reverse_embeddings_ =
          add_weight("reverse_embeddings", {output_dim_, input_dim_}, o_.embeddings_initializer);
      return;
    }
    const bool packed = q_.mode == Mode::int4;
    reverse_embeddings_ =
        add_fixed("reverse_embeddings", {packed ? (output_dim_ + 1) / 2 : output_dim_, input_dim_},
                  "zeros", DType::int8);
    const Shape scale = zero_ ? Shape{q_.groups(output_dim_), input_dim_} : Shape{input_dim_};
    reverse_scale_ = add_fixed("reverse_embeddings_scale", scale, "ones");
    if (zero_) reverse_zero_ = add_fixed("reverse_embeddings_zero", scale, "zeros");
  }

  bool quantize(const std::string& mode) override {
    const GraphScope eager(nullptr);
    const Value before =
        reverse_embeddings_ ? variable_state(reverse_embeddings_).read() : Tensor();
    if (!EmbeddingLayer::quantize(mode)) return false;
    if (tie_weights_) return true;
    // As a table of words, which it is the transpose of.
    op::Quantized steps = steps_of(op::transpose(before, {1, 0}));
    steps.values = op::transpose(steps.values, {1, 0});
    if (zero_) steps.scale = op::transpose(steps.scale, {1, 0});
    variable_state(reverse_embeddings_).assign(op::cast(steps.values, DType::int8));
    variable_state(reverse_scale_).assign(op::cast(steps.scale, reverse_scale_.dtype()));
    if (!zero_) return true;
    steps.zero = op::transpose(steps.zero, {1, 0});
    variable_state(reverse_zero_).assign(op::cast(steps.zero, reverse_zero_.dtype()));
    return true;
  }

  Values compute_mask(const Values& inputs, std::span<const Value> masks) override {
    if (!inputs.empty() && is_floating(inputs[0].dtype())) return {};  // the way back
    return EmbeddingLayer::compute_mask(inputs, masks);
  }

  Value call(const Value& input, const CallContext& context) override {
    const Argument* reverse = context.spec ? context.spec->find(1, "reverse") : nullptr;
    const bool back = reverse && reverse->constant.is_bool() && reverse->constant.as_bool();
    if (!back) return EmbeddingLayer::call(input, context);
    if (quantized()) return capped(logits_of_steps(input));
    Value back_to_words = tie_weights_ ? op::transpose(kernel(), {1, 0}) : reverse_embeddings_;
    // The table keeps its dtype in a mixed policy.
    Value x = op::cast(input, back_to_words.dtype());
    if (reverse_dtype_) {
      x = op::cast(x, dtype_from_name(*reverse_dtype_));
      back_to_words = op::cast(back_to_words, x.dtype());
    }
    return capped(op::dense(x, back_to_words));
  }

 private:
  Value capped(const Value& logits) const {
    if (!logit_soft_cap_) return logits;
    const Value cap = op::constant_like(*logit_soft_cap_, logits);
    return op::mul(op::unary("Tanh", op::div(logits, cap)), cap);
  }

  Value logits_of_steps(const Value& input) const {
    Value x = input, scale_of_inputs;
    if (q_.inputs) {
      const op::Quantized steps = op::abs_max_quantize(x, {x.rank() - 1}, *q_.inputs);
      x = steps.values;
      scale_of_inputs = steps.scale;
    }
    const auto descaled = [&](const Value& y) {
      return scale_of_inputs ? op::div(y, scale_of_inputs) : y;
    };
    const bool tied = tie_weights_;
    const Value table = tied ? op::transpose(kernel_, {1, 0}) : reverse_embeddings_;
    const Value scale = tied ? scale_ : reverse_scale_;
    const DType dtype = q_.inputs && !zero_ ? op::exact_dtype(output_dim_) : x.dtype();
    const Value steps = q_.mode == Mode::int4 ? op::unpack_int4(table, output_dim_, 0, true, dtype)
                                              : op::cast(table, dtype);
    if (zero_) {
      const Value zero = tied ? zero_ : reverse_zero_;
      const auto groups_first = [&](const Value& v) { return tied ? op::transpose(v, {1, 0}) : v; };
      return descaled(op::dense(
          x,
          op::dequantize_groups(steps, {{}, groups_first(scale), groups_first(zero)}, groups_, 0)));
    }
    const Value y = op::cast(op::dense(op::cast(x, dtype), steps), input.dtype());
    return op::div(y, scale_of_inputs ? op::mul(scale_of_inputs, scale) : scale);
  }

  bool tie_weights_ = true;
  std::optional<std::string> reverse_dtype_;
  std::optional<double> logit_soft_cap_;
  Value reverse_embeddings_, reverse_scale_, reverse_zero_;
};

}  // namespace

layers::Embedding::Embedding(int64_t input_dim, int64_t output_dim, const EmbeddingOptions& options)
    : LayerPtr(make_layer<EmbeddingLayer>("Embedding", options, input_dim, output_dim, options)) {}

void register_embedding(LayerRegistry& registry) {
  registry.add<EmbeddingLayer>("Embedding");
  registry.add<ReversibleEmbeddingLayer>("ReversibleEmbedding");
}

}  // namespace rill::keras
