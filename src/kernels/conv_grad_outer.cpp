#include "kernels/conv_grad_outer.h"

#include <algorithm>
#include <cstring>

#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kMostParts = 8;
constexpr int64_t kPartFloats = int64_t{1} << 21;          // of all parts
constexpr int64_t kChunkFloats = 16384;                    // of x and dy: they stay in the cache
constexpr int64_t kLeastPixels = 128, kMostPixels = 1024;  // of a chunk
constexpr int64_t kLeastRows = 48;                         // of dw, of a split

}  // namespace

OuterFilterGradient::OuterFilterGradient(const ConvSpec& spec) : spec_(spec) {
  const int64_t wanted =
      std::clamp(kChunkFloats / std::max<int64_t>(1, spec.in_channels + spec.out_channels),
                 kLeastPixels, kMostPixels);
  chunks_ = OutputChunks(spec, wanted);
  const int64_t planes = chunks_.planes(), rows = chunks_.rows();
  // Windows of a row of x lie side by side, unless they are dilated.
  const bool whole_rows = spec.dilation[2] == 1;
  runs_ = spec.kernel[1] * (whole_rows ? 1 : spec.kernel[2]);
  run_rows_ = spec.in_channels * (whole_rows ? spec.kernel[2] : 1);
  const int64_t dw_rows = runs_ * run_rows_;
  dw_floats_ = spec.kernel[0] * dw_rows * spec.out_channels;
  parts_ = std::clamp<int64_t>(kPartFloats / std::max<int64_t>(1, dw_floats_), 1,
                               std::clamp<int64_t>(chunks_.count(), 1, kMostParts));
  if (spec.threads > 1) {
    splits_ = std::clamp<int64_t>(div_up(4 * spec.threads, parts_), 1,
                                  std::max<int64_t>(1, dw_rows / kLeastRows));
  }
  const int64_t width =
      (spec.out[2] - 1) * spec.stride[2] + (spec.kernel[2] - 1) * spec.dilation[2] + 1;
  if (spec.pad[2] > 0 || width > spec.in[2]) {
    x_row_floats_ = width * spec.in_channels;
    x_plane_rows_ = (rows - 1) * spec.stride[1] + (spec.kernel[1] - 1) * spec.dilation[1] + 1;
    x_bytes_ = scratch_floats(planes * x_plane_rows_ * x_row_floats_);
  }
  dy_step_ = round_up(spec.out_channels, dense_table().vector);
  if (dy_step_ != spec.out_channels) {
    dy_bytes_ = scratch_floats(planes * rows * spec.out[2] * dy_step_);
  }
  list_bytes_ = scratch_align(static_cast<size_t>(planes * rows) * sizeof(int64_t));
}

size_t OuterFilterGradient::scratch_bytes() const noexcept {
  return scratch_floats((parts_ - 1) * dw_floats_) +
         (x_bytes_ + dy_bytes_ + 2 * list_bytes_) * static_cast<size_t>(std::max(1, spec_.threads));
}

OuterFilterGradient::Lane OuterFilterGradient::lane(std::byte* at) const {
  Lane l{};
  l.x_rows = reinterpret_cast<float*>(at);
  l.dy_rows = reinterpret_cast<float*>(at += x_bytes_);
  l.x_at = reinterpret_cast<int64_t*>(at += dy_bytes_);
  l.dy_at = reinterpret_cast<int64_t*>(at + list_bytes_);
  return l;
}

// The rows of x inside the image that the windows of a chunk see.
void OuterFilterGradient::copy_x(const OutputChunk& chunk, int64_t kd, const float* x,
                                 float* to) const {
  const auto& s = spec_;
  const int64_t rows = (chunk.rows - 1) * s.stride[1] + (s.kernel[1] - 1) * s.dilation[1] + 1;
  const int64_t before = s.pad[2] * s.in_channels;
  const int64_t inside = std::clamp<int64_t>(x_row_floats_ - before, 0, s.in[2] * s.in_channels);
  const auto bytes = [](int64_t floats) { return static_cast<size_t>(floats) * sizeof(float); };
  for (int64_t p = 0; p < chunk.planes; ++p) {
    const int64_t plane = chunk.first_plane + p;
    const int64_t z = seen_depth(s, plane, kd);
    if (z < 0 || z >= s.in[0]) continue;
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t y = chunk.first_row * s.stride[1] - s.pad[1] + r;
      if (y < 0 || y >= s.in[1]) continue;
      float* row = to + (p * x_plane_rows_ + r) * x_row_floats_;
      const float* from = x + image_row(s, plane, z, y);
      std::memset(row, 0, bytes(std::min(before, x_row_floats_)));
      if (inside > 0) std::memcpy(row + before, from, bytes(inside));
      const int64_t done = std::min(before + inside, x_row_floats_);
      std::memset(row + done, 0, bytes(x_row_floats_ - done));
    }
  }
}

