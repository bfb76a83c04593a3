// GraphDefs that run: each end of the graph is fetched, its placeholders fed with zeros.
#include "rill/session.hpp"

#include <chrono>
#include <set>

#include "fuzz.h"
#include "op/waits.h"
#include "rill/graph.hpp"

namespace rill::fuzz {
namespace {

constexpr size_t kNodes = 500;
constexpr int64_t kElements = 4096;
constexpr size_t kFetches = 16;

// Unknown dimensions are 2; nothing where the placeholder is too large for a quick run.
Tensor zeros_for(const Operation& placeholder) {
  const Tensor symbol = placeholder.output();
  if (symbol.shape().rank() < 0) return Tensor::zeros(symbol.dtype(), Shape{});
  Shape shape;
  int64_t elements = 1;
  for (const int64_t dim : symbol.shape()) {
    shape.push_back(dim < 0 ? 2 : dim);
    if (shape.back() > kElements) return {};
    elements *= shape.back();
    if (elements > kElements) return {};
  }
  return Tensor::zeros(symbol.dtype(), shape);
}

}  // namespace

void read(const std::string& bytes) {
  const GraphDef def = GraphDef::parse(bytes);
  if (def.nodes.size() > kNodes) return;
  Graph graph;
  graph.import(def);
  SessionOptions options;
  options.threads = 1;
  const Session session(graph, options);
  const WaitLimit alone(std::chrono::milliseconds(1));  // no other run comes to answer it
  RunLimits limits;
  limits.timeout = std::chrono::milliseconds(500);
  Feeds feeds;
  std::set<std::string> read_by_others;
  std::vector<TensorName> ends;
  for (const Operation& op : graph.operations()) {
    for (const Tensor& input : op.inputs()) read_by_others.insert(input.name());
    if (!op.type().starts_with("Placeholder") || op.num_outputs() != 1) continue;
    attempt([&] {
      if (const Tensor value = zeros_for(op)) feeds.emplace_back(op.output(), value);
    });
  }
  for (const Operation& op : graph.operations()) {
    for (int i = 0; i < op.num_outputs() && ends.size() < kFetches; ++i) {
      if (!read_by_others.contains(op.output(i).name())) ends.emplace_back(op.output(i));
    }
  }
  for (const TensorName& end : ends) {
    attempt([&] { session.run({end}, feeds, {}, limits); });
  }
}

}  // namespace rill::fuzz
