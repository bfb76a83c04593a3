#include "ops/record_reader.h"

#include <algorithm>

#include "codec/proto_wire.h"
#include "rill/error.hpp"

namespace rill {

void RecordReader::take_work(const KernelContext& ctx, TensorQueue& queue) {
  if (working()) return;
  const auto tuple = std::move(queue.dequeue(ctx, 1, false)[0]);
  ctx.require(tuple.size() == 1, "Expected single component queue");
  ctx.require(tuple[0].dtype() == DType::string, "Expected queue with single string component");
  ctx.require(tuple[0].size() == 1, "Expected to dequeue a one-element string tensor");
  state_.work = *tuple[0].data<std::string>();
  start(ctx, state_.work);
  ++state_.work_started;
}

// False: the work had no more records.
bool RecordReader::step(const KernelContext& ctx, Record& out) {
  const Step done = next(ctx, state_.work, out);
  if (done != Step::produced) state_.work_finished = state_.work_started;
  if (done != Step::at_end) ++state_.records_produced;
  return done != Step::at_end;
}

Record RecordReader::read(const KernelContext& ctx, TensorQueue& queue) {
  std::lock_guard lock(mutex_);
  Record out;
  do {
    ctx.runtime().check_cancelled();
    take_work(ctx, queue);
  } while (!step(ctx, out));
  return out;
}

std::vector<Record> RecordReader::read_up_to(const KernelContext& ctx, TensorQueue& queue,
                                             int64_t most) {
  std::lock_guard lock(mutex_);
  std::vector<Record> out;
  while (static_cast<int64_t>(out.size()) < most) {
    ctx.runtime().check_cancelled();
    if (!out.empty() && !working()) break;
    take_work(ctx, queue);
    Record record;
    if (step(ctx, record)) out.push_back(std::move(record));
  }
  return out;
}

int64_t RecordReader::records_produced() const {
  std::lock_guard lock(mutex_);
  return state_.records_produced;
}

int64_t RecordReader::work_finished() const {
  std::lock_guard lock(mutex_);
  return state_.work_finished;
}

void RecordReader::reset() {
  std::lock_guard lock(mutex_);
  state_ = {};
}

// Fields of ReaderBaseState: tensorflow/core/framework/reader_base.proto.
std::string RecordReader::serialize(const NodeAccess& node) const {
  if (!has_plain_state()) node.fail(Code::unimplemented, "Reader SerializeState");
  std::lock_guard lock(mutex_);
  std::string out;
  proto::Writer writer(out);
  writer.int64_or_skip(1, state_.work_started);
  writer.int64_or_skip(2, state_.work_finished);
  writer.int64_or_skip(3, state_.records_produced);
  writer.bytes_or_skip(4, state_.work);
  return out;
}

void RecordReader::restore(const NodeAccess& node, const std::string& state) {
  if (!has_plain_state()) node.fail(Code::unimplemented, "Reader RestoreState");
  State read;
  try {
    proto::Reader reader(bytes_of(state), "ReaderBaseState");
    while (reader.next()) {
      switch (reader.number()) {
        case 1:
          read.work_started = reader.int64();
          break;
        case 2:
          read.work_finished = reader.int64();
          break;
        case 3:
          read.records_produced = reader.int64();
          break;
        case 4:
          read.work = std::string(reader.text());
          break;
      }
    }
  } catch (const DataLossError& error) {
    node.fail(Code::invalid_argument, "Could not parse state for ", name_, ": ", error.what());
  }
  node.require(std::min({read.work_started, read.work_finished, read.records_produced}) >= 0,
               "Unexpected negative value when restoring in ", name_);
  // Only readers whose work is one record have a state: none is ever half done.
  node.require(read.work_started <= read.work_finished,
               "Inconsistent work started vs. finished when restoring in ", name_, ": ",
               read.work_started, " vs. ", read.work_finished);
  std::lock_guard lock(mutex_);
  state_ = std::move(read);
}

}  // namespace rill
