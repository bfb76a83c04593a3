#include "keras/layers/step_loop.h"

#include <optional>

#include "op/emit.h"
#include "rill/control_flow.hpp"

namespace rill::keras {
namespace {

// Longer sequences would make graphs that take longer to plan than to run.
constexpr int64_t kMostUnrolled = 32;

struct Step {
  Value y;
  Values states;
};

// What a mask leaves of a step. `keep`: [batch] of bool, or empty.
Step masked(Step next, const Value& keep, const Value& previous, const Values& states) {
  if (!keep) return next;
  const auto choose = [&keep](const Value& now, const Value& before) {
    Value wide = keep;
    while (wide.rank() < now.rank()) wide = op::expand_dims(wide, wide.rank());
    return op::select(wide, now, before);
  };
  next.y = choose(next.y, previous ? previous : op::unary("ZerosLike", next.y));
  for (size_t i = 0; i < next.states.size(); ++i) {
    next.states[i] = choose(next.states[i], states[i]);
  }
  return next;
}

Step take(const StepFn& step, const Value& x, const Values& states) {
  Values next = step(x, states);
  return {next[0], Values(next.begin() + 1, next.end())};
}

StepResults unrolled(const StepSequence& s, const StepFn& step, int64_t steps) {
  const Values frames = op::unstack(s.x, static_cast<int>(steps), 1);
  const Values masks = s.mask ? op::unstack(s.mask, static_cast<int>(steps), 1) : Values{};
  Values outputs, states = s.states;
  for (int64_t t = 0; t < steps; ++t) {
    const auto at = static_cast<size_t>(s.go_backwards ? steps - 1 - t : t);
    const Value before = outputs.empty() || s.zero_output_for_mask ? Value() : outputs.back();
    Step next =
        masked(take(step, frames[at], states), s.mask ? masks[at] : Value(), before, states);
    outputs.push_back(next.y);
    states = std::move(next.states);
  }
  if (outputs.empty()) return {Value(), Value(), states};
  return {op::stack(outputs, 1), outputs.back(), states};
}

Value int32(int32_t n) { return Tensor::scalar(n); }

Value element_shape(const Shape& shape) {
  if (!shape.has_rank()) return int32(-1);
  std::vector<int32_t> dims;
  for (int i = 0; i < shape.rank(); ++i) dims.push_back(static_cast<int32_t>(shape[i]));
  return Tensor::vector(dims);
}

Value swap_batch_and_time(const Value& x) {
  std::vector<int> order{1, 0};
  for (int i = 2; i < x.rank(); ++i) order.push_back(i);
  return op::transpose(x, order);
}

// The rows of [batch, time, ...] as a list along time.
struct Rows {
  Value list, shape;
  DType dtype = DType::invalid;

  explicit Rows(const Value& x) : dtype(x.dtype()) {
    Shape row = x.shape();
    row.erase(1);
    shape = element_shape(row);
    list = emit("TensorListFromTensor", {swap_batch_and_time(x), shape},
                {{"element_dtype", dtype}, {"shape_type", DType::int32}});
  }
  Value at(const Value& i) const {
    return emit("TensorListGetItem", {list, i, shape}, {{"element_dtype", dtype}});
  }
};

StepResults looped(const StepSequence& s, const StepFn& step) {
  const op::Dim time = op::dim(s.x, 1);
  const Value n = time.value ? time.value : int32(static_cast<int32_t>(time.size));
  const Value end = emit("Sub", {n, int32(1)});
  const Rows frames(s.x);
  const std::optional<Rows> masks = s.mask ? std::optional<Rows>(s.mask) : std::nullopt;
  const bool repeats = s.mask && !s.zero_output_for_mask;
  const size_t count = s.states.size();

  Values vars{int32(0)};
  vars.insert(vars.end(), s.states.begin(), s.states.end());
  // What the outputs are like is known by one step alone.
  const Step first = take(step, frames.at(int32(0)), s.states);
  const DType dtype = first.y.dtype();
  const Value row = element_shape(first.y.shape());
  vars.push_back(emit("TensorListReserve", {row, n},
                      {{"element_dtype", dtype}, {"shape_type", DType::int32}}));
  if (repeats) vars.push_back(op::unary("ZerosLike", first.y));

  WhileOptions options;
  for (size_t i = 0; i < vars.size(); ++i) options.shape_invariants.push_back(vars[i].shape());
  for (size_t i = 0; i < count; ++i) {
    // A stateful layer starts from variables of a fixed batch; what follows may not tell its own.
    const Shape& after = first.states[i].shape();
    if (!after.has_rank()) options.shape_invariants[1 + i] = after;
    for (int d = 0; after.has_rank() && d < after.rank(); ++d) {
      if (after[d] < 0) options.shape_invariants[1 + i][d] = Shape::kUnknownDim;
    }
  }
  const Values out = while_loop(
      [&](const Values& v) {
        return emit("Less", {v[0], n});
      },
      [&](const Values& v) {
        const Value i = s.go_backwards ? emit("Sub", {end, v[0]}) : v[0];
        const Values states(v.begin() + 1, v.begin() + 1 + static_cast<std::ptrdiff_t>(count));
        const Step next = masked(take(step, frames.at(i), states), masks ? masks->at(i) : Value(),
                                 repeats ? v.back() : Value(), states);
        Values after{emit("AddV2", {v[0], int32(1)})};
        after.insert(after.end(), next.states.begin(), next.states.end());
        after.push_back(emit("TensorListSetItem", {v[1 + count], v[0], next.y}));
        if (repeats) after.push_back(next.y);
        return after;
      },
      vars, options);
  StepResults results;
  const Value stacked = emit("TensorListStack", {out[1 + count], row}, {{"element_dtype", dtype}});
  results.sequence = swap_batch_and_time(stacked);
  results.last = emit("GatherV2", {stacked, end, int32(0)});
  results.states.assign(out.begin() + 1, out.begin() + 1 + static_cast<std::ptrdiff_t>(count));
  return results;
}

}  // namespace

StepResults run_steps(const StepSequence& given, const StepFn& step) {
  StepSequence s = given;
  for (Value& state : s.states) {
    if (state.is_variable()) state = op::unary("Identity", state);
  }
  const int64_t steps = s.x.shape()[1];
  const bool loop = steps < 0 || (s.x.is_symbolic() && steps > kMostUnrolled && !s.unroll);
  return loop ? looped(s, step) : unrolled(s, step, steps);
}

StepResults run_steps_beside(const StepSequence& given, const Values& beside,
                             const StepBesideFn& step) {
  StepSequence sequence = given;
  sequence.states.insert(sequence.states.end(), beside.begin(), beside.end());
  const auto own = static_cast<std::ptrdiff_t>(given.states.size());
  StepResults done = run_steps(sequence, [&](const Value& x, const Values& states) {
    const Values kept(states.begin() + own, states.end());
    Values out = step(x, Values(states.begin(), states.begin() + own), kept);
    out.insert(out.end(), kept.begin(), kept.end());
    return out;
  });
  done.states.resize(given.states.size());
  return done;
}

}  // namespace rill::keras
