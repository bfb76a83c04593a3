// The gradient of Einsum (tensorflow/python/ops/linalg_grad.py): for "x,y->z" it is "z,y->x" and
// "z,x->y"; labels that only one operand has were summed, so what flows back is repeated there.
#include <algorithm>

#include "base/fail.h"
#include "ops/linalg/einsum_equation.h"
#include "ops/linalg/gradient_functions.h"
#include "ops/linalg/gradient_math.h"

namespace rill::linalg {
namespace {

constexpr int kDots = -1;  // the ellipsis, as parse_equation gives it

std::string text(const Labels& labels) {
  std::string s;
  for (const int label : labels) {
    s += label == kDots ? std::string("...") : std::string(1, static_cast<char>(label));
  }
  return s;
}

bool repeats(const Labels& labels) {
  for (size_t i = 0; i < labels.size(); ++i) {
    if (std::find(labels.begin() + static_cast<std::ptrdiff_t>(i) + 1, labels.end(), labels[i]) !=
        labels.end()) {
      return true;
    }
  }
  return false;
}

Value einsum(const std::string& equation, const Values& inputs) {
  return emit("Einsum", inputs, {{"equation", equation}});
}

// Where a label stands, behind an ellipsis from the end: -1 is the last. The first place of a label
// that repeats.
int64_t axis_of(const Labels& labels, int label) {
  const auto at = std::find(labels.begin(), labels.end(), label) - labels.begin();
  const auto dots = std::find(labels.begin(), labels.end(), kDots) - labels.begin();
  return at < dots ? at : at - static_cast<int64_t>(labels.size());
}

// "x->z" backwards, where x has labels that z lacks.
Value repeated(const Value& dz, const Labels& z, const Value& x, const Labels& labels,
               const Labels& reduced) {
  Labels rest;
  for (const int label : labels) {
    if (!has_label(reduced, label)) rest.push_back(label);
  }
  if (!repeats(labels) && !repeats(z) && rest == z) {
    std::vector<int64_t> axes;
    for (const int label : reduced) axes.push_back(axis_of(labels, label));
    // From both ends inwards: each axis counts what is put in before it.
    std::sort(axes.begin(), axes.end(), [](int64_t a, int64_t b) {
      return (a < 0) != (b < 0) ? b < 0 : a < 0 ? a > b : a < b;
    });
    Value wide = dz;
    for (const int64_t axis : axes) {
      wide = emit("ExpandDims", {wide, Tensor::scalar(static_cast<int32_t>(axis))});
    }
    return emit("BroadcastTo", {wide, grads::shape_of(x)});
  }
  // Traces and transposed axes: first every label gets a dimension, in front, then "bdca->aabbcd".
  Values dims;
  const Value shape = grads::shape_of(x);
  for (const int label : reduced) {
    dims.push_back(grads::item(shape, axis_of(labels, label)));
  }
  const Value target =
      emit("ConcatV2", {emit("Pack", dims), grads::shape_of(dz), Tensor::scalar(int32_t{0})});
  return einsum(text(reduced) + text(z) + "->" + text(labels), {emit("BroadcastTo", {dz, target})});
}

Labels only_in(const Labels& labels, const Labels& z, const Labels& other) {
  Labels result;
  for (const int label : labels) {
    if (label != kDots && !has_label(z, label) && !has_label(other, label) &&
        !has_label(result, label)) {
      result.push_back(label);
    }
  }
  return result;
}

// By x of "x,y->z", before batch dimensions that were broadcast are summed.
Value by_operand(const Value& dz, const Labels& z, const Value& x, const Labels& x_labels,
                 const Value& y, const Labels& y_labels) {
  const Labels reduced = only_in(x_labels, z, y_labels);
  Labels left;
  for (const int label : x_labels) {
    if (!has_label(reduced, label)) left.push_back(label);
  }
  const Value g = einsum(text(z) + "," + text(y_labels) + "->" + text(left), {dz, y});
  return reduced.empty() ? g : repeated(g, left, x, x_labels, reduced);
}

// The dimensions that the ellipsis of an operand stands for: all between two labels.
struct Dots {
  Dots(const Value& operand, const Labels& labels)
      : begin(static_cast<int>(std::find(labels.begin(), labels.end(), kDots) - labels.begin())),
        behind(static_cast<int>(labels.size()) - 1 - begin),
        shape(operand.shape()),
        operand(operand) {}
  bool known() const { return shape.has_rank(); }
  int count() const { return shape.rank() - behind - begin; }
  int64_t from_end(int i) const { return shape[begin + count() - i]; }
  Value dims() const {
    return emit("StridedSlice",
                {grads::shape_of(operand), grads::int_vector({begin}), grads::int_vector({-behind}),
                 grads::int_vector({1})},
                {{"end_mask", int64_t{behind == 0}}});
  }

  int begin, behind;
  Shape shape;
  Value operand;
};

// The dimensions that the ellipsis of x stands for, of a gradient that has those of z.
Value unbroadcast(const Value& gradient, const Value& x, const Labels& x_labels, const Value& y,
                  const Labels& y_labels) {
  const Dots mine(x, x_labels), other(y, y_labels);
  bool plain = mine.known() && other.known() && mine.count() >= other.count();
  for (int i = 1; plain && i <= other.count(); ++i) {
    const int64_t a = mine.from_end(i), b = other.from_end(i);
    plain = b == 1 || (a >= 0 && a == b) || a > 1;
  }
  if (plain) return gradient;
  const Value axes = emit("BroadcastGradientArgs", {mine.dims(), other.dims()});
  const Value moved = grads::add(axes, Tensor::scalar(static_cast<int32_t>(mine.begin)));
  return grads::reshape(grads::sum(gradient, moved), grads::shape_of(x));
}

}  // namespace

Values einsum_gradient(const GradContext& ctx) {
  const Equation equation = parse_equation(ctx.attr<std::string>("equation"));
  const Labels& z = equation.output;
  const Value& dz = ctx.output_gradient(0);
  if (ctx.num_inputs() == 1) {
    const Labels& x = equation.inputs[0];
    const Labels reduced = only_in(x, z, {});
    if (!reduced.empty()) return {repeated(dz, z, ctx.input(0), x, reduced)};
    return {einsum(text(z) + "->" + text(x), {dz})};
  }
  if (ctx.num_inputs() != 2) {
    fail(Code::unimplemented, "The gradient of Einsum is for one or two operands, not ",
         ctx.num_inputs());
  }
  Values result(2);
  Labels labels[2] = {equation.inputs[0], equation.inputs[1]};
  // "...ij,jk->...ik": what flows back to y has batch dimensions too, which are summed then.
  for (Labels& list : labels) {
    if (has_label(z, kDots) && !has_label(list, kDots)) list.push_back(kDots);
  }
  for (size_t i = 0; i < 2; ++i) {
    const Value &x = ctx.input(static_cast<int>(i)), &y = ctx.input(static_cast<int>(1 - i));
    if (!ctx.needs_gradient(static_cast<int>(i))) continue;
    result[i] = by_operand(dz, z, x, labels[i], grads::conj(y), labels[1 - i]);
    if (has_label(z, kDots)) result[i] = unbroadcast(result[i], x, labels[i], y, labels[1 - i]);
  }
  return result;
}

}  // namespace rill::linalg
