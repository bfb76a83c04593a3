// What flows back to the handle of a variable.
#include <gtest/gtest.h>

#include "contract/gradient_cases.h"
#include "op/import.h"
#include "op/indexed_slices.h"
#include "op/registry.h"

namespace rill::test {
namespace {

Tensor make_variable(const Tensor& value) {
  static int made = 0;
  const Tensor handle = emit("VarHandleOp", {},
                             {{"dtype", value.dtype()},
                              {"shape", value.shape()},
                              {"shared_name", str("gradient_test_", ++made)},
                              {"container", ""}});
  emit_all("AssignVariableOp", {handle, value});
  return handle;
}

// The gradient for the handle, as it comes.
Value to_handle(const std::string& op, const Values& inputs, const AttrMap& attrs,
                const Tensor& flowing) {
  const OpDef& def = require_op(op);
  const Values outputs = emit_all(op, inputs, attrs);
  EXPECT_EQ(outputs[0].shape(), flowing.shape());
  return def.gradient(CallContext(def, attrs, inputs, outputs, {flowing})).at(0);
}

void expect_rows(const Tensor& dense, const std::vector<double>& expected) {
  EXPECT_EQ(dense.to_vector<double>(), expected);
}

const AttrMap kRead = {{"dtype", DType::float64}};
const AttrMap kGather = {{"dtype", DType::float64},
                         {"Tindices", DType::int32},
                         {"batch_dims", 0},
                         {"validate_indices", true}};

TEST(VariableGradients, ReadingPassesOn) {
  const Tensor flowing = doubles({1, 2, 3, 4, 5, 6}, {3, 2});
  const Value found = to_handle("ReadVariableOp", {make_variable(real({3, 2}))}, kRead, flowing);
  expect_rows(found, {1, 2, 3, 4, 5, 6});
}

TEST(VariableGradients, GatheringGivesSlices) {
  const Tensor handle = make_variable(real({4, 2}));
  const Value one = to_handle("ResourceGather", {handle, ints({2, 0, 2})}, kGather,
                              doubles({1, 2, 3, 4, 5, 6}, {3, 2}));
  ASSERT_TRUE(is_indexed_slices(one));
  EXPECT_EQ(indexed_slices(one).values.shape(), (Shape{3, 2}));
  expect_rows(densify(one), {3, 4, 0, 0, 6, 8, 0, 0});
  const Value matrix = to_handle("ResourceGather", {handle, ints({2, 0, 2, 1}, {2, 2})}, kGather,
                                 doubles({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2}));
  ASSERT_TRUE(is_indexed_slices(matrix));
  EXPECT_EQ(indexed_slices(matrix).indices.shape(), (Shape{4}));
  expect_rows(densify(matrix), {3, 4, 7, 8, 6, 8, 0, 0});
  const Value none = to_handle("ResourceGather", {handle, ints({}, {0})}, kGather,
                               Tensor::zeros(DType::float64, {0, 2}));
  expect_rows(densify(none), std::vector<double>(8, 0));
}

TEST(VariableGradients, GatherNdIsSparseForRowsOnly) {
  const Tensor handle = make_variable(real({3, 2}));
  const AttrMap attrs = {{"dtype", DType::float64}, {"Tindices", DType::int32}};
  const Value rows = to_handle("ResourceGatherNd", {handle, ints({2, 2}, {2, 1})}, attrs,
                               doubles({1, 2, 3, 4}, {2, 2}));
  ASSERT_TRUE(is_indexed_slices(rows));
  expect_rows(densify(rows), {0, 0, 0, 0, 4, 6});
  const Value items = to_handle("ResourceGatherNd", {handle, ints({2, 1, 0, 0}, {2, 2})}, attrs,
                                doubles({5, 7}, {2}));
  EXPECT_FALSE(is_indexed_slices(items));
  expect_rows(items, {7, 0, 0, 0, 0, 5});
}

}  // namespace
}  // namespace rill::test
