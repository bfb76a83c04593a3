#include "ops/dataset.h"

#include <algorithm>

#include "kernels/mover.h"
#include "ops/args.h"

namespace rill {

GraphIterator::~GraphIterator() = default;

Tensor dataset_handle(std::shared_ptr<GraphDataset> dataset) {
  return Tensor::opaque(DType::variant, std::move(dataset));
}

int depth_above(const NodeAccess& node, std::initializer_list<GraphDatasetPtr> inputs) {
  int depth = 0;
  for (const GraphDatasetPtr& input : inputs) depth = std::max(depth, input->depth());
  node.require(depth < GraphDataset::kMostDepth, "more than ", GraphDataset::kMostDepth,
               " datasets in a row");
  return depth + 1;
}

Element stack_elements(const std::vector<Element>& elements) {
  Element out;
  for (size_t c = 0; c < elements.front().size(); ++c) {
    const Tensor& first = elements.front()[c];
    Tensor all(first.dtype(), join(Shape{static_cast<int64_t>(elements.size())}, first.shape()));
    const kernels::Mover mover(first.dtype());
    for (size_t i = 0; i < elements.size(); ++i) {
      const Tensor& part = elements[i][c];
      if (part.dtype() != first.dtype() || part.shape() != first.shape()) {
        fail(Code::invalid_argument, "Cannot batch tensors with different shapes in component ", c,
             ". First element had shape ", first.shape(), " and element ", i, " had shape ",
             part.shape(), ".");
      }
      mover.copy(part.raw(), mover.at(all.raw(), static_cast<int64_t>(i) * first.size()),
                 first.size());
    }
    out.push_back(std::move(all));
  }
  return out;
}

}  // namespace rill
