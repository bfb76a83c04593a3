// The steps that a data set is made of, one function each; Dataset's members call them.
#pragma once

#include <functional>
#include <vector>

#include "data/stage.h"
#include "rill/dataset.hpp"

namespace rill::data {

// order.cpp
StagePtr shuffle(StagePtr input, int64_t size, const ShuffleOptions& options);
StagePtr repeat(StagePtr input, int64_t count);
StagePtr take(StagePtr input, int64_t count);
StagePtr skip(StagePtr input, int64_t count);
StagePtr shard(StagePtr input, int64_t count, int64_t index);
StagePtr concatenate(StagePtr a, StagePtr b);
StagePtr zip(std::vector<StagePtr> inputs);
StagePtr enumerate(StagePtr input, int64_t first);
StagePtr filter(StagePtr input, std::function<bool(const Values&)> keep);
StagePtr interleave(StagePtr input, std::function<Dataset(const Values&)> function,
                    const InterleaveOptions& options);
StagePtr cache(StagePtr input);
// batching.cpp
StagePtr batch(StagePtr input, int64_t size, const BatchOptions& options);
StagePtr padded_batch(StagePtr input, int64_t size, const PaddedBatchOptions& options);
StagePtr unbatch(StagePtr input);
// threads.cpp
StagePtr map(StagePtr input, Dataset::Function function, const MapOptions& options);
StagePtr prefetch(StagePtr input, int64_t size);

// A stage made of a function that starts a pass.
StagePtr stage_of(std::function<CursorPtr()> start, std::optional<int64_t> cardinality = {});
// A pass made of a function that gives the next element.
CursorPtr cursor_of(std::function<bool(Values&)> next);

}  // namespace rill::data
