#include "kernels/mapped_copy.h"
#include "kernels/strided_copy.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/padding.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// 0 when the edge is not repeated (REFLECT), 1 when it is (SYMMETRIC).
int64_t repeats_edge(const NodeAccess& node) {
  return node.attr<std::string>("mode") == "SYMMETRIC" ? 1 : 0;
}

// Where each padded index comes from, in elements of `inner`, the unpadded tensor.
std::vector<std::vector<int64_t>> mirror_maps(const NodeAccess& node, const Shape& inner,
                                              const std::vector<Padding>& pads) {
  const int64_t edge = repeats_edge(node);
  const auto strides = kernels::dense_strides(inner);
  std::vector<std::vector<int64_t>> maps(pads.size());
  for (size_t d = 0; d < pads.size(); ++d) {
    const int64_t n = inner[static_cast<int>(d)];
    const Padding& p = pads[d];
    const int64_t most = n - 1 + edge;
    node.require(p.before <= most && p.after <= most, "paddings must be ",
                 edge == 1 ? "no greater than" : "less than", " the dimension size: ", p.before,
                 ", ", p.after, " ", edge == 1 ? "greater than " : "not less than ", n);
    for (int64_t i = -p.before; i < n + p.after; ++i) {
      const int64_t from = i < 0 ? -i - edge : i < n ? i : 2 * n - 2 - i + edge;
      maps[d].push_back(from * strides[d]);
    }
  }
  return maps;
}

void infer_mirror_pad(ShapeContext& ctx) {
  infer_padded_shape(ctx);
  const Tensor* value = ctx.value(1);
  const Shape& in = ctx.input(0);
  if (value == nullptr || !in.has_rank()) return;
  const auto pads = read_paddings(ctx, *value, in.rank());
  const int64_t edge = repeats_edge(ctx);
  for (int d = 0; d < in.rank(); ++d) {
    const Padding& p = pads[static_cast<size_t>(d)];
    ctx.require(in[d] < 0 || (p.before <= in[d] - 1 + edge && p.after <= in[d] - 1 + edge),
                "paddings must be ", edge == 1 ? "no greater than" : "less than",
                " the dimension size: ", p.before, ", ", p.after, " ",
                edge == 1 ? "greater than " : "not less than ", in[d]);
  }
}

Prepared prepare_mirror_pad(const PrepareContext& ctx) {
  const Tensor* paddings = ctx.constant(1);
  if (paddings == nullptr) return {};
  const Shape& in = ctx.input(0);
  auto maps = mirror_maps(ctx, in, read_paddings(ctx, *paddings, in.rank()));
  return prepared([copy = kernels::MappedCopy(ctx.output_dtype(0), std::move(maps))](
                      const RunArgs& args) { copy.run(args.in[0], args.out[0]); });
}

void mirror_pad_grad_shape(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  const Tensor* value = ctx.value(1);
  if (!in.has_rank()) return;
  Shape out = in;
  if (value == nullptr) {
    ctx.set_output(0, Shape::unknown_dims(in.rank()));
    return;
  }
  const auto pads = read_paddings(ctx, *value, in.rank());
  for (int d = 0; d < in.rank(); ++d) {
    if (in[d] < 0) continue;
    const Padding& p = pads[static_cast<size_t>(d)];
    ctx.require(p.before <= in[d] && p.after <= in[d] - p.before,
                "paddings are larger than dimension ", d, " of ", in);
    out[d] = in[d] - p.before - p.after;
  }
  ctx.set_output(0, out);
}

// Each element goes back to where MirrorPad took it from; what meets is added.
Prepared prepare_mirror_pad_grad(const PrepareContext& ctx) {
  const Tensor* paddings = ctx.constant(1);
  if (paddings == nullptr) return {};
  const Shape& inner = ctx.output(0);
  const int64_t n = inner.num_elements();
  kernels::MappedCopy map(ctx.output_dtype(0),
                          mirror_maps(ctx, inner, read_paddings(ctx, *paddings, inner.rank())));
  Prepared result;
  dispatch_any_number(ctx.output_dtype(0), "MirrorPadGrad", [&]<typename T>() {
    if constexpr (!std::is_same_v<T, bool>) {
      result = prepared([map, n](const RunArgs& args) {
        const T* in = static_cast<const T*>(args.in[0]);
        T* out = static_cast<T*>(args.out[0]);
        for (int64_t i = 0; i < n; ++i) out[i] = T{};
        map.for_each_run([&](int64_t to, int64_t from, int64_t length) {
          for (int64_t i = 0; i < length; ++i) {
            out[to + i] = static_cast<T>(out[to + i] + in[from + i]);
          }
        });
      });
    }
  });
  return result;
}

Values mirror_pad_gradient(const GradContext& ctx) {
  const bool forward = ctx.def().name == "MirrorPad";
  return {emit(forward ? "MirrorPadGrad" : "MirrorPad", {ctx.output_gradient(0), ctx.input(1)},
               {{"mode", ctx.attr<std::string>("mode")}}),
          {}};
}

}  // namespace

void register_mirror_pad(OpRegistry& registry) {
  registry.add({.signature = "MirrorPad(input: T, paddings: Tpaddings) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tpaddings", kIndexTypes, DType::int32),
                          choice_attr("mode", {"REFLECT", "SYMMETRIC"})},
                .shape = infer_mirror_pad,
                .prepare = prepare_mirror_pad,
                .gradient = mirror_pad_gradient});
  registry.add({.signature = "MirrorPadGrad(input: T, paddings: Tpaddings) -> (output: T)",
                .attrs = {type_attr("T"), type_attr("Tpaddings", kIndexTypes, DType::int32),
                          choice_attr("mode", {"REFLECT", "SYMMETRIC"})},
                .shape = mirror_pad_grad_shape,
                .prepare = prepare_mirror_pad_grad,
                .gradient = mirror_pad_gradient});
}

}  // namespace rill
