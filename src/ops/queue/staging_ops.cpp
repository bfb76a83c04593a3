// Stage, Unstage and what else is done with a staging area: tuples of tensors that one step leaves
// for another.
// Rules: tensorflow/core/kernels/stage_op.cc.
#include <deque>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/staging.h"

namespace rill {
namespace {

class StagingArea final : public Staging {
 public:
  using Tuple = std::vector<Tensor>;

  using Staging::Staging;
  std::string_view type_name() const override { return "StagingArea"; }

  // Waits for room.
  void put(const KernelContext& ctx, const Tuple& tuple) {
    const auto count = [&] { return tuples_.size(); };
    wait_for_room(ctx, tuple, count, [&] { tuples_.push_back(tuple); });
  }
  // The oldest. Waits for one.
  Tuple take(const KernelContext& ctx) {
    Tuple out;
    wait(
        ctx, [&] { return !tuples_.empty(); },
        [&] {
          out = std::move(tuples_.front());
          tuples_.pop_front();
          bytes_ -= bytes_of(out);
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
  std::deque<Tuple> tuples_;
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
  staging_area(ctx)->put(ctx, tuple);
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
