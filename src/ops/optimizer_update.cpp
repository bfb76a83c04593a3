#include "ops/optimizer_update.h"

#include <algorithm>

#include "ops/args.h"

namespace rill {
namespace {

bool is_gradient(std::string_view name) { return name == "grad" || name == "delta"; }

int find_input(const OpDef& def, std::string_view name) {
  for (size_t i = 0; i < def.inputs.size(); ++i) {
    if (def.inputs[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int gradient_input(const OpDef& def) {
  const int grad = find_input(def, "grad");
  return grad >= 0 ? grad : find_input(def, "delta");
}

// The inputs before the first plain argument are the variable and its slots.
bool is_slot(const ArgDef& arg) { return arg.is_ref || arg.type == DType::resource; }

// Holds the locks of all variables, in one order for all ops, so that no two wait for each other.
void lock_all(std::span<VariableState* const> states, std::span<Tensor*> values,
              FunctionRef<void()> change) {
  if (states.empty()) return change();
  states.front()->update([&](Tensor& value) {
    values.front() = &value;
    lock_all(states.subspan(1), values.subspan(1), change);
  });
}

}  // namespace

int OptimizerArgs::index(std::string_view name) const { return find_input(ctx_->def(), name); }

const Tensor& OptimizerArgs::scalar_tensor(std::string_view name) const {
  const int i = index(name);
  if (i < 0) fail(Code::internal, ctx_->op(), " has no input ", name);
  const Tensor& t = ctx_->input(i);
  ctx_->require(t.rank() == 0, name, " is not a scalar: ", t.shape());
  return t;
}

int64_t OptimizerRows::row(int64_t i) const {
  return index_at(indices->raw(), indices->dtype(), i);
}

void update_variables(const OptimizerArgs& args, int slots,
                      FunctionRef<void(const OptimizerRows&)> change) {
  const KernelContext& ctx = args.context();
  const DType dtype = ctx.attr<DType>("T");
  std::vector<std::shared_ptr<VariableState>> states;
  for (int k = 0; k < slots; ++k) {
    states.push_back(ctx.resource<VariableState>(k));
    ctx.require(states.back()->dtype() == dtype, "the variable ", quoted(states.back()->name()),
                " is ", states.back()->dtype(), ", not ", dtype);
  }
  std::vector<VariableState*> order;
  for (const auto& state : states) order.push_back(state.get());
  std::sort(order.begin(), order.end());
  order.erase(std::unique(order.begin(), order.end()), order.end());

  const Tensor& grad = ctx.input(gradient_input(ctx.def()));
  const int indices_at = args.index("indices");
  std::vector<Tensor*> values(order.size());
  lock_all(order, values, [&] {
    OptimizerRows rows;
    const Shape& shape =
        values[static_cast<size_t>(std::lower_bound(order.begin(), order.end(), states[0].get()) -
                                   order.begin())]
            ->shape();
    for (int k = 0; k < slots; ++k) {
      const auto at =
          std::lower_bound(order.begin(), order.end(), states[static_cast<size_t>(k)].get()) -
          order.begin();
      Tensor& value = *values[static_cast<size_t>(at)];
      ctx.require(value.shape() == shape, "var and ", ctx.def().inputs[static_cast<size_t>(k)].name,
                  " do not have the same shape ", shape, " ", value.shape());
      rows.slots.push_back(value.raw());
    }
    rows.grad = grad.raw();
    if (indices_at < 0) {
      ctx.require(grad.shape() == shape, "var and grad do not have the same shape ", shape, " ",
                  grad.shape());
      rows.rows = 1;
      rows.width = grad.size();
      return change(rows);
    }
    const Tensor& indices = ctx.input(indices_at);
    ctx.require(shape.rank() >= 1, "var must be at least 1 dimensional");
    ctx.require(indices.rank() == 1, "indices must be one-dimensional, got shape ",
                indices.shape());
    ctx.require(grad.rank() == shape.rank(), "var and grad do not have the same rank: ", shape,
                " and ", grad.shape());
    for (int d = 1; d < shape.rank(); ++d) {
      ctx.require(grad.shape()[d] == shape[d], "var and grad must match in dimension ", d, ": ",
                  shape, " and ", grad.shape());
    }
    ctx.require(grad.shape()[0] == indices.size(),
                "grad must be the same size as indices in the first dimension: ", grad.shape(),
                " and ", indices.shape());
    rows.indices = &indices;
    rows.rows = indices.size();
    rows.width = product(shape, 1, shape.rank());
    for (int64_t i = 0; i < rows.rows; ++i) {
      ctx.require(rows.row(i) >= 0 && rows.row(i) < shape[0], "Index ", rows.row(i), " at offset ",
                  i, " in indices is out of range [0, ", shape[0], ")");
    }
    change(rows);
  });
}

void optimizer_shape(ShapeContext& ctx) {
  const std::vector<ArgDef>& inputs = ctx.def().inputs;
  const int indices = find_input(ctx.def(), "indices");
  Shape shape = Shape::unknown_rank();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const int at = static_cast<int>(i);
    if (is_slot(inputs[i])) {
      shape = ctx.merge(
          shape, ctx.input_dtype(at) == DType::resource ? ctx.handle_shape(at) : ctx.input(at));
    } else if (inputs[i].name == "indices") {
      ctx.require_rank_exactly(at, 1);
    } else if (!is_gradient(inputs[i].name)) {
      ctx.require_rank_exactly(at, 0);
    } else if (indices < 0) {
      shape = ctx.merge(shape, ctx.input(at));
    } else if (shape.has_rank() && ctx.input(at).has_rank()) {
      ctx.require_rank_exactly(at, shape.rank());
      for (int d = 1; d < shape.rank(); ++d) ctx.merge_dim(shape[d], ctx.input(at)[d]);
    }
  }
  if (ctx.num_outputs() > 0) ctx.set_output(0, shape);
}

void add_optimizer(OpRegistry& registry, std::string_view name, std::vector<std::string> slots,
                   std::vector<std::string> args, std::vector<AttrDef> attrs, unsigned forms,
                   KernelFn kernel) {
  for (const bool sparse : {false, true}) {
    for (const bool resource : {false, true}) {
      if (sparse && !(forms & kSparseForm)) continue;
      if (!(forms & (resource ? kResourceForm : kRefForm))) continue;
      std::string text =
          str(resource ? "Resource" : "", sparse ? "Sparse" : "", "Apply", name, "(");
      const char* separator = "";
      for (const std::string& slot : slots) {
        text += str(separator, slot, resource ? ": resource" : ": Ref(T)");
        separator = ", ";
      }
      for (const std::string& arg : args) {
        const bool gradient = is_gradient(arg);
        text +=
            str(", ", gradient && sparse ? "grad" : arg, arg == "global_step" ? ": int64" : ": T");
        if (gradient && sparse) text += ", indices: Tindices";
      }
      text += resource ? ") -> ()" : ") -> (out: Ref(T))";
      std::vector<AttrDef> all = {type_attr("T", kNumericTypes)};
      if (sparse) all.push_back(type_attr("Tindices", kIndexTypes));
      all.push_back(bool_attr("use_locking", false));
      all.insert(all.end(), attrs.begin(), attrs.end());
      OpDef def;
      def.signature = std::move(text);
      def.attrs = std::move(all);
      def.shape = optimizer_shape;
      def.kernel = kernel;
      def.stateful = true;
      def.not_differentiable = true;
      registry.add(std::move(def));
    }
  }
}

}  // namespace rill
