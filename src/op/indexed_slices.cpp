#include "op/indexed_slices.h"

#include "base/fail.h"
#include "op/emit.h"

namespace rill {
namespace {

class SlicesOpaque final : public Opaque {
 public:
  SlicesOpaque(IndexedSlices s, Shape whole) : slices(std::move(s)), shape(std::move(whole)) {}
  std::string_view type_name() const override { return "IndexedSlices"; }

  IndexedSlices slices;
  Shape shape;
};

const SlicesOpaque* find(const Value& gradient) {
  if (!gradient.is_dense() || gradient.dtype() != DType::variant || gradient.size() != 1) {
    return nullptr;
  }
  return dynamic_cast<const SlicesOpaque*>(gradient.opaque_at().get());
}

}  // namespace

Value make_indexed_slices(IndexedSlices slices, const Shape& shape) {
  return Tensor::opaque(DType::variant, std::make_shared<SlicesOpaque>(std::move(slices), shape));
}

bool is_indexed_slices(const Value& gradient) { return find(gradient) != nullptr; }

const IndexedSlices& indexed_slices(const Value& gradient) {
  const SlicesOpaque* found = find(gradient);
  if (found == nullptr) fail(Code::invalid_argument, "the gradient is dense, no IndexedSlices");
  return found->slices;
}

Value densify(const Value& gradient) {
  const SlicesOpaque* found = find(gradient);
  if (found == nullptr) return gradient;
  const IndexedSlices& s = found->slices;
  if (!s.dense_shape) {
    fail(Code::invalid_argument,
         "IndexedSlices without a dense_shape cannot be made into a dense tensor");
  }
  // unsorted_segment_sum drops negative indices as TensorFlow's conversion does.
  const Value zero = Tensor::vector<int32_t>({0});
  const Value one = Tensor::vector<int32_t>({1});
  const Value rows = found->shape.rank() > 0 && found->shape[0] != Shape::kUnknownDim
                         ? Tensor::scalar<int64_t>(found->shape[0])
                         : emit("StridedSlice", {s.dense_shape, zero, one, one},
                                {{"shrink_axis_mask", int64_t{1}}});
  return emit("UnsortedSegmentSum", {s.values, s.indices, rows});
}

DType gradient_dtype(const Value& gradient) {
  const SlicesOpaque* found = find(gradient);
  return found ? found->slices.values.dtype() : gradient.dtype();
}

Shape gradient_shape(const Value& gradient) {
  const SlicesOpaque* found = find(gradient);
  return found ? found->shape : gradient.shape();
}

}  // namespace rill
