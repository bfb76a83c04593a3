// True and false positives and negatives for a list of thresholds
// (keras/src/metrics/metrics_utils.py).
#pragma once

#include <optional>
#include <vector>

#include "rill/tensor.hpp"

namespace rill::keras {

struct Thresholds {
  std::vector<double> values;
  bool even = false;  // 0 .. 1 in equal steps: counted in buckets
  static Thresholds of(std::vector<double> values);
  int64_t size() const { return static_cast<int64_t>(values.size()); }
};
// The user's, or one of `otherwise`. Throws INVALID_ARGUMENT for one that is not in [0, 1].
Thresholds checked_thresholds(const std::optional<std::vector<double>>& given, double otherwise);

// One number a threshold, or with `multi_label` one a threshold and label.
struct Confusion {
  Value tp, fp, tn, fn;
};
struct ConfusionOptions {
  std::optional<int64_t> top_k = {};
  std::optional<int64_t> class_id = {};
  bool multi_label = false;
  Value label_weights = {};
};
Confusion confusion(const Value& y_true, const Value& y_pred, const Value& sample_weight,
                    const Thresholds& thresholds, const ConfusionOptions& options = {});

}  // namespace rill::keras
