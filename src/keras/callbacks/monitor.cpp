#include "keras/callbacks/monitor.h"

#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/training/progress.h"

namespace rill::keras {
namespace {

// Which metrics are better when they are larger, by parts of their names.
bool grows(std::string name) {
  if (name.starts_with("val_")) name = name.substr(4);
  static constexpr const char* kUp[] = {
      "acc", "auc",    "precision",      "recall",         "iou",   "f1",    "fbeta",
      "r2",  "cosine", "sensitivity_at", "specificity_at", "true_", "top_k", "correlation"};
  return name != "loss" && std::any_of(std::begin(kUp), std::end(kUp), [&](const char* part) {
           return name.find(part) != std::string::npos;
         });
}

}  // namespace

void print_line(const std::string& text) { write_progress(text + "\n"); }

Monitor::Monitor(std::string name, const std::string& mode, double min_delta)
    : name_(std::move(name)), min_delta_(std::abs(min_delta)) {
  if (mode != "auto" && mode != "min" && mode != "max") {
    fail(Code::invalid_argument, "the mode of a callback must be auto, min or max, not ",
         quoted(mode));
  }
  up_ = mode == "max" || (mode == "auto" && grows(name_));
}

std::optional<double> Monitor::value(const Logs& logs) {
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
  return up_ ? value - min_delta_ > *reference : value + min_delta_ < *reference;
}

}  // namespace rill::keras
