// Callbacks that end the training or change the learning rate. Sources:
// keras/src/callbacks/{early_stopping,reduce_lr_on_plateau,learning_rate_scheduler,
// terminate_on_nan,swap_ema_weights,lambda_callback}.py.
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/callbacks/monitor.h"
#include "keras/core/python_float.h"
#include "keras/optimizers/detail/make.h"
#include "keras/training/trainer.h"
#include "rill/keras/callbacks.hpp"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

void set_log(Logs& logs, const std::string& name, double value) {
  for (auto& [key, old] : logs) {
    if (key == name) {
      old = value;
      return;
    }
  }
  logs.emplace_back(name, value);
}

// The optimizers that update variables: that of the model, or those within it.
std::vector<OptimizerPtr> updating(const Model& model) {
  const OptimizerPtr optimizer = trainer_of(*model.impl()).optimizer();
  const auto* holder = dynamic_cast<const HoldsOptimizers*>(&*optimizer);
  return holder ? holder->inner() : std::vector{optimizer};
}

// The optimizers with a rate, and what logs call it.
std::vector<std::pair<std::string, OptimizerPtr>> rates(const Model& model) {
  const OptimizerPtr optimizer = trainer_of(*model.impl()).optimizer();
  if (optimizer->class_name() != "MultiOptimizer") return {{habits_of(model).rate, optimizer}};
  std::vector<std::pair<std::string, OptimizerPtr>> out;
  for (const OptimizerPtr& part : updating(model)) {
    out.emplace_back("learning_rate_" + part->name(), part);
  }
  return out;
}

void log_rates(const Model& model, Logs& logs) {
  for (const auto& [name, optimizer] : rates(model)) {
    set_log(logs, name, optimizer->learning_rate());
  }
}

// " NAME" of one optimizer among several, in messages.
std::string which(const std::string& log) {
  constexpr std::string_view kOwn = "learning_rate_";
  return log.starts_with(kOwn) ? " " + log.substr(kOwn.size()) : "";
}

class EarlyStoppingCallback final : public Callback {
 public:
  explicit EarlyStoppingCallback(const callbacks::EarlyStoppingOptions& o)
      : o_(o), monitor_(o.monitor, o.mode, o.min_delta, [](const std::string& name) {
          return name.ends_with("acc") || name.ends_with("accuracy") || name.ends_with("auc");
        }) {}
  bool wants_batch_logs(int64_t) const override { return false; }

  void on_train_begin(Logs&) override {
    wait_ = 0;
    stopped_ = 0;
    best_epoch_ = 0;
    best_.reset();
    weights_.clear();
  }

  void on_epoch_end(int64_t epoch, Logs& logs) override {
    const std::optional<double> now = monitor_.value(logs, model());
    if (!now || epoch < o_.start_from_epoch) return;
    if (o_.restore_best_weights && weights_.empty()) {
      weights_ = model().get_weights();
      best_epoch_ = epoch;
    }
    ++wait_;
    if (monitor_.improves(*now, best_)) {
      best_ = now;
      best_epoch_ = epoch;
      if (o_.restore_best_weights) weights_ = model().get_weights();
      if (!o_.baseline || monitor_.improves(*now, o_.baseline)) wait_ = 0;
      return;
    }
    if (wait_ >= o_.patience && epoch > 0) {
      stopped_ = epoch;
      stop_training();
    }
  }

  void on_train_end(Logs&) override {
    if (stopped_ > 0 && o_.verbose > 0) {
      print_line(str("Epoch ", stopped_ + 1, ": early stopping"));
    }
    if (!o_.restore_best_weights || weights_.empty()) return;
    if (o_.verbose > 0) {
      print_line(
          str("Restoring model weights from the end of the best epoch: ", best_epoch_ + 1, "."));
    }
    model().set_weights(weights_);
  }

 private:
  callbacks::EarlyStoppingOptions o_;
  Monitor monitor_;
  int64_t wait_ = 0;
  int64_t stopped_ = 0;
  int64_t best_epoch_ = 0;
  std::optional<double> best_;
  std::vector<Tensor> weights_;
};

class ReduceRateCallback final : public Callback {
 public:
  explicit ReduceRateCallback(const callbacks::ReduceLROnPlateauOptions& o)
      : o_(o), monitor_(o.monitor, o.mode, o.min_delta, [](const std::string& name) {
          return name.find("acc") != std::string::npos;
        }) {
    if (!(o.factor < 1)) {
      fail(Code::invalid_argument, "ReduceLROnPlateau: factor must be below 1, not ", o.factor);
    }
  }
  bool wants_batch_logs(int64_t) const override { return false; }

  void on_train_begin(Logs&) override {
    best_.reset();
    cooling_ = 0;
    wait_ = 0;
  }

  void on_epoch_end(int64_t epoch, Logs& logs) override {
    log_rates(model(), logs);
    const std::optional<double> now = monitor_.value(logs, model());
    if (!now) return;
    if (cooling_ > 0) {
      --cooling_;
      wait_ = 0;
    }
    if (monitor_.improves(*now, best_)) {
      best_ = now;
      wait_ = 0;
      return;
    }
    if (cooling_ > 0 || ++wait_ < o_.patience) return;
    bool reduced = false;
    for (const auto& [name, optimizer] : rates(model())) {
      const double old = optimizer->learning_rate();
      if (!(old > static_cast<double>(static_cast<float>(o_.min_lr)))) continue;
      const double lower = habits_of(model()).rate_is_float32
                               ? static_cast<float>(old) * static_cast<float>(o_.factor)
                               : old * o_.factor;
      const double rate = std::max(lower, o_.min_lr);
      optimizer->set_learning_rate(rate);
      reduced = true;
      if (o_.verbose > 0) {
        print_line(str("\nEpoch ", epoch + 1, ": ReduceLROnPlateau reducing", which(name),
                       " learning rate to ", python_float(rate), "."));
      }
    }
    if (!reduced) return;
    cooling_ = o_.cooldown;
    wait_ = 0;
  }

