// What `saved_model_cli show --all` prints of the functions that objects of the model have
// (tensorflow/python/tools/saved_model_cli.py).
#include <algorithm>
#include <map>
#include <set>

#include "base/c_format.h"
#include "base/str.h"
#include "cli/inspect_styles.h"
#include "cli/output.h"
#include "formats/saved_model/saved_model.h"

namespace rill::cli {
namespace {

using formats::StructuredValue;
using Kind = StructuredValue::Kind;

std::string number_text(double value) {
  std::string out;
  for (int digits = 1; digits <= 17; ++digits) {
    out = c_format("%.*g", digits, value);
    if (c_strtod(out.c_str()) == value) break;
  }
  return out.find_first_of(".en") == std::string::npos ? out + ".0" : out;
}

// As Python's repr().
std::string text_of_value(const StructuredValue& value, int depth = 0) {
  switch (value.kind) {
    case Kind::boolean:
      return value.boolean ? "True" : "False";
    case Kind::int64:
      return std::to_string(value.int64);
    case Kind::float64:
      return number_text(value.float64);
    case Kind::string:
      return "'" + value.text + "'";
    case Kind::dtype:
      return str("tf.", dtype_name(value.dtype));
    case Kind::tensor_shape:
      return "TensorShape(" + value.shape.to_string() + ")";
    case Kind::tensor_spec:
    case Kind::bounded_tensor_spec:
      return str("TensorSpec(shape=", value.shape.to_string(), ", dtype=tf.",
                 dtype_name(value.dtype),
                 ", name=", value.text.empty() ? std::string("None") : "'" + value.text + "'", ")");
    case Kind::type_spec:
      return value.text;
    case Kind::list:
    case Kind::tuple: {
      if (depth > 16) return "...";
      std::string out;
      for (const StructuredValue& child : value.children) {
        out += (out.empty() ? "" : ", ") + text_of_value(child, depth + 1);
      }
      if (value.kind == Kind::list) return "[" + out + "]";
      return "(" + out + (value.children.size() == 1 ? ",)" : ")");
    }
    default:
      return "None";
  }
}

const char* type_of(const StructuredValue& value) {
  switch (value.kind) {
    case Kind::boolean:
      return "bool";
    case Kind::int64:
      return "int";
    case Kind::float64:
      return "float";
    case Kind::list:
      return "list";
    case Kind::tuple:
      return "tuple";
    case Kind::dict:
      return "dict";
    case Kind::dtype:
      return "DType";
    case Kind::none:
      return "NoneType";
    default:
      return "object";
  }
}

// The tool takes back its last ", " with two backspaces.
std::string element_text(const StructuredValue& value) {
  const std::string indent(8, ' ');
  switch (value.kind) {
    case Kind::string:
      return indent + "  " + value.text + "\n";
    case Kind::tensor_spec:
    case Kind::bounded_tensor_spec:
      return str("          ", value.text.empty() ? "None" : value.text, ": ", text_of_value(value),
                 "\n");
    case Kind::list:
    case Kind::tuple: {
      std::string out = str(indent, "  DType: ", type_of(value), "\n", indent, "  Value: [");
      for (const StructuredValue& child : value.children) out += text_of_value(child) + ", ";
      return out + "\b\b]\n";
    }
    case Kind::dict: {
      std::string out = str(indent, "  DType: dict\n", indent, "  Value: {");
      for (size_t i = 0; i < value.children.size() && i < value.keys.size(); ++i) {
        out += "'" + value.keys[i] + "': " + text_of_value(value.children[i]) + ", ";
      }
      return out + "\b\b}\n";
    }
    default:
      return str(indent, "  DType: ", type_of(value), "\n", indent,
                 "  Value: ", text_of_value(value), "\n");
  }
}

// What a function calls, by its name as an op or in an attribute.
std::set<std::string> called_by(const FunctionDef& function, const std::set<std::string>& library) {
  std::set<std::string> out;
  for (const NodeDef& node : function.nodes) {
    if (library.contains(node.op)) {
      out.insert(node.op);
      continue;
    }
    for (const auto& [name, value] : node.attrs) {
      if (const auto* f = value.get_if<NameAttrList>()) out.insert(f->name);
      const auto* list = value.get_if<std::vector<NameAttrList>>();
      if (list == nullptr) continue;
      for (const NameAttrList& f : *list) out.insert(f.name);
    }
  }
  return out;
}

// TensorFlow names functions anew in the order in which it loads them, which is that of a stack of
// those whose callees are all there (function_deserialization.py, _sort_function_defs). The tool
// sorts by these names: "__inference_BASE_NUMBER".
std::map<std::string, std::string> names_when_loaded(const GraphDef& graph) {
  std::set<std::string> library;
  for (const FunctionDef& f : graph.functions) library.insert(f.name);
  std::map<std::string, std::vector<std::string>> callers;
  std::map<std::string, size_t> open;
  for (const FunctionDef& f : graph.functions) {
    for (const std::string& callee : called_by(f, library)) {
      callers[callee].push_back(f.name);
      ++open[f.name];
    }
  }
  std::vector<std::string> ready;
  for (const FunctionDef& f : graph.functions) {
    if (open[f.name] == 0) ready.push_back(f.name);
  }
  std::map<std::string, std::string> out;
  while (!ready.empty()) {
    const std::string name = std::move(ready.back());
    ready.pop_back();
    const size_t number = name.rfind('_');
    const bool wrapped = name.starts_with("__inference_") && number > 11;
    constexpr size_t kFirst = 100'000;  // numbers of one length sort as they count
    out[name] = str(wrapped ? name.substr(0, number) : name, "_", kFirst + out.size());
    for (const std::string& caller : callers[name]) {
      if (--open[caller] == 0) ready.push_back(caller);
    }
  }
  return out;
}

std::string options_of(const formats::SavedObjectGraph& graph, std::vector<std::string> names,
                       const std::map<std::string, std::string>& loaded,
                       const std::vector<std::string>& keywords) {
  const auto loaded_name = [&](const std::string& name) {
    const auto found = loaded.find(name);
    return found == loaded.end() ? name : found->second;
  };
  std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return loaded_name(a) < loaded_name(b);
  });
  std::string out;
  int number = 0;
  for (const std::string& name : names) {
    ++number;
    const auto found = graph.concrete_functions.find(name);
    if (found == graph.concrete_functions.end()) continue;
    const StructuredValue& signature = found->second.input_signature;
    const std::string indent(8, ' ');
    if (signature.children.size() != 2) {
      if (keywords.empty()) continue;
      out += str("    Option #", number, "\n      Callable with:\n");
      for (size_t i = 0; i < keywords.size(); ++i) {
        out += str(indent, "Argument #", i + 1, "\n", indent, "  ", keywords[i], "\n");
      }
      continue;
    }
    const StructuredValue& args = signature.children[0];
    if (!args.children.empty()) {
      out += str("    Option #", number, "\n      Callable with:\n");
    }
    for (size_t i = 0; i < args.children.size(); ++i) {
      out += str(indent, "Argument #", i + 1, "\n") + element_text(args.children[i]);
    }
    for (size_t i = 0; i < signature.children[1].keys.size(); ++i) {
      out += str(indent, "Named Argument #", i + 1, "\n", indent, "  ",
                 signature.children[1].keys[i], "\n");
    }
  }
  return out;
}

}  // namespace

