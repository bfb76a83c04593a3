// SerializeTensor and ParseTensor: a tensor as a TensorProto message.
// Layout: tensorflow/core/framework/tensor.proto, written as Tensor::AsProtoTensorContent does.
#include "codec/proto_wire.h"
#include "op/registry.h"
#include "op/tensor_proto.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/error.hpp"

namespace rill {
namespace {

void serialize(KernelContext& ctx) {
  const Tensor& tensor = ctx.input(0);
  const DType dtype = tensor.dtype();
  if (dtype == DType::resource || dtype == DType::variant) {
    ctx.fail(Code::unimplemented, "tensors of type ", dtype, " cannot be serialised");
  }
  std::string bytes;
  proto::Writer message(bytes);
  message.int32(1, static_cast<int32_t>(dtype));
  message.message(2, [&](proto::Writer& shape) {
    for (const int64_t size : tensor.shape()) {
      shape.message(2, [&](proto::Writer& dim) { dim.int64_or_skip(1, size); });
    }
  });
  if (dtype == DType::string) {
    for (const std::string& text : tensor.flat<std::string>()) message.bytes(8, text);
  } else if (tensor.bytes() > 0) {
    message.bytes(4, std::string_view(static_cast<const char*>(tensor.raw()), tensor.bytes()));
  }
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

void parse_tensor(KernelContext& ctx) {
  ctx.require(ctx.input(0).size() == 1,
              "Expected `serialized` to be a scalar, got shape: ", ctx.input(0).shape());
  Tensor tensor;
  try {
    tensor = tensor_from_proto(*ctx.input(0).data<std::string>());
  } catch (const Error& error) {
    if (error.code() == Code::resource_exhausted) throw;
    ctx.fail(Code::invalid_argument, "Could not parse `serialized` as TensorProto: ", error.what());
  }
  ctx.require(tensor && tensor.dtype() == ctx.output_dtype(0),
              "Type mismatch between parsed tensor (", tensor.dtype(), ") and dtype (",
              ctx.output_dtype(0), ")");
  ctx.set_output(0, std::move(tensor));
}

}  // namespace

void register_serialize_tensor(OpRegistry& registry) {
  registry.add({.signature = "SerializeTensor(tensor: T) -> (serialized: string)",
                .attrs = {type_attr("T")},
                .shape = shapes::scalar,
                .kernel = serialize,
                .not_differentiable = true});
  registry.add({.signature = "ParseTensor(serialized: string) -> (output: out_type)",
                .attrs = {type_attr("out_type")},
                .shape = shapes::unknown,
                .kernel = parse_tensor,
                .not_differentiable = true});
}

}  // namespace rill
