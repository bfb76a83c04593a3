// The operations of src/ops/array as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value BatchToSpace(const Value& input, const Value& crops, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchToSpace", {input, crops}, std::move(attrs), node)[0];
}
inline Value BatchToSpaceND(const Value& input, const Value& block_shape, const Value& crops, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchToSpaceND", {input, block_shape, crops}, std::move(attrs), node)[0];
}
inline Value BroadcastArgs(const Value& s0, const Value& s1, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BroadcastArgs", {s0, s1}, std::move(attrs), node)[0];
}
inline Values BroadcastGradientArgs(const Value& s0, const Value& s1, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BroadcastGradientArgs", {s0, s1}, std::move(attrs), node);
}
inline Value BroadcastTo(const Value& input, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BroadcastTo", {input, shape}, std::move(attrs), node)[0];
}
inline Value CheckNumerics(const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CheckNumerics", {tensor}, std::move(attrs), node)[0];
}
inline Value CheckNumericsV2(const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CheckNumericsV2", {tensor}, std::move(attrs), node)[0];
}
inline Value Concat(const Value& concat_dim, const Values& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Concat", ops::joined(concat_dim, values), std::move(attrs), node)[0];
}
inline Values ConcatOffset(const Value& concat_dim, const Values& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConcatOffset", ops::joined(concat_dim, shape), std::move(attrs), node);
}
inline Value ConcatV2(const Values& values, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConcatV2", ops::joined(values, axis), std::move(attrs), node)[0];
}
inline Value ConjugateTranspose(const Value& x, const Value& perm, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConjugateTranspose", {x, perm}, std::move(attrs), node)[0];
}
inline Value Const(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Const", {}, std::move(attrs), node)[0];
}
inline void ControlTrigger(AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ControlTrigger", {}, std::move(attrs), node);
}
inline Value DataFormatDimMap(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DataFormatDimMap", {x}, std::move(attrs), node)[0];
}
inline Value DataFormatVecPermute(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DataFormatVecPermute", {x}, std::move(attrs), node)[0];
}
inline Value DebugGradientIdentity(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DebugGradientIdentity", {input}, std::move(attrs), node)[0];
}
inline Value DeepCopy(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DeepCopy", {x}, std::move(attrs), node)[0];
}
inline Value DepthToSpace(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthToSpace", {input}, std::move(attrs), node)[0];
}
inline Value DeviceIndex(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DeviceIndex", {}, std::move(attrs), node)[0];
}
inline Value Diag(const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Diag", {diagonal}, std::move(attrs), node)[0];
}
inline Value DiagPart(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DiagPart", {input}, std::move(attrs), node)[0];
}
inline Values DynamicPartition(const Value& data, const Value& partitions, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DynamicPartition", {data, partitions}, std::move(attrs), node);
}
inline Value DynamicStitch(const Values& indices, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DynamicStitch", ops::joined(indices, data), std::move(attrs), node)[0];
}
inline Value Empty(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Empty", {shape}, std::move(attrs), node)[0];
}
inline Value EnsureShape(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EnsureShape", {input}, std::move(attrs), node)[0];
}
inline Value ExpandDims(const Value& input, const Value& dim, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExpandDims", {input, dim}, std::move(attrs), node)[0];
}
inline Value Fill(const Value& dims, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Fill", {dims, value}, std::move(attrs), node)[0];
}
inline Value Gather(const Value& params, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Gather", {params, indices}, std::move(attrs), node)[0];
}
inline Value GatherNd(const Value& params, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GatherNd", {params, indices}, std::move(attrs), node)[0];
}
inline Value GatherV2(const Value& params, const Value& indices, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GatherV2", {params, indices, axis}, std::move(attrs), node)[0];
}
inline Value GuaranteeConst(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GuaranteeConst", {input}, std::move(attrs), node)[0];
}
inline Value Identity(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Identity", {input}, std::move(attrs), node)[0];
}
inline Values IdentityN(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IdentityN", ops::joined(input), std::move(attrs), node);
}
inline Value InplaceAdd(const Value& x, const Value& i, const Value& v, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InplaceAdd", {x, i, v}, std::move(attrs), node)[0];
}
inline Value InplaceSub(const Value& x, const Value& i, const Value& v, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InplaceSub", {x, i, v}, std::move(attrs), node)[0];
}
inline Value InplaceUpdate(const Value& x, const Value& i, const Value& v, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InplaceUpdate", {x, i, v}, std::move(attrs), node)[0];
}
inline Value InvertPermutation(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InvertPermutation", {x}, std::move(attrs), node)[0];
}
inline Values ListDiff(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ListDiff", {x, y}, std::move(attrs), node);
}
inline Value LowerBound(const Value& sorted_inputs, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LowerBound", {sorted_inputs, values}, std::move(attrs), node)[0];
}
inline Value MirrorPad(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MirrorPad", {input, paddings}, std::move(attrs), node)[0];
}
inline Value MirrorPadGrad(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MirrorPadGrad", {input, paddings}, std::move(attrs), node)[0];
}
inline void NoOp(AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("NoOp", {}, std::move(attrs), node);
}
inline Value OneHot(const Value& indices, const Value& depth, const Value& on_value, const Value& off_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OneHot", {indices, depth, on_value, off_value}, std::move(attrs), node)[0];
}
inline Value OnesLike(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OnesLike", {x}, std::move(attrs), node)[0];
}
inline Value Pack(const Values& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Pack", ops::joined(values), std::move(attrs), node)[0];
}
inline Value Pad(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Pad", {input, paddings}, std::move(attrs), node)[0];
}
inline Value PadV2(const Value& input, const Value& paddings, const Value& constant_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PadV2", {input, paddings, constant_values}, std::move(attrs), node)[0];
}
inline Value ParallelConcat(const Values& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelConcat", ops::joined(values), std::move(attrs), node)[0];
}
inline Value ParallelDynamicStitch(const Values& indices, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelDynamicStitch", ops::joined(indices, data), std::move(attrs), node)[0];
}
inline Value Placeholder(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Placeholder", {}, std::move(attrs), node)[0];
}
inline Value PlaceholderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PlaceholderV2", {}, std::move(attrs), node)[0];
}
inline Value PlaceholderWithDefault(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PlaceholderWithDefault", {input}, std::move(attrs), node)[0];
}
inline Value PreventGradient(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PreventGradient", {input}, std::move(attrs), node)[0];
}
inline Value Rank(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Rank", {input}, std::move(attrs), node)[0];
}
inline Value RefIdentity(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefIdentity", {input}, std::move(attrs), node)[0];
}
inline Value RefSelect(const Value& index, const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefSelect", ops::joined(index, inputs_), std::move(attrs), node)[0];
}
inline Value Reshape(const Value& tensor, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Reshape", {tensor, shape}, std::move(attrs), node)[0];
}
inline Value Reverse(const Value& tensor, const Value& dims, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Reverse", {tensor, dims}, std::move(attrs), node)[0];
}
inline Value ReverseSequence(const Value& input, const Value& seq_lengths, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReverseSequence", {input, seq_lengths}, std::move(attrs), node)[0];
}
inline Value ReverseV2(const Value& tensor, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReverseV2", {tensor, axis}, std::move(attrs), node)[0];
}
inline Value Roll(const Value& input, const Value& shift, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Roll", {input, shift, axis}, std::move(attrs), node)[0];
}
inline Value ScatterNd(const Value& indices, const Value& updates, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNd", {indices, updates, shape}, std::move(attrs), node)[0];
}
inline Value ScatterNdNonAliasingAdd(const Value& input, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdNonAliasingAdd", {input, indices, updates}, std::move(attrs), node)[0];
}
inline Value Shape(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Shape", {input}, std::move(attrs), node)[0];
}
inline Values ShapeN(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShapeN", ops::joined(input), std::move(attrs), node);
}
inline Value Size(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Size", {input}, std::move(attrs), node)[0];
}
inline Value Slice(const Value& input, const Value& begin, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Slice", {input, begin, size}, std::move(attrs), node)[0];
}
inline Value Snapshot(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Snapshot", {input}, std::move(attrs), node)[0];
}
inline Value SpaceToBatch(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SpaceToBatch", {input, paddings}, std::move(attrs), node)[0];
}
inline Value SpaceToBatchND(const Value& input, const Value& block_shape, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SpaceToBatchND", {input, block_shape, paddings}, std::move(attrs), node)[0];
}
inline Value SpaceToDepth(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SpaceToDepth", {input}, std::move(attrs), node)[0];
}
inline Values Split(const Value& split_dim, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Split", {split_dim, value}, std::move(attrs), node);
}
inline Values SplitV(const Value& value, const Value& size_splits, const Value& split_dim, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SplitV", {value, size_splits, split_dim}, std::move(attrs), node);
}
inline Value Squeeze(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Squeeze", {input}, std::move(attrs), node)[0];
}
inline Value StopGradient(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StopGradient", {input}, std::move(attrs), node)[0];
}
inline Value StridedSlice(const Value& input, const Value& begin, const Value& end, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StridedSlice", {input, begin, end, strides}, std::move(attrs), node)[0];
}
inline Value StridedSliceGrad(const Value& shape, const Value& begin, const Value& end, const Value& strides, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StridedSliceGrad", {shape, begin, end, strides, dy}, std::move(attrs), node)[0];
}
inline Value TensorScatterAdd(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterAdd", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterMax(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterMax", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterMin(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterMin", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterSub(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterSub", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterUpdate(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterUpdate", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorStridedSliceUpdate(const Value& input, const Value& begin, const Value& end, const Value& strides, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorStridedSliceUpdate", {input, begin, end, strides, value}, std::move(attrs), node)[0];
}
inline Value Tile(const Value& input, const Value& multiples, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Tile", {input, multiples}, std::move(attrs), node)[0];
}
inline Value Transpose(const Value& x, const Value& perm, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Transpose", {x, perm}, std::move(attrs), node)[0];
}
inline Values Unique(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Unique", {x}, std::move(attrs), node);
}
inline Values UniqueV2(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniqueV2", {x, axis}, std::move(attrs), node);
}
inline Values UniqueWithCounts(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniqueWithCounts", {x}, std::move(attrs), node);
}
inline Values UniqueWithCountsV2(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniqueWithCountsV2", {x, axis}, std::move(attrs), node);
}
inline Values Unpack(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Unpack", {value}, std::move(attrs), node);
}
inline Value UnravelIndex(const Value& indices, const Value& dims, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnravelIndex", {indices, dims}, std::move(attrs), node)[0];
}
inline Value UpperBound(const Value& sorted_inputs, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UpperBound", {sorted_inputs, values}, std::move(attrs), node)[0];
}
inline Value Where(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Where", {input}, std::move(attrs), node)[0];
}
inline Value ZerosLike(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ZerosLike", {x}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
