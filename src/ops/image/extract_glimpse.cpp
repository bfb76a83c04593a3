// ExtractGlimpse and ExtractGlimpseV2: a window of each image; what lies outside is noise or zero.
// Source of the rules: Eigen's GlimpseExtractionOp in
// tensorflow/core/kernels/image/attention_ops.cc.
#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/random_bits.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

enum class Noise { uniform, gaussian, zero };

Noise noise_of(const NodeAccess& node) {
  const bool uniform = node.attr<bool>("uniform_noise");
  const std::string& name = node.attr<std::string>("noise");
  node.require(!uniform || name.empty() || name == "uniform",
               "The uniform_noise and noise should not be specified at the same time");
  if (name.empty()) return uniform ? Noise::uniform : Noise::gaussian;
  node.require(name == "uniform" || name == "gaussian" || name == "zero", "Unknown noise ",
               quoted(name), " for ExtractGlimpse: it is 'uniform', 'gaussian' or 'zero'");
  return name == "uniform" ? Noise::uniform : name == "zero" ? Noise::zero : Noise::gaussian;
}

void infer_extract_glimpse(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 2);
  Shape out = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(4);
  if (ctx.input(2).has_rank()) {
    out[0] = ctx.merge_dim(out[0], ctx.input(2)[0]);
    ctx.merge_dim(ctx.input(2)[1], 2);
  }
  const auto size = ctx.ints(1);
  ctx.require(!size || (size->size() == 2 && (*size)[0] > 0 && (*size)[1] > 0),
              "size must be two positive numbers (height, width)");
  for (int d = 0; d < 2; ++d) out[1 + d] = size ? (*size)[static_cast<size_t>(d)] : -1;
  ctx.set_output(0, out);
}

// Where the window begins in one dimension.
int64_t start(float at, int64_t size, int64_t window, bool normalized, bool centered, bool v2) {
  const auto n = static_cast<float>(size), w = static_cast<float>(window);
  if (normalized) at *= n;
  if (!v2) {
    if (centered) at = at / 2 + n / 2;
    at -= w / 2;
  } else if (normalized) {
    if (centered) at = at / 2 + n / 2 - w / 2;
  } else if (centered) {
    at += n / 2;
  }
  if (!(at > -1e15F && at < 1e15F)) return size;  // far away: nothing of the image is seen
  return static_cast<int64_t>(at);
}

class Filler {
 public:
  explicit Filler(Noise noise) : noise_(noise), philox_(seed(), seed()) {}
  // All of a window [pixels, depth], like the image.
  void fill(const float* image, int64_t image_pixels, float* to, int64_t pixels, int64_t depth) {
    if (noise_ == Noise::zero || image_pixels * depth == 0) {
      std::fill_n(to, pixels * depth, 0.0F);
    } else if (noise_ == Noise::uniform) {
      const auto [low, high] = std::minmax_element(image, image + image_pixels * depth);
      for (int64_t i = 0; i < pixels * depth; ++i)
        to[i] = *low + uniform_(philox_) * (*high - *low);
    } else {
      gaussian(image, image_pixels, to, pixels, depth);
    }
  }

 private:
  static uint64_t seed() {
    std::random_device device;
    return (uint64_t{device()} << 32) | device();
  }
  void gaussian(const float* image, int64_t image_pixels, float* to, int64_t pixels,
                int64_t depth) {
    for (int64_t c = 0; c < depth; ++c) {
      double sum = 0, squares = 0;
      for (int64_t i = 0; i < image_pixels; ++i) {
        const auto x = static_cast<double>(image[i * depth + c]);
        sum += x;
        squares += x * x;
      }
      const auto n = static_cast<double>(image_pixels);
      const double mean = sum / n, deviation = std::sqrt(std::max(squares / n - mean * mean, 0.0));
      for (int64_t i = 0; i < pixels; ++i) {
        to[i * depth + c] =
            static_cast<float>(mean + deviation * static_cast<double>(normal_(philox_)));
      }
    }
  }

  Noise noise_;
  kernels::Philox philox_;
  kernels::UniformBuffer<float> uniform_;
  kernels::NormalBuffer<float> normal_;
};

template <bool v2>
void run_extract_glimpse(KernelContext& ctx) {
  const Tensor &in = ctx.input(0), &size = ctx.input(1), &offsets = ctx.input(2);
  ctx.require(in.rank() == 4,
              "input must be 4-dimensional (batch_size, height, width, depth), got "
              "shape ",
              in.shape());
  ctx.require(size.rank() == 1 && size.size() == 2,
              "size must be a vector of size 2 (height, width), got shape ", size.shape());
  ctx.require(offsets.rank() == 2 && offsets.dim(0) == in.dim(0) && offsets.dim(1) == 2,
              "offsets must be a matrix [", in.dim(0), ", 2], got shape ", offsets.shape());
  const int64_t height = size.data<int32_t>()[0], width = size.data<int32_t>()[1];
  ctx.require(height > 0 && width > 0, "size must be two positive numbers, got ", height, " and ",
              width);
  const int64_t depth = in.dim(3), rows = in.dim(1), columns = in.dim(2);
  Tensor& out = ctx.output(0, Shape{in.dim(0), height, width, depth});
  Filler filler(noise_of(ctx));
  const bool normalized = ctx.attr<bool>("normalized"), centered = ctx.attr<bool>("centered");
  for (int64_t b = 0; b < in.dim(0); ++b) {
    const float* at = offsets.data<float>() + 2 * b;
    const int64_t y0 = start(at[0], rows, height, normalized, centered, v2);
    const int64_t x0 = start(at[1], columns, width, normalized, centered, v2);
    const float* image = in.data<float>() + b * rows * columns * depth;
    float* to = out.data<float>() + b * height * width * depth;
    const bool inside = y0 >= 0 && x0 >= 0 && y0 + height < rows && x0 + width < columns;
    if (!inside) filler.fill(image, rows * columns, to, height * width, depth);
    const int64_t x_first = std::max<int64_t>(0, -x0), x_end = std::min(width, columns - x0);
    for (int64_t y = std::max<int64_t>(0, -y0); y < std::min(height, rows - y0); ++y) {
      if (x_first >= x_end) break;
      const float* from = image + ((y0 + y) * columns + x0 + x_first) * depth;
      std::copy_n(from, (x_end - x_first) * depth, to + (y * width + x_first) * depth);
    }
  }
}

}  // namespace

void register_extract_glimpse(OpRegistry& registry) {
  for (const bool v2 : {false, true}) {
    registry.add({.signature = str(v2 ? "ExtractGlimpseV2" : "ExtractGlimpse",
                                   "(input: float32, size: int32, offsets: float32) -> (glimpse: "
                                   "float32)"),
                  .attrs = {bool_attr("centered", true), bool_attr("normalized", true),
                            bool_attr("uniform_noise", true), string_attr("noise", "uniform")},
                  .shape = infer_extract_glimpse,
                  .kernel = v2 ? run_extract_glimpse<true> : run_extract_glimpse<false>});
  }
}

}  // namespace rill
