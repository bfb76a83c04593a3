// The value behind TensorList handles: a list of tensors that is copied when it is shared.
#pragma once

#include <memory>
#include <vector>

#include "op/element_shapes.h"
#include "op/kernel_context.h"
#include "op/shape_context.h"

namespace rill {

// No list or array grows beyond this: a hostile size must not exhaust the memory.
inline constexpr int64_t kMaxListLength = int64_t{1} << 26;

class TensorList final : public Opaque, public ElementShapes {
 public:
  TensorList(DType dtype, Shape element_shape) : dtype(dtype), shape(std::move(element_shape)) {}
  std::string_view type_name() const override { return "TensorList"; }
  Shape every_element() const override { return every; }
  std::shared_ptr<TensorList> clone() const;

  DType dtype;
  Shape shape;                          // of every element; may be partial
  Shape every = Shape::unknown_rank();  // of every element, when all are set and it is known
  int64_t max_length = -1;              // -1: no limit
  std::vector<Tensor> items;  // an empty Tensor where nothing has been set; all are owned()
};

// Throws INVALID_ARGUMENT when input i is no list of `dtype` (DType::invalid: of any).
const TensorList& list_input(const KernelContext& ctx, int i, DType dtype = DType::invalid);
// The list of input i to change: itself when nobody else needs it, else a copy.
std::shared_ptr<TensorList> take_list(const KernelContext& ctx, int i,
                                      DType dtype = DType::invalid);
Tensor list_handle(std::shared_ptr<TensorList> list);

// An element_shape argument: a vector with -1 where unknown, or the scalar -1 for unknown rank.
Shape read_element_shape(const NodeAccess& node, const Tensor& value);
Shape infer_element_shape(const ShapeContext& ctx, int i);

// `a` and `b` must agree. Throws INVALID_ARGUMENT.
Shape merge_element_shapes(const NodeAccess& node, const Shape& a, const Shape& b);

// The shape that all elements share: `wanted` merged with the list's and with those of the items.
Shape common_shape(const NodeAccess& node, const TensorList& list, const Shape& wanted);

// The items of one shape under each other in output `o`: [items.size()] + shape. Items that were
// not set are zero.
void stack_items(KernelContext& ctx, int o, const std::vector<Tensor>& items, DType dtype,
                 const Shape& shape);
// The rows of a tensor as tensors that share its (owned) memory.
std::vector<Tensor> unstack_rows(const Tensor& tensor);
// Items joined along their first dimension in output 0, their lengths in output 1.
void concat_items(KernelContext& ctx, const std::vector<Tensor>& items, DType dtype,
                  const Shape& rest);
// Parts of a tensor of the given lengths. Throws INVALID_ARGUMENT when they do not add up.
std::vector<Tensor> split_rows(const NodeAccess& node, const Tensor& tensor, const Tensor& lengths);

}  // namespace rill
