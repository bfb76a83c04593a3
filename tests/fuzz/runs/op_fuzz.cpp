// Calls of ops, and of their gradients, with attributes and inputs that the bytes choose.
#include "contract/call_checks.h"
#include "contract/hostile_calls.h"
#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  static const test::HostileCalls calls;
  test::Stream odd{std::string_view(bytes)};
  const test::HostileCall call = calls.make(odd);
  const Values outputs = run_eagerly(*call.def, call.attrs, call.inputs);
  if (call.def->shape) test::expect_shapes_agree(call, outputs);
  if (!call.def->gradient) return;
  const auto kind = static_cast<int64_t>(odd.below(3));
  const Values dy = test::flowing(outputs, kind, odd);
  if (std::none_of(dy.begin(), dy.end(), [](const Value& v) { return bool(v); })) return;
  const Values found =
      call.def->gradient(test::CallContext(*call.def, call.attrs, call.inputs, outputs, dy));
  if (kind == 0) test::expect_like_inputs(call.inputs, found);
}

}  // namespace rill::fuzz
