#include "rill/keras/callbacks.hpp"

#include "base/fail.h"
#include "keras/training/callback_list.h"

namespace rill::keras {

Callback::Callback() = default;
Callback::~Callback() = default;
void Callback::on_train_begin(Logs&) {}
void Callback::on_train_end(Logs&) {}
void Callback::on_epoch_begin(int64_t, Logs&) {}
void Callback::on_epoch_end(int64_t, Logs&) {}
void Callback::on_train_batch_begin(int64_t, Logs&) {}
void Callback::on_train_batch_end(int64_t, Logs&) {}
void Callback::on_test_begin(Logs&) {}
void Callback::on_test_end(Logs&) {}
void Callback::on_test_batch_begin(int64_t, Logs&) {}
void Callback::on_test_batch_end(int64_t, Logs&) {}
void Callback::on_predict_begin(Logs&) {}
void Callback::on_predict_end(Logs&) {}
void Callback::on_predict_batch_begin(int64_t, Logs&) {}
void Callback::on_predict_batch_end(int64_t, Logs&) {}

void Callback::set_model(const Model& model) { model_ = std::make_unique<Model>(model); }
void Callback::stop_training() {
  if (model_) trainer_of(*model_->impl()).stop = true;
}

CallbackList::CallbackList(const Model& model, std::vector<CallbackPtr> callbacks,
                           const TrainingParams& params)
    : callbacks_(std::move(callbacks)) {
  for (const CallbackPtr& callback : callbacks_) {
    if (!callback) fail(Code::invalid_argument, "an empty callback was given");
    callback->set_model(model);
    callback->set_params(params);
  }
}

bool CallbackList::wants_batch_logs(int64_t batch) const {
  for (const CallbackPtr& callback : callbacks_) {
    if (callback->wants_batch_logs(batch)) return true;
  }
  return false;
}

PredictCalls::PredictCalls(const Model& model, const PredictOptions& options,
                           std::optional<int64_t> steps)
    : callbacks_(model, options.callbacks, {1, steps, options.verbose}) {
  if (options.steps && *options.steps < 1) {
    fail(Code::invalid_argument, "predict(): steps must be positive, not ", *options.steps);
  }
  each([](Callback& c, Logs& logs) { c.on_predict_begin(logs); });
}
Values PredictCalls::batch(const std::function<Values()>& run) {
  const int64_t number = done_++;
  each([&](Callback& c, Logs& logs) { c.on_predict_batch_begin(number, logs); });
  Values out = run();
  each([&](Callback& c, Logs& logs) { c.on_predict_batch_end(number, logs); });
  return out;
}
void PredictCalls::end() {
  each([](Callback& c, Logs& logs) { c.on_predict_end(logs); });
}

double log_value(const Logs& logs, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [key, value] : logs) {
    if (key == name) return value;
    names.push_back(key);
  }
  fail(Code::not_found, "there is no value ", quoted(name), " in the logs",
       did_you_mean(name, names));
}

Batches::Batches(std::initializer_list<std::pair<const std::string, Tensor>> named) {
  for (const auto& [name, value] : named) {
    names_.push_back(name);
    list_.push_back(value);
  }
}
Batches::Batches(const std::map<std::string, Tensor>& named) {
  for (const auto& [name, value] : named) {
    names_.push_back(name);
    list_.push_back(value);
  }
}

}  // namespace rill::keras
