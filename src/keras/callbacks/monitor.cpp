#include "keras/callbacks/monitor.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/c_format.h"
#include "base/fail.h"
#include "keras/core/metric.h"
#include "keras/core/python_float.h"
#include "keras/training/progress.h"
#include "keras/training/trainer.h"

namespace rill::keras {
namespace {

// Which metrics are better when they are larger, by parts of their names.
bool larger_is_better(std::string name) {
  if (name.starts_with("val_")) name = name.substr(4);
  static constexpr const char* kUp[] = {
      "acc",  "auc",    "precision",      "recall",         "iou",   "f1",    "fbeta",      "r2",
      "io_u", "cosine", "sensitivity_at", "specificity_at", "true_", "top_k", "correlation"};
  return name != "loss" && std::any_of(std::begin(kUp), std::end(kUp), [&](const char* part) {
           return name.find(part) != std::string::npos;
         });
}

}  // namespace

std::string python_rate(double rate, const TrainingHabits& habits) {
  if (!habits.rate_is_float32) return python_float(rate);
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<float>(rate));
  return python_float(c_strtod(std::string(digits, end.ptr).c_str()));
}

void print_line(const std::string& text) { write_progress(text + "\n"); }

Monitor::Monitor(std::string name, const std::string& mode, double min_delta, Grows grows)
    : name_(std::move(name)), grows_(grows), min_delta_(std::abs(min_delta)) {
  if (mode != "auto" && mode != "min" && mode != "max") {
    fail(Code::invalid_argument, "the mode of a callback must be auto, min or max, not ",
         quoted(mode));
  }
  if (mode != "auto") up_ = mode == "max";
}

std::optional<double> Monitor::value(const Logs& logs, const Model& model) {
  if (!up_) {
    Trainer& trainer = trainer_of(*model.impl());
    if (trainer.habits().monitors_names) {
      up_ = grows_(name_);
    } else {
      const std::string metric =
          trainer.metric_class(name_.starts_with("val_") ? name_.substr(4) : name_);
      up_ = larger_is_better(metric.empty() ? name_ : default_metric_name(metric));
    }
  }
  std::string names;
  for (const auto& [name, value] : logs) {
    if (name == name_) return value;
    names += (names.empty() ? "" : ", ") + name;
  }
  if (!warned_) {
    print_line(str("rill: warning: a callback watches ", quoted(name_),
                   ", which is not available; there are: ", names));
  }
  warned_ = true;
  return std::nullopt;
}

bool Monitor::improves(double value, std::optional<double> reference) const {
  if (!reference) return true;
  return *up_ ? value - min_delta_ > *reference : value + min_delta_ < *reference;
}

}  // namespace rill::keras
