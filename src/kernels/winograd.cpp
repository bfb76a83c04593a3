#include <algorithm>

#include "kernels/conv_variants.h"
#include "kernels/dense_table.h"
#include "kernels/packed.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kPlanes = 36, kTaps = 9;
constexpr int64_t kBlockBytes = 768 << 10;  // transformed input and result of a task
constexpr int64_t kMinTiles = 24, kMaxTiles = 96;
constexpr int64_t kTilesForTransform = 64;  // that make up for transforming the filter in each run
constexpr int64_t kMaxChannels = 1024;      // a panel of that many rows stays in the second cache

// Two ways to share the work. Enough tiles: each task takes a block of them through all three
// steps in its own scratch. Few tiles: one step after another, all threads on each.
class Winograd final : public Convolution {
 public:
  // turned: the filter is that of the convolution whose gradient this is.
  Winograd(const ConvSpec& spec, const float* constant_filter, bool turned)
      : spec_(spec), turned_(turned) {
    const DenseTable& table = dense_table();
    tiles_x_ = (spec.out[2] + 3) / 4;
    image_tiles_ = tiles_x_ * ((spec.out[1] + 3) / 4);
    tiles_ = spec.batch * image_tiles_;
    matrix_ = packed_floats(table, spec.in_channels, spec.out_channels);
    panels_ = (spec.out_channels + table.panel_width - 1) / table.panel_width;
    if (constant_filter) {
      filter_ = AlignedFloats(kPlanes * matrix_);
      const AlignedFloats turned_filter(turned ? turned_floats() : 0);
      transform(constant_filter, turned_filter.get(), filter_.get());
    } else {
      filter_bytes_ = scratch_floats(kPlanes * matrix_);
      turned_bytes_ = turned ? scratch_floats(turned_floats()) : 0;
    }
    const int64_t tile_bytes = kPlanes * 4 * (spec.in_channels + spec.out_channels);
    block_ = std::clamp(kBlockBytes / tile_bytes, kMinTiles, kMaxTiles);
    together_ = spec.threads > 1 && tiles_ < 2 * spec.threads * kMinTiles;
    if (together_) {
      block_ = tiles_;
    } else {
      const int64_t parts = round_up((tiles_ + block_ - 1) / block_, spec.threads);
      block_ = std::max<int64_t>(1, (tiles_ + parts - 1) / parts);
    }
    // The odd end keeps the planes out of each other's cache sets.
    v_plane_ = block_ * spec.in_channels + 16;
    m_plane_ = block_ * spec.out_channels + 16;
    slot_bytes_ =
        scratch_align(static_cast<size_t>(kPlanes * (v_plane_ + m_plane_)) * sizeof(float)) +
        2 * scratch_align(static_cast<size_t>(block_) * sizeof(void*));
  }

  size_t scratch_bytes() const noexcept override {
    return filter_bytes_ +
           std::max(turned_bytes_, slot_bytes_ * static_cast<size_t>(spec_.threads));
  }
  const char* name() const noexcept override { return "winograd4x4"; }

  void run(const float* x, const float* filter, const float* bias, const float* residual, float* y,
           void* scratch) const override {
    auto* bytes = static_cast<std::byte*>(scratch);
    const float* u = filter_.get();
    if (!filter_) {
      auto* made = reinterpret_cast<float*>(bytes);
      bytes += filter_bytes_;
      transform(filter, reinterpret_cast<float*>(bytes), made);
      u = made;
    }
    if (!together_) {
      for_tasks(spec_.threads, (tiles_ + block_ - 1) / block_, [&](int slot, int64_t task) {
        std::byte* mine = bytes + static_cast<size_t>(slot) * slot_bytes_;
        const int64_t first = task * block_, last = std::min(tiles_, first + block_);
        inputs(x, first, first, last, mine);
        products(u, first, last, 0, kPlanes, mine, pointers(mine));
        outputs(first, first, last, bias, residual, y, mine);
      });
      return;
    }
    const int64_t step = std::max<int64_t>(1, tiles_ / (2 * spec_.threads));
    const int64_t tile_tasks = (tiles_ + step - 1) / step;
    for_tasks(spec_.threads, tile_tasks, [&](int, int64_t task) {
      inputs(x, 0, task * step, std::min(tiles_, (task + 1) * step), bytes);
    });
    for_tasks(spec_.threads, kPlanes, [&](int slot, int64_t plane) {
      products(u, 0, tiles_, plane, plane + 1, bytes,
               pointers(bytes + static_cast<size_t>(slot) * slot_bytes_));
    });
    for_tasks(spec_.threads, tile_tasks, [&](int, int64_t task) {
      outputs(0, task * step, std::min(tiles_, (task + 1) * step), bias, residual, y, bytes);
    });
  }

