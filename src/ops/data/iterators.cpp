// Iterators over datasets as resources, and the optional values that they can give.
// Source of the rules: tensorflow/core/kernels/data/iterator_ops.cc, optional_ops.cc.
#include <mutex>
#include <optional>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"
#include "ops/optional_value.h"

namespace rill {
namespace {

class IteratorState final : public Opaque {
 public:
  std::string_view type_name() const override { return "Iterator"; }

  void start(GraphDatasetPtr dataset) {
    auto iterator = dataset->iterate();
    const std::lock_guard lock(mutex_);
    iterator_ = std::move(iterator);
    dataset_ = std::move(dataset);
  }
  bool next(KernelContext& ctx, Element& out) {
    const std::lock_guard lock(mutex_);
    if (!iterator_) {
      ctx.fail(Code::failed_precondition,
               "GetNext() failed because the iterator has not been initialized. Ensure that you "
               "have run the initializer operation for this iterator before getting the next "
               "element.");
    }
    return iterator_->next(ctx.runtime(), out);
  }

 private:
  std::mutex mutex_;
  GraphDatasetPtr dataset_;
  std::unique_ptr<GraphIterator> iterator_;
};

Tensor handle_of(std::shared_ptr<Opaque> state) {
  return Tensor::opaque(DType::resource, std::move(state));
}

std::string name_of(const NodeAccess& node) {
  const auto& shared = node.attr<std::string>("shared_name");
  return shared.empty() ? str("iterator/", node.node_name()) : shared;
}

std::shared_ptr<Opaque> stored(KernelContext& ctx) {
  return ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name_of(ctx),
      []() -> std::shared_ptr<Opaque> { return std::make_shared<IteratorState>(); });
}

void iterator(KernelContext& ctx) { ctx.set_output(0, handle_of(stored(ctx))); }

void anonymous_iterator(KernelContext& ctx) {
  auto state = std::make_shared<IteratorState>();
  if (ctx.num_outputs() > 1) ctx.set_output(1, Tensor::opaque(DType::variant, state));
  ctx.set_output(0, handle_of(std::move(state)));
}

void delete_iterator(KernelContext&) {}  // its last handle frees it

void one_shot_iterator(KernelContext& ctx) {
  ResourceStore& store = ctx.runtime().resources();
  const auto& container = ctx.attr<std::string>("container");
  if (auto known = store.find(container, name_of(ctx))) {
    return ctx.set_output(0, handle_of(std::move(known)));
  }
  const Element made = ctx.runtime().function(ctx.attr<NameAttrList>("dataset_factory")).call({});
  auto dataset = made.size() == 1 && made[0].dtype() == DType::variant && made[0].size() == 1
                     ? std::dynamic_pointer_cast<GraphDataset>(made[0].opaque_at(0))
                     : nullptr;
  ctx.require(dataset != nullptr, "The `dataset_factory` function must return a single dataset");
  // When two runs come here at once the first one's stays.
  ctx.set_output(0, handle_of(store.find_or_make(container, name_of(ctx), [&] {
                   auto state = std::make_shared<IteratorState>();
                   state->start(std::move(dataset));
                   return std::shared_ptr<Opaque>(std::move(state));
                 })));
}

void make_iterator(KernelContext& ctx) {
  ctx.resource<IteratorState>(1)->start(ctx.resource<GraphDataset>(0));
}

void check_element(const KernelContext& ctx, const Element& element) {
  ctx.require(ctx.num_outputs() == static_cast<int>(element.size()), "the iterator gives ",
              element.size(), " components, the node has ", ctx.num_outputs());
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    const Tensor& part = element[static_cast<size_t>(i)];
    ctx.require(part.dtype() == ctx.output_dtype(i), "component ", i, " is ", part.dtype(),
                ", not ", ctx.output_dtype(i));
    const auto& shapes = ctx.attr<std::vector<Shape>>("output_shapes");
    ctx.require(static_cast<size_t>(i) >= shapes.size() ||
                    shapes[static_cast<size_t>(i)].is_compatible_with(part.shape()),
                "component ", i, " has shape ", part.shape(), ", which does not fit output_shapes");
  }
}

void output_element(KernelContext& ctx, Element element) {
  check_element(ctx, element);
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, std::move(element[static_cast<size_t>(i)]));
  }
}

void get_next(KernelContext& ctx) {
  Element element;
  if (!ctx.resource<IteratorState>(0)->next(ctx, element)) {
    ctx.fail(Code::out_of_range, "End of sequence");
  }
  output_element(ctx, std::move(element));
}

void infer_element(ShapeContext& ctx) {
  const auto shapes = ctx.attr_or<std::vector<Shape>>("output_shapes", {});
  for (int i = 0; i < ctx.num_outputs() && static_cast<size_t>(i) < shapes.size(); ++i) {
    ctx.set_output(i, shapes[static_cast<size_t>(i)]);
  }
}

void output_optional(KernelContext& ctx, std::optional<Element> element) {
  ctx.set_output(
      0, Tensor::opaque(DType::variant, std::make_shared<OptionalValue>(std::move(element))));
}

