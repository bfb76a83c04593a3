// Rows of a variable changed by index: ScatterAdd(ref, indices, updates) and the resource forms.
#include "kernels/mover.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/nd_index.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

void infer_shape(ShapeContext& ctx) {
  const Shape variable = variable_shape(ctx);
  const Shape& indices = ctx.input(1);
  const Shape& updates = ctx.input(2);
  if (variable.has_rank() && indices.has_rank() && updates.has_rank() && updates.rank() > 0) {
    ctx.require(variable.rank() >= 1, "the variable must not be a scalar");
    const Shape wanted = join(indices, sub_shape(variable, 1, variable.rank()));
    ctx.require(wanted.is_compatible_with(updates),
                "Must have updates.shape = indices.shape + "
                "params.shape[1:] or updates.shape = [], got updates.shape ",
                updates, ", indices.shape ", indices, ", params.shape ", variable);
  }
  ref_shape(ctx);
}

void scatter(KernelContext& ctx, ScatterMode mode) {
  const Tensor& indices = ctx.input(1);
  const Tensor& updates = ctx.input(2);
  const auto variable = variable_input(ctx, updates.dtype());
  const CombineFn combine = combine_fn(mode, updates.dtype(), ctx.op().c_str());
  const kernels::Mover mover(updates.dtype());
  variable->update([&](Tensor& value) {
    const Shape& shape = value.shape();
    ctx.require(shape.rank() >= 1, "params must be at least 1-D, got shape ", shape);
    const bool scalar = updates.rank() == 0;
    const Shape wanted = join(indices.shape(), sub_shape(shape, 1, shape.rank()));
    ctx.require(scalar || updates.shape() == wanted,
                "Must have updates.shape = indices.shape + "
                "params.shape[1:] or updates.shape = [], got updates.shape ",
                updates.shape(), ", indices.shape ", indices.shape(), ", params.shape ", shape);
    const int64_t width = product(shape, 1, shape.rank());
    const int64_t n = indices.size();
    for (int64_t i = 0; i < n; ++i) {
      const int64_t row = index_at(indices.raw(), indices.dtype(), i);
      ctx.require(row >= 0 && row < shape[0], "indices", position_text(i, indices.shape()), " = ",
                  row, " is not in [0, ", shape[0], ")");
    }
    for (int64_t i = 0; i < n; ++i) {
      const int64_t row = index_at(indices.raw(), indices.dtype(), i);
      combine(mover.at(value.raw(), row * width), mover.at(updates.raw(), scalar ? 0 : i * width),
              width, scalar ? 0 : 1);
    }
  });
  pass_ref(ctx);
}

void nd_shape(ShapeContext& ctx) {
  const Shape wanted = nd_updates_shape(ctx, variable_shape(ctx), ctx.input(1));
  ctx.require(wanted.is_compatible_with(ctx.input(2)), "updates have shape ", ctx.input(2),
              ", expected ", wanted);
  ref_shape(ctx);
}

void scatter_nd(KernelContext& ctx, ScatterMode mode) {
  const Tensor& indices = ctx.input(1);
  const Tensor& updates = ctx.input(2);
  const auto variable = variable_input(ctx, updates.dtype());
  const CombineFn combine = combine_fn(mode, updates.dtype(), ctx.op().c_str());
  const kernels::Mover mover(updates.dtype());
  variable->update([&](Tensor& value) {
    const NdIndex index(ctx, value.shape(), indices.shape(), indices.dtype());
    const Shape wanted = nd_updates_shape(ctx, value.shape(), indices.shape());
    ctx.require(wanted == updates.shape(), "updates have shape ", updates.shape(), ", expected ",
                wanted);
    for (int64_t i = 0; i < index.count(); ++i) index.offset(indices.raw(), i);  // all or none
    for (int64_t i = 0; i < index.count(); ++i) {
      combine(mover.at(value.raw(), index.offset(indices.raw(), i)),
              mover.at(updates.raw(), i * index.slice()), index.slice(), 1);
    }
  });
  pass_ref(ctx);
}

template <ScatterMode mode>
void rows(KernelContext& ctx) {
  scatter(ctx, mode);
}
template <ScatterMode mode>
void nd(KernelContext& ctx) {
  scatter_nd(ctx, mode);
}

}  // namespace

void register_scatter_variable(OpRegistry& registry) {
  registry.add(
      {.signature =
           "ScatterUpdate(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes),
                 bool_attr("use_locking", true)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::update>,
       .stateful = true});
  registry.add(
      {.signature =
           "ResourceScatterUpdate(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype"), type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::update>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterAdd(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::add>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature =
           "ResourceScatterAdd(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::add>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterSub(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::sub>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature =
           "ResourceScatterSub(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::sub>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterMul(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::mul>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature =
           "ResourceScatterMul(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::mul>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterDiv(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::div>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature =
           "ResourceScatterDiv(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::div>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterMin(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T", type_set<DType::float32, DType::float64, DType::int32, DType::int64,
                                         DType::bfloat16, DType::float16>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::min>,
       .stateful = true});
  registry.add(
      {.signature =
           "ResourceScatterMin(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::min>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterMax(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T", type_set<DType::float32, DType::float64, DType::int32, DType::int64,
                                         DType::bfloat16, DType::float16>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::max>,
       .stateful = true});
  registry.add(
      {.signature =
           "ResourceScatterMax(resource: resource, indices: Tindices, updates: dtype) -> ()",
       .attrs = {type_attr("dtype",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes)},
       .shape = infer_shape,
       .kernel = rows<ScatterMode::max>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterNdUpdate(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes), bool_attr("use_locking", true),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::update>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature = "ResourceScatterNdUpdate(ref: resource, indices: Tindices, updates: T) -> ()",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes), bool_attr("use_locking", true),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::update>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterNdAdd(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::add>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature = "ResourceScatterNdAdd(ref: resource, indices: Tindices, updates: T) -> ()",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes), bool_attr("use_locking", true),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::add>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterNdSub(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::sub>,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature = "ResourceScatterNdSub(ref: resource, indices: Tindices, updates: T) -> ()",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes), bool_attr("use_locking", true),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::sub>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterNdMin(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::min>,
       .stateful = true});
  registry.add(
      {.signature = "ResourceScatterNdMin(ref: resource, indices: Tindices, updates: T) -> ()",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes), bool_attr("use_locking", true),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::min>,
       .stateful = true});
  registry.add(
      {.signature =
           "ScatterNdMax(ref: Ref(T), indices: Tindices, updates: T) -> (output_ref: Ref(T))",
       .attrs = {type_attr("T",
                           type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                    DType::int16, DType::int8, DType::complex64, DType::int64,
                                    DType::qint8, DType::quint8, DType::qint32, DType::bfloat16,
                                    DType::qint16, DType::quint16, DType::uint16, DType::complex128,
                                    DType::float16, DType::uint32, DType::uint64>),
                 type_attr("Tindices", kIndexTypes), bool_attr("use_locking", false),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::max>,
       .stateful = true});
  registry.add(
      {.signature = "ResourceScatterNdMax(ref: resource, indices: Tindices, updates: T) -> ()",
       .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes), bool_attr("use_locking", true),
                 string_attr("bad_indices_policy", "")},
       .shape = nd_shape,
       .kernel = nd<ScatterMode::max>,
       .stateful = true});
}

}  // namespace rill
