#include <numeric>

#include "graph/graph.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/tensor_array.h"
#include "ops/tensor_list.h"

namespace rill {
namespace {

void flow(KernelContext& ctx, int o) {
  if (o < ctx.num_outputs()) *ctx.output(o, Shape{}).data<float>() = 0.0f;
}

std::shared_ptr<TensorArray> array(const KernelContext& ctx, DType dtype) {
  auto found = ctx.resource<TensorArray>(0);
  ctx.require(found->dtype() == dtype, "TensorArray dtype is ", found->dtype(),
              " but Op requested dtype ", dtype, ".");
  return found;
}

// Handles hold the array. In TensorFlow the older ones are strings, its name in the present step.
void set_handle(KernelContext& ctx, std::shared_ptr<TensorArray> made) {
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(made)));
}

void tensor_array_make(KernelContext& ctx) {
  const int64_t size = ctx.input(0).item<int64_t>();
  ctx.require(size >= 0, "Size should be >= 0.");
  if (size > kMaxListLength) ctx.fail(Code::resource_exhausted, "size ", size, " is too large");
  auto made = std::make_shared<TensorArray>(
      TensorArray::Options{
          .dtype = ctx.attr<DType>("dtype"),
          .element_shape = ctx.attr<Shape>("element_shape"),
          .dynamic_size = ctx.attr<bool>("dynamic_size"),
          .clear_after_read = ctx.attr<bool>("clear_after_read"),
          .identical_element_shapes = ctx.attr_or<bool>("identical_element_shapes", false)},
      size);
  set_handle(ctx, std::move(made));
  flow(ctx, 1);
}

void write(KernelContext& ctx) {
  array(ctx, ctx.input(2).dtype())->write(ctx, ctx.input(1).item<int64_t>(), ctx.input(2));
  flow(ctx, 0);
}

void read(KernelContext& ctx) {
  ctx.set_output(0, array(ctx, ctx.output_dtype(0))->read(ctx, ctx.input(1).item<int64_t>()));
}

// Of an array that knows the shape of its elements, as one has that came into a function.
void read_shape(ShapeContext& ctx) {
  const bool by_handle = ctx.input_dtype(0) == DType::resource;
  const Shape every = by_handle ? ctx.handle_shape(0) : Shape::unknown_rank();
  ctx.set_output(0, every.is_fully_defined() ? every : Shape::unknown_rank());
}

std::vector<Tensor> read_all(const KernelContext& ctx, TensorArray& from,
                             const std::vector<int64_t>& indices) {
  std::vector<Tensor> items;
  for (const int64_t i : indices) items.push_back(from.read(ctx, i));
  return items;
}

void gather_items(KernelContext& ctx, TensorArray& from, const std::vector<int64_t>& indices) {
  const auto items = read_all(ctx, from, indices);
  Shape shape = merge_element_shapes(ctx, ctx.attr<Shape>("element_shape"), from.element_shape());
  if (!items.empty()) {
    ctx.require(shape.is_compatible_with(items[0].shape()), "TensorArray was passed element_shape ",
                shape, " which does not match the Tensor at index 0: ", items[0].shape());
    shape = items[0].shape();
  }
  ctx.require(shape.is_fully_defined(), "TensorArray has size zero, but element shape ", shape,
              " is not fully defined. Currently only static shapes are supported when packing "
              "zero-size TensorArrays.");
  for (size_t i = 0; i < items.size(); ++i) {
    ctx.require(items[i].shape() == shape,
                "TensorArray has inconsistent shapes.  Index 0 has "
                "shape: ",
                shape, " but index ", i, " has shape: ", items[i].shape());
  }
  stack_items(ctx, 0, items, from.dtype(), shape);
}

void tensor_array_gather(KernelContext& ctx) {
  const auto from = array(ctx, ctx.output_dtype(0));
  ctx.require(ctx.input(1).rank() == 1,
              "Expected indices to be a vector, but received shape: ", ctx.input(1).shape());
  gather_items(ctx, *from, ctx.input(1).to_vector<int64_t>());
}

