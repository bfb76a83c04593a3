// A kernel bound once a Plan: all shapes fixed, constant inputs in hand. Running it is one call
// with raw pointers: no allocation, no checks, no look-ups. Any number of threads run one Prepared.
#pragma once

#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "op/node_access.h"

namespace rill {

struct RunArgs {
  const void* const* in;
  void* const* out;
  void* scratch;
};

struct Prepared {
  using Fn = void (*)(const void* state, const RunArgs& args);
  Fn fn = nullptr;
  std::shared_ptr<const void> state;
  size_t scratch_bytes = 0;
  // Inputs whose elements are in `state` now (packed weights): the Plan need not keep them.
  uint32_t absorbed = 0;

  explicit operator bool() const { return fn != nullptr; }
};

// `run` is called as run(const RunArgs&) const.
template <typename Run>
Prepared prepared(Run run, size_t scratch_bytes = 0) {
  Prepared p;
  if constexpr (std::is_empty_v<Run>) {
    p.fn = [](const void*, const RunArgs& args) { Run{}(args); };
  } else {
    // Not make_shared: one control block for all types is less code to compile, once an op.
    p.state = std::shared_ptr<const void>(
        static_cast<const void*>(new Run(std::move(run))),
        +[](const void* state) { delete static_cast<const Run*>(state); });
    p.fn = [](const void* state, const RunArgs& args) { (*static_cast<const Run*>(state))(args); };
  }
  p.scratch_bytes = scratch_bytes;
  return p;
}

// What has no elements to compute.
inline Prepared prepared_nothing() {
  return prepared([](const RunArgs&) {});
}

class PrepareContext : public NodeAccess {
 public:
  struct Input {
    const Shape* shape;
    DType dtype;
    const Tensor* constant;  // null: changes from run to run
  };
  PrepareContext(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
                 std::span<const Input> inputs, std::span<const Shape> output_shapes,
                 std::span<const DType> output_dtypes)
      : NodeAccess(def, attrs, node_name),
        inputs_(inputs),
        output_shapes_(output_shapes),
        output_dtypes_(output_dtypes) {}

  int num_inputs() const { return static_cast<int>(inputs_.size()); }
  // These throw INTERNAL, naming the node, for an input or output that the node does not have.
  const Shape& input(int i) const { return *at(i).shape; }
  DType input_dtype(int i) const { return at(i).dtype; }
  // The elements, when they never change during the life of the Plan; else null.
  const Tensor* constant(int i) const { return at(i).constant; }
  int num_outputs() const { return static_cast<int>(output_shapes_.size()); }
  const Shape& output(int i) const;
  DType output_dtype(int i) const;

 private:
  const Input& at(int input) const;

  std::span<const Input> inputs_;
  std::span<const Shape> output_shapes_;
  std::span<const DType> output_dtypes_;
};

}  // namespace rill
