// A graph with variables, and their values from a checkpoint.
//   004_3_graph_and_checkpoint [GRAPH.pb [PREFIX [INPUT.npy]]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* graph_path = argc > 1 ? argv[1] : "tests/data/samples/unfrozen.pb";
  const char* prefix = argc > 2 ? argv[2] : "tests/data/samples/checkpoint_v2/model.ckpt";
  const Tensor input_data = load_npy(argc > 3 ? argv[3] : "tests/data/samples/x.npy");

  Session session;
  session.graph().import(GraphDef::load(graph_path));
  Saver{session.graph()}.restore(session, prefix);
  std::cout << session.run("output:0", {{"input:0", input_data}}) << "\n";
}