std::vector<int64_t> all_of(const TensorArray& from) {
  std::vector<int64_t> all(static_cast<size_t>(from.size()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

void pack(KernelContext& ctx) {
  const auto from = array(ctx, ctx.output_dtype(0));
  gather_items(ctx, *from, all_of(*from));
}

void tensor_array_gather_shape(ShapeContext& ctx) {
  const Shape& indices = ctx.input(1);
  ctx.set_output(0,
                 join(indices.has_rank() ? indices : Shape{-1}, ctx.attr<Shape>("element_shape")));
}

void tensor_array_scatter(KernelContext& ctx) {
  const Tensor& value = ctx.input(2);
  const auto to = array(ctx, value.dtype());
  const auto indices = ctx.input(1).to_vector<int64_t>();
  ctx.require(ctx.input(1).rank() == 1 && value.rank() >= 1 &&
                  static_cast<int64_t>(indices.size()) == value.shape()[0],
              "Expected len(indices) == values.shape[0], but saw: ", indices.size(), " vs. ",
              value.shape());
  const auto rows = unstack_rows(value);
  for (size_t i = 0; i < rows.size(); ++i) to->write(ctx, indices[i], rows[i]);
  flow(ctx, 0);
}

void unpack(KernelContext& ctx) {
  const auto to = array(ctx, ctx.input(1).dtype());
  ctx.require(ctx.input(1).rank() >= 1,
              "Input value for unpack must be at least a vector but "
              "received shape: ",
              ctx.input(1).shape());
  const auto rows = unstack_rows(ctx.input(1));
  to->require_size(ctx, static_cast<int64_t>(rows.size()));
  for (size_t i = 0; i < rows.size(); ++i) to->write(ctx, static_cast<int64_t>(i), rows[i]);
  flow(ctx, 0);
}

void tensor_array_concat(KernelContext& ctx) {
  const auto from = array(ctx, ctx.output_dtype(0));
  const auto items = read_all(ctx, *from, all_of(*from));
  Shape rest = ctx.attr<Shape>("element_shape_except0");
  if (!items.empty()) {
    const Shape& first = items[0].shape();
    ctx.require(first.rank() >= 1,
                "Concat saw a scalar shape at index 0 but requires at least "
                "vectors.");
    const Shape found = sub_shape(first, 1, first.rank());
    ctx.require(rest.is_compatible_with(found), "TensorArray was passed element_shape_except0 ",
                rest, " but index 0 has (excepting dimension 0) shape: ", found);
    rest = found;
  }
  ctx.require(rest.is_fully_defined(), "TensorArray has size zero, but element_shape_except0 ",
              rest, " is not fully defined.");
  concat_items(ctx, items, from->dtype(), rest);
}

void tensor_array_concat_shape(ShapeContext& ctx) {
  ctx.set_output(0, join(Shape{-1}, ctx.attr<Shape>("element_shape_except0")));
  ctx.set_output(1, Shape{-1});
}

void tensor_array_split(KernelContext& ctx) {
  const auto to = array(ctx, ctx.input(1).dtype());
  const auto parts = split_rows(ctx, ctx.input(1), ctx.input(2));
  to->require_size(ctx, static_cast<int64_t>(parts.size()));
  for (size_t i = 0; i < parts.size(); ++i) to->write(ctx, static_cast<int64_t>(i), parts[i]);
  flow(ctx, 0);
}

void tensor_array_size(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() =
      static_cast<int32_t>(ctx.resource<TensorArray>(0)->size());
}

void tensor_array_close(KernelContext& ctx) { ctx.resource<TensorArray>(0)->close(); }

void gradient(KernelContext& ctx) {
  const std::string& source = ctx.attr<std::string>("source");
  std::vector<int64_t> prefix;
  if (ctx.num_inputs() > 2) prefix = ctx.input(2).to_vector<int64_t>();
  require_valid_shape(ctx, prefix);
  set_handle(ctx, ctx.resource<TensorArray>(0)->gradient(ctx, source, Shape(prefix)));
  flow(ctx, 1);
}

// Formulas of the gradients: tensorflow/python/ops/tensor_array_grad.py. Each array has a twin per
// call of gradients(), where what flows back adds up. Flows carry the order, their values are 0.

// Names the call: the last scope "gradients..." of what flows back.
std::string gradient_source(const Value& flowing) {
  if (!flowing.is_symbolic()) return "gradients";
  const auto& graph = flowing.rep()->graph;
  std::lock_guard lock(graph->mutex());
  const std::string& name = graph->node(flowing.rep()->node).name;
  constexpr std::string_view kScope = "gradients";
  for (size_t at = name.rfind(kScope); at != std::string::npos; at = name.rfind(kScope, at - 1)) {
    if (at == 0 || name[at - 1] == '/') return name.substr(0, name.find('/', at));
    if (at == 0) break;
  }
  return std::string(kScope);
}

// "TensorArray" VERB in the form of the op that is differentiated: "V3", "V2" or the first.
std::string same_form(const GradContext& ctx, std::string_view verb) {
  const std::string_view op = ctx.def().name;
  const bool numbered = op.ends_with("V3") || op.ends_with("V2");
  return str("TensorArray", verb, numbered ? op.substr(op.size() - 2) : "");
}

struct Twin {
  Value handle;
  Value flow;
};

Twin twin_of(const GradContext& ctx, const Value& flow, const Value& flowing) {
  const Values made = emit_all(same_form(ctx, "Grad"), {ctx.input(0), flow},
                               {{"source", gradient_source(flowing)}});
  return {made[0], made.size() > 1 ? made[1] : flow};
}

// The flow that comes back to an op that wrote, once the writing is done.
Value after_write(const GradContext& ctx) {
  return emit("AddN", {ctx.output_gradient(0), ctx.output(0)});
}

Values read_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(2), dy);
  return {{}, {}, emit(same_form(ctx, "Write"), {twin.handle, ctx.input(1), dy, twin.flow})};
}

Values write_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Value dy = emit(same_form(ctx, "Read"), {twin.handle, ctx.input(1), twin.flow},
                        {{"dtype", ctx.input(2).dtype()}});
  return {{}, {}, dy, flow};
}

