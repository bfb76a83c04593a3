#include "ops/xla_index.h"

#include <algorithm>

#include "ops/args.h"

namespace rill::xla {
namespace {

bool contains(const Ints& dims, int64_t d) {
  return std::find(dims.begin(), dims.end(), d) != dims.end();
}

}  // namespace

void IndexNumbers::check(const NodeAccess& node, const Shape& operand, const Shape& indices) const {
  Ints without = inserted;
  without.insert(without.end(), operand_batching.begin(), operand_batching.end());
  require_dims(node, "collapsed and batching dimensions", without, operand.rank());
  require_dims(node, "the dimensions that the indices count in", index_map, operand.rank());
  require_dims(node, "the batching dimensions of the indices", indices_batching, indices.rank());
  node.require(vector_dim >= 0 && vector_dim <= indices.rank(), "index_vector_dim ", vector_dim,
               " must be in [0, ", indices.rank(), "]");
  const int64_t length =
      vector_dim < indices.rank() ? indices[static_cast<int>(vector_dim)] : int64_t{1};
  node.require(length < 0 || static_cast<size_t>(length) == index_map.size(), "vectors of ", length,
               " indices count in ", index_map.size(), " dimensions");
  node.require(
      operand_batching.size() == indices_batching.size() && !contains(indices_batching, vector_dim),
      "batching dimensions must come in pairs: ", operand_batching, " and ", indices_batching);
  for (size_t i = 0; i < operand_batching.size(); ++i) {
    const int64_t a = operand[static_cast<int>(operand_batching[i])],
                  b = indices[static_cast<int>(indices_batching[i])];
    node.require(a < 0 || b < 0 || a == b, "batching dimensions differ: ", operand, " and ",
                 indices);
  }
}

bool IndexNumbers::is_inserted(int64_t operand_dim) const {
  return contains(inserted, operand_dim) || contains(operand_batching, operand_dim);
}

Ints IndexNumbers::kept(const Ints& of_operand) const {
  Ints out;
  for (size_t d = 0; d < of_operand.size(); ++d) {
    if (!is_inserted(static_cast<int64_t>(d))) out.push_back(of_operand[d]);
  }
  return out;
}

Ints IndexNumbers::batch_dims(int indices_rank) const {
  Ints out;
  for (int64_t d = 0; d < indices_rank; ++d) {
    if (d != vector_dim) out.push_back(d);
  }
  return out;
}

Ints IndexNumbers::sorted_window_dims() const {
  Ints out = window_dims;
  std::sort(out.begin(), out.end());
  return out;
}

int64_t IndexNumbers::batch_offset(const Ints& batch, const Walk& all) const {
  int64_t out = 0;
  size_t next = 0;
  for (size_t d = 0; d < all.steps.size(); ++d) {
    if (!contains(window_dims, static_cast<int64_t>(d))) out += batch[next++] * all.steps[d];
  }
  return out;
}

void IndexNumbers::each_index(int operand_rank, const Tensor& indices,
                              FunctionRef<void(const Ints& batch, const Ints& start)> with) const {
  const Walk walk = walk_of(indices.shape());
  const Ints dims = batch_dims(indices.rank());
  for (const int64_t d : dims) {
    if (indices.dim(static_cast<int>(d)) == 0) return;
  }
  const int64_t step =
      vector_dim < indices.rank() ? walk.steps[static_cast<size_t>(vector_dim)] : int64_t{0};
  Ints batch(dims.size()), start(static_cast<size_t>(operand_rank));
  while (true) {
    int64_t at = 0;
    for (size_t k = 0; k < dims.size(); ++k) {
      at += batch[k] * walk.steps[static_cast<size_t>(dims[k])];
    }
    for (size_t i = 0; i < index_map.size(); ++i) {
      start[static_cast<size_t>(index_map[i])] =
          index_at(indices.raw(), indices.dtype(), at + static_cast<int64_t>(i) * step);
    }
    for (size_t i = 0; i < operand_batching.size(); ++i) {
      const auto k = std::find(dims.begin(), dims.end(), indices_batching[i]) - dims.begin();
      start[static_cast<size_t>(operand_batching[i])] = batch[static_cast<size_t>(k)];
    }
    with(batch, start);
    size_t k = dims.size();
    while (k-- > 0) {
      if (++batch[k] < indices.dim(static_cast<int>(dims[k]))) break;
      batch[k] = 0;
    }
    if (k == static_cast<size_t>(-1)) return;
  }
}

}  // namespace rill::xla
