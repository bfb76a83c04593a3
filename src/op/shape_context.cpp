#include "op/shape_context.h"

#include <algorithm>

#include "tensor/dispatch.h"

namespace rill {

ShapeContext::ShapeContext(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
                           std::span<const Input> inputs, std::span<const DType> output_dtypes)
    : NodeAccess(def, attrs, node_name),
      inputs_(inputs),
      output_dtypes_(output_dtypes),
      outputs_(output_dtypes.size(), Shape::unknown_rank()),
      partials_(output_dtypes.size()) {}

const ShapeContext::Input& ShapeContext::at(int input) const {
  return inputs_[checked("input", input, inputs_.size())];
}
DType ShapeContext::output_dtype(int i) const {
  return output_dtypes_[checked("output", i, output_dtypes_.size())];
}
void ShapeContext::set_output(int i, Shape shape) {
  outputs_[checked("output", i, outputs_.size())] = std::move(shape);
}
const Shape& ShapeContext::output(int i) const {
  return outputs_[checked("output", i, outputs_.size())];
}
const std::optional<PartialValue>& ShapeContext::partial_output(int i) const {
  return partials_[checked("output", i, partials_.size())];
}

std::optional<std::vector<int64_t>> ShapeContext::ints(int i) const {
  const std::optional<PartialValue> known = partial(i);
  if (!known || !known->fully_known()) return std::nullopt;
  return known->items;
}

std::optional<int64_t> ShapeContext::int_scalar(int i) const {
  const auto known = ints(i);
  if (!known || known->size() != 1) return std::nullopt;
  return (*known)[0];
}

std::optional<PartialValue> ShapeContext::partial(int i) const {
  const Input& in = at(i);
  if (in.value != nullptr && is_integer(in.value->dtype()) && in.value->rank() <= 1) {
    return PartialValue{in.value->rank() == 0, in.value->to_vector<int64_t>()};
  }
  if (in.partial != nullptr) return *in.partial;
  if (in.shape.rank() == 0) return PartialValue{true, {PartialValue::kUnknown}};
  constexpr int64_t kLongest = 1024;
  if (in.shape.rank() == 1 && in.shape[0] >= 0 && in.shape[0] <= kLongest) {
    return PartialValue{
        false, std::vector<int64_t>(static_cast<size_t>(in.shape[0]), PartialValue::kUnknown)};
  }
  return std::nullopt;
}

Shape ShapeContext::shape_from_value(int i) const {
  const auto known = partial(i);
  if (!known || known->items.size() > static_cast<size_t>(Shape::kMaxRank)) {
    return Shape::unknown_rank();
  }
  std::vector<int64_t> dims = known->items;
  for (int64_t& d : dims) {
    if (d != PartialValue::kUnknown) require(d >= -1, "dimension ", d, " is negative");
    d = d == PartialValue::kUnknown ? -1 : d;
  }
  return Shape(dims);
}

void ShapeContext::set_partial(int i, PartialValue value) {
  partials_[checked("output", i, partials_.size())] = std::move(value);
}

void ShapeContext::require_rank(int i, int at_least) const {
  const Shape& s = input(i);
  require(!s.has_rank() || s.rank() >= at_least, "input ", i, " has shape ", s,
          "; it must have at least rank ", at_least);
}

void ShapeContext::require_rank_exactly(int i, int rank) const {
  const Shape& s = input(i);
  require(!s.has_rank() || s.rank() == rank, "input ", i, " has shape ", s, "; its rank must be ",
          rank);
}

void ShapeContext::require_rank_at_most(int i, int rank) const {
  const Shape& s = input(i);
  require(!s.has_rank() || s.rank() <= rank, "input ", i, " has shape ", s,
          "; its rank must be at most ", rank);
}

int64_t ShapeContext::merge_dim(int64_t a, int64_t b) const {
  if (a < 0) return b;
  if (b < 0) return a;
  require(a == b, "dimensions must be equal, but are ", a, " and ", b);
  return a;
}

Shape ShapeContext::merge(const Shape& a, const Shape& b) const {
  if (!a.has_rank()) return b;
  if (!b.has_rank()) return a;
  require(a.rank() == b.rank(), "shapes must be equal rank, but are ", a, " and ", b);
  Shape out = a;
  for (int i = 0; i < a.rank(); ++i) {
    require(a[i] < 0 || b[i] < 0 || a[i] == b[i], "shapes must be equal, but are ", a, " and ", b);
    out[i] = a[i] < 0 ? b[i] : a[i];
  }
  return out;
}

Shape broadcast_shapes(const ShapeContext& ctx, const Shape& a, const Shape& b) {
  if (!a.has_rank() || !b.has_rank()) return Shape::unknown_rank();
  const int rank = std::max(a.rank(), b.rank());
  Shape out = Shape::unknown_dims(rank);
  for (int i = 1; i <= rank; ++i) {
    const int64_t x = i <= a.rank() ? a[a.rank() - i] : 1;
    const int64_t y = i <= b.rank() ? b[b.rank() - i] : 1;
    int64_t& d = out[rank - i];
    if (x == y) {
      d = x;
    } else if (x == 1) {
      d = y;
    } else if (y == 1) {
      d = x;
    } else if (x < 0 || y < 0) {
      d = std::max(x, y);  // the unknown one must be 1 or the same
    } else {
      ctx.fail(Code::invalid_argument, "Incompatible shapes: ", a, " vs. ", b);
    }
  }
  return out;
}

namespace shapes {

void unchanged(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(0));
}

void broadcast2(ShapeContext& ctx) {
  ctx.set_output(0, broadcast_shapes(ctx, ctx.input(0), ctx.input(1)));
}

void scalar(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, Shape{});
}

