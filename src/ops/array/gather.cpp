#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

struct Where {
  int axis;
  int batch_dims;
};

Where resolve_gather(const NodeAccess& node, const Shape& params, const Shape& indices,
                     int64_t axis, int64_t batch_dims) {
  node.require(axis >= -params.rank() && axis < params.rank(), "Expected axis in the range [",
               -params.rank(), ", ", params.rank(), "), but got ", axis);
  if (axis < 0) axis += params.rank();
  node.require(batch_dims >= -indices.rank() && batch_dims <= indices.rank(),
               "Expected batch_dims in the range [", -indices.rank(), ", ", indices.rank(),
               "], but got ", batch_dims);
  if (batch_dims < 0) batch_dims += indices.rank();
  node.require(batch_dims < params.rank(), "batch_dims (", batch_dims,
               ") must be less than rank(params) (", params.rank(), ").");
  node.require(batch_dims <= axis, "batch_dims (", batch_dims,
               ") must be less than or equal to axis (", axis, ").");
  for (int i = 0; i < batch_dims; ++i) {
    node.require(params[i] < 0 || indices[i] < 0 || params[i] == indices[i], "params.shape[", i,
                 "]: ", params[i], " should be equal to indices.shape[", i, "]: ", indices[i]);
  }
  return {static_cast<int>(axis), static_cast<int>(batch_dims)};
}

// Where no axis input is: Gather, which gathers rows.
int64_t batch_dims_of(const NodeAccess& node) { return node.attr_or<int64_t>("batch_dims", 0); }

void infer_gather(ShapeContext& ctx) {
  const Shape& params = ctx.input(0);
  const Shape& indices = ctx.input(1);
  ctx.require_rank(0, 1);
  const bool v2 = ctx.num_inputs() > 2;
  if (v2) ctx.require_rank_exactly(2, 0);
  const auto axis = v2 ? ctx.int_scalar(2) : std::optional<int64_t>(0);
  if (!params.has_rank() || !indices.has_rank()) return;
  if (!axis) {
    const int64_t batch = batch_dims_of(ctx);
    ctx.require(batch >= -indices.rank() && batch <= indices.rank(),
                "Expected batch_dims in the range [", -indices.rank(), ", ", indices.rank(),
                "], but got ", batch);
    const int64_t rank =
        params.rank() - 1 + indices.rank() - (batch < 0 ? batch + indices.rank() : batch);
    if (rank >= 0) ctx.set_output(0, Shape::unknown_dims(static_cast<int>(rank)));
    return;
  }
  const Where where = resolve_gather(ctx, params, indices, *axis, batch_dims_of(ctx));
  Shape out = join(
      join(sub_shape(params, 0, where.axis), sub_shape(indices, where.batch_dims, indices.rank())),
      sub_shape(params, where.axis + 1, params.rank()));
  for (int i = 0; i < where.batch_dims; ++i) out[i] = ctx.merge_dim(params[i], indices[i]);
  ctx.set_output(0, out);
  const auto items = ctx.partial(0);
  const auto picks = ctx.ints(1);
  if (!items || items->is_scalar || !picks || out.rank() > 1) return;
  PartialValue chosen{out.rank() == 0, {}};
  const auto n = static_cast<int64_t>(items->items.size());
  for (const int64_t i : *picks) {
    if (i < 0 || i >= n) return;  // the kernel complains
    chosen.items.push_back(items->items[static_cast<size_t>(i)]);
  }
  ctx.set_partial(0, chosen);
}

struct GatherRun {
  kernels::Mover mover;
  DType index_dtype;
  int64_t batch, outer, limit, per_batch, inner;
  Shape indices;
  std::string name;

