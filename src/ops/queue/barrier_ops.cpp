// Barrier: tuples that are put together by key, component by component, and taken when complete.
// Rules: tensorflow/core/kernels/barrier_ops.cc.
#include <algorithm>
#include <map>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/tensor_list.h"
#include "ops/tensor_queue.h"

namespace rill {
namespace {

class Barrier final : public Opaque {
 public:
  Barrier(std::string name, std::vector<DType> types, std::vector<Shape> shapes)
      : name_(std::move(name)),
        types_(std::move(types)),
        shapes_(std::move(shapes)),
        ready_(name_, ready_options(types_, shapes_)) {}
  std::string_view type_name() const override { return "Barrier"; }
  const std::vector<DType>& types() const { return types_; }
  const std::vector<Shape>& shapes() const { return shapes_; }

  void insert(const KernelContext& ctx, const std::vector<std::string>& keys,
              const std::vector<Tensor>& values, size_t component) {
    std::vector<TensorQueue::Tuple> complete;
    bool any_new = false;
    std::lock_guard lock(mutex_);
    if (cancelled_) ctx.fail(Code::cancelled, "Barrier ", name_, " is closed.");
    for (size_t i = 0; i < keys.size(); ++i) {
      auto found = incomplete_.find(keys[i]);
      if (found == incomplete_.end()) {
        if (closed_) {
          ctx.fail(Code::cancelled, "Barrier ", name_,
                   " is closed, but attempted to insert a brand new key: ", quoted(keys[i]));
        }
        any_new = true;
        found =
            incomplete_.emplace(keys[i], Entry{next_, std::vector<Tensor>(types_.size())}).first;
      }
      Entry& entry = found->second;
      ctx.require(!entry.values[component], "Key ", quoted(keys[i]),
                  " already has a value for component ", component, " in barrier ", name_);
      entry.values[component] = values[i];
      if (!std::all_of(entry.values.begin(), entry.values.end(),
                       [](const Tensor& t) { return static_cast<bool>(t); })) {
        continue;
      }
      TensorQueue::Tuple tuple{Tensor::scalar(entry.order), Tensor::scalar(keys[i])};
      tuple.insert(tuple.end(), entry.values.begin(), entry.values.end());
      complete.push_back(std::move(tuple));
      incomplete_.erase(found);
    }
    if (any_new) ++next_;
    ready_.enqueue(ctx, std::move(complete));
    if (closed_ && incomplete_.empty()) ready_.close(false);
  }

  std::vector<TensorQueue::Tuple> take(const KernelContext& ctx, int64_t n, bool fewer) {
    {
      std::lock_guard lock(mutex_);
      const auto left = static_cast<int64_t>(incomplete_.size()) + ready_.size();
      if (closed_ && !fewer && (cancelled_ || n > left)) {
        ctx.fail(Code::out_of_range, "Barrier ", quoted(name_),
                 " is closed and has insufficient elements (requested ", n, ", total size ", left,
                 ")");
      }
    }
    return ready_.dequeue(ctx, n, fewer);
  }

  void close(bool cancel) {
    std::lock_guard lock(mutex_);
    closed_ = true;
    cancelled_ = cancelled_ || cancel;
    if (cancel) incomplete_.clear();
    if (incomplete_.empty()) ready_.close(false);
  }
  int64_t ready() const { return ready_.size(); }
  int64_t incomplete() const {
    std::lock_guard lock(mutex_);
    return static_cast<int64_t>(incomplete_.size());
  }

 private:
  struct Entry {
    int64_t order = 0;
    std::vector<Tensor> values;  // empty where none has come
  };
  static TensorQueue::Options ready_options(std::vector<DType> types, std::vector<Shape> shapes) {
    types.insert(types.begin(), {DType::int64, DType::string});
    shapes.insert(shapes.begin(), {Shape{}, Shape{}});
    TensorQueue::Options options;
    options.order = TensorQueue::Order::priority;
    options.types = std::move(types);
    options.shapes = std::move(shapes);
    return options;
  }

  const std::string name_;
  const std::vector<DType> types_;
  const std::vector<Shape> shapes_;
  mutable std::mutex mutex_;
  TensorQueue ready_;  // without a limit: enqueue never waits
  std::map<std::string, Entry> incomplete_;
  int64_t next_ = INT64_MIN;
  bool closed_ = false;
  bool cancelled_ = false;
};

void barrier_make(KernelContext& ctx) {
  const auto types = ctx.attr<std::vector<DType>>("component_types");
  const auto shapes = ctx.attr<std::vector<Shape>>("shapes");
  ctx.require(shapes.size() == types.size(),
              "All of the component shapes must be given: ", shapes.size(), " shapes for ",
              types.size(), " types");
  for (const Shape& shape : shapes) {
    ctx.require(shape.is_fully_defined(), "All shapes must be fully specified, not ", shape);
  }
  const std::string& shared = ctx.attr<std::string>("shared_name");
  const std::string name = shared.empty() ? str("barrier/", ctx.node_name()) : shared;
  auto made = ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name,
      [&]() -> std::shared_ptr<Opaque> { return std::make_shared<Barrier>(name, types, shapes); });
  const auto* found = dynamic_cast<const Barrier*>(made.get());
  ctx.require(found && found->types() == types && found->shapes() == shapes, "Shared barrier ",
              quoted(name), " exists with other types or shapes");
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(made)));
}

