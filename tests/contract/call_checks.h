// What holds of every call of an op and of its gradient, whatever its arguments.
#pragma once

#include <span>
#include <vector>

#include "contract/gradient_cases.h"
#include "contract/hostile_calls.h"
#include "op/indexed_slices.h"
#include "op/shape_context.h"
#include "rill/error.hpp"

namespace rill::test {

inline std::vector<Shape> run_shape(const OpDef& def, const AttrMap& attrs,
                                    std::span<const ShapeContext::Input> inputs) {
  const std::vector<DType> dtypes = output_dtypes(def, attrs, "n");
  ShapeContext ctx(def, attrs, "n", inputs, dtypes);
  def.shape(ctx);
  std::vector<Shape> out;
  for (int i = 0; i < ctx.num_outputs(); ++i) out.push_back(ctx.output(i));
  return out;
}

// The kernel's results have the shapes that the shape function promised.
inline void expect_shapes_agree(const HostileCall& call, const std::vector<Tensor>& outputs) {
  for (const bool known : {true, false}) {
    std::vector<ShapeContext::Input> inputs;
    for (const Tensor& t : call.inputs) {
      inputs.push_back({known ? t.shape() : Shape::unknown_dims(t.rank()), t.dtype()});
      if (known) inputs.back().value = &t;
    }
    std::vector<Shape> shapes;
    try {
      shapes = run_shape(*call.def, call.attrs, inputs);
    } catch (const Error&) {
      continue;  // TensorFlow too is stricter while a graph is built than in some kernels
    }
    const bool refs = !call.def->outputs.empty() && call.def->outputs[0].is_ref;
    for (size_t k = 0; k < outputs.size() && !refs; ++k) {
      if (!shapes[k].is_compatible_with(outputs[k].shape())) {
        throw InternalError(
            str("output ", k, " is ", outputs[k].shape(), "; the shape function says ", shapes[k]));
      }
    }
  }
}

// What flows in: ones (kind 0), zeros or nothing by turns (1), anything at all (2).
inline Values flowing(const Values& outputs, int64_t kind, Stream& odd) {
  Values out;
  for (const Tensor& y : outputs) {
    if (!continuous(y.dtype())) {
      out.emplace_back();
    } else if (kind == 0) {
      out.push_back(emit("OnesLike", {y}));
    } else if (kind == 1) {
      out.push_back(odd.below(2) == 0 ? Value() : Value(Tensor::zeros(y.dtype(), y.shape())));
    } else {
      out.push_back(sample_tensor(y.dtype(), sample_shape(odd), odd));
    }
  }
  return out;
}

// Each gradient is as its input.
inline void expect_like_inputs(const Values& inputs, const Values& gradients) {
  if (gradients.size() != inputs.size()) {
    throw InternalError(str(gradients.size(), " gradients for ", inputs.size(), " inputs"));
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!gradients[i] || !is_plain(inputs[i].dtype())) continue;
    if (gradient_dtype(gradients[i]) != inputs[i].dtype() ||
        !gradient_shape(gradients[i]).is_compatible_with(inputs[i].shape())) {
      throw InternalError(str("gradient ", i, " is ", gradient_dtype(gradients[i]),
                              gradient_shape(gradients[i]), ", its input ", inputs[i].dtype(),
                              inputs[i].shape()));
    }
  }
}

}  // namespace rill::test
