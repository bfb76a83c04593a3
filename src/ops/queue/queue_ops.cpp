// FIFOQueue, RandomShuffleQueue, PaddingFIFOQueue, PriorityQueue and what is done with them, in
// the old form (a ref handle) and the new one (a resource).
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/tensor_queue.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

using Order = TensorQueue::Order;

template <Order order>
void queue_make(KernelContext& ctx) {
  TensorQueue::Options options;
  options.order = order;
  options.types = ctx.attr<std::vector<DType>>("component_types");
  options.shapes = ctx.attr<std::vector<Shape>>("shapes");
  options.capacity = ctx.attr<int64_t>("capacity");
  if constexpr (order == Order::priority) {
    options.types.insert(options.types.begin(), DType::int64);
    options.shapes.insert(options.shapes.begin(), Shape{});
  }
  if constexpr (order == Order::shuffled) {
    options.min_after_dequeue = ctx.attr<int64_t>("min_after_dequeue");
    options.seed = ctx.attr<int64_t>("seed");
    options.seed2 = ctx.attr<int64_t>("seed2");
    ctx.require(options.min_after_dequeue >= 0, "min_after_dequeue ", options.min_after_dequeue,
                " must be >= 0");
    ctx.require(options.capacity < 0 || options.min_after_dequeue < options.capacity,
                "min_after_dequeue ", options.min_after_dequeue, " must be < capacity ",
                options.capacity);
  }
  ctx.require(options.shapes.empty() || options.shapes.size() == options.types.size(),
              "Different number of component types.  Types: ", options.types.size(),
              ", Shapes: ", options.shapes.size());
  const std::string& shared = ctx.attr<std::string>("shared_name");
  const std::string name = shared.empty() ? str("queue/", ctx.node_name()) : shared;
  auto queue = ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name, [&]() -> std::shared_ptr<Opaque> {
        return std::make_shared<TensorQueue>(std::string(ctx.node_name()), options);
      });
  const auto* found = dynamic_cast<const TensorQueue*>(queue.get());
  ctx.require(found && found->options() == options, "Shared queue ", quoted(name),
              " exists with other types, shapes or limits");
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(queue)));
}

void check_tuple(const KernelContext& ctx, const TensorQueue& queue, bool many) {
  const auto& options = queue.options();
  require_no_timeout(ctx);
  ctx.require(ctx.num_inputs() - 1 == static_cast<int>(options.types.size()),
              "Wrong number of components in tuple. Expected ", options.types.size(), ", got ",
              ctx.num_inputs() - 1);
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    const auto k = static_cast<size_t>(i - 1);
    const Tensor& t = ctx.input(i);
    ctx.require(t.dtype() == options.types[k], "Type mismatch in tuple component ", k,
                ". Expected ", options.types[k], ", got ", t.dtype());
    if (many) {
      ctx.require(t.rank() >= 1 && t.dim(0) == ctx.input(1).dim(0),
                  "All input tensors must have "
                  "the same size in the 0th dimension. Component ",
                  k, " has shape ", t.shape());
    }
    if (options.shapes.empty()) continue;
    const Shape item = many ? sub_shape(t.shape(), 1, t.rank()) : t.shape();
    ctx.require(options.shapes[k].is_compatible_with(item), "Shape mismatch in tuple component ", k,
                ". Expected ", options.shapes[k], ", got ", item);
  }
}

void enqueue(KernelContext& ctx) {
  const auto queue = ctx.resource<TensorQueue>(0);
  check_tuple(ctx, *queue, false);
  TensorQueue::Tuple tuple;
  for (int i = 1; i < ctx.num_inputs(); ++i) tuple.push_back(ctx.input(i).owned());
  queue->enqueue(ctx, {std::move(tuple)});
}

void enqueue_many(KernelContext& ctx) {
  const auto queue = ctx.resource<TensorQueue>(0);
  check_tuple(ctx, *queue, true);
  std::vector<TensorQueue::Tuple> tuples(static_cast<size_t>(ctx.input(1).dim(0)));
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    const Tensor all = ctx.input(i).owned();
    const Shape item = sub_shape(all.shape(), 1, all.rank());
    for (size_t r = 0; r < tuples.size(); ++r) {
      const auto row = static_cast<int64_t>(r);
      tuples[r].push_back(all.rows(row, row + 1).reshaped(item));
    }
  }
  queue->enqueue(ctx, std::move(tuples));
}

void check_outputs(const KernelContext& ctx, const TensorQueue& queue) {
  const auto& types = queue.options().types;
  require_no_timeout(ctx);
  bool same = ctx.num_outputs() == static_cast<int>(types.size());
  for (int i = 0; same && i < ctx.num_outputs(); ++i) {
    same = ctx.output_dtype(i) == types[static_cast<size_t>(i)];
  }
  ctx.require(same, "the queue's components have other types than those that are wanted");
}

void dequeue(KernelContext& ctx) {
  const auto queue = ctx.resource<TensorQueue>(0);
  check_outputs(ctx, *queue);
  auto tuples = queue->dequeue(ctx, 1, false);
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, std::move(tuples[0][static_cast<size_t>(i)]));
  }
}

// Copies a tensor into the corner of a larger one of the same rank.
template <typename T>
void put_corner(const T* from, const Shape& small, T* to, const Shape& large, int dim) {
  if (dim == small.rank()) {
    *to = *from;
    return;
  }
  const int64_t step_from = product(small, dim + 1, small.rank());
  const int64_t step_to = product(large, dim + 1, large.rank());
  for (int64_t i = 0; i < small[dim]; ++i) {
    put_corner(from + i * step_from, small, to + i * step_to, large, dim + 1);
  }
}

