// Event files (tensorflow/core/util/event.proto) as records.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>

#include "base/fail.h"
#include "codec/file_error.h"
#include "codec/proto_wire.h"
#include "codec/tf_record.h"
#include "rill/train.hpp"

namespace rill::train {

struct FileWriter::State {
  std::filesystem::path path;
  std::FILE* file = nullptr;
  ~State() {
    if (file) std::fclose(file);
  }

  template <typename Fill>
  void event(int64_t step, Fill&& fill) {
    std::string data;
    proto::Writer writer(data);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    writer.float64(1, std::chrono::duration<double>(now).count());
    writer.int64_or_skip(2, step);
    fill(writer);
    const std::string record = tf_record(data);
    if (std::fwrite(record.data(), 1, record.size(), file) != record.size()) {
      fail_errno(path, "write", errno);
    }
  }
};

FileWriter::FileWriter(const std::filesystem::path& folder) : state_(std::make_unique<State>()) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail_errno(folder, "make the folder", error.value());
  char host[128] = "localhost";
  gethostname(host, sizeof host - 1);
  static std::atomic<int> number{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  state_->path = folder / str("events.out.tfevents.",
                              std::chrono::duration_cast<std::chrono::seconds>(now).count(), ".",
                              host, ".", getpid(), ".", number++);
  state_->file = std::fopen(state_->path.c_str(), "wb");
  if (!state_->file) fail_errno(state_->path, "write", errno);
  state_->event(0, [](proto::Writer& w) { w.bytes(3, "brain.Event:2"); });
}
FileWriter::~FileWriter() = default;

void FileWriter::add_summary(const Tensor& summary, int64_t step) {
  if (summary.dtype() != DType::string || summary.size() != 1) {
    fail(Code::invalid_argument, "a summary is a string scalar, not a ", summary.dtype(),
         " tensor of shape ", summary.shape());
  }
  const std::string bytes = summary.item<std::string>();
  state_->event(step, [&](proto::Writer& w) { w.bytes(5, bytes); });
}
void FileWriter::add_graph(const Graph& graph) {
  const std::string bytes = graph.as_graph_def().serialize();
  state_->event(0, [&](proto::Writer& w) { w.bytes(4, bytes); });
}
void FileWriter::flush() {
  if (std::fflush(state_->file) != 0) fail_errno(state_->path, "write", errno);
}
const std::filesystem::path& FileWriter::path() const { return state_->path; }

}  // namespace rill::train
