#include "kernels/top_k.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <type_traits>
#include <vector>

#include "kernels/parallel.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <typename T>
struct Before {
  const T* row;
  bool operator()(int32_t a, int32_t b) const {
    if (row[b] < row[a]) return true;
    if (row[a] < row[b]) return false;
    return a < b;
  }
};

// Keys are compared as unsigned numbers, in the order of the values.
template <typename T>
auto key_of(T value) {
  if constexpr (std::is_integral_v<T>) {
    using Key = std::conditional_t<(sizeof(T) > 4), uint64_t, uint32_t>;
    constexpr Key kSign = std::is_signed_v<T> ? Key{1} << (8 * sizeof(Key) - 1) : Key{0};
    return static_cast<Key>(static_cast<Key>(value) + kSign);
  } else {
    using Float = std::conditional_t<std::is_same_v<T, double>, double, float>;
    using Key = std::conditional_t<std::is_same_v<T, double>, uint64_t, uint32_t>;
    const auto bits = std::bit_cast<Key>(static_cast<Float>(value) + Float{0});  // -0.0 is 0.0
    constexpr Key kSign = Key{1} << (8 * sizeof(Key) - 1);
    return bits & kSign ? ~bits : bits | kSign;
  }
}

// A value and its place: reading values by place would wait for memory in every comparison. Small
// keys stand above the place in one number, which is turned round: the first of equals is larger.
using Narrow = uint64_t;
struct Wide {
  uint64_t key;
  int32_t place;
  bool operator>(const Wide& o) const { return key != o.key ? key > o.key : place < o.place; }
};
Narrow item_of(uint32_t key, int32_t place) {
  return uint64_t{key} << 32 | ~static_cast<uint32_t>(place);
}
Wide item_of(uint64_t key, int32_t place) { return {key, place}; }
int32_t place_of(Narrow item) { return static_cast<int32_t>(~static_cast<uint32_t>(item)); }
int32_t place_of(const Wide& item) { return item.place; }

template <typename Item>
void sort_items(std::vector<Item>& items, int32_t k, int32_t* order) {
  const auto last = items.begin() + k;
  if (last != items.end()) std::nth_element(items.begin(), last, items.end(), std::greater<>());
  std::sort(items.begin(), last, std::greater<>());
  for (int32_t i = 0; i < k; ++i) order[i] = place_of(items[static_cast<size_t>(i)]);
}

// The numbers of the k best in the order that select() gives them when it sorts; false, and
// nothing done, for a row with NaN.
template <typename T>
bool sort_row(const T* row, int32_t columns, int32_t k, int32_t* order) {
  std::vector<decltype(item_of(key_of(T{}), 0))> items(static_cast<size_t>(columns));
  bool odd = false;
  for (int32_t c = 0; c < columns; ++c) {
    odd |= row[c] != row[c];
    items[static_cast<size_t>(c)] = item_of(key_of(row[c]), c);
  }
  if (odd) return false;
  sort_items(items, k, order);
  return true;
}

// The numbers of the k best, in order[0, k); order holds k + 1. The order without `sorted`, and
// what NaN does, are those of TensorFlow's heap (tensorflow/core/lib/gtl/top_n.h).
template <typename Before>
void select(const TopK& self, int32_t* order, Before before) {
  const auto k = static_cast<int32_t>(self.k), columns = static_cast<int32_t>(self.columns);
  int32_t* const last = order + k;
  if (k == columns) {
    std::iota(order, last, 0);
    constexpr int32_t kFew = 16;
    if (columns <= kFew) {  // as std::sort does it there: NaN, which breaks the order, stays
      for (int32_t c = 1; c < columns; ++c) {
        int32_t* to = order + c;
        if (before(c, order[0])) {
          to = order;
        } else {
          while (before(c, to[-1])) --to;
        }
        std::copy_backward(to, order + c, order + c + 1);
        *to = c;
      }
      return;
    }
    // A heap, so that NaN, which breaks the order, cannot lead out of the row.
    std::partial_sort(order, last, last, before);
    return;
  }
  std::iota(order, last + 1, 0);
  std::make_heap(order, last + 1, before);
  std::pop_heap(order, last + 1, before);
  for (int32_t c = k + 1; c < columns; ++c) {
    if (!before(c, order[0])) continue;
    std::pop_heap(order, last, before);
    last[-1] = c;
    std::push_heap(order, last, before);
  }
  if (self.sorted) std::sort_heap(order, last, before);
}

