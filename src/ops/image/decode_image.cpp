// DecodeJpeg, DecodePng, DecodeGif, DecodeBmp, DecodeImage, DecodeAndCropJpeg, ExtractJpegShape.
// One kernel, as in TensorFlow: the bytes say what the image is, the op what it may be.
// Source of the rules: tensorflow/core/kernels/image/decode_image_op.cc.
#include <cstring>
#include <vector>

#include "codec/bmp.h"
#include "codec/gif.h"
#include "codec/jpeg.h"
#include "codec/png.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/error.hpp"
#include "rill/ops/image.hpp"

namespace rill {
namespace {

// uint8 pixels as what the node gives: 65536 / 256 times as much, or between 0 and 1.
void widen(const std::vector<uint8_t>& from, Tensor& out) {
  if (out.dtype() == DType::uint16) {
    uint16_t* to = out.data<uint16_t>();
    for (size_t i = 0; i < from.size(); ++i) to[i] = static_cast<uint16_t>(from[i] * 256);
  } else if (out.dtype() == DType::float32) {
    float* to = out.data<float>();
    constexpr auto kScale = static_cast<float>(1.0 / 255);
    for (size_t i = 0; i < from.size(); ++i) to[i] = static_cast<float>(from[i]) * kScale;
  } else if (!from.empty()) {
    std::memcpy(out.raw(), from.data(), from.size());
  }
}

class Decoder {
 public:
  explicit Decoder(KernelContext& ctx)
      : ctx_(ctx), op_(ctx.op()), bytes_(bytes_of(*ctx.input(0).data<std::string>())) {
    channels_ = op_ == "DecodeGif" ? 3 : static_cast<int>(ctx.attr<int64_t>("channels"));
    expand_ = ctx.attr_or<bool>("expand_animations", true);
  }

  void run() {
    const std::string_view text = text_of(bytes_);
    require(!text.empty(), "Input is empty.");
    require(text.size() <= INT32_MAX, "Input contents are too large for int: ", text.size());
    if (text.starts_with("\xff\xd8\xff")) return jpeg();
    if (text.starts_with("\x89PNG\r\n\x1a\n")) return png();
    if (text.starts_with("GIF8")) return gif();
    if (text.starts_with("BM")) return bmp();
    fail(Code::invalid_argument, "Unknown image file format. One of JPEG, PNG, GIF, BMP required.");
  }

 private:
  template <typename... Parts>
  static void require(bool condition, const Parts&... parts) {
    if (!condition) fail(Code::invalid_argument, parts...);
  }

  void refuse(bool only_jpeg, const char* format, const char* better) {
    require(op_ != "DecodeBmp", "Trying to decode ", format, " format using DecodeBmp op. Use `",
            better, "` or `decode_image` instead.");
    require(!only_jpeg || op_ != "DecodeAndCropJpeg",
            "DecodeAndCropJpeg operation can run on JPEG only, but detected ", format, ".");
  }

  // One picture: [height, width, channels]; DecodeGif puts a dimension before.
  Tensor& output(int64_t height, int64_t width, int64_t channels) {
    Shape shape{height, width, channels};
    if (op_ == "DecodeGif") shape = Shape{1, height, width, channels};
    return ctx_.output(0, shape);
  }

  void jpeg() {
    require(channels_ != 4, "JPEG does not support 4 channels");
    refuse(false, "JPEG", "decode_jpeg");
    JpegOptions options;
    JpegCrop window;
    options.channels = channels_;
    if (op_ == "DecodeJpeg" || op_ == "DecodeAndCropJpeg") {
      options.ratio = static_cast<int>(ctx_.attr<int64_t>("ratio"));
      options.fancy_upscaling = ctx_.attr<bool>("fancy_upscaling");
      options.recover_truncated = ctx_.attr<bool>("try_recover_truncated");
      options.acceptable_fraction = ctx_.attr<float>("acceptable_fraction");
      options.fast_transform = ctx_.attr<std::string>("dct_method") != "INTEGER_ACCURATE";
    }
    if (op_ == "DecodeAndCropJpeg") {
      const int32_t* at = ctx_.input(1).data<int32_t>();
      window = {at[0], at[1], at[2], at[3]};
      options.crop = &window;
    }
    JpegReader reader(bytes_, options);
    Tensor& out = output(reader.height(), reader.width(), reader.channels());
    if (out.dtype() == DType::uint8) return reader.read(out.data<uint8_t>());
    std::vector<uint8_t> pixels(static_cast<size_t>(out.size()));
    reader.read(pixels.data());
    widen(pixels, out);
  }

