// What is called while a model trains.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "rill/keras/model.hpp"
#include "rill/keras/training.hpp"

namespace rill::keras {

struct TrainingParams {
  int64_t epochs = 1;
  std::optional<int64_t> steps = {};  // of an epoch, when it is known
  int verbose = 0;
};

// What users subclass. Callbacks may change the logs of an epoch.
class RILL_API Callback {
 public:
  Callback();
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  virtual ~Callback();

  virtual void on_train_begin(Logs& logs);
  virtual void on_train_end(Logs& logs);
  virtual void on_epoch_begin(int64_t epoch, Logs& logs);
  virtual void on_epoch_end(int64_t epoch, Logs& logs);
  virtual void on_train_batch_begin(int64_t batch, Logs& logs);
  virtual void on_train_batch_end(int64_t batch, Logs& logs);
  virtual void on_test_begin(Logs& logs);
  virtual void on_test_end(Logs& logs);
  virtual void on_test_batch_begin(int64_t batch, Logs& logs);
  virtual void on_test_batch_end(int64_t batch, Logs& logs);
  virtual void on_predict_begin(Logs& logs);
  virtual void on_predict_end(Logs& logs);
  virtual void on_predict_batch_begin(int64_t batch, Logs& logs);
  virtual void on_predict_batch_end(int64_t batch, Logs& logs);
  // Whether it looks at the logs of batch `batch`: computing them costs time.
  virtual bool wants_batch_logs(int64_t) const { return true; }

  Model& model() { return *model_; }
  const Model& model() const { return *model_; }
  const TrainingParams& params() const { return params_; }
  void set_model(const Model& model);
  void set_params(const TrainingParams& params) { params_ = params; }
  // fit() ends after this batch.
  void stop_training();

 private:
  std::unique_ptr<Model> model_;
  TrainingParams params_;
};

namespace callbacks {

struct LambdaOptions {
  std::function<void(Logs&)> on_train_begin = {};
  std::function<void(Logs&)> on_train_end = {};
  std::function<void(int64_t, Logs&)> on_epoch_begin = {};
  std::function<void(int64_t, Logs&)> on_epoch_end = {};
  std::function<void(int64_t, Logs&)> on_train_batch_begin = {};
  std::function<void(int64_t, Logs&)> on_train_batch_end = {};
};
RILL_API CallbackPtr LambdaCallback(const LambdaOptions& options);

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;
  int64_t patience = 0;
  int verbose = 0;
  std::string mode = "auto";  // auto, min, max
  std::optional<double> baseline = {};
  bool restore_best_weights = false;
  int64_t start_from_epoch = 0;
};
RILL_API CallbackPtr EarlyStopping(const EarlyStoppingOptions& options = {});

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;
  int64_t patience = 10;
  int verbose = 0;
  std::string mode = "auto";
  double min_delta = 1e-4;
  int64_t cooldown = 0;
  double min_lr = 0;
};
RILL_API CallbackPtr ReduceLROnPlateau(const ReduceLROnPlateauOptions& options = {});

// The rate of an epoch, from its number and the rate of the last one.
RILL_API CallbackPtr LearningRateScheduler(std::function<double(int64_t epoch, double rate)> rate,
                                           int verbose = 0);
RILL_API CallbackPtr TerminateOnNaN();

struct CSVLoggerOptions {
  std::string separator = ",";
  bool append = false;
};
RILL_API CallbackPtr CSVLogger(const std::string& path, const CSVLoggerOptions& options = {});

struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  int verbose = 0;
  bool save_best_only = false;
  bool save_weights_only = false;
  std::string mode = "auto";
  // "epoch", or a number of batches.
  std::optional<int64_t> save_freq = {};
  std::optional<double> initial_value_threshold = {};
};
// "weights.{epoch:02d}-{val_loss:.2f}.keras". A model that trains as Keras 3 does takes .keras, .h5
// and, for weights alone, .weights.h5; one of Keras 2 any path: what has no other ending becomes a
// SavedModel, or a checkpoint.
RILL_API CallbackPtr ModelCheckpoint(const std::string& path,
                                     const ModelCheckpointOptions& options = {});

struct BackupOptions {
  std::optional<int64_t> save_freq = {};  // batches; none: every epoch
  bool delete_checkpoint = true;
};
// Goes on after an interruption: weights, optimizer and epoch lie in the folder, as Keras 3 has
// them there. The model, its loss and its optimizer are those that fit() is called with.
RILL_API CallbackPtr BackupAndRestore(const std::string& folder, const BackupOptions& options = {});
RILL_API CallbackPtr SwapEMAWeights(bool swap_on_epoch = false);

struct TensorBoardOptions {
  int64_t histogram_freq = 0;  // epochs
  // "epoch", "batch", or a number of batches.
  std::string update_freq = "epoch";
};
// Event files that TensorBoard reads: train/ and validation/ below the folder.
RILL_API CallbackPtr TensorBoard(const std::string& folder = "logs",
                                 const TensorBoardOptions& options = {});
RILL_API CallbackPtr ProgbarLogger();

}  // namespace callbacks
}  // namespace rill::keras
