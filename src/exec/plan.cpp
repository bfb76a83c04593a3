#include "exec/plan.h"

#include <algorithm>
#include <cstring>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "base/fail.h"
#include "exec/plan_builder.h"
#include "op/kernel_context.h"
#include "tensor/buffer.h"

namespace rill {
namespace {

// Large arenas lie on huge pages: fewer misses of the address cache.
std::shared_ptr<detail::Buffer> allocate_arena(size_t bytes) {
  constexpr size_t kHuge = size_t{2} << 20;
  if (bytes < 4 * kHuge) return allocate_buffer(bytes);
  auto arena = allocate_buffer(bytes + kHuge);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const auto begin = (reinterpret_cast<uintptr_t>(arena->data()) + kHuge - 1) / kHuge * kHuge;
  ::madvise(reinterpret_cast<void*>(begin), bytes / kHuge * kHuge, MADV_HUGEPAGE);
#endif
  return arena;
}

// The memory of the two is the same or may be.
bool share(const Tensor& a, const Tensor& b) {
  const auto* x = static_cast<const char*>(a.raw());
  const auto* y = static_cast<const char*>(b.raw());
  return x < y + b.bytes() && y < x + a.bytes();
}

}  // namespace

bool Plan::fits(std::span<const Tensor> feeds) const {
  if (feeds.size() != feed_types_.size()) return false;
  for (size_t i = 0; i < feeds.size(); ++i) {
    const FeedType& type = feed_types_[i];
    const bool same = is_plain(type.dtype)
                          ? feeds[i].dtype() == type.dtype && feeds[i].shape() == type.shape
                          : feed_type(feeds[i]) == type;
    if (!same) return false;
  }
  return true;
}

bool Plan::lacks_packing() const {
  const auto weights = [&](int s) {
    const Slot& slot = slots_[static_cast<size_t>(s)];
    return slot.kind == SlotKind::constant && is_floating(slot.dtype) && slot.shape.rank() >= 2;
  };
  return std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) {
    return !step.prepared && step.def->prepare != nullptr &&
           std::any_of(step.inputs.begin(), step.inputs.end(), weights);
  });
}

Plan::~Plan() { delete spare_.load(std::memory_order_acquire); }

std::unique_ptr<Frame> Plan::lease() {
  if (Frame* spare = spare_.exchange(nullptr, std::memory_order_acquire)) {
    return std::unique_ptr<Frame>(spare);
  }
  {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto frame = std::move(free_.back());
      free_.pop_back();
      return frame;
    }
  }
  return make_frame();
}

void Plan::give_back(std::unique_ptr<Frame> frame) {
  Frame* none = nullptr;
  if (spare_.compare_exchange_strong(none, frame.get(), std::memory_order_release,
                                     std::memory_order_relaxed)) {
    static_cast<void>(frame.release());
    return;
  }
  constexpr size_t kMost = 16;
  std::lock_guard lock(mutex_);
  if (free_.size() < kMost) free_.push_back(std::move(frame));
}

std::unique_ptr<Frame> Plan::make_frame() const {
  auto frame = std::make_unique<Frame>();
  frame->arena = allocate_arena(arena_bytes_ + scratch_bytes_ + 64);
  auto* base = static_cast<char*>(frame->arena->data());
  frame->scratch = base + (arena_bytes_ + 63) / 64 * 64;
  frame->pointers.assign(num_pointers_, nullptr);
  frame->tensors.resize(slots_.size());
  for (size_t s = 0; s < slots_.size(); ++s) {
    const Slot& slot = slots_[s];
    if (slot.alias >= 0) continue;
    void* memory = nullptr;
    if (slot.kind == SlotKind::constant) {
      frame->tensors[s] = slot.value;
      if (is_plain(slot.dtype) && slot.value) memory = const_cast<void*>(slot.value.raw());
    } else if (slot.kind == SlotKind::arena) {
      memory = base + slot.offset;
      const size_t bytes = static_cast<size_t>(slot.shape.num_elements()) * dtype_size(slot.dtype);
      frame->tensors[s] = Tensor::from_buffer(
          slot.dtype, slot.shape, std::make_shared<detail::BorrowedBuffer>(memory, bytes));
    }
    for (const uint32_t p : slot.patches) frame->pointers[p] = memory;
  }
  return frame;
}

void Plan::point_at(Frame& frame, const Slot& slot, void* memory) const {
  if (slot.patches.empty() || frame.pointers[slot.patches[0]] == memory) return;
  for (const uint32_t p : slot.patches) frame.pointers[p] = memory;
}

