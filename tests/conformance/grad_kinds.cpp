// Cases about gradients: the graph holds the forward computation, `grad` names ys, xs and grad_ys.
// Fetch grad/<i> is the gradient for xs[i], grad2/<i> that of the sum of all first gradients.
#include "case.h"
#include "rill/autodiff.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill::conformance {
namespace {

Values tensors(const Graph& graph, const Json& names) {
  Values out;
  for (const Json& name : names.as_array()) {
    out.push_back(graph.get_tensor_by_name(name.as_string()));
  }
  return out;
}

// A placeholder of this graph for a value that the forward graph does not know.
Tensor placeholder(Graph& graph, const std::string& name, const Tensor& value) {
  GraphDef def;
  NodeDef node;
  node.name = name;
  node.op = "Placeholder";
  node.attrs.set("dtype", value.dtype());
  node.attrs.set("shape", value.shape());
  def.nodes.push_back(std::move(node));
  ImportOptions options;
  options.uniquify_names = true;
  options.return_elements = {name + ":0"};
  return graph.import(def, options)[0];
}

}  // namespace

void run_grad(const Pack& pack, const Json& test, Answer& answer) {
  Graph graph;
  graph.import(graph_of(pack, test.at("artefact")));
  const Json& about = test.at("grad");
  const Json& step = test.at("steps").as_array()[0];
  Feeds feeds;
  std::map<std::string, Tensor> seeds;
  for (const Json& feed : step.at("feeds").as_array()) {
    const std::string& name = feed.at("tensor").as_string();
    const Tensor value = feed_value(pack, feed);
    bool is_seed = false;
    for (const Json& seed : about.at("grad_ys").as_array()) {
      is_seed = is_seed || seed.as_string() == name;
    }
    if (!is_seed) {
      feeds.emplace_back(name, value);
      continue;
    }
    seeds[name] = placeholder(graph, "seed_" + name.substr(0, name.find(':')), value);
    feeds.emplace_back(seeds[name], value);
  }
  const Values ys = tensors(graph, about.at("ys"));
  const Values xs = tensors(graph, about.at("xs"));
  GradientOptions options;
  for (const Json& seed : about.at("grad_ys").as_array()) {
    options.grad_ys.push_back(seeds.at(seed.as_string()));
  }
  const Values first = gradients(ys, xs, options);
  Values second;
  if (about.at("order").as_int() == 2) {
    Values connected;
    for (const Value& g : first) {
      if (g) connected.push_back(g);
    }
    second = gradients(connected, xs);
  }
  std::vector<TensorName> fetches;
  std::vector<const Json*> wanted;
  for (const Json& fetch : step.at("fetches").as_array()) {
    const std::string& name = fetch.at("tensor").as_string();
    const bool is_first = name.starts_with("grad/");
    const bool is_second = name.starts_with("grad2/");
    if (!is_first && !is_second) {
      fetches.emplace_back(name);
      wanted.push_back(&fetch);
      continue;
    }
    const Values& from = is_first ? first : second;
    const Value& gradient = from.at(std::stoul(name.substr(name.find('/') + 1)));
    const bool none = fetch.value("none", false);
    if (static_cast<bool>(gradient) == none) {
      throw std::runtime_error(name + (none ? " must not be connected" : " is not connected"));
    }
    if (none) continue;
    fetches.emplace_back(gradient);
    wanted.push_back(&fetch);
  }
  SessionOptions session_options;
  session_options.allow_files = true;
  const Session session(graph, session_options);
  const std::vector<Tensor> values = session.run(fetches, feeds);
  for (size_t i = 0; i < values.size(); ++i) answer.put(*wanted[i], values[i]);
}

}  // namespace rill::conformance
