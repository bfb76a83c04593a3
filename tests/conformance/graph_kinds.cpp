// Kinds that import a GraphDef into a session and run steps.
#include "case.h"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill::conformance {
GraphDef graph_of(const Pack& pack, const Json& artefact) {
  if (!artefact.contains("npz")) return GraphDef::load(file_of(pack, artefact));
  const std::string& key = artefact.at("key").as_string();
  const auto found = pack.graphs.find(key);
  if (found == pack.graphs.end()) throw Unsupported{"no graph " + key};
  const Tensor& bytes = found->second;
  return GraphDef::parse({static_cast<const char*>(bytes.raw()), bytes.bytes()}, key);
}

void run_steps(const Pack& pack, const Json& test, const Session& session, Answer& answer,
               const RunLimits& limits) {
  TemporaryFolder temporary;
  for (const Json& step : test.at("steps").as_array()) {
    Feeds feeds;
    for (const Json& feed : step.at("feeds").as_array()) {
      feeds.emplace_back(feed.at("tensor").as_string(), feed_value(pack, feed, &temporary));
    }
    std::vector<TensorName> fetches;
    for (const Json& fetch : step.at("fetches").as_array()) {
      fetches.emplace_back(fetch.at("tensor").as_string());
    }
    std::vector<std::string> targets;
    for (const Json& target : step.at("targets").as_array()) targets.push_back(target.as_string());
    const std::vector<Tensor> values = session.run(fetches, feeds, targets, limits);
    size_t i = 0;
    for (const Json& fetch : step.at("fetches").as_array()) answer.put(fetch, values[i++]);
  }
}

void run_graph(const Pack& pack, const Json& test, Answer& answer) {
  Graph graph;
  graph.import(graph_of(pack, test.at("artefact")));
  SessionOptions options;
  options.allow_files = true;
  const Session session(graph, options);
  run_steps(pack, test, session, answer);
}

}  // namespace rill::conformance
