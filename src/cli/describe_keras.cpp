// Keras models: .h5 of Keras 1 to 3, .keras, its folder, a bare JSON config.
#include "base/ascii.h"
#include "base/fail.h"
#include "cli/describe_parts.h"
#include "codec/mapped_file.h"
#include "formats/hdf5/h5_file.h"
#include "formats/keras_archive/keras_archive.h"
#include "keras/saving/deserialize.h"

namespace rill::cli {
namespace {

constexpr int kMostNesting = 48;

std::string text(const Json& json, const char* key) {
  const Json* found = json.find(key);
  return found != nullptr && found->is_string() ? found->as_string() : "";
}

const Json* layers_of(const Json& config) {
  if (config.is_array()) return &config;  // Keras 1 wrote a bare list for Sequential
  const Json* layers = config.find("layers");
  return layers != nullptr && layers->is_array() ? layers : nullptr;
}

std::optional<Shape> shape_of(const Json& config) {
  for (const char* key : {"batch_shape", "batch_input_shape"}) {
    const Json* found = config.find(key);
    if (found == nullptr || !found->is_array()) continue;
    Shape shape;
    for (const Json& dim : found->as_array()) {
      shape.push_back(dim.is_number() ? dim.as_int() : Shape::kUnknownDim);
    }
    return shape;
  }
  return std::nullopt;
}

// dtype is a name, or {"class_name": "DTypePolicy", "config": {"name": "float32"}}.
DType dtype_of_config(const Json& config) {
  const Json* found = config.find("dtype");
  if (found != nullptr && found->is_object()) {
    const Json* inner = found->find("config");
    found = inner != nullptr ? inner->find("name") : nullptr;
  }
  if (found == nullptr || !found->is_string()) return DType::float32;
  const DType dtype = dtype_from_name(found->as_string());
  return dtype == DType::invalid ? DType::float32 : dtype;
}

// Keras before 3 names the input of a Sequential model without an input layer after its first
// layer.
std::string first_input(const KerasPart& keras, const std::string& layer) {
  return keras.keras_version.starts_with('3') ? layer : layer + "_input";
}

void add_layers(KerasPart& keras, const Json& config, int depth) {
  const Json* layers = layers_of(config);
  if (layers == nullptr || depth > kMostNesting) return;
  bool first = true;
  for (const Json& layer : layers->as_array()) {
    const std::string class_name = text(layer, "class_name");
    const Json* inner = layer.find("config");
    if (inner == nullptr) continue;
    std::string name = inner->is_object() ? text(*inner, "name") : "";
    if (name.empty()) name = text(layer, "name");
    if (depth == 0 && (class_name == "InputLayer" || first)) {
      if (const auto shape = shape_of(*inner)) {
        const std::string input = class_name == "InputLayer" ? name : first_input(keras, name);
        keras.inputs.push_back({input, "", dtype_of_config(*inner), *shape});
      }
    }
    first = false;
    if (depth == 0) keras.layers.push_back({name, class_name});
    if (inner->is_object() && layers_of(*inner) != nullptr) add_layers(keras, *inner, depth + 1);
  }
}

void add_datasets(Description& out, const formats::H5File& file, const std::string& group) {
  for (const formats::H5Dataset& data : file.datasets(group)) {
    if (data.dtype == DType::invalid || data.dtype == DType::string) continue;
    std::string name = data.path;
    if (!group.empty() && name.starts_with(group + "/")) name.erase(0, group.size() + 1);
    if (name.starts_with("optimizer/") || name.starts_with("optimizer_weights/")) continue;
    out.variables.push_back({std::move(name), data.dtype, data.shape});
  }
}

std::string notes_of(const KerasPart& keras) {
  std::string notes;
  if (!keras.keras_version.empty()) notes = "Keras " + keras.keras_version;
  if (!keras.backend.empty()) {
    notes += str(notes.empty() ? "" : ", ", "backend ", keras.backend);
  }
  if (!keras.class_name.empty()) {
    notes += str(notes.empty() ? "" : ", ", keras.compiled ? "compiled" : "not compiled");
  }
  return notes;
}

}  // namespace

void read_keras_config(KerasPart& keras, const Json& config) {
  keras.class_name = text(config, "class_name");
  const Json* inner = config.find("config");
  if (inner == nullptr) return;
  if (inner->is_object()) keras.name = text(*inner, "name");
  if (keras.name.empty()) keras.name = text(config, "name");
  add_layers(keras, *inner, 0);
  if (keras.layers.empty()) {  // a subclassed model: only its own class is known
    keras.layers.push_back({keras.name, keras.class_name});
  }
  if (keras.inputs.empty()) {  // Sequential without an input layer, built
    const Json* build = inner->find("build_input_shape");
    if (build == nullptr) {
      const Json* outer = config.find("build_config");
      build = outer != nullptr ? outer->find("input_shape") : nullptr;
    }
    if (build != nullptr && build->is_array() && !keras.layers.empty()) {
      Json holder = Json::object();
      holder.set("batch_shape", *build);
      if (const auto shape = shape_of(holder)) {
        const std::string input = first_input(keras, keras.layers[0].name);
        keras.inputs.push_back({input, "", DType::float32, *shape});
      }
    }
  }
  find_missing_classes(keras, config);
}

void describe_hdf5(Description& out) {
  const auto file = formats::H5File::open(out.path);
  KerasPart keras;
  keras.keras_version = file->text("", "keras_version").value_or("");
  keras.backend = file->text("", "backend").value_or("");
  const auto config = file->text("", "model_config");
  keras.compiled = file->text("", "training_config").has_value();
  const bool has_weights = file->is_group("model_weights");
  if (config) {
    out.format = "Keras HDF5 model";
    read_keras_config(keras, Json::parse(*config, out.path + ": model_config"));
    if (keras.keras_version.empty() && has_weights) {
      keras.keras_version = file->text("model_weights", "keras_version").value_or("");
      keras.backend = file->text("model_weights", "backend").value_or("");
    }
  } else if (file->texts("", "layer_names") || file->is_group("layers") || has_weights) {
    out.format = "Keras HDF5 weights";
  } else {
    out.format = "HDF5 file without a Keras model";
  }
  add_datasets(out, *file, has_weights ? "model_weights" : "");
  out.notes = notes_of(keras);
  out.keras = std::move(keras);
}

void describe_keras_archive(Description& out) {
  const auto archive = formats::KerasArchive::open(out.path);
  if (!archive->contains("config.json")) {
    fail(Code::invalid_argument, out.path,
         ": is a zip archive without config.json, not a Keras model");
  }
  KerasPart keras;
  out.format =
      out.kind == formats::FileKind::keras_folder ? "Keras model, unpacked" : "Keras archive";
  const std::string metadata = archive->metadata();
  if (!metadata.empty()) {
    keras.keras_version =
        text(Json::parse(metadata, archive->place("metadata.json")), "keras_version");
  }
  const Json config = Json::parse(archive->config(), archive->place("config.json"));
  const Json* compile = config.find("compile_config");
  keras.compiled = compile != nullptr && compile->size() > 0;
  read_keras_config(keras, config);
  if (const auto weights = archive->weights()) add_datasets(out, *weights, "");
  out.notes = notes_of(keras);
  out.keras = std::move(keras);
}

void describe_keras_json(Description& out) {
  const auto file = MappedFile::open(out.path);
  const Json config = rill::keras::parse_architecture(text_of(file->bytes()), out.path);
  KerasPart keras;
  keras.keras_version = text(config, "keras_version");
  keras.backend = text(config, "backend");
  read_keras_config(keras, config);
  const bool is_yaml = ascii::is_letter(text_of(file->bytes()).front());
  out.format = str("Keras configuration (", is_yaml ? "YAML" : "JSON", "), without weights");
  out.notes = notes_of(keras);
  out.keras = std::move(keras);
}

}  // namespace rill::cli
