// keras/src/layers/core/einsum_dense.py
#include "keras/layers/einsum_dense.h"
#include "base/fail.h"
#include "keras/core/initializer.h"
#include "keras/core/make.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

struct Parts {
  std::string input, weights, output;
};

Parts parse(const std::string& equation) {
  std::string plain;
  for (char c : equation) {
    if (c != ' ') plain.push_back(c);
  }
  const size_t comma = plain.find(','), arrow = plain.find("->");
  if (comma == std::string::npos || arrow == std::string::npos || comma > arrow) {
    fail(Code::invalid_argument, "EinsumDense: the equation ", quoted(equation),
         " is not of the form 'input,weights->output'");
  }
  return {plain.substr(0, comma), plain.substr(comma + 1, arrow - comma - 1),
          plain.substr(arrow + 2)};
}

std::string without_dots(const std::string& labels) {
  std::string out;
  for (char c : labels) {
    if (c != '.') out.push_back(c);
  }
  return out;
}

}  // namespace

void EinsumDenseLayer::visit_config(ConfigVisitor& v) {
  v("equation", equation_);
  Shape shape(output_shape_);
  v("output_shape", shape);  // unknown sizes are null
  if (v.reading()) output_shape_ = Ints(shape.begin(), shape.end());
  v("activation", o_.activation);
  std::optional<std::string> axes;
  if (!o_.bias_axes.empty()) axes = o_.bias_axes;
  v("bias_axes", axes);
  o_.bias_axes = axes.value_or("");
  v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
  v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
  v("activity_regularizer", o_.activity_regularizer);
  visit_adapter(v);
}

void EinsumDenseLayer::build(const Shape& input) {
  add_weights(input);
  finish_weights();
}

void EinsumDenseLayer::add_weights(const Shape& input) {
  const Parts p = parse(equation_);
  const bool dots_in = p.input.find("...") != std::string::npos;
  const std::string in = without_dots(p.input), out = without_dots(p.output);
  const bool dots_first = p.input.rfind("...", 0) == 0;
  // Sizes by label: those of the input, then those of output_shape (without the batch).
  const auto input_size = [&](char label) -> int64_t {
    const size_t at = in.find(label);
    if (at == std::string::npos) return -1;
    const int index = dots_in && dots_first ? input.rank() - static_cast<int>(in.size() - at)
                                            : static_cast<int>(at);
    if (index < 0 || index >= input.rank()) {
      fail(Code::invalid_argument, "EinsumDense: the equation ", quoted(equation_),
           " does not fit an input of shape ", input);
    }
    return input[index];
  };
  const auto output_size = [&](char label) -> int64_t {
    const size_t at = out.find(label);
    if (at == std::string::npos) return -1;
    // Counted from the end, so that a batch or an ellipsis in front does not matter.
    const size_t from_end = out.size() - at;
    if (from_end > output_shape_.size()) return -1;
    return output_shape_[output_shape_.size() - from_end];
  };
  Shape kernel;
  Ints input_axes, output_axes;
  for (char label : p.weights) {
    Ints& axes = out.find(label) == std::string::npos ? input_axes : output_axes;
    axes.push_back(kernel.rank());
    int64_t size = input_size(label);
    if (size < 0) size = output_size(label);
    kernel.push_back(size);
  }
  add_kernel_of(layout_of(kernel, input),
                with_axes(o_.kernel_initializer, input_axes, output_axes));
  if (o_.bias_axes.empty()) return;
  int first = static_cast<int>(out.size());
  for (char label : o_.bias_axes) {
    const size_t at = out.find(label);
    if (at == std::string::npos) {
      fail(Code::invalid_argument, "EinsumDense: bias axis '", label, "' is not in the output of ",
           quoted(equation_));
    }
    first = std::min(first, static_cast<int>(at));
  }
  Shape bias;
  for (size_t i = static_cast<size_t>(first); i < out.size(); ++i) {
    int64_t size = 1;
    if (o_.bias_axes.find(out[i]) != std::string::npos) {
      size = output_size(out[i]);
      if (size < 0) size = input_size(out[i]);
    }
    bias.push_back(size);
  }
  bias_ = add_weight("bias", bias, o_.bias_initializer);
}

