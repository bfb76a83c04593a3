// AddSparseToTensorsMap, AddManySparseToTensorsMap, TakeManySparseFromTensorsMap: sparse tensors
// under numbers that queues carry, as tf.train.batch() of TensorFlow 1 does.
// Rules: tensorflow/core/kernels/sparse_tensors_map_ops.cc.
#include <map>
#include <mutex>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"

namespace rill {
namespace {

// What SerializeSparse makes of a sparse tensor: three variants.
class SparseTensorsMap final : public Opaque {
 public:
  std::string_view type_name() const override { return "SparseTensorsMap"; }
  int64_t add(Tensor parts) {
    const std::lock_guard lock(mutex_);
    held_.emplace(next_, std::move(parts));
    return next_++;
  }
  // Null when there is none under this number.
  Tensor take(int64_t handle) {
    const std::lock_guard lock(mutex_);
    const auto node = held_.extract(handle);
    return node ? std::move(node.mapped()) : Tensor();
  }

 private:
  std::mutex mutex_;
  std::map<int64_t, Tensor> held_;
  int64_t next_ = 0;
};

std::shared_ptr<SparseTensorsMap> tensors_map(KernelContext& ctx) {
  const auto& shared = ctx.attr<std::string>("shared_name");
  const std::string name = str("sparse/", shared.empty() ? ctx.node_name() : shared);
  const auto found = ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name,
      []() -> std::shared_ptr<Opaque> { return std::make_shared<SparseTensorsMap>(); });
  auto map = std::dynamic_pointer_cast<SparseTensorsMap>(found);
  ctx.require(map != nullptr, quoted(name), " is no map of sparse tensors");
  return map;
}

Tensor serialized(KernelContext& ctx, const char* op) {
  return run_op_now(op, {ctx.input(0), ctx.input(1), ctx.input(2)},
                    {{"T", ctx.input(1).dtype()}, {"out_type", DType::variant}})[0];
}

void add_sparse(KernelContext& ctx) {
  Tensor parts = serialized(ctx, "SerializeSparse");
  *ctx.output(0, Shape{}).data<int64_t>() = tensors_map(ctx)->add(std::move(parts));
}

void add_many_sparse(KernelContext& ctx) {
  const Tensor parts = serialized(ctx, "SerializeManySparse");
  const auto map = tensors_map(ctx);
  auto* out = ctx.output(0, Shape{parts.dim(0)}).data<int64_t>();
  for (int64_t i = 0; i < parts.dim(0); ++i) out[i] = map->add(parts.rows(i, i + 1).owned());
}

void take_many_sparse(KernelContext& ctx) {
  const Tensor& handles = ctx.input(0);
  ctx.require(handles.rank() == 1, "sparse_handles should be a vector but received shape ",
              handles.shape());
  ctx.require(handles.size() > 0,
              "Must have at least 1 serialized SparseTensor, but input vector "
              "has no elements");
  const auto map = tensors_map(ctx);
  Tensor parts = Tensor::zeros(DType::variant, Shape{handles.size(), 3});
  for (int64_t i = 0; i < handles.size(); ++i) {
    const int64_t handle = handles.data<int64_t>()[i];
    const Tensor one = map->take(handle);
    ctx.require(static_cast<bool>(one), "Unable to find SparseTensor: ", handle, " in map");
    for (int64_t k = 0; k < 3; ++k) parts.opaque_data()[3 * i + k] = one.opaque_at(k);
  }
  const Values all =
      run_op_now("DeserializeSparse", {parts},
                 {{"dtype", ctx.attr<DType>("dtype")}, {"Tserialized", DType::variant}});
  for (int i = 0; i < 3; ++i) ctx.set_output(i, all[static_cast<size_t>(i)]);
}

void infer_one(ShapeContext& ctx) { ctx.set_output(0, Shape{}); }
void infer_many(ShapeContext& ctx) { ctx.set_output(0, Shape{Shape::kUnknownDim}); }
void infer_taken(ShapeContext& ctx) {
  ctx.set_output(0, Shape::unknown_dims(2));
  ctx.set_output(1, Shape{Shape::kUnknownDim});
  ctx.set_output(2, Shape{Shape::kUnknownDim});
}

}  // namespace

void register_sparse_tensors_map(OpRegistry& registry) {
  const auto add = [&](const char* signature, const char* type, ShapeFn shape, KernelFn kernel) {
    registry.add(
        {.signature = signature,
         .attrs = {type_attr(type), string_attr("container", ""), string_attr("shared_name", "")},
         .shape = shape,
         .kernel = kernel,
         .stateful = true,
         .not_differentiable = true});
  };
  add("AddSparseToTensorsMap(sparse_indices: int64, sparse_values: T, sparse_shape: int64) -> "
      "(sparse_handle: int64)",
      "T", infer_one, add_sparse);
  add("AddManySparseToTensorsMap(sparse_indices: int64, sparse_values: T, sparse_shape: int64) -> "
      "(sparse_handles: int64)",
      "T", infer_many, add_many_sparse);
  add("TakeManySparseFromTensorsMap(sparse_handles: int64) -> (sparse_indices: int64, "
      "sparse_values: dtype, sparse_shape: int64)",
      "dtype", infer_taken, take_many_sparse);
}

}  // namespace rill
