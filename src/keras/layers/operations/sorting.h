#pragma once

#include "keras/core/ops.h"

namespace rill::keras {

struct Sorted {
  Value values;
  Value indices;  // int32, of equal values the earlier first
};
Sorted sorted(const Value& x, int axis, bool descending);

// x with this axis moved to the end, and back.
Value axis_to_end(const Value& x, int axis);
Value axis_from_end(const Value& x, int axis);

}  // namespace rill::keras
