// rill train MODEL --data d.npz: fit from arrays or a table; Ctrl-C stops at the end of a batch and
// keeps what was learnt.
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/fail.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/train_data.h"
#include "formats/detect.h"
#include "keras/models/model_layer.h"
#include "keras/training/trainer.h"
#include "rill/keras.hpp"

namespace rill::cli {
namespace {

namespace k = rill::keras;

volatile std::sig_atomic_t interrupted = 0;
// The first one asks for an end after the batch, the second one ends the program.
void on_signal(int signal) {
  interrupted = signal;
  std::signal(signal, SIG_DFL);
}

class Interrupt final : public k::Callback {
 public:
  bool wants_batch_logs(int64_t) const override { return false; }
  void on_train_batch_end(int64_t, k::Logs&) override {
    if (interrupted != 0) stop_training();
  }
};

// Stops when the loss is no number any more: what follows would be lost work. Looks now and then,
// for the loss of a batch costs time.
class StopAtNan final : public k::Callback {
 public:
  bool met() const { return epoch_.has_value(); }
  bool wants_batch_logs(int64_t batch) const override { return batch % 64 == 63; }
  void on_epoch_begin(int64_t epoch, k::Logs&) override { now_ = epoch; }
  void on_train_batch_end(int64_t, k::Logs& logs) override { look(logs); }
  void on_epoch_end(int64_t, k::Logs& logs) override { look(logs); }
  void complain() const {
    std::fprintf(stderr,
                 "rill: error: the loss is not finite in epoch %lld; stopped, nothing saved\n"
                 "      look for NaN in the data, or try a smaller --learning-rate\n",
                 static_cast<long long>(*epoch_) + 1);
  }

