#include "kernels/random_fill.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"
#include "kernels/random_bits.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

constexpr int64_t kGrain = 4096;  // groups

// Outputs come in groups of 4 (2 for 64-bit types), one block each.
template <typename T, int kGroup, typename Make>
void fill_groups(const Philox& philox, T* out, int64_t n, Make make) {
  parallel_for((n + kGroup - 1) / kGroup, kGrain, [&](int64_t begin, int64_t end) {
    Philox local = philox;
    local.skip(static_cast<uint64_t>(begin));
    T group[kGroup];
    for (int64_t g = begin; g < end; ++g) {
      make(local(), group);
      std::copy_n(group, std::min<int64_t>(kGroup, n - g * kGroup), out + g * kGroup);
    }
  });
}

// Each group has blocks of its own, as many as rejection may need.
template <typename T, int kGroup, typename Draw>
void fill_rejected(const Philox& philox, T* out, int64_t n, Draw draw) {
  constexpr uint64_t kSkip = kGroup * kPhiloxBlocksPerOutput / 4;
  parallel_for((n + kGroup - 1) / kGroup, kGrain / 4, [&](int64_t begin, int64_t end) {
    for (int64_t g = begin; g < end; ++g) {
      Philox local = philox;
      local.skip(static_cast<uint64_t>(g) * kSkip);
      PhiloxStream stream(local);
      T group[kGroup];
      for (int filled = 0; filled < kGroup;) {
        decltype(draw(stream)) pair = draw(stream);
        for (int i = 0; i < 2 && filled < kGroup; ++i) {
          if (std::abs(pair.value[i]) < 2) group[filled++] = static_cast<T>(pair.value[i]);
        }
      }
      std::copy_n(group, std::min<int64_t>(kGroup, n - g * kGroup), out + g * kGroup);
    }
  });
}

template <typename T>
struct Pair {
  T value[2];
};

Pair<float> draw_floats(PhiloxStream& stream) {
  Pair<float> pair;
  const uint32_t x0 = stream(), x1 = stream();
  box_muller(x0, x1, pair.value);
  return pair;
}

Pair<double> draw_doubles(PhiloxStream& stream) {
  Pair<double> pair;
  const uint32_t x0 = stream(), x1 = stream(), x2 = stream(), x3 = stream();
  box_muller(x0, x1, x2, x3, pair.value);
  return pair;
}

using Block = Philox::Block;

template <typename T>
void normal_from_floats(const Philox& philox, T* out, int64_t n) {
  fill_groups<T, 4>(philox, out, n, [](const Block& x, T* group) {
    float f[4];
    box_muller(x[0], x[1], f);
    box_muller(x[2], x[3], f + 2);
    for (int i = 0; i < 4; ++i) group[i] = static_cast<T>(f[i]);
  });
}

uint64_t wide(const Block& x, int i) { return x[2 * i] | (uint64_t{x[2 * i + 1]} << 32); }

}  // namespace

void fill_uniform(DType dtype, const Philox& philox, void* out, int64_t n) {
  switch (dtype) {
    case DType::float32:
      return fill_groups<float, 4>(philox, static_cast<float*>(out), n,
                                   [](const Block& x, float* g) {
                                     for (int i = 0; i < 4; ++i) g[i] = to_float(x[i]);
                                   });
    case DType::float64:
      return fill_groups<double, 2>(philox, static_cast<double*>(out), n,
                                    [](const Block& x, double* g) {
                                      g[0] = to_double(x[0], x[1]);
                                      g[1] = to_double(x[2], x[3]);
                                    });
    case DType::float16:
      return fill_groups<float16, 4>(philox, static_cast<float16*>(out), n,
                                     [](const Block& x, float16* g) {
                                       for (int i = 0; i < 4; ++i) g[i] = to_half(x[i]);
                                     });
    case DType::bfloat16:
      return fill_groups<bfloat16, 4>(philox, static_cast<bfloat16*>(out), n,
                                      [](const Block& x, bfloat16* g) {
                                        for (int i = 0; i < 4; ++i) g[i] = to_bfloat(x[i]);
                                      });
    default:
      unsupported_dtype("random uniform", dtype);
  }
}

void fill_normal(DType dtype, const Philox& philox, void* out, int64_t n) {
  switch (dtype) {
    case DType::float32:
      return normal_from_floats(philox, static_cast<float*>(out), n);
    case DType::float16:
      return normal_from_floats(philox, static_cast<float16*>(out), n);
    case DType::bfloat16:
      return normal_from_floats(philox, static_cast<bfloat16*>(out), n);
    case DType::float64:
      return fill_groups<double, 2>(
          philox, static_cast<double*>(out), n,
          [](const Block& x, double* g) { box_muller(x[0], x[1], x[2], x[3], g); });
    default:
      unsupported_dtype("random normal", dtype);
  }
}

void fill_truncated_normal(DType dtype, const Philox& philox, void* out, int64_t n) {
  switch (dtype) {
    case DType::float32:
      return fill_rejected<float, 4>(philox, static_cast<float*>(out), n, draw_floats);
    case DType::float16:
      return fill_rejected<float16, 4>(philox, static_cast<float16*>(out), n, draw_floats);
    case DType::bfloat16:
      return fill_rejected<bfloat16, 4>(philox, static_cast<bfloat16*>(out), n, draw_floats);
    case DType::float64:
      return fill_rejected<double, 2>(philox, static_cast<double*>(out), n, draw_doubles);
    default:
      unsupported_dtype("random truncated normal", dtype);
  }
}

void fill_uniform_int(DType dtype, const Philox& philox, uint64_t low, uint64_t high, void* out,
                      int64_t n) {
  switch (dtype) {
    case DType::int32:
    case DType::uint32: {
      const auto first = static_cast<uint32_t>(low);
      const uint32_t range = static_cast<uint32_t>(high) - first;
      return fill_groups<uint32_t, 4>(philox, static_cast<uint32_t*>(out), n,
                                      [=](const Block& x, uint32_t* g) {
                                        for (int i = 0; i < 4; ++i) g[i] = first + x[i] % range;
                                      });
    }
    case DType::int64:
    case DType::uint64: {
      const uint64_t range = high - low;
      return fill_groups<uint64_t, 2>(philox, static_cast<uint64_t*>(out), n,
                                      [=](const Block& x, uint64_t* g) {
                                        for (int i = 0; i < 2; ++i) g[i] = low + wide(x, i) % range;
                                      });
    }
    default:
      unsupported_dtype("random uniform int", dtype);
  }
}

void fill_full_int(DType dtype, const Philox& philox, void* out, int64_t n) {
  switch (dtype) {
    case DType::int32:
    case DType::uint32:
      return fill_groups<uint32_t, 4>(
          philox, static_cast<uint32_t*>(out), n,
          [](const Block& x, uint32_t* g) { std::copy(x.begin(), x.end(), g); });
    case DType::int64:
    case DType::uint64:
      return fill_groups<uint64_t, 2>(philox, static_cast<uint64_t*>(out), n,
                                      [](const Block& x, uint64_t* g) {
                                        g[0] = wide(x, 0);
                                        g[1] = wide(x, 1);
                                      });
    default:
      unsupported_dtype("random full int", dtype);
  }
}

}  // namespace rill::kernels