  void operator()(const RunArgs& args) const {
    const void* index = args.in[1];
    for (int64_t i = 0; i < batch * per_batch; ++i) {
      const int64_t v = index_at(index, index_dtype, i);
      if (v < 0 || v >= limit) {
        fail(Code::invalid_argument, name, "indices", position_text(i, indices), " = ", v,
             " is not in [0, ", limit, ")");
      }
    }
    const int64_t bytes = std::max<int64_t>(1, inner * static_cast<int64_t>(mover.size()));
    constexpr int64_t kGrainBytes = 64 * 1024;
    const bool plain = mover.kind() == kernels::Mover::Kind::bytes && inner == 1;
    // One step: one index of one (batch, outer) pair.
    parallel_for(batch * outer * per_batch, std::max<int64_t>(1, kGrainBytes / bytes),
                 [&](int64_t begin, int64_t end) {
                   while (begin < end) {
                     const int64_t row = begin / per_batch, first = begin % per_batch;
                     const Part part{row * limit, row / outer * per_batch + first, begin,
                                     std::min(end - begin, per_batch - first)};
                     if (!plain || !copy_elements(args, part)) copy_slices(args, part);
                     begin += part.count;
                   }
                 });
  }

 private:
  // Steps [step, step + count) of one row; their indices follow one another.
  struct Part {
    int64_t base, index, step, count;
  };

  void copy_slices(const RunArgs& args, const Part& part) const {
    for (int64_t i = 0; i < part.count; ++i) {
      const int64_t from = part.base + index_at(args.in[1], index_dtype, part.index + i);
      mover.copy(mover.at(args.in[0], from * inner), mover.at(args.out[0], (part.step + i) * inner),
                 inner);
    }
  }

  template <typename T, typename I>
  static void copy_all(const RunArgs& args, const Part& part) {
    const T* from = static_cast<const T*>(args.in[0]) + part.base;
    const I* index = static_cast<const I*>(args.in[1]) + part.index;
    T* to = static_cast<T*>(args.out[0]) + part.step;
    for (int64_t i = 0; i < part.count; ++i) to[i] = from[index[i]];
  }

  // Single elements of the common sizes; false for others.
  bool copy_elements(const RunArgs& args, const Part& part) const {
    const bool wide = index_dtype == DType::int64;
    if (!wide && index_dtype != DType::int32) return false;
    if (mover.size() == sizeof(uint32_t)) {
      wide ? copy_all<uint32_t, int64_t>(args, part) : copy_all<uint32_t, int32_t>(args, part);
    } else if (mover.size() == sizeof(uint64_t)) {
      wide ? copy_all<uint64_t, int64_t>(args, part) : copy_all<uint64_t, int32_t>(args, part);
    } else {
      return false;
    }
    return true;
  }
};

Prepared prepare_gather(const PrepareContext& ctx) {
  const Shape& params = ctx.input(0);
  const Shape& indices = ctx.input(1);
  int64_t axis = 0;
  if (ctx.num_inputs() > 2) {
    if (ctx.constant(2) == nullptr) return {};
    axis = ctx.constant(2)->item<int64_t>();
  }
  const Where where = resolve_gather(ctx, params, indices, axis, batch_dims_of(ctx));
  return prepared(GatherRun{kernels::Mover(ctx.output_dtype(0)), ctx.input_dtype(1),
                            product(params, 0, where.batch_dims),
                            product(params, where.batch_dims, where.axis), params[where.axis],
                            product(indices, where.batch_dims, indices.rank()),
                            product(params, where.axis + 1, params.rank()), indices, who(ctx)});
}

// Rows of the first dimension: only those that were taken (tensorflow/python/ops/array_grad.py).
Value row_gradient(const GradContext& ctx) {
  const Value &params = ctx.input(0), &indices = ctx.input(1), &dy = ctx.output_gradient(0);
  const Value shape = grads::shape_of(params);
  if (indices.shape().has_rank() && indices.rank() == 1) {
    return make_indexed_slices({dy, indices, shape}, params.shape());
  }
  const Value count = grads::size_of(indices);
  const Value rows = count.is_dense() ? grads::int_vector({count.item<int64_t>()})
                                      : emit("ExpandDims", {count, Value(0)});
  const Value values = grads::reshape(dy, grads::join({rows, grads::sub_vector(shape, 1)}));
  return make_indexed_slices({values, grads::reshape(indices, grads::int_vector({-1})), shape},
                             params.shape());
}

