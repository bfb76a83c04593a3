// The resource behind ConditionalAccumulator and SparseConditionalAccumulator: gradients of one
// variable from several workers, added up until enough have come. Rules:
// tensorflow/core/kernels/{,typed_,sparse_}conditional_accumulator*.h.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "op/kernel_context.h"
#include "op/waits.h"

namespace rill {

// What dense and sparse accumulators share: who may add, and when the sum may be taken.
class GradientAccumulator : public Opaque {
 public:
  struct Options {
    DType dtype = DType::float32;
    Shape shape;
    bool mean = true;  // else the sum
    bool operator==(const Options&) const = default;
  };
  explicit GradientAccumulator(Options options) : options_(std::move(options)) {}
  const Options& options() const { return options_; }

  int64_t count() const;
  void set_global_step(int64_t step);

 protected:
  // Calls `add()` unless the gradient is of an earlier step than the present one.
  template <typename Add>
  void apply(int64_t local_step, Add add) {
    std::lock_guard lock(mutex_);
    if (local_step < global_step_) return;
    add();
    ++count_;
    changed_.notify_all();
  }
  // Waits for `required` gradients, calls `take()` and begins anew with the next step.
  template <typename Take>
  void take(const KernelContext& ctx, int64_t required, Take take) {
    const WaitScope waits(mutex_, changed_);
    std::unique_lock lock(mutex_);
    wait_until(lock, changed_, ctx.runtime(), [&] { return count_ >= required; });
    take();
    count_ = 0;
    ++global_step_;
  }
  int64_t gradients() const { return count_; }  // while apply() or take() calls

 private:
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int64_t count_ = 0;
  int64_t global_step_ = 0;
};

class DenseAccumulator final : public GradientAccumulator {
 public:
  using GradientAccumulator::GradientAccumulator;
  std::string_view type_name() const override { return "ConditionalAccumulator"; }
  void apply(const NodeAccess& node, int64_t local_step, const Tensor& gradient);
  Tensor take(const KernelContext& ctx, int64_t required);

 private:
  Tensor sum_;
};

// Rows of a gradient: row i of `values` belongs to row indices[i] of the variable.
struct GradientRows {
  std::vector<int64_t> indices;
  Tensor values;
  std::vector<int64_t> shape;  // of the variable; empty: not given
};

class SparseAccumulator final : public GradientAccumulator {
 public:
  using GradientAccumulator::GradientAccumulator;
  std::string_view type_name() const override { return "SparseConditionalAccumulator"; }
  void apply(const NodeAccess& node, int64_t local_step, GradientRows gradient);
  GradientRows take(const KernelContext& ctx, int64_t required);

 private:
  void check(const NodeAccess& node, const GradientRows& gradient) const;
  void merge(const GradientRows& gradient);

  GradientRows sum_;
  std::vector<int64_t> times_;  // how many gradients had each row
};

}  // namespace rill
