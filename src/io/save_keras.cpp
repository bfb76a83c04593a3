// Keras models into .keras, .h5 and .weights.h5, and load_weights()'s counterpart.
#include <ctime>

#include "base/fail.h"
#include "codec/zip.h"
#include "io/graph_layer.h"
#include "io/h5_sink.h"
#include "io/keras_checkpoint.h"
#include "io/keras_formats.h"
#include "keras/saving/legacy_config.h"
#include "keras/saving/optimizer_generation.h"
#include "keras/saving/save_weights.h"
#include "op/emit.h"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;

// As time.strftime("%Y-%m-%d@%H:%M:%S"); the environment may fix it for files that are compared.
std::string date_saved() {
  std::time_t now = std::time(nullptr);
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) now = std::atoll(fixed);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  char out[32];
  return std::string(out, std::strftime(out, sizeof(out), "%Y-%m-%d@%H:%M:%S", &parts));
}

Json config_of(const Model& model, const TrainingState* training, bool keras2) {
  Json json = model.impl()->to_json();
  if (keras2) {
    json = keras2_archive_config(json);
  } else {
    require_keras3(json);
  }
  if (training != nullptr) {
    json.set("compile_config", keras2 ? keras2_compile_config(training->config) : training->config);
  }
  return json;
}

void save_archive(const Model& model, const fs::path& path, std::optional<TrainingState> training,
                  bool keras2, bool half) {
  if (keras2 && training && !keras2_knows_optimizer(*training)) training.reset();
  if (training && keras2) {
    training->optimizer = keras2_optimizer_variables(*training, *model.impl());
  }
  const TrainingState* given = training ? &*training : nullptr;
  Json metadata = Json::object();
  metadata.set("keras_version", keras2 ? kKeras2Version : kKeras3Version);
  metadata.set("date_saved", date_saved());
  ZipWriter zip(path);
  zip.add("metadata.json", metadata.dump());
  zip.add("config.json", config_of(model, given, keras2).dump());
  zip.begin("model.weights.h5");
  formats::H5Writer writer(zip.file());
  io::H5Sink sink(writer, half);
  save_keras3_weights(*model.impl(), sink, given, keras2);
  zip.end(writer.finish());
  zip.commit();
}

void save_h5(const Model& model, const fs::path& path, const TrainingState* training, bool keras2,
             bool half) {
  if (keras2 && training != nullptr && !keras2_knows_optimizer(*training)) training = nullptr;
  const Json json = model.impl()->to_json();
  if (!keras2) require_keras3(json);
  const std::string config = (keras2 ? keras2_config(json) : h5_config(json)).dump();
  AtomicFile file(path);
  formats::H5Writer writer(file);
  io::H5Sink sink(writer, half);
  writer.attribute("", "keras_version", keras2 ? kKeras2Version : kKeras3Version);
  writer.attribute("", "backend", "tensorflow");
  writer.attribute("", "model_config", config);
  if (training != nullptr) {
    writer.attribute("", "training_config",
                     legacy_training_config(training->config, keras2).dump());
  }
  save_legacy_weights(*model.impl(), sink, "model_weights", keras2);
  if (training != nullptr) {
    save_legacy_optimizer(
        keras2 ? keras2_optimizer_variables(*training, *model.impl()) : training->optimizer, sink);
  }
  writer.finish();
  file.commit();
}

void save_weights_h5(const Model& model, const fs::path& path, const TrainingState* training,
                     bool legacy, bool keras2, bool half) {
  AtomicFile file(path);
  formats::H5Writer writer(file);
  io::H5Sink sink(writer, half);
  if (legacy) {
    save_legacy_weights(*model.impl(), sink, "", keras2);
  } else {
    save_keras3_weights(*model.impl(), sink, training);
    if (keras2 && training != nullptr) save_keras2_metrics(*training, sink);
  }
  writer.finish();
  file.commit();
}

void check_overwrite(const fs::path& path, bool overwrite) {
  std::error_code error;
  if (overwrite || !fs::exists(path, error)) return;
  fail(Code::already_exists, path.string(), ": exists already; pass overwrite = true");
}

