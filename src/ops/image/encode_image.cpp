// EncodePng, EncodeJpeg, EncodeJpegVariableQuality.
// Source of the rules: tensorflow/core/kernels/image/encode_{png,jpeg}_op.cc.
#include "codec/jpeg.h"
#include "codec/png.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/ops/image.hpp"

namespace rill {
namespace {

void infer_png(ShapeContext& ctx) {
  ctx.require_rank(0, 3);
  const Shape& images = ctx.input(0);
  if (images.has_rank()) ctx.set_output(0, sub_shape(images, 0, images.rank() - 3));
}

void encode_png(KernelContext& ctx) {
  const Tensor& images = ctx.input(0);
  const Shape& shape = images.shape();
  ctx.require(shape.rank() >= 3, "images must have at least rank 3, got shape ", shape);
  ctx.require(images.size() > 0, "image is an empty tensor, of shape ", shape);
  const int rank = shape.rank();
  PngPixels pixels{images.raw(), shape[rank - 3], shape[rank - 2], 0,
                   images.dtype() == DType::uint16 ? 16 : 8};
  const int64_t channels = shape[rank - 1];
  ctx.require(channels >= 1 && channels <= 4, "image must have 1, 2, 3, or 4 channels, got shape ",
              shape);
  ctx.require(pixels.height <= INT32_MAX && pixels.width <= INT32_MAX &&
                  pixels.width <= INT32_MAX / pixels.height / channels,
              "image is too large: shape ", shape);
  pixels.channels = static_cast<int>(channels);
  const auto level = ctx.attr<int64_t>("compression");
  ctx.require(level >= -1 && level <= 9, "compression should be in [-1,9], got ", level);
  Tensor& out = ctx.output(0, sub_shape(shape, 0, rank - 3));
  const auto bytes = pixels.height * pixels.width * channels * (pixels.bits / 8);
  for (std::string& text : std::span(out.data<std::string>(), static_cast<size_t>(out.size()))) {
    if (!write_png(pixels, static_cast<int>(level), text)) {
      ctx.fail(Code::internal, "PNG encoding failed");
    }
    pixels.data = static_cast<const char*>(pixels.data) + bytes;
  }
}

void write(KernelContext& ctx, const JpegStyle& style, int64_t channels_wanted) {
  const Tensor& image = ctx.input(0);
  const Shape& shape = image.shape();
  ctx.require(shape.rank() == 3, "image must be 3-dimensional, got shape ", shape);
  ctx.require(image.size() <= INT32_MAX, "image cannot have >= int32 max elements, got shape ",
              shape);
  const int64_t channels = shape[2];
  ctx.require(channels_wanted == 0 || channels == channels_wanted, "format expects ",
              channels_wanted, " channels, but image has shape ", shape);
  ctx.require(channels == 1 || channels == 3, "image must have 1 or 3 channels, got shape ", shape);
  const JpegSize size{shape[0], shape[1], static_cast<int>(channels)};
  std::string& out = *ctx.output(0, Shape{}).data<std::string>();
  ctx.require(write_jpeg(image.data<uint8_t>(), size, style, out), "JPEG encoding failed");
}

JpegStyle style_of(const NodeAccess& node) {
  JpegStyle style;
  const auto quality = node.attr<int64_t>("quality");
  node.require(quality >= 0 && quality <= 100, "quality must be in [0,100], got ", quality);
  style.quality = static_cast<int>(quality);
  style.progressive = node.attr<bool>("progressive");
  style.optimize_size = node.attr<bool>("optimize_size");
  style.chroma_downsampling = node.attr<bool>("chroma_downsampling");
  style.density_in_cm = node.attr<std::string>("density_unit") == "cm";
  style.x_density = static_cast<int>(node.attr<int64_t>("x_density"));
  style.y_density = static_cast<int>(node.attr<int64_t>("y_density"));
  style.xmp_metadata = node.attr<std::string>("xmp_metadata");
  return style;
}

void encode_jpeg(KernelContext& ctx) {
  const auto& format = ctx.attr<std::string>("format");
  write(ctx, style_of(ctx), format == "grayscale" ? 1 : format == "rgb" ? 3 : 0);
}

void encode_variable(KernelContext& ctx) {
  ctx.require(ctx.input(1).rank() == 0, "quality must be scalar: ", ctx.input(1).shape());
  const int32_t quality = *ctx.input(1).data<int32_t>();
  ctx.require(quality >= 0 && quality <= 100, "quality must be in [0,100], got ", quality);
  JpegStyle style;
  style.quality = quality;
  write(ctx, style, 0);
}

void infer_jpeg(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 3);
  ctx.set_output(0, Shape{});
}

}  // namespace

Value ops::encode_png(const Value& image, int64_t compression, std::string_view name) {
  return emit("EncodePng", {image}, {{"compression", compression}}, name);
}
Value ops::encode_jpeg(const Value& image, int64_t quality, std::string_view name) {
  return emit("EncodeJpeg", {image}, {{"quality", quality}}, name);
}

void register_encode_image(OpRegistry& registry) {
  registry.add({.signature = "EncodePng(image: T) -> (contents: string)",
                .attrs = {int_attr("compression", -1),
                          type_attr("T", type_set<DType::uint8, DType::uint16>, DType::uint8)},
                .shape = infer_png,
                .kernel = encode_png,
                .not_differentiable = true});
  registry.add(
      {.signature = "EncodeJpeg(image: uint8) -> (contents: string)",
       .attrs = {string_attr("format", "", {"", "grayscale", "rgb"}), int_attr("quality", 95),
                 bool_attr("progressive", false), bool_attr("optimize_size", false),
                 bool_attr("chroma_downsampling", true),
                 string_attr("density_unit", "in", {"in", "cm"}), int_attr("x_density", 300),
                 int_attr("y_density", 300), string_attr("xmp_metadata", "")},
       .shape = infer_jpeg,
       .kernel = encode_jpeg,
       .not_differentiable = true});
  registry.add({.signature = "EncodeJpegVariableQuality(images: uint8, quality: int32) -> "
                             "(contents: string)",
                .shape = infer_jpeg,
                .kernel = encode_variable,
                .not_differentiable = true});
}

}  // namespace rill
