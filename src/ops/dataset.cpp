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

std::unique_ptr<GraphIterator> batches_of(std::unique_ptr<GraphIterator> elements, int64_t size,
                                          bool drop) {
  return iterator_of(
      [=, in = std::shared_ptr(std::move(elements))](Runtime& runtime, Element& out) {
        std::vector<Element> rows;
        Element row;
        while (static_cast<int64_t>(rows.size()) < size && in->next(runtime, row)) {
          if (rows.size() % 1024 == 0) runtime.check_cancelled();
          if (!rows.empty() && row.size() != rows[0].size()) {
            fail(Code::invalid_argument, "Cannot batch elements of ", rows[0].size(), " and ",
                 row.size(), " components");
          }
          rows.push_back(std::move(row));
          row.clear();
        }
        if (rows.empty() || (drop && static_cast<int64_t>(rows.size()) < size)) return false;
        out = stack_elements(rows);
        return true;
      });
}

}  // namespace rill