Values gather_gradient(const GradContext& ctx) { return {row_gradient(ctx), {}}; }

// [first, last)
std::vector<int64_t> count_up(int64_t first, int64_t last) {
  std::vector<int64_t> out;
  for (int64_t i = first; i < last; ++i) out.push_back(i);
  return out;
}

// Indices into all batches at once: index + number of the batch * size of the dimension.
Value flat_indices(const Value& indices, const Value& batches, const Value& size,
                   int64_t batch_dims, int rank) {
  const DType dtype = indices.dtype();
  const Value numbers =
      grads::cast(grads::range(Value(0), batches), dtype) * grads::cast(size, dtype);
  const std::vector<int64_t> ones(static_cast<size_t>(rank - batch_dims), 1);
  const Value shape = grads::join(
      {grads::sub_vector(grads::shape_of(indices), 0, batch_dims), grads::int_vector(ones)});
  return indices + grads::reshape(numbers, shape);
}

// The same where the axis or a rank is known only when it runs: within each batch the axis is moved
// in front, rows are summed, and it is moved back.
Value open_gradient(const GradContext& ctx, int64_t batch_dims) {
  const Value &params = ctx.input(0), scalar = grads::int_vector({}), all = grads::int_vector({-1});
  const Value shape = grads::shape_of(params), rank = grads::rank_of(params);
  const Value given = grads::cast(grads::reshape(ctx.input(2), scalar), DType::int32);
  const Value axis = emit("FloorMod", {given, rank}), at = emit("ExpandDims", {axis, Value(0)});
  const Value batch_rank = grads::int_vector({batch_dims}), one = grads::int_vector({1});
  const Value batch = emit("Slice", {shape, grads::int_vector({0}), batch_rank});
  const Value middle = emit("Slice", {shape, batch_rank, grads::sub(at, batch_rank)});
  const Value size = emit("Slice", {shape, at, one});
  const Value inner = emit("Slice", {shape, grads::add(at, one), all});
  const Value batches = emit("Prod", {batch, Value(0)}, {{"keep_dims", true}});
  const Value per_batch =
      emit("Prod", {grads::sub_vector(grads::shape_of(ctx.input(1)), batch_dims), Value(0)},
           {{"keep_dims", true}});
  const Value first = grads::range(Value(0), Value(static_cast<int>(batch_dims)));
  const Value between = grads::range(Value(static_cast<int>(batch_dims)), axis);
  const Value behind = grads::range(axis + 1, rank);
  const Value dy =
      grads::reshape(ctx.output_gradient(0), grads::join({batch, middle, per_batch, inner}));
  const Value rows = emit("Transpose", {dy, grads::join({first, at, between, behind})});
  const Value counted = grads::join({grads::mul(batches, per_batch), middle, inner});
  const Value numbers = grads::range(Value(0), grads::reshape(batches, scalar));
  const Value begin = grads::reshape(grads::mul(numbers, size), grads::join({batches, one}));
  const Value indices = grads::add(
      grads::reshape(grads::cast(ctx.input(1), DType::int32), grads::join({batches, per_batch})),
      begin);
  const Value sums =
      emit("UnsortedSegmentSum", {grads::reshape(rows, counted), grads::reshape(indices, all),
                                  grads::reshape(grads::mul(batches, size), scalar)});
  const Value apart = grads::reshape(sums, grads::join({batch, size, middle, inner}));
  const Value back = grads::join({first, grads::add(between, one), batch_rank, behind});
  return grads::reshape_like(emit("Transpose", {apart, back}), params);
}

