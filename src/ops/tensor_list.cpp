#include "ops/tensor_list.h"

#include "kernels/mover.h"
#include "ops/args.h"

namespace rill {

std::shared_ptr<TensorList> TensorList::clone() const {
  auto copy = std::make_shared<TensorList>(dtype, shape);
  copy->max_length = max_length;
  copy->items = items;
  return copy;
}

const TensorList& list_input(const KernelContext& ctx, int i, DType dtype) {
  const Tensor& t = ctx.input(i);
  ctx.require(t.dtype() == DType::variant && t.rank() == 0,
              "Input handle must be a scalar saw: ", t.shape());
  const auto* list = dynamic_cast<const TensorList*>(t.opaque_at(0).get());
  ctx.require(list != nullptr, "Input handle is not a list");
  ctx.require(dtype == DType::invalid || list->dtype == dtype, "Invalid data types; op elements ",
              dtype, " but list elements ", list->dtype);
  return *list;
}

std::shared_ptr<TensorList> take_list(const KernelContext& ctx, int i, DType dtype) {
  const TensorList& list = list_input(ctx, i, dtype);
  const Tensor& handle = ctx.input(i);
  const bool mine = ((ctx.consumable >> i) & 1U) != 0 && handle.is_unique() &&
                    handle.opaque_at(0).use_count() == 1;
  if (!mine) return list.clone();
  auto own = std::static_pointer_cast<TensorList>(handle.opaque_at(0));
  own->every = Shape::unknown_rank();
  return own;
}

Tensor list_handle(std::shared_ptr<TensorList> list) {
  return Tensor::opaque(DType::variant, std::move(list));
}

Shape read_element_shape(const NodeAccess& node, const Tensor& value) {
  const auto dims = value.to_vector<int64_t>();
  if (value.rank() == 0) {
    node.require(dims[0] == -1,
                 "The only valid scalar shape tensor is the fully unknown shape "
                 "specified as -1.");
    return Shape::unknown_rank();
  }
  node.require(value.rank() == 1, "element_shape must be a vector or -1, got shape ",
               value.shape());
  for (const int64_t d : dims) node.require(d >= -1, "Dimension ", d, " must be >= -1");
  node.require(dims.size() <= static_cast<size_t>(Shape::kMaxRank), "rank ", dims.size(),
               " is too large");
  return Shape(dims);
}

Shape infer_element_shape(const ShapeContext& ctx, int i) {
  const auto known = ctx.partial(i);
  if (!known || known->is_scalar) return Shape::unknown_rank();
  return ctx.shape_from_value(i);
}

Shape merge_element_shapes(const NodeAccess& node, const Shape& a, const Shape& b) {
  node.require(a.is_compatible_with(b), "Incompatible shapes during merge: ", a, " vs. ", b);
  if (!a.has_rank()) return b;
  if (!b.has_rank()) return a;
  Shape out = a;
  for (int d = 0; d < out.rank(); ++d) {
    if (out[d] < 0) out[d] = b[d];
  }
  return out;
}

Shape common_shape(const NodeAccess& node, const TensorList& list, const Shape& wanted) {
  Shape shape = merge_element_shapes(node, wanted, list.shape);
  for (const Tensor& item : list.items) {
    if (shape.is_fully_defined()) break;
    if (item) shape = merge_element_shapes(node, shape, item.shape());
  }
  return shape;
}

void stack_items(KernelContext& ctx, int o, const std::vector<Tensor>& items, DType dtype,
                 const Shape& shape) {
  Tensor& out = ctx.output(o, join(Shape{static_cast<int64_t>(items.size())}, shape));
  const kernels::Mover mover(dtype);
  const int64_t width = shape.num_elements();
  for (size_t i = 0; i < items.size(); ++i) {
    char* to = mover.at(out.raw(), static_cast<int64_t>(i) * width);
    if (!items[i]) {
      mover.clear(to, width);
      continue;
    }
    ctx.require(items[i].shape() == shape,
                "Tried to stack list which contains an element with "
                "shape ",
                items[i].shape(), ", expected ", shape);
    mover.copy(items[i].raw(), to, width);
  }
}

std::vector<Tensor> unstack_rows(const Tensor& tensor) {
  const Tensor kept = tensor.owned();
  const Shape row = sub_shape(kept.shape(), 1, kept.rank());
  std::vector<Tensor> rows;
  rows.reserve(static_cast<size_t>(kept.shape()[0]));
  for (int64_t i = 0; i < kept.shape()[0]; ++i) rows.push_back(kept.rows(i, i + 1).reshaped(row));
  return rows;
}

void concat_items(KernelContext& ctx, const std::vector<Tensor>& items, DType dtype,
                  const Shape& rest) {
  Tensor& lengths = ctx.output(1, Shape{static_cast<int64_t>(items.size())});
  int64_t total = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const Shape& s = items[i].shape();
    ctx.require(s.rank() >= 1, "Concat saw a scalar shape at index ", i,
                " but requires at least vectors.");
    ctx.require(sub_shape(s, 1, s.rank()) == rest, "tensor with invalid shape ", s, " at index ", i,
                ", expected [?] + ", rest);
    lengths.data<int64_t>()[i] = s[0];
    total += s[0];
  }
  Tensor& out = ctx.output(0, join(Shape{total}, rest));
  const kernels::Mover mover(dtype);
  char* to = static_cast<char*>(out.raw());
  for (const Tensor& item : items) {
    mover.copy(item.raw(), to, item.size());
    to = mover.at(to, item.size());
  }
}

std::vector<Tensor> split_rows(const NodeAccess& node, const Tensor& tensor,
                               const Tensor& lengths) {
  node.require(tensor.rank() >= 1,
               "Tensor must be at least a vector, but saw shape: ", tensor.shape());
  node.require(lengths.rank() == 1,
               "Expected lengths to be a vector, received shape: ", lengths.shape());
  const Tensor kept = tensor.owned();
  std::vector<Tensor> parts;
  int64_t at = 0;
  for (const int64_t n : lengths.flat<int64_t>()) {
    node.require(n >= 0, "Invalid value in lengths: ", n);
    node.require(n <= kept.shape()[0] - at,
                 "Expected sum of lengths to be equal to "
                 "values.shape[0], but sum of lengths is larger than ",
                 kept.shape()[0]);
    parts.push_back(kept.rows(at, at + n));
    at += n;
  }
  node.require(at == kept.shape()[0],
               "Expected sum of lengths to be equal to values.shape[0], but "
               "sum of lengths is ",
               at, " and value's shape is: ", kept.shape());
  return parts;
}

}  // namespace rill
