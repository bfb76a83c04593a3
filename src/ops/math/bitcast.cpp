#include <cstring>

#include "op/emit.h"
#include "op/kernel_context.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "rill/ops/math.hpp"
#include "tensor/stored.h"

namespace rill {
namespace {

// A wider element becomes a row of narrower ones; a row of narrower ones becomes one wider.
void infer_bitcast(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  const auto from = static_cast<int64_t>(dtype_size(ctx.input_dtype(0)));
  const auto to = static_cast<int64_t>(dtype_size(ctx.output_dtype(0)));
  if (!in.has_rank()) return;
  Shape out = in;
  if (from > to) {
    out.push_back(from / to);
  } else if (from < to) {
    ctx.require(in.rank() > 0 && (in.back() < 0 || in.back() == to / from), "Cannot bitcast from ",
                ctx.input_dtype(0), " to ", ctx.output_dtype(0), ": the last dimension of shape ",
                in, " must be ", to / from);
    out.erase(in.rank() - 1);
  }
  ctx.set_output(0, std::move(out));
}

struct BitcastRun {
  size_t bytes;
  void operator()(const RunArgs& args) const {
    if (bytes > 0 && args.in[0] != args.out[0]) std::memcpy(args.out[0], args.in[0], bytes);
  }
};

Prepared prepare_bitcast(const PrepareContext& ctx) {
  return prepared(BitcastRun{static_cast<size_t>(ctx.input(0).num_elements()) *
                             dtype_size(ctx.input_dtype(0))});
}

// The same memory under another name, where its address allows it.
void run_bitcast(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const DType to = ctx.output_dtype(0);
  const auto from_size = static_cast<int64_t>(dtype_size(in.dtype()));
  const auto to_size = static_cast<int64_t>(dtype_size(to));
  Shape shape = in.shape();
  if (from_size > to_size) shape.push_back(from_size / to_size);
  if (from_size < to_size) {
    ctx.require(in.rank() > 0 && shape.back() == to_size / from_size, "Cannot bitcast from ",
                in.dtype(), " to ", to, ": the last dimension of shape ", shape, " must be ",
                to_size / from_size);
    shape.erase(in.rank() - 1);
  }
  if (reinterpret_cast<uintptr_t>(in.raw()) % element_alignment(to) != 0) {
    Tensor& out = ctx.output(0, shape);
    std::memcpy(out.raw(), in.raw(), in.bytes());
    return;
  }
  Tensor view = in.reshaped(in.shape());
  view.rep()->dtype = to;
  view.rep()->shape = shape;
  ctx.set_output(0, view);
}

constexpr DType kTypes[] = {DType::bfloat16,  DType::float16,    DType::float32, DType::float64,
                            DType::int64,     DType::int32,      DType::uint8,   DType::uint16,
                            DType::uint32,    DType::uint64,     DType::int8,    DType::int16,
                            DType::complex64, DType::complex128, DType::qint8,   DType::quint8,
                            DType::qint16,    DType::quint16,    DType::qint32};

}  // namespace

Value ops::bitcast(const Value& x, DType dtype, std::string_view name) {
  return emit("Bitcast", {x}, {{"type", dtype}}, name);
}

void register_bitcast(OpRegistry& registry) {
  registry.add({.signature = "Bitcast(input: T) -> (output: type)",
                .attrs = {type_attr("T", kTypes), type_attr("type", kTypes)},
                .shape = infer_bitcast,
                .kernel = run_bitcast,
                .prepare = prepare_bitcast});
}

}  // namespace rill
