// What ops may be given by a file: any attributes, any inputs. They answer or refuse.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "contract/op_samples.h"
#include "op/registry.h"

namespace rill::test {

inline std::set<std::string> executor_ops() {
  OpRegistry own;
  register_exec_ops(own);
  const auto names = own.names();
  return {names.begin(), names.end()};
}

struct HostileCall {
  const OpDef* def;
  AttrMap attrs;
  std::vector<Tensor> inputs;
};

// Calls by number, the same in every run.
class HostileCalls {
 public:
  static constexpr int64_t kVariants = 60;

  HostileCalls() {
    const auto executor = executor_ops();
    for (const std::string& name : op_registry().names()) {
      const OpDef& def = *op_registry().find(name);
      // Ops of the executor need their graph; what waits for others (queues, staging areas, which
      // alone have a limit of memory) a second thread.
      const bool of_resource =
          !def.inputs.empty() && (def.inputs[0].type == DType::resource || def.inputs[0].is_ref);
      const bool staging = def.find_attr("memory_limit") != nullptr;
      const bool waits = def.stateful && (of_resource || staging);
      if (!executor.contains(name) && !waits) ops_.push_back(&def);
    }
  }
  // Only those with a gradient.
  static HostileCalls of_gradients() {
    HostileCalls out;
    std::erase_if(out.ops_, [](const OpDef* def) { return def->gradient == nullptr; });
    return out;
  }

  int64_t count() const { return static_cast<int64_t>(ops_.size()) * kVariants; }

  HostileCall make(int64_t i) const {
    const OpDef& def = *ops_[static_cast<size_t>(i / kVariants)];
    uint64_t seed = static_cast<uint64_t>(i % kVariants);
    for (const char c : def.name) seed = seed * 131 + static_cast<unsigned char>(c);
    Stream odd(seed);
    return make(def, odd, i % 2 != 0);
  }
  // A call of whatever op the stream picks.
  HostileCall make(Stream& odd) const {
    const OpDef& def = *ops_[odd.below(ops_.size())];
    return make(def, odd, odd.below(2) != 0);
  }

  std::string describe(int64_t i) const {
    const HostileCall call = make(i);
    return str(i, ": ", describe_call(*call.def, call.attrs, call.inputs));
  }

 private:
  static HostileCall make(const OpDef& def, Stream& odd, bool odd_attrs) {
    HostileCall call{&def, sample_attrs(def, odd_attrs ? &odd : nullptr), {}};
    call.inputs = sample_inputs(input_dtypes(def, call.attrs, "n"), odd);
    return call;
  }

  std::vector<const OpDef*> ops_;
};

}  // namespace rill::test
