#include "ops/windows.h"

#include <algorithm>

#include "base/thread_pool.h"

namespace rill {
namespace {

constexpr int64_t kLargest = INT32_MAX;

int64_t known_product(int64_t a, int64_t b) { return a < 0 || b < 0 ? -1 : a * b; }

// Where there is only one window (one element in it), the stride (the dilation) does not matter.
void forget_what_does_not_matter(kernels::ConvSpec& spec) {
  for (size_t d = 0; d < 3; ++d) {
    if (spec.out[d] >= 0 && spec.out[d] <= 1) spec.stride[d] = 1;
    if (spec.kernel[d] == 1) spec.dilation[d] = 1;
  }
}

}  // namespace

ImageLayout image_layout(const NodeAccess& node, int rank) {
  ImageLayout layout;
  layout.rank = rank;
  const std::string format = node.attr_or<std::string>("data_format", "NHWC");
  if (format == "NCHW_VECT_C") {
    node.fail(Code::unimplemented, "data_format NCHW_VECT_C is for GPUs only");
  }
  layout.channels_first = format.starts_with("NC") || format == "CHANNELS_FIRST";
  return layout;
}

shapes::Window Windows::along(const NodeAccess& node, size_t d, int64_t in, int64_t kernel) const {
  if (d < layout.first()) return {1, 0, 0};
  return shapes::window(node, in, kernel, dilation[d], stride[d], padding, before[d], after[d]);
}

kernels::Dims3 read_window_list(const NodeAccess& node, std::string_view what,
                                const std::vector<int64_t>& list, const ImageLayout& layout,
                                int64_t* channel) {
  kernels::Dims3 result{1, 1, 1};
  node.require(list.size() == static_cast<size_t>(layout.rank), what, " must have ", layout.rank,
               " numbers, but has ", list.size());
  for (const int64_t value : list) {
    node.require(value > 0 && value <= kLargest, what, " must be positive 32-bit numbers, but got ",
                 value);
  }
  const auto at = [&](int i) { return list[static_cast<size_t>(i)]; };
  if (at(0) != 1 || (channel == nullptr && at(layout.channel()) != 1)) {
    const std::string_view op = node.op();
    const bool invalid = op.starts_with("Conv3D") || op.starts_with("Depthwise") ||
                         op.starts_with("Conv2DBackpropFilter");
    node.fail(invalid ? Code::invalid_argument : Code::unimplemented, what,
              " in the batch and depth dimensions must be 1, but are ", list);
  }
  if (channel) *channel = at(layout.channel());
  for (size_t d = layout.first(); d < 3; ++d) result[d] = at(layout.space(d));
  return result;
}

void read_padding(const NodeAccess& node, Windows& w) {
  w.padding = node.attr<std::string>("padding");
  const auto pads = node.attr_or<std::vector<int64_t>>("explicit_paddings", {});
  if (w.padding != "EXPLICIT") {
    return node.require(pads.empty(), "explicit_paddings must be empty when padding is ",
                        quoted(w.padding));
  }
  node.require(pads.size() == 2 * static_cast<size_t>(w.layout.rank),
               "explicit_paddings must have ", 2 * w.layout.rank, " numbers, but has ",
               pads.size());
  for (const int64_t pad : pads) {
    node.require(pad >= 0 && pad <= kLargest, "explicit_paddings must not be negative, but has ",
                 pad);
  }
  const auto at = [&](int i) { return static_cast<size_t>(2 * i); };
  for (const int i : {0, w.layout.channel()}) {
    node.require(pads[at(i)] == 0 && pads[at(i) + 1] == 0,
                 "explicit_paddings of the batch and depth dimensions must be 0, but are ", pads);
  }
  for (size_t d = w.layout.first(); d < 3; ++d) {
    w.before[d] = pads[at(w.layout.space(d))];
    w.after[d] = pads[at(w.layout.space(d)) + 1];
  }
}

Windows read_windows(const NodeAccess& node, int rank) {
  Windows w;
  w.layout = image_layout(node, rank);
  read_padding(node, w);
  w.stride =
      read_window_list(node, "strides", node.attr<std::vector<int64_t>>("strides"), w.layout);
  if (node.has_attr("dilations")) {
    const auto dilations = node.attr<std::vector<int64_t>>("dilations");
    const bool may_lack = node.op() == "Conv" || node.op().starts_with("DepthwiseConv2dNativeB");
    if (!dilations.empty() || !may_lack)
      w.dilation = read_window_list(node, "dilations", dilations, w.layout);
  }
  return w;
}

ConvGeometry conv_geometry(const NodeAccess& node, const ConvKind& kind, const Shape& x_given,
                           const Shape& filter_given) {
  const Windows w = read_windows(node, kind.rank);
  const ImageLayout& layout = w.layout;
  const Shape x = x_given.has_rank() ? x_given : Shape::unknown_dims(kind.rank);
  const Shape filter = filter_given.has_rank() ? filter_given : Shape::unknown_dims(kind.rank);
  node.require(x.rank() == kind.rank, "input must be ", kind.rank, "-dimensional, but has shape ",
               x);
  node.require(filter.rank() == kind.rank, "filter must be ", kind.rank,
               "-dimensional, but has shape ", filter);
  // As TensorFlow: Conv2D may have no output channels, a depthwise filter may be empty at all.
  const int not_empty = kind.depthwise ? 0 : kind.rank == 4 ? 3 : kind.rank;
  for (int d = 0; d < not_empty; ++d) {
    node.require(filter[d] != 0, "filter must not have zero elements, but has shape ", filter);
  }
  node.require(!kind.depthwise || w.stride[1] == w.stride[2],
               "strides must be equal in the row and column dimensions, got ", w.stride[1], " and ",
               w.stride[2]);
  ConvGeometry g;
  kernels::ConvSpec& s = g.spec;
  s.batch = x[0];
  s.in_channels = x[layout.channel()];
  const int64_t filter_in = filter[kind.rank - 2], filter_out = filter[kind.rank - 1];
  if (kind.depthwise) {
    if (s.in_channels < 0) s.in_channels = filter_in;
    s.groups = s.in_channels;
    node.require(filter_in < 0 || s.in_channels < 0 || s.in_channels == filter_in,
                 "input and filter must have the same depth: ", s.in_channels, " vs ", filter_in);
    s.out_channels = known_product(s.in_channels, filter_out);
  } else {
    s.out_channels = filter_out;
    s.groups = -1;
    if (s.in_channels >= 0 && filter_in > 0) {
      const bool no_channels = s.in_channels == 0 && node.op() == "Conv2D";
      node.require(s.in_channels % filter_in == 0 && (s.in_channels > 0 || no_channels),
                   "input depth ", s.in_channels, " is not a multiple of the filter's input depth ",
                   filter_in);
      s.groups = no_channels ? 1 : s.in_channels / filter_in;
      node.require(kind.groups == 0 || kind.groups == s.groups, "input depth ", s.in_channels,
                   " must be ", kind.groups, " times the filter's input depth ", filter_in);
      node.require(filter_out < 0 || filter_out % s.groups == 0, "output depth ", filter_out,
                   " is not a multiple of the number of groups ", s.groups);
    }
  }
  s.stride = w.stride;
  s.dilation = w.dilation;
  s.channels_first = layout.channels_first;
  s.threads = max_threads();
  g.output = Shape::unknown_dims(kind.rank);
  g.output[0] = s.batch;
  g.output[layout.channel()] = s.out_channels;
  for (size_t d = layout.first(); d < 3; ++d) {
    s.in[d] = x[layout.space(d)];
    s.kernel[d] = filter[static_cast<int>(d - layout.first())];
    const shapes::Window window = w.along(node, d, s.in[d], s.kernel[d]);
    s.out[d] = g.output[layout.space(d)] = window.output;
    s.pad[d] = window.before;
  }
  forget_what_does_not_matter(s);
  return g;
}

Shape conv_input_shape(const NodeAccess& node, const ConvKind& kind, const Shape& sizes,
                       const Shape& filter, const Shape& dy) {
  if (!sizes.has_rank() || sizes.rank() == kind.rank) return sizes;
  const ImageLayout layout = image_layout(node, kind.rank);
  node.require(sizes.rank() == layout.spaces(), "input_sizes must have ", kind.rank, " or ",
               layout.spaces(), " numbers, but has ", sizes.rank());
  Shape x = Shape::unknown_dims(kind.rank);
  if (dy.rank() == kind.rank) x[0] = dy[0];
  if (filter.rank() == kind.rank) x[layout.channel()] = filter[kind.rank - 2];
  for (size_t d = layout.first(); d < 3; ++d) {
    x[layout.space(d)] = sizes[static_cast<int>(d - layout.first())];
  }
  return x;
}

bool windows_are_near(const kernels::ConvSpec& s) {
  constexpr int64_t kSlack = 64;
  for (size_t d = 0; d < 3; ++d) {
    const int64_t reach = (s.kernel[d] - 1) * s.dilation[d];
    if (reach > 2 * s.in[d] + kSlack || s.pad[d] > s.in[d] + kSlack) return false;
  }
  return true;
}

}  // namespace rill
