// summarize(), merge_summaries() and compress_summary() of
// keras/src/layers/preprocessing/discretization.py, in their types.
#include "keras/layers/quantile_summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rill::keras {
namespace {

// As NumPy sorts: what is no number comes last.
bool before(float a, float b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

// numpy.interp; `xs` ascend.
double interpolated(double x, const std::vector<float>& xs, const std::vector<float>& ys) {
  if (x <= xs.front()) return ys.front();
  if (x >= xs.back()) return ys.back();
  const auto above =
      std::upper_bound(xs.begin(), xs.end(), x, [](double value, float at) { return value < at; });
  const auto j = static_cast<size_t>(above - xs.begin()) - 1;
  const double x0 = xs[j], x1 = xs[j + 1], y0 = ys[j], y1 = ys[j + 1];
  return x == x0 ? y0 : (y1 - y0) / (x1 - x0) * (x - x0) + y0;
}

}  // namespace

void QuantileSummary::add(std::vector<float> values) {
  std::sort(values.begin(), values.end(), before);
  const double increment = static_cast<double>(values.size()) / (1.0 / epsilon_);
  const double step = std::max(increment, 1.0);
  Part all;
  const auto stride = static_cast<size_t>(step);
  for (auto i = static_cast<size_t>(step - 1); i < values.size(); i += stride) {
    all.values.push_back(values[i]);
    all.weights.push_back(static_cast<float>(step));
  }
  all.values.insert(all.values.end(), part_.values.begin(), part_.values.end());
  all.weights.insert(all.weights.end(), part_.weights.begin(), part_.weights.end());
  std::vector<size_t> order(all.values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return before(all.values[a], all.values[b]); });
  Part merged;
  for (const size_t i : order) {
    merged.values.push_back(all.values[i]);
    merged.weights.push_back(all.weights[i]);
  }
  part_ = compressed(merged, epsilon_);
}

QuantileSummary::Part QuantileSummary::compressed(const Part& part, double epsilon) {
  if (static_cast<double>(part.values.size()) * epsilon < 1) return part;
  std::vector<float> sums(part.weights.size()), shares(part.weights.size());
  std::partial_sum(part.weights.begin(), part.weights.end(), sums.begin());
  for (size_t i = 0; i < sums.size(); ++i) shares[i] = sums[i] / sums.back();
  Part out;
  double last = 0;
  const auto count = static_cast<int64_t>(std::ceil(1.0 / epsilon));  // of numpy.arange
  for (int64_t i = 0; i < count; ++i) {
    const double share = epsilon + static_cast<double>(i) * epsilon;
    out.values.push_back(static_cast<float>(interpolated(share, shares, part.values)));
    const double sum = interpolated(share, shares, sums);
    out.weights.push_back(static_cast<float>(sum - last));
    last = sum;
  }
  return out;
}

std::vector<double> QuantileSummary::boundaries(int64_t num_bins) const {
  const Part part = compressed(part_, 1.0 / static_cast<double>(num_bins));
  if (part.values.empty()) return {};
  return {part.values.begin(), part.values.end() - 1};
}

}  // namespace rill::keras
