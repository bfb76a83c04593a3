// Two modules that share one session, which is passed to them. run() may be called from any thread.
//   003_2_shared_session [PREPROCESS.pb [MODEL.pb [INPUT.npy]]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

Tensor preprocess(const Tensor& data, Session& session) {
  return session.run("pre/output:0", {{"pre/input:0", data}});
}

Tensor inference(const Tensor& data, Session& session) {
  return session.run("net/output:0", {{"net/input:0", data}});
}

int main(int argc, char** argv) {
  const char* preprocess_path = argc > 1 ? argv[1] : "tests/data/seeds/k3/preprocess.pb";
  const char* model_path = argc > 2 ? argv[2] : "tests/data/seeds/k3/frozen_graph.pb";
  const Tensor data = load_npy(argc > 3 ? argv[3] : "tests/data/seeds/k3/input_data.npy");

  Session session;
  session.graph().import(GraphDef::load(preprocess_path), "pre");
  session.graph().import(GraphDef::load(model_path), "net");
  std::cout << inference(preprocess(data, session), session) << "\n";
  session.close();
}
