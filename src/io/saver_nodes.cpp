#include "io/saver_nodes.h"

#include <set>

#include "base/str.h"

namespace rill::io {

NodeDef make_node(std::string name, std::string op, std::vector<std::string> inputs,
                  AttrMap attrs) {
  NodeDef node;
  node.name = std::move(name);
  node.op = std::move(op);
  node.inputs = std::move(inputs);
  node.attrs = std::move(attrs);
  return node;
}

namespace {

NodeDef constant(const std::string& name, const Tensor& value) {
  return make_node(name, "Const", {}, {{"dtype", value.dtype()}, {"value", value}});
}

// "save", "save_1", ...: names of the graph stay as they are.
std::string free_scope(const GraphDef& graph) {
  std::set<std::string> scopes;
  for (const NodeDef& node : graph.nodes) scopes.insert(node.name.substr(0, node.name.find('/')));
  std::string scope = "save";
  for (int n = 1; scopes.contains(scope); ++n) scope = str("save_", n);
  return scope;
}

}  // namespace

std::optional<formats::SaverDef> add_saver_nodes(GraphDef& graph,
                                                 const std::vector<SavedNode>& variables,
                                                 const std::vector<SavedTable>& tables) {
  if (variables.empty() && tables.empty()) return std::nullopt;
  const std::string scope = free_scope(graph) + "/";
  std::vector<std::string> keys, slices, values, restored;
  std::vector<DType> dtypes;
  auto& nodes = graph.nodes;
  nodes.push_back(constant(scope + "filename/input", Tensor(std::string("model"))));
  nodes.push_back(make_node(scope + "filename", "PlaceholderWithDefault",
                            {scope + "filename/input"},
                            {{"dtype", DType::string}, {"shape", Shape{}}}));
  nodes.push_back(make_node(scope + "Const", "PlaceholderWithDefault", {scope + "filename"},
                            {{"dtype", DType::string}, {"shape", Shape{}}}));
  for (const SavedNode& v : variables) {
    keys.push_back(v.key);
    slices.push_back(v.slice);
    dtypes.push_back(v.dtype);
    if (v.is_ref) {
      values.push_back(v.node);
      continue;
    }
    const std::string read = str(scope, "Read_", values.size(), "/ReadVariableOp");
    nodes.push_back(make_node(read, "ReadVariableOp", {v.node}, {{"dtype", v.dtype}}));
    values.push_back(read);
  }
  for (const SavedTable& t : tables) {
    keys.insert(keys.end(), {t.keys_name(), t.values_name()});
    slices.resize(keys.size());
    dtypes.insert(dtypes.end(), {t.keys.dtype(), t.values.dtype()});
    const std::string contents = str(scope, "Export_", values.size());
    nodes.push_back(make_node(contents, "LookupTableExportV2", {t.node},
                              {{"Tkeys", t.keys.dtype()}, {"Tvalues", t.values.dtype()}}));
    values.insert(values.end(), {contents, contents + ":1"});
  }
  const Tensor names = Tensor::vector(keys);
  const Tensor specs = Tensor::vector(slices);
  for (const char* op : {"SaveV2", "RestoreV2"}) {
    nodes.push_back(constant(str(scope, op, "/tensor_names"), names));
    nodes.push_back(constant(str(scope, op, "/shape_and_slices"), specs));
  }
  std::vector<std::string> inputs = {scope + "Const", scope + "SaveV2/tensor_names",
                                     scope + "SaveV2/shape_and_slices"};
  inputs.insert(inputs.end(), values.begin(), values.end());
  nodes.push_back(make_node(scope + "SaveV2", "SaveV2", std::move(inputs), {{"dtypes", dtypes}}));
  nodes.push_back(make_node(scope + "control_dependency", "Identity",
                            {scope + "Const", "^" + scope + "SaveV2"}, {{"T", DType::string}}));
  nodes.push_back(make_node(
      scope + "RestoreV2", "RestoreV2",
      {scope + "Const", scope + "RestoreV2/tensor_names", scope + "RestoreV2/shape_and_slices"},
      {{"dtypes", dtypes}}));
  const auto stored = [&](size_t i) {
    return i == 0 ? scope + "RestoreV2" : str(scope, "RestoreV2:", i);
  };
  for (size_t i = 0; i < variables.size(); ++i) {
    const SavedNode& v = variables[i];
    const std::string value = stored(i);
    const std::string name = i == 0 ? scope + "Assign" : str(scope, "Assign_", i);
    restored.push_back("^" + name);
    if (v.is_ref) {
      nodes.push_back(make_node(name, "Assign", {v.node, value},
                                {{"T", v.dtype}, {"use_locking", true}, {"validate_shape", true}}));
    } else {
      nodes.push_back(make_node(name, "AssignVariableOp", {v.node, value}, {{"dtype", v.dtype}}));
    }
  }
  for (size_t k = 0; k < tables.size(); ++k) {
    const SavedTable& t = tables[k];
    const size_t i = variables.size() + 2 * k;
    const std::string name = str(scope, "Import_", i);
    restored.push_back("^" + name);
    nodes.push_back(make_node(name, t.dense ? "LookupTableInsertV2" : "LookupTableImportV2",
                              {t.node, stored(i), stored(i + 1)},
                              {{"Tin", t.keys.dtype()}, {"Tout", t.values.dtype()}}));
  }
  nodes.push_back(make_node(scope + "restore_all", "NoOp", std::move(restored), {}));
  formats::SaverDef saver;
  saver.filename_tensor_name = scope + "Const:0";
  saver.save_tensor_name = scope + "control_dependency:0";
  saver.restore_op_name = scope + "restore_all";
  saver.max_to_keep = 5;
  saver.keep_checkpoint_every_n_hours = 10000;
  saver.version = 2;
  return saver;
}

}  // namespace rill::io
