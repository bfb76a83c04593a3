// DecodeRaw and DecodePaddedRaw: the bytes of strings as numbers.
#include <algorithm>
#include <bit>
#include <cstring>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

// `length` bytes for each string, zero where it is shorter; complex numbers are two parts.
void decode(KernelContext& ctx, int64_t length) {
  const Tensor& in = ctx.input(0);
  const DType dtype = ctx.output_dtype(0);
  const auto size = static_cast<int64_t>(dtype_size(dtype));
  Tensor& out = ctx.output(0, join(in.shape(), Shape{length / size}));
  auto* to = static_cast<char*>(out.raw());
  for (const std::string& text : in.flat<std::string>()) {
    const size_t n = std::min(text.size(), static_cast<size_t>(length));
    if (n > 0) std::memcpy(to, text.data(), n);
    std::memset(to + n, 0, static_cast<size_t>(length) - n);
    to += length;
  }
  const bool little = ctx.attr<bool>("little_endian");
  const bool complex = dtype == DType::complex64 || dtype == DType::complex128;
  const int64_t part = complex ? size / 2 : size;
  if (dtype == DType::bool_) {
    for (char* c = static_cast<char*>(out.raw()); c != to; ++c) *c = *c != 0;
  } else if (!little && part > 1) {
    for (char* c = static_cast<char*>(out.raw()); c != to; c += part) std::reverse(c, c + part);
  }
}

void decode_raw(KernelContext& ctx) {
  const auto texts = ctx.input(0).flat<std::string>();
  const size_t length = texts.empty() ? 0 : texts[0].size();
  for (size_t i = 1; i < texts.size(); ++i) {
    ctx.require(texts[i].size() == length,
                "DecodeRaw requires input strings to all be the same "
                "size, but element ",
                i, " has size ", texts[i].size(), " != ", length);
  }
  const size_t size = dtype_size(ctx.output_dtype(0));
  ctx.require(length % size == 0, "Input to DecodeRaw has length ", length,
              " that is not a multiple of ", size, ", the size of ", ctx.output_dtype(0));
  decode(ctx, static_cast<int64_t>(length));
}

void decode_padded(KernelContext& ctx) {
  ctx.require(ctx.input(1).rank() == 0, "k must be scalar, got shape ", ctx.input(1).shape());
  const auto length = ctx.input(1).item<int64_t>();
  const auto size = static_cast<int64_t>(dtype_size(ctx.output_dtype(0)));
  ctx.require(length > 0, "fixed_length must be greater than 0, got ", length);
  ctx.require(length % size == 0, "fixed_length (", length,
              ") must be a multiple of the size of "
              "out_type (",
              size, ")");
  decode(ctx, length);
}

void infer_decode_raw(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  if (in.has_rank()) ctx.set_output(0, join(in, Shape{-1}));
}

}  // namespace

void register_decode_raw(OpRegistry& registry) {
  registry.add(
      {.signature = "DecodeRaw(bytes: string) -> (output: out_type)",
       .attrs = {type_attr(
                     "out_type",
                     type_set<DType::float16, DType::float32, DType::float64, DType::int32,
                              DType::uint16, DType::uint8, DType::int16, DType::int8, DType::int64,
                              DType::complex64, DType::complex128, DType::bool_, DType::bfloat16>),
                 bool_attr("little_endian", true)},
       .shape = infer_decode_raw,
       .kernel = decode_raw,
       .not_differentiable = true});
  registry.add(
      {.signature = "DecodePaddedRaw(input_bytes: string, fixed_length: int32) -> (output: "
                    "out_type)",
       .attrs = {type_attr("out_type",
                           type_set<DType::float16, DType::float32, DType::float64, DType::int32,
                                    DType::uint16, DType::uint8, DType::int16, DType::int8,
                                    DType::int64, DType::bfloat16>),
                 bool_attr("little_endian", true)},
       .shape = infer_decode_raw,
       .kernel = decode_padded,
       .not_differentiable = true});
}

}  // namespace rill
