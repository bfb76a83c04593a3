// An input graph of TensorFlow 1: names of files in a queue, a reader, and what it read in another.
#include "rill/queue_runner.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "codec/proto_wire.h"
#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"

namespace rill {
namespace {

class QueueRunners : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = str(::testing::TempDir(), "rill_runners_",
                ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::ofstream(path_) << "a\nb\nc\n";
    const GraphScope scope(graph_.impl());
    const Value files = queue("files", -1), lines = queue("lines", 2);
    emit_all("QueueEnqueueV2", {files, Tensor::scalar(path_)}, {}, "add_file");
    emit_all("QueueCloseV2", {files}, {}, "close_files");
    const Value reader = emit("TextLineReaderV2", {}, {{"shared_name", std::string("reader")}});
    emit_all("QueueEnqueueV2", {lines, emit_all("ReaderReadV2", {reader, files})[1]}, {}, "read");
    emit_all("QueueCloseV2", {lines}, {}, "close");
    emit_all("QueueCloseV2", {lines}, {{"cancel_pending_enqueues", true}}, "cancel");
    line_ = emit("QueueDequeueV2", {lines}, kText);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  static Value queue(const char* name, int64_t capacity) {
    AttrMap attrs = kText;
    attrs.set("shared_name", std::string(name));
    attrs.set("capacity", capacity);
    return emit("FIFOQueueV2", {}, attrs);
  }
  // As TensorFlow writes it: two threads read.
  void add_runner(const std::string& enqueue) {
    std::string bytes;
    proto::Writer def(bytes);
    def.bytes(1, "lines");
    def.bytes(2, enqueue);
    def.bytes(2, enqueue);
    def.bytes(3, "close");
    def.bytes(4, "cancel");
    graph_.add_to_collection("queue_runners", bytes);
  }

  inline static const AttrMap kText{{"component_types", std::vector<DType>{DType::string}}};
  std::string path_;
  Graph graph_;
  Value line_;
};

TEST_F(QueueRunners, FillQueuesUntilTheInputEnds) {
  add_runner("read");
  const Session session(graph_, {.allow_files = true});
  session.run_targets({"add_file"});
  session.run_targets({"close_files"});
  const train::Coordinator coordinator;
  EXPECT_EQ(train::start_queue_runners(session, coordinator), 2);
  std::vector<std::string> read;
  try {
    while (true) read.push_back(session.run(line_).item<std::string>());
  } catch (const OutOfRangeError&) {
  }
  std::sort(read.begin(), read.end());  // two threads
  EXPECT_EQ(read, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_FALSE(coordinator.should_stop());
  EXPECT_NO_THROW(coordinator.join());
}

TEST_F(QueueRunners, StopWhileTheyWait) {
  add_runner("read");
  const Session session(graph_, {.allow_files = true});
  for (int i = 0; i < 3; ++i) session.run_targets({"add_file"});
  const train::Coordinator coordinator;
  train::start_queue_runners(session, coordinator);
  session.run(line_);
  EXPECT_FALSE(coordinator.wait_for_stop(std::chrono::milliseconds(20)));
  coordinator.request_stop();
  EXPECT_TRUE(coordinator.wait_for_stop(std::chrono::milliseconds(0)));
  session.run_targets({"close_files"});  // wakes a reader that waits for a file
  EXPECT_NO_THROW(coordinator.join());
  EXPECT_THROW(train::start_queue_runners(session, coordinator), FailedPreconditionError);
}

TEST_F(QueueRunners, TellWhatFailed) {
  add_runner("read");
  const Session session(graph_);  // may not read files
  session.run_targets({"add_file"});
  session.run_targets({"close_files"});
  const train::Coordinator coordinator;
  train::start_queue_runners(session, coordinator);
  EXPECT_TRUE(coordinator.wait_for_stop(std::chrono::seconds(20)));
  EXPECT_THROW(coordinator.join(), PermissionDeniedError);
}

TEST_F(QueueRunners, AreCheckedBeforeTheyStart) {
  const train::Coordinator coordinator;
  EXPECT_EQ(train::start_queue_runners(Session(graph_), coordinator), 0);
  add_runner("nothing");
  EXPECT_THROW(train::start_queue_runners(Session(graph_), coordinator), NotFoundError);
  Graph damaged;
  damaged.add_to_collection("queue_runners", "\xff\xff");
  EXPECT_THROW(train::start_queue_runners(Session(damaged), coordinator), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
