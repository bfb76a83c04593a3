// Callbacks that save the model: keras/src/callbacks/model_checkpoint.py, backup_and_restore.py;
// tf_keras/src/callbacks.py.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/c_format.h"
#include "base/fail.h"
#include "codec/atomic_file.h"
#include "codec/json.h"
#include "io/h5_weights.h"
#include "io/keras_checkpoint.h"
#include "io/keras_formats.h"
#include "keras/callbacks/monitor.h"
#include "keras/core/python_float.h"
#include "keras/core/weights.h"
#include "keras/saving/training_state.h"
#include "keras/training/trainer.h"
#include "rill/keras/callbacks.hpp"
#include "rill/keras/saving.hpp"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;

// One field of Python's str.format: "epoch:02d", "val_loss:.2f", "loss".
std::string formatted(const std::string& field, int64_t epoch, std::optional<int64_t> batch,
                      const Logs& logs) {
  const size_t colon = field.find(':');
  const std::string name = field.substr(0, colon);
  std::string spec = colon == std::string::npos ? "" : field.substr(colon + 1);
  const bool whole = name == "epoch" || (name == "batch" && batch);
  const auto log = [&] {
    try {
      return log_value(logs, name);
    } catch (const NotFoundError& error) {
      std::string names = batch ? "epoch, batch" : "epoch";
      for (const auto& [known, value] : logs) names += ", " + known;
      rethrow_with_context(error, str("ModelCheckpoint: the path may name ", names));
    }
  };
  const double value = name == "epoch" ? static_cast<double>(epoch)
                       : whole         ? static_cast<double>(*batch)
                                       : log();
  const auto bad = [&] {
    fail(Code::invalid_argument, "ModelCheckpoint: ", quoted("{" + field + "}"),
         " in the path is not understood");
  };
  if (spec.empty())
    return whole ? std::to_string(static_cast<int64_t>(value)) : python_float(value);
  const char kind = spec.back();
  spec.pop_back();
  if (spec.find_first_not_of("0123456789.") != std::string::npos || spec.size() > 8) bad();
  std::string out;
  if (kind == 'd' && whole) {
    out = c_format(str("%", spec, "lld").c_str(), static_cast<long long>(value));
  } else if (kind == 'f' || kind == 'e' || kind == 'g') {
    out = c_format(str("%", spec, kind).c_str(), value);
  }
  if (out.empty() || out.size() > 127) bad();
  return out;
}

// Of an execution of several batches one hears once: counts batches up to `save_freq`.
class BatchCount {
 public:
  bool reaches(int64_t save_freq, int64_t batch) {
    since_ += batch <= last_ ? batch + 1 : batch - last_;
    last_ = batch;
    if (since_ < save_freq) return false;
    since_ = 0;
    return true;
  }
  int64_t since() const { return since_; }

 private:
  int64_t since_ = 0;
  int64_t last_ = -1;
};

class Checkpoint final : public Callback {
 public:
  Checkpoint(std::string path, const callbacks::ModelCheckpointOptions& o)
      : path_(std::move(path)), o_(o), monitor_(o.monitor, o.mode, 0, [](const std::string& name) {
          return name.find("acc") != std::string::npos || name.starts_with("fmeasure");
        }) {
    best_ = o.initial_value_threshold;
    if (o.save_freq && *o.save_freq < 1) {
      fail(Code::invalid_argument, "ModelCheckpoint: save_freq must be positive, not ",
           *o.save_freq);
    }
  }
  bool wants_batch_logs(int64_t) const override { return o_.save_freq.has_value(); }

  void on_train_begin(Logs&) override {
    if (habits_of(model()).checkpoints_any_format) return;
    if (o_.save_weights_only && !path_.ends_with(".weights.h5")) {
      fail(Code::invalid_argument,
           "ModelCheckpoint: with save_weights_only the path must end in .weights.h5, not ",
           quoted(path_));
    }
    if (!path_.ends_with(".keras") && !path_.ends_with(".h5")) {
      fail(Code::invalid_argument, "ModelCheckpoint: the path must end in .keras or .h5, not ",
           quoted(path_));
    }
  }
  void on_epoch_begin(int64_t epoch, Logs&) override { epoch_ = epoch; }
  void on_train_batch_end(int64_t batch, Logs& logs) override {
    if (o_.save_freq && batches_.reaches(*o_.save_freq, batch)) save(epoch_, batch + 1, logs);
  }
  void on_epoch_end(int64_t epoch, Logs& logs) override {
    if (!o_.save_freq) save(epoch, std::nullopt, logs);
  }

 private:
  void save(int64_t epoch, std::optional<int64_t> batch, const Logs& logs) {
    const std::string path = path_of(epoch + 1, batch, logs);
    const bool any_format = habits_of(model()).checkpoints_any_format;
    if (o_.save_best_only) {
      const std::optional<double> now = monitor_.value(logs, model());
      if (!now && any_format) return;
      if (any_format && !best_) best_ = monitor_.worst();
      if (now && !monitor_.improves(*now, best_)) {
        if (o_.verbose > 0) {
          print_line(str("\nEpoch ", epoch + 1, ": ", monitor_.name(), " did not improve from ",
                         five_digits(best_)));
        }
        return;
      }
      if (o_.verbose > 0 && now) {
        print_line(str("\nEpoch ", epoch + 1, ": ", monitor_.name(), " improved from ",
                       five_digits(best_), " to ", five_digits(now), ", saving model to ", path));
      }
      if (now) best_ = now;
    } else if (o_.verbose > 0) {
      print_line(str("\nEpoch ", epoch + 1, ": saving model to ", path));
    }
    const fs::path folder = fs::path(path).parent_path();
    std::error_code ignored;  // saving says what is wrong
    if (!folder.empty()) fs::create_directories(folder, ignored);
    any_format ? write_keras2(path) : write(path);
  }

