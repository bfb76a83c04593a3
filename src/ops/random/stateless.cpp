// Random ops that are functions of their seed, or of a key and a counter (V2).
#include "kernels/random_fill.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/random_state.h"
#include "rill/ops/random.hpp"

namespace rill {
namespace {

using StatelessFill = void (*)(DType, const kernels::Philox&, void*, int64_t);

void infer_stateless(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  if (ctx.op().ends_with("V2")) ctx.require_rank_exactly(3, 0);  // alg
  if (const auto dims = ctx.ints(0)) require_valid_shape(ctx, *dims);
  ctx.set_output(0, ctx.shape_from_value(0));
}

// Inputs 1: seed, or 1..3: key, counter, alg.
template <bool v2>
kernels::Philox philox(const KernelContext& ctx) {
  if constexpr (v2) return philox_from_counter(ctx, ctx.input(1), ctx.input(2), ctx.input(3));
  return philox_from_seed(ctx, ctx.input(1));
}

template <StatelessFill fill, bool v2>
void run_stateless(KernelContext& ctx) {
  const kernels::Philox generator = philox<v2>(ctx);
  Tensor& out = ctx.output(0, random_shape(ctx, ctx.input(0)));
  fill(out.dtype(), generator, out.raw(), out.size());
}

template <bool v2>
void run_stateless_int(KernelContext& ctx) {
  const Shape shape = random_shape(ctx, ctx.input(0));
  const kernels::Philox generator = philox<v2>(ctx);
  const Tensor& minval = ctx.input(v2 ? 4 : 2);
  const Tensor& maxval = ctx.input(v2 ? 5 : 3);
  ctx.require(minval.rank() == 0 && maxval.rank() == 0,
              "minval and maxval must be 0-D, got "
              "shapes ",
              minval.shape(), " and ", maxval.shape());
  const auto low = static_cast<uint64_t>(minval.item<int64_t>());
  const auto high = static_cast<uint64_t>(maxval.item<int64_t>());
  const bool is_unsigned = is_unsigned_integer(minval.dtype());
  Tensor& out = ctx.output(0, shape);
  if (out.size() == 0) return;
  ctx.require(is_unsigned ? low < high : static_cast<int64_t>(low) < static_cast<int64_t>(high),
              "Need minval < maxval, got ", minval.item<int64_t>(), " >= ", maxval.item<int64_t>());
  kernels::fill_uniform_int(out.dtype(), generator, low, high, out.raw(), out.size());
}

void put_key_counter(KernelContext& ctx) {
  const kernels::Philox made = philox_from_seed(ctx, ctx.input(0));
  const auto join = [](uint32_t low, uint32_t high) { return (uint64_t{high} << 32) | low; };
  ctx.output(0, Shape{1}).data<uint64_t>()[0] = join(made.key()[0], made.key()[1]);
  auto* counter = ctx.output(1, Shape{2}).data<uint64_t>();
  counter[0] = join(made.counter()[0], made.counter()[1]);
  counter[1] = join(made.counter()[2], made.counter()[3]);
}

constexpr int32_t kPhiloxId = 1;

void get_key_counter_alg(KernelContext& ctx) {
  put_key_counter(ctx);
  *ctx.output(2, Shape{}).data<int32_t>() = kPhiloxId;
}

void get_alg(KernelContext& ctx) { *ctx.output(0, Shape{}).data<int32_t>() = kPhiloxId; }

void key_counter_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape{1});
  ctx.set_output(1, Shape{2});
  if (ctx.num_outputs() > 2) ctx.set_output(2, Shape{});
}

Value seeded(std::string_view op, const Value& shape, const Value& seed, DType dtype) {
  return emit(op, {shape, seed}, {{"dtype", dtype}});
}

}  // namespace

Value ops::stateless_random_uniform(const Value& shape, const Value& seed, DType dtype) {
  return seeded("StatelessRandomUniform", shape, seed, dtype);
}
Value ops::stateless_random_normal(const Value& shape, const Value& seed, DType dtype) {
  return seeded("StatelessRandomNormal", shape, seed, dtype);
}
Value ops::stateless_truncated_normal(const Value& shape, const Value& seed, DType dtype) {
  return seeded("StatelessTruncatedNormal", shape, seed, dtype);
}