 private:
  int64_t turned_floats() const { return kTaps * spec_.in_channels * spec_.out_channels; }
  // u: 36 packed matrices.
  void transform(const float* filter, float* turned, float* u) const {
    const int64_t in = spec_.in_channels, out = spec_.out_channels;
    if (turned_) {
      // [tap][out][in], the taps from the last.
      for_tasks(spec_.threads, kTaps, [&](int, int64_t tap) {
        dense_table().transpose(filter + (kTaps - 1 - tap) * in * out, in, out, in,
                                turned + tap * in * out, out);
      });
      filter = turned;
    }
    const int64_t step = std::max<int64_t>(1, in / (4 * spec_.threads));
    for_tasks(spec_.threads, (in + step - 1) / step, [&](int, int64_t task) {
      dense_table().winograd_filter(filter, in, out, task * step, std::min(in, (task + 1) * step),
                                    u);
    });
  }
  std::byte* pointers(std::byte* slot) const {
    return slot +
           scratch_align(static_cast<size_t>(kPlanes * (v_plane_ + m_plane_)) * sizeof(float));
  }
  // f(image, first tile in the image, count, index of the first in [first, last)).
  template <typename F>
  void each_image(int64_t first, int64_t last, F&& f) const {
    for (int64_t t = first; t < last;) {
      const int64_t image = t / image_tiles_;
      const int64_t count = std::min(last, (image + 1) * image_tiles_) - t;
      f(image, t - image * image_tiles_, count, t);
      t += count;
    }
  }
  // `origin`: the tile that lies first in this block of scratch.
  void inputs(const float* x, int64_t origin, int64_t first, int64_t last, std::byte* slot) const {
    auto* v = reinterpret_cast<float*>(slot);
    each_image(first, last, [&](int64_t image, int64_t tile, int64_t count, int64_t index) {
      WinogradTiles job{};
      job.x = x + image * spec_.in[1] * spec_.in[2] * spec_.in_channels;
      job.height = spec_.in[1];
      job.width = spec_.in[2];
      job.channels = spec_.in_channels;
      job.pad_top = spec_.pad[1];
      job.pad_left = spec_.pad[2];
      job.tiles_x = tiles_x_;
      job.first = tile;
      job.count = count;
      job.v = v + (index - origin) * spec_.in_channels;
      job.plane = v_plane_;
      dense_table().winograd_input(job);
    });
  }
  void products(const float* u, int64_t first, int64_t last, int64_t plane0, int64_t plane1,
                std::byte* slot, std::byte* pointers) const {
    auto* v = reinterpret_cast<float*>(slot);
    float* m = v + kPlanes * v_plane_;
    auto** a = reinterpret_cast<const float**>(pointers);
    auto** c = reinterpret_cast<float**>(
        pointers + scratch_align(static_cast<size_t>(block_) * sizeof(void*)));
    PanelJob job;
    job.a = a;
    job.c = c;
    job.m = last - first;
    const int64_t zero = 0;
    job.taps = &zero;
    job.ntaps = 1;
    job.klen = spec_.in_channels;
    job.k_total = spec_.in_channels;
    job.last_panel = panels_;
    job.n = spec_.out_channels;
    for (int64_t plane = plane0; plane < plane1; ++plane) {
      for (int64_t i = 0; i < job.m; ++i) {
        a[i] = v + plane * v_plane_ + i * spec_.in_channels;
        c[i] = m + plane * m_plane_ + i * spec_.out_channels;
      }
      job.b = u + plane * matrix_;
      dense_table().panels(job);
    }
  }
  void outputs(int64_t origin, int64_t first, int64_t last, const float* bias,
               const float* residual, float* y, std::byte* slot) const {
    const float* m = reinterpret_cast<float*>(slot) + kPlanes * v_plane_;
    each_image(first, last, [&](int64_t image, int64_t tile, int64_t count, int64_t index) {
      const int64_t at = image * spec_.out[1] * spec_.out[2] * spec_.out_channels;
      WinogradResult job{};
      job.m = m + (index - origin) * spec_.out_channels;
      job.plane = m_plane_;
      job.tiles_x = tiles_x_;
      job.first = tile;
      job.count = count;
      job.height = spec_.out[1];
      job.width = spec_.out[2];
      job.channels = spec_.out_channels;
      job.y = y + at;
      job.bias = bias;
      job.residual = residual ? residual + at : nullptr;
      job.act = spec_.act;
      dense_table().winograd_output(job);
    });
  }

  ConvSpec spec_;
  bool turned_;
  AlignedFloats filter_;  // transformed; none: in each run
  size_t filter_bytes_ = 0, turned_bytes_ = 0;
  int64_t tiles_x_ = 0, image_tiles_ = 0, tiles_ = 0, matrix_ = 0, panels_ = 0;
  int64_t block_ = 1, v_plane_ = 0, m_plane_ = 0;
  bool together_ = false;
  size_t slot_bytes_ = 0;
};

}  // namespace

bool winograd_pays(const ConvSpec& s, bool constant_filter) {
  if (!s.allow_winograd || s.groups != 1 || s.in[0] != 1 || s.kernel != Dims3{1, 3, 3} ||
      s.stride != Dims3{1, 1, 1} || s.dilation != Dims3{1, 1, 1} || s.pad[0] != 0) {
    return false;
  }
  if (s.in_channels < 16 || s.out_channels < 16 || s.in_channels > kMaxChannels) return false;
  const int64_t tiles = s.batch * ((s.out[1] + 3) / 4) * ((s.out[2] + 3) / 4);
  return tiles >= (constant_filter ? 12 : kTilesForTransform) && s.out[1] >= 4 && s.out[2] >= 4;
}

std::unique_ptr<Convolution> make_winograd(const ConvSpec& spec, const float* constant_filter) {
  return std::make_unique<Winograd>(spec, constant_filter, false);
}

namespace {

ConvSpec turned(const ConvSpec& s) {
  ConvSpec t = s;
  std::swap(t.in, t.out);
  std::swap(t.in_channels, t.out_channels);
  for (size_t d = 0; d < 3; ++d) t.pad[d] = s.kernel[d] - 1 - s.pad[d];
  return t;
}

}  // namespace

bool transposed_winograd_pays(const ConvSpec& spec, bool constant_filter) {
  const ConvSpec t = turned(spec);
  return t.pad[1] >= 0 && t.pad[2] >= 0 && winograd_pays(t, constant_filter);
}

std::unique_ptr<Convolution> make_transposed_winograd(const ConvSpec& spec,
                                                      const float* constant_filter) {
  return std::make_unique<Winograd>(turned(spec), constant_filter, true);
}

}  // namespace rill::kernels
