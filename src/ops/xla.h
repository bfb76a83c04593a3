// What the ops of XLA share: they come with graphs that jax2tf wrote. Their meaning is that of
// https://openxla.org/xla/operation_semantics; dimension numbers are messages of xla_data.proto.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "op/kernel_context.h"
#include "op/shape_context.h"
#include "ops/attrs.h"

namespace rill::xla {

using Ints = std::vector<int64_t>;

inline constexpr DType kTypes[] = {
    DType::float32, DType::float64,  DType::int32,  DType::uint8,     DType::int16,
    DType::int8,    DType::int64,    DType::uint16, DType::uint32,    DType::uint64,
    DType::float16, DType::bfloat16, DType::bool_,  DType::complex64, DType::complex128};
inline constexpr DType kIndexTypes[] = {DType::int32, DType::int64};

// A message of nothing but integers and lists of them, by field number.
class Numbers {
 public:
  // Reads attribute "dimension_numbers". Throws INVALID_ARGUMENT.
  explicit Numbers(const NodeAccess& node);
  const Ints& list(uint32_t field) const;
  int64_t one(uint32_t field) const;  // 0 when it is not there

 private:
  std::map<uint32_t, Ints> fields_;
};

// Throws INVALID_ARGUMENT unless the numbers lie in [0, rank) and differ. `what` names them.
void require_dims(const NodeAccess& node, const char* what, const Ints& dims, int rank);

// An int32 or int64 input as a list; throws unless it has `count` elements (count < 0: any).
Ints int_input(const KernelContext& ctx, int i, int64_t count = -1);
int64_t int_at(const Tensor& ints, int64_t i);

// The shape of these dimensions; throws INVALID_ARGUMENT for a negative or an overflowing one.
Shape shape_of(const NodeAccess& node, const Ints& dims);

// How memory is walked: one step a dimension, in elements.
struct Walk {
  int64_t begin = 0;
  Ints steps;
};
// That of a row-major tensor.
Walk walk_of(const Shape& shape);
// Copies dims[0] * dims[1] * ... elements. The caller has checked that both walks stay inside.
void copy(const Ints& dims, const Tensor& from, const Walk& source, Tensor& to, const Walk& target);

// The elements of a tensor at these places, as a vector.
Tensor elements_at(const Tensor& t, const Ints& places);
// A tensor of this shape with the scalar everywhere.
Tensor filled(const Tensor& scalar, const Shape& shape);
Tensor transposed(const Tensor& t, const Ints& permutation);
Tensor cast_to(const Tensor& t, DType dtype);

// XlaPad: each dimension gets low and high elements more (less when negative), and `interior` ones
// between neighbours.
struct Pads {
  Ints low, high, interior;
};
Ints padded_dims(const NodeAccess& node, const Shape& shape, const Pads& pads);
Tensor padded(const NodeAccess& node, const Tensor& t, const Tensor& value, const Pads& pads);

// A function of scalars applied to each element of tensors of one shape: at once where it takes
// that, else one by one.
class Elementwise {
 public:
  Elementwise(const KernelContext& ctx, const char* attr);
  std::vector<Tensor> operator()(const std::vector<Tensor>& args) const;

 private:
  std::vector<Tensor> each(const std::vector<Tensor>& args) const;

  const KernelContext& ctx_;
  Callable& function_;
};

// Attributes that many of them have.
AttrDef type(const char* name = "T");
AttrDef index_type();

}  // namespace rill::xla
