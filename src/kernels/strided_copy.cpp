#include "kernels/strided_copy.h"

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>

#include "base/thread_pool.h"
#include "kernels/dispatch.h"
#include "rill/tensor.hpp"

namespace rill::kernels {
namespace {

constexpr int64_t kGrainBytes = 64 * 1024;
constexpr int64_t kTile = 32;

struct Sixteen {
  uint64_t half[2];
};

}  // namespace

std::vector<int64_t> dense_strides(const Shape& shape) {
  std::vector<int64_t> strides(static_cast<size_t>(shape.rank()));
  uint64_t step = 1;  // wraps round only where a dimension is 0, and nothing is read
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[static_cast<size_t>(i)] = static_cast<int64_t>(step);
    step *= static_cast<uint64_t>(shape[i]);
  }
  return strides;
}

StridedCopy::StridedCopy(DType dtype, std::span<const int64_t> sizes,
                         std::span<const int64_t> in_strides, std::span<const int64_t> out_strides,
                         int64_t in_offset, int64_t out_offset)
    : mover_(dtype), in_offset_(in_offset), out_offset_(out_offset) {
  if (std::find(sizes.begin(), sizes.end(), 0) != sizes.end()) {
    count_ = 0;
    return;
  }
  for (size_t i = 0; i < sizes.size(); ++i) {
    count_ *= sizes[i];
    append({sizes[i], in_strides[i], out_strides[i]});
  }
  choose_inner();
}

// Leaves out dimensions of one element and merges a dimension into the one before it where one
// pair of strides describes both.
void StridedCopy::append(Dim d) {
  if (d.size == 1) return;
  if (!dims_.empty()) {
    Dim& before = dims_.back();
    if (before.in == d.in * d.size && before.out == d.out * d.size) {
      before = {before.size * d.size, d.in, d.out};
      return;
    }
  }
  dims_.push_back(d);
}

void StridedCopy::choose_inner() {
  if (count_ == 0 || dims_.empty()) return;
  row_ = dims_.back();
  dims_.pop_back();
  if (row_.out != 1) {
    inner_ = Inner::strided;
  } else if (row_.in == 1) {
    inner_ = Inner::block;
  } else if (row_.in == 0) {
    inner_ = Inner::repeat;
  } else if (row_.in == -1) {
    inner_ = Inner::reversed;
  } else {
    inner_ = Inner::strided;
    const auto contiguous =
        std::find_if(dims_.begin(), dims_.end(), [](const Dim& d) { return d.in == 1; });
    if (contiguous != dims_.end() && contiguous->size >= 4 && row_.size >= 4) {
      inner_ = Inner::tiled;
      column_ = *contiguous;
      dims_.erase(contiguous);
    }
  }
}

// The outer indices [begin, end): all outer dimensions, and for `tiled` blocks of the column.
template <typename T>
void StridedCopy::inner_loop(const T* in, T* out, int64_t begin, int64_t end) const {
  const int64_t blocks = (column_.size + kTile - 1) / kTile;
  for (int64_t i = begin; i < end; ++i) {
    int64_t rest = i / blocks;
    const int64_t block = i % blocks;
    const T* from = in + in_offset_;
    T* to = out + out_offset_;
    for (size_t d = dims_.size(); d-- > 0;) {
      const int64_t index = rest % dims_[d].size;
      rest /= dims_[d].size;
      from += index * dims_[d].in;
      to += index * dims_[d].out;
    }
    switch (inner_) {
      case Inner::one:
        *to = *from;
        break;
      case Inner::block:
        std::copy_n(from, row_.size, to);
        break;
      case Inner::repeat:
        std::fill_n(to, row_.size, *from);
        break;
      case Inner::reversed:
        for (int64_t k = 0; k < row_.size; ++k) to[k] = from[-k];
        break;
      case Inner::strided:
        for (int64_t k = 0; k < row_.size; ++k) to[k * row_.out] = from[k * row_.in];
        break;
      case Inner::tiled: {
        const int64_t c_end = std::min(column_.size, (block + 1) * kTile);
        const int64_t first = block * kTile;
        if constexpr (std::is_same_v<T, uint32_t>) {
          simd().transpose_4(from + first, row_.in, to + first * column_.out, column_.out,
                             row_.size, c_end - first);
          break;
        }
        if constexpr (std::is_same_v<T, uint16_t>) {
          simd().transpose_2(from + first, row_.in, to + first * column_.out, column_.out,
                             row_.size, c_end - first);
          break;
        }
        for (int64_t r0 = 0; r0 < row_.size; r0 += kTile) {
          const int64_t r_end = std::min(row_.size, r0 + kTile);
          for (int64_t c = block * kTile; c < c_end; ++c) {
            T* line = to + c * column_.out;
            const T* source = from + c;
            for (int64_t r = r0; r < r_end; ++r) line[r] = source[r * row_.in];
          }
        }
      }
    }
  }
}

template <typename T>
void StridedCopy::run_as(const void* in, void* out) const {
  const int64_t blocks = (column_.size + kTile - 1) / kTile;
  int64_t outer = blocks;
  for (const Dim& d : dims_) outer *= d.size;
  const int64_t bytes_each = std::max<int64_t>(1, count_ / outer) * static_cast<int64_t>(sizeof(T));
  if (dims_.empty() && inner_ == Inner::block && bytes_each > 8 * kGrainBytes) {
    parallel_for(row_.size, kGrainBytes, [&](int64_t begin, int64_t end) {
      std::copy_n(static_cast<const T*>(in) + in_offset_ + begin, end - begin,
                  static_cast<T*>(out) + out_offset_ + begin);
    });
    return;
  }
  parallel_for(outer, std::max<int64_t>(1, kGrainBytes / bytes_each),
               [&](int64_t begin, int64_t end) {
                 inner_loop(static_cast<const T*>(in), static_cast<T*>(out), begin, end);
               });
}

void StridedCopy::run(const void* in, void* out) const {
  if (count_ == 0) return;
  switch (mover_.kind()) {
    case Mover::Kind::strings:
      return run_as<std::string>(in, out);
    case Mover::Kind::handles:
      return run_as<std::shared_ptr<Opaque>>(in, out);
    case Mover::Kind::bytes:
      break;
  }
  switch (mover_.size()) {
    case 1:
      return run_as<uint8_t>(in, out);
    case 2:
      return run_as<uint16_t>(in, out);
    case 4:
      return run_as<uint32_t>(in, out);
    case 8:
      return run_as<uint64_t>(in, out);
    default:
      return run_as<Sixteen>(in, out);
  }
}

}  // namespace rill::kernels
