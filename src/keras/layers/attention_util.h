#pragma once

#include "keras/core/ops.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// [1, T, S]: position i sees positions up to i.
Value causal_mask(const Value& query, int query_axis, const Value& value, int value_axis);
// [1, T, S]: position i sees those less than `window` away, before and behind.
Value near_mask(const Value& query, const Value& value, int64_t window);
// A keyword argument that is the constant True.
bool flag_argument(const CallContext& context, const char* name);

}  // namespace rill::keras