  void png() {
    const DType dtype = ctx_.output_dtype(0);
    PngReader reader(bytes_, channels_, dtype == DType::uint8 ? 8 : 16);
    refuse(true, "PNG", "decode_png");
    Tensor& out = output(reader.height(), reader.width(), reader.channels());
    if (dtype != DType::float32) return reader.read(out.raw());
    std::vector<uint16_t> pixels(static_cast<size_t>(out.size()));
    reader.read(pixels.data());
    constexpr auto kScale = static_cast<float>(1.0 / 65535);
    float* to = out.data<float>();
    for (size_t i = 0; i < pixels.size(); ++i) to[i] = static_cast<float>(pixels[i]) * kScale;
  }

  void gif() {
    require(channels_ == 0 || channels_ == 3, "channels must be 0 or 3 for GIF, got ", channels_);
    refuse(true, "GIF", "decode_gif");
    const GifImage image = read_gif(bytes_, !expand_);
    const bool one = op_ == "DecodePng" || op_ == "DecodeJpeg";
    require(!one || image.frames == 1, "Got ", image.frames,
            " frames, but animated gifs can only be decoded by tf.io.decode_gif or "
            "tf.io.decode_image");
    const Shape picture{image.height, image.width, 3};
    widen(image.pixels, one || !expand_ ? ctx_.output(0, picture)
                                        : ctx_.output(0, join(Shape{image.frames}, picture)));
  }

  void bmp() {
    require(channels_ != 1, "`channels` must be 0, 3 or 4 for BMP, but got ", channels_);
    require(op_ != "DecodeAndCropJpeg",
            "DecodeAndCropJpeg operation can run on JPEG only, but detected BMP.");
    require(op_ == "DecodeBmp" || op_ == "DecodeImage",
            "Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` "
            "instead. Op used: ",
            op_);
    const BmpImage image = read_bmp(bytes_);
    const int channels = channels_ == 0 ? image.channels : channels_;
    Tensor& out = output(image.height, image.width, channels);
    if (out.dtype() == DType::uint8) return image.read(out.data<uint8_t>(), channels);
    std::vector<uint8_t> pixels(static_cast<size_t>(out.size()));
    image.read(pixels.data(), channels);
    widen(pixels, out);
  }

  KernelContext& ctx_;
  const std::string& op_;
  Bytes bytes_;
  int channels_ = 0;
  bool expand_ = true;
};

// What can be known of a node before it runs; the kernel asks again, for graphs of open shapes.
void check_attrs(const NodeAccess& node) {
  const auto channels = node.attr_or<int64_t>("channels", 0);
  node.require(channels == 0 || channels == 1 || channels == 3 || channels == 4,
               "`channels` must be 0, 1, 3 or 4 but got ", channels);
  const auto ratio = node.attr_or<int64_t>("ratio", 1);
  node.require(ratio == 1 || ratio == 2 || ratio == 4 || ratio == 8,
               "ratio must be 1, 2, 4, or 8, got ", ratio);
  const auto method = node.attr_or<std::string>("dct_method", "");
  node.require(method.empty() || method == "INTEGER_FAST" || method == "INTEGER_ACCURATE",
               "dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}");
}

// Damage is found by what knows no nodes: their name is put before it here.
template <typename F>
void named(const NodeAccess& node, F&& f) {
  std::string message;
  try {
    return f();
  } catch (const InvalidArgumentError& e) {
    message = e.what();
  }
  node.fail(Code::invalid_argument, message);
}

void decode(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "`contents` must be scalar but got shape",
              ctx.input(0).shape());
  check_attrs(ctx);
  if (ctx.op() == "DecodeAndCropJpeg") {
    const Shape& window = ctx.input(1).shape();
    ctx.require(window.rank() == 1, "crop_window must be 1-D, got shape ", window);
    ctx.require(window[0] == 4, "crop_size must have four elements ", window);
  }
  named(ctx, [&] { Decoder(ctx).run(); });
}

void infer_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 0);
  check_attrs(ctx);
  const auto channels = ctx.attr_or<int64_t>("channels", 0);
  const int64_t depth = channels == 0 ? -1 : channels;
  if (ctx.op() == "DecodeGif") return ctx.set_output(0, Shape{-1, -1, -1, 3});
  if (ctx.op() == "DecodeImage" && ctx.attr<bool>("expand_animations")) return;
  int64_t height = -1, width = -1;
  if (ctx.op() == "DecodeAndCropJpeg") {
    ctx.require_rank_exactly(1, 1);
    if (const auto window = ctx.ints(1); window && window->size() == 4) {
      height = (*window)[2] >= 0 ? (*window)[2] : -1;
      width = (*window)[3] >= 0 ? (*window)[3] : -1;
    }
  }
  ctx.set_output(0, Shape{height, width, depth});
}

