// rill train MODEL --data d.npz: fit from arrays or a table; Ctrl-C stops at the end of a batch and
// keeps what was learnt.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>

#include "base/fail.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "codec/npy.h"
#include "formats/detect.h"
#include "keras/models/model_layer.h"
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

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// Numbers with a header or without; columns by name or number.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<float>> columns;
};

Table read_csv(const std::string& path) {
  std::ifstream in(path);
  if (!in) fail(Code::not_found, path, ": cannot be read");
  Table out;
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::vector<std::string> cells;
    size_t begin = 0;
    while (begin <= line.size()) {
      const size_t end = std::min(line.find(',', begin), line.size());
      cells.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    std::vector<float> row;
    bool numbers = true;
    for (const std::string& cell : cells) {
      char* end = nullptr;
      row.push_back(std::strtof(cell.c_str(), &end));
      numbers = numbers && !cell.empty() && *end == '\0';
    }
    if (out.columns.empty()) {
      out.columns.resize(cells.size());
      for (size_t i = 0; i < cells.size(); ++i) {
        out.names.push_back(numbers ? std::to_string(i) : cells[i]);
      }
      if (!numbers) continue;
    }
    if (!numbers || cells.size() != out.columns.size()) {
      fail(Code::invalid_argument, path, ": line ", number, " does not hold ", out.columns.size(),
           " numbers");
    }
    for (size_t i = 0; i < row.size(); ++i) out.columns[i].push_back(row[i]);
  }
  return out;
}

Tensor columns(const Table& table, const std::vector<std::string>& names) {
  const size_t rows = table.columns.empty() ? 0 : table.columns[0].size();
  Tensor out(DType::float32, {static_cast<int64_t>(rows), static_cast<int64_t>(names.size())});
  for (size_t j = 0; j < names.size(); ++j) {
    const auto found = std::find(table.names.begin(), table.names.end(), names[j]);
    if (found == table.names.end()) {
      fail(Code::not_found, "the table has no column ", quoted(names[j]),
           did_you_mean(names[j], table.names));
    }
    const auto& column = table.columns[static_cast<size_t>(found - table.names.begin())];
    for (size_t i = 0; i < rows; ++i) out.data<float>()[i * names.size() + j] = column[i];
  }
  return out;
}

struct Data {
  std::vector<Tensor> x;
  std::vector<Tensor> y;
};

// The arrays called x and y (x_train, y_train; x0, x1, ...), or those that --x and --y name.
Data from_npz(const Arguments& a) {
  const NamedTensors arrays = read_npz(a.data);
  std::vector<std::string> names;
  for (const auto& [name, value] : arrays) names.push_back(name);
  const auto pick = [&](const std::string& given, const std::string& letter) {
    std::vector<std::string> wanted = split(given, ',');
    for (const char* form : {"", "_train", "0"}) {
      const std::string name = letter + form;
      if (wanted.empty() && std::find(names.begin(), names.end(), name) != names.end()) {
        wanted = {name};
      }
    }
    for (int i = 1;
         given.empty() && wanted.size() == static_cast<size_t>(i) && wanted[0] == letter + "0";
         ++i) {
      const std::string next = letter + std::to_string(i);
      if (std::find(names.begin(), names.end(), next) == names.end()) break;
      wanted.push_back(next);
    }
    if (wanted.empty()) {
      fail(Code::not_found, a.data, " has no array ", quoted(letter), " or ",
           quoted(letter + "_train"), "; say which by --", letter);
    }
    std::vector<Tensor> out;
    for (const std::string& name : wanted) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        fail(Code::not_found, a.data, " has no array ", quoted(name), did_you_mean(name, names));
      }
      out.push_back(arrays[static_cast<size_t>(found - names.begin())].second);
    }
    return out;
  };
  return {pick(a.x, "x"), pick(a.y, "y")};
}

Data from_csv(const Arguments& a) {
  const Table table = read_csv(a.data);
  std::vector<std::string> y = split(a.y, ',');
  if (y.empty() && !table.names.empty()) y = {table.names.back()};
  std::vector<std::string> x = split(a.x, ',');
  if (x.empty()) {
    for (const std::string& name : table.names) {
      if (std::find(y.begin(), y.end(), name) == y.end()) x.push_back(name);
    }
  }
  return {{columns(table, x)}, {columns(table, y)}};
}

