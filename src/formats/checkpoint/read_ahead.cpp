#include "formats/checkpoint/read_ahead.h"

#include <system_error>
#include <utility>

namespace rill::formats {
namespace {

// Less than this is read before a thread has started.
constexpr uint64_t kWorthAThread = uint64_t{1} << 20;

}  // namespace

ReadAhead::ReadAhead(std::unique_ptr<CheckpointSource> source)
    : CheckpointSource(source->prefix()),
      source_(std::move(source)),
      slots_(source_->entries().size()) {
  entries_.assign(source_->entries().begin(), source_->entries().end());
  missing_files_.assign(source_->missing_files().begin(), source_->missing_files().end());
  uint64_t bytes = 0;
  for (const CheckpointEntry& entry : entries_) {
    bytes = entry.size > UINT64_MAX - bytes ? UINT64_MAX : bytes + entry.size;
  }
  if (bytes < kWorthAThread) return;
  try {
    thread_ = std::thread([this] { read_all(); });
  } catch (const std::system_error&) {
    // No thread to be had: each tensor is read when it is asked for.
  }
}

ReadAhead::~ReadAhead() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void ReadAhead::read_all() {
  for (size_t i = 0; i < entries_.size() && !stop_; ++i) {
    Slot& slot = slots_[i];
    slot.state = State::reading;
    try {
      slot.value = source_->read(entries_[i].name);
      slot.state = State::read;
    } catch (...) {
      // Whoever wants it meets the error himself; it may be nobody.
      slot.state = State::unread;
    }
    slot.state.notify_all();
  }
}

Tensor ReadAhead::read_entry(const CheckpointEntry& entry) const {
  stop_ = true;
  const Slot& slot = slots_[static_cast<size_t>(&entry - entries_.data())];
  slot.state.wait(State::reading);
  return slot.state == State::read ? slot.value : source_->read(entry.name);
}

}  // namespace rill::formats
