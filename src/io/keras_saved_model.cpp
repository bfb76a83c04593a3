// SavedModels as Keras models: from the configs in keras_metadata.pb with the weights of the
// checkpoint (layers of classes that are not known run the functions traced for them), or, without
// configs, by a signature.
#include <optional>

#include "base/log.h"
#include "codec/json.h"
#include "formats/saved_model/keras_metadata.h"
#include "formats/saved_model/saved_model.h"
#include "io/checkpoint_optimizer.h"
#include "io/graph_vocabularies.h"
#include "io/keras_checkpoint.h"
#include "io/keras_formats.h"
#include "io/object_walk.h"
#include "io/revived_layer.h"
#include "io/saved_gradients.h"
#include "keras/models/model_layer.h"
#include "keras/saving/deserialize.h"

namespace rill::io {
namespace {

namespace fs = std::filesystem;

// The metadata of the layers. TensorFlow 2.0 to 2.4 keep it in the objects of the graph.
std::vector<formats::KerasNode> keras_nodes(const fs::path& folder,
                                            const formats::MetaGraph& meta) {
  std::error_code error;
  if (fs::is_regular_file(folder / "keras_metadata.pb", error)) {
    return formats::load_keras_metadata(folder / "keras_metadata.pb");
  }
  std::vector<formats::KerasNode> out;
  if (!meta.object_graph) return out;
  const auto& objects = meta.object_graph->nodes;
  walk_objects(
      objects.size(),
      [&](int32_t id) -> const auto& { return objects[static_cast<size_t>(id)].children; },
      [&](int32_t id, const std::string& path) {
        const auto* user =
            std::get_if<formats::SavedUserObject>(&objects[static_cast<size_t>(id)].value);
        if (user == nullptr || !user->identifier.starts_with("_tf_keras") ||
            user->metadata.empty()) {
          return;
        }
        formats::KerasNode node;
        node.node_id = id;
        node.node_path = path.empty() ? "root" : "root." + path;
        node.identifier = user->identifier;
        node.metadata = user->metadata;
        out.push_back(std::move(node));
      });
  return out;
}

// What the file says of the model at the root; null for a file without Keras models.
Json root_metadata(const std::vector<formats::KerasNode>& nodes) {
  for (const formats::KerasNode& node : nodes) {
    if (node.node_path == "root") return Json::parse(node.metadata, "keras_metadata.pb");
  }
  return {};
}

bool has_config(const Json& json) {
  const Json* config = json.find("config");
  return config != nullptr && config->size() > 0 && json.value("is_graph_network", false);
}

struct KerasFile {
  const std::string& path;
  const fs::path& folder;
  const formats::SavedModel& saved;
  const std::vector<formats::KerasNode>& nodes;
};

// Without a config, a class of the user's: its layers, and its call as it was traced.
keras::Model with_layers(const KerasFile& file, const Json& json,
                         const keras::CustomObjects& custom, const keras::LoadOptions& options) {
  const std::string version = json.value<std::string>("keras_version", "2");
  const std::string prefix = formats::variables_prefix(file.folder);
  return with_path(file.path, version, [&] {
    const auto revival = std::make_shared<Revival>(file.saved, file.saved.meta_graph(options.tags),
                                                   file.nodes, custom);
    keras::Model model;
    if (has_config(json)) {
      model = keras::model_from_config(json, revival->classes(), version);
      if (!model.weights().empty()) load_checkpoint_weights(model, prefix, false, true);
      fill_vocabularies(*model.impl(), file.path, options.tags, file.saved, file.nodes);
    } else {
      model = keras::Model(revived_model(revival));
    }
    const Json* training = json.find("training_config");
    if (options.compile && training != nullptr && training->is_object()) {
      const auto optimizer = prefix.empty() ? nullptr : checkpoint_optimizer(prefix);
      model.impl()->keep_training(
          {training->dump(), optimizer, version, keras::SavedTraining::From::saved_model});
    }
    return model;
  });
}

// The only MetaGraph counts when none has the tags that were asked for.
std::set<std::string> tags_of(const formats::SavedModel& file,
                              const std::set<std::string>& wanted) {
  if (file.meta_graphs.size() != 1 || wanted != keras::LoadOptions().tags) return wanted;
  const auto& tags = file.meta_graphs[0].tags;
  return {tags.begin(), tags.end()};
}

}  // namespace

keras::Model load_keras_saved_model(const std::string& path, const keras::CustomObjects& custom,
                                    const keras::LoadOptions& given) {
  fs::path folder(path);
  std::error_code error;
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  formats::SavedModel file = formats::load_saved_model(path);
  for (formats::MetaGraph& meta : file.meta_graphs) bind_registered_gradients(meta);
  keras::LoadOptions options = given;
  options.tags = tags_of(file, given.tags);
  const std::vector<formats::KerasNode> nodes = keras_nodes(folder, file.meta_graph(options.tags));
  const Json root = root_metadata(nodes);
  // A signature that the caller names is that of a model without a config.
  const bool by_signature = !options.signature.empty() && !has_config(root);
  if (root.is_null() || by_signature) return signature_model(path, options);
  try {
    return with_layers({path, folder, file, nodes}, root, custom, options);
  } catch (const Error& e) {
    if (e.code() == Code::data_loss || e.code() == Code::resource_exhausted) throw;
    // What layers cannot stand for, the signature may; if not, the first cause is the one to tell.
    std::optional<keras::Model> model;
    try {
      model.emplace(signature_model(path, options));
    } catch (const Error&) {
    }
    if (!model) throw;
    const std::string note =
        str("loaded by its signature, without layers, as its layers cannot be built: ", e.what());
    report(LogLevel::warning, path, ": ", note);
    model->impl()->set_note(note);
    return std::move(*model);
  }
}

}  // namespace rill::io
