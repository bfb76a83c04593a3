#include "ops/args.h"

namespace rill {

void append_to(std::string& out, const PositionText& position) {
  const Shape& shape = position.shape;
  std::vector<int64_t> index(static_cast<size_t>(shape.rank()));
  int64_t flat = position.flat;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    index[static_cast<size_t>(i)] = flat % shape[i];
    flat /= shape[i];
  }
  out += '[';
  for (size_t i = 0; i < index.size(); ++i) {
    if (i > 0) out += ',';
    append_to(out, index[i]);
  }
  out += ']';
}

Shape sub_shape(const Shape& shape, int begin, int end) {
  Shape out;
  for (int i = begin; i < end; ++i) out.push_back(shape[i]);
  return out;
}

Shape join(const Shape& a, const Shape& b) {
  if (!a.has_rank() || !b.has_rank()) return Shape::unknown_rank();
  Shape out = a;
  for (const int64_t d : b) out.push_back(d);
  return out;
}

void require_valid_shape(const NodeAccess& node, const std::vector<int64_t>& dims) {
  node.require(dims.size() <= static_cast<size_t>(Shape::kMaxRank), "a shape of rank ", dims.size(),
               " is too large; at most ", Shape::kMaxRank, " dimensions");
  int64_t count = 1;
  for (const int64_t d : dims) {
    node.require(d >= 0, "Dimension ", d, " must be >= 0");
    node.require(!__builtin_mul_overflow(count, d, &count), "Shape ", dims,
                 " would have more than 2**63 - 1 elements");
  }
}

}  // namespace rill
