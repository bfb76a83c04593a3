#include "keras/training/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/c_format.h"
#include "base/str.h"

namespace rill::keras {
namespace {

constexpr auto kRefresh = std::chrono::milliseconds(100);
constexpr int kWidth = 20;
constexpr int kAsciiWidth = 30;

std::string time_per(const char* unit, double seconds) {
  if (seconds >= 1 || seconds == 0) return c_format(" %.0fs/%s", seconds, unit);
  if (seconds >= 1e-3) return c_format(" %.0fms/%s", seconds * 1e3, unit);
  return c_format(" %.0fus/%s", seconds * 1e6, unit);
}

std::string shown(const std::string& name, double value, double size) {
  return " - " + name + ":" + (size > 1e-3 ? c_format(" %.4f", value) : c_format(" %.4e", value));
}

std::string remaining(double seconds) {
  const auto s = static_cast<long>(seconds);
  if (seconds > 3600) return c_format("%ld:%02ld:%02ld", s / 3600, s % 3600 / 60, s % 60);
  if (seconds > 60) return c_format("%ld:%02ld", s / 60, s % 60);
  return c_format("%lds", s);
}

}  // namespace

int resolve_verbose(int verbose) {
  if (verbose != kAutoVerbose) return verbose;
  return isatty(STDERR_FILENO) ? 1 : 2;
}

void write_progress(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

ProgressBar::ProgressBar(int verbose, std::optional<int64_t> steps, const TrainingHabits& habits)
    : verbose_(verbose), steps_(steps), ascii_(habits.ascii_bar) {}

bool ProgressBar::due(int64_t done) const {
  if (verbose_ != 1) return false;
  if (!any_shown_ || (steps_ && done >= *steps_)) return true;
  return Clock::now() - shown_ >= kRefresh;
}

std::string ProgressBar::colour_bar(int64_t done, int64_t steps, const std::string& count) const {
  if (steps == 0) return c_format("%7ld/Unknown", static_cast<long>(done)) + " ";
  const int full =
      static_cast<int>(kWidth * static_cast<double>(done) / static_cast<double>(steps));
  std::string out = "\x1b[1m" + count + "\x1b[0m ";
  if (full > 0) out += "\x1b[32m" + repeated("━", std::min(full, kWidth)) + "\x1b[0m";
  return out + "\x1b[37m" + repeated("━", std::max(0, kWidth - full)) + "\x1b[0m ";
}

std::string ProgressBar::ascii_bar(int64_t done, int64_t steps, const std::string& count) const {
  if (steps == 0) return c_format("%7ld/Unknown", static_cast<long>(done)) + " - ";
  const int full = std::clamp(
      static_cast<int>(kAsciiWidth * static_cast<double>(done) / static_cast<double>(steps)), 0,
      kAsciiWidth);
  std::string out = count + " [";
  if (full > 0) out += std::string(static_cast<size_t>(full - 1), '=') + (done < steps ? ">" : "=");
  return out + std::string(static_cast<size_t>(kAsciiWidth - full), '.') + "] - ";
}

std::string ProgressBar::text(int64_t done, const Logs& logs, bool last, double elapsed) const {
  double per_step = done > 0 ? elapsed / static_cast<double>(done) : 0;
  if (first_step_ > 0 && done > 1) {
    per_step = (elapsed - first_step_) / static_cast<double>(done - 1);
  }
  const int64_t steps = steps_.value_or(last ? done : 0);
  std::string count;
  if (steps > 0) {
    const std::string total = std::to_string(steps);
    count = std::to_string(done);
    if (count.size() < total.size()) count.insert(0, total.size() - count.size(), ' ');
    count += "/" + total;
  }
  if (verbose_ == 2) {
    std::string out = count + c_format(" - %.0fs", elapsed);
    if (!ascii_) out += " -" + time_per("step", per_step);
    for (const auto& [name, value] : logs) out += shown(name, value, value);
    if (ascii_) {
      const auto all = static_cast<double>(std::max<int64_t>(1, done));
      out += " -" + time_per("epoch", elapsed) + " -" + time_per("step", elapsed / all);
    }
    return out + "\n";
  }
  std::string out =
      "\r\x1b[K" + (ascii_ ? ascii_bar(done, steps, count) : colour_bar(done, steps, count));
  const bool running = steps > 0 && !last;
  const std::string time = running ? remaining(per_step * static_cast<double>(steps - done))
                                   : c_format("%.0fs", elapsed);
  if (ascii_) {
    out += running ? "ETA: " + time : time + time_per("step", per_step);
  } else {
    out += "\x1b[1m" + time + "\x1b[0m" + time_per("step", per_step);
  }
  const auto known = [&](const std::string& name) {
    return std::find(order_.begin(), order_.end(), name) != order_.end();
  };
  for (const std::string& name : order_) {
    for (const auto& [key, value] : logs) {
      if (key == name) out += shown(name, value, std::abs(value));
    }
  }
  for (const auto& [name, value] : logs) {
    if (!known(name)) out += shown(name, value, std::abs(value));
  }
  if (last) out += "\n";
  return out;
}

void ProgressBar::update(int64_t done, const Logs& logs, bool last) {
  if (verbose_ == 0 || (verbose_ == 2 && !last)) return;
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  write_progress(text(done, logs, last, elapsed));
  if (order_.empty()) {
    for (const auto& [name, value] : logs) order_.push_back(name);
  }
  if (done == 1 && !last && verbose_ == 1) first_step_ = elapsed;
  shown_ = Clock::now();
  any_shown_ = true;
}

}  // namespace rill::keras
