#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

Value int32(int32_t n) { return Tensor::scalar(n); }
Value any_shape() { return int32(-1); }
Value pair_of(float a, float b) { return Tensor::vector<float>({a, b}); }

Value empty_list() {
  return emit("EmptyTensorList", {any_shape(), int32(-1)}, {{"element_dtype", DType::float32}});
}
Value push(const Value& list, const Value& item) {
  return emit("TensorListPushBack", {list, item});
}
int32_t length(const Value& list) { return emit("TensorListLength", {list}).item<int32_t>(); }

const AttrMap kFloats{{"element_dtype", DType::float32}};

TEST(TensorList, PushesAndPops) {
  const Value one = push(empty_list(), pair_of(1, 2));
  const Value two = push(one, pair_of(3, 4));
  EXPECT_EQ(length(one), 1);  // a list is a value: pushing makes another
  EXPECT_EQ(length(two), 2);
  const Values popped = emit_all("TensorListPopBack", {two, any_shape()}, kFloats);
  EXPECT_EQ(length(popped[0]), 1);
  EXPECT_EQ(popped[1].to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_THROW(emit_all("TensorListPopBack", {empty_list(), any_shape()}, kFloats),
               InvalidArgumentError);
}

TEST(TensorList, StacksWhatHasOneShape) {
  const Value two = push(push(empty_list(), pair_of(1, 2)), pair_of(3, 4));
  const Value stacked = emit("TensorListStack", {two, any_shape()}, kFloats);
  EXPECT_EQ(stacked.shape(), (Shape{2, 2}));
  EXPECT_EQ(stacked.to_vector<float>(), (std::vector<float>{1, 2, 3, 4}));
  const Value mixed = push(two, Tensor::scalar(5.0F));
  EXPECT_THROW(emit("TensorListStack", {mixed, any_shape()}, kFloats), InvalidArgumentError);
}

TEST(TensorList, HolesOfAReservedListAreZeros) {
  const Value shape = Tensor::vector<int32_t>({2});
  const Value list = emit("TensorListReserve", {shape, int32(3)}, kFloats);
  const Value set = emit("TensorListSetItem", {list, int32(1), pair_of(7, 8)});
  EXPECT_EQ(emit("TensorListStack", {set, shape}, kFloats).to_vector<float>(),
            (std::vector<float>{0, 0, 7, 8, 0, 0}));
  EXPECT_THROW(emit("TensorListSetItem", {list, int32(3), pair_of(7, 8)}), InvalidArgumentError);
  EXPECT_THROW(emit("TensorListGetItem", {list, int32(-1), shape}, kFloats), InvalidArgumentError);
  EXPECT_THROW(emit("TensorListReserve", {shape, int32(-1)}, kFloats), InvalidArgumentError);
}

TEST(TensorList, OfATensorAndBack) {
  const Tensor rows = Tensor::of<float>({1, 2, 3, 4, 5, 6}, Shape{3, 2});
  const Value list = emit("TensorListFromTensor", {rows, Tensor::vector<int32_t>({2})});
  const Value picked =
      emit("TensorListGather", {list, Tensor::vector<int32_t>({2, 0}), any_shape()}, kFloats);
  EXPECT_EQ(picked.to_vector<float>(), (std::vector<float>{5, 6, 1, 2}));
}

TEST(Stack, LastInFirstOut) {
  const Value stack = emit("StackV2", {int32(-1)}, {{"elem_type", DType::float32}});
  emit("StackPushV2", {stack, Tensor::scalar(1.0F)});
  emit("StackPushV2", {stack, Tensor::scalar(2.0F)});
  const AttrMap floats{{"elem_type", DType::float32}};
  EXPECT_EQ(emit("StackPopV2", {stack}, floats).item<float>(), 2);
  EXPECT_EQ(emit("StackPopV2", {stack}, floats).item<float>(), 1);
  EXPECT_THROW(emit("StackPopV2", {stack}, floats), InvalidArgumentError);
  EXPECT_THROW(emit("StackPushV2", {stack, int32(1)}), InvalidArgumentError);
}

TEST(TensorArray, WritesOnceReadsWhatIsThere) {
  const Values made = emit_all("TensorArrayV3", {int32(2)}, {{"dtype", DType::float32}});
  const Value& array = made[0];
  const Value flow = emit("TensorArrayWriteV3", {array, int32(0), pair_of(1, 2), made[1]});
  const AttrMap floats{{"dtype", DType::float32}};
  EXPECT_EQ(emit("TensorArrayReadV3", {array, int32(0), flow}, floats).to_vector<float>(),
            (std::vector<float>{1, 2}));
  EXPECT_THROW(emit("TensorArrayWriteV3", {array, int32(2), pair_of(1, 2), flow}),
               InvalidArgumentError);
  EXPECT_THROW(emit("TensorArrayReadV3", {array, int32(1), flow}, floats), InvalidArgumentError);
  EXPECT_EQ(emit("TensorArraySizeV3", {array, flow}).item<int32_t>(), 2);
}

TEST(TensorArray, GathersOnlyWhatItIsToldToExpect) {
  const Values made = emit_all("TensorArrayV3", {int32(1)}, {{"dtype", DType::float32}});
  const Value flow = emit("TensorArrayWriteV3", {made[0], int32(0), pair_of(1, 2), made[1]});
  const Value all = Tensor::vector<int32_t>({0});
  const auto gather = [&](const Shape& element) {
    return emit("TensorArrayGatherV3", {made[0], all, flow},
                {{"dtype", DType::float32}, {"element_shape", element}});
  };
  EXPECT_EQ(gather({-1}).to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_THROW(gather({}), InvalidArgumentError);
  EXPECT_THROW(gather({3}), InvalidArgumentError);
  EXPECT_THROW(emit_all("TensorArrayConcatV3", {made[0], flow},
                        {{"dtype", DType::float32}, {"element_shape_except0", Shape{3}}}),
               InvalidArgumentError);
}

TEST(TensorMap, FindsWhatWasPutIn) {
  const Value map = emit("TensorMapInsert", {emit("EmptyTensorMap", {}), int32(7), pair_of(1, 2)});
  EXPECT_EQ(emit("TensorMapSize", {map}).item<int32_t>(), 1);
  const AttrMap floats{{"value_dtype", DType::float32}};
  EXPECT_EQ(emit("TensorMapLookup", {map, int32(7)}, floats).to_vector<float>(),
            (std::vector<float>{1, 2}));
  EXPECT_THROW(emit("TensorMapLookup", {map, int32(8)}, floats), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
