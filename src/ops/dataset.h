// Input pipelines of TensorFlow: a dataset describes elements, an iterator walks over them.
#pragma once

#include <memory>
#include <vector>

#include "op/kernel_context.h"

namespace rill {

using Element = std::vector<Tensor>;  // one tensor a component, each owned()

class GraphIterator {
 public:
  virtual ~GraphIterator();
  // False at the end, and from then on.
  virtual bool next(Runtime& runtime, Element& out) = 0;
};

// How many elements a dataset has, as far as that is known without a walk; or one of these.
inline constexpr int64_t kInfinitelyMany = -1, kUnknownMany = -2;

// Immutable; what its iterators share (seeds, caches) is locked inside.
class GraphDataset : public Opaque {
 public:
  // Datasets are walked recursively, and files say how they nest.
  static constexpr int kMostDepth = 256;

  explicit GraphDataset(int depth, int64_t cardinality = kUnknownMany)
      : depth_(depth), cardinality_(cardinality) {}
  std::string_view type_name() const override { return "GraphDataset"; }
  int depth() const { return depth_; }
  int64_t cardinality() const { return cardinality_; }
  virtual std::unique_ptr<GraphIterator> iterate() const = 0;

 private:
  int depth_;
  int64_t cardinality_;
};
using GraphDatasetPtr = std::shared_ptr<const GraphDataset>;

// A value of some type, owned. Iterators and datasets are many: they differ in two functions, not
// in classes of their own.
using HeldState = std::unique_ptr<void, void (*)(void*)>;
template <typename T>
HeldState held_state(T value) {
  return {new T(std::move(value)), [](void* state) { delete static_cast<T*>(state); }};
}

std::unique_ptr<GraphIterator> iterator_with(HeldState state,
                                             bool (*next)(void*, Runtime&, Element&));

// The iterator whose next() is `next(runtime, element)`.
template <typename Next>
std::unique_ptr<GraphIterator> iterator_of(Next next) {
  return iterator_with(held_state(std::move(next)),
                       [](void* state, Runtime& runtime, Element& out) -> bool {
                         return (*static_cast<Next*>(state))(runtime, out);
                       });
}

Tensor dataset_handle(std::shared_ptr<GraphDataset> dataset);
// Throws INVALID_ARGUMENT when datasets nest too deeply.
int depth_above(const NodeAccess& node, std::initializer_list<GraphDatasetPtr> inputs);

void output_dataset_with(KernelContext& ctx, std::initializer_list<GraphDatasetPtr> inputs,
                         HeldState state, std::unique_ptr<GraphIterator> (*iterate)(const void*),
                         int64_t cardinality);

// Output 0 becomes the dataset whose iterators `make()` makes.
template <typename Make>
void output_dataset(KernelContext& ctx, std::initializer_list<GraphDatasetPtr> inputs, Make make,
                    int64_t cardinality = kUnknownMany) {
  output_dataset_with(
      ctx, inputs, held_state(std::move(make)),
      [](const void* state) -> std::unique_ptr<GraphIterator> {
        return (*static_cast<const Make*>(state))();
      },
      cardinality);
}

// Cardinalities of what is made of n elements: so many times all, batches of them.
int64_t repeated_cardinality(int64_t n, int64_t times);
int64_t batched_cardinality(int64_t n, int64_t size, bool drop);

// Element i of each, one below the other. Throws INVALID_ARGUMENT when shapes differ.
Element stack_elements(const std::vector<Element>& elements);

// `size` elements at a time; the last ones may be fewer unless `drop`.
std::unique_ptr<GraphIterator> batches_of(std::unique_ptr<GraphIterator> elements, int64_t size,
                                          bool drop);

// These elements, as a tensor that holds a dataset.
Tensor dataset_of(std::vector<Element> elements);

// A function and the tensors it is given after an element's components. Copies are the same one.
class BoundFunction {
 public:
  BoundFunction() = default;
  BoundFunction(NameAttrList function, Element captured);
  Element operator()(Runtime& runtime, Element args) const;

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};
// The function of an attribute, with the inputs [begin, end).
BoundFunction bound_function(const KernelContext& ctx, const char* attr, int begin, int end);

// The dataset that a function made of an element. Throws INVALID_ARGUMENT when it made none.
GraphDatasetPtr made_dataset(const BoundFunction& f, Runtime& runtime, Element element,
                             const std::string& name);

// A scalar input.
template <typename T>
T scalar_input(const KernelContext& ctx, int i, const char* what) {
  ctx.require(ctx.input(i).rank() == 0, what, " must be a scalar, got shape ",
              ctx.input(i).shape());
  return *ctx.input(i).data<T>();
}

}  // namespace rill
