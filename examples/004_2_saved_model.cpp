// A SavedModel in a session: by the names of its signature, and by names of tensors.
//   004_2_saved_model [FOLDER [INPUT.npy]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* folder = argc > 1 ? argv[1] : "tests/data/samples/saved_model_tf1";
  const Tensor input_data = load_npy(argc > 2 ? argv[2] : "tests/data/samples/x.npy");

  Session session;
  const auto saved_model = SavedModel::load(session, {"serve"}, folder);
  const Signature& signature = saved_model.signature();
  const auto& [input_key, input] = *signature.inputs.begin();
  const auto& [output_key, output] = *signature.outputs.begin();
  std::cout << input_key << " -> " << output_key << "\n"
            << session.run(output, {{input, input_data}}) << "\n";
  // The same by names: session.run("output:0", {{"input:0", input_data}}).
}
