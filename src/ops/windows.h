// Windows that move over images: what convolutions, pools and their gradients read from their
// attributes. Space is always three-dimensional here (depth, height, width), as the kernels have
// it; a lower dimension has size 1 and stands in front.
#pragma once

#include <string>

#include "kernels/conv.h"
#include "op/prepared.h"
#include "op/shape_context.h"

namespace rill {

// Which dimensions of a tensor hold channels and space; 0 is the batch.
struct ImageLayout {
  int rank = 4;
  bool channels_first = false;

  int channel() const { return channels_first ? 1 : rank - 1; }
  int spaces() const { return rank - 2; }
  // The first of the three dimensions of the kernels that the tensor has.
  size_t first() const { return static_cast<size_t>(5 - rank); }
  // The dimension of the tensor for dimension d of the kernels.
  int space(size_t d) const { return static_cast<int>(d - first()) + (channels_first ? 2 : 1); }
};
// From data_format; channels last without one. Throws UNIMPLEMENTED for NCHW_VECT_C.
ImageLayout image_layout(const NodeAccess& node, int rank);

struct Windows {
  ImageLayout layout;
  kernels::Dims3 stride{1, 1, 1}, dilation{1, 1, 1};
  std::string padding = "VALID";
  kernels::Dims3 before{0, 0, 0}, after{0, 0, 0};  // of EXPLICIT

  // The window along dimension d; -1 is an unknown size.
  shapes::Window along(const NodeAccess& node, size_t d, int64_t in, int64_t kernel) const;
};

// Reads a list as long as the rank: positive numbers below 2^31, 1 for the batch. The one of the
// channels goes to *channel, or must be 1.
kernels::Dims3 read_window_list(const NodeAccess& node, std::string_view what,
                                const std::vector<int64_t>& list, const ImageLayout& layout,
                                int64_t* channel = nullptr);
// strides, dilations, padding, explicit_paddings and data_format; what is no attribute is as here.
Windows read_windows(const NodeAccess& node, int rank);
// padding and explicit_paddings only.
void read_padding(const NodeAccess& node, Windows& windows);

// One convolution. In shape inference unknown sizes are -1.
struct ConvGeometry {
  kernels::ConvSpec spec;
  Shape output;
};
struct ConvKind {
  int rank = 4;  // of x
  bool depthwise = false;
  int64_t groups = 0;  // given by an attribute; 0: the filter says
};
// Throws INVALID_ARGUMENT when x and the filter do not fit each other.
ConvGeometry conv_geometry(const NodeAccess& node, const ConvKind& kind, const Shape& x,
                           const Shape& filter);

// The part of a list of sizes that Conv*BackpropInput takes: all of x, or its space only.
Shape conv_input_shape(const NodeAccess& node, const ConvKind& kind, const Shape& sizes,
                       const Shape& filter, const Shape& dy);

// Prepared kernels: in[x] * in[filter], and the two gradients. The spec is that of conv_geometry.
Prepared bind_convolution(const PrepareContext& ctx, const kernels::ConvSpec& spec);
Prepared bind_input_gradient(const PrepareContext& ctx, const kernels::ConvSpec& spec);
// Inputs 0 (x) and 2 (dy).
Prepared bind_filter_gradient(const PrepareContext& ctx, const kernels::ConvSpec& spec);
// No window reads so far beyond the input that the fast kernels would waste memory on it.
bool windows_are_near(const kernels::ConvSpec& spec);

}  // namespace rill
