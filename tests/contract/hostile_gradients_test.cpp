// Gradient functions on whatever their ops let pass, and on gradients that do not belong to them.
#include <gtest/gtest.h>

#include "contract/gradient_cases.h"
#include "contract/hostile_calls.h"
#include "op/indexed_slices.h"
#include "rill/error.hpp"

namespace rill::test {
namespace {

// What flows in: ones (kind 0), zeros or nothing by turns (1), anything at all (2).
Values flowing(const Values& outputs, int64_t kind, Stream& odd) {
  Values out;
  for (const Tensor& y : outputs) {
    if (!continuous(y.dtype())) {
      out.emplace_back();
    } else if (kind == 0) {
      out.push_back(emit("OnesLike", {y}));
    } else if (kind == 1) {
      out.push_back(odd.below(2) == 0 ? Value() : Value(Tensor::zeros(y.dtype(), y.shape())));
    } else {
      out.push_back(sample_tensor(y.dtype(), sample_shape(odd), odd));
    }
  }
  return out;
}

// Each gradient is as its input.
void expect_like_inputs(const Values& inputs, const Values& gradients) {
  if (gradients.size() != inputs.size()) {
    throw InternalError(str(gradients.size(), " gradients for ", inputs.size(), " inputs"));
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!gradients[i] || !is_plain(inputs[i].dtype())) continue;
    if (gradient_dtype(gradients[i]) != inputs[i].dtype() ||
        !gradient_shape(gradients[i]).is_compatible_with(inputs[i].shape())) {
      throw InternalError(str("gradient ", i, " is ", gradient_dtype(gradients[i]),
                              gradient_shape(gradients[i]), ", its input ", inputs[i].dtype(),
                              inputs[i].shape()));
    }
  }
}

TEST(HostileGradients, AnswerOrRefuse) {
  const HostileCalls calls = HostileCalls::of_gradients();
  constexpr int64_t kKinds = 3;
  const auto run = [&](int64_t i) {
    const HostileCall call = calls.make(i / kKinds);
    const Values outputs = run_eagerly(*call.def, call.attrs, call.inputs);
    Stream odd(static_cast<uint64_t>(i));
    const Values dy = flowing(outputs, i % kKinds, odd);
    if (std::none_of(dy.begin(), dy.end(), [](const Value& v) { return bool(v); })) return;
    const Values found =
        call.def->gradient(CallContext(*call.def, call.attrs, call.inputs, outputs, dy));
    if (i % kKinds == 0) expect_like_inputs(call.inputs, found);
  };
  expect_no_faults(run_sandboxed(calls.count() * kKinds, run, [&](int64_t i) {
    return str("gradient kind ", i % kKinds, " of ", calls.describe(i / kKinds));
  }));
}

}  // namespace
}  // namespace rill::test
