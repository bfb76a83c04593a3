#include "kernels/conv_f64.h"

#include <algorithm>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/conv_windows.h"
#include "kernels/packed.h"
#include "kernels/panel_matmul.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kChunk = 1 << 18;  // doubles of patches made at once

// One group of a convolution: its windows as rows of a matrix, some output positions at a time.
// A position counts through the images: image * pixels + pixel.
class Group {
 public:
  Group(const ConvSpec& s, int64_t group)
      : s_(s),
        in_(s.in, s.in_channels, s.channels_first),
        out_(s.out, s.out_channels, s.channels_first),
        in_channels_(s.in_channels / s.groups),
        out_channels_(s.out_channels / s.groups),
        first_in_(group * in_channels_ * in_.channel),
        first_out_(group * out_channels_ * out_.channel),
        first_column_(group * out_channels_) {}

  int64_t width() const { return volume(s_.kernel) * in_channels_; }
  int64_t columns() const { return out_channels_; }

  // patches [count, width]; zeros where a window reads beyond the input.
  void gather(const double* x, int64_t first, int64_t count, double* patches) const {
    parallel_for(count, 64, [&](int64_t begin, int64_t end) {
      std::fill(patches + begin * width(), patches + end * width(), 0.0);
      for (int64_t p = begin; p < end; ++p) {
        each_tap(first + p, [&](int64_t pixel, int64_t tap) {
          copy(x + pixel, in_.channel, patches + p * width() + tap * in_channels_, 1, in_channels_);
        });
      }
    });
  }

  // Adds patches to where they came from; threads share the channels, for windows overlap.
  void scatter(const double* patches, int64_t first, int64_t count, double* x) const {
    parallel_for(in_channels_, 8, [&](int64_t begin, int64_t end) {
      for (int64_t p = 0; p < count; ++p) {
        each_tap(first + p, [&](int64_t pixel, int64_t tap) {
          const double* from = patches + p * width() + tap * in_channels_;
          for (int64_t c = begin; c < end; ++c) x[pixel + c * in_.channel] += from[c];
        });
      }
    });
  }

  // rows [count, columns] to and from the tensor at the output.
  void read_rows(const double* y, int64_t first, int64_t count, double* rows) const {
    for (int64_t p = 0; p < count; ++p) {
      copy(y + at_output(first + p), out_.channel, rows + p * out_channels_, 1, out_channels_);
    }
  }
  void write_rows(const double* rows, int64_t first, int64_t count, double* y) const {
    for (int64_t p = 0; p < count; ++p) {
      copy(rows + p * out_channels_, 1, y + at_output(first + p), out_.channel, out_channels_);
    }
  }

  // The group's columns of a filter [width, all columns], and back.
  std::vector<double> columns_of(const double* filter) const {
    std::vector<double> own(static_cast<size_t>(width() * out_channels_));
    for (int64_t k = 0; k < width(); ++k) {
      std::copy_n(filter + k * s_.out_channels + first_column_, out_channels_,
                  own.data() + k * out_channels_);
    }
    return own;
  }
  void add_columns(const double* own, double* filter) const {
    for (int64_t k = 0; k < width(); ++k) {
      double* to = filter + k * s_.out_channels + first_column_;
      for (int64_t o = 0; o < out_channels_; ++o) to[o] += own[k * out_channels_ + o];
    }
  }

 private:
  static void copy(const double* from, int64_t from_step, double* to, int64_t to_step, int64_t n) {
    for (int64_t i = 0; i < n; ++i) to[i * to_step] = from[i * from_step];
  }

  int64_t at_output(int64_t position) const {
    const int64_t pixels = volume(s_.out);
    return position / pixels * out_.image + position % pixels * out_.pixel + first_out_;
  }

  // f(offset of the pixel in x, tap) for what lies inside.
  template <typename F>
  void each_tap(int64_t at, F&& f) const {
    const int64_t pixels = volume(s_.out);
    const int64_t image = at / pixels * in_.image + first_in_;
    each_in_window(s_.in, s_.kernel, s_.stride, s_.dilation, s_.pad, position(s_.out, at % pixels),
                   [&](int64_t pixel, int64_t tap) { f(image + pixel * in_.pixel, tap); });
  }

  const ConvSpec& s_;
  PixelLayout in_, out_;
  int64_t in_channels_, out_channels_, first_in_, first_out_, first_column_;
};

void multiply(const MatMulShape& shape, const double* a, const double* b, double* c) {
  const PanelMatMul<double> product(shape, max_threads());
  const AlignedFloats scratch(static_cast<int64_t>(product.scratch_bytes() / sizeof(float)));
  product.run(a, b, c, scratch.get());
}

void convolve_group(const ConvSpec& s, ConvPart part, const Group& group, const double* a,
                    const double* b, double* result) {
  const int64_t positions = s.batch * volume(s.out), width = group.width();
  const int64_t columns = group.columns();
  const int64_t chunk = std::clamp<int64_t>(kChunk / width, 32, std::max<int64_t>(positions, 32));
  const int64_t most = std::min(chunk, positions);
  std::vector<double> patches(static_cast<size_t>(most * width));
  std::vector<double> rows(static_cast<size_t>(most * columns));
  const bool to_filter = part == ConvPart::filter_gradient;
  std::vector<double> filter =
      to_filter ? std::vector<double>(static_cast<size_t>(width * columns)) : group.columns_of(b);
  MatMulShape shape;
  for (int64_t first = 0; first < positions; first += chunk) {
    const int64_t count = std::min(chunk, positions - first);
    switch (part) {
      case ConvPart::forward:
        shape.m = count, shape.k = width, shape.n = columns;
        group.gather(a, first, count, patches.data());
        multiply(shape, patches.data(), filter.data(), rows.data());
        group.write_rows(rows.data(), first, count, result);
        break;
      case ConvPart::input_gradient:
        shape.m = count, shape.k = columns, shape.n = width, shape.transpose_b = true;
        group.read_rows(a, first, count, rows.data());
        multiply(shape, rows.data(), filter.data(), patches.data());
        group.scatter(patches.data(), first, count, result);
        break;
      case ConvPart::filter_gradient:
        shape.m = width, shape.k = count, shape.n = columns, shape.transpose_a = true;
        group.gather(a, first, count, patches.data());
        group.read_rows(b, first, count, rows.data());
        multiply(shape, patches.data(), rows.data(), filter.data());
        group.add_columns(filter.data(), result);
        break;
    }
  }
}

}  // namespace

bool is_worth_products(const ConvSpec& s) {
  const int64_t width = volume(s.kernel) * (s.in_channels / s.groups);
  return width >= 8 && s.out_channels / s.groups >= 4;
}

void convolve_f64(const ConvSpec& s, ConvPart part, const void* a, const void* b, void* result) {
  auto* to = static_cast<double*>(result);
  if (part == ConvPart::input_gradient) {
    std::fill_n(to, s.batch * volume(s.in) * s.in_channels, 0.0);
  } else if (part == ConvPart::filter_gradient) {
    std::fill_n(to, volume(s.kernel) * (s.in_channels / s.groups) * s.out_channels, 0.0);
  }
  for (int64_t g = 0; g < s.groups; ++g) {
    convolve_group(s, part, Group(s, g), static_cast<const double*>(a),
                   static_cast<const double*>(b), to);
  }
}

}  // namespace rill::kernels
