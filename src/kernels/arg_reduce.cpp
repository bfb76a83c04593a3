#include <algorithm>
#include <limits>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/reduce.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <bool largest, typename V>
inline bool better(V a, V b) {
  return largest ? a > b : a < b;
}

// Nothing that is not better than this wins, so a row of NaN gives 0, as in TensorFlow.
template <bool largest, typename V>
V worst() {
  using L = std::numeric_limits<V>;
  return largest ? L::lowest() : L::max();
}

template <bool largest, typename T, typename I>
void run_arg(const ArgReduce& self, const void* input, void* output) {
  using V = std::conditional_t<std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>, float, T>;
  const T* x = static_cast<const T*>(input);
  I* y = static_cast<I*>(output);
  const int64_t inner = self.inner;
  const int64_t length = self.length;
  constexpr int64_t kTile = 128;
  const int64_t tiles = (inner + kTile - 1) / kTile;
  const int64_t work = length * std::min(inner, kTile);
  const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(work, 1));
  parallel_for(self.outer * tiles, grain, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) {
      const int64_t first = t % tiles * kTile;
      const T* from = x + t / tiles * length * inner + first;
      I* to = y + t / tiles * inner + first;
      const int64_t width = std::min(kTile, inner - first);
      if (width == 1 && inner == 1) {
        V best = worst<largest, V>();
        int64_t at = 0;
        for (int64_t i = 0; i < length; ++i) {
          const V value = static_cast<V>(from[i]);
          if (better<largest>(value, best)) {
            best = value;
            at = i;
          }
        }
        *to = static_cast<I>(at);
        continue;
      }
      V best[kTile];
      I at[kTile] = {};
      std::fill(best, best + width, worst<largest, V>());
      for (int64_t i = 0; i < length; ++i) {
        for (int64_t c = 0; c < width; ++c) {
          const V value = static_cast<V>(from[i * inner + c]);
          const bool wins = better<largest>(value, best[c]);
          best[c] = wins ? value : best[c];
          at[c] = wins ? static_cast<I>(i) : at[c];
        }
      }
      std::copy(at, at + width, to);
    }
  });
}

template <bool largest, typename T>
ArgReduce::Fn with_index(DType index) {
  switch (index) {
    case DType::int32:
      return run_arg<largest, T, int32_t>;
    case DType::int64:
      return run_arg<largest, T, int64_t>;
    case DType::int16:
      return run_arg<largest, T, int16_t>;
    case DType::uint16:
      return run_arg<largest, T, uint16_t>;
    default:
      unsupported_dtype("The index of ArgMax or ArgMin", index);
  }
}

}  // namespace

ArgReduce prepare_arg_reduce(bool largest, DType dtype, const Shape& shape, int axis, DType index) {
  if (axis < 0 || axis >= shape.rank()) {
    fail(Code::invalid_argument, "Expected dimension in the range [", -shape.rank(), ", ",
         shape.rank(), "), but got ", axis);
  }
  ArgReduce result;
  for (int d = 0; d < axis; ++d) result.outer *= shape[d];
  for (int d = axis + 1; d < shape.rank(); ++d) result.inner *= shape[d];
  result.length = shape[axis];
  if (result.length == 0) {
    fail(Code::invalid_argument, "Reduction axis ", axis, " is empty in shape ", shape);
  }
  dispatch_real(dtype, "ArgMax", [&]<typename T>() {
    result.fn = largest ? with_index<true, T>(index) : with_index<false, T>(index);
  });
  return result;
}

}  // namespace rill::kernels
