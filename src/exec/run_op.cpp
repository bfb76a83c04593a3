#include <cstring>
#include <utility>

#include "base/fail.h"
#include "exec/plan.h"
#include "op/kernel_context.h"
#include "op/one_for_scalar.h"
#include "op/result_size.h"
#include "op/shape_context.h"

namespace rill {
namespace {

// Small integers say how (axes, shapes, counts): they are constants of this call. The rest is data.
bool is_parameter(const Tensor& t) {
  return t.is_dense() && (is_integer(t.dtype()) || t.dtype() == DType::bool_) && t.size() <= 256;
}

void call(const Prepared& prepared, std::span<Tensor> inputs, std::span<Tensor> outputs) {
  constexpr size_t kFew = 16;
  const void* few_in[kFew];
  void* few_out[kFew];
  std::vector<const void*> many_in(inputs.size() > kFew ? inputs.size() : 0);
  std::vector<void*> many_out(outputs.size() > kFew ? outputs.size() : 0);
  const void** in = many_in.empty() ? few_in : many_in.data();
  void** out = many_out.empty() ? few_out : many_out.data();
  for (size_t i = 0; i < inputs.size(); ++i) in[i] = std::as_const(inputs[i]).raw();
  for (size_t i = 0; i < outputs.size(); ++i) out[i] = outputs[i].raw();
  Tensor scratch;
  if (prepared.scratch_bytes > 0) {
    scratch = Tensor(DType::uint8, Shape{static_cast<int64_t>(prepared.scratch_bytes)});
  }
  prepared.fn(prepared.state.get(), {in, out, scratch ? scratch.raw() : nullptr});
}

void run_prepared(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
                  std::span<Tensor> inputs, std::span<Tensor> outputs,
                  std::span<const DType> output_dtypes, uint32_t placed, PreparedCache* cache) {
  if (const auto known = cache ? cache->find(inputs) : nullptr) {
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (((placed >> i) & 1U) == 0) outputs[i] = Tensor(output_dtypes[i], known->outputs[i]);
    }
    return call(known->prepared, inputs, outputs);
  }
  if (def.shape == nullptr || def.prepare == nullptr) {
    fail(Code::unimplemented, "op ", def.name, " has no kernel");
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Shape& given = inputs[i].shape();
    const Shape counts = shape_at_run(def, i, inputs.size(), given);
    if (counts.rank() != given.rank()) inputs[i] = inputs[i].reshaped(counts);
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
      shapes.fail(Code::invalid_argument, "the inputs do not settle the shape of output ", i, ", ",
                  shape);
    }
    if (((placed >> i) & 1U) == 0) {
      check_result_size(shapes, static_cast<int>(i), output_dtypes[i], shape, shape_inputs,
                        output_dtypes);
      outputs[i] = Tensor(output_dtypes[i], shape);
    }
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
  if (cache != nullptr) {
    auto entry = std::make_shared<PreparedCache::Entry>();
    for (const Tensor& t : inputs) {
      entry->inputs.emplace_back(t.dtype(), t.shape());
      entry->parameters.push_back(is_parameter(t) ? t.clone() : Tensor());
    }
    entry->outputs = std::move(output_shapes);
    entry->prepared = prepared;
    cache->put(std::move(entry));
  }
  call(prepared, inputs, outputs);
}

}  // namespace

std::shared_ptr<const PreparedCache::Entry> PreparedCache::find(
    std::span<const Tensor> inputs) const {
  std::shared_ptr<const Entry> entry;
  {
    std::lock_guard lock(mutex_);
    entry = latest_;
  }
  if (!entry || entry->inputs.size() != inputs.size()) return nullptr;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& t = inputs[i];
    const auto& [dtype, shape] = entry->inputs[i];
    if (t.dtype() != dtype || !(t.shape() == shape)) return nullptr;
    const Tensor& parameter = entry->parameters[i];
    if (parameter && parameter.bytes() > 0 &&
        std::memcmp(parameter.raw(), t.raw(), parameter.bytes()) != 0) {
      return nullptr;
    }
  }
  return entry;
}

void PreparedCache::put(std::shared_ptr<const Entry> entry) {
  std::lock_guard lock(mutex_);
  latest_ = std::move(entry);
}

void run_op(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
            std::span<Tensor> inputs, std::span<Tensor> outputs,
            std::span<const DType> output_dtypes, Runtime& runtime, uint32_t consumable,
            uint32_t placed, PreparedCache* cache) {
  if (def.kernel == nullptr) {
    run_prepared(def, attrs, node_name, inputs, outputs, output_dtypes, placed, cache);
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
