// keras/src/callbacks/csv_logger.py, with the line ends of Python's csv module.
#include <algorithm>
#include <fstream>

#include "base/fail.h"
#include "keras/callbacks/monitor.h"
#include "keras/core/python_float.h"
#include "keras/training/trainer.h"
#include "rill/keras/callbacks.hpp"

namespace rill::keras {
namespace {

constexpr const char* kLineEnd = "\r\n";

class CsvLogger final : public Callback {
 public:
  CsvLogger(std::string path, const callbacks::CSVLoggerOptions& o)
      : path_(std::move(path)), o_(o) {}
  bool wants_batch_logs(int64_t) const override { return false; }

  void on_train_begin(Logs&) override {
    header_ = true;
    if (o_.append) header_ = std::ifstream(path_).peek() == std::ifstream::traits_type::eof();
    file_.open(path_,
               o_.append ? std::ios::app | std::ios::binary : std::ios::trunc | std::ios::binary);
    if (!file_) fail(Code::not_found, "cannot write ", quoted(path_));
    keys_.clear();
  }

  void on_epoch_end(int64_t epoch, Logs& logs) override {
    if (keys_.empty()) choose_keys(logs);
    std::string line = std::to_string(epoch);
    for (const std::string& key : keys_) {
      const auto found = std::find_if(logs.begin(), logs.end(),
                                      [&](const auto& item) { return item.first == key; });
      line += o_.separator + (found == logs.end() ? "NA" : shown(key, found->second));
    }
    file_ << line << kLineEnd << std::flush;
    if (!file_) fail(Code::resource_exhausted, "cannot write to ", quoted(path_), ": disk full?");
  }

  void on_train_end(Logs&) override { file_.close(); }

 private:
  std::string shown(const std::string& key, double value) const {
    const TrainingHabits& habits = habits_of(model());
    return key == habits.rate ? python_rate(value, habits) : python_float(value);
  }
  void choose_keys(const Logs& logs) {
    for (const auto& [name, value] : logs) keys_.push_back(name);
    std::sort(keys_.begin(), keys_.end());
    const auto of_validation = [](const std::string& key) { return key.starts_with("val_"); };
    // Validation may come in later epochs only.
    if (std::none_of(keys_.begin(), keys_.end(), of_validation)) {
      const size_t count = keys_.size();
      for (size_t i = 0; i < count; ++i) keys_.push_back("val_" + keys_[i]);
    }
    if (!header_) return;
    std::string line = "epoch";
    for (const std::string& key : keys_) line += o_.separator + key;
    file_ << line << kLineEnd;
  }

  std::string path_;
  callbacks::CSVLoggerOptions o_;
  std::ofstream file_;
  std::vector<std::string> keys_;
  bool header_ = true;
};

}  // namespace

CallbackPtr callbacks::CSVLogger(const std::string& path, const CSVLoggerOptions& options) {
  return std::make_shared<CsvLogger>(path, options);
}

}  // namespace rill::keras
