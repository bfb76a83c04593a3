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
// disk_cache.cpp
StagePtr cache(StagePtr input, const std::filesystem::path& path);
// snapshot.cpp
StagePtr snapshot(StagePtr input, const std::filesystem::path& folder,
                  const std::string& compression);
// choices.cpp
StagePtr choose(StagePtr choices, std::vector<StagePtr> inputs, bool stop_on_empty);
// running.cpp
StagePtr scan(StagePtr input, Values state, Dataset::Scan function);
StagePtr take_while(StagePtr input, std::function<bool(const Values&)> keep);
StagePtr unique(StagePtr input);
StagePtr ignore_errors(StagePtr input);
StagePtr assert_cardinality(StagePtr input, int64_t count);
// windows.cpp
StagePtr window(StagePtr input, int64_t size, std::function<Dataset(const Dataset&)> function,
                WindowOptions options);
StagePtr group_by_window(StagePtr input, Dataset::Key key, Dataset::Reduce reduce,
                         Dataset::WindowSize size);
StagePtr bucket_by_sequence_length(StagePtr input, Dataset::Key length,
                                   const std::vector<int64_t>& boundaries,
                                   const std::vector<int64_t>& batch_sizes,
                                   const BucketOptions& options);
// batching.cpp
StagePtr batch(StagePtr input, int64_t size, const BatchOptions& options);
StagePtr padded_batch(StagePtr input, int64_t size, const PaddedBatchOptions& options);
StagePtr ragged_batch(StagePtr input, int64_t size, const RaggedBatchOptions& options);
StagePtr unbatch(StagePtr input);
// threads.cpp
StagePtr map(StagePtr input, Dataset::Function function, const MapOptions& options);
StagePtr prefetch(StagePtr input, int64_t size);

// A stage made of a function that starts a pass.
StagePtr stage_of(std::function<CursorPtr()> start, std::optional<int64_t> cardinality = {});
// A pass made of a function that gives the next element.
CursorPtr cursor_of(std::function<bool(Values&)> next);

}  // namespace rill::data