void Plan::bind_feeds(Frame& frame, std::span<const Tensor> feeds) const {
  for (size_t i = 0; i < feeds_.size(); ++i) {
    const Slot& slot = slots_[static_cast<size_t>(feeds_[i])];
    frame.tensors[static_cast<size_t>(feeds_[i])] = feeds[i];
    if (slot.patches.empty()) continue;
    point_at(frame, slot, const_cast<void*>(feeds[i].raw()));
  }
}

bool Plan::usable(size_t fetch, const Slot& slot, std::span<const Tensor> feeds,
                  std::span<const Tensor> outputs) const {
  const Tensor& given = outputs[fetch];
  if (!given.is_dense() || given.dtype() != slot.dtype || !(given.shape() == slot.shape) ||
      given.rep()->buffer->read_only()) {
    return false;
  }
  // A feed may be read after this is written; another result must not be the same memory.
  for (const Tensor& feed : feeds) {
    if (is_plain(feed.dtype()) && share(feed, given)) return false;
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (i != fetch && outputs[i].is_dense() && is_plain(outputs[i].dtype()) &&
        share(outputs[i], given)) {
      return false;
    }
  }
  return true;
}

void Plan::bind_fetches(Frame& frame, std::span<const Tensor> feeds,
                        std::span<Tensor> outputs) const {
  for (const int root : fetch_roots_) {
    const Slot& slot = slots_[static_cast<size_t>(root)];
    Tensor memory;
    // The caller's memory, when the fetch is this very slot and it fits.
    for (size_t i = 0; i < fetches_.size(); ++i) {
      if (fetches_[i] == root && outputs[i] && usable(i, slot, feeds, outputs)) {
        memory = outputs[i];
        break;
      }
    }
    if (!memory) memory = Tensor(slot.dtype, slot.shape);
    void* pointer = memory.raw();
    frame.tensors[static_cast<size_t>(root)] = std::move(memory);
    point_at(frame, slot, pointer);
  }
}

void Plan::run_prepared(const Step& step, Frame& frame) {
  void** pointers = frame.pointers.data() + step.first_pointer;
  step.prepared.fn(step.prepared.state.get(),
                   {pointers, pointers + step.num_inputs, frame.scratch});
}

void Plan::run_kernel(const Step& step, Frame& frame, Runtime& runtime) const {
  const size_t n_in = step.inputs.size();
  const size_t n_out = step.outputs.size();
  std::vector<Tensor> values(n_in + n_out);
  uint32_t placed = 0;
  for (size_t i = 0; i < n_in; ++i) {
    const int s = step.inputs[i];
    const Slot& slot = slots_[static_cast<size_t>(s)];
    if (slot.alias >= 0) {
      values[i] = frame.tensors[static_cast<size_t>(slot.alias)].reshaped(slot.shape);
    } else if (i < 32 && ((step.consumable >> i) & 1U)) {
      values[i] = std::move(frame.tensors[static_cast<size_t>(s)]);
    } else {
      values[i] = frame.tensors[static_cast<size_t>(s)];
    }
  }
  for (size_t i = 0; i < n_out; ++i) {
    const auto s = static_cast<size_t>(step.outputs[i]);
    const SlotKind kind = slots_[s].kind;
    if (kind == SlotKind::arena && i < 32) {
      values[n_in + i] = Tensor::from_buffer(
          slots_[s].dtype, slots_[s].shape,
          std::make_shared<detail::BorrowedBuffer>(
              static_cast<char*>(frame.arena->data()) + slots_[s].offset,
              static_cast<size_t>(slots_[s].shape.num_elements()) * dtype_size(slots_[s].dtype)));
      placed |= 1U << i;
    } else if (kind == SlotKind::fetch && i < 32) {
      values[n_in + i] = std::move(frame.tensors[s]);
      placed |= 1U << i;
    }
  }
  const std::span<Tensor> all(values);
  run_op(*step.def, step.node->attrs, step.node->name, all.first(n_in), all.subspan(n_in),
         step.node->output_dtypes, runtime, step.consumable, placed, step.cache.get());
  for (size_t i = 0; i < n_out; ++i) {
    const auto s = static_cast<size_t>(step.outputs[i]);
    Tensor& out = values[n_in + i];
    const Slot& slot = slots_[s];
    if (!slot.patches.empty()) {
      if (!(out.shape() == slot.shape)) {
        fail(Code::internal, step.def->name, " node ", quoted(step.node->name), ": output ", i,
             " has shape ", out.shape(), " but was planned as ", slot.shape);
      }
      point_at(frame, slot, out.raw());
    }
    frame.tensors[s] = std::move(out);
  }
}