Values tensor_array_gather_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(2), dy);
  return {{}, {}, emit(same_form(ctx, "Scatter"), {twin.handle, ctx.input(1), dy, twin.flow})};
}

Values tensor_array_scatter_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Shape& value = ctx.input(2).shape();
  const Shape rows = value.has_rank() && value.rank() > 0 ? sub_shape(value, 1, value.rank())
                                                          : Shape::unknown_rank();
  const Value dy = emit(same_form(ctx, "Gather"), {twin.handle, ctx.input(1), twin.flow},
                        {{"dtype", ctx.input(2).dtype()}, {"element_shape", rows}});
  return {{}, {}, dy, flow};
}

Values tensor_array_concat_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(1), dy);
  return {{}, emit(same_form(ctx, "Split"), {twin.handle, dy, ctx.output(1), twin.flow})};
}

Values tensor_array_split_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Value dy =
      emit(same_form(ctx, "Concat"), {twin.handle, twin.flow}, {{"dtype", ctx.input(1).dtype()}});
  return {{}, dy, {}, flow};
}

Values pack_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, ctx.input(1), dy);
  return {{}, emit("TensorArrayUnpack", {twin.handle, dy, twin.flow})};
}

Values unpack_gradient(const GradContext& ctx) {
  const Value& flow = ctx.output_gradient(0);
  const Twin twin = twin_of(ctx, after_write(ctx), flow);
  const Value dy =
      emit("TensorArrayPack", {twin.handle, twin.flow}, {{"dtype", ctx.input(1).dtype()}});
  return {{}, dy, flow};
}

// One of the three forms an op has: handles are references to strings, strings, or resources.
class Form {
 public:
  Form(OpRegistry& registry, std::string suffix, std::string handle)
      : registry_(registry), suffix_(std::move(suffix)), handle_(std::move(handle)) {}

