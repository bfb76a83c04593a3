// DecodeCompressed: strings that zlib or gzip packed.
#include "codec/inflate.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/text.h"

namespace rill {
namespace {

void run_decode_compressed(KernelContext& ctx) {
  const std::string& type = ctx.attr<std::string>("compression_type");
  ctx.require(type.empty() || type == "ZLIB" || type == "GZIP",
              "Only ZLIB, GZIP or NONE are supported compressions");
  const Packing packing = type == "GZIP" ? Packing::gzip : Packing::zlib;
  map_strings<std::string>(ctx, [&](const std::string& packed) {
    return type.empty() ? packed : inflate_all(bytes_of(packed), packing, ctx.op());
  });
}

}  // namespace

void register_decode_compressed(OpRegistry& registry) {
  registry.add({.signature = "DecodeCompressed(bytes: string) -> (output: string)",
                .attrs = {string_attr("compression_type", "")},
                .shape = shapes::unchanged,
                .kernel = run_decode_compressed,
                .not_differentiable = true});
}

}  // namespace rill
