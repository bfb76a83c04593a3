// Stage, Unstage and what else is done with a staging area: tuples of tensors that one step leaves
// for another.
// Rules: tensorflow/core/kernels/stage_op.cc.
#include <deque>

#include "op/registry.h"
#include "op/waits.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

class StagingArea final : public Opaque {
 public:
  using Tuple = std::vector<Tensor>;

  StagingArea(int64_t capacity, int64_t memory) : capacity_(capacity), memory_(memory) {}
  std::string_view type_name() const override { return "StagingArea"; }

  // Waits for room.
  void put(const KernelContext& ctx, Tuple tuple) {
    const int64_t bytes = bytes_of_tuple(tuple);
    if (memory_ > 0 && bytes > memory_) {
      ctx.fail(Code::resource_exhausted, "Attempted to insert tensors with combined size of '",
               bytes, "' bytes into Staging Area with a memory limit of '", memory_, "'.");
    }
    wait(
        ctx,
        [&] {
          return (capacity_ <= 0 || static_cast<int64_t>(tuples_.size()) < capacity_) &&
                 (memory_ <= 0 || bytes_ + bytes <= memory_);
        },
        [&] {
          bytes_ += bytes;
          tuples_.push_back(std::move(tuple));
        });
  }
  // The oldest. Waits for one.
  Tuple take(const KernelContext& ctx) {
    Tuple out;
    wait(
        ctx, [&] { return !tuples_.empty(); },
        [&] {
          out = std::move(tuples_.front());
          tuples_.pop_front();
          bytes_ -= bytes_of_tuple(out);
        });
    return out;
  }
  // Waits until there are so many.
  Tuple peek(const KernelContext& ctx, size_t index) {
    Tuple out;
    wait(
        ctx, [&] { return index < tuples_.size(); }, [&] { out = tuples_[index]; });
    return out;
  }
  int64_t size() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int64_t>(tuples_.size());
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    tuples_.clear();
    bytes_ = 0;
    changed_.notify_all();
  }

 private:
  static int64_t bytes_of_tuple(const Tuple& tuple) {
    int64_t bytes = 0;
    for (const Tensor& t : tuple) bytes += static_cast<int64_t>(t.bytes());
    return bytes;
  }
  template <typename Ready, typename Then>
  void wait(const KernelContext& ctx, Ready ready, Then then) {
    const WaitScope waits(mutex_, changed_);
    std::unique_lock lock(mutex_);
    while (!ready()) wait_for_change(lock, changed_, ctx.runtime());
    then();
    changed_.notify_all();
  }

  const int64_t capacity_, memory_;  // 0: without limit
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Tuple> tuples_;
  int64_t bytes_ = 0;
};

// All ops of one name share an area, whichever comes first.
std::shared_ptr<StagingArea> staging_area(const KernelContext& ctx) {
  const std::string& shared = ctx.attr<std::string>("shared_name");
  const std::string name = shared.empty() ? str("stage/", ctx.node_name()) : shared;
  auto area = std::dynamic_pointer_cast<StagingArea>(ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name, [&]() -> std::shared_ptr<Opaque> {
        return std::make_shared<StagingArea>(ctx.attr<int64_t>("capacity"),
                                             ctx.attr<int64_t>("memory_limit"));
      }));
  ctx.require(area != nullptr, "the resource ", quoted(name), " is not a staging area");
  return area;
}

void put_tuple(KernelContext& ctx, const StagingArea::Tuple& tuple) {
  ctx.require(static_cast<int>(tuple.size()) == ctx.num_outputs(),
              "Mismatch stage/unstage: ", tuple.size(), " vs. ", ctx.num_outputs());
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    const Tensor& t = tuple[static_cast<size_t>(i)];
    ctx.require(t.dtype() == ctx.output_dtype(i), "component ", i, " is ", t.dtype(), ", not ",
                ctx.output_dtype(i));
    ctx.set_output(i, t);
  }
}

void stage(KernelContext& ctx) {
  StagingArea::Tuple tuple;
  for (const Tensor& t : ctx.inputs()) tuple.push_back(t.owned());
  staging_area(ctx)->put(ctx, std::move(tuple));
}
void unstage(KernelContext& ctx) { put_tuple(ctx, staging_area(ctx)->take(ctx)); }
void peek(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "index must be scalar");
  const auto index = ctx.input(0).item<int32_t>();
  ctx.require(index >= 0, "index must not be negative, not ", index);
  put_tuple(ctx, staging_area(ctx)->peek(ctx, static_cast<size_t>(index)));
}
void staged(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() = static_cast<int32_t>(staging_area(ctx)->size());
}
void clear(KernelContext& ctx) { staging_area(ctx)->clear(); }

}  // namespace

void register_staging_ops(OpRegistry& registry) {
  const auto add = [&](const char* signature, ShapeFn shape, KernelFn kernel) {
    registry.add({.signature = signature,
                  .attrs = {int_attr("capacity", 0, 0), int_attr("memory_limit", 0, 0),
                            type_list_attr("dtypes", shape == shapes::unknown ? 1 : 0),
                            string_attr("container", ""), string_attr("shared_name", "")},
                  .shape = shape,
                  .kernel = kernel,
                  .stateful = true,
                  .not_differentiable = true});
  };
  add("Stage(values: list(dtypes)) -> ()", shapes::none, stage);
  add("Unstage() -> (values: list(dtypes))", shapes::unknown, unstage);
  add("StagePeek(index: int32) -> (values: list(dtypes))", shapes::unknown, peek);
  add("StageSize() -> (size: int32)", shapes::scalar, staged);
  add("StageClear() -> ()", shapes::none, clear);
}

}  // namespace rill
