// The progress bars of Keras 3 (keras/src/utils/progbar.py) and Keras 2
// (tf_keras/src/utils/generic_utils.py), on standard error: with carriage returns on a terminal,
// one line an epoch otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "keras/core/generation.h"
#include "rill/keras/training.hpp"

namespace rill::keras {

// 0, 1 or 2: what kAutoVerbose means here.
int resolve_verbose(int verbose);

class ProgressBar {
 public:
  ProgressBar(int verbose, std::optional<int64_t> steps, const TrainingHabits& habits);
  // Something will be written now: computing the logs is worth it.
  bool due(int64_t done) const;
  void update(int64_t done, const Logs& logs, bool last);
  // For tests: what update() would write.
  std::string text(int64_t done, const Logs& logs, bool last, double elapsed) const;

 private:
  using Clock = std::chrono::steady_clock;
  std::string colour_bar(int64_t done, int64_t steps, const std::string& count) const;
  std::string ascii_bar(int64_t done, int64_t steps, const std::string& count) const;
  int verbose_;
  std::optional<int64_t> steps_;
  bool ascii_;
  std::vector<std::string> order_;  // of the values, as they came
  double first_step_ = 0;           // seconds; it says little of the others
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_;
  bool any_shown_ = false;
};

void write_progress(const std::string& text);

}  // namespace rill::keras
