// Files of graphs and checkpoints with each byte cut off or changed: an error with the right kind
// of code, or a result; never a crash. Run it under the sanitizers, too.
#include <gtest/gtest.h>

#include <filesystem>

#include "io/samples.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/npy.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

// What damage may be called. INTERNAL would be a bug of ours.
bool expected(Code code) {
  switch (code) {
    case Code::invalid_argument:
    case Code::not_found:
    case Code::data_loss:
    case Code::unimplemented:
    case Code::failed_precondition:
    case Code::resource_exhausted:
    case Code::out_of_range:
    case Code::already_exists:
    case Code::permission_denied:
      return true;
    default:
      return false;
  }
}

// Truncates at, and then changes, about `most` bytes of the file, spread evenly.
template <typename Try>
void damage(const fs::path& original, const fs::path& copy, size_t most, Try attempt) {
  const std::string whole = test::read_whole(original);
  const size_t step = whole.size() / most + 1;
  const auto check = [&](const std::string& bytes, const char* how, size_t at) {
    test::write_whole(copy, bytes);
    try {
      attempt();
    } catch (const Error& e) {
      EXPECT_TRUE(expected(e.code())) << how << " " << at << ": " << e.what();
      EXPECT_NE(std::string(e.what()), "");
    }
  };
  for (size_t at = 0; at < whole.size(); at += step) check(whole.substr(0, at), "cut at", at);
  for (size_t at = 0; at < whole.size(); at += step) {
    for (const unsigned char mask : {0x01, 0x80, 0xff}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ mask);
      check(bytes, "changed at", at);
    }
  }
}

Tensor input() { return load_npy(test::kSamples / "x.npy"); }

void run_graph(const fs::path& path, const Tensor& x) {
  const Session session{Graph()};
  session.graph().import(GraphDef::load(path.string()));
  session.run("output:0", {{"input:0", x}});
}

TEST(GraphDamage, FrozenGraphs) {
  const test::ScratchFolder scratch;
  const Tensor x = input();
  damage(test::kSamples / "frozen.pb", scratch / "frozen.pb", 500,
         [&] { run_graph(scratch / "frozen.pb", x); });
  damage(test::kSamples / "frozen.pbtxt", scratch / "frozen.pbtxt", 250,
         [&] { run_graph(scratch / "frozen.pbtxt", x); });
}

TEST(GraphDamage, Checkpoints) {
  const test::ScratchFolder scratch;
  const GraphDef def = GraphDef::load((test::kSamples / "unfrozen.pb").string());
  for (const char* version : {"checkpoint_v1", "checkpoint_v2"}) {
    const fs::path folder = scratch / version;
    fs::copy(test::kSamples / version, folder, fs::copy_options::recursive);
    const Session session{Graph()};
    session.graph().import(def);
    const Saver saver(session.graph());
    for (const char* name : {"model.ckpt", "model.ckpt.index", "model.ckpt.data-00000-of-00001"}) {
      const fs::path original = test::kSamples / version / name;
      if (!fs::exists(original)) continue;
      damage(original, folder / name, 200, [&] { saver.restore(session, folder / "model.ckpt"); });
      fs::copy_file(original, folder / name, fs::copy_options::overwrite_existing);
    }
    saver.restore(session, folder / "model.ckpt");  // whole again
  }
}

TEST(GraphDamage, MetaGraphsAndSavedModels) {
  const test::ScratchFolder scratch;
  const Tensor x = input();
  damage(test::kSamples / "checkpoint_v2" / "model.ckpt.meta", scratch / "model.ckpt.meta", 200,
         [&] {
           const Session session{Graph()};
           import_meta_graph(session.graph(), scratch / "model.ckpt.meta")
               .restore(session, test::kSamples / "checkpoint_v2" / "model.ckpt");
           session.run("output:0", {{"input:0", x}});
         });
  for (const char* name : {"saved_model_tf1", "saved_model_tf2"}) {
    const fs::path folder = scratch / name;
    fs::copy(test::kSamples / name, folder, fs::copy_options::recursive);
    damage(test::kSamples / name / "saved_model.pb", folder / "saved_model.pb", 200, [&] {
      const Session session{Graph()};
      SavedModel::load(session, {}, folder).run({{"x", x}});
    });
  }
}

}  // namespace
}  // namespace rill
