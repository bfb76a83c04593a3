// A checkpoint that is read on a thread of its own while its user still does something else: the
// checksums of a model's weights take as long as the import of its graph.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "formats/checkpoint/checkpoint_source.h"

namespace rill::formats {

class ReadAhead final : public CheckpointSource {
 public:
  explicit ReadAhead(std::unique_ptr<CheckpointSource> source);
  ~ReadAhead() override;

  int version() const override { return source_->version(); }
  Tensor read_slice(const CheckpointEntry& entry, const TensorSlice& slice) const override {
    return source_->read_slice(entry, slice);
  }

 private:
  enum class State : uint8_t { unread, reading, read };
  struct Slot {
    std::atomic<State> state{State::unread};
    Tensor value;  // once it is read
  };

  // Ends the reading ahead: whoever asks reads on with all of his threads.
  Tensor read_entry(const CheckpointEntry& entry) const override;
  void read_all();

  std::unique_ptr<CheckpointSource> source_;
  std::vector<Slot> slots_;  // by entry
  mutable std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace rill::formats