void Plan::collect(Frame& frame, std::span<const Tensor> feeds, std::span<Tensor> outputs) const {
  for (size_t i = 0; i < fetches_.size(); ++i) {
    const Slot& slot = slots_[static_cast<size_t>(fetches_[i])];
    const int root = slot.alias >= 0 ? slot.alias : fetches_[i];
    const Tensor& value = frame.tensors[static_cast<size_t>(root)];
    const bool made_here = slots_[static_cast<size_t>(root)].kind == SlotKind::fetch;
    if (made_here && slot.alias < 0) {
      outputs[i] = value;
      continue;
    }
    // A view, a feed or a constant: copied where the caller gave memory for it.
    if (outputs[i] && is_plain(slot.dtype) && slot.shape.is_fully_defined() &&
        usable(i, slot, feeds, outputs)) {
      if (!share(value, outputs[i])) std::memcpy(outputs[i].raw(), value.raw(), value.bytes());
      continue;
    }
    outputs[i] = slot.alias >= 0 ? value.reshaped(slot.shape).owned() : value.owned();
  }
}

void Plan::run(std::span<const Tensor> feeds, std::span<Tensor> outputs, Runtime& runtime) {
  std::unique_ptr<Frame> frame = lease();
  bind_feeds(*frame, feeds);
  execute(std::move(frame), feeds, outputs, runtime);
}

void Plan::run_consuming(std::span<Tensor> feeds, std::span<Tensor> outputs, Runtime& runtime) {
  std::unique_ptr<Frame> frame = lease();
  bind_feeds(*frame, feeds);
  for (Tensor& feed : feeds) {
    if (feed.dtype() == DType::variant) feed = Tensor();
  }
  execute(std::move(frame), feeds, outputs, runtime);
}

void Plan::execute(std::unique_ptr<Frame> frame, std::span<const Tensor> feeds,
                   std::span<Tensor> outputs, Runtime& runtime) {
  bind_fetches(*frame, feeds, outputs);
  check_handles(*frame, runtime);
  for (const int s : assigned_) bind_assigned(*frame, s);
  size_t assigned = 0;  // so many of the next steps are done already
  for (const Step& step : steps_) {
    if (assigned > 0) {
      --assigned;
    } else if (!step.updates.empty() && update_in_place(step, *frame)) {
      assigned = step.updates.size();
    } else if (step.prepared) {
      for (const Update& update : step.updates) bind_assigned(*frame, update.output);
      run_prepared(step, *frame);
    } else if (!(step.variable == Step::reads && read_variable(step, *frame)) &&
               !(step.variable == Step::assigns && assign_variable(step, *frame)) &&
               !(step.variable == Step::finds && find_variable(step, *frame))) {
      run_kernel(step, *frame, runtime);
      if (step.variable == Step::finds) {
        frame->handles[step.handle] = frame->tensors[static_cast<size_t>(step.outputs[0])];
      }
    }
    for (const int s : step.release) frame->tensors[static_cast<size_t>(s)] = Tensor();
  }
  collect(*frame, feeds, outputs);
  for (const int s : feeds_) frame->tensors[static_cast<size_t>(s)] = Tensor();
  for (const int s : fetch_roots_) frame->tensors[static_cast<size_t>(s)] = Tensor();
  for (const int s : fetches_) {
    if (slots_[static_cast<size_t>(s)].kind == SlotKind::dynamic) {
      frame->tensors[static_cast<size_t>(s)] = Tensor();
    }
  }
  give_back(std::move(frame));
}

std::string Plan::dump() const {
  std::string out;
  for (const Step& step : steps_) {
    append_to(out, str(step.prepared  ? "prepared "
                       : step.dynamic ? "dynamic  "
                                      : "kernel   ",
                       step.node->name, " = ", step.def->name, "("));
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      const Slot& slot = slots_[static_cast<size_t>(step.inputs[i])];
      append_to(out, str(i ? ", " : "", slot.dtype, slot.shape));
    }
    out += ") ->";
    for (const int s : step.outputs) {
      const Slot& slot = slots_[static_cast<size_t>(s)];
      append_to(out, str(" ", slot.dtype, slot.shape));
      if (slot.kind == SlotKind::arena) append_to(out, str("@", slot.offset));
    }
    out += "\n";
  }
  append_to(out, str("arena ", arena_bytes_, " bytes, scratch ", scratch_bytes_, "\n"));
  return out;
}

}  // namespace rill
