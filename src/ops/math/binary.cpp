// Elementwise arithmetic of two tensors that broadcast.
#include "kernels/broadcast.h"
#include "op/emit.h"
#include "ops/math/elementwise.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

constexpr DType kAddTypes[] = {DType::bfloat16, DType::float16,   DType::float32,    DType::float64,
                               DType::uint8,    DType::int8,      DType::int16,      DType::int32,
                               DType::int64,    DType::complex64, DType::complex128, DType::string};
constexpr DType kModTypes[] = {DType::int32,    DType::int64,   DType::float16,
                               DType::bfloat16, DType::float32, DType::float64};
constexpr DType kSquaredDifferenceTypes[] = {DType::bfloat16,  DType::float16,   DType::float32,
                                             DType::float64,   DType::int32,     DType::int64,
                                             DType::complex64, DType::complex128};

struct JoinStrings {
  kernels::BroadcastN shape;
  void operator()(const RunArgs& args) const {
    const auto* a = static_cast<const std::string*>(args.in[0]);
    const auto* b = static_cast<const std::string*>(args.in[1]);
    auto* out = static_cast<std::string*>(args.out[0]);
    shape.for_each_row(0, shape.count, [&](int64_t first, int64_t n, const int64_t* at) {
      for (int64_t i = 0; i < n; ++i) {
        out[first + i] = a[at[0] + i * shape.stride[0][0]] + b[at[1] + i * shape.stride[1][0]];
      }
    });
  }
};

// Add also joins strings.
Prepared prepare_add(const PrepareContext& ctx) {
  if (ctx.input_dtype(0) != DType::string) {
    return elementwise::bind_binary(ctx, kernels::BinaryOp::add);
  }
  const Shape* operands[] = {&ctx.input(0), &ctx.input(1)};
  return prepared(JoinStrings{kernels::merge_broadcast(ctx.output(0), operands)});
}

}  // namespace

Value ops::add(const Value& x, const Value& y, std::string_view name) {
  return emit("AddV2", {x, y}, {}, name);
}
Value ops::subtract(const Value& x, const Value& y, std::string_view name) {
  return emit("Sub", {x, y}, {}, name);
}
Value ops::multiply(const Value& x, const Value& y, std::string_view name) {
  return emit("Mul", {x, y}, {}, name);
}
Value ops::divide(const Value& x, const Value& y, std::string_view name) {
  return emit("RealDiv", {x, y}, {}, name);
}
Value ops::truncatediv(const Value& x, const Value& y, std::string_view name) {
  return emit("TruncateDiv", {x, y}, {}, name);
}
Value ops::floordiv(const Value& x, const Value& y, std::string_view name) {
  return emit("FloorDiv", {x, y}, {}, name);
}
Value ops::floormod(const Value& x, const Value& y, std::string_view name) {
  return emit("FloorMod", {x, y}, {}, name);
}
Value ops::truncatemod(const Value& x, const Value& y, std::string_view name) {
  return emit("TruncateMod", {x, y}, {}, name);
}
Value ops::divide_no_nan(const Value& x, const Value& y, std::string_view name) {
  return emit("DivNoNan", {x, y}, {}, name);
}
Value ops::multiply_no_nan(const Value& x, const Value& y, std::string_view name) {
  return emit("MulNoNan", {x, y}, {}, name);
}
Value ops::pow(const Value& x, const Value& y, std::string_view name) {
  return emit("Pow", {x, y}, {}, name);
}
Value ops::maximum(const Value& x, const Value& y, std::string_view name) {
  return emit("Maximum", {x, y}, {}, name);
}
Value ops::minimum(const Value& x, const Value& y, std::string_view name) {
  return emit("Minimum", {x, y}, {}, name);
}
Value ops::squared_difference(const Value& x, const Value& y, std::string_view name) {
  return emit("SquaredDifference", {x, y}, {}, name);
}
Value ops::xdivy(const Value& x, const Value& y, std::string_view name) {
  return emit("Xdivy", {x, y}, {}, name);
}
Value ops::xlogy(const Value& x, const Value& y, std::string_view name) {
  return emit("Xlogy", {x, y}, {}, name);
}
Value ops::xlog1py(const Value& x, const Value& y, std::string_view name) {
  return emit("Xlog1py", {x, y}, {}, name);
}
Value ops::atan2(const Value& x, const Value& y, std::string_view name) {
  return emit("Atan2", {x, y}, {}, name);
}
Value ops::nextafter(const Value& x, const Value& y, std::string_view name) {
  return emit("NextAfter", {x, y}, {}, name);
}

void register_binary(OpRegistry& registry) {
  using elementwise::binary_def;
  using enum kernels::BinaryOp;
  const std::vector<AttrDef> floats = {type_attr("T", kFloatTypes)};
  const std::vector<AttrDef> reals = {type_attr("T", kRealTypes)};
  const std::vector<AttrDef> numbers = {type_attr("T", kNumberTypes)};
  const std::vector<AttrDef> floats_and_complex = {type_attr("T", kFloatComplexTypes)};

  OpDef add_def = binary_def<add>("Add(x: T, y: T) -> (z: T)", {type_attr("T", kAddTypes)});
  add_def.prepare = prepare_add;
  registry.add(std::move(add_def));
  registry.add(binary_def<add>("AddV2(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<sub>("Sub(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<mul>("Mul(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<div>("Div(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<div>("RealDiv(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<trunc_div>("TruncateDiv(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<floor_div>("FloorDiv(x: T, y: T) -> (z: T)", numbers));
  registry.add(binary_def<floor_mod>("FloorMod(x: T, y: T) -> (z: T)", reals));
  registry.add(binary_def<trunc_mod>("Mod(x: T, y: T) -> (z: T)", {type_attr("T", kModTypes)}));
  registry.add(
      binary_def<trunc_mod>("TruncateMod(x: T, y: T) -> (z: T)", {type_attr("T", kModTypes)}));
  registry.add(binary_def<div_no_nan>("DivNoNan(x: T, y: T) -> (z: T)", floats_and_complex));
  registry.add(binary_def<mul_no_nan>("MulNoNan(x: T, y: T) -> (z: T)", floats_and_complex));
  registry.add(binary_def<pow>("Pow(x: T, y: T) -> (z: T)", {type_attr("T", kSignedTypes)}));
  registry.add(binary_def<maximum>("Maximum(x: T, y: T) -> (z: T)", reals));
  registry.add(binary_def<minimum>("Minimum(x: T, y: T) -> (z: T)", reals));
  registry.add(binary_def<squared_difference>("SquaredDifference(x: T, y: T) -> (z: T)",
                                              {type_attr("T", kSquaredDifferenceTypes)}));
  registry.add(binary_def<xdivy>("Xdivy(x: T, y: T) -> (z: T)", floats_and_complex));
  registry.add(binary_def<xlogy>("Xlogy(x: T, y: T) -> (z: T)", floats_and_complex));
  registry.add(binary_def<xlog1py>("Xlog1py(x: T, y: T) -> (z: T)", floats_and_complex));
  registry.add(binary_def<atan2>("Atan2(y: T, x: T) -> (z: T)", floats));
  registry.add(binary_def<next_after>("NextAfter(x1: T, x2: T) -> (output: T)",
                                      {type_attr("T", kSingleDouble, DType::float32)}));
}

}  // namespace rill
