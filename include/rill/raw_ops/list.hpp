// The operations of src/ops/list as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value EmptyTensorList(const Value& element_shape, const Value& max_num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EmptyTensorList", {element_shape, max_num_elements}, std::move(attrs), node)[0];
}
inline Value EmptyTensorMap(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EmptyTensorMap", {}, std::move(attrs), node)[0];
}
inline Value Stack(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Stack", {}, std::move(attrs), node)[0];
}
inline void StackClose(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("StackClose", {handle}, std::move(attrs), node);
}
inline void StackCloseV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("StackCloseV2", {handle}, std::move(attrs), node);
}
inline Value StackPop(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPop", {handle}, std::move(attrs), node)[0];
}
inline Value StackPopV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPopV2", {handle}, std::move(attrs), node)[0];
}
inline Value StackPush(const Value& handle, const Value& elem, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPush", {handle, elem}, std::move(attrs), node)[0];
}
inline Value StackPushV2(const Value& handle, const Value& elem, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPushV2", {handle, elem}, std::move(attrs), node)[0];
}
inline Value StackV2(const Value& max_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackV2", {max_size}, std::move(attrs), node)[0];
}
inline Value TensorArray(const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArray", {size}, std::move(attrs), node)[0];
}
inline void TensorArrayClose(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("TensorArrayClose", {handle}, std::move(attrs), node);
}
inline void TensorArrayCloseV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("TensorArrayCloseV2", {handle}, std::move(attrs), node);
}
inline void TensorArrayCloseV3(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("TensorArrayCloseV3", {handle}, std::move(attrs), node);
}
inline Values TensorArrayConcat(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayConcat", {handle, flow_in}, std::move(attrs), node);
}
inline Values TensorArrayConcatV2(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayConcatV2", {handle, flow_in}, std::move(attrs), node);
}
inline Values TensorArrayConcatV3(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayConcatV3", {handle, flow_in}, std::move(attrs), node);
}
inline Value TensorArrayGather(const Value& handle, const Value& indices, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGather", {handle, indices, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGatherV2(const Value& handle, const Value& indices, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGatherV2", {handle, indices, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGatherV3(const Value& handle, const Value& indices, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGatherV3", {handle, indices, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGrad(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGrad", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGradV2(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGradV2", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Values TensorArrayGradV3(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGradV3", {handle, flow_in}, std::move(attrs), node);
}
inline Values TensorArrayGradWithShape(const Value& handle, const Value& flow_in, const Value& shape_to_prepend, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGradWithShape", {handle, flow_in, shape_to_prepend}, std::move(attrs), node);
}
inline Value TensorArrayPack(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayPack", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayRead(const Value& handle, const Value& index, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayRead", {handle, index, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayReadV2(const Value& handle, const Value& index, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayReadV2", {handle, index, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayReadV3(const Value& handle, const Value& index, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayReadV3", {handle, index, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayScatter(const Value& handle, const Value& indices, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayScatter", {handle, indices, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayScatterV2(const Value& handle, const Value& indices, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayScatterV2", {handle, indices, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayScatterV3(const Value& handle, const Value& indices, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayScatterV3", {handle, indices, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySize(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySize", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySizeV2(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySizeV2", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySizeV3(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySizeV3", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySplit(const Value& handle, const Value& value, const Value& lengths, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySplit", {handle, value, lengths, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySplitV2(const Value& handle, const Value& value, const Value& lengths, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySplitV2", {handle, value, lengths, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySplitV3(const Value& handle, const Value& value, const Value& lengths, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySplitV3", {handle, value, lengths, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayUnpack(const Value& handle, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayUnpack", {handle, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayV2(const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayV2", {size}, std::move(attrs), node)[0];
}
inline Values TensorArrayV3(const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayV3", {size}, std::move(attrs), node);
}
inline Value TensorArrayWrite(const Value& handle, const Value& index, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayWrite", {handle, index, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayWriteV2(const Value& handle, const Value& index, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayWriteV2", {handle, index, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayWriteV3(const Value& handle, const Value& index, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayWriteV3", {handle, index, value, flow_in}, std::move(attrs), node)[0];
}
inline Values TensorListConcat(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListConcat", {input_handle}, std::move(attrs), node);
}
inline Value TensorListConcatLists(const Value& input_a, const Value& input_b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListConcatLists", {input_a, input_b}, std::move(attrs), node)[0];
}
inline Values TensorListConcatV2(const Value& input_handle, const Value& element_shape, const Value& leading_dims, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListConcatV2", {input_handle, element_shape, leading_dims}, std::move(attrs), node);
}
inline Value TensorListElementShape(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListElementShape", {input_handle}, std::move(attrs), node)[0];
}
inline Value TensorListFromTensor(const Value& tensor, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListFromTensor", {tensor, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListGather(const Value& input_handle, const Value& indices, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListGather", {input_handle, indices, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListGetItem(const Value& input_handle, const Value& index, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListGetItem", {input_handle, index, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListLength(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListLength", {input_handle}, std::move(attrs), node)[0];
}
inline Values TensorListPopBack(const Value& input_handle, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListPopBack", {input_handle, element_shape}, std::move(attrs), node);
}
inline Value TensorListPushBack(const Value& input_handle, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListPushBack", {input_handle, tensor}, std::move(attrs), node)[0];
}
inline Value TensorListPushBackBatch(const Value& input_handles, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListPushBackBatch", {input_handles, tensor}, std::move(attrs), node)[0];
}
inline Value TensorListReserve(const Value& element_shape, const Value& num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListReserve", {element_shape, num_elements}, std::move(attrs), node)[0];
}
inline Value TensorListResize(const Value& input_handle, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListResize", {input_handle, size}, std::move(attrs), node)[0];
}
inline Value TensorListScatter(const Value& tensor, const Value& indices, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListScatter", {tensor, indices, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListScatterIntoExistingList(const Value& input_handle, const Value& tensor, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListScatterIntoExistingList", {input_handle, tensor, indices}, std::move(attrs), node)[0];
}
inline Value TensorListScatterV2(const Value& tensor, const Value& indices, const Value& element_shape, const Value& num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListScatterV2", {tensor, indices, element_shape, num_elements}, std::move(attrs), node)[0];
}
inline Value TensorListSetItem(const Value& input_handle, const Value& index, const Value& item, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListSetItem", {input_handle, index, item}, std::move(attrs), node)[0];
}
inline Value TensorListSplit(const Value& tensor, const Value& element_shape, const Value& lengths, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListSplit", {tensor, element_shape, lengths}, std::move(attrs), node)[0];
}
inline Value TensorListStack(const Value& input_handle, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListStack", {input_handle, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorMapErase(const Value& input_handle, const Value& key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapErase", {input_handle, key}, std::move(attrs), node)[0];
}
inline Value TensorMapHasKey(const Value& input_handle, const Value& key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapHasKey", {input_handle, key}, std::move(attrs), node)[0];
}
inline Value TensorMapInsert(const Value& input_handle, const Value& key, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapInsert", {input_handle, key, value}, std::move(attrs), node)[0];
}
inline Value TensorMapLookup(const Value& input_handle, const Value& key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapLookup", {input_handle, key}, std::move(attrs), node)[0];
}
inline Value TensorMapSize(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapSize", {input_handle}, std::move(attrs), node)[0];
}
inline Value TensorMapStackKeys(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapStackKeys", {input_handle}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
