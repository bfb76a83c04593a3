// A step of a data set's recipe, and a pass over it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "rill/tensor.hpp"

namespace rill::data {

constexpr int64_t kEndless = INT64_MAX;

class Cursor {
 public:
  virtual ~Cursor() = default;
  // False at the end; asked again then, it says so again.
  virtual bool next(Values& element) = 0;
};

class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::unique_ptr<Cursor> start() const = 0;
  virtual std::optional<int64_t> cardinality() const { return std::nullopt; }
};

using StagePtr = std::shared_ptr<const Stage>;
using CursorPtr = std::unique_ptr<Cursor>;

// Stacks `elements` (at least one) to one element with a dimension more.
Values stack(const std::vector<Values>& elements, const char* what);

}  // namespace rill::data
