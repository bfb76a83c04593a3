#include "op/checkpoint_io.h"

#include <atomic>

namespace rill {
namespace {

constinit std::atomic<CheckpointIo*> installed{nullptr};

}  // namespace

CheckpointIo::~CheckpointIo() = default;

CheckpointIo* checkpoint_io() noexcept { return installed.load(std::memory_order_acquire); }
void set_checkpoint_io(CheckpointIo* io) noexcept {
  installed.store(io, std::memory_order_release);
}

}  // namespace rill