void stack(KernelContext& ctx, int o, const std::vector<TensorQueue::Tuple>& tuples,
           const Shape& shape) {
  const auto k = static_cast<size_t>(o);
  Shape largest = shape;
  for (int d = 0; d < shape.rank(); ++d) {
    largest[d] = std::max<int64_t>(shape[d], 0);
    for (const auto& tuple : tuples) largest[d] = std::max(largest[d], tuple[k].dim(d));
  }
  Tensor& out = ctx.output(o, join(Shape{static_cast<int64_t>(tuples.size())}, largest));
  const int64_t step = largest.num_elements();
  dispatch_by_size(out.dtype(), "QueueDequeueMany", [&]<typename T>() {
    T* to = static_cast<T*>(out.raw());
    std::fill(to, to + out.size(), T{});
    for (const auto& tuple : tuples) {
      if (tuple[k].size() > 0) {
        put_corner(static_cast<const T*>(tuple[k].raw()), tuple[k].shape(), to, largest, 0);
      }
      to += step;
    }
  });
}

template <bool fewer>
void dequeue_many(KernelContext& ctx) {
  const auto queue = ctx.resource<TensorQueue>(0);
  check_outputs(ctx, *queue);
  const auto& shapes = queue->options().shapes;
  ctx.require(ctx.input(1).rank() == 0, "n must be a scalar, got shape ", ctx.input(1).shape());
  const auto n = ctx.input(1).item<int64_t>();
  ctx.require(n >= 0, "DequeueManyOp requested ", n, " < 0 elements");
  bool known = !shapes.empty();
  for (const Shape& shape : shapes) {
    known = known &&
            (queue->options().order == Order::padded ? shape.has_rank() : shape.is_fully_defined());
  }
  ctx.require(known,
              "The queue's DequeueMany and DequeueUpTo require the components to have "
              "specified shapes.");
  const auto tuples = queue->dequeue(ctx, n, fewer);
  for (int i = 0; i < ctx.num_outputs(); ++i) stack(ctx, i, tuples, shapes[static_cast<size_t>(i)]);
}

void queue_close(KernelContext& ctx) {
  ctx.resource<TensorQueue>(0)->close(ctx.attr<bool>("cancel_pending_enqueues"));
}

void size(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() =
      static_cast<int32_t>(ctx.resource<TensorQueue>(0)->size());
}

void is_closed(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<bool>() = ctx.resource<TensorQueue>(0)->closed();
}

template <Order order>
void add_queue(OpRegistry& registry, std::string_view name) {
  std::vector<AttrDef> attrs = {type_list_attr("component_types", order == Order::priority ? 0 : 1),
                                attr("shapes", AttrKind::shape, true, AttrValue::EmptyList{}),
                                int_attr("capacity", -1), string_attr("container", ""),
                                string_attr("shared_name", "")};
  if (order == Order::priority) attrs[0].default_value = AttrValue::EmptyList{};
  if (order == Order::shuffled) {
    attrs.push_back(int_attr("min_after_dequeue", 0));
    attrs.push_back(int_attr("seed", 0));
    attrs.push_back(int_attr("seed2", 0));
  }
  registry.add({.signature = str(name, "() -> (handle: Ref(string))"),
                .attrs = attrs,
                .shape = shapes::unknown,
                .kernel = queue_make<order>,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = str(name, "V2() -> (handle: resource)"),
                .attrs = attrs,
                .shape = shapes::scalar,
                .kernel = queue_make<order>,
                .stateful = true,
                .not_differentiable = true});
}

void add_both(OpRegistry& registry, std::string_view name, std::string_view inputs,
              std::string_view outputs, const std::vector<AttrDef>& attrs, ShapeFn shape,
              KernelFn kernel) {
  for (const bool v2 : {false, true}) {
    registry.add({.signature = str(name, v2 ? "V2(handle: resource" : "(handle: Ref(string)",
                                   inputs, ") -> (", outputs, ")"),
                  .attrs = attrs,
                  .shape = shape,
                  .kernel = kernel,
                  .stateful = true,
                  .not_differentiable = true});
  }
}

}  // namespace

void register_queue_ops(OpRegistry& registry) {
  add_queue<Order::fifo>(registry, "FIFOQueue");
  add_queue<Order::shuffled>(registry, "RandomShuffleQueue");
  add_queue<Order::padded>(registry, "PaddingFIFOQueue");
  add_queue<Order::priority>(registry, "PriorityQueue");
  const AttrDef timeout = int_attr("timeout_ms", -1);
  const std::vector<AttrDef> in = {type_list_attr("Tcomponents", 1), timeout};
  const std::vector<AttrDef> out = {type_list_attr("component_types", 1), timeout};
  constexpr std::string_view kComponents = "components: list(component_types)";
  add_both(registry, "QueueEnqueue", ", components: list(Tcomponents)", "", in, shapes::none,
           enqueue);
  add_both(registry, "QueueEnqueueMany", ", components: list(Tcomponents)", "", in, shapes::none,
           enqueue_many);
  add_both(registry, "QueueDequeue", "", kComponents, out, shapes::unknown, dequeue);
  add_both(registry, "QueueDequeueMany", ", n: int32", kComponents, out, shapes::unknown,
           dequeue_many<false>);
  add_both(registry, "QueueDequeueUpTo", ", n: int32", kComponents, out, shapes::unknown,
           dequeue_many<true>);
  add_both(registry, "QueueClose", "", "", {bool_attr("cancel_pending_enqueues", false)},
           shapes::none, queue_close);
  add_both(registry, "QueueSize", "", "size: int32", {}, shapes::scalar, size);
  add_both(registry, "QueueIsClosed", "", "is_closed: bool", {}, shapes::scalar, is_closed);
}

}  // namespace rill
