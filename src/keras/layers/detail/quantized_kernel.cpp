#include "keras/layers/quantized_kernel.h"

#include <algorithm>
#include <map>

#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/weights.h"

namespace rill::keras {

void QuantizableLayer::read_quantization() {
  q_ = Quantization::of(dtype_policy(), quantization_config);
  if (quantized() && !knows(q_.mode)) {
    fail(Code::invalid_argument, "the dtype policy is ", quoted(dtype_policy().name),
         "; layers of this class have no such form");
  }
}

Value QuantizableLayer::add_fixed(const std::string& name, const Shape& shape,
                                  const char* initializer, DType dtype) {
  stored_.push_back(add_weight(name, shape, initializer, false, dtype));
  return stored_.back();
}

void QuantizableLayer::add_groups(int64_t rows) {
  groups_ = add_fixed("g_idx", {rows}, "zeros", DType::float32);
  if (variable_state(groups_).initialized()) assign_groups();
}

void QuantizableLayer::assign_groups() {
  if (!groups_ || q_.mode != Mode::int4) return;  // gptq and awq sort rows as they like
  std::vector<float> index;
  for (int64_t i = 0; i < groups_.shape()[0]; ++i) {
    index.push_back(static_cast<float>(i / q_.block));
  }
  variable_state(groups_).assign(Tensor::vector(index));
}

Values QuantizableLayer::stored_variables() const {
  return quantized() ? stored_ : KernelLayer::stored_variables();
}

// Files have the adapter's product in the steps.
Tensor QuantizableLayer::stored_value(const Value& variable) const {
  const bool plain = !adapted() || q_.mode == Mode::gptq || q_.mode == Mode::awq;
  if (!quantized() || plain) return KernelLayer::stored_value(variable);
  const GraphScope eager(nullptr);
  const Tensor product = op::dense(a_, b_);
  const std::vector<float> numbers = op::cast(product, DType::float32).to_vector<float>();
  // Steps of steps are others: without a product those that are there stay.
  if (std::all_of(numbers.begin(), numbers.end(), [](float x) { return x == 0; })) {
    return variable_state(variable).read();
  }
  const op::Quantized merged =
      steps_of(op::add(float_kernel(scale_.dtype()), op::cast(product, scale_.dtype())));
  if (is_own(variable, kernel_)) return op::cast(merged.values, kernel_.dtype());
  if (is_own(variable, scale_)) return op::cast(merged.scale, scale_.dtype());
  if (is_own(variable, zero_)) return op::cast(merged.zero, zero_.dtype());
  return variable_state(variable).read();
}

void QuantizableLayer::rebuild(DTypePolicy policy) {
  const DeferInitializers deferred;
  set_dtype(std::move(policy));
  clear_weights();
  build(build_shapes());
}

void QuantizableLayer::take_form_of(const std::vector<Tensor>& stored) {
  if (stored.empty()) return;
  const size_t plain = stored_variables().size();
  std::string mode;
  const Tensor& first = stored[0];
  const Tensor& last = stored.back();
  if (first.dtype() != DType::int8) {
    if (stored.size() == plain + 6) mode = "float8";
  } else if (stored.size() == plain + 1) {
    mode = first.shape() == kernel_.shape() ? "int8" : "int4/-1";
  } else if (stored.size() == plain + 3 && last.dtype() == DType::float32 && last.rank() == 1) {
    // The groups of the rows, all of one size.
    const std::vector<float> groups = last.to_vector<float>();
    const auto block = std::count(groups.begin(), groups.end(), 0.0F);
    mode = str("int4/", std::max<int64_t>(block, 1));
  }
  if (mode.empty()) return;
  DTypePolicy policy = quantized_policy(mode, dtype_policy().name);
  if (!knows(Quantization::of(policy, {}).mode)) return;
  if (mode == "float8") policy.amax_history_length = last.size();
  rebuild(std::move(policy));
}

bool QuantizableLayer::quantize(const std::string& given) {
  if (quantized()) {
    fail(Code::failed_precondition, "layer ", quoted(name()),
         " is quantized already: ", dtype_policy().name);
  }
  const std::string mode = given == "int4" ? "int4/128" : given;
  const DTypePolicy before = dtype_policy();
  DTypePolicy policy = quantized_policy(mode, before.name);
  policy.amax_history_length = before.amax_history_length;
  const Quantization wanted = Quantization::of(policy, {});
  if (wanted.mode == Mode::gptq || wanted.mode == Mode::awq) {
    fail(Code::unimplemented, "quantize(", quoted(mode), "), which learns from data");
  }
  quantization_config = default_quantization_config(mode);
  if (!knows(wanted.mode)) return false;
  const GraphScope eager(nullptr);
  std::map<std::string, Tensor> values;
  for (const Weight& w : own_weights()) values[w.name] = variable_state(w.value).read();
  const Value kernel = variable_state(kernel_).read();
  rebuild(std::move(policy));
  for (const Weight& w : own_weights()) {
    const auto found = values.find(w.name);
    const bool fits = found != values.end() && found->second.dtype() == w.value.dtype() &&
                      found->second.shape() == w.value.shape();
    if (fits) variable_state(w.value).assign(found->second);
  }
  initialize_missing(*this);
  if (q_.mode == Mode::float8) return true;
  const op::Quantized steps = steps_of(kernel);
  variable_state(kernel_).assign(op::cast(steps.values, kernel_.dtype()));
  variable_state(scale_).assign(op::cast(steps.scale, scale_.dtype()));
  if (zero_) variable_state(zero_).assign(op::cast(steps.zero, zero_.dtype()));
  assign_groups();
  return true;
}

void QuantizedKernelLayer::add_kernel_of(Layout layout, const Initializer& initializer) {
  read_quantization();
  layout_ = std::move(layout);
  const int64_t rows = layout_.rows, columns = layout_.columns;
  const int64_t groups = q_.groups(rows);
  const auto steps = [&](const Shape& shape, DType dtype) {
    add_kernel("kernel", shape, "zeros", false, dtype);
    stored_.push_back(kernel_);
  };
  switch (q_.mode) {
    case Mode::none:
      return add_kernel("kernel", layout_.kernel, initializer);
    case Mode::float8:
      add_float8();
      add_kernel("kernel", layout_.kernel, initializer);
      stored_.insert(stored_.begin(), kernel_);
      return;
    case Mode::int8:
      steps(layout_.kernel, DType::int8);
      scale_ = add_fixed("kernel_scale", layout_.scale, "ones");
      return;
    case Mode::int4: {
      steps({rows, (columns + 1) / 2}, DType::int8);
      const Shape shape = q_.block < 0 ? Shape{columns} : Shape{groups, columns};
      scale_ = add_fixed("kernel_scale", shape, "ones");
      if (q_.block < 0) return;
      zero_ = add_fixed("kernel_zero", shape, "zeros", DType::int8);
      return add_groups(rows);
    }
    case Mode::gptq:
    case Mode::awq:
      steps({q_.bits == 4 ? (columns + 1) / 2 : columns, rows}, DType::uint8);
      scale_ = add_fixed("kernel_scale", {columns, groups}, "ones");
      zero_ = add_fixed(layout_.zero_name, {columns, groups}, "zeros", DType::uint8);
      if (q_.mode == Mode::awq) awq_scales_ = add_fixed("awq_scales", {rows}, "ones");
      return add_groups(rows);
  }
}

void QuantizedKernelLayer::add_float8() {
  const Shape history{dtype_policy().amax_history_length};
  for (const char* what : {"inputs", "kernel", "outputs_grad"}) {
    const std::string name = what;
    stored_.push_back(add_weight(name + "_scale", {}, "ones", true, DType::float32));
    stored_.push_back(add_weight(name + "_amax_history", history, "zeros", true, DType::float32));
  }
}

void QuantizedKernelLayer::finish_weights() {
  const bool last = q_.mode == Mode::gptq || q_.mode == Mode::awq;
  if (quantized() && bias_) stored_.insert(stored_.begin() + (last ? 0 : 1), bias_);
  add_adapter(layout_.kernel);
  if (adapted() && (last || q_.mode == Mode::float8)) {
    fail(Code::unimplemented, "a low-rank adapter on a kernel of the dtype policy ",
         dtype_policy().name, "; Keras has none either");
  }
}

op::Quantized QuantizedKernelLayer::steps_of(const Value& kernel) const {
  if (q_.mode == Mode::int8) {
    op::Quantized out = op::abs_max_quantize(kernel, layout_.kernel_axes, AbsMax());
    out.scale = kept_scale(out.scale);
    return out;
  }
  const Value flat = op::reshape(kernel, {layout_.rows, layout_.columns});
  op::Quantized out;
  if (q_.block < 0) {
    out = op::abs_max_quantize(flat, {0}, {-8, 7, AbsMax().epsilon});
    out.scale = op::squeeze(out.scale, 0);
  } else {
    out = op::quantize_blocks(flat, q_.block);
  }
  out.values = op::pack_int4(out.values);
  return out;
}

Value QuantizedKernelLayer::float_kernel(DType dtype) const {
  if (q_.mode == Mode::int8) return op::div(op::cast(kernel_, dtype), reduced_scale(scale_));
  const bool packed = q_.mode != Mode::gptq || q_.bits == 4;
  const bool columns_first = q_.mode != Mode::int4;
  Value steps = packed ? op::unpack_int4(kernel_, layout_.columns, columns_first ? 0 : 1,
                                         !columns_first, dtype)
                       : op::cast(kernel_, dtype);
  if (q_.mode == Mode::int4 && q_.block < 0) {
    steps = op::div(steps, scale_);
  } else {
    steps = op::dequantize_groups(steps, {{}, scale_, zero_}, groups_, columns_first ? 1 : 0);
  }
  if (columns_first) steps = op::transpose(steps, {1, 0});
  if (awq_scales_) steps = op::div(steps, op::expand_dims(awq_scales_, 1));
  std::vector<op::Dim> dims(layout_.kernel.begin(), layout_.kernel.end());
  return op::reshape(steps, dims);
}

// What Keras' property `kernel` gives.
Value QuantizedKernelLayer::bare_kernel(DType dtype) const {
  Value steps = op::cast(kernel_, dtype);
  if (q_.mode == Mode::gptq || q_.mode == Mode::awq) {
    fail(Code::unimplemented, "TimeDistributed around a layer of the dtype policy ",
         dtype_policy().name, "; Keras cannot either");
  }
  if (q_.mode == Mode::int4) {
    const std::vector<op::Dim> dims(layout_.kernel.begin(), layout_.kernel.end());
    steps = op::reshape(op::unpack_int4(kernel_, layout_.columns, 1, true, dtype), dims);
  }
  return adapted() ? op::add(steps, op::cast(op::dense(a_, b_), dtype)) : steps;
}

// The product of steps, scaled behind it.
Value QuantizedKernelLayer::on_steps(const Value& x) const {
  const DType dtype = q_.inputs ? op::exact_dtype(layout_.rows) : x.dtype();
  const Value kernel = q_.mode == Mode::int8
                           ? op::cast(kernel_, dtype)
                           : op::unpack_int4(kernel_, layout_.columns, 1, true, dtype);
  if (!q_.inputs) return op::div(product(x, kernel), scale_);
  const op::Quantized steps = op::abs_max_quantize(x, layout_.input_axes, *q_.inputs);
  const Value y = op::cast(product(op::cast(steps.values, dtype), kernel), x.dtype());
  return op::div(y, op::mul(scale_of_output(steps.scale), scale_));
}

Value QuantizedKernelLayer::multiplied(const Value& x, bool training) const {
  if (q_.mode == Mode::none) return product(x, kernel());
  if (takes_steps) return product(x, bare_kernel(x.dtype()));
  if (q_.mode == Mode::float8) {
    if (training) fail(Code::unimplemented, "training with float8 kernels");
    const Value& scale_of_kernel = stored_[bias_ ? 4 : 3];
    return product(op::round_to_float8(x, stored_[bias_ ? 2 : 1]),
                   op::round_to_float8(kernel_, scale_of_kernel));
  }
  const bool late = q_.mode == Mode::int8 ||
                    (q_.mode == Mode::int4 && q_.block < 0 && (layout_.scaled_late || q_.inputs));
  Value y;
  if (late && (q_.mode == Mode::int8 || layout_.scaled_late)) {
    y = on_steps(x);
  } else if (late) {
    const op::Quantized steps = op::abs_max_quantize(x, layout_.input_axes, *q_.inputs);
    y = op::div(product(steps.values, float_kernel(x.dtype())), scale_of_output(steps.scale));
  } else {
    y = product(x, float_kernel(x.dtype()));
  }
  if (training && q_.inputs && late) {
    // Steps have no slope: the gradient is that of the product with the kernel they stand for.
    const Value smooth = product(x, float_kernel(x.dtype()));
    y = op::add(smooth, op::unary("StopGradient", op::sub(y, smooth)));
  }
  if (!adapted()) return y;
  return op::cast(op::add(y, op::dense(product(x, a_), b_)), x.dtype());
}

Value QuantizedKernelLayer::bias() const {
  const bool rounded =
      q_.mode == Mode::float8 && !takes_steps && dtype_policy().compute == DType::float32;
  return rounded ? op::cast(op::cast(bias_, DType::bfloat16), DType::float32) : bias_;
}

}  // namespace rill::keras
