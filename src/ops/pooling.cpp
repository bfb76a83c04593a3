#include "ops/pooling.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "kernels/parallel.h"
#include "tensor/storage_dtype.h"

namespace rill {
namespace {

// Windows need not reach far beyond the input: a kernel of any size in an attribute costs no more
// than the input. Elements outside never count, but for maxima over volumes; there one is as good
// as many.
void trim(kernels::PoolSpec& s, size_t d) {
  if (s.out[d] <= 0 || s.in[d] < 0) return;
  if (s.out[d] == 1) s.stride[d] = 1;
  const int64_t beyond = !s.average && s.maximum == kernels::Maximum::of_volume ? 1 : 0;
  const int64_t unread = std::max<int64_t>(0, s.pad[d] - (s.out[d] - 1) * s.stride[d] - beyond);
  s.pad[d] -= unread;
  s.kernel[d] = std::min(s.kernel[d] - unread, s.in[d] + s.pad[d] + beyond);
}

// Windows along the channels: every channel is a pixel of a row.
void pool_channels(const NodeAccess& node, PoolGeometry& g, int64_t window, int64_t stride) {
  kernels::PoolSpec& s = g.spec;
  const kernels::Dims3 one{1, 1, 1};
  if (node.op() != "MaxPool" && node.op() != "MaxPoolV2") {
    node.fail(Code::unimplemented, "pooling along the channels is not supported");
  }
  if (s.kernel != one || s.stride != one || g.layout.channels_first) {
    node.fail(Code::unimplemented,
              "MaxPooling supports exactly one of pooling across depth or pooling across "
              "width/height, channels last");
  }
  node.require(s.channels < 0 || (s.channels % window == 0 && window == stride),
               "Depthwise max pooling requires the depth window to equal the depth stride and to "
               "evenly divide the input depth ",
               s.channels, ", but they are ", window, " and ", stride);
  const int64_t channels = s.channels < 0 ? -1 : s.channels / window;
  g.output[g.layout.channel()] = channels;
  for (size_t d = g.layout.first(); d < 3; ++d) {
    g.output[g.layout.space(d)] = s.in[d];
    s.batch = s.batch < 0 || s.in[d] < 0 ? -1 : s.batch * s.in[d];
  }
  s.in = {1, 1, s.channels};
  s.out = {1, 1, channels};
  s.kernel = {1, 1, window};
  s.stride = {1, 1, stride};
  s.pad = {0, 0, 0};
  s.channels = 1;
  s.maximum = kernels::Maximum::from_first;
}

}  // namespace

PoolGeometry pool_geometry(const NodeAccess& node, const Shape& x, int rank, bool average) {
  return pool_geometry(node, x, rank, average, node.attr<std::vector<int64_t>>("ksize"),
                       node.attr<std::vector<int64_t>>("strides"));
}

PoolGeometry pool_geometry(const NodeAccess& node, const Shape& given, int rank, bool average,
                           const std::vector<int64_t>& ksize, const std::vector<int64_t>& strides) {
  const Shape x = given.has_rank() ? given : Shape::unknown_dims(rank);
  node.require(x.rank() == rank, "input must be ", rank, "-dimensional, but has shape ", x);
  Windows w;
  PoolGeometry g;
  g.layout = w.layout = image_layout(node, rank);
  int64_t channel_window = 1, channel_stride = 1;
  kernels::PoolSpec& s = g.spec;
  s.average = average;
  s.threads = max_threads();
  s.kernel = read_window_list(node, "ksize", ksize, g.layout, &channel_window);
  s.stride = w.stride = read_window_list(node, "strides", strides, g.layout, &channel_stride);
  read_padding(node, w);
  s.batch = x[0];
  s.channels = x[g.layout.channel()];
  if (rank == 5) s.maximum = kernels::Maximum::of_volume;
  g.output = x;
  for (size_t d = g.layout.first(); d < 3; ++d) s.in[d] = x[g.layout.space(d)];
  if (channel_window != 1 || channel_stride != 1) {
    pool_channels(node, g, channel_window, channel_stride);
    return g;
  }
  for (size_t d = g.layout.first(); d < 3; ++d) {
    node.require(w.before[d] < s.kernel[d] && w.after[d] < s.kernel[d], "padding ", w.before[d],
                 ", ", w.after[d], " must be smaller than the window, ", s.kernel[d]);
    const shapes::Window window = w.along(node, d, s.in[d], s.kernel[d]);
    s.out[d] = g.output[g.layout.space(d)] = window.output;
    s.pad[d] = window.before;
    trim(s, d);
  }
  return g;
}

Turn::Turn(const ImageLayout& layout, DType dtype, const Shape& shape) {
  if (!layout.channels_first || shape.num_elements() == 0) return;
  int64_t pixels = 1;
  for (int i = 2; i < shape.rank(); ++i) pixels *= shape[i];
  const int64_t channels = shape[1], image = channels * pixels;
  const int64_t last[] = {shape[0], pixels, channels}, first[] = {shape[0], channels, pixels};
  const int64_t last_in[] = {image, 1, pixels}, last_out[] = {image, channels, 1};
  const int64_t first_in[] = {image, 1, channels}, first_out[] = {image, pixels, 1};
  const DType stored = storage_dtype(dtype);
  copies_.emplace_back(stored, last, last_in, last_out);
  copies_.emplace_back(stored, first, first_in, first_out);
  bytes_ = kernels::scratch_align(static_cast<size_t>(shape.num_elements()) * dtype_size(dtype));
}

const void* Turn::in(const void* data, void* scratch) const {
  if (bytes_ == 0) return data;
  copies_[0].run(data, scratch);
  return scratch;
}

void Turn::out(const void* scratch, void* data) const {
  if (bytes_ != 0) copies_[1].run(scratch, data);
}

}  // namespace rill
