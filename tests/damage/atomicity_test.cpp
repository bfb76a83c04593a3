// What fails leaves graph and session as they were.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rill/rill.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

class Atomicity : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("rill-atomicity-" + std::to_string(getpid()));
    fs::remove_all(folder_);
    fs::copy(fs::path(RILL_TEST_DATA) / "samples", folder_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void invert(const char* name, std::streamoff at) const {
    std::fstream file(folder_ / name, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const char byte = static_cast<char>(~file.get());
    file.seekp(at);
    file.put(byte);
  }

  fs::path folder_;
};

Tensor input() { return Tensor::zeros(Shape{2, 10}); }

TEST_F(Atomicity, SavedModelWithDamagedVariables) {
  const Session session{Graph()};
  invert("saved_model_tf1/variables/variables.data-00000-of-00001", 20);
  EXPECT_THROW(SavedModel::load(session, {"serve"}, folder_ / "saved_model_tf1"), DataLossError);
  EXPECT_TRUE(session.graph().operations().empty());
  EXPECT_TRUE(session.initialized_variables().empty());
  // The same session takes the good one afterwards.
  invert("saved_model_tf1/variables/variables.data-00000-of-00001", 20);
  SavedModel::load(session, {"serve"}, folder_ / "saved_model_tf1");
  EXPECT_FALSE(session.initialized_variables().empty());
}

TEST_F(Atomicity, ImportOfABrokenGraph) {
  Graph graph;
  graph.import(GraphDef::load((folder_ / "frozen.pb").string()));
  const std::string before = graph.as_graph_def().serialize();
  GraphDef broken = GraphDef::load((folder_ / "frozen.pb").string());
  broken.nodes.back().inputs = {"no_such_node"};
  EXPECT_THROW(graph.import(broken, "again"), Error);
  EXPECT_EQ(graph.as_graph_def().serialize(), before);
}

TEST_F(Atomicity, RestoreOfADamagedCheckpoint) {
  Graph graph;
  const Saver saver = import_meta_graph(graph, folder_ / "checkpoint_v2" / "model.ckpt.meta");
  const Session session(graph);
  saver.restore(session, folder_ / "checkpoint_v2" / "model.ckpt");
  const auto before = session.run("output:0", {{"input:0", input()}}).to_vector<float>();
  const auto size = fs::file_size(folder_ / "checkpoint_v2/model.ckpt.data-00000-of-00001");
  invert("checkpoint_v2/model.ckpt.data-00000-of-00001", static_cast<std::streamoff>(size) - 1);
  EXPECT_THROW(saver.restore(session, folder_ / "checkpoint_v2" / "model.ckpt"), DataLossError);
  EXPECT_EQ(session.run("output:0", {{"input:0", input()}}).to_vector<float>(), before);
}

TEST_F(Atomicity, RestoreIntoAFreshSession) {
  Graph graph;
  const Saver saver = import_meta_graph(graph, folder_ / "checkpoint_v2" / "model.ckpt.meta");
  const Session session(graph);
  invert("checkpoint_v2/model.ckpt.data-00000-of-00001", 100);
  EXPECT_THROW(saver.restore(session, folder_ / "checkpoint_v2" / "model.ckpt"), DataLossError);
  EXPECT_TRUE(session.initialized_variables().empty());
  EXPECT_THROW(session.run("output:0", {{"input:0", input()}}), FailedPreconditionError);
}

}  // namespace
}  // namespace rill
