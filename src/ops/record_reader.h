// The resource behind the readers of TensorFlow 1: takes work (names of files) from a queue and
// gives the records in it, one at a time. Rules: tensorflow/core/framework/reader_base.cc.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "op/kernel_context.h"
#include "ops/tensor_queue.h"

namespace rill {

struct Record {
  std::string key;
  std::string value;
};

class RecordReader : public Opaque {
 public:
  explicit RecordReader(std::string name) : name_(std::move(name)) {}
  std::string_view type_name() const override { return "Reader"; }

  // Waits for work where there is none under way; throws OUT_OF_RANGE when the queue is closed.
  Record read(const KernelContext& ctx, TensorQueue& queue);
  // Up to `most` records, at least one: what is left of the present work will do.
  std::vector<Record> read_up_to(const KernelContext& ctx, TensorQueue& queue, int64_t most);
  int64_t records_produced() const;
  int64_t work_finished() const;
  void reset();
  // ReaderBaseState, a protobuf message. Throws UNIMPLEMENTED where the place within a file counts.
  std::string serialize(const NodeAccess& node) const;
  void restore(const NodeAccess& node, const std::string& state);

 protected:
  enum class Step : uint8_t { produced, at_end, last };  // last: produced, and at the end
  virtual void start(const KernelContext& ctx, const std::string& work) = 0;
  virtual Step next(const KernelContext& ctx, const std::string& work, Record& out) = 0;
  virtual bool has_plain_state() const { return false; }

 private:
  struct State {
    int64_t work_started = 0;
    int64_t work_finished = 0;
    int64_t records_produced = 0;
    std::string work;
  };
  bool working() const { return state_.work_finished < state_.work_started; }
  void take_work(const KernelContext& ctx, TensorQueue& queue);
  bool step(const KernelContext& ctx, Record& out);

  const std::string name_;
  mutable std::mutex mutex_;
  State state_;
};

}  // namespace rill
