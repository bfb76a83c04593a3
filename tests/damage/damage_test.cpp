// Every committed sample, truncated and with flipped bytes: an error or the same result, never a
// crash, a hang or a flood of memory. RILL_DAMAGE_CASES says how many cases a file (default 240);
// 0 is every byte.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/str.h"
#include "formats/hdf5/h5_file.h"
#include "rill/rill.hpp"
#include "sandbox.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

// Opens what lies in a folder and gives numbers; the file that is damaged is in the same folder.
using Open = std::vector<float> (*)(const fs::path& folder);

struct Sample {
  const char* name;    // below tests/data
  const char* damage;  // which file of it
  bool checked;        // every byte is covered by a checksum: a flip never changes the result
  Open open;
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

const Sample kSamples[] = {
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
    {"hdf5/links.h5", "", false, read_links},
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool alike(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  }
  return true;
}

class Damage : public testing::TestWithParam<Sample> {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / str("rill-damage-", getpid());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(fs::path(RILL_TEST_DATA) / GetParam().name, sample(), fs::copy_options::recursive);
    whole_ = read_file(victim());
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path sample() const { return folder_ / fs::path(GetParam().name).filename(); }
  fs::path victim() const { return *GetParam().damage ? sample() / GetParam().damage : sample(); }
  void write(const std::string& bytes) const {
    std::ofstream(victim(), std::ios::binary | std::ios::trunc) << bytes;
  }

  fs::path folder_;
  std::string whole_;
};

int64_t cases_per_file() {
  const char* text = std::getenv("RILL_DAMAGE_CASES");
  return text ? std::atoll(text) : 240;
}

TEST_P(Damage, GivesAnErrorOrTheSame) {
  ASSERT_FALSE(whole_.empty());
  const auto size = static_cast<int64_t>(whole_.size());
  // Of each byte: cut before it, all of its bits, one of its bits.
  const int64_t all = 3 * size, wanted = cases_per_file();
  int64_t stride = wanted == 0 ? 1 : std::max<int64_t>(1, all / wanted);
  if (stride % 3 == 0) ++stride;
  const auto place = [&](int64_t i) { return i * stride; };
  const auto describe = [&](int64_t i) {
    static const char* const kHow[] = {"cut at", "inverted byte", "flipped a bit of byte"};
    return str(GetParam().name, " ", GetParam().damage, ", ", kHow[place(i) % 3], " ", place(i) / 3,
               " of ", size);
  };
  // Loaded within the child: the parent must not start threads.
  std::optional<std::vector<float>> expected;
  const auto run = [&](int64_t i) {
    if (!expected) {
      write(whole_);
      try {
        expected = GetParam().open(sample());
      } catch (const Error& e) {
        throw InternalError(str("does not open undamaged: ", e.what()));
      }
    }
    const int64_t kind = place(i) % 3;
    const auto at = static_cast<size_t>(place(i) / 3);
    std::string bytes = whole_;
    if (kind == 0) bytes.resize(at);
    if (kind == 1) bytes[at] = static_cast<char>(~bytes[at]);
    if (kind == 2) bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    write(bytes);
    const std::vector<float> got = GetParam().open(sample());
    if ((kind == 0 || GetParam().checked) && !alike(got, *expected)) {
      throw InternalError("another result");
    }
  };
  const auto report = test::run_sandboxed((all + stride - 1) / stride, run, describe);
  std::printf("%s %s: %lld the same or right, %lld refused, %lld faults\n", GetParam().name,
              GetParam().damage, static_cast<long long>(report.fine),
              static_cast<long long>(report.refused), static_cast<long long>(report.num_faults));
  std::string faults;
  for (const auto& fault : report.faults) faults += fault + "\n";
  EXPECT_EQ(report.num_faults, 0) << faults;
  EXPECT_GT(report.fine + report.refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Samples, Damage, testing::ValuesIn(kSamples));

}  // namespace
}  // namespace rill
