#include "io/traced_model.h"

#include <map>

#include "base/fail.h"
#include "keras/models/model_layer.h"
#include "op/decompose.h"
#include "op/emit.h"

namespace rill::io {
namespace {

// Names of arguments as TensorFlow allows them: [a-z][a-z0-9_]*.
std::string argument_name(const std::string& text, std::map<std::string, int>& used) {
  std::string out;
  for (const char c : text) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : fits ? c : '_';
  }
  if (out.empty() || out[0] < 'a' || out[0] > 'z') out = "x" + out;
  const int n = used[out]++;
  return n == 0 ? out : str(out, "__", n);
}

}  // namespace

TracedGraph trace_portable(const keras::Model& model) {
  TracedGraph out;
  out.graph = std::make_shared<GraphImpl>();
  std::map<std::string, int> used;
  const std::vector<keras::KerasTensor> inputs = model.inputs();
  const std::vector<std::string> names = model.input_names();
  if (inputs.empty()) {
    fail(Code::failed_precondition, "model ", quoted(model.name()),
         " has not been called yet: the shapes of its inputs are not known");
  }
  const GraphScope scope(out.graph);
  const PortableOps portable;
  Values args;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string name = argument_name(i < names.size() ? names[i] : "x", used);
    const Shape& shape = inputs[i].shape();
    const Value x =
        emit("Placeholder", {}, {{"dtype", inputs[i].dtype()}, {"shape", shape}}, "/" + name);
    out.inputs.push_back({{x.rep()->node, 0}, name, shape});
    args.push_back(x);
  }
  const keras::CallContext context;
  const Values results = model.impl()->apply(args, context).outputs;
  const std::vector<keras::KerasTensor> known = model.outputs();
  for (size_t i = 0; i < results.size(); ++i) {
    const Value y = emit("Identity", {results[i]}, {}, i == 0 ? "/Identity" : str("/Identity_", i));
    const bool told = i < known.size() && known[i].shape().has_rank();
    out.outputs.push_back(
        {{y.rep()->node, 0}, str("output_", i), told ? known[i].shape() : y.shape()});
  }
  for (int id = 0; id < out.graph->num_nodes(); ++id) {
    const Node& node = out.graph->node(id);
    if (!node.op.starts_with("_")) continue;
    fail(Code::unimplemented, "model ", quoted(model.name()), ": op ", quoted(node.op),
         " has no form that TensorFlow knows");
  }
  return out;
}

}  // namespace rill::io