// Keras' _analyze_quantization_info(): reduced axes stand where the output has axes that the
// operand lacks, as long as there are such.
EinsumDenseLayer::Layout EinsumDenseLayer::layout_of(const Shape& kernel, const Shape& input) {
  Layout out;
  out.kernel = kernel;
  out.zero_name = "zero_point";
  if (dtype_policy().quantization.empty()) return out;
  const Quantization wanted = Quantization::of(dtype_policy(), quantization_config);
  const Parts p = parse(equation_);
  // The axes of the ellipsis, in letters that the equation has not.
  std::string in = without_dots(p.input), result = without_dots(p.output);
  std::string dots;
  for (char c = '0'; static_cast<int>(in.size() + dots.size()) < input.rank(); ++c) dots += c;
  const bool dots_first = p.input.rfind("...", 0) == 0;
  in = dots_first ? dots + in : in + dots;
  result = dots_first ? dots + result : result + dots;
  int at = -1;
  const auto align = [&](const std::string& labels) {
    Alignment a;
    for (size_t i = 0; i < labels.size(); ++i) {
      if (result.find(labels[i]) == std::string::npos) a.reduced.push_back(static_cast<int>(i));
    }
    for (size_t i = 0; i < result.size(); ++i) {
      const size_t found = labels.find(result[i]);
      (found == std::string::npos ? a.expand : a.transpose)
          .push_back(static_cast<int>(found == std::string::npos ? i : found));
    }
    for (const int axis : a.reduced) {
      if (!a.expand.empty()) {
        at = a.expand.front();
        a.expand.erase(a.expand.begin());
      } else {
        a.squeeze.push_back(axis);
      }
      if (at < 0 || at > static_cast<int>(a.transpose.size())) {
        fail(Code::unimplemented, "quantised: the equation ", quoted(equation_),
             "; Keras cannot quantise it either");
      }
      a.transpose.insert(a.transpose.begin() + at, axis);
    }
    return a;
  };
  if (wanted.mode == Mode::int8 || wanted.mode == Mode::int4) {
    of_input_ = align(in);
    of_kernel_ = align(p.weights);
    out.input_axes = of_input_.reduced;
    out.kernel_axes = of_kernel_.reduced;
    Shape one = kernel;
    for (const int axis : of_kernel_.reduced) one[axis] = 1;
    const GraphScope eager(nullptr);
    if (one.is_fully_defined()) {
      out.scale = kept_scale(Tensor::zeros(DType::bool_, one)).shape();
    }
  }
  if (!kernel.is_fully_defined()) return out;  // add_weight() says so
  const int rank = kernel.rank();
  const bool by_place = wanted.mode == Mode::gptq || wanted.mode == Mode::awq;
  int split = 1;
  if (rank == 3) {
    split = kernel[0] >= kernel[1] && kernel[0] >= kernel[2] ? 1 : 2;
  } else if (rank != 2 && by_place) {
    fail(Code::invalid_argument, "a kernel of shape ", kernel, " in ", dtype_policy().name);
  }
  Shape rows, columns;
  for (int i = 0; i < rank; ++i) {
    const bool reduced =
        by_place ? i < split : result.find(p.weights[static_cast<size_t>(i)]) == std::string::npos;
    (reduced ? rows : columns).push_back(kernel[i]);
  }
  out.rows = rows.num_elements();
  out.columns = columns.num_elements();
  return out;
}

Value EinsumDenseLayer::product(const Value& x, const Value& kernel) const {
  return op::einsum(equation_, {x, kernel});
}

namespace {

Value aligned(Value scale, const std::vector<int>& transpose, const std::vector<int>& expand,
              const std::vector<int>& squeeze) {
  scale = op::transpose(scale, transpose);
  for (const int axis : expand) scale = op::expand_dims(scale, axis);
  for (auto axis = squeeze.rbegin(); axis != squeeze.rend(); ++axis) {
    scale = op::squeeze(scale, *axis);
  }
  return scale;
}

}  // namespace

Value EinsumDenseLayer::scale_of_output(const Value& scale) const {
  return aligned(scale, of_input_.transpose, of_input_.expand, of_input_.squeeze);
}
Value EinsumDenseLayer::kept_scale(const Value& scale) const {
  return aligned(scale, of_kernel_.transpose, of_kernel_.expand, of_kernel_.squeeze);
}
Value EinsumDenseLayer::reduced_scale(const Value& kept) const {
  Value scale = kept;
  for (const int axis : of_kernel_.squeeze) scale = op::expand_dims(scale, axis);
  for (auto axis = of_kernel_.expand.rbegin(); axis != of_kernel_.expand.rend(); ++axis) {
    scale = op::squeeze(scale, *axis);
  }
  std::vector<int> back(of_kernel_.transpose.size());
  for (size_t i = 0; i < back.size(); ++i) {
    back[static_cast<size_t>(of_kernel_.transpose[i])] = static_cast<int>(i);
  }
  return op::transpose(scale, back);
}

Value EinsumDenseLayer::call(const Value& x, const CallContext& context) {
  Value y = multiplied(x, context.training);
  if (bias_) y = op::add(y, bias());
  return op::activate(o_.activation, y);
}

layers::EinsumDense::EinsumDense(const std::string& equation, const Ints& output_shape,
                                 const EinsumDenseOptions& options)
    : LayerPtr(
          make_layer<EinsumDenseLayer>("EinsumDense", options, equation, output_shape, options)) {}

void register_einsum_dense(LayerRegistry& registry) {
  registry.add<EinsumDenseLayer>("EinsumDense");
}

}  // namespace rill::keras