void none(ShapeContext&) {}
void unknown(ShapeContext&) {}

void from_shape_attr(ShapeContext& ctx) { ctx.set_output(0, ctx.attr<Shape>("shape")); }

// tensorflow/core/framework/kernel_shape_util.cc: GetWindowedOutputSizeVerbose
Window window(const NodeAccess& who, int64_t input, int64_t filter, int64_t dilation,
              int64_t stride, const std::string& padding, int64_t explicit_before,
              int64_t explicit_after) {
  who.require(stride > 0, "stride must be > 0, but is ", stride);
  who.require(dilation > 0, "dilation must be > 0, but is ", dilation);
  Window w;
  if (padding == "EXPLICIT") {
    w.before = explicit_before;
    w.after = explicit_after;
  }
  if (input < 0 || filter < 0) return w;
  int64_t reach = 0;
  who.require(!__builtin_mul_overflow(filter - 1, dilation, &reach) && reach < INT64_MAX / 4,
              "filter size ", filter, " with dilation ", dilation, " is too large");
  const int64_t effective = filter == 0 ? 0 : reach + 1;
  if (padding == "SAME") {
    w.output = input / stride + (input % stride != 0 ? 1 : 0);
    const int64_t needed = std::max<int64_t>(0, (w.output - 1) * stride + effective - input);
    w.before = needed / 2;
    w.after = needed - w.before;
  } else {
    who.require(w.before >= 0 && w.after >= 0 && w.before < INT64_MAX / 8 &&
                    w.after < INT64_MAX / 8 && input < INT64_MAX / 4,
                "padding ", w.before, ", ", w.after, " is not valid");
    const int64_t room = input + w.before + w.after - effective;
    w.output = room >= 0 ? room / stride + 1 : (room + stride) / stride;
  }
  who.require(w.output >= 0, "computed output size would be negative: ", w.output,
              " [input_size: ", input, ", effective_filter_size: ", effective, ", stride: ", stride,
              "]");
  return w;
}

}  // namespace shapes
}  // namespace rill