void OuterFilterGradient::copy_dy(const OutputChunk& chunk, const float* dy, float* to) const {
  const int64_t n = spec_.out_channels;
  const float* from = dy + (chunk.first_plane * spec_.out[1] + chunk.first_row) * spec_.out[2] * n;
  const int64_t pixels = chunk.planes * chunk.rows * spec_.out[2];
  for (int64_t i = 0; i < pixels; ++i) {
    std::memcpy(to + i * dy_step_, from + i * n, static_cast<size_t>(n) * sizeof(float));
    std::fill(to + i * dy_step_ + n, to + (i + 1) * dy_step_, 0.0f);
  }
}

void OuterFilterGradient::add_windows(const OutputChunk& chunk, int64_t kd, int64_t split,
                                      bool first, const float* x, const float* dy, float* dw,
                                      const Lane& lane) const {
  const auto& s = spec_;
  const bool copied = x_row_floats_ > 0, copied_dy = dy_bytes_ > 0;
  const int64_t all = runs_ * run_rows_;
  const int64_t begin = all * split / splits_, end = all * (split + 1) / splits_;
  OuterJob job{};
  job.a_at = lane.x_at;
  job.b = copied_dy ? lane.dy_rows : dy;
  job.b_at = lane.dy_at;
  job.length = s.out[2];
  job.a_step = s.stride[2] * s.in_channels;
  job.b_step = dy_step_;
  job.n = s.out_channels;
  job.accumulate = !first;
  for (int64_t run = begin / run_rows_; run * run_rows_ < end; ++run) {
    const int64_t from = std::max(begin, run * run_rows_);
    const int64_t to = std::min(end, (run + 1) * run_rows_);
    const int64_t runs_in_row = runs_ / s.kernel[1];
    const int64_t kh = run / runs_in_row, kw = run % runs_in_row;
    job.segments = 0;
    for (int64_t p = 0; p < chunk.planes; ++p) {
      const int64_t plane = chunk.first_plane + p;
      const int64_t z = seen_depth(s, plane, kd);
      if (z < 0 || z >= s.in[0]) continue;
      for (int64_t r = 0; r < chunk.rows; ++r) {
        const int64_t down = r * s.stride[1] + kh * s.dilation[1];
        const int64_t y = chunk.first_row * s.stride[1] - s.pad[1] + down;
        if (y < 0 || y >= s.in[1]) continue;
        const int64_t row =
            copied ? (p * x_plane_rows_ + down) * x_row_floats_ : image_row(s, plane, z, y);
        lane.x_at[job.segments] = row + kw * s.dilation[2] * s.in_channels;
        lane.dy_at[job.segments++] =
            (copied_dy ? p * chunk.rows + r : plane * s.out[1] + chunk.first_row + r) * s.out[2] *
            dy_step_;
      }
    }
    if (job.segments == 0 && !first) continue;
    job.a = (copied ? lane.x_rows : x) + (from - run * run_rows_);
    job.m = to - from;
    job.c = dw + (kd * all + from) * s.out_channels;
    dense_table().outer(job);
  }
}

void OuterFilterGradient::add_part(int64_t part, int64_t split, const float* x, const float* dy,
                                   float* dw, const Lane& lane) const {
  const int64_t begin = chunks_.count() * part / parts_;
  const int64_t end = chunks_.count() * (part + 1) / parts_;
  for (int64_t index = begin; index < end; ++index) {
    const OutputChunk now = chunks_[index];
    if (dy_bytes_ > 0) copy_dy(now, dy, lane.dy_rows);
    for (int64_t kd = 0; kd < spec_.kernel[0]; ++kd) {
      if (x_row_floats_ > 0) copy_x(now, kd, x, lane.x_rows);
      add_windows(now, kd, split, index == begin, x, dy, dw, lane);
    }
  }
}

void OuterFilterGradient::run(const float* x, const float* dy, float* dw, void* scratch) const {
  if (dw_floats_ == 0) return;
  if (chunks_.count() == 0 || spec_.out[2] == 0) {
    std::memset(dw, 0, static_cast<size_t>(dw_floats_) * sizeof(float));
    return;
  }
  auto* others = static_cast<float*>(scratch);  // sums of all parts but the first
  std::byte* lanes = static_cast<std::byte*>(scratch) + scratch_floats((parts_ - 1) * dw_floats_);
  const size_t lane_bytes = x_bytes_ + dy_bytes_ + 2 * list_bytes_;
  for_tasks(spec_.threads, parts_ * splits_, [&](int slot, int64_t task) {
    const int64_t part = task / splits_;
    add_part(part, task % splits_, x, dy, part == 0 ? dw : others + (part - 1) * dw_floats_,
             lane(lanes + static_cast<size_t>(slot) * lane_bytes));
  });
  if (parts_ == 1) return;
  parallel_for(dw_floats_, 8192, [&](int64_t begin, int64_t end) {
    for (int64_t p = 1; p < parts_; ++p) {
      const float* part = others + (p - 1) * dw_floats_;
      for (int64_t i = begin; i < end; ++i) dw[i] += part[i];
    }
  });
}

}  // namespace rill::kernels
