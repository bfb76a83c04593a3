// Ops of our own in the ops of TensorFlow: for graphs that other programs read.
#pragma once

#include <span>

#include "op/node_access.h"

namespace rill {

// What OpDef::decompose is given: attributes, and the inputs as they were emitted. It emits the
// ops that stand for the op, and returns its outputs.
class DecomposeContext : public NodeAccess {
 public:
  DecomposeContext(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs)
      : NodeAccess(def, attrs, ""), inputs_(inputs) {}
  int num_inputs() const { return static_cast<int>(inputs_.size()); }
  const Value& input(int i) const { return inputs_[static_cast<size_t>(i)]; }

 private:
  std::span<const Value> inputs_;
};

// While it lives, this thread's emit() takes an op with a decomposition apart: what is traced has
// public ops alone.
class PortableOps {
 public:
  PortableOps();
  PortableOps(const PortableOps&) = delete;
  PortableOps& operator=(const PortableOps&) = delete;
  ~PortableOps();

 private:
  bool before_;
};
bool portable_ops();

}  // namespace rill
