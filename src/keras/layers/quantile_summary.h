// Quantiles of numbers that come in batches, within an error.
#pragma once

#include <cstdint>
#include <vector>

namespace rill::keras {

class QuantileSummary {
 public:
  explicit QuantileSummary(double epsilon) : epsilon_(epsilon) {}
  void add(std::vector<float> values);
  // num_bins - 1 of them; fewer where there were fewer numbers.
  std::vector<double> boundaries(int64_t num_bins) const;

 private:
  struct Part {  // ascending values, and how many numbers each stands for
    std::vector<float> values, weights;
  };
  static Part compressed(const Part& part, double epsilon);

  double epsilon_;
  Part part_;
};

}  // namespace rill::keras
