// What a kernel sees while it runs on tensors.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "op/node_access.h"
#include "op/runtime.h"

namespace rill {

// output(): take the memory of this input when nobody needs it any more and the size fits.
struct ReuseInput {
  int input = -1;
};

class KernelContext : public NodeAccess {
 public:
  KernelContext(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
                std::span<Tensor> inputs, std::span<Tensor> outputs,
                std::span<const DType> output_dtypes, Runtime& runtime)
      : NodeAccess(def, attrs, node_name),
        inputs_(inputs),
        outputs_(outputs),
        output_dtypes_(output_dtypes),
        runtime_(&runtime) {}

  int num_inputs() const { return static_cast<int>(inputs_.size()); }
  // These throw INTERNAL, naming the node, for an input or output that the node does not have.
  const Tensor& input(int i) const;
  std::span<const Tensor> inputs() const { return inputs_; }
  int num_outputs() const { return static_cast<int>(outputs_.size()); }
  DType output_dtype(int i) const;

  // Memory for an output. A Plan that knew the shape before gives planned memory.
  Tensor& output(int i, const Shape& shape, ReuseInput reuse = {});
  // Shares a tensor instead (an input, a stored value). The Plan copies where it must.
  void set_output(int i, Tensor value);
  bool has_output(int i) const;

  Runtime& runtime() const { return *runtime_; }
  // The resource behind a resource input (or a ref input); throws INVALID_ARGUMENT when it is
  // another kind of resource, FAILED_PRECONDITION when it is gone.
  template <typename T>
  std::shared_ptr<T> resource(int i) const {
    auto found = std::dynamic_pointer_cast<T>(opaque(i));
    if (!found) bad_resource(i);
    return found;
  }

  // For the executor: inputs that hold the last reference may be reused.
  uint32_t consumable = 0;
  // For the executor: outputs that were placed before the run.
  uint32_t placed = 0;

 private:
  std::shared_ptr<Opaque> opaque(int i) const;
  [[noreturn]] void bad_resource(int i) const;

  std::span<Tensor> inputs_;
  std::span<Tensor> outputs_;
  std::span<const DType> output_dtypes_;
  Runtime* runtime_;
};

}  // namespace rill
