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
  add_adapter();
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
  add_kernel("kernel", kernel, with_axes(o_.kernel_initializer, input_axes, output_axes));
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

Value EinsumDenseLayer::call(const Value& x, const CallContext&) {
  Value y = op::einsum(equation_, {x, kernel()});
  if (bias_) y = op::add(y, bias_);
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