void insert(KernelContext& ctx) {
  const auto barrier = ctx.resource<Barrier>(0);
  const int64_t component = ctx.attr<int64_t>("component_index");
  const Tensor& keys = ctx.input(1);
  const Tensor values = ctx.input(2).owned();
  ctx.require(component >= 0 && component < static_cast<int64_t>(barrier->types().size()),
              "The component ID is out of range ", component,
              " > num_components (= ", barrier->types().size(), ")");
  const auto k = static_cast<size_t>(component);
  ctx.require(values.dtype() == barrier->types()[k], "component ", component, " is ",
              barrier->types()[k], ", not ", values.dtype());
  ctx.require(keys.rank() == 1, "keys must be a vector, got shape ", keys.shape());
  ctx.require(values.rank() >= 1 && values.dim(0) == keys.dim(0),
              "keys and values must have as many rows: ", keys.shape(), " and ", values.shape());
  const Shape item = sub_shape(values.shape(), 1, values.rank());
  ctx.require(item == barrier->shapes()[k], "Shape mismatch in component ", component,
              ". Expected ", barrier->shapes()[k], ", got ", item);
  barrier->insert(ctx, keys.to_vector<std::string>(), unstack_rows(values), k);
}

void barrier_take(KernelContext& ctx) {
  const auto barrier = ctx.resource<Barrier>(0);
  require_no_timeout(ctx);
  ctx.require(ctx.input(1).rank() == 0, "num_elements must be a scalar, got shape ",
              ctx.input(1).shape());
  const auto n = ctx.input(1).item<int64_t>();
  ctx.require(n >= 0, "num_elements must not be negative, but is ", n);
  ctx.require(ctx.attr<std::vector<DType>>("component_types") == barrier->types(),
              "the barrier's components have other types than those that are wanted");
  const auto tuples = barrier->take(ctx, n, ctx.attr<bool>("allow_small_batch"));
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    const auto k = static_cast<size_t>(i);
    std::vector<Tensor> items;
    for (const auto& tuple : tuples) items.push_back(tuple[k]);
    stack_items(ctx, i, items, ctx.output_dtype(i), i < 2 ? Shape{} : barrier->shapes()[k - 2]);
  }
}

void take_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape{Shape::kUnknownDim});
  ctx.set_output(1, Shape{Shape::kUnknownDim});
}

void barrier_close(KernelContext& ctx) {
  ctx.resource<Barrier>(0)->close(ctx.attr<bool>("cancel_pending_enqueues"));
}

void ready_size(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() = static_cast<int32_t>(ctx.resource<Barrier>(0)->ready());
}

void incomplete_size(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() =
      static_cast<int32_t>(ctx.resource<Barrier>(0)->incomplete());
}

}  // namespace

void register_barrier_ops(OpRegistry& registry) {
  const auto add = [&](std::string_view signature, std::vector<AttrDef> attrs, ShapeFn shape,
                       KernelFn kernel) {
    registry.add({.signature = std::string(signature),
                  .attrs = std::move(attrs),
                  .shape = shape,
                  .kernel = kernel,
                  .stateful = true,
                  .not_differentiable = true});
  };
  const AttrDef types = type_list_attr("component_types", 1);
  add("Barrier() -> (handle: Ref(string))",
      {types, attr("shapes", AttrKind::shape, true, AttrValue::EmptyList{}),
       int_attr("capacity", -1), string_attr("container", ""), string_attr("shared_name", "")},
      shapes::unknown, barrier_make);
  add("BarrierInsertMany(handle: Ref(string), keys: string, values: T) -> ()",
      {type_attr("T"), int_attr("component_index")}, shapes::none, insert);
  add("BarrierTakeMany(handle: Ref(string), num_elements: int32) -> (indices: int64, keys: string, "
      "values: list(component_types))",
      {types, bool_attr("allow_small_batch", false), bool_attr("wait_for_incomplete", false),
       int_attr("timeout_ms", -1)},
      take_shape, barrier_take);
  add("BarrierClose(handle: Ref(string)) -> ()", {bool_attr("cancel_pending_enqueues", false)},
      shapes::none, barrier_close);
  add("BarrierReadySize(handle: Ref(string)) -> (size: int32)", {}, shapes::scalar, ready_size);
  add("BarrierIncompleteSize(handle: Ref(string)) -> (size: int32)", {}, shapes::scalar,
      incomplete_size);
}

}  // namespace rill
