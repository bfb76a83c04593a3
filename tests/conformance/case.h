// One case of a pack, and what a runner answers: the protocol of the conformance packs.
//
//   rill-conformance ROOT --out DIR [--only SUBSTR]
//
// A pack is a folder with cases.json, inputs.npz and graphs.npz. For each pack the runner writes
// actual.npz (fetched arrays by key) and actual.json (a status a case, strings, texts).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "codec/json.h"
#include "rill/keras/model.hpp"
#include "rill/session.hpp"
#include "rill/tensor.hpp"

namespace rill::conformance {

struct Pack {
  std::filesystem::path folder;
  Json cases = Json::array();
  std::map<std::string, Tensor> inputs;
  std::map<std::string, Tensor> graphs;
};

// cases.json, inputs.npz and graphs.npz of a folder.
Pack read_pack(const std::filesystem::path& folder);
// Empty when there is no such file.
std::map<std::string, Tensor> read_arrays(const std::filesystem::path& npz);

struct Answer {
  Json result = Json::object();  // status, message, strings, summary, ...
  std::vector<std::pair<std::string, Tensor>> arrays;

  // Keeps a fetched value under its key, as the protocol stores it.
  void put(const Json& fetch, const Tensor& value);
};

class TemporaryFolder;

// The value of a feed; $TMPDIR in strings becomes `temporary`.
Tensor feed_value(const Pack& pack, const Json& feed, TemporaryFolder* temporary = nullptr);

// The GraphDef of an artefact: from the pack's graphs or from a file.
GraphDef graph_of(const Pack& pack, const Json& artefact);

// Shapes of feeds and files relative to the pack.
std::string file_of(const Pack& pack, const Json& artefact, const char* key = "file");

// Raised by a kind that this runner does not know.
struct Unsupported {
  std::string what;
};

using Kind = void (*)(const Pack& pack, const Json& test, Answer& answer);
// Null for a kind that no file here implements.
Kind find_kind(const std::string& name);

// The kinds, one function each (graph_kinds.cpp, file_kinds.cpp, keras_kinds.cpp,
// keras_object_kinds.cpp).
void run_graph(const Pack& pack, const Json& test, Answer& answer);

void run_grad(const Pack& pack, const Json& test, Answer& answer);
void run_graph_restore(const Pack& pack, const Json& test, Answer& answer);
void run_meta_graph(const Pack& pack, const Json& test, Answer& answer);
void run_saved_model_session(const Pack& pack, const Json& test, Answer& answer);
void run_signature(const Pack& pack, const Json& test, Answer& answer);
void run_function(const Pack& pack, const Json& test, Answer& answer);
void run_object_graph(const Pack& pack, const Json& test, Answer& answer);
void run_checkpoint(const Pack& pack, const Json& test, Answer& answer);
void run_load_error(const Pack& pack, const Json& test, Answer& answer);
void run_keras_load(const Pack& pack, const Json& test, Answer& answer);
void run_keras_predict(const Pack& pack, const Json& test, Answer& answer);
void run_keras_summary(const Pack& pack, const Json& test, Answer& answer);
void run_keras_loss(const Pack& pack, const Json& test, Answer& answer);
void run_keras_metric(const Pack& pack, const Json& test, Answer& answer);
void run_keras_schedule(const Pack& pack, const Json& test, Answer& answer);
void run_keras_regularizer(const Pack& pack, const Json& test, Answer& answer);
void run_keras_constraint(const Pack& pack, const Json& test, Answer& answer);
void run_keras_initializer(const Pack& pack, const Json& test, Answer& answer);
void run_keras_fit(const Pack& pack, const Json& test, Answer& answer);
void run_custom_loop(const Pack& pack, const Json& test, Answer& answer);
void run_h5_weights(const Pack& pack, const Json& test, Answer& answer);

// The model of a case, with the custom objects of the packs.
keras::Model load_keras_model(const Pack& pack, const Json& test);

// Runs the steps of a case in a session.
void run_steps(const Pack& pack, const Json& test, const Session& session, Answer& answer,
               const RunLimits& limits = {});

// A fresh folder, made when it is asked for, that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() = default;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::string& path();

 private:
  std::string path_;
};

}  // namespace rill::conformance