 private:
  callbacks::ReduceLROnPlateauOptions o_;
  Monitor monitor_;
  std::optional<double> best_;
  int64_t cooling_ = 0;
  int64_t wait_ = 0;
};

class RateScheduler final : public Callback {
 public:
  RateScheduler(std::function<double(int64_t, double)> rate, int verbose)
      : rate_(std::move(rate)), verbose_(verbose) {}
  bool wants_batch_logs(int64_t) const override { return false; }
  void on_epoch_begin(int64_t epoch, Logs&) override {
    for (const auto& [name, optimizer] : rates(model())) {
      const double rate = rate_(epoch, optimizer->learning_rate());
      optimizer->set_learning_rate(rate);
      if (verbose_ > 0) {
        print_line(str("\nEpoch ", epoch + 1, ": LearningRateScheduler setting", which(name),
                       " learning rate to ", python_float(rate), "."));
      }
    }
  }
  void on_epoch_end(int64_t, Logs& logs) override { log_rates(model(), logs); }

 private:
  std::function<double(int64_t, double)> rate_;
  int verbose_;
};

class NanTerminator final : public Callback {
 public:
  void on_train_batch_end(int64_t batch, Logs& logs) override {
    for (const auto& [name, value] : logs) {
      if (name != "loss" || std::isfinite(value)) continue;
      print_line(str("Batch ", batch, ": Invalid loss, terminating training"));
      stop_training();
    }
  }
};

class EmaSwapper final : public Callback {
 public:
  explicit EmaSwapper(bool on_epoch) : on_epoch_(on_epoch) {}
  bool wants_batch_logs(int64_t) const override { return false; }
  void on_train_begin(Logs&) override {
    const std::vector<OptimizerPtr> all = updating(model());
    if (std::none_of(all.begin(), all.end(), [](const auto& o) { return o->uses_ema(); })) {
      fail(Code::invalid_argument, "SwapEMAWeights needs an optimizer with use_ema = true");
    }
  }
  void on_epoch_begin(int64_t, Logs&) override {
    if (on_epoch_) put(false);
  }
  void on_epoch_end(int64_t epoch, Logs&) override {
    if (!on_epoch_) return;
    put(true);
    // The end of fit() gives the variables the averages once more.
    if (epoch != params().epochs - 1) return;
    for (const OptimizerPtr& optimizer : updating(model())) optimizer->restart_ema();
  }
  void on_test_begin(Logs&) override { put(true); }
  void on_test_end(Logs&) override { put(false); }

 private:
  void put(bool averages) {
    if (averages == inside_) return;
    for (const OptimizerPtr& optimizer : updating(model())) optimizer->swap_ema();
    inside_ = averages;
  }
  bool on_epoch_;
  bool inside_ = false;  // the model holds the averages
};

class Lambda final : public Callback {
 public:
  explicit Lambda(const callbacks::LambdaOptions& o) : o_(o) {}
  bool wants_batch_logs(int64_t) const override { return static_cast<bool>(o_.on_train_batch_end); }
  void on_train_begin(Logs& logs) override {
    if (o_.on_train_begin) o_.on_train_begin(logs);
  }
  void on_train_end(Logs& logs) override {
    if (o_.on_train_end) o_.on_train_end(logs);
  }
  void on_epoch_begin(int64_t epoch, Logs& logs) override {
    if (o_.on_epoch_begin) o_.on_epoch_begin(epoch, logs);
  }
  void on_epoch_end(int64_t epoch, Logs& logs) override {
    if (o_.on_epoch_end) o_.on_epoch_end(epoch, logs);
  }
  void on_train_batch_begin(int64_t batch, Logs& logs) override {
    if (o_.on_train_batch_begin) o_.on_train_batch_begin(batch, logs);
  }
  void on_train_batch_end(int64_t batch, Logs& logs) override {
    if (o_.on_train_batch_end) o_.on_train_batch_end(batch, logs);
  }

 private:
  callbacks::LambdaOptions o_;
};

}  // namespace

namespace callbacks {
CallbackPtr LambdaCallback(const LambdaOptions& o) { return std::make_shared<Lambda>(o); }
CallbackPtr EarlyStopping(const EarlyStoppingOptions& o) {
  return std::make_shared<EarlyStoppingCallback>(o);
}
CallbackPtr ReduceLROnPlateau(const ReduceLROnPlateauOptions& o) {
  return std::make_shared<ReduceRateCallback>(o);
}
CallbackPtr LearningRateScheduler(std::function<double(int64_t, double)> rate, int verbose) {
  return std::make_shared<RateScheduler>(std::move(rate), verbose);
}
CallbackPtr TerminateOnNaN() { return std::make_shared<NanTerminator>(); }
CallbackPtr SwapEMAWeights(bool swap_on_epoch) {
  return std::make_shared<EmaSwapper>(swap_on_epoch);
}
}  // namespace callbacks
}  // namespace rill::keras
