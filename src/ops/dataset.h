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

// Immutable; what its iterators share (seeds, caches) is locked inside.
class GraphDataset : public Opaque {
 public:
  // Datasets are walked recursively, and files say how they nest.
  static constexpr int kMostDepth = 256;

  explicit GraphDataset(int depth) : depth_(depth) {}
  std::string_view type_name() const override { return "GraphDataset"; }
  int depth() const { return depth_; }
  virtual std::unique_ptr<GraphIterator> iterate() const = 0;

 private:
  int depth_;
};
using GraphDatasetPtr = std::shared_ptr<const GraphDataset>;

// The iterator whose next() is `next(runtime, element)`.
template <typename Next>
std::unique_ptr<GraphIterator> iterator_of(Next next) {
  class Made final : public GraphIterator {
   public:
    explicit Made(Next f) : next_(std::move(f)) {}
    bool next(Runtime& runtime, Element& out) override {
      done_ = done_ || !next_(runtime, out);
      return !done_;
    }

   private:
    Next next_;
    bool done_ = false;
  };
  return std::make_unique<Made>(std::move(next));
}

Tensor dataset_handle(std::shared_ptr<GraphDataset> dataset);
// Throws INVALID_ARGUMENT when datasets nest too deeply.
int depth_above(const NodeAccess& node, std::initializer_list<GraphDatasetPtr> inputs);

// Output 0 becomes the dataset whose iterators `make()` makes.
template <typename Make>
void output_dataset(KernelContext& ctx, std::initializer_list<GraphDatasetPtr> inputs, Make make) {
  class Made final : public GraphDataset {
   public:
    Made(int depth, Make f) : GraphDataset(depth), make_(std::move(f)) {}
    std::unique_ptr<GraphIterator> iterate() const override { return make_(); }

   private:
    Make make_;
  };
  ctx.set_output(0,
                 dataset_handle(std::make_shared<Made>(depth_above(ctx, inputs), std::move(make))));
}

// Element i of each, one below the other. Throws INVALID_ARGUMENT when shapes differ.
Element stack_elements(const std::vector<Element>& elements);

// `size` elements at a time; the last ones may be fewer unless `drop`.
std::unique_ptr<GraphIterator> batches_of(std::unique_ptr<GraphIterator> elements, int64_t size,
                                          bool drop);

// A scalar input.
template <typename T>
T scalar_input(const KernelContext& ctx, int i, const char* what) {
  ctx.require(ctx.input(i).rank() == 0, what, " must be a scalar, got shape ",
              ctx.input(i).shape());
  return *ctx.input(i).data<T>();
}

}  // namespace rill
