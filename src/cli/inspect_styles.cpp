#include "cli/inspect_styles.h"

#include "base/fail.h"
#include "cli/output.h"
#include "formats/saved_model/saved_model.h"
#include "graph/graph.h"
#include "rill/graph.hpp"

namespace rill::cli {
namespace {

using formats::FileKind;

Json port_json(const Port& port) {
  Json json = Json::object();
  json.set("name", port.key);
  if (!port.tensor.empty()) json.set("tensor", port.tensor);
  json.set("dtype", port.dtype == DType::invalid ? Json() : Json(dtype_name(port.dtype)));
  json.set("shape", shape_json(port.shape));
  return json;
}

Json ports_json(const std::vector<Port>& ports) {
  Json list = Json::array();
  for (const Port& port : ports) list.push_back(port_json(port));
  return list;
}

Json graph_json(const GraphPart& part) {
  Json json = Json::object();
  json.set("tags", names_json(part.tags));
  Json signatures = Json::array();
  for (const SignaturePorts& s : part.signatures) {
    Json one = Json::object();
    one.set("name", s.key);
    one.set("method", s.method);
    one.set("inputs", ports_json(s.inputs));
    one.set("outputs", ports_json(s.outputs));
    signatures.push_back(std::move(one));
  }
  json.set("signatures", std::move(signatures));
  json.set("nodes", part.nodes);
  json.set("functions", part.functions);
  Json ops = Json::object();
  for (const auto& [op, times] : part.ops) ops.set(op, times);
  json.set("ops", std::move(ops));
  Json missing = Json::object();
  for (const auto& [op, users] : part.missing) missing.set(op, names_json(users));
  json.set("missing_ops", std::move(missing));
  json.set("missing_ops_elsewhere", names_json(part.missing_elsewhere));
  return json;
}

Json keras_json(const KerasPart& keras) {
  Json json = Json::object();
  json.set("class_name", keras.class_name);
  json.set("name", keras.name);
  json.set("keras_version", keras.keras_version);
  json.set("backend", keras.backend);
  json.set("compiled", keras.compiled);
  json.set("inputs", ports_json(keras.inputs));
  Json layers = Json::array();
  for (const KerasLayer& layer : keras.layers) {
    Json one = Json::object();
    one.set("name", layer.name);
    one.set("class_name", layer.class_name);
    layers.push_back(std::move(one));
  }
  json.set("layers", std::move(layers));
  Json missing = Json::object();
  for (const auto& [class_name, names] : keras.missing) missing.set(class_name, names_json(names));
  json.set("missing_classes", std::move(missing));
  return json;
}

std::string dims(const Shape& shape) {
  if (!shape.has_rank()) return "unknown_rank";
  std::string text = "(";
  for (int d = 0; d < shape.rank(); ++d) text += str(d ? ", " : "", shape[d]);
  return text + ")";
}

void print_infos(const char* what, const std::vector<Port>& ports) {
  for (const Port& port : ports) {
    print(str("    ", what, "['", port.key, "'] tensor_info:\n",
              "        dtype: ", dtype_enum_name(port.dtype), "\n",
              "        shape: ", dims(port.shape), "\n", "        name: ", port.tensor, "\n"));
  }
}

}  // namespace

Json description_json(const Description& d, bool tensors) {
  Json json = Json::object();
  json.set("rill", 1);  // the version of these keys
  json.set("path", d.path);
  json.set("kind", formats::describe(d.kind));
  json.set("format", d.format);
  json.set("notes", d.notes);
  json.set("files", d.files);
  json.set("bytes", static_cast<int64_t>(d.bytes));
  Json graphs = Json::array();
  for (const GraphPart& part : d.graphs) graphs.push_back(graph_json(part));
  json.set("graphs", std::move(graphs));
  json.set("keras", d.keras ? keras_json(*d.keras) : Json());
  Json variables = Json::object();
  variables.set("count", static_cast<int64_t>(d.variables.size()));
  variables.set("parameters", count_parameters(d));
  variables.set("bytes", static_cast<int64_t>(count_bytes(d)));
  if (tensors) {
    Json list = Json::array();
    for (const StoredTensor& t : d.variables) {
      list.push_back(port_json({t.name, "", t.dtype, t.shape}));
    }
    variables.set("list", std::move(list));
  }
  json.set("variables", std::move(variables));
  if (!d.missing_files.empty()) {
    Json missing = Json::array();
    for (const std::string& file : d.missing_files) missing.push_back(file);
    json.set("missing_files", std::move(missing));
  }
  if (tensors) json.set("tensors", ports_json(graph_tensors(d)));
  return json;
}

void print_saved_model_cli(const Description& d, const std::string& signature) {
  if (d.kind != FileKind::saved_model) {
    fail(Code::invalid_argument, d.path, ": --style saved_model_cli is for SavedModels; this is ",
         formats::describe(d.kind));
  }
  for (const GraphPart& part : d.graphs) {
    std::string tags;
    std::string listed;
    for (const std::string& tag : part.tags) {
      tags += (tags.empty() ? "" : ", ") + tag;
      listed += (listed.empty() ? "'" : ", '") + tag + "'";
    }
    print(str("\nMetaGraphDef with tag-set: '", tags, "' contains the following SignatureDefs:\n"));
    for (const SignaturePorts& s : part.signatures) {
      if (s.key.empty() || (!signature.empty() && s.key != signature)) continue;
      print(str("\nsignature_def['", s.key, "']:\n",
                "  The given SavedModel SignatureDef contains the following input(s):\n"));
      print_infos("inputs", s.inputs);
      print("  The given SavedModel SignatureDef contains the following output(s):\n");
      print_infos("outputs", s.outputs);
      print(str("  Method name is: ", s.method, "\n"));
    }
    std::string ops;
    for (const std::string& op : part.called_ops) ops += (ops.empty() ? "'" : ", '") + op + "'";
    print(
        str("The MetaGraph with tag set [", listed, "] contains the following ops: {", ops, "}\n"));
  }
  if (signature.empty()) print_concrete_functions(d.path);
}

std::vector<Port> graph_tensors(const Description& d) {
  GraphDef def;
  switch (d.kind) {
    case FileKind::graphdef:
    case FileKind::graphdef_text:
      def = GraphDef::load(d.path);
      break;
    case FileKind::meta_graph:
    case FileKind::meta_graph_text:
      def = formats::load_meta_graph(d.path).graph;
      break;
    case FileKind::saved_model: {
      formats::SavedModel model = formats::load_saved_model(d.path);
      if (model.meta_graphs.empty()) return {};
      def = std::move(model.meta_graphs[0].graph);
      break;
    }
    default:
      return {};
  }
  Graph graph;
  graph.import(def);
  std::vector<Port> out;
  const GraphImpl& impl = *graph.impl();
  for (int id = 0; id < impl.num_nodes(); ++id) {
    const Node& node = impl.node(id);
    for (size_t i = 0; i < node.output_dtypes.size(); ++i) {
      out.push_back(
          {node.op, str(node.name, ":", i), node.output_dtypes[i],
           i < node.output_shapes.size() ? node.output_shapes[i] : Shape::unknown_rank()});
    }
  }
  return out;
}

}  // namespace rill::cli