// The gradient along another axis: it is moved in front (behind the batch), rows are summed, and it
// is moved back.
Values gather_v2_gradient(const GradContext& ctx) {
  const Value &params = ctx.input(0), &dy = ctx.output_gradient(0);
  Value indices = ctx.input(1);
  const auto known_axis = grads::known_ints(ctx.input(2));
  if (known_axis && (*known_axis)[0] == 0) return {row_gradient(ctx), {}, {}};
  if (!known_axis || !params.shape().has_rank() || !indices.shape().has_rank()) {
    int64_t batch_dims = ctx.attr<int64_t>("batch_dims");
    if (batch_dims < 0 && indices.shape().has_rank()) batch_dims += indices.rank();
    if (batch_dims >= 0) return {open_gradient(ctx, batch_dims), {}, {}};
    fail(Code::unimplemented,
         "the gradient of GatherV2 with batch_dims from the end needs indices ", "of known rank");
  }
  const int rank = params.rank();
  const int axis = canonical_axis("GatherV2", (*known_axis)[0], rank);
  int64_t batch = ctx.attr<int64_t>("batch_dims");
  if (batch < 0) batch += indices.rank();
  const Value shape = grads::shape_of(params);
  const Value size = grads::item(shape, axis);
  // [batch..., middle..., indices, inner...] -> [batch..., indices, middle..., inner...]
  const Value outer = grads::sub_vector(shape, 0, axis), inner = grads::sub_vector(shape, axis + 1);
  std::vector<int64_t> forth = count_up(0, batch), back = count_up(0, batch);
  forth.push_back(axis);
  for (int64_t d = batch; d < axis; ++d) forth.push_back(d), back.push_back(d + 1);
  back.push_back(batch);
  for (int64_t d = axis + 1; d < rank; ++d) forth.push_back(d), back.push_back(d);
  const Value per_batch =
      emit("Prod", {grads::sub_vector(grads::shape_of(indices), batch), Tensor::scalar<int32_t>(0)},
           {{"keep_dims", true}});
  Value values = grads::reshape(dy, grads::join({outer, per_batch, inner}));
  if (axis != batch) values = emit("Transpose", {values, grads::int_vector(forth)});
  const Value middle = grads::sub_vector(outer, batch);
  const Value batch_shape = grads::sub_vector(outer, 0, batch);
  Value segments = size;
  if (batch > 0) {
    const Value batches = emit("Prod", {batch_shape, Tensor::scalar<int32_t>(0)});
    indices = flat_indices(indices, batches, size, batch, indices.rank());
    segments = batches * size;
    const Value rows = emit("ExpandDims", {batches, Value(0)}) * per_batch;
    values = grads::reshape(values, grads::join({rows, middle, inner}));
  }
  const Value one_size = grads::sub_vector(shape, axis, axis + 1);
  Value sums = emit("UnsortedSegmentSum",
                    {values, grads::reshape(indices, grads::int_vector({-1})), segments});
  sums = grads::reshape(sums, grads::join({batch_shape, one_size, middle, inner}));
  if (axis != batch) sums = emit("Transpose", {sums, grads::int_vector(back)});
  return {grads::reshape_like(sums, params), {}, {}};
}

}  // namespace

Value ops::gather(const Value& params, const Value& indices, int64_t axis, int64_t batch_dims) {
  return emit("GatherV2", {params, indices, Tensor::scalar(static_cast<int32_t>(axis))},
              {{"batch_dims", batch_dims}});
}

void register_gather(OpRegistry& registry) {
  registry.add({.signature = "Gather(params: Tparams, indices: Tindices) -> (output: Tparams)",
                .attrs = {bool_attr("validate_indices", true), type_attr("Tparams"),
                          type_attr("Tindices", kIndexTypes)},
                .shape = infer_gather,
                .prepare = prepare_gather,
                .gradient = gather_gradient});
  registry.add(
      {.signature =
           "GatherV2(params: Tparams, indices: Tindices, axis: Taxis) -> (output: Tparams)",
       .attrs = {int_attr("batch_dims", 0), type_attr("Tparams"),
                 type_attr("Tindices", type_set<DType::int32, DType::int16, DType::int64>),
                 type_attr("Taxis", kIndexTypes)},
       .shape = infer_gather,
       .prepare = prepare_gather,
       .gradient = gather_v2_gradient});
}

}  // namespace rill
