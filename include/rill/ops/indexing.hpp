// Slicing as Python writes it: x[1, ..., 2:8:2, tf.newaxis, i] is
// ops::at(x, {1, Index::ellipsis(), Index::range(2, 8, 2), Index::new_axis(), i}).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// One part of what stands between the brackets.
struct RILL_API Index {
  enum class Kind : uint8_t { item, range, ellipsis, new_axis };

  Index(int i) : Index(static_cast<int64_t>(i)) {}  // NOLINT: reads as in Python
  Index(int64_t i) : begin(i) {}                    // NOLINT
  // An integer scalar that may be known only when the graph runs.
  Index(const Value& i) : value(i) {}  // NOLINT

  // begin:end:step; what is left out reaches to the end of its side.
  static Index range(std::optional<int64_t> begin, std::optional<int64_t> end, int64_t step = 1);
  static Index all() { return range({}, {}); }
  static Index ellipsis();
  static Index new_axis();

  Kind kind = Kind::item;
  std::optional<int64_t> begin = 0;
  std::optional<int64_t> end;
  int64_t step = 1;
  Value value;  // of an item, when it is a tensor
};

// Throws INVALID_ARGUMENT for two ellipses, a step of 0, and an index that does not fit.
RILL_API Value at(const Value& x, const std::vector<Index>& parts);

}  // namespace rill::ops
