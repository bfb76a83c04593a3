// What ops may be given by a file: any attributes, any inputs. They answer or refuse.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "contract/op_samples.h"
#include "op/registry.h"
#include "sandbox.h"

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
    HostileCall call{ops_[static_cast<size_t>(i / kVariants)], {}, {}};
    uint64_t seed = static_cast<uint64_t>(i % kVariants);
    for (const char c : call.def->name) seed = seed * 131 + static_cast<unsigned char>(c);
    Stream odd(seed);
    call.attrs = sample_attrs(*call.def, i % 2 == 0 ? nullptr : &odd);
    call.inputs = sample_inputs(input_dtypes(*call.def, call.attrs, "n"), odd);
    return call;
  }

  std::string describe(int64_t i) const {
    const HostileCall call = make(i);
    return str(i, ": ", describe_call(*call.def, call.attrs, call.inputs));
  }

 private:
  std::vector<const OpDef*> ops_;
};

inline void expect_no_faults(const SandboxReport& report) {
  std::printf("%lld fine, %lld refused, %lld faults\n", static_cast<long long>(report.fine),
              static_cast<long long>(report.refused), static_cast<long long>(report.num_faults));
  std::string faults;
  for (const auto& fault : report.faults) faults += fault + "\n";
  EXPECT_EQ(report.num_faults, 0) << faults;
}

}  // namespace rill::test
