#include <map>
#include <optional>

#include "base/str.h"
#include "cli/commands.h"
#include "cli/description.h"
#include "cli/output.h"
#include "keras/models/model_layer.h"
#include "rill/keras.hpp"

namespace rill::cli {
namespace {

struct Scope {
  std::string name;
  int64_t tensors = 0;
  int64_t parameters = 0;
};

// "layer/kernel" belongs to "layer".
std::vector<Scope> scopes_of(const Description& d) {
  std::vector<Scope> scopes;
  std::map<std::string, size_t> place;  // graphs list the variables of a scope apart
  for (const StoredTensor& t : d.variables) {
    const size_t slash = t.name.rfind('/');
    const std::string name = slash == std::string::npos ? t.name : t.name.substr(0, slash);
    const auto [found, is_new] = place.emplace(name, scopes.size());
    if (is_new) scopes.push_back({name, 0, 0});
    Scope& scope = scopes[found->second];
    ++scope.tensors;
    if (t.shape.is_fully_defined()) scope.parameters += t.shape.num_elements();
  }
  return scopes;
}

// The model of a file that has layers. A SavedModel of Keras 2 has their configs, too, and what
// tracks Keras layers without being a model (a policy, a tf.Module) looks like one from outside.
std::optional<rill::keras::Model> keras_model(const Description& d) {
  if (d.kind == formats::FileKind::keras_json) return rill::keras::model_from_json_file(d.path);
  if (d.kind == formats::FileKind::saved_model && d.notes.ends_with("Keras 2")) {
    try {
      return rill::keras::load_model(d.path);
    } catch (const NotFoundError&) {
      return std::nullopt;
    }
  }
  if (!d.keras || d.keras->class_name.empty()) return std::nullopt;  // weights alone
  return rill::keras::load_model(d.path);
}

int summarize_keras(const Arguments& arguments, const rill::keras::Model& model) {
  if (arguments.json) {
    Json layers = Json::array();
    for (const rill::keras::LayerPtr& layer : model.layers()) {
      Json one = Json::object();
      one.set("name", layer->name());
      one.set("class_name", layer->class_name());
      one.set("parameters", layer->count_params());
      one.set("trainable", layer->trainable());
      layers.push_back(std::move(one));
    }
    Json json = Json::object();
    json.set("rill", 1);
    json.set("path", arguments.file);
    json.set("name", model.name());
    json.set("layers", std::move(layers));
    json.set("parameters", model.count_params());
    if (const std::string& note = model.impl()->note(); !note.empty()) json.set("note", note);
    print_json(json);
    return 0;
  }
  rill::keras::SummaryOptions options;
  if (!arguments.style.empty()) options.style = arguments.style;
  if (arguments.line_length > 0) options.line_length = arguments.line_length;
  options.expand_nested = arguments.expand_nested;
  options.show_trainable = arguments.show_trainable;
  const std::string text = model.summary_text(options);
  print(text);
  if (!text.ends_with('\n')) print("\n");
  if (const std::string& note = model.impl()->note(); !note.empty()) {
    print(str("Note: ", note, "\n"));
  }
  return 0;
}

}  // namespace

int summary(const Arguments& arguments) {
  const Description d = describe(arguments.file);
  if (const auto model = keras_model(d)) return summarize_keras(arguments, *model);
  const std::vector<Scope> scopes = scopes_of(d);
  if (arguments.json) {
    Json list = Json::array();
    for (const Scope& scope : scopes) {
      Json one = Json::object();
      one.set("name", scope.name);
      one.set("tensors", scope.tensors);
      one.set("parameters", scope.parameters);
      list.push_back(std::move(one));
    }
    Json json = Json::object();
    json.set("rill", 1);
    json.set("path", d.path);
    json.set("scopes", std::move(list));
    json.set("parameters", count_parameters(d));
    print_json(json);
    return 0;
  }
  print(str("Model: ", quoted(d.path), " (", d.format, "), by name scope\n"));
  std::vector<std::vector<std::string>> rows = {{"scope", "tensors", "parameters"}};
  for (const Scope& scope : scopes) {
    rows.push_back({scope.name, str(scope.tensors), with_commas(scope.parameters)});
  }
  if (scopes.empty()) {
    print("  no variables\n");
  } else {
    print(align(rows, "  "));
  }
  print(str(" Total params: ", with_commas(count_parameters(d)), " (", human_bytes(count_bytes(d)),
            ")\n"));
  return 0;
}

}  // namespace rill::cli
