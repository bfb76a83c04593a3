#include "ops/gradient_accumulator.h"

#include <cstring>

#include "ops/args.h"
#include "ops/scatter.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void add_to(void* sum, const void* values, DType dtype, int64_t n) {
  combine_fn(ScatterMode::add, dtype, "ConditionalAccumulator")(sum, values, n, 1);
}

void divide(void* values, DType dtype, int64_t n, int64_t by) {
  dispatch_float(dtype, "ConditionalAccumulator", [&]<typename T>() {
    T* at = static_cast<T*>(values);
    const T divisor(static_cast<float>(by));
    for (int64_t i = 0; i < n; ++i) at[i] = T(at[i] / divisor);
  });
}

}  // namespace

int64_t GradientAccumulator::count() const {
  std::lock_guard lock(mutex_);
  return count_;
}

void GradientAccumulator::set_global_step(int64_t step) {
  std::lock_guard lock(mutex_);
  global_step_ = step;
}

void DenseAccumulator::apply(const NodeAccess& node, int64_t local_step, const Tensor& gradient) {
  GradientAccumulator::apply(local_step, [&] {
    const bool first = gradients() == 0;
    const Shape& expected = first ? options().shape : sum_.shape();
    node.require(expected.is_compatible_with(gradient.shape()), "Shape mismatch: expected ",
                 expected, ", got ", gradient.shape());
    if (first) {
      sum_ = gradient.clone();
    } else {
      add_to(sum_.raw(), gradient.raw(), gradient.dtype(), gradient.size());
    }
  });
}

Tensor DenseAccumulator::take(const KernelContext& ctx, int64_t required) {
  Tensor out;
  GradientAccumulator::take(ctx, required, [&] {
    out = std::move(sum_);
    sum_ = Tensor();
    if (options().mean) divide(out.raw(), out.dtype(), out.size(), gradients());
  });
  return out;
}

void SparseAccumulator::check(const NodeAccess& node, const GradientRows& gradient) const {
  const Shape& shape = options().shape;
  const Shape& values = gradient.values.shape();
  const int rank = shape.has_rank() ? shape.rank() : 0;
  if (!gradient.shape.empty()) {
    node.require(rank <= static_cast<int>(gradient.shape.size()),
                 "Shape mismatch: expected shape rank at least ", rank, ", got ",
                 gradient.shape.size());
    for (int d = 0; d < rank; ++d) {
      const int64_t given = gradient.shape[static_cast<size_t>(d)];
      node.require(shape[d] < 0 || shape[d] == given, "Shape mismatch: expected shape dim ", d,
                   " to be ", shape[d], ", got ", given);
    }
  }
  for (size_t i = 0; rank > 0 && shape[0] >= 0 && i < gradient.indices.size(); ++i) {
    node.require(gradient.indices[i] < shape[0], "Shape mismatch: index of slice ", i,
                 " exceeded limits of shape; index is ", gradient.indices[i], " exceeded ",
                 shape[0]);
  }
  const Shape& expected = gradients() > 0 ? sum_.values.shape() : shape;
  const int needed = gradients() > 0 ? expected.rank() : rank;
  node.require(gradients() > 0 ? needed == values.rank() : needed <= values.rank(),
               "Shape mismatch: expected values rank ", needed, ", got ", values.rank());
  for (int d = 1; d < needed; ++d) {
    node.require(expected[d] < 0 || expected[d] == values[d],
                 "Shape mismatch: expected values dim ", d, " to be ", expected[d], ", got ",
                 values[d]);
  }
}

// As two sorted lists are merged; what is not sorted may stay twice, as in TensorFlow.
void SparseAccumulator::merge(const GradientRows& gradient) {
  const GradientRows old = std::move(sum_);
  const std::vector<int64_t> old_times = std::move(times_);
  struct Row {
    size_t from, added;
  };
  constexpr size_t kNone = SIZE_MAX;
  std::vector<Row> rows;
  sum_.indices.clear();
  times_.clear();
  for (size_t i = 0, j = 0; i < old.indices.size() || j < gradient.indices.size();) {
    const bool take_old = j == gradient.indices.size() ||
                          (i < old.indices.size() && old.indices[i] <= gradient.indices[j]);
    const bool take_new = i == old.indices.size() ||
                          (j < gradient.indices.size() && gradient.indices[j] <= old.indices[i]);
    rows.push_back({take_old ? i : kNone, take_new ? j : kNone});
    sum_.indices.push_back(take_old ? old.indices[i] : gradient.indices[j]);
    times_.push_back((take_old ? old_times[i] : 0) + (take_new ? 1 : 0));
    i += take_old;
    j += take_new;
  }
  const DType dtype = gradient.values.dtype();
  Shape shape = gradient.values.shape();
  const int64_t width = product(shape, 1, shape.rank());
  shape[0] = static_cast<int64_t>(rows.size());
  sum_.values = Tensor(dtype, shape);
  const size_t bytes = static_cast<size_t>(width) * dtype_size(dtype);
  auto* to = static_cast<char*>(sum_.values.raw());
  const auto* first = static_cast<const char*>(old.values.raw());
  const auto* second = static_cast<const char*>(gradient.values.raw());
  for (const auto& [from, added] : rows) {
    if (bytes > 0)
      std::memcpy(to, from != kNone ? first + from * bytes : second + added * bytes, bytes);
    if (from != kNone && added != kNone) add_to(to, second + added * bytes, dtype, width);
    to += bytes;
  }
}

void SparseAccumulator::apply(const NodeAccess& node, int64_t local_step, GradientRows gradient) {
  GradientAccumulator::apply(local_step, [&] {
    check(node, gradient);
    if (gradients() > 0) {
      merge(gradient);
      return;
    }
    times_.assign(gradient.indices.size(), 1);
    sum_ = std::move(gradient);
    sum_.values = sum_.values.clone();
  });
}

GradientRows SparseAccumulator::take(const KernelContext& ctx, int64_t required) {
  GradientRows out;
  GradientAccumulator::take(ctx, required, [&] {
    out = std::move(sum_);
    sum_ = {};
    const Shape& shape = options().shape;
    const Shape& values = out.values.shape();
    out.shape = {shape.has_rank() && shape.rank() > 0 ? shape[0] : -1};
    for (int d = 1; d < values.rank(); ++d) out.shape.push_back(values[d]);
    const int64_t width = product(values, 1, values.rank());
    const size_t bytes = static_cast<size_t>(width) * dtype_size(out.values.dtype());
    for (size_t i = 0; options().mean && i < times_.size(); ++i) {
      divide(static_cast<char*>(out.values.raw()) + i * bytes, out.values.dtype(), width,
             times_[i]);
    }
  });
  return out;
}

}  // namespace rill