void register_stateless(OpRegistry& registry) {
  registry.add({.signature = "StatelessRandomUniform(shape: T, seed: Tseed) -> (output: dtype)",
                .attrs = {type_attr("dtype", kFloatTypes, DType::float32),
                          type_attr("T", kIndexTypes, DType::int32),
                          type_attr("Tseed", kIndexTypes, DType::int64)},
                .shape = infer_stateless,
                .kernel = run_stateless<kernels::fill_uniform, false>,
                .not_differentiable = true});
  registry.add({.signature = "StatelessRandomNormal(shape: T, seed: Tseed) -> (output: dtype)",
                .attrs = {type_attr("dtype", kFloatTypes, DType::float32),
                          type_attr("T", kIndexTypes, DType::int32),
                          type_attr("Tseed", kIndexTypes, DType::int64)},
                .shape = infer_stateless,
                .kernel = run_stateless<kernels::fill_normal, false>,
                .not_differentiable = true});
  registry.add({.signature = "StatelessTruncatedNormal(shape: T, seed: Tseed) -> (output: dtype)",
                .attrs = {type_attr("dtype", kFloatTypes, DType::float32),
                          type_attr("T", kIndexTypes, DType::int32),
                          type_attr("Tseed", kIndexTypes, DType::int64)},
                .shape = infer_stateless,
                .kernel = run_stateless<kernels::fill_truncated_normal, false>,
                .not_differentiable = true});
  registry.add(
      {.signature = "StatelessRandomUniformFullInt(shape: T, seed: Tseed) -> (output: dtype)",
       .attrs = {type_attr("dtype",
                           type_set<DType::int32, DType::int64, DType::uint32, DType::uint64>,
                           DType::uint64),
                 type_attr("T", kIndexTypes, DType::int32),
                 type_attr("Tseed",
                           type_set<DType::int32, DType::int64, DType::uint32, DType::uint64>,
                           DType::int64)},
       .shape = infer_stateless,
       .kernel = run_stateless<kernels::fill_full_int, false>,
       .not_differentiable = true});
  registry.add({.signature = "StatelessRandomUniformInt(shape: T, seed: Tseed, minval: dtype, "
                             "maxval: dtype) -> (output: dtype)",
                .attrs = {type_attr("dtype", kIndexTypes), type_attr("T", kIndexTypes),
                          type_attr("Tseed", kIndexTypes, DType::int64)},
                .shape = infer_stateless,
                .kernel = run_stateless_int<false>,
                .not_differentiable = true});
  registry.add({.signature = "StatelessRandomUniformV2(shape: Tshape, key: uint64, counter: "
                             "uint64, alg: int32) -> (output: dtype)",
                .attrs = {type_attr("dtype", kFloatTypes, DType::float32),
                          type_attr("Tshape", kIndexTypes, DType::int32)},
                .shape = infer_stateless,
                .kernel = run_stateless<kernels::fill_uniform, true>,
                .not_differentiable = true});
  registry.add({.signature = "StatelessRandomNormalV2(shape: Tshape, key: uint64, counter: uint64, "
                             "alg: int32) -> (output: dtype)",
                .attrs = {type_attr("dtype", kFloatTypes, DType::float32),
                          type_attr("Tshape", kIndexTypes, DType::int32)},
                .shape = infer_stateless,
                .kernel = run_stateless<kernels::fill_normal, true>,
                .not_differentiable = true});
  registry.add({.signature = "StatelessTruncatedNormalV2(shape: Tshape, key: uint64, counter: "
                             "uint64, alg: int32) -> (output: dtype)",
                .attrs = {type_attr("dtype", kFloatTypes, DType::float32),
                          type_attr("Tshape", kIndexTypes, DType::int32)},
                .shape = infer_stateless,
                .kernel = run_stateless<kernels::fill_truncated_normal, true>,
                .not_differentiable = true});
  registry.add(
      {.signature = "StatelessRandomUniformFullIntV2(shape: Tshape, key: uint64, counter: uint64, "
                    "alg: int32) -> (output: dtype)",
       .attrs = {type_attr("dtype",
                           type_set<DType::int32, DType::int64, DType::uint32, DType::uint64>,
                           DType::uint64),
                 type_attr("Tshape", kIndexTypes, DType::int32)},
       .shape = infer_stateless,
       .kernel = run_stateless<kernels::fill_full_int, true>,
       .not_differentiable = true});
  registry.add(
      {.signature = "StatelessRandomUniformIntV2(shape: Tshape, key: uint64, counter: uint64, alg: "
                    "int32, minval: dtype, maxval: dtype) -> (output: dtype)",
       .attrs = {type_attr("dtype",
                           type_set<DType::int32, DType::int64, DType::uint32, DType::uint64>),
                 type_attr("Tshape", kIndexTypes, DType::int32)},
       .shape = infer_stateless,
       .kernel = run_stateless_int<true>,
       .not_differentiable = true});
  registry.add(
      {.signature = "StatelessRandomGetKeyCounter(seed: Tseed) -> (key: uint64, counter: uint64)",
       .attrs = {type_attr("Tseed", kIndexTypes, DType::int64)},
       .shape = key_counter_shape,
       .kernel = put_key_counter});
  registry.add({.signature = "StatelessRandomGetKeyCounterAlg(seed: Tseed) -> (key: uint64, "
                             "counter: uint64, alg: int32)",
                .attrs = {type_attr("Tseed", kIndexTypes, DType::int64)},
                .shape = key_counter_shape,
                .kernel = get_key_counter_alg});
  registry.add({.signature = "StatelessRandomGetAlg() -> (alg: int32)",
                .shape = shapes::scalar,
                .kernel = get_alg,
                .stateful = true});
}

}  // namespace rill
