// Comparisons: the results are bool.
#include "op/emit.h"
#include "ops/gradient_tools.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

// Whether two shapes, as far as they are known, can broadcast: yes, no, or not known yet.
enum class Fit { yes, no, unknown };

Fit fit(const Shape& a, const Shape& b) {
  if (!a.has_rank() || !b.has_rank()) return Fit::unknown;
  Fit result = Fit::yes;
  for (int i = 1; i <= a.rank() && i <= b.rank(); ++i) {
    const int64_t x = a[a.rank() - i], y = b[b.rank() - i];
    if (x == y || x == 1 || y == 1) {
      if (x < 0) result = Fit::unknown;
      continue;
    }
    if (x >= 0 && y >= 0) return Fit::no;
    result = Fit::unknown;
  }
  return result;
}

// With incompatible_shape_error = false, shapes that do not broadcast compare as one scalar.
void infer_equal(ShapeContext& ctx) {
  if (ctx.attr<bool>("incompatible_shape_error")) return shapes::broadcast2(ctx);
  switch (fit(ctx.input(0), ctx.input(1))) {
    case Fit::yes:
      return shapes::broadcast2(ctx);
    case Fit::no:
      return ctx.set_output(0, Shape{});
    case Fit::unknown:
      return ctx.set_output(0, Shape::unknown_rank());
  }
}

struct Always {
  bool value;
  void operator()(const RunArgs& args) const { *static_cast<bool*>(args.out[0]) = value; }
};

struct CompareStrings {
  kernels::BroadcastN shape;
  bool equal;
  void operator()(const RunArgs& args) const {
    const auto* a = static_cast<const std::string*>(args.in[0]);
    const auto* b = static_cast<const std::string*>(args.in[1]);
    auto* out = static_cast<bool*>(args.out[0]);
    shape.for_each_row(0, shape.count, [&](int64_t first, int64_t n, const int64_t* at) {
      for (int64_t i = 0; i < n; ++i) {
        const bool same = a[at[0] + i * shape.stride[0][0]] == b[at[1] + i * shape.stride[1][0]];
        out[first + i] = same == equal;
      }
    });
  }
};

template <kernels::BinaryOp op>
Prepared prepare_equal(const PrepareContext& ctx) {
  constexpr bool equal = op == kernels::BinaryOp::equal;
  if (fit(ctx.input(0), ctx.input(1)) == Fit::no && !ctx.attr<bool>("incompatible_shape_error")) {
    return prepared(Always{!equal});
  }
  if (ctx.input_dtype(0) != DType::string) return elementwise::bind_binary(ctx, op);
  const Shape* operands[] = {&ctx.input(0), &ctx.input(1)};
  return prepared(CompareStrings{kernels::merge_broadcast(ctx.output(0), operands), equal});
}

template <kernels::BinaryOp op>
OpDef equal_def(std::string signature) {
  OpDef def = elementwise::binary_def<op>(
      std::move(signature), {type_attr("T"), bool_attr("incompatible_shape_error", true)}, false);
  def.shape = infer_equal;
  def.prepare = prepare_equal<op>;
  return def;
}

}  // namespace

Value ops::equal(const Value& x, const Value& y, std::string_view name) {
  return emit("Equal", {x, y}, {}, name);
}
Value ops::not_equal(const Value& x, const Value& y, std::string_view name) {
  return emit("NotEqual", {x, y}, {}, name);
}
Value ops::less(const Value& x, const Value& y, std::string_view name) {
  return emit("Less", {x, y}, {}, name);
}
Value ops::less_equal(const Value& x, const Value& y, std::string_view name) {
  return emit("LessEqual", {x, y}, {}, name);
}
Value ops::greater(const Value& x, const Value& y, std::string_view name) {
  return emit("Greater", {x, y}, {}, name);
}
Value ops::greater_equal(const Value& x, const Value& y, std::string_view name) {
  return emit("GreaterEqual", {x, y}, {}, name);
}

void register_compare(OpRegistry& registry) {
  using elementwise::binary_def;
  using grads::not_differentiable;
  using enum kernels::BinaryOp;
  const std::vector<AttrDef> reals = {type_attr("T", kRealTypes)};
  registry.add(not_differentiable(equal_def<equal>("Equal(x: T, y: T) -> (z: bool)")));
  registry.add(not_differentiable(equal_def<not_equal>("NotEqual(x: T, y: T) -> (z: bool)")));
  registry.add(not_differentiable(binary_def<less>("Less(x: T, y: T) -> (z: bool)", reals, false)));
  registry.add(not_differentiable(
      binary_def<less_equal>("LessEqual(x: T, y: T) -> (z: bool)", reals, false)));
  registry.add(
      not_differentiable(binary_def<greater>("Greater(x: T, y: T) -> (z: bool)", reals, false)));
  registry.add(not_differentiable(
      binary_def<greater_equal>("GreaterEqual(x: T, y: T) -> (z: bool)", reals, false)));
}

}  // namespace rill