void print_concrete_functions(const std::string& folder) {
  const formats::SavedModel model = formats::load_saved_model(folder);
  const formats::SavedObjectGraph* graph = nullptr;
  std::map<std::string, std::string> loaded;
  for (const formats::MetaGraph& meta : model.meta_graphs) {
    if (!meta.object_graph || meta.object_graph->nodes.empty()) continue;
    graph = &*meta.object_graph;
    loaded = names_when_loaded(meta.graph);
  }
  if (graph == nullptr) return;
  print("\nConcrete Functions:");
  auto children = graph->nodes[0].children;
  std::sort(children.begin(), children.end(),
            [](const auto& a, const auto& b) { return a.local_name < b.local_name; });
  for (const formats::ObjectReference& child : children) {
    const auto& value = graph->nodes[static_cast<size_t>(child.node_id)].value;
    std::vector<std::string> names, keywords;
    if (const auto* function = std::get_if<formats::SavedFunction>(&value)) {
      names = function->concrete_functions;
    } else if (const auto* bare = std::get_if<formats::SavedBareConcreteFunction>(&value)) {
      names = {bare->concrete_function};
      keywords = bare->argument_keywords;
    } else {
      continue;
    }
    print(str("\n  Function Name: '", child.local_name, "'\n",
              options_of(*graph, names, loaded, keywords)));
  }
}

}  // namespace rill::cli
