// A frozen graph, imported into the graph of a new session.
//   004_1_frozen_graph [GRAPH.pb [INPUT.npy]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* graph_path = argc > 1 ? argv[1] : "tests/data/samples/frozen.pb";
  const Tensor input_data = load_npy(argc > 2 ? argv[2] : "tests/data/samples/x.npy");

  Session session;
  session.graph().import(GraphDef::load(graph_path));
  const Tensor input = session.graph().get_tensor_by_name("input:0");
  const Tensor output = session.graph().get_tensor_by_name("output:0");
  std::cout << session.run(output, {{input, input_data}}) << "\n";
}