  void write(const std::string& path) {
    o_.save_weights_only ? save_weights(model(), path) : save_model(model(), path);
    if (o_.verbose > 0) {
      print_line(str("\nEpoch ", epoch_ + 1, ": finished saving model to ", path));
    }
  }

  // What has no other ending is a SavedModel, or a checkpoint.
  void write_keras2(const std::string& path) {
    SaveOptions options;
    options.keras_version = 2;
    const bool file = path.ends_with(".keras") || path.ends_with(".h5") || path.ends_with(".hdf5");
    if (file && o_.save_weights_only) {
      save_weights(model(), path, options);
    } else if (file) {
      save_model(model(), path, options);
    } else if (o_.save_weights_only) {
      const std::optional<TrainingState> training = training_state(*model().impl());
      io::save_checkpoint_weights(model(), path, training ? &*training : nullptr);
    } else {
      io::export_keras_model(model(), path, true);
    }
  }

  static std::string five_digits(std::optional<double> value) {
    if (!value) return "None";
    return c_format("%.5f", *value);
  }

  std::string path_of(int64_t epoch, std::optional<int64_t> batch, const Logs& logs) const {
    std::string out;
    for (size_t i = 0; i < path_.size(); ++i) {
      const size_t end = path_[i] == '{' ? path_.find('}', i) : std::string::npos;
      if (end == std::string::npos) {
        out += path_[i];
        continue;
      }
      out += formatted(path_.substr(i + 1, end - i - 1), epoch, batch, logs);
      i = end;
    }
    return out;
  }

  std::string path_;
  callbacks::ModelCheckpointOptions o_;
  Monitor monitor_;
  std::optional<double> best_;
  int64_t epoch_ = 0;
  BatchCount batches_;
};

class Backup final : public Callback {
 public:
  Backup(std::string folder, const callbacks::BackupOptions& o)
      : folder_(std::move(folder)), o_(o) {
    if (folder_.empty()) fail(Code::invalid_argument, "BackupAndRestore: the folder has no name");
  }
  bool wants_batch_logs(int64_t) const override { return false; }

  void on_train_begin(Logs&) override {
    if (!fs::exists(weights()) || !fs::exists(metadata())) return;
    load_weights(model(), weights());
    Trainer& trainer = trainer_of(*model().impl());
    restore_optimizer(trainer, io::H5Weights(formats::H5File::open(weights())));
    std::ifstream in(metadata());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const Json said = Json::parse(text, metadata());
    int64_t epoch = said.at("epoch").as_int();
    // Whoever was killed between the two files left weights that are an epoch ahead.
    if (const Json* rate = said.find("learning_rate")) {
      trainer.optimizer()->set_learning_rate(rate->as_double());
    }
    const Json* steps = said.find("iterations");
    if (!o_.save_freq && steps && steps->as_int() < trainer.optimizer()->iteration_count()) ++epoch;
    trainer.resume_epoch = epoch;
  }

  void on_epoch_begin(int64_t epoch, Logs&) override {
    epoch_ = epoch;
    done_ = 0;
  }
  void on_train_batch_end(int64_t batch, Logs&) override {
    done_ = batch + 1;
    if (o_.save_freq && batches_.reaches(*o_.save_freq, batch)) save();
  }
  void on_epoch_end(int64_t epoch, Logs&) override {
    // An epoch that was stopped in its middle is done again, from where it began.
    if (params().steps && done_ < *params().steps) return;
    epoch_ = epoch + 1;
    if (!o_.save_freq) save();
  }
  void on_train_end(Logs&) override {
    std::error_code ignored;
    if (!o_.delete_checkpoint) return;
    fs::remove(weights(), ignored);
    fs::remove(metadata(), ignored);
    fs::remove(folder_, ignored);  // when nothing else is in it
  }

 private:
  // The files of Keras 3. Weights and the optimizer's variables are all that a model lacks that is
  // there already: whatever its layers and losses are.
  std::string weights() const { return folder_ + "/latest.weights.h5"; }
  std::string metadata() const { return folder_ + "/training_metadata.json"; }
  void save() {
    std::error_code ignored;
    fs::create_directories(folder_, ignored);
    save_weights(model(), weights());
    Json json = Json::object();
    json.set("epoch", epoch_);
    json.set("batch", batches_.since());
    const Optimizer& optimizer = model().optimizer();
    json.set("iterations", optimizer.iteration_count());
    // Keras 2 does not count it among the optimizer's variables.
    if (optimizer.flavour() != Optimizer::Flavour::keras3 && !optimizer.has_schedule()) {
      json.set("learning_rate", optimizer.learning_rate());
    }
    write_file(metadata(), json.dump());
  }

  std::string folder_;
  callbacks::BackupOptions o_;
  int64_t epoch_ = 0;
  BatchCount batches_;
  int64_t done_ = 0;  // batches of this epoch
};

}  // namespace

namespace callbacks {
CallbackPtr ModelCheckpoint(const std::string& path, const ModelCheckpointOptions& options) {
  return std::make_shared<Checkpoint>(path, options);
}
CallbackPtr BackupAndRestore(const std::string& folder, const BackupOptions& options) {
  return std::make_shared<Backup>(folder, options);
}
}  // namespace callbacks
}  // namespace rill::keras