Data read_data(const Arguments& a) {
  if (a.data.empty()) {
    Data out;
    for (const std::string& path : split(a.x, ',')) out.x.push_back(read_npy(path));
    for (const std::string& path : split(a.y, ',')) out.y.push_back(read_npy(path));
    if (out.x.empty()) fail(Code::invalid_argument, "train needs --data, or --x X.npy --y Y.npy");
    return out;
  }
  if (a.data.ends_with(".csv")) return from_csv(a);
  return from_npz(a);
}

// A folder of images, one folder a class, as the model's first input takes them.
Dataset image_batches(const Arguments& a, const k::Model& model) {
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
  const Shape out = model.outputs()[0].shape();
  const bool binary = out.rank() == 2 && out[1] == 1;
  const bool sparse = a.loss.empty() || a.loss.starts_with("sparse_");
  options.label_mode = binary ? "binary" : sparse ? "int" : "categorical";
  return Dataset::from_image_folder(a.data, options);
}

// The last part of the batches; the first part stays in `train`.
Dataset hold_out(Dataset& train, double part) {
  const int64_t count = train.cardinality().value_or(0);
  const auto kept = static_cast<int64_t>(static_cast<double>(count) * (1 - part));
  if (kept < 1 || kept >= count) {
    fail(Code::invalid_argument, "the ", count, " batches cannot be split by --validation-split ",
         part);
  }
  Dataset out = train.skip(kept);
  train = train.take(kept);
  return out;
}

// What an interrupted run learnt goes somewhere, also when nobody said where.
void save_interrupted(const Arguments& a, const k::Model& model) {
  const std::string path =
      a.save.empty() ? std::filesystem::path(a.file).stem().string() + ".interrupted.keras"
                     : a.save;
  k::save_model(model, path);
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

void compile(const Arguments& a, const k::Model& model) {
  const bool has_settings = model.impl()->saved_training().has_value();
  if (a.optimizer.empty() && a.loss.empty() && a.metrics.empty() && has_settings) return;
  if (a.loss.empty()) {
    fail(Code::invalid_argument, "train needs --loss: the model was saved without one");
  }
  k::CompileOptions options;
  k::OptimizerOptions settings;
  if (a.learning_rate > 0) settings.learning_rate = a.learning_rate;
  options.optimizer = k::make_optimizer(a.optimizer.empty() ? "adam" : a.optimizer, settings);
  const std::vector<std::string> losses = split(a.loss, ',');
  if (losses.size() == 1) {
    options.loss = k::LossSpecs(losses[0]);
  } else {
    std::vector<k::LossSpec> list(losses.begin(), losses.end());
    options.loss = k::LossSpecs(std::move(list));
  }
  for (const std::string& metric : a.metrics) options.metrics.emplace_back(metric);
  model.compile(options);
}

}  // namespace

int train(const Arguments& a) {
  const k::Model model = read_model(a.file);
  const bool folder = std::filesystem::is_directory(a.data);
  const Data data = folder ? Data() : read_data(a);
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
    checkpoint.save_best_only = a.checkpoint.find('{') == std::string::npos;
    options.callbacks.push_back(k::callbacks::ModelCheckpoint(a.checkpoint, checkpoint));
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  k::History history;
  if (folder) {
    Dataset batches = image_batches(a, model);
    if (a.validation_split > 0) {
      options.validation_dataset = hold_out(batches, a.validation_split);
      options.validation_split = 0;
    }
    if (!a.no_shuffle) batches = batches.shuffle(8);
    history = model.fit(batches, options);
  } else {
    history = model.fit(data.x, data.y, options);
  }
  if (!a.curve.empty()) history.svg(a.curve);
  if (interrupted != 0) {
    save_interrupted(a, model);
  } else if (nan->met()) {
    nan->complain();
  } else if (!a.save.empty()) {
    k::save_model(model, a.save);
  }
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