void get_next_as_optional(KernelContext& ctx) {
  Element element;
  const bool found = ctx.resource<IteratorState>(0)->next(ctx, element);
  output_optional(ctx, found ? std::optional(std::move(element)) : std::nullopt);
}
void optional_none(KernelContext& ctx) { output_optional(ctx, std::nullopt); }
void optional_from_value(KernelContext& ctx) {
  Element element;
  for (const Tensor& t : ctx.inputs()) element.push_back(t.owned());
  output_optional(ctx, std::move(element));
}
void optional_has_value(KernelContext& ctx) {
  const bool has = ctx.resource<OptionalValue>(0)->element.has_value();
  *ctx.output(0, Shape{}).data<bool>() = has;
}
void optional_get_value(KernelContext& ctx) {
  const auto optional = ctx.resource<OptionalValue>(0);
  ctx.require(optional->element.has_value(), "The given optional does not have a value.");
  output_element(ctx, *optional->element);
}

void cardinality(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int64_t>() = ctx.resource<GraphDataset>(0)->cardinality();
}

// Found by a walk: datasets have no other way in.
void element_at_index(KernelContext& ctx) {
  const auto index = scalar_input<int64_t>(ctx, 1, "index");
  const auto walk = ctx.resource<GraphDataset>(0)->iterate();
  Element element;
  int64_t at = -1;
  while (at < index && walk->next(ctx.runtime(), element)) {
    ctx.runtime().check_cancelled();
    ++at;
  }
  if (index < 0 || at < index) {
    ctx.fail(Code::out_of_range, "Index out of range [index:", index, ", size:", at + 1, "].");
  }
  output_element(ctx, std::move(element));
}

constexpr const char* kHandles = "rill_iterator_handles";

void to_string_handle(KernelContext& ctx) {
  const auto state = ctx.resource<IteratorState>(0);
  const std::string name = str("iterator@", reinterpret_cast<uintptr_t>(state.get()));
  ctx.runtime().resources().put(kHandles, name, state);
  *ctx.output(0, Shape{}).data<std::string>() = name;
}
void from_string_handle(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "string_handle must be a scalar");
  const std::string& name = *ctx.input(0).data<std::string>();
  auto state = ctx.runtime().resources().find(kHandles, name);
  ctx.require(state != nullptr, "string_handle ", quoted(name), " names no iterator");
  ctx.set_output(0, handle_of(std::move(state)));
}

}  // namespace

void register_iterators(OpRegistry& registry) {
  const AttrDef types = type_list_attr("output_types", 1), dims = shape_list_attr("output_shapes");
  const auto add = [&](const char* signature, std::vector<AttrDef> attrs,
                       void (*shape)(ShapeContext&), void (*kernel)(KernelContext&),
                       bool stateful = true) {
    registry.add({.signature = signature,
                  .attrs = std::move(attrs),
                  .shape = shape,
                  .kernel = kernel,
                  .stateful = stateful,
                  .not_differentiable = true});
  };
  using shapes::none;
  using shapes::scalar;
  add("OneShotIterator() -> (handle: resource)",
      {func_attr("dataset_factory"), types, dims, string_attr("container", ""),
       string_attr("shared_name", "")},
      scalar, one_shot_iterator);
  for (const char* signature :
       {"Iterator() -> (handle: resource)", "IteratorV2() -> (handle: resource)"}) {
    add(signature, {string_attr("shared_name"), string_attr("container"), types, dims}, scalar,
        iterator);
  }
  add("AnonymousIteratorV2() -> (handle: resource, deleter: variant)", {types, dims}, scalar,
      anonymous_iterator);
  for (const char* signature : {"AnonymousIterator() -> (handle: resource)",
                                "AnonymousIteratorV3() -> (handle: resource)"}) {
    add(signature, {types, dims}, scalar, anonymous_iterator);
  }
  add("DeleteIterator(handle: resource, deleter: variant) -> ()", {}, none, delete_iterator);
  add("MakeIterator(dataset: variant, iterator: resource) -> ()", {}, none, make_iterator);
  for (const char* signature :
       {"IteratorGetNext(iterator: resource) -> (components: list(output_types))",
        "IteratorGetNextSync(iterator: resource) -> (components: list(output_types))"}) {
    add(signature, {types, dims}, infer_element, get_next);
  }
  add("IteratorGetNextAsOptional(iterator: resource) -> (optional: variant)", {types, dims}, scalar,
      get_next_as_optional);
  add("IteratorToStringHandle(resource_handle: resource) -> (string_handle: string)", {}, scalar,
      to_string_handle);
  for (const char* signature :
       {"IteratorFromStringHandle(string_handle: string) -> (resource_handle: resource)",
        "IteratorFromStringHandleV2(string_handle: string) -> (resource_handle: resource)"}) {
    add(signature, {type_list_attr("output_types"), shape_list_attr("output_shapes")}, scalar,
        from_string_handle);
  }
  add("DatasetCardinality(input_dataset: variant) -> (cardinality: int64)",
      {string_attr("cardinality_options", "")}, scalar, cardinality, false);
  add("ExperimentalDatasetCardinality(input_dataset: variant) -> (cardinality: int64)", {}, scalar,
      cardinality, false);
  add("GetElementAtIndex(dataset: variant, index: int64) -> (components: list(output_types))",
      {types, dims}, infer_element, element_at_index, false);
  add("OptionalFromValue(components: list(Toutput_types)) -> (optional: variant)",
      {type_list_attr("Toutput_types", 1)}, scalar, optional_from_value, false);
  add("OptionalNone() -> (optional: variant)", {}, scalar, optional_none, false);
  add("OptionalHasValue(optional: variant) -> (has_value: bool)", {}, scalar, optional_has_value,
      false);
  add("OptionalGetValue(optional: variant) -> (components: list(output_types))", {types, dims},
      infer_element, optional_get_value, false);
}

}  // namespace rill
