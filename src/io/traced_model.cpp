#include "io/traced_model.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/ascii.h"
#include "base/fail.h"
#include "keras/models/model_layer.h"
#include "op/decompose.h"
#include "op/emit.h"

namespace rill::io {
namespace {

// Keywords of Python cannot name arguments; TensorFlow does not load signatures that have them.
constexpr std::array<std::string_view, 32> kKeywords = {
    "and",    "as",   "assert", "async",  "await",  "break",   "class",    "continue",
    "def",    "del",  "elif",   "else",   "except", "finally", "for",      "from",
    "global", "if",   "import", "in",     "is",     "lambda",  "nonlocal", "not",
    "or",     "pass", "raise",  "return", "try",    "while",   "with",     "yield"};

std::string once(const std::string& name, std::map<std::string, int>& used) {
  const int n = used[name]++;
  return n == 0 ? name : str(name, "__", n);
}

bool is_keyword(const std::string& text) {
  return std::find(kKeywords.begin(), kKeywords.end(), text) != kKeywords.end();
}

// As TensorFlow names arguments after the tensors of a signature.
std::string argument_of(const std::string& text) {
  std::string out;
  for (const char c : text) out += ascii::is_alnum(c) ? c : '_';
  return out.empty() || !ascii::is_letter(out[0]) || is_keyword(out) ? "arg_" + out : out;
}

// The key is the tensor's name, where TensorFlow takes signatures with it.
std::string key_of(const std::string& text) {
  const auto fits = [](char c) {
    return ascii::is_alnum(c) || std::string_view("_.-/").find(c) != std::string_view::npos;
  };
  const bool plain = !text.empty() && (ascii::is_alnum(text[0]) || text[0] == '.') &&
                     std::all_of(text.begin(), text.end(), fits) && !is_keyword(text);
  return plain ? text : argument_of(text);
}

}  // namespace

std::vector<std::string> signature_inputs(const keras::Model& model) {
  std::map<std::string, int> used;
  std::vector<std::string> out;
  for (const keras::KerasTensor& input : model.inputs()) {
    out.push_back(once(key_of(input.node()->layer->name()), used));
  }
  return out;
}

TracedGraph trace_portable(const keras::Model& model) {
  TracedGraph out;
  out.graph = std::make_shared<GraphImpl>();
  std::map<std::string, int> used_parameters, used_arguments;
  const std::vector<keras::KerasTensor> inputs = model.inputs();
  if (inputs.empty()) {
    fail(Code::failed_precondition, "model ", quoted(model.name()),
         " has not been called yet: the shapes of its inputs are not known");
  }
  const GraphScope scope(out.graph);
  const PortableOps portable;
  const std::vector<std::string> keys = signature_inputs(model);
  Values args;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string parameter = once(argument_of(keys[i]), used_parameters);
    const std::string argument = once(ascii::lower(parameter), used_arguments);
    const Shape& shape = inputs[i].shape();
    const Value x =
        emit("Placeholder", {}, {{"dtype", inputs[i].dtype()}, {"shape", shape}}, "/" + parameter);
    out.inputs.push_back({{x.rep()->node, 0}, keys[i], parameter, argument, shape});
    args.push_back(x);
  }
  const keras::CallContext context;
  const Values results = model.impl()->apply(args, context).outputs;
  const std::vector<keras::KerasTensor> known = model.outputs();
  for (size_t i = 0; i < results.size(); ++i) {
    const Value y = emit("Identity", {results[i]}, {}, i == 0 ? "/Identity" : str("/Identity_", i));
    const bool told = i < known.size() && known[i].shape().has_rank();
    out.outputs.push_back({{y.rep()->node, 0}, {}, {}, {}, told ? known[i].shape() : y.shape()});
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
