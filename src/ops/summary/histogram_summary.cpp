// HistogramSummary and ImageSummary: serialised Summary messages.
// Layouts: tensorflow/core/framework/summary.proto. Buckets: tensorflow/core/lib/histogram;
// the scale of pixels: tensorflow/core/kernels/summary_image_op.cc.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <type_traits>

#include "codec/png.h"
#include "codec/proto_wire.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// Upper limits: steps of 10 % from 1e-12 to 1e20, mirrored, with 0 in the middle.
std::vector<double> bucket_limits() {
  std::vector<double> positive;
  for (double v = 1.0e-12; v < 1.0e20; v *= 1.1) positive.push_back(v);
  positive.push_back(DBL_MAX);
  std::vector<double> limits;
  for (auto v = positive.rbegin(); v != positive.rend(); ++v) limits.push_back(-*v);
  limits.push_back(0);
  limits.insert(limits.end(), positive.begin(), positive.end());
  return limits;
}

void histogram(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "tags must be scalar");
  const std::string& tag = *ctx.input(0).data<std::string>();
  const std::vector<double> limits = bucket_limits();
  std::vector<double> counts(limits.size(), 0);
  double least = DBL_MAX, most = -DBL_MAX, sum = 0, squares = 0;
  const std::vector<double> values = ctx.input(1).to_vector<double>();
  for (const double v : values) {
    ctx.require(!std::isnan(v), "Nan in summary histogram for: ", ctx.node_name());
    ctx.require(!std::isinf(v), "Infinity in summary histogram for: ", ctx.node_name());
    const auto bucket = std::upper_bound(limits.begin(), limits.end(), v) - limits.begin();
    counts[std::min(static_cast<size_t>(bucket), counts.size() - 1)] += 1;
    least = std::min(least, v);
    most = std::max(most, v);
    sum += v;
    squares += v * v;
  }
  // A run of empty buckets is written as one.
  std::vector<double> ends, sizes;
  for (size_t i = 0; i < counts.size();) {
    const bool empty = counts[i] <= 0;
    size_t last = i;
    while (empty && last + 1 < counts.size() && counts[last + 1] <= 0) ++last;
    ends.push_back(limits[last]);
    sizes.push_back(counts[last]);
    i = last + 1;
  }
  const auto packed = [](const std::vector<double>& numbers) {
    return std::string_view(reinterpret_cast<const char*>(numbers.data()),
                            numbers.size() * sizeof(double));
  };
  std::string bytes;
  proto::Writer summary(bytes);
  summary.message(1, [&](proto::Writer& value) {
    value.bytes_or_skip(1, tag);
    value.message(5, [&](proto::Writer& histo) {
      const auto number = [&](uint32_t field, double v) {
        if (v != 0 || std::signbit(v)) histo.float64(field, v);
      };
      number(1, least);
      number(2, most);
      number(3, static_cast<double>(values.size()));
      number(4, sum);
      number(5, squares);
      histo.bytes(6, packed(ends));
      histo.bytes(7, packed(sizes));
    });
  });
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

// Pixels of one image as bytes: floats are stretched to 0..255, with zero at 0, or at 128 when
// there are negative ones. A pixel that is not finite gets the colour for that. Every step is
// rounded to T, as in TensorFlow.
template <typename T>
std::vector<uint8_t> stretched(const T* x, int64_t pixels, int64_t depth,
                               const std::vector<uint8_t>& bad_color) {
  using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
  const auto wide = [](T v) { return static_cast<Wide>(v); };
  const auto finite = [&](const T* pixel) {
    return std::all_of(pixel, pixel + depth, [&](T v) { return std::isfinite(wide(v)); });
  };
  Wide least = INFINITY, most = -INFINITY;
  for (int64_t p = 0; p < pixels; ++p) {
    if (!finite(x + p * depth)) continue;
    for (int64_t c = 0; c < depth; ++c) {
      least = std::min(least, wide(x[p * depth + c]));
      most = std::max(most, wide(x[p * depth + c]));
    }
  }
  constexpr Wide kZero = static_cast<Wide>(1e-6);
  const bool negative = least < 0;
  const Wide reach = negative ? std::max(std::abs(least), std::abs(most)) : most;
  const T scale(reach < kZero ? Wide(0) : Wide(negative ? 127 : 255) / reach);
  const Wide offset = negative ? 128 : 0;
  std::vector<uint8_t> out(static_cast<size_t>(pixels * depth));
  for (int64_t p = 0; p < pixels; ++p) {
    const bool good = finite(x + p * depth);
    for (int64_t c = 0; c < depth; ++c) {
      const T scaled(wide(x[p * depth + c]) * wide(scale));
      const T moved(good ? wide(scaled) + offset : Wide(0));
      out[static_cast<size_t>(p * depth + c)] =
          good ? static_cast<uint8_t>(wide(moved)) : bad_color[static_cast<size_t>(c)];
    }
  }
  return out;
}

