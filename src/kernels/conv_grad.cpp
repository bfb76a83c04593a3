#include "kernels/conv_grad.h"

#include <algorithm>
#include <cstring>

#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kChunkPixels = 1024;  // the depth of a product: a panel stays in the cache
constexpr int64_t kWantedRows = 96;     // window elements times channels of a task

}  // namespace

FilterGradient::FilterGradient(const ConvSpec& spec) : spec_(spec), chunks_(spec, kChunkPixels) {
  const DenseTable& table = dense_table();
  const int64_t planes = chunks_.planes(), rows = chunks_.rows();
  slab_rows_ = (rows - 1) * spec.stride[1] + (spec.kernel[1] - 1) * spec.dilation[1] + 1;
  // Columns by residue of the stride, so that the outputs of a row read contiguous floats.
  slab_width_ = spec.out[2] + (spec.kernel[2] - 1) * spec.dilation[2] / spec.stride[2];
  plane_floats_ = slab_rows_ * spec.stride[2] * slab_width_;
  const int64_t taps = spec.kernel[1] * spec.kernel[2];
  const int64_t group_in = spec.in_channels / spec.groups;
  const int64_t group_out = spec.out_channels / spec.groups;
  panels_ = div_up(group_out, table.panel_width);
  panels_per_task_ = panels_;
  channels_per_task_ = std::clamp<int64_t>(div_up(kWantedRows, taps), 1, group_in);
  const auto tasks = [&] { return spec.groups * div_up(group_in, channels_per_task_); };
  const int64_t wanted = spec.threads > 1 ? 3 * spec.threads : 1;
  while (tasks() < wanted && channels_per_task_ > 1 && channels_per_task_ * taps > 24) {
    channels_per_task_ = div_up(channels_per_task_, 2);
  }
  if (tasks() < wanted) {
    panels_per_task_ = div_up(panels_, std::min(panels_, div_up(wanted, tasks())));
  }
  packed_bytes_ = scratch_align(static_cast<size_t>(spec.groups * planes * rows * spec.out[2] *
                                                    round_up(group_out, table.vector)) *
                                sizeof(float));
  slot_bytes_ = scratch_align(static_cast<size_t>(channels_per_task_ * planes * plane_floats_) *
                              sizeof(float)) +
                2 * scratch_align(static_cast<size_t>(channels_per_task_ * taps) * sizeof(void*)) +
                scratch_align(static_cast<size_t>(planes * rows) * sizeof(int64_t));
}

size_t FilterGradient::scratch_bytes() const noexcept {
  return packed_bytes_ + slot_bytes_ * static_cast<size_t>(std::max(1, spec_.threads));
}

int64_t FilterGradient::panel_tasks() const { return div_up(panels_, panels_per_task_); }

// slab[channel][plane][row][residue][column] = x at column * stride + residue - pad.
void FilterGradient::fill(const OutputChunk& chunk, int64_t kd, int64_t channel, int64_t channels,
                          const float* x, float* slab) const {
  const auto& s = spec_;
  const int64_t pitch = chunks_.planes() * plane_floats_;  // between channels
  const int64_t rows = (chunk.rows - 1) * s.stride[1] + (s.kernel[1] - 1) * s.dilation[1] + 1;
  const int64_t width = slab_width_ * s.stride[2];
  for (int64_t p = 0; p < chunk.planes; ++p) {
    const int64_t plane = chunk.first_plane + p;
    const int64_t z = seen_depth(s, plane, kd);
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t y = chunk.first_row * s.stride[1] - s.pad[1] + r;
      float* to = slab + p * plane_floats_ + r * width;
      const bool inside = z >= 0 && z < s.in[0] && y >= 0 && y < s.in[1];
      const float* from = x + image_row(s, plane, z, y) + channel;
      for (int64_t i = 0; i < width; ++i) {
        const int64_t column = i - s.pad[2];
        float* at = to + i % s.stride[2] * slab_width_ + i / s.stride[2];
        if (inside && column >= 0 && column < s.in[2]) {
          const float* value = from + column * s.in_channels;
          for (int64_t c = 0; c < channels; ++c) at[c * pitch] = value[c];
        } else {
          for (int64_t c = 0; c < channels; ++c) at[c * pitch] = 0.0f;
        }
      }
    }
  }
}

