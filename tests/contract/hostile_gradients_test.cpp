// Gradient functions on whatever their ops let pass, and on gradients that do not belong to them.
#include <gtest/gtest.h>

#include "contract/call_checks.h"
#include "contract/hostile_calls.h"
#include "contract/no_faults.h"

namespace rill::test {
namespace {

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
