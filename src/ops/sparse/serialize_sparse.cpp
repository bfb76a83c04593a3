// SerializeSparse, SerializeManySparse, DeserializeSparse, DeserializeManySparse: sparse tensors as
// three parts (indices, values, shape): TensorProto messages, as input queues of TensorFlow 1 hold
// them, or the tensors themselves as variants, as datasets do.
// Rules: tensorflow/core/kernels/{serialize_sparse_op,deserialize_sparse_string_op,
// deserialize_sparse_variant_op}.cc.
#include <algorithm>

#include "codec/proto_wire.h"
#include "op/registry.h"
#include "op/tensor_proto.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"
#include "ops/sparse_tensor.h"
#include "rill/error.hpp"

namespace rill {
namespace {

constexpr int64_t kParts = 3;

// Unlike SerializeTensor, texts go into the content, too: all lengths, then all bytes
// (Tensor::AsProtoTensorContent, port::EncodeStringList).
std::string text_of_strings(const Tensor& texts) {
  std::string content;
  proto::Writer lengths(content);
  for (const std::string& text : texts.flat<std::string>()) lengths.raw_varint(text.size());
  for (const std::string& text : texts.flat<std::string>()) content += text;
  std::string out;
  proto::Writer message(out);
  message.int32(1, static_cast<int32_t>(DType::string));
  message.message(2, [&](proto::Writer& shape) {
    shape.message(2, [&](proto::Writer& dim) { dim.int64_or_skip(1, texts.size()); });
  });
  message.bytes_or_skip(4, content);
  return out;
}

std::string text_of(const Tensor& tensor) {
  if (tensor.dtype() == DType::string) return text_of_strings(tensor);
  return run_op_now("SerializeTensor", {tensor}, {{"T", tensor.dtype()}})[0].item<std::string>();
}

class HeldTensor final : public Opaque {
 public:
  explicit HeldTensor(Tensor t) : tensor(std::move(t)) {}
  std::string_view type_name() const override { return "Tensor"; }
  const Tensor tensor;
};

// As parts 3 * row, ... of the output.
void write_parts(Tensor& out, int64_t row, const Tensor& indices, const Tensor& values,
                 const Tensor& shape) {
  int64_t at = kParts * row;
  for (const Tensor* part : {&indices, &values, &shape}) {
    if (out.dtype() == DType::string) {
      out.data<std::string>()[at++] = text_of(*part);
    } else {
      out.opaque_data()[at++] = std::make_shared<HeldTensor>(part->owned());
    }
  }
}

void serialize(KernelContext& ctx) {
  sparse_input(ctx, 0, 1, 2);
  write_parts(ctx.output(0, Shape{kParts}), 0, ctx.input(0), ctx.input(1), ctx.input(2));
}

// One row for each step of the first dimension.
void serialize_many(KernelContext& ctx) {
  const SparseInput sparse = sparse_input(ctx, 0, 1, 2);
  ctx.require(sparse.rank > 1,
              "Rank of input SparseTensor should be > 1, but saw rank: ", sparse.rank);
  require_in_bounds(ctx, sparse);
  const int64_t rows = sparse.shape[0];
  const int inner = sparse.rank - 1;
  const Tensor shape =
      Tensor::vector(std::vector<int64_t>(sparse.shape.begin() + 1, sparse.shape.end()));
  Tensor& out = ctx.output(0, Shape{rows, kParts});
  const Tensor values = sparse.values->owned();
  int64_t at = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t begin = at;
    std::vector<int64_t> coordinates;
    for (; at < sparse.count && sparse.at(at)[0] == row; ++at) {
      coordinates.insert(coordinates.end(), sparse.at(at) + 1, sparse.at(at) + sparse.rank);
    }
    write_parts(out, row, Tensor::vector(coordinates).reshaped(Shape{at - begin, inner}),
                values.rows(begin, at), shape);
  }
  ctx.require(at == sparse.count, "the indices are not sorted by their first column");
}

struct Part {
  Tensor indices, values;
  std::vector<int64_t> shape;
};

Tensor part_at(const Tensor& all, int64_t i) {
  if (all.dtype() == DType::string) return tensor_from_proto(all.data<std::string>()[i]);
  const auto held = std::dynamic_pointer_cast<const HeldTensor>(all.opaque_at(i));
  return held ? held->tensor : Tensor();
}

Part read_part(const KernelContext& ctx, int64_t number, DType dtype) {
  Tensor parts[kParts];
  try {
    for (int64_t i = 0; i < kParts; ++i) parts[i] = part_at(ctx.input(0), number * kParts + i);
  } catch (const Error& error) {
    if (error.code() == Code::resource_exhausted) throw;
    ctx.fail(Code::invalid_argument, "Could not parse serialized_sparse[", number,
             "]: ", error.what());
  }
  const auto& [indices, values, shape] = parts;
  ctx.require(indices && indices.dtype() == DType::int64 && indices.rank() == 2,
              "Expected serialized_sparse[", number, ", 0] to represent an index matrix");
  ctx.require(values && values.rank() == 1, "Expected serialized_sparse[", number,
              ", 1] to represent a values vector");
  ctx.require(shape && shape.dtype() == DType::int64 && shape.rank() == 1,
              "Expected serialized_sparse[", number, ", 2] to represent a shape vector");
  ctx.require(values.dtype() == dtype, "Requested SparseTensor of type ", dtype,
              " but SparseTensor[", number, "].values.dtype() == ", values.dtype());
  ctx.require(indices.dim(0) == values.dim(0), "Expected row counts of SparseTensor[", number,
              "].indices and SparseTensor[", number,
              "].values to match but they do not: ", indices.dim(0), " vs. ", values.dim(0));
  ctx.require(indices.dim(1) == shape.dim(0), "Expected column counts of SparseTensor[", number,
              "].indices to match size of SparseTensor[", number,
              "].shape but they do not: ", indices.dim(1), " vs. ", shape.dim(0));
  return {indices, values, shape.to_vector<int64_t>()};
}

// The tensors below each other: the dimensions of the input, but for the last, come first.
void deserialize(KernelContext& ctx) {
  const Tensor& texts = ctx.input(0);
  const int prefix = texts.rank() - 1;
  ctx.require(prefix >= 0 && texts.dim(prefix) == kParts,
              "Serialized sparse should have 3 as the last dimension, but has shape ",
              texts.shape());
  ctx.require(texts.size() > 0,
              "Serialized sparse should have at least 1 serialized tensor, but has a zero "
              "dimension ",
              texts.shape());
  const DType dtype = ctx.attr<DType>("dtype");
  std::vector<Part> parts;
  int64_t count = 0;
  std::vector<int64_t> largest;
  for (int64_t i = 0; i < texts.size() / kParts; ++i) {
    parts.push_back(read_part(ctx, i, dtype));
    const std::vector<int64_t>& shape = parts.back().shape;
    if (i == 0) largest = shape;
    ctx.require(shape.size() == largest.size(), "Inconsistent rank across SparseTensors: rank ",
                largest.size(), " prior to SparseTensor[", i, "] but now ", shape.size());
    for (size_t d = 0; d < shape.size(); ++d) largest[d] = std::max(largest[d], shape[d]);
    count += parts.back().values.size();
  }
  const auto inner = static_cast<int64_t>(largest.size());
  auto* index = ctx.output(0, Shape{count, prefix + inner}).data<int64_t>();
  Tensor& values = ctx.output(1, Shape{count});
  int64_t at = 0;
  for (size_t p = 0; p < parts.size(); ++p) {
    const Part& part = parts[p];
    const auto* from = part.indices.data<int64_t>();
    for (int64_t k = 0; k < part.values.size(); ++k, index += prefix + inner, from += inner) {
      auto rest = static_cast<int64_t>(p);
      for (int d = prefix - 1; d >= 0; --d) {
        index[d] = rest % texts.dim(d);
        rest /= texts.dim(d);
      }
      std::copy_n(from, inner, index + prefix);
    }
    dispatch_by_size(dtype, "DeserializeSparse", [&]<typename T>() {
      std::copy_n(static_cast<const T*>(part.values.raw()), part.values.size(),
                  static_cast<T*>(values.raw()) + at);
    });
    at += part.values.size();
  }
  std::vector<int64_t> shape(texts.shape().begin(), texts.shape().begin() + prefix);
  shape.insert(shape.end(), largest.begin(), largest.end());
  ctx.set_output(2, Tensor::vector(shape));
}

void deserialize_many(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 2, "Serialized sparse should be a matrix but received shape ",
              ctx.input(0).shape());
  deserialize(ctx);
}