void FilterGradient::task(const OutputChunk& chunk, bool first, int64_t kd, int64_t index,
                          const float* x, const float* packed, float* dw, std::byte* slot) const {
  const auto& s = spec_;
  const DenseTable& table = dense_table();
  const int64_t group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  const int64_t blocks = div_up(group_in, channels_per_task_);
  const int64_t panel0 = index % panel_tasks() * panels_per_task_;
  index /= panel_tasks();
  const int64_t c0 = index % blocks * channels_per_task_;
  const int64_t channels = std::min(channels_per_task_, group_in - c0);
  const int64_t group = index / blocks;
  const int64_t taps = s.kernel[1] * s.kernel[2];

  auto* slab = reinterpret_cast<float*>(slot);
  slot += scratch_align(static_cast<size_t>(channels_per_task_ * chunks_.planes() * plane_floats_) *
                        sizeof(float));
  const size_t pointers =
      scratch_align(static_cast<size_t>(channels_per_task_ * taps) * sizeof(void*));
  auto** a = reinterpret_cast<const float**>(slot);
  auto** c = reinterpret_cast<float**>(slot + pointers);
  auto* offsets = reinterpret_cast<int64_t*>(slot + 2 * pointers);
  fill(chunk, kd, group * group_in + c0, channels, x, slab);

  const int64_t row_pitch = s.stride[2] * slab_width_;
  PanelJob job;
  for (int64_t kh = 0; kh < s.kernel[1]; ++kh) {
    for (int64_t kw = 0; kw < s.kernel[2]; ++kw) {
      const int64_t shift = kw * s.dilation[2];
      const int64_t at =
          kh * s.dilation[1] * row_pitch + shift % s.stride[2] * slab_width_ + shift / s.stride[2];
      const int64_t row = ((kd * s.kernel[1] + kh) * s.kernel[2] + kw) * group_in + c0;
      for (int64_t i = 0; i < channels; ++i) {
        a[job.m] = slab + i * chunks_.planes() * plane_floats_ + at;
        c[job.m++] = dw + (row + i) * s.out_channels + group * group_out;
      }
    }
  }
  for (int64_t p = 0; p < chunk.planes; ++p) {
    for (int64_t r = 0; r < chunk.rows; ++r) {
      offsets[job.ntaps++] = p * plane_floats_ + r * s.stride[1] * row_pitch;
    }
  }
  job.a = a;
  job.c = c;
  job.taps = offsets;
  job.klen = s.out[2];
  job.k_total = job.ntaps * job.klen;
  job.b = packed + group * job.k_total * round_up(group_out, table.vector);
  job.first_panel = panel0;
  job.last_panel = std::min(panels_, panel0 + panels_per_task_);
  job.n = group_out;
  job.accumulate = !first;
  table.panels(job);
}

void FilterGradient::run(const float* x, const float* dy, float* dw, void* scratch) const {
  const auto& s = spec_;
  const DenseTable& table = dense_table();
  const int64_t group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  const int64_t size = s.kernel[0] * s.kernel[1] * s.kernel[2] * group_in * s.out_channels;
  if (size == 0) return;
  if (chunks_.count() == 0 || s.out[2] == 0) {
    std::memset(dw, 0, static_cast<size_t>(size) * sizeof(float));
    return;
  }
  auto* packed = static_cast<float*>(scratch);
  std::byte* slots = static_cast<std::byte*>(scratch) + packed_bytes_;
  const int64_t tasks = s.groups * div_up(group_in, channels_per_task_) * panel_tasks();
  for (int64_t index = 0; index < chunks_.count(); ++index) {
    const OutputChunk chunk = chunks_[index];
    const int64_t depth = chunk.planes * chunk.rows * s.out[2];
    const float* from =
        dy + (chunk.first_plane * s.out[1] + chunk.first_row) * s.out[2] * s.out_channels;
    for_tasks(s.threads, s.groups * panels_, [&](int, int64_t task) {
      const int64_t group = task / panels_, column = task % panels_ * table.panel_width;
      table.pack(from + group * group_out + column, s.out_channels, 1, depth,
                 std::min(table.panel_width, group_out - column),
                 packed + group * depth * round_up(group_out, table.vector) + column * depth, 0,
                 depth);
    });
    for (int64_t kd = 0; kd < s.kernel[0]; ++kd) {
      for_tasks(s.threads, tasks, [&](int slot, int64_t one) {
        task(chunk, index == 0, kd, one, x, packed, dw,
             slots + static_cast<size_t>(slot) * slot_bytes_);
      });
    }
  }
}

}  // namespace rill::kernels
