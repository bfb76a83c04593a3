// Every committed model, truncated and with flipped bytes: an error or the same result.
#include "formats/hdf5/h5_file.h"
#include "rill/rill.hpp"
#include "sweep.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

struct ModelSample {
  const char* name;    // below tests/data
  const char* damage;  // which file of it
  bool checked;        // every byte is covered by a checksum: a flip never changes the result
  test::Open open;
};

std::vector<float> numbers(const Tensor& t) { return t.to_vector<float>(); }

Tensor sample_input() {
  Tensor x(DType::float32, Shape{2, 10});
  for (int i = 0; i < 20; ++i) x.data<float>()[i] = static_cast<float>(i % 7) / 4 - 1;
  return x;
}

std::vector<float> run_graph(const fs::path& file) {
  Graph graph;
  graph.import(GraphDef::load(file.string()));
  const Session session(graph);
  return numbers(session.run("output:0", {{"input:0", sample_input()}}));
}

std::vector<float> run_saved_model(const fs::path& folder) {
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, {"serve"}, folder);
  const auto& inputs = model.signature().inputs;
  if (inputs.empty()) throw InvalidArgumentError("the signature has no input");
  std::vector<float> all;
  for (const auto& [name, value] : model.run({{inputs.begin()->first, sample_input()}})) {
    for (const float x : numbers(value)) all.push_back(x);
  }
  return all;
}

std::vector<float> run_meta_graph(const fs::path& folder) {
  Graph graph;
  const Saver saver = import_meta_graph(graph, folder / "model.ckpt.meta");
  const Session session(graph);
  saver.restore(session, folder / "model.ckpt");
  return numbers(session.run("output:0", {{"input:0", sample_input()}}));
}

std::vector<float> read_variables(const fs::path& prefix) {
  std::vector<float> all;
  for (const auto& variable : list_variables(prefix)) {
    const Tensor value = load_variable(prefix, variable.name);
    if (!is_plain(value.dtype()) || is_complex(value.dtype())) continue;
    for (const float x : numbers(value)) all.push_back(x);
  }
  return all;
}

std::vector<float> read_v1(const fs::path& folder) { return read_variables(folder / "v1.ckpt"); }
std::vector<float> read_v2(const fs::path& folder) { return read_variables(folder / "v2"); }
std::vector<float> read_partitioned(const fs::path& folder) {
  return read_variables(folder / "partitioned");
}

std::vector<float> read_h5(const fs::path& path) {
  const auto file = formats::H5File::open(path);
  std::vector<float> all;
  for (const auto& dataset : file->datasets()) {
    for (const auto& name : file->attribute_names(dataset.path)) {
      if (file->attribute(dataset.path, name)) all.push_back(1);
    }
    if (dataset.dtype == DType::invalid) continue;
    const Tensor value = file->read(dataset.path);
    if (!is_plain(value.dtype()) || is_complex(value.dtype())) continue;
    for (const float x : numbers(value)) all.push_back(x);
  }
  return all;
}

// This one has links to other files, which are refused.
std::vector<float> read_links(const fs::path& path) {
  try {
    return read_h5(path);
  } catch (const PermissionDeniedError&) {
    return {};
  }
}

std::vector<float> run_keras(const fs::path& file) {
  return numbers(keras::load_model(file).predict(sample_input()));
}

const ModelSample kModelSamples[] = {
    {"samples/frozen.pb", "", false, run_graph},
    {"samples/frozen.pbtxt", "", false, run_graph},
    {"samples/saved_model_tf1", "saved_model.pb", false, run_saved_model},
    {"samples/saved_model_tf1", "variables/variables.index", true, run_saved_model},
    {"samples/saved_model_tf1", "variables/variables.data-00000-of-00001", true, run_saved_model},
    {"samples/saved_model_tf2", "saved_model.pb", false, run_saved_model},
    {"samples/saved_model_keras2", "saved_model.pb", false, run_saved_model},
    {"samples/saved_model_keras3", "saved_model.pb", false, run_saved_model},
    {"samples/saved_model_keras3", "variables/variables.index", true, run_saved_model},
    {"samples/checkpoint_v2", "model.ckpt.meta", false, run_meta_graph},
    {"samples/checkpoint_v2", "model.ckpt.index", true, run_meta_graph},
    {"samples/checkpoint_v2", "model.ckpt.data-00000-of-00001", true, run_meta_graph},
    {"samples/checkpoint_v1", "model.ckpt", true, run_meta_graph},
    {"checkpoint", "v2.index", true, read_v2},
    {"checkpoint", "v2.data-00000-of-00001", true, read_v2},
    {"checkpoint", "v1.ckpt", true, read_v1},
    {"checkpoint", "partitioned.index", true, read_partitioned},
    {"samples/keras2.h5", "", false, run_keras},
    {"samples/keras3.h5", "", false, run_keras},
    {"samples/keras2.keras", "", true, run_keras},
    {"samples/keras3.keras", "", true, run_keras},
    {"keras/files/mlp_k2.weights.h5", "", false, read_h5},
    {"hdf5/weights.h5", "", false, read_h5},
    {"hdf5/latest.h5", "", false, read_h5},
    {"hdf5/types.h5", "", false, read_h5},
    {"hdf5/forms.h5", "", false, read_h5},
    {"hdf5/old_forms.h5", "", false, read_h5},
    {"hdf5/growing.h5", "", false, read_h5},
    {"hdf5/links.h5", "", false, read_links},
};

class Damage : public testing::TestWithParam<ModelSample> {};

TEST_P(Damage, GivesAnErrorOrTheSame) {
  const ModelSample& s = GetParam();
  const fs::path folder = fs::temp_directory_path() / str("rill-damage-", getpid());
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path sample = folder / fs::path(s.name).filename();
  fs::copy(fs::path(RILL_TEST_DATA) / s.name, sample, fs::copy_options::recursive);
  test::sweep({.name = str(s.name, *s.damage ? " " : "", s.damage),
               .sample = sample,
               .victim = *s.damage ? sample / s.damage : sample,
               .open = s.open,
               .covered = s.checked ? test::Covered::yes : test::Covered::no});
  fs::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Samples, Damage, testing::ValuesIn(kModelSamples));

}  // namespace
}  // namespace rill