void text_shape(ShapeContext& ctx) { ctx.set_output(0, Shape{kParts}); }
void texts_shape(ShapeContext& ctx) { ctx.set_output(0, Shape{Shape::kUnknownDim, kParts}); }
void sparse_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape::unknown_dims(2));
  ctx.set_output(1, Shape{Shape::kUnknownDim});
  ctx.set_output(2, Shape{Shape::kUnknownDim});
}

}  // namespace

void register_serialize_sparse(OpRegistry& registry) {
  constexpr auto& kOut = type_set<DType::string, DType::variant>;
  const std::vector<AttrDef> out = {type_attr("T"), type_attr("out_type", kOut, DType::string)};
  const auto add = [&](const char* signature, std::vector<AttrDef> attrs, ShapeFn shape,
                       KernelFn kernel) {
    registry.add({.signature = signature,
                  .attrs = std::move(attrs),
                  .shape = shape,
                  .kernel = kernel,
                  .not_differentiable = true});
  };
  add("SerializeSparse(sparse_indices: int64, sparse_values: T, sparse_shape: int64) -> "
      "(serialized_sparse: out_type)",
      out, text_shape, serialize);
  add("SerializeManySparse(sparse_indices: int64, sparse_values: T, sparse_shape: int64) -> "
      "(serialized_sparse: out_type)",
      out, texts_shape, serialize_many);
  add("DeserializeSparse(serialized_sparse: Tserialized) -> (sparse_indices: int64, "
      "sparse_values: dtype, sparse_shape: int64)",
      {type_attr("dtype"), type_attr("Tserialized", kOut, DType::string)}, sparse_shape,
      deserialize);
  add("DeserializeManySparse(serialized_sparse: string) -> (sparse_indices: int64, sparse_values: "
      "dtype, sparse_shape: int64)",
      {type_attr("dtype")}, sparse_shape, deserialize_many);
}

}  // namespace rill
