// Formulas: tensorflow/python/ops/clip_ops.py.
#include <numeric>

#include "base/fail.h"
#include "op/indexed_slices.h"
#include "rill/train_tools.hpp"
#include "train/nodes.h"

namespace rill::train {
namespace {

// The tensor whose elements count: of a gather's gradient its rows.
const Value& elements_of(const Value& gradient) {
  return is_indexed_slices(gradient) ? indexed_slices(gradient).values : gradient;
}

Value number(double value, DType dtype) {
  const GraphScope eagerly(nullptr);
  return emit("Cast", {Tensor::scalar(value)}, {{"DstT", dtype}});
}

Value scaled(const Value& gradient, const Value& scale) {
  if (!is_indexed_slices(gradient)) return emit("Mul", {gradient, scale});
  const IndexedSlices& slices = indexed_slices(gradient);
  return make_indexed_slices(
      {emit("Mul", {slices.values, scale}), slices.indices, slices.dense_shape},
      gradient_shape(gradient));
}

}  // namespace

Value global_norm(const Values& gradients) {
  Values halves;
  for (const Value& g : gradients) {
    if (g) halves.push_back(emit("L2Loss", {elements_of(g)}));
  }
  if (halves.empty()) fail(Code::invalid_argument, "no gradient, hence no norm");
  const Value half = halves.size() == 1 ? halves[0] : emit("AddN", halves);
  return emit("Sqrt", {emit("Mul", {half, number(2, half.dtype())})});
}

ClippedGradients clip_by_global_norm(const Values& gradients, double clip_norm) {
  ClippedGradients out{gradients, global_norm(gradients)};
  const DType dtype = out.norm.dtype();
  const Value most = number(clip_norm, dtype);
  const Value one = number(1, dtype);
  const Value share =
      emit("Minimum", {emit("RealDiv", {one, out.norm}), emit("RealDiv", {one, most})});
  // Nothing is added to it, but NaN where the norm is not finite.
  const Value scale =
      emit("AddV2", {emit("Mul", {most, share}), emit("Sub", {out.norm, out.norm})});
  for (Value& g : out.gradients) {
    if (g) g = scaled(g, scale);
  }
  return out;
}

GradientsAndVariables clip_by_global_norm(const GradientsAndVariables& gradients,
                                          double clip_norm) {
  Values plain;
  for (const auto& [gradient, variable] : gradients) plain.push_back(gradient);
  const ClippedGradients clipped = clip_by_global_norm(plain, clip_norm);
  GradientsAndVariables out = gradients;
  for (size_t i = 0; i < out.size(); ++i) out[i].first = clipped.gradients[i];
  return out;
}

Value clip_by_norm(const Value& tensor, double clip_norm, const std::vector<int>& axes) {
  const Value& x = elements_of(tensor);
  std::vector<int32_t> along(axes.begin(), axes.end());
  if (axes.empty()) {
    if (!x.shape().has_rank()) fail(Code::invalid_argument, "clip_by_norm needs a known rank");
    along.resize(static_cast<size_t>(x.shape().rank()));
    std::iota(along.begin(), along.end(), 0);
  }
  const Value most = number(clip_norm, x.dtype());
  const Value squares =
      emit("Sum", {emit("Mul", {x, x}), Tensor::vector(along)}, {{"keep_dims", true}});
  // The square root has no slope at zero.
  const Value some = emit("Greater", {squares, number(0, x.dtype())});
  const Value safe = emit("SelectV2", {some, squares, number(1, x.dtype())});
  const Value norm = emit("SelectV2", {some, emit("Sqrt", {safe}), squares});
  const Value clipped = emit("RealDiv", {emit("Mul", {x, most}), emit("Maximum", {norm, most})});
  if (!is_indexed_slices(tensor)) return clipped;
  const IndexedSlices& slices = indexed_slices(tensor);
  return make_indexed_slices({clipped, slices.indices, slices.dense_shape}, gradient_shape(tensor));
}

}  // namespace rill::train
