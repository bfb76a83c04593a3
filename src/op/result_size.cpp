#include "op/result_size.h"

#include <algorithm>
#include <vector>

#include "rill/error.hpp"
#include "tensor/memory_limit.h"

namespace rill {
namespace {

// Only a value of an input says how large the output is: with shapes alone it stays open.
bool size_is_asked_for(const NodeAccess& node, int i, std::span<const ShapeContext::Input> inputs,
                       std::span<const DType> output_dtypes) {
  if (node.def().shape == nullptr) return true;
  std::vector<ShapeContext::Input> shapes;
  for (const ShapeContext::Input& in : inputs) {
    shapes.push_back({in.shape, in.dtype, nullptr, nullptr, in.handle_shape});
  }
  ShapeContext ctx(node.def(), node.attrs(), node.node_name(), shapes, output_dtypes);
  try {
    node.def().shape(ctx);
  } catch (const Error&) {
    return false;
  }
  return !ctx.output(i).is_fully_defined();
}

}  // namespace

int64_t result_bytes(DType dtype, const Shape& shape) {
  const size_t item = is_plain(dtype) ? dtype_size(dtype) : sizeof(std::string);
  int64_t bytes = 0;
  const bool over =
      __builtin_mul_overflow(shape.num_elements(), static_cast<int64_t>(item), &bytes);
  return over ? INT64_MAX : bytes;
}

void check_result_size(const NodeAccess& node, int i, DType dtype, const Shape& shape,
                       std::span<const ShapeContext::Input> inputs,
                       std::span<const DType> output_dtypes) {
  const int64_t bytes = result_bytes(dtype, shape);
  if (bytes <= kLargeResult) return;
  size_t most = largest_tensor();
  if (static_cast<size_t>(bytes) <= most && size_is_asked_for(node, i, inputs, output_dtypes)) {
    constexpr size_t kGrowth = 8;
    size_t given = 0;
    for (const ShapeContext::Input& in : inputs) {
      if (!in.shape.is_fully_defined()) continue;
      given += static_cast<size_t>(std::min(result_bytes(in.dtype, in.shape), INT64_MAX / 16));
    }
    most = std::min(most, std::max(largest_asked_tensor(), kGrowth * given));
  }
  if (static_cast<size_t>(bytes) <= most) return;
  node.fail(Code::resource_exhausted, "output ", i, " of shape ", shape, " and type ", dtype,
            " takes ", bytes, " bytes; at most ", most, " are allowed (RILL_TENSOR_BYTES)");
}

}  // namespace rill
