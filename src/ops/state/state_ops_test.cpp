#include <gtest/gtest.h>

#include "op/emit.h"
#include "op/variable.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Floats = std::vector<float>;

Tensor fresh_variable(const Shape& shape) {
  auto state = std::make_shared<VariableState>("v", DType::float32, shape);
  return Tensor::of_variable(std::move(state), DType::float32, shape);
}

Tensor matrix_variable() {
  Tensor v = fresh_variable(Shape{3, 2});
  emit_all("AssignVariableOp", {v, Tensor::of<float>({1, 2, 3, 4, 5, 6}, Shape{3, 2})});
  return v;
}

Floats current(const Tensor& v) {
  return emit("ReadVariableOp", {v}, {{"dtype", DType::float32}}).to_vector<float>();
}
Value rows(std::initializer_list<int32_t> items) { return Tensor::vector<int32_t>(items); }

TEST(Variables, AreEmptyUntilAssigned) {
  const Tensor v = fresh_variable(Shape{2});
  EXPECT_FALSE(emit("VarIsInitializedOp", {v}).item<bool>());
  EXPECT_THROW(current(v), FailedPreconditionError);
  emit_all("AssignVariableOp", {v, Tensor::vector<float>({1, 2})});
  EXPECT_TRUE(emit("VarIsInitializedOp", {v}).item<bool>());
  EXPECT_EQ(current(v), (Floats{1, 2}));
  EXPECT_THROW(emit_all("AssignVariableOp", {v, Tensor::vector<float>({1, 2, 3})}),
               InvalidArgumentError);
  EXPECT_THROW(emit_all("AssignVariableOp", {v, rows({1, 2})}), InvalidArgumentError);
  EXPECT_EQ(current(v), (Floats{1, 2}));
}

TEST(Variables, AddAndSubtractInPlace) {
  const Tensor v = matrix_variable();
  const Tensor before = emit("ReadVariableOp", {v}, {{"dtype", DType::float32}});
  const Tensor ones = Tensor::of<float>({1, 1, 1, 1, 1, 1}, Shape{3, 2});
  emit_all("AssignAddVariableOp", {v, ones});
  EXPECT_EQ(current(v), (Floats{2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(before.to_vector<float>(), (Floats{1, 2, 3, 4, 5, 6}));  // what was read stays
  emit_all("AssignSubVariableOp", {v, ones});
  EXPECT_EQ(current(v), (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(Variables, SlicesTakeWhatBroadcasts) {
  const Tensor v = matrix_variable();
  const auto assign = [&](const Value& value, int32_t end, int64_t shrink) {
    emit_all("ResourceStridedSliceAssign", {v, rows({0}), rows({end}), rows({1}), value},
             {{"shrink_axis_mask", shrink}});
  };
  assign(Tensor::scalar(9.0F), 2, 0);
  EXPECT_EQ(current(v), (Floats{9, 9, 9, 9, 5, 6}));
  assign(Tensor::vector<float>({7, 8}), 2, 0);
  EXPECT_EQ(current(v), (Floats{7, 8, 7, 8, 5, 6}));
  assign(Tensor::scalar(0.0F), 1, 1);
  EXPECT_EQ(current(v), (Floats{0, 0, 7, 8, 5, 6}));
  EXPECT_THROW(assign(Tensor::vector<float>({1, 2, 3}), 2, 0), InvalidArgumentError);
}

TEST(ResourceScatter, RowsByIndex) {
  const Tensor v = matrix_variable();
  emit_all("ResourceScatterAdd", {v, rows({2, 0, 2}), Tensor::scalar(1.0F)});
  EXPECT_EQ(current(v), (Floats{2, 3, 3, 4, 7, 8}));
  emit_all("ResourceScatterUpdate", {v, rows({1}), Tensor::of<float>({0, -1}, Shape{1, 2})});
  EXPECT_EQ(current(v), (Floats{2, 3, 0, -1, 7, 8}));
  EXPECT_THROW(emit_all("ResourceScatterAdd", {v, rows({3}), Tensor::scalar(1.0F)}),
               InvalidArgumentError);
  EXPECT_THROW(emit_all("ResourceScatterAdd", {v, rows({0}), Tensor::vector<float>({1})}),
               InvalidArgumentError);
  EXPECT_EQ(current(v), (Floats{2, 3, 0, -1, 7, 8}));
}

TEST(ResourceScatter, CoordinatesAllOrNone) {
  const Tensor v = matrix_variable();
  const Value outside = Tensor::vector<int32_t>({0, 1, 5, 0}).reshaped(Shape{2, 2});
  const Value updates = Tensor::vector<float>({10, 20});
  EXPECT_THROW(emit_all("ResourceScatterNdAdd", {v, outside, updates}), InvalidArgumentError);
  EXPECT_EQ(current(v), (Floats{1, 2, 3, 4, 5, 6}));
  emit_all("ResourceScatterNdAdd", {v, outside, updates}, {{"bad_indices_policy", "IGNORE"}});
  EXPECT_EQ(current(v), (Floats{1, 12, 3, 4, 5, 6}));
}

TEST(ResourceGather, RowsByIndex) {
  const Tensor v = matrix_variable();
  const AttrMap floats{{"dtype", DType::float32}};
  EXPECT_EQ(emit("ResourceGather", {v, rows({2, 0})}, floats).to_vector<float>(),
            (Floats{5, 6, 1, 2}));
  EXPECT_EQ(emit("ResourceGather", {v, rows({})}, floats).shape(), (Shape{0, 2}));
  EXPECT_THROW(emit("ResourceGather", {v, rows({-1})}, floats), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
