#include "kernels/winograd_gradient.h"

#include <algorithm>

#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kPlanes = 36;
constexpr int64_t kMostParts = 8;
constexpr int64_t kPartFloats = int64_t{1} << 21;     // the sums of all parts
constexpr int64_t kBlockFloats = int64_t{192} << 10;  // transformed tiles that stay in the cache
constexpr int64_t kWorthTiles = 24;                   // that make up for transforming the sums
constexpr int64_t kLeastTiles = 48, kMostTiles = 192;
constexpr int64_t kMostMatrix = int64_t{1} << 18;  // floats of a tap: its 36 sums are 36 MiB

}  // namespace

bool winograd_gradient_pays(const ConvSpec& s) {
  if (!s.allow_winograd || s.groups != 1 || s.in[0] != 1 || s.kernel != Dims3{1, 3, 3} ||
      s.stride != Dims3{1, 1, 1} || s.dilation != Dims3{1, 1, 1} || s.pad[0] != 0) {
    return false;
  }
  const int64_t least = std::min(s.in_channels, s.out_channels);
  const int64_t tiles = s.batch * div_up(s.out[1], 4) * div_up(s.out[2], 4);
  return least >= 16 && s.in_channels * s.out_channels <= kMostMatrix && s.out[1] >= 4 &&
         s.out[2] >= 4 && tiles >= kWorthTiles;
}

WinogradFilterGradient::WinogradFilterGradient(const ConvSpec& spec)
    : spec_(spec),
      tiles_x_(div_up(spec.out[2], 4)),
      image_tiles_(tiles_x_ * div_up(spec.out[1], 4)),
      tiles_(spec.batch * image_tiles_),
      matrix_(spec.in_channels * spec.out_channels),
      dy_pitch_(round_up(spec.out_channels, dense_table().vector)) {
  block_ = std::clamp(kBlockFloats / (kPlanes * (spec.in_channels + dy_pitch_)), kLeastTiles,
                      kMostTiles);
  parts_ = std::clamp<int64_t>(kPartFloats / (kPlanes * matrix_), 1,
                               std::min(kMostParts, div_up(tiles_, block_)));
  // The odd end keeps the planes out of each other's cache sets.
  x_plane_ = block_ * spec.in_channels + 16;
  dy_plane_ = block_ * dy_pitch_ + 16;
}

size_t WinogradFilterGradient::scratch_bytes() const noexcept {
  const int64_t blocks = parts_ > 1 ? std::max(1, spec_.threads) : 1;
  return scratch_floats(kPlanes * matrix_) * static_cast<size_t>(parts_) +
         scratch_floats(kPlanes * (x_plane_ + dy_plane_)) * static_cast<size_t>(blocks);
}

WinogradFilterGradient::Block WinogradFilterGradient::block(std::byte* memory) const {
  auto* x = reinterpret_cast<float*>(memory);
  return {x, x + kPlanes * x_plane_};
}

// Tiles [first, last), where `origin` is the first of the block.
void WinogradFilterGradient::transform(const float* x, const float* dy, int64_t first, int64_t last,
                                       int64_t origin, const Block& to) const {
  for (int64_t t = first; t < last;) {
    const int64_t image = t / image_tiles_;
    WinogradTiles job{};
    job.tiles_x = tiles_x_;
    job.first = t - image * image_tiles_;
    job.count = std::min(last, (image + 1) * image_tiles_) - t;
    job.x = x + image * spec_.in[1] * spec_.in[2] * spec_.in_channels;
    job.height = spec_.in[1];
    job.width = spec_.in[2];
    job.channels = spec_.in_channels;
    job.pad_top = spec_.pad[1];
    job.pad_left = spec_.pad[2];
    job.v = to.x + (t - origin) * spec_.in_channels;
    job.plane = x_plane_;
    dense_table().winograd_input(job);
    job.x = dy + image * spec_.out[1] * spec_.out[2] * spec_.out_channels;
    job.height = spec_.out[1];
    job.width = spec_.out[2];
    job.channels = spec_.out_channels;
    job.v = to.dy + (t - origin) * dy_pitch_;
    job.plane = dy_plane_;
    dense_table().winograd_spread(job);
    t += job.count;
  }
}

void WinogradFilterGradient::add_products(const Block& block, int64_t tiles, int64_t plane,
                                          bool accumulate, float* sums) const {
  constexpr int64_t kStart = 0;
  OuterJob job{};
  job.a = block.x + plane * x_plane_;
  job.b = block.dy + plane * dy_plane_;
  job.a_at = job.b_at = &kStart;
  job.segments = 1;
  job.length = tiles;
  job.a_step = job.m = spec_.in_channels;
  job.b_step = dy_pitch_;
  job.n = spec_.out_channels;
  job.c = sums + plane * matrix_;
  job.accumulate = accumulate;
  dense_table().outer(job);
}

void WinogradFilterGradient::run(const float* x, const float* dy, float* dw, void* scratch) const {
  auto* sums = static_cast<float*>(scratch);
  const size_t part_bytes = scratch_floats(kPlanes * matrix_);
  const auto part_floats = static_cast<int64_t>(part_bytes / sizeof(float));
  std::byte* memory = static_cast<std::byte*>(scratch) + part_bytes * static_cast<size_t>(parts_);
  const int64_t blocks = div_up(tiles_, block_);
  const auto end_of = [&](int64_t b) { return std::min(tiles_, (b + 1) * block_); };
  if (parts_ > 1) {
    const size_t slot_bytes = scratch_floats(kPlanes * (x_plane_ + dy_plane_));
    for_tasks(spec_.threads, parts_, [&](int slot, int64_t part) {
      const Block mine = block(memory + static_cast<size_t>(slot) * slot_bytes);
      const int64_t first = blocks * part / parts_, last = blocks * (part + 1) / parts_;
      for (int64_t b = first; b < last; ++b) {
        transform(x, dy, b * block_, end_of(b), b * block_, mine);
        for (int64_t plane = 0; plane < kPlanes; ++plane) {
          add_products(mine, end_of(b) - b * block_, plane, b > first, sums + part * part_floats);
        }
      }
    });
  } else {
    const Block shared = block(memory);
    for (int64_t b = 0; b < blocks; ++b) {
      const int64_t first = b * block_, tiles = end_of(b) - first;
      const int64_t step = std::max<int64_t>(1, tiles / (2 * std::max(1, spec_.threads)));
      for_tasks(spec_.threads, div_up(tiles, step), [&](int, int64_t task) {
        const int64_t from = first + task * step;
        transform(x, dy, from, std::min(end_of(b), from + step), first, shared);
      });
      for_tasks(spec_.threads, kPlanes,
                [&](int, int64_t plane) { add_products(shared, tiles, plane, b > 0, sums); });
    }
  }
  const int64_t grain = round_up(std::max<int64_t>(1024, matrix_ / 16), dense_table().vector);
  parallel_for(matrix_, grain, [&](int64_t begin, int64_t end) {
    for (int64_t plane = 0; plane < kPlanes; ++plane) {
      float* to = sums + plane * matrix_;
      for (int64_t part = 1; part < parts_; ++part) {
        const float* from = to + part * part_floats;
        for (int64_t i = begin; i < end; ++i) to[i] += from[i];
      }
    }
    dense_table().winograd_gather(sums, matrix_, begin, end, dw);
  });
}

}  // namespace rill::kernels
