// StructuredValue (tensorflow/core/protobuf/struct.proto): the nested arguments and results of
// Python functions, as data.
#pragma once

#include <string>
#include <vector>

#include "formats/graphdef/context.h"
#include "rill/tensor.hpp"

namespace rill::formats {

struct StructuredValue {
  enum class Kind : uint8_t {
    unset,
    none,
    float64,
    int64,
    string,
    boolean,
    tensor_shape,
    dtype,
    tensor_spec,
    type_spec,
    bounded_tensor_spec,
    list,
    tuple,
    dict,
    named_tuple,
    tensor,
    numpy,
  };

  Kind kind = Kind::unset;
  bool boolean = false;
  DType dtype = DType::invalid;  // dtype, (bounded_)tensor_spec
  double float64 = 0;
  int64_t int64 = 0;            // of a type_spec: its TypeSpecClass
  int32_t flat_components = 0;  // of a type_spec
  // string; the name of a (bounded_)tensor_spec or named_tuple; the class name of a type_spec.
  std::string text;
  Shape shape;                            // tensor_shape, (bounded_)tensor_spec
  std::vector<std::string> keys;          // dict, named_tuple
  std::vector<StructuredValue> children;  // list, tuple, dict, named_tuple; state of a type_spec
  std::vector<Tensor> tensors;  // tensor, numpy: one; bounded_tensor_spec: minimum, maximum
};

StructuredValue read_structured_value(proto::Reader message, ReadContext& context, int depth);
void write_structured_value(proto::Writer& out, uint32_t field, const StructuredValue& value);

// TypeSpecProto, as a value of kind type_spec.
StructuredValue read_type_spec(proto::Reader message, ReadContext& context, int depth);
void write_type_spec(proto::Writer& out, uint32_t field, const StructuredValue& spec);

}  // namespace rill::formats
