#include "io/graph_vocabularies.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/fail.h"
#include "codec/json.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "io/object_variables.h"
#include "keras/layers/categorical.h"
#include "ops/lookup_table.h"
#include "rill/saved_model.hpp"
#include "session/session_impl.h"

namespace rill::io {
namespace {

std::string text_or_none(const NodeDef& node, const char* attr) {
  const AttrValue* value = node.attrs.find(attr);
  const auto* text = value ? value->get_if<std::string>() : nullptr;
  return text ? *text : std::string();
}

class Tables {
 public:
  Tables(const std::string& path, const std::set<std::string>& tags,
         const formats::SavedModel& file, const std::vector<formats::KerasNode>& nodes)
      : meta_(file.meta_graph(tags)),
        objects_(*meta_.object_graph),
        values_(formats::variables_prefix(file.folder)),
        keys_(variable_keys(file, meta_)) {
    SavedModel::load(session_, tags, path);
    for (const formats::KerasNode& node : nodes) {
      const Json json = Json::parse(node.metadata, "keras_metadata.pb");
      if (const Json* name = json.find("name"); name != nullptr && name->is_string()) {
        node_of_layer_.emplace(name->as_string(), node.node_id);
      }
    }
  }

  // The lines of vocabulary.txt, without special tokens.
  std::optional<std::string> lines_of(const std::string& layer) const {
    const LookupTable* table = below(node_of(layer), 0);
    if (table == nullptr) return std::nullopt;
    auto [tokens, places] = table->export_all();
    if (places.dtype() == DType::string) std::swap(tokens, places);  // from indices to tokens
    if (places.dtype() != DType::int64) return std::nullopt;
    std::vector<int64_t> order(static_cast<size_t>(places.size()));
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
    const int64_t* place = places.data<int64_t>();
    std::sort(order.begin(), order.end(),
              [&](int64_t a, int64_t b) { return place[a] < place[b]; });
    std::string out;
    for (const int64_t i : order) {
      if (tokens.dtype() == DType::string) {
        out += std::string(tokens.data<std::string>()[i]) + "\n";
      } else {
        out += str(tokens.data<int64_t>()[i], "\n");
      }
    }
    return out;
  }

  // Empty when the layer has none.
  Tensor idf_of(const std::string& layer) const {
    const int node = node_of(layer);
    for (const int holder : {node, child(node, "_lookup_layer")}) {
      const auto key = keys_.find(child(holder, "idf_weights"));
      if (key != keys_.end()) return formats::open_checkpoint(values_)->read(key->second);
    }
    return {};
  }

 private:
  int child(int node, const char* name) const { return node < 0 ? -1 : objects_.child(node, name); }

  int node_of(const std::string& layer) const {
    const auto found = node_of_layer_.find(layer);
    const bool known = found != node_of_layer_.end() && found->second >= 0 &&
                       static_cast<size_t>(found->second) < objects_.nodes.size();
    return known ? found->second : -1;
  }

  // The layer's table, or that of a layer in it; not those that count while it adapts.
  const LookupTable* below(int node, int depth) const {
    for (const char* name : {"lookup_table", "_table"}) {
      const int held = child(node, name);
      if (held < 0) continue;
      if (const LookupTable* table = table_of(held)) return table;
    }
    for (const char* name : {"_lookup_layer", "_index_lookup_layer"}) {
      const int inner = child(node, name);
      if (inner < 0 || depth > 0) continue;
      if (const LookupTable* table = below(inner, depth + 1)) return table;
    }
    return nullptr;
  }

  const LookupTable* table_of(int node) const {
    const int creator = child(node, "_create_resource");
    if (creator < 0) return nullptr;
    const auto* function = std::get_if<formats::SavedFunction>(&objects_.nodes[creator].value);
    if (function == nullptr) return nullptr;
    for (const FunctionDef& f : meta_.graph.functions) {
      const auto& names = function->concrete_functions;
      if (std::find(names.begin(), names.end(), f.name) == names.end()) continue;
      for (const NodeDef& made : f.nodes) {
        if (made.op.find("HashTable") == std::string::npos) continue;
        const auto found = session_.impl()->resources()->find(
            text_or_none(made, "container"),
            LookupTable::resource_name(text_or_none(made, "shared_name"), made.name));
        const auto* table = dynamic_cast<const LookupTable*>(found.get());
        if (table != nullptr && table->initialized() && table->size() > 0) return table;
      }
    }
    return nullptr;
  }

  const formats::MetaGraph& meta_;
  const formats::SavedObjectGraph& objects_;
  std::string values_;                   // the prefix of the checkpoint
  std::map<int32_t, std::string> keys_;  // object -> key in it
  Session session_{Graph()};
  std::map<std::string, int> node_of_layer_;
};

using Wanting = std::vector<std::pair<std::string, keras::HasVocabulary*>>;

void find_wanting(const keras::Layer& model, Wanting& out, int depth) {
  if (depth > 32) return;
  for (const auto& layer : model.layers()) {
    auto* vocabulary = dynamic_cast<keras::HasVocabulary*>(layer.get());
    if (vocabulary != nullptr && vocabulary->wants_vocabulary()) {
      out.emplace_back(layer->name(), vocabulary);
    }
    find_wanting(*layer, out, depth + 1);
  }
}

}  // namespace

void fill_vocabularies(const keras::Layer& model, const std::string& path,
                       const std::set<std::string>& tags, const formats::SavedModel& file,
                       const std::vector<formats::KerasNode>& nodes) {
  Wanting wanting;
  find_wanting(model, wanting, 0);
  if (wanting.empty() || !file.meta_graph(tags).object_graph) return;
  const Tables tables(path, tags, file, nodes);
  for (const auto& [name, layer] : wanting) {
    const std::optional<std::string> lines = tables.lines_of(name);
    if (!lines) {
      fail(Code::invalid_argument, "layer ", quoted(name),
           " has no vocabulary: neither its config nor a table of the graph holds one");
    }
    layer->load_vocabulary(*lines, tables.idf_of(name));
  }
}

}  // namespace rill::io
