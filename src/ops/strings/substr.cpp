#include "kernels/broadcast.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/text.h"

namespace rill {
namespace {

void infer_substr(ShapeContext& ctx) {
  ctx.merge(ctx.input(1), ctx.input(2));
  ctx.set_output(0, broadcast_shapes(ctx, ctx.input(0), ctx.input(1)));
}

// Byte offsets at which the characters of a text start, and its end.
std::vector<size_t> character_starts(const std::string& text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 0 || starts_character(text[i])) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

std::string part(const KernelContext& ctx, const std::string& text, int64_t pos, int64_t len,
                 bool utf8, int64_t index) {
  std::vector<size_t> starts;
  if (utf8) starts = character_starts(text);
  const auto n = static_cast<int64_t>(utf8 ? starts.size() - 1 : text.size());
  const bool inside = pos >= -n && pos <= n && !(utf8 && pos < 0 && len < 0);
  ctx.require(inside, "pos ", pos, " out of range for string b'", text, "' at index ", index);
  const int64_t begin = pos < 0 ? pos + n : pos;
  // A negative length takes all bytes, but no characters.
  const int64_t end = len < 0 ? (utf8 ? begin : n) : std::min(n, begin + std::min(len, n));
  if (!utf8) return text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  const size_t from = starts[static_cast<size_t>(begin)], to = starts[static_cast<size_t>(end)];
  return text.substr(from, to - from);
}

void run_substr(KernelContext& ctx) {
  const Tensor& texts = ctx.input(0);
  const Tensor& pos = ctx.input(1);
  const Tensor& len = ctx.input(2);
  ctx.require(pos.shape() == len.shape(),
              "pos and len should have the same shape, got: ", pos.shape(), " vs. ", len.shape());
  const bool utf8 = ctx.attr<std::string>("unit") == "UTF8_CHAR";
  const Shape shape = kernels::broadcast_shape(texts.shape(), pos.shape());
  Tensor& out = ctx.output(0, shape);
  if (out.size() == 0) return;
  const Shape* operands[] = {&texts.shape(), &pos.shape()};
  const auto walk = kernels::merge_broadcast(shape, operands);
  auto* to = out.data<std::string>();
  walk.for_each_row(0, out.size(), [&](int64_t begin, int64_t n, const int64_t* offset) {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t text = offset[0] + i * walk.stride[0][0];
      const int64_t where = offset[1] + i * walk.stride[1][0];
      to[begin + i] =
          part(ctx, texts.data<std::string>()[text], index_at(pos.raw(), pos.dtype(), where),
               index_at(len.raw(), len.dtype(), where), utf8, begin + i);
    }
  });
}

}  // namespace

void register_substr(OpRegistry& registry) {
  registry.add(
      {.signature = "Substr(input: string, pos: T, len: T) -> (output: string)",
       .attrs = {type_attr("T", kIndexTypes), string_attr("unit", "BYTE", {"BYTE", "UTF8_CHAR"})},
       .shape = infer_substr,
       .kernel = run_substr});
}

}  // namespace rill
