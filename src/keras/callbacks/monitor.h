// What callbacks share that watch a value. Source: keras/src/callbacks/monitor_callback.py.
#pragma once

#include <optional>
#include <string>

#include "rill/keras/callbacks.hpp"

namespace rill::keras {

class Monitor {
 public:
  // Throws INVALID_ARGUMENT for a mode that is not auto, min or max.
  Monitor(std::string name, const std::string& mode, double min_delta);
  const std::string& name() const { return name_; }
  // Nothing (and a warning, once) when it is not among the logs.
  std::optional<double> value(const Logs& logs);
  bool improves(double value, std::optional<double> reference) const;

 private:
  std::string name_;
  bool up_ = false;
  double min_delta_;
  bool warned_ = false;
};

// To standard error.
void print_line(const std::string& text);

}  // namespace rill::keras
