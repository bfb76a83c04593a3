#include "ops/nd_index.h"

#include <algorithm>

#include "tensor/dispatch.h"

namespace rill {

NdIndex::NdIndex(const NodeAccess& node, const Shape& tensor, const Shape& indices, DType dtype)
    : name_(who(node)), tensor_(tensor), indices_(indices), dtype_(dtype) {
  node.require(indices.rank() >= 1, "indices must be at least a vector");
  node.require(indices.back() <= tensor.rank(),
               "index innermost dimension length must be <= "
               "params rank; saw: ",
               indices.back(), " vs. ", tensor.rank());
  depth_ = static_cast<int>(indices.back());
  count_ = product(indices, 0, indices.rank() - 1);
  slice_ = product(tensor, depth_, tensor.rank());
  const auto policy = node.attr_or<std::string>("bad_indices_policy", "");
  node.require(policy.empty() || policy == "DEFAULT" || policy == "ERROR" || policy == "IGNORE",
               "Unknown bad indices handling attribute: ", quoted(policy));
  ignore_ = policy == "IGNORE";
}

int64_t NdIndex::offset(const void* indices, int64_t i) const {
  int64_t at = 0;
  for (int d = 0; d < depth_; ++d) {
    const int64_t v = index_at(indices, dtype_, i * depth_ + d);
    if (v < 0 || v >= tensor_[d]) {
      if (ignore_) return kIgnored;
      std::vector<int64_t> all;
      for (int k = 0; k < depth_; ++k) all.push_back(index_at(indices, dtype_, i * depth_ + k));
      fail(Code::invalid_argument, name_, "indices",
           position_text(i, sub_shape(indices_, 0, indices_.rank() - 1)), " = ", all,
           " does not index into shape ", tensor_);
    }
    at = at * tensor_[d] + v;
  }
  return at * slice_;
}

// Whether all lie inside; else some of `out` are wrong.
template <typename I>
bool NdIndex::quick_offsets(const I* indices, int64_t n, int64_t* out) const {
  std::fill_n(out, n, 0);
  bool inside = true;
  for (int d = 0; d < depth_; ++d) {
    const int64_t size = tensor_[d];
    for (int64_t i = 0; i < n; ++i) {
      const auto v = static_cast<int64_t>(indices[i * depth_ + d]);
      inside &= static_cast<uint64_t>(v) < static_cast<uint64_t>(size);
      out[i] = static_cast<int64_t>(static_cast<uint64_t>(out[i]) * static_cast<uint64_t>(size) +
                                    static_cast<uint64_t>(v));
    }
  }
  for (int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(out[i]) * static_cast<uint64_t>(slice_));
  }
  return inside;
}

void NdIndex::offsets(const void* indices, int64_t begin, int64_t end, int64_t* out) const {
  bool done = false;
  if (dtype_ == DType::int32 || dtype_ == DType::int64) {
    dispatch_index(dtype_, "indices", [&]<typename I>() {
      done = quick_offsets(static_cast<const I*>(indices) + begin * depth_, end - begin, out);
    });
  }
  for (int64_t i = begin; i < end && !done; ++i) out[i - begin] = offset(indices, i);
}

Shape nd_updates_shape(const NodeAccess& node, const Shape& tensor, const Shape& indices) {
  if (!tensor.has_rank() || !indices.has_rank()) return Shape::unknown_rank();
  node.require(indices.rank() >= 1, "indices must be at least a vector");
  if (indices.back() < 0) return Shape::unknown_rank();
  node.require(indices.back() <= tensor.rank(),
               "index innermost dimension length must be <= "
               "params rank; saw: ",
               indices.back(), " vs. ", tensor.rank());
  return join(sub_shape(indices, 0, indices.rank() - 1),
              sub_shape(tensor, static_cast<int>(indices.back()), tensor.rank()));
}

}  // namespace rill
