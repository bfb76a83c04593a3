// Two modules, each with a graph and a session of its own.
//   003_1_own_sessions [PREPROCESS.pb [MODEL.pb [INPUT.npy]]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

Tensor run_graph(const char* path, const Tensor& data) {
  Graph graph;
  graph.import(GraphDef::load(path));
  Session session{graph};
  return session.run("output:0", {{"input:0", data}});
}

int main(int argc, char** argv) {
  const char* preprocess = argc > 1 ? argv[1] : "tests/data/seeds/k3/preprocess.pb";
  const char* inference = argc > 2 ? argv[2] : "tests/data/seeds/k3/frozen_graph.pb";
  const Tensor data = load_npy(argc > 3 ? argv[3] : "tests/data/seeds/k3/input_data.npy");

  std::cout << run_graph(inference, run_graph(preprocess, data)) << "\n";
}