void extract_shape(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "contents must be scalar, got shape ",
              ctx.input(0).shape());
  named(ctx, [&] {
    const JpegSize size = jpeg_size(bytes_of(*ctx.input(0).data<std::string>()));
    const int64_t numbers[3] = {size.height, size.width, size.channels};
    Tensor& out = ctx.output(0, Shape{3});
    for (int i = 0; i < 3; ++i) {
      if (out.dtype() == DType::int64) {
        out.data<int64_t>()[i] = numbers[i];
      } else {
        out.data<int32_t>()[i] = static_cast<int32_t>(numbers[i]);
      }
    }
  });
}

void infer_extracted(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 0);
  ctx.set_output(0, Shape{3});
}

std::vector<AttrDef> jpeg_attrs() {
  return {int_attr("channels", 0),
          int_attr("ratio", 1),
          bool_attr("fancy_upscaling", true),
          bool_attr("try_recover_truncated", false),
          float_attr("acceptable_fraction", 1),
          string_attr("dct_method", "")};
}

}  // namespace

Value ops::decode_image(const Value& contents, int64_t channels, DType dtype,
                        bool expand_animations, std::string_view name) {
  return emit("DecodeImage", {contents},
              {{"channels", channels}, {"dtype", dtype}, {"expand_animations", expand_animations}},
              name);
}
Value ops::decode_jpeg(const Value& contents, int64_t channels, std::string_view dct_method,
                       std::string_view name) {
  return emit("DecodeJpeg", {contents},
              {{"channels", channels}, {"dct_method", std::string(dct_method)}}, name);
}
Value ops::decode_png(const Value& contents, int64_t channels, DType dtype, std::string_view name) {
  return emit("DecodePng", {contents}, {{"channels", channels}, {"dtype", dtype}}, name);
}
Value ops::decode_gif(const Value& contents, std::string_view name) {
  return emit("DecodeGif", {contents}, {}, name);
}
Value ops::decode_bmp(const Value& contents, int64_t channels, std::string_view name) {
  return emit("DecodeBmp", {contents}, {{"channels", channels}}, name);
}

void register_decode_image(OpRegistry& registry) {
  registry.add({.signature = "DecodeJpeg(contents: string) -> (image: uint8)",
                .attrs = jpeg_attrs(),
                .shape = infer_shape,
                .kernel = decode,
                .not_differentiable = true});
  registry.add({.signature = "DecodeAndCropJpeg(contents: string, crop_window: int32) -> "
                             "(image: uint8)",
                .attrs = jpeg_attrs(),
                .shape = infer_shape,
                .kernel = decode,
                .not_differentiable = true});
  registry.add({.signature = "DecodePng(contents: string) -> (image: dtype)",
                .attrs = {int_attr("channels", 0),
                          type_attr("dtype", type_set<DType::uint8, DType::uint16>, DType::uint8)},
                .shape = infer_shape,
                .kernel = decode,
                .not_differentiable = true});
  registry.add({.signature = "DecodeGif(contents: string) -> (image: uint8)",
                .shape = infer_shape,
                .kernel = decode,
                .not_differentiable = true});
  registry.add({.signature = "DecodeBmp(contents: string) -> (image: uint8)",
                .attrs = {int_attr("channels", 0)},
                .shape = infer_shape,
                .kernel = decode,
                .not_differentiable = true});
  registry.add({.signature = "DecodeImage(contents: string) -> (image: dtype)",
                .attrs = {int_attr("channels", 0),
                          type_attr("dtype", type_set<DType::uint8, DType::uint16, DType::float32>,
                                    DType::uint8),
                          bool_attr("expand_animations", true)},
                .shape = infer_shape,
                .kernel = decode,
                .not_differentiable = true});
  registry.add(
      {.signature = "ExtractJpegShape(contents: string) -> (image_shape: output_type)",
       .attrs = {type_attr("output_type", type_set<DType::int32, DType::int64>, DType::int32)},
       .shape = infer_extracted,
       .kernel = extract_shape,
       .not_differentiable = true});
}

}  // namespace rill
