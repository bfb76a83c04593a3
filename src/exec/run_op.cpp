#include "base/fail.h"
#include "exec/plan.h"
#include "op/kernel_context.h"
#include "op/shape_context.h"

namespace rill {
namespace {

// Small integers say how (axes, shapes, counts): they are constants of this call. The rest is data.
bool is_parameter(const Tensor& t) {
  return t.is_dense() && t.rank() <= 2 && (is_integer(t.dtype()) || t.dtype() == DType::bool_) &&
         t.size() <= 256;
}

void run_prepared(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
                  std::span<Tensor> inputs, std::span<Tensor> outputs,
                  std::span<const DType> output_dtypes, uint32_t placed) {
  if (def.shape == nullptr || def.prepare == nullptr) {
    fail(Code::unimplemented, "op ", def.name, " has no kernel");
  }
  std::vector<ShapeContext::Input> shape_inputs(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    shape_inputs[i].shape = inputs[i].shape();
    shape_inputs[i].dtype = inputs[i].dtype();
    shape_inputs[i].value = inputs[i].is_dense() ? &inputs[i] : nullptr;
  }
  ShapeContext shapes(def, attrs, node_name, shape_inputs, output_dtypes);
  def.shape(shapes);
  std::vector<Shape> output_shapes;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Shape& shape = shapes.output(static_cast<int>(i));
    if (!shape.is_fully_defined()) {
      // A parameter that is no scalar, an axis out of range: what tells a shape did not.
      shapes.fail(Code::invalid_argument, "the inputs do not settle the shape of output ", i,
                  ", ", shape);
    }
    if (((placed >> i) & 1U) == 0) outputs[i] = Tensor(output_dtypes[i], shape);
    output_shapes.push_back(shape);
  }
  std::vector<PrepareContext::Input> prepare_inputs(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    prepare_inputs[i] = {&inputs[i].shape(), inputs[i].dtype(),
                         is_parameter(inputs[i]) ? &inputs[i] : nullptr};
  }
  const PrepareContext ctx(def, attrs, node_name, prepare_inputs, output_shapes, output_dtypes);
  const Prepared prepared = def.prepare(ctx);
  if (!prepared) {
    unsigned dtype = inputs.empty() ? 0U : static_cast<unsigned>(inputs[0].dtype());
    fail(Code::unimplemented, "op ", def.name, " has no kernel for ",
         dtype_name(static_cast<DType>(dtype)));
  }
  std::vector<const void*> in(inputs.size());
  std::vector<void*> out(outputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) in[i] = inputs[i].raw();
  for (size_t i = 0; i < outputs.size(); ++i) out[i] = outputs[i].raw();
  Tensor scratch;
  if (prepared.scratch_bytes > 0) {
    scratch = Tensor(DType::uint8, Shape{static_cast<int64_t>(prepared.scratch_bytes)});
  }
  const RunArgs args{in.data(), out.data(), scratch ? scratch.raw() : nullptr};
  prepared.fn(prepared.state.get(), args);
}

}  // namespace

void run_op(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
            std::span<Tensor> inputs, std::span<Tensor> outputs,
            std::span<const DType> output_dtypes, Runtime& runtime, uint32_t consumable,
            uint32_t placed) {
  if (def.kernel == nullptr) {
    run_prepared(def, attrs, node_name, inputs, outputs, output_dtypes, placed);
    return;
  }
  KernelContext ctx(def, attrs, node_name, inputs, outputs, output_dtypes, runtime);
  ctx.consumable = consumable;
  ctx.placed = placed;
  def.kernel(ctx);
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i]) ctx.fail(Code::internal, "the kernel set no output ", i);
  }
}

}  // namespace rill