  bool has_flow_of_handles() const { return suffix_ == "V3"; }
  const std::string& handle() const { return handle_; }
  void add_maker(std::string_view verb, const std::string& inputs, std::string_view result,
                 std::vector<AttrDef> attrs, KernelFn kernel) const {
    registry_.add({.signature = str("TensorArray", verb, suffix_, "(", inputs, ") -> (", result,
                                    ": ", handle_,
                                    !has_flow_of_handles() ? ")"
                                    : verb.empty()         ? ", flow: float32)"
                                                           : ", flow_out: float32)"),
                   .attrs = std::move(attrs),
                   .shape = has_flow_of_handles() ? shapes::scalar : shapes::unknown,
                   .kernel = kernel,
                   .stateful = true,
                   .not_differentiable = true});
  }
  // Without a gradient function the op has none.
  void add(std::string_view verb, std::string_view inputs, std::string_view outputs,
           std::vector<AttrDef> attrs, ShapeFn shape, KernelFn kernel,
           GradientFn gradient = nullptr) const {
    registry_.add({.signature = str("TensorArray", verb, suffix_, "(handle: ", handle_, inputs,
                                    ") -> (", outputs, ")"),
                   .attrs = std::move(attrs),
                   .shape = shape,
                   .kernel = kernel,
                   .gradient = gradient,
                   .stateful = true,
                   .not_differentiable = gradient == nullptr});
  }

 private:
  OpRegistry& registry_;
  std::string suffix_;
  std::string handle_;
};

void add_form(const Form& form) {
  constexpr std::string_view kFlowOut = "flow_out: float32";
  const AttrDef dtype = type_attr("dtype");
  const AttrDef element = shape_attr("element_shape", Shape::unknown_rank());
  const AttrDef rest = shape_attr("element_shape_except0", Shape::unknown_rank());
  std::vector<AttrDef> options = {dtype, element, bool_attr("dynamic_size", false),
                                  bool_attr("clear_after_read", true),
                                  string_attr("tensor_array_name", "")};
  if (form.has_flow_of_handles()) {
    options.push_back(bool_attr("identical_element_shapes", false));
  }
  form.add_maker("", "size: int32", "handle", options, tensor_array_make);
  // Of the first form the name is taken, not the reference.
  const std::string of = form.handle() == "Ref(string)" ? "string" : form.handle();
  form.add_maker("Grad", str("handle: ", of, ", flow_in: float32"), "grad_handle",
                 {string_attr("source")}, gradient);
  form.add("Write", ", index: int32, value: T, flow_in: float32", kFlowOut, {type_attr("T")},
           shapes::scalar, write, write_gradient);
  form.add("Read", ", index: int32, flow_in: float32", "value: dtype", {dtype}, read_shape, read,
           read_gradient);
  form.add("Gather", ", indices: int32, flow_in: float32", "value: dtype", {dtype, element},
           tensor_array_gather_shape, tensor_array_gather, tensor_array_gather_gradient);
  form.add("Scatter", ", indices: int32, value: T, flow_in: float32", kFlowOut, {type_attr("T")},
           shapes::scalar, tensor_array_scatter, tensor_array_scatter_gradient);
  form.add("Concat", ", flow_in: float32", "value: dtype, lengths: int64", {dtype, rest},
           tensor_array_concat_shape, tensor_array_concat, tensor_array_concat_gradient);
  form.add("Split", ", value: T, lengths: int64, flow_in: float32", kFlowOut, {type_attr("T")},
           shapes::scalar, tensor_array_split, tensor_array_split_gradient);
  form.add("Size", ", flow_in: float32", "size: int32", {}, shapes::scalar, tensor_array_size);
  form.add("Close", "", "", {}, shapes::none, tensor_array_close);
}

}  // namespace

void register_tensor_array_ops(OpRegistry& registry) {
  add_form({registry, "V3", "resource"});
  add_form({registry, "V2", "string"});
  const Form first(registry, "", "Ref(string)");
  add_form(first);
  // What Gather and Scatter of all elements were called at first.
  first.add("Pack", ", flow_in: float32", "value: dtype",
            {type_attr("dtype"), shape_attr("element_shape", Shape::unknown_rank())},
            shapes::unknown, pack, pack_gradient);
  first.add("Unpack", ", value: T, flow_in: float32", "flow_out: float32", {type_attr("T")},
            shapes::scalar, unpack, unpack_gradient);
  registry.add({.signature = "TensorArrayGradWithShape(handle: resource, flow_in: float32, "
                             "shape_to_prepend: int32) -> (grad_handle: resource, flow_out: "
                             "float32)",
                .attrs = {string_attr("source")},
                .shape = shapes::scalar,
                .kernel = gradient,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace rill
