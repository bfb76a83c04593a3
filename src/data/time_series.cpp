// keras/src/utils/timeseries_dataset_utils.py
#include <algorithm>
#include <random>

#include "base/fail.h"
#include "data/numpy_order.h"
#include "data/stages.h"
#include "op/emit.h"

namespace rill {
namespace data {
namespace {

void check_series(const Tensor& data, const Tensor& targets, int64_t length,
                  const TimeSeriesOptions& o) {
  const auto refuse = [](const auto&... what) {
    fail(Code::invalid_argument, "from_time_series(): ", what...);
  };
  if (!data || !data.is_dense() || data.rank() == 0) refuse("the data has no rows");
  if (targets && (!targets.is_dense() || targets.rank() == 0)) refuse("the targets have no rows");
  const int64_t rows = data.dim(0);
  if (o.start_index && (*o.start_index < 0 || *o.start_index >= rows)) {
    refuse("start_index must be one of the ", rows, " rows, not ", *o.start_index);
  }
  if (o.end_index && (*o.end_index <= o.start_index.value_or(0) || *o.end_index >= rows)) {
    refuse("end_index must be higher than start_index, and lower than the ", rows, " rows; it is ",
           *o.end_index);
  }
  const auto within = [&](const char* name, int64_t value) {
    if (value < 1 || value >= rows) {
      refuse(name, " must be positive, and lower than the ", rows, " rows; it is ", value);
    }
  };
  within("sampling_rate", o.sampling_rate);
  within("sequence_stride", o.sequence_stride);
  if (length < 1) refuse("sequence_length must be positive, not ", length);
}

Tensor row_of(const Tensor& table, int64_t row) {
  Shape shape;
  for (int d = 1; d < table.rank(); ++d) shape.push_back(table.dim(d));
  return table.rows(row, row + 1).reshaped(shape);
}

}  // namespace
}  // namespace data

Dataset Dataset::from_time_series(const Tensor& given, const Tensor& targets,
                                  int64_t sequence_length, const TimeSeriesOptions& o) {
  data::check_series(given, targets, sequence_length, o);
  const int64_t start = o.start_index.value_or(0);
  const int64_t end = o.end_index.value_or(given.dim(0));
  const Tensor rows = given.rows(start, end).owned();
  const Tensor labels =
      targets ? targets.rows(start, std::min(end, targets.dim(0))).owned() : Tensor();
  // The rows from a window's beginning to its last step.
  int64_t span = 0;
  if (__builtin_mul_overflow(sequence_length - 1, o.sampling_rate, &span)) span = rows.dim(0);
  const int64_t ends = rows.dim(0) - span;  // the windows before it are whole
  const int64_t begins = targets ? std::min(ends, labels.dim(0)) : ends;
  const int64_t count = begins <= 0 ? 0 : (begins + o.sequence_stride - 1) / o.sequence_stride;
  std::vector<int64_t> order(static_cast<size_t>(count));
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i) * o.sequence_stride;
  const int64_t seed = o.seed ? *o.seed : static_cast<int64_t>(std::random_device{}() % 1000000);
  if (o.shuffle) {
    const std::vector<size_t> drawn = data::numpy_order(order.size(), static_cast<uint32_t>(seed));
    std::vector<int64_t> before = order;
    for (size_t i = 0; i < order.size(); ++i) order[i] = before[drawn[i]];
  }
  Dataset windows = from_tensor_slices(Tensor::vector(order));
  windows = windows.map([=, rate = o.sampling_rate](const Values& element) {
    const auto first = element[0].item<int64_t>();
    std::vector<int64_t> steps;
    for (int64_t i = 0; i < sequence_length; ++i) steps.push_back(first + i * rate);
    const Tensor at = Tensor::vector(steps);
    Values out{emit("GatherV2", {rows, at, Tensor::scalar(int32_t{0})})};
    if (labels) out.push_back(data::row_of(labels, first));
    return out;
  });
  constexpr int64_t kSingle = 1024;
  if (o.batch_size) {
    if (o.shuffle) {
      windows = windows.shuffle(*o.batch_size * 8, {.seed = seed, .global_seed = o.global_seed});
    }
    return windows.batch(*o.batch_size).prefetch(1);
  }
  if (o.shuffle) windows = windows.shuffle(kSingle, {.seed = seed, .global_seed = o.global_seed});
  return windows;
}

}  // namespace rill
