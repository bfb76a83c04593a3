#include "kernels/conv_chain.h"

#include <algorithm>
#include <cstring>

#include "kernels/conv_variants.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kStripFloats = 96 << 10;  // between the convolutions: less than half a cache
constexpr int64_t kFewestRows = 4;          // of a task; its neighbours make some of them, too

AlignedFloats packed(const float* filter, int64_t k, int64_t n) {
  const DenseTable& table = dense_table();
  AlignedFloats out(packed_floats(table, k, n));
  table.pack(filter, n, 1, k, n, out.get(), 0, k);
  return out;
}

// Rows of the input under one row of the output.
int64_t window_rows(const ConvSpec& s) { return (s.kernel[1] - 1) * s.dilation[1] + 1; }

}  // namespace

ConvChain::ConvChain(const ConvChainSpec& spec, const float* expand_filter,
                     const float* depthwise_filter, const float* project_filter)
    : spec_(spec) {
  const ConvSpec& s = spec.depthwise;
  const int64_t channels = s.in_channels;
  if (spec.expands) expand_ = packed(expand_filter, spec.expand.in_channels, channels);
  if (spec.projects) project_ = packed(project_filter, channels, spec.project.out_channels);
  const int64_t taps = s.kernel[1] * s.kernel[2] * channels;
  depthwise_ = AlignedFloats(taps);
  std::copy_n(depthwise_filter, taps, depthwise_.get());

  threads_ = std::max(1, s.threads);
  const int64_t height = s.out[1];
  if (s.batch < 2 * threads_ && threads_ > 1) {
    parts_ = std::clamp<int64_t>(height / kFewestRows, 1, threads_);
  }
  const int64_t in_row = spec.expands ? s.in[2] * channels : 0;
  const int64_t out_row = spec.projects ? s.out[2] * channels : 0;
  const int64_t window = window_rows(s);
  const int64_t share = (height + parts_ - 1) / parts_;
  const int64_t room = kStripFloats - (window - s.stride[1]) * in_row;
  const int64_t fit = room / std::max<int64_t>(1, s.stride[1] * in_row + out_row);
  const int64_t strips =
      (share + std::clamp<int64_t>(fit, 1, share) - 1) / std::clamp<int64_t>(fit, 1, share);
  strip_ = (share + strips - 1) / strips;
  expanded_rows_ = std::min(s.in[1], (strip_ - 1) * s.stride[1] + window);
  expanded_bytes_ = scratch_floats(expanded_rows_ * in_row);
  filtered_bytes_ = scratch_floats(strip_ * out_row);
  const int64_t pixels = std::max(expanded_rows_ * s.in[2], strip_ * s.out[2]);
  pointer_bytes_ = scratch_align(static_cast<size_t>(pixels) * sizeof(void*));
  slot_bytes_ = expanded_bytes_ + filtered_bytes_ + 2 * pointer_bytes_;
}

ConvChain::Slot ConvChain::slot_at(void* scratch, int slot) const noexcept {
  auto* bytes = static_cast<std::byte*>(scratch) + static_cast<size_t>(slot) * slot_bytes_;
  Slot s{};
  s.expanded = reinterpret_cast<float*>(bytes);
  s.filtered = reinterpret_cast<float*>(bytes += expanded_bytes_);
  s.from = reinterpret_cast<const float**>(bytes += filtered_bytes_);
  s.to = reinterpret_cast<float**>(bytes + pointer_bytes_);
  return s;
}

// y = activation(x B + bias + residual) for `pixels` rows of k floats.
void ConvChain::product(const float* x, const float* packed, int64_t k, int64_t n, int64_t pixels,
                        const float* bias, Activation act, const float* residual, float* y,
                        const Slot& slot) const {
  const DenseTable& table = dense_table();
  for (int64_t i = 0; i < pixels; ++i) {
    slot.from[i] = x + i * k;
    slot.to[i] = y + i * n;
  }
  PanelJob job = product_job(slot.from, slot.to, pixels, packed, k, n, table.panel_width);
  job.bias = bias;
  job.residual = residual;
  job.c_base = y;
  job.act = act;
  table.panels(job);
}

// Output rows [first, last) of one image.
void ConvChain::rows(const Args& args, int64_t image, int64_t first, int64_t last,
                     const Slot& slot) const {
  const ConvSpec& s = spec_.depthwise;
  const int64_t channels = s.in_channels;
  const int64_t in = spec_.expands ? spec_.expand.in_channels : channels;
  const int64_t out = spec_.projects ? spec_.project.out_channels : channels;
  const float* x = args.x + image * s.in[1] * s.in[2] * in;
  const int64_t y_at = image * s.out[1] * s.out[2] * out;

  DepthwiseRows job = depthwise_rows(s);
  job.x = x;
  job.w = depthwise_.get();
  job.bias = args.depthwise_bias;

  int64_t have0 = 0, have1 = 0;  // rows of the input that lie expanded in the slot
  for (int64_t row = first; row < last; row += strip_) {
    const int64_t end = std::min(last, row + strip_);
    const int64_t top = row * s.stride[1] - s.pad[1];
    const int64_t need0 = std::clamp<int64_t>(top, 0, s.in[1]);
    const int64_t need1 =
        std::clamp<int64_t>((end - 1) * s.stride[1] - s.pad[1] + window_rows(s), need0, s.in[1]);
    int64_t base = 0;  // the row of the input at job.x
    if (spec_.expands) {
      const int64_t pitch = s.in[2] * channels;
      const int64_t kept = std::max<int64_t>(0, have1 - need0);
      if (kept > 0) {
        std::memmove(slot.expanded, slot.expanded + (need0 - have0) * pitch,
                     static_cast<size_t>(kept * pitch) * sizeof(float));
      }
      const int64_t from = need0 + kept;
      product(x + from * s.in[2] * in, expand_.get(), in, channels, (need1 - from) * s.in[2],
              args.expand_bias, spec_.expand.act, nullptr, slot.expanded + kept * pitch, slot);
      have0 = base = need0;
      have1 = need1;
      job.x = slot.expanded;
      job.in_h = need1 - need0;
    }
    // Rows count from `row`, and those of the input from `base`.
    float* y = args.y + y_at + row * s.out[2] * out;
    const float* residual = args.residual ? args.residual + y_at + row * s.out[2] * out : nullptr;
    job.pad_top = base - top;
    job.first_row = 0;
    job.last_row = end - row;
    job.y = spec_.projects ? slot.filtered : y;
    job.residual = spec_.projects ? nullptr : residual;
    dense_table().depthwise(job);
    if (spec_.projects) {
      product(slot.filtered, project_.get(), channels, out, (end - row) * s.out[2],
              args.project_bias, spec_.project.act, residual, y, slot);
    }
  }
}

void ConvChain::run(const Args& args, void* scratch) const {
  const int64_t height = spec_.depthwise.out[1];
  for_tasks(threads_, spec_.depthwise.batch * parts_, [&](int slot, int64_t task) {
    const int64_t part = task % parts_;
    rows(args, task / parts_, part * height / parts_, (part + 1) * height / parts_,
         slot_at(scratch, slot));
  });
}

}  // namespace rill::kernels