// Where the largest is first. In a row with NaN as TensorFlow folds one: NaN stays until the next
// element, and where it is what comes out, no element equals it.
template <typename T>
int64_t first_largest(const T* row, int64_t columns) {
  constexpr int64_t kLanes = 8;
  if (std::is_arithmetic_v<T> && columns >= 4 * kLanes) {
    // In lanes, and the place afterwards: comparisons one after the other wait for each other.
    T most[kLanes];
    std::copy_n(row, kLanes, most);
    int odd[kLanes] = {};
    for (int64_t c = 0; c < columns; c += kLanes) {
      const T* const part = row + std::min(c, columns - kLanes);
      for (int64_t k = 0; k < kLanes; ++k) {
        most[k] = most[k] < part[k] ? part[k] : most[k];
        odd[k] |= part[k] != part[k];
      }
    }
    if (std::none_of(odd, odd + kLanes, [](int is) { return is != 0; })) {
      return std::find(row, row + columns, *std::max_element(most, most + kLanes)) - row;
    }
  }
  int64_t best = 0;
  bool odd = row[0] != row[0];
  for (int64_t c = 1; c < columns; ++c) {
    if (row[best] < row[c]) best = c;
    odd |= row[c] != row[c];
  }
  if (!odd) return best;
  T top = row[0];
  for (int64_t c = 1; c < columns; ++c) {
    if (!(top > row[c])) top = row[c];
  }
  const T* const at = std::find(row, row + columns, top);
  return at == row + columns ? 0 : at - row;
}

// Writes one row; gives the places of the k best, in `order`.
template <typename T>
void best_of_row(const TopK& self, const void* x, void* values, int64_t r, bool by_sorting,
                 int32_t* order) {
  const T* row = static_cast<const T*>(x) + r * self.columns;
  T* value = static_cast<T*>(values) + r * self.k;
  if (self.k == 1) {
    order[0] = static_cast<int32_t>(first_largest(row, self.columns));
  } else if (!by_sorting || !sort_row(row, static_cast<int32_t>(self.columns),
                                      static_cast<int32_t>(self.k), order)) {
    select(self, order, Before<T>{row});
  }
  for (int64_t i = 0; i < self.k; ++i) value[i] = row[order[i]];
}

template <typename I>
void store_places(const int32_t* order, int64_t k, void* indices, int64_t at) {
  std::transform(order, order + k, static_cast<I*>(indices) + at,
                 [](int32_t i) { return static_cast<I>(i); });
}

}  // namespace

size_t TopK::scratch_bytes() const {
  return static_cast<size_t>(threads) * static_cast<size_t>(k + 1) * sizeof(int32_t);
}

void TopK::run(const void* x, void* values, void* indices, void* scratch) const {
  // A heap is the better for few of many.
  constexpr int64_t kWorthSorting = 64;
  const bool by_sorting =
      columns >= kWorthSorting && (k == columns || (sorted && k > columns / 32));
  for_tasks(threads, rows, [&](int slot, int64_t r) {
    int32_t* order = static_cast<int32_t*>(scratch) + slot * (k + 1);
    row(*this, x, values, r, by_sorting, order);
    store(order, k, indices, r * k);
  });
}

TopK prepare_top_k(DType dtype, DType index, int64_t rows, int64_t columns, int64_t k, bool sorted,
                   int threads) {
  constexpr int64_t kWorthThreads = 32 << 10;
  TopK t{nullptr,
         nullptr,
         rows,
         columns,
         k,
         sorted,
         rows > 1 && rows * columns > kWorthThreads ? threads : 1};
  dispatch_number(dtype, "TopK", [&]<typename T>() { t.row = best_of_row<T>; });
  t.store = index == DType::int16   ? store_places<int16_t>
            : index == DType::int32 ? store_places<int32_t>
                                    : store_places<int64_t>;
  return t;
}

}  // namespace rill::kernels
