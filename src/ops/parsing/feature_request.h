// What the ops that parse Examples and SequenceExamples are asked for, and their outputs.
#pragma once

#include <string>
#include <vector>

#include "ops/attrs.h"
#include "ops/example.h"

namespace rill {

inline constexpr auto& kFeatureTypes = type_set<DType::float32, DType::int64, DType::string>;

struct FeatureRequest {
  std::vector<std::string> sparse, dense, ragged;
  std::vector<DType> sparse_types, dense_types, ragged_types, split_types;
  std::vector<Shape> dense_shapes;
  std::vector<const Tensor*> defaults;
  bool single = false;
  bool sequence = false;  // the splits of a single row, which has none, are a scalar, not empty
};

// Fills the outputs from 0 on: indices, values and shapes of the sparse features, then the dense
// ones, then values and splits of the ragged ones. Throws INVALID_ARGUMENT.
void write_features(KernelContext& ctx, const std::vector<Features>& examples,
                    const FeatureRequest& request);

// Row splits as an output; a scalar 0 stands for none when `scalar`.
void write_splits(KernelContext& ctx, int o, const std::vector<int64_t>& splits, bool scalar);

// "Key: k, Index: 3.  "
std::string feature_place(std::string_view key, int64_t example);

}  // namespace rill