// As the generation of Keras has it that the file is for.
std::optional<TrainingState> training_of(const Model& model, const SaveOptions& options,
                                         bool keras2) {
  if (!options.include_optimizer) return {};
  std::optional<TrainingState> training = training_state(*model.impl());
  if (training && !keras2) return keras3_training(*training, *model.impl());
  return training;
}

}  // namespace
}  // namespace rill::keras

namespace rill::io {

// A graph that became a model has no layers that Keras 2 would know.
bool is_for_keras2(const keras::Model& model, const keras::SaveOptions& options, bool saved_model) {
  if (options.keras_version) return *options.keras_version == 2;
  std::vector<std::string> graphs;
  find_graph_layers(*model.impl(), graphs);
  return saved_model && graphs.empty() && model.impl()->generation() == keras::Generation::keras2;
}

}  // namespace rill::io

namespace rill::keras {

void save_model(const Model& model, const fs::path& path, const SaveOptions& options) {
  const GraphScope eager(nullptr);
  check_overwrite(path, options.overwrite);
  const std::string name = path.filename().string();
  io::with_path(path.string(), "", [&] {
    const bool keras2 = io::is_for_keras2(model, options, !path.has_extension());
    const std::optional<TrainingState> training = training_of(model, options, keras2);
    const TrainingState* given = training ? &*training : nullptr;
    if (name.ends_with(".weights.h5")) {
      fail(Code::invalid_argument,
           "files of weights alone are written by save_weights(), not by save()");
    } else if (name.ends_with(".keras")) {
      io::require_configs(*model.impl());
      save_archive(model, path, training, keras2, options.half);
    } else if (name.ends_with(".h5") || name.ends_with(".hdf5")) {
      io::require_configs(*model.impl());
      save_h5(model, path, given, keras2, options.half);
    } else if (!path.has_extension()) {
      io::export_keras_model(model, path.string(), keras2);
    } else {
      fail(Code::invalid_argument,
           "the ending says no format: expected .keras, .h5, .hdf5, or none for a SavedModel");
    }
  });
}

void save_weights(const Model& model, const fs::path& path, const SaveOptions& options) {
  const GraphScope eager(nullptr);
  check_overwrite(path, options.overwrite);
  // What loads weights into a model has its optimizer already: its state is not translated.
  std::optional<TrainingState> training;
  if (options.include_optimizer) training = training_state(*model.impl());
  const std::string name = path.filename().string();
  io::with_path(path.string(), "", [&] {
    if (name.ends_with(".ckpt") || !path.has_extension()) {
      io::save_checkpoint_weights(model, path, training ? &*training : nullptr);
      return;
    }
    if (!name.ends_with(".h5") && !name.ends_with(".hdf5")) {
      fail(
          Code::invalid_argument,
          "weights are written to .weights.h5, .h5, or, as a checkpoint of TensorFlow, to .ckpt or "
          "a name without an ending");
    }
    save_weights_h5(model, path, training ? &*training : nullptr, !name.ends_with(".weights.h5"),
                    io::is_for_keras2(model, options, false), options.half);
  });
}

void save_checkpoint(const Model& model, const fs::path& prefix, const SaveOptions& options) {
  const GraphScope eager(nullptr);
  check_overwrite(prefix.string() + ".index", options.overwrite);
  const bool keras2 = io::is_for_keras2(model, options, false);
  const std::optional<TrainingState> training = training_of(model, options, keras2);
  io::with_path(prefix.string(), "", [&] {
    io::save_training_checkpoint(model, prefix, training ? &*training : nullptr, keras2);
  });
}

void export_saved_model(const Model& model, const fs::path& path) {
  io::with_path(path.string(), "", [&] { io::export_keras_model(model, path.string()); });
}

void Model::export_saved_model(const fs::path& path) const {
  keras::export_saved_model(*this, path);
}
void Model::save(const fs::path& path) const { save_model(*this, path); }
void Model::save(const fs::path& path, const SaveOptions& options) const {
  save_model(*this, path, options);
}
void Model::save_weights(const fs::path& path, const SaveOptions& options) const {
  keras::save_weights(*this, path, options);
}
void Model::save_weights(const fs::path& path) const { keras::save_weights(*this, path); }
void Model::load_weights(const fs::path& path) const { keras::load_weights(*this, path); }
void Model::load_weights(const fs::path& path, const WeightsOptions& options) const {
  keras::load_weights(*this, path, options);
}

}  // namespace rill::keras