void image(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "Tag must be a scalar");
  const std::string& tag = *ctx.input(0).data<std::string>();
  const Tensor& images = ctx.input(1);
  const Shape& shape = images.shape();
  ctx.require(shape.rank() == 4 && (shape[3] == 1 || shape[3] == 3 || shape[3] == 4),
              "Tensor must be 4-D with last dim 1, 3, or 4, not ", shape);
  const int64_t height = shape[1], width = shape[2], depth = shape[3];
  ctx.require(height > 0 && width > 0 && height < (int64_t{1} << 31) &&
                  width < (int64_t{1} << 31) / depth / height,
              "Tensor too large or empty for summary ", shape);
  const std::vector<uint8_t> bad = ctx.attr<Tensor>("bad_color").to_vector<uint8_t>();
  ctx.require(static_cast<int64_t>(bad.size()) >= depth, "expected depth <= bad_color.size, got ",
              "depth = ", depth, ", bad_color.size = ", bad.size());
  const int64_t pixels = height * width, most = ctx.attr<int64_t>("max_images");
  const bool bytes = images.dtype() == DType::uint8;
  std::string out, png;
  proto::Writer summary(out);
  for (int64_t i = 0; i < std::min(most, shape[0]); ++i) {
    const int64_t begin = i * pixels * depth;
    std::vector<uint8_t> made;
    if (!bytes) {
      dispatch_float(images.dtype(), "ImageSummary", [&]<typename T>() {
        made = stretched(images.data<T>() + begin, pixels, depth, bad);
      });
    }
    const void* data =
        bytes ? static_cast<const void*>(images.data<uint8_t>() + begin) : made.data();
    if (!write_png({data, height, width, static_cast<int>(depth), 8}, -1, png)) {
      ctx.fail(Code::internal, "PNG encoding failed");
    }
    summary.message(1, [&](proto::Writer& value) {
      value.bytes_or_skip(1, most == 1 ? str(tag, "/image") : str(tag, "/image/", i));
      value.message(4, [&](proto::Writer& picture) {
        picture.varint(1, static_cast<uint64_t>(height));
        picture.varint(2, static_cast<uint64_t>(width));
        picture.varint(3, static_cast<uint64_t>(depth));
        picture.bytes(4, png);
      });
    });
  }
  *ctx.output(0, Shape{}).data<std::string>() = std::move(out);
}

}  // namespace

void register_histogram_summary(OpRegistry& registry) {
  registry.add({.signature = "HistogramSummary(tag: string, values: T) -> (summary: string)",
                .attrs = {type_attr("T", kRealTypes, DType::float32)},
                .shape = shapes::scalar,
                .kernel = histogram,
                .not_differentiable = true});
  AttrDef bad_color = tensor_attr("bad_color");
  bad_color.default_value = Tensor::vector<uint8_t>({255, 0, 0, 255});
  registry.add(
      {.signature = "ImageSummary(tag: string, tensor: T) -> (summary: string)",
       .attrs = {at_least(1, int_attr("max_images", 3)),
                 type_attr("T",
                           type_set<DType::uint8, DType::float32, DType::float16, DType::float64>,
                           DType::float32),
                 bad_color},
       .shape = shapes::scalar,
       .kernel = image,
       .not_differentiable = true});
}

}  // namespace rill
