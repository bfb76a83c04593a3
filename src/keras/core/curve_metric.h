// Metrics that keep all four counts for thresholds between 0 and 1.
#pragma once

#include "keras/core/confusion.h"
#include "rill/keras/metrics.hpp"

namespace rill::keras {

class CurveMetric : public Metric {
 protected:
  // `labels`: the number of them, 0 when they are counted together.
  void add_counts(int64_t labels = 0);
  void update(const Value& y_true, const Value& y_pred, const Value& weight,
              const ConfusionOptions& options);
  Confusion counts() const { return {read(tp_), read(fp_), read(tn_), read(fn_)}; }
  Thresholds thresholds_;

 private:
  Slot tp_ = 0, fp_ = 0, tn_ = 0, fn_ = 0;
};

// n numbers from 0 to 1 in equal steps; 0.5 for one.
std::vector<double> even_thresholds(int64_t n);

}  // namespace rill::keras
