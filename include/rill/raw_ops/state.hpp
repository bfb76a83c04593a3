// The operations of src/ops/state as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value Assign(const Value& ref, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Assign", {ref, value}, std::move(attrs), node)[0];
}
inline Value AssignAdd(const Value& ref, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AssignAdd", {ref, value}, std::move(attrs), node)[0];
}
inline void AssignAddVariableOp(const Value& resource, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AssignAddVariableOp", {resource, value}, std::move(attrs), node);
}
inline Value AssignSub(const Value& ref, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AssignSub", {ref, value}, std::move(attrs), node)[0];
}
inline void AssignSubVariableOp(const Value& resource, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AssignSubVariableOp", {resource, value}, std::move(attrs), node);
}
inline void AssignVariableOp(const Value& resource, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AssignVariableOp", {resource, value}, std::move(attrs), node);
}
inline Value CountUpTo(const Value& ref, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CountUpTo", {ref}, std::move(attrs), node)[0];
}
inline void DestroyResourceOp(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("DestroyResourceOp", {resource}, std::move(attrs), node);
}
inline Value DestroyTemporaryVariable(const Value& ref, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DestroyTemporaryVariable", {ref}, std::move(attrs), node)[0];
}
inline void DisableCopyOnRead(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("DisableCopyOnRead", {resource}, std::move(attrs), node);
}
inline Value IsVariableInitialized(const Value& ref, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsVariableInitialized", {ref}, std::move(attrs), node)[0];
}
inline Value ReadVariableOp(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReadVariableOp", {resource}, std::move(attrs), node)[0];
}
inline Value ResourceCountUpTo(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceCountUpTo", {resource}, std::move(attrs), node)[0];
}
inline Value ResourceGather(const Value& resource, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceGather", {resource, indices}, std::move(attrs), node)[0];
}
inline Value ResourceGatherNd(const Value& resource, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceGatherNd", {resource, indices}, std::move(attrs), node)[0];
}
inline void ResourceScatterAdd(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterAdd", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterDiv(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterDiv", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterMax(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterMax", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterMin(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterMin", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterMul(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterMul", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdAdd(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdAdd", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdMax(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdMax", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdMin(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdMin", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdSub(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdSub", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdUpdate(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdUpdate", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterSub(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterSub", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterUpdate(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterUpdate", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceStridedSliceAssign(const Value& ref, const Value& begin, const Value& end, const Value& strides, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceStridedSliceAssign", {ref, begin, end, strides, value}, std::move(attrs), node);
}
inline Value ScatterAdd(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterAdd", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterDiv(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterDiv", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterMax(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterMax", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterMin(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterMin", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterMul(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterMul", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdAdd(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdAdd", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdMax(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdMax", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdMin(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdMin", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdSub(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdSub", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdUpdate(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdUpdate", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterSub(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterSub", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterUpdate(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterUpdate", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value StridedSliceAssign(const Value& ref, const Value& begin, const Value& end, const Value& strides, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StridedSliceAssign", {ref, begin, end, strides, value}, std::move(attrs), node)[0];
}
inline Value TemporaryVariable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TemporaryVariable", {}, std::move(attrs), node)[0];
}
inline Value VarHandleOp(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VarHandleOp", {}, std::move(attrs), node)[0];
}
inline Value VarIsInitializedOp(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VarIsInitializedOp", {resource}, std::move(attrs), node)[0];
}
inline Value Variable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Variable", {}, std::move(attrs), node)[0];
}
inline Value VariableShape(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VariableShape", {input}, std::move(attrs), node)[0];
}
inline Value VariableV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VariableV2", {}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
