// What `saved_model_cli show --all` prints of the functions that objects of the model have
// (tensorflow/python/tools/saved_model_cli.py).
#include <algorithm>

#include "base/str.h"
#include "cli/inspect_styles.h"
#include "cli/output.h"
#include "formats/saved_model/saved_model.h"

namespace rill::cli {
namespace {

using formats::StructuredValue;
using Kind = StructuredValue::Kind;

std::string number_text(double value) {
  char text[32];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(text, sizeof(text), "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  const std::string out = text;
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

std::string options_of(const formats::SavedObjectGraph& graph, std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string out;
  int number = 0;
  for (const std::string& name : names) {
    ++number;
    const auto found = graph.concrete_functions.find(name);
    if (found == graph.concrete_functions.end()) continue;
    const StructuredValue& signature = found->second.input_signature;
    if (signature.children.size() != 2) continue;
    const std::string indent(8, ' ');
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
  for (const formats::MetaGraph& meta : model.meta_graphs) {
    if (meta.object_graph && !meta.object_graph->nodes.empty()) graph = &*meta.object_graph;
  }
  if (graph == nullptr) return;
  print("\nConcrete Functions:");
  auto children = graph->nodes[0].children;
  std::sort(children.begin(), children.end(),
            [](const auto& a, const auto& b) { return a.local_name < b.local_name; });
  for (const formats::ObjectReference& child : children) {
    const auto& value = graph->nodes[static_cast<size_t>(child.node_id)].value;
    std::vector<std::string> names;
    if (const auto* function = std::get_if<formats::SavedFunction>(&value)) {
      names = function->concrete_functions;
    } else if (const auto* bare = std::get_if<formats::SavedBareConcreteFunction>(&value)) {
      names = {bare->concrete_function};
    } else {
      continue;
    }
    print(str("\n  Function Name: '", child.local_name, "'\n", options_of(*graph, names)));
  }
}

}  // namespace rill::cli