 private:
  void look(const k::Logs& logs) {
    for (const auto& [name, value] : logs) {
      if (name == "loss" && !std::isfinite(value) && !epoch_) epoch_ = now_;
    }
    if (epoch_) stop_training();
  }
  int64_t now_ = 0;
  std::optional<int64_t> epoch_;
};

// A folder of images, one folder a class, as the model's first input takes them; all of them, or
// the "training" or "validation" part, which are the same in each run.
Dataset image_batches(const Arguments& a, const k::Model& model, const char* subset) {
  const std::vector<k::KerasTensor> inputs = model.inputs();
  const Shape shape = inputs.size() == 1 ? inputs[0].shape() : Shape{};
  if (shape.rank() != 4 || (shape[3] != 1 && shape[3] != 3) || shape[1] < 1 || shape[2] < 1) {
    fail(Code::invalid_argument, a.data, " is a folder of images; the model takes ", shape,
         " and not one batch of images of a known size");
  }
  ImageFolderOptions options;
  options.image_size = Shape{shape[1], shape[2]};
  options.channels = shape[3];
  options.shuffle = !a.no_shuffle;
  options.batch_size = a.batch > 0 ? a.batch : 32;
  options.validation_split = a.validation_split;
  options.subset = subset;
  options.seed = 0;
  const Shape out = model.outputs()[0].shape();
  const bool binary = out.rank() == 2 && out[1] == 1;
  const bool sparse = a.loss.empty() || a.loss.starts_with("sparse_");
  options.label_mode = binary ? "binary" : sparse ? "int" : "categorical";
  return Dataset::from_image_folder(a.data, options);
}

// For the generation of Keras that the model came from, as its checkpoints are.
void save(const k::Model& model, const std::string& path) {
  k::SaveOptions options;
  options.keras_version = model.impl()->generation() == k::Generation::keras2 ? 2 : 3;
  if (path.ends_with(".weights.h5")) {
    model.save_weights(path, options);
  } else {
    model.save(path, options);
  }
}

// What an interrupted run learnt goes somewhere, also when nobody said where.
void save_interrupted(const Arguments& a, const k::Model& model) {
  const std::string path =
      a.save.empty() ? std::filesystem::path(a.file).stem().string() + ".interrupted.keras"
                     : a.save;
  save(model, path);
  std::fprintf(stderr, "interrupted; the model as it is now: %s\n", path.c_str());
}

k::Model read_model(const std::string& path) {
  return formats::detect(path) == formats::FileKind::keras_json ? k::model_from_json_file(path)
                                                                : k::load_model(path);
}

// "val_loss:3": stop when it has not improved for so many epochs.
k::CallbackPtr early_stop(const std::string& text) {
  const size_t colon = text.rfind(':');
  k::callbacks::EarlyStoppingOptions options;
  options.monitor = text.substr(0, colon);
  options.restore_best_weights = true;
  if (colon != std::string::npos) {
    char* end = nullptr;
    options.patience = std::strtoll(text.c_str() + colon + 1, &end, 10);
    if (*end != '\0' || options.patience < 0) {
      fail(Code::invalid_argument, "--early-stop ", text, ": NAME:EPOCHS is expected");
    }
  }
  return k::callbacks::EarlyStopping(options);
}

// What the file says, but for what the command line says.
void compile(const Arguments& a, const k::Model& model) {
  k::CompileOptions options;
  if (model.impl()->saved_training()) options = k::trainer_of(*model.impl()).options();
  if (options.loss.items().empty()) options = {};  // nobody had compiled it
  if (!a.optimizer.empty() || !options.optimizer) {
    k::OptimizerOptions settings;
    if (a.learning_rate > 0) settings.learning_rate = a.learning_rate;
    options.optimizer = k::make_optimizer(a.optimizer.empty() ? "adam" : a.optimizer, settings);
  } else if (a.learning_rate > 0) {
    options.optimizer->set_learning_rate(a.learning_rate);
  }
  const std::vector<std::string> losses = split(a.loss, ',');
  if (losses.size() == 1) {
    options.loss = k::LossSpecs(losses[0]);
  } else if (!losses.empty()) {
    std::vector<k::LossSpec> list(losses.begin(), losses.end());
    options.loss = k::LossSpecs(std::move(list));
  } else if (options.loss.items().empty()) {
    fail(Code::invalid_argument,
         "train needs --loss: the model was saved without one; for numbers --loss mse, for classes "
         "--loss crossentropy");
  }
  if (!a.metrics.empty()) options.metrics = {};
  for (const std::string& metric : a.metrics) options.metrics.emplace_back(metric);
  model.compile(options);
}

// Before the work, not after it.
void check_target(const char* option, const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (path.empty() || folder.empty() || std::filesystem::is_directory(folder)) return;
  fail(Code::not_found, option, " ", path, ": the folder ", folder.string(), " does not exist");
}

void check_targets(const Arguments& a) {
  check_target("--save", a.save);
  check_target("--csv", a.csv);
  check_target("--curve", a.curve);
  const std::string ending = std::filesystem::path(a.save).extension().string();
  if (ending.empty() || ending == ".keras" || ending == ".h5" || ending == ".hdf5") return;
  fail(Code::invalid_argument, "--save ", a.save,
       ": the ending says no format: expected .keras, .h5, .hdf5, or none for a SavedModel");
}

}  // namespace

int train(const Arguments& a) {
  check_targets(a);
  const k::Model model = read_model(a.file);
  const bool folder = std::filesystem::is_directory(a.data);
  const TrainData data = folder ? TrainData() : read_train_data(a);
  compile(a, model);
  k::FitOptions options;
  options.epochs = a.epochs;
  options.batch_size = a.batch > 0 ? a.batch : 32;
  options.validation_split = a.validation_split;
  options.shuffle = !a.no_shuffle;
  if (a.quiet) options.verbose = 0;
  options.callbacks.push_back(std::make_shared<Interrupt>());
  const auto nan = std::make_shared<StopAtNan>();
  options.callbacks.push_back(nan);
  if (!a.resume.empty()) {
    k::callbacks::BackupOptions backup;
    backup.delete_checkpoint = false;
    options.callbacks.push_back(k::callbacks::BackupAndRestore(a.resume, backup));
  }
  if (!a.early_stop.empty()) options.callbacks.push_back(early_stop(a.early_stop));
  if (!a.csv.empty()) options.callbacks.push_back(k::callbacks::CSVLogger(a.csv));
  if (!a.tensorboard.empty()) options.callbacks.push_back(k::callbacks::TensorBoard(a.tensorboard));
  if (!a.checkpoint.empty()) {
    k::callbacks::ModelCheckpointOptions checkpoint;
    checkpoint.monitor = a.validation_split > 0 ? "val_loss" : "loss";
    checkpoint.save_weights_only = a.checkpoint.ends_with(".weights.h5");
    checkpoint.save_best_only = a.checkpoint.find('{') == std::string::npos;
    options.callbacks.push_back(k::callbacks::ModelCheckpoint(a.checkpoint, checkpoint));
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  k::History history;
  if (folder) {
    const bool splits = a.validation_split > 0;
    options.validation_split = 0;
    if (splits) options.validation_dataset = image_batches(a, model, "validation");
    history = model.fit(image_batches(a, model, splits ? "training" : ""), options);
  } else {
    history = model.fit(data.x, data.y, options);
  }
  if (interrupted != 0) {
    save_interrupted(a, model);
  } else if (nan->met()) {
    nan->complain();
  } else if (!a.save.empty()) {
    save(model, a.save);
  }
  if (!a.curve.empty()) history.svg(a.curve);
  if (a.json) {
    Json curves = Json::object();
    for (const auto& [name, values] : history.history) {
      Json list = Json::array();
      for (const double v : values) list.push_back(v);
      curves.set(name, std::move(list));
    }
    Json json = Json::object();
    json.set("rill", 1);
    json.set("path", a.file);
    json.set("epochs", static_cast<int64_t>(history.epoch.size()));
    json.set("history", std::move(curves));
    print_json(json);
  }
  if (interrupted != 0) return 128 + static_cast<int>(interrupted);
  return nan->met() ? 1 : 0;
}

}  // namespace rill::cli
