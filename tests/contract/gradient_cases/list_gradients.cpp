// Lists, arrays and variables: functions of tensors that go through them.
#include "contract/gradient_cases.h"
#include "op/variable.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::test {
namespace {

constexpr DType kF64 = DType::float64;

// A number that each element moves differently.
Value weighed_list(const Value& x) { return ops::reduce_sum(ops::square(x) * ops::sin(x + 0.3)); }

Value list_of_rows(const Value& x, const Tensor& element_shape) {
  return emit("TensorListFromTensor", {x, element_shape});
}

Value stack(const Value& list, const Tensor& element_shape) {
  return emit("TensorListStack", {list, element_shape}, {{"element_dtype", kF64}});
}

void add_lists(GradientCases& cases) {
  const Tensor row = ints({2}), any = number(-1);
  cases.add({.name = "stack of a tensor's rows",
             .ops = {"TensorListFromTensor", "TensorListStack"},
             .inputs = {real({3, 2})},
             .run = [=](const Values& in) {
               return weighed_list(stack(list_of_rows(in[0], row), row));
             }});
  cases.add(
      {.name = "items read and set",
       .ops = {"TensorListGetItem", "TensorListSetItem"},
       .inputs = {real({3, 2}), real({2})},
       .run = [=](const Values& in) {
         const Value list = emit("TensorListSetItem", {list_of_rows(in[0], row), number(1), in[1]});
         const auto item = [&](int i) {
           return emit("TensorListGetItem", {list, number(i), row}, {{"element_dtype", kF64}});
         };
         return weighed_list(item(0) * item(1)) + weighed_list(item(2) * item(1));
       }});
  cases.add({.name = "an item set beyond the end",
             .ops = {"TensorListSetItem", "TensorListResize"},
             .inputs = {real({3, 2}), real({2})},
             .run = [=](const Values& in) {
               Value list = emit("TensorListSetItem", {list_of_rows(in[0], row), number(4), in[1]},
                                 {{"resize_if_index_out_of_bounds", true}});
               list = emit("TensorListResize", {list, number(5)});
               return weighed_list(stack(list, row));
             }});
  cases.add({.name = "items pushed and popped",
             .ops = {"TensorListPushBack", "TensorListPopBack"},
             .inputs = {real({2}), real({2})},
             .run = [=](const Values& in) {
               Value list = emit("EmptyTensorList", {row, number(-1)}, {{"element_dtype", kF64}});
               list = emit("TensorListPushBack", {list, in[0]});
               list = emit("TensorListPushBack", {list, in[1]});
               const Values popped =
                   emit_all("TensorListPopBack", {list, row}, {{"element_dtype", kF64}});
               return weighed_list(popped[1] * stack(popped[0], row)) + weighed_list(popped[1]);
             }});
  cases.add({.name = "only the popped item is used",
             .ops = {"TensorListPopBack"},
             .inputs = {real({2, 2})},
             .run = [=](const Values& in) {
               return weighed_list(emit_all("TensorListPopBack", {list_of_rows(in[0], row), row},
                                            {{"element_dtype", kF64}})[1]);
             }});
  cases.add({.name = "gathered items",
             .ops = {"TensorListGather"},
             .inputs = {real({3, 2})},
             .run = [=](const Values& in) {
               return weighed_list(emit("TensorListGather",
                                        {list_of_rows(in[0], row), ints({2, 0}), row},
                                        {{"element_dtype", kF64}}));
             }});
  cases.add(
      {.name = "scattered rows",
       .ops = {"TensorListScatter", "TensorListScatterV2", "TensorListScatterIntoExistingList"},
       .inputs = {real({2, 2}), real({2, 2}), real({2, 2})},
       .run = [=](const Values& in) {
         const Value a = emit("TensorListScatter", {in[0], ints({2, 0}), row});
         const Value b = emit("TensorListScatterV2", {in[1], ints({1, 0}), row, number(3)});
         const Value c = emit("TensorListScatterIntoExistingList", {b, in[2], ints({2, 1})});
         return weighed_list(stack(a, row) * stack(c, row)) + weighed_list(stack(b, row));
       }});
  cases.add({.name = "parts of different lengths",
             .ops = {"TensorListSplit", "TensorListConcat", "TensorListConcatV2"},
             .inputs = {real({5, 2})},
             .run = [=](const Values& in) {
               const Tensor part = ints({-1, 2}), lengths = longs({2, 0, 3});
               const Value list = emit("TensorListSplit", {in[0], part, lengths});
               const Value old = emit("TensorListConcat", {list},
                                      {{"element_dtype", kF64}, {"element_shape", Shape{-1, 2}}});
               return weighed_list(old * emit("TensorListConcatV2", {list, part, lengths},
                                              {{"element_dtype", kF64}}));
             }});
  // Both uses send a list back: they are added, where one of them has elements that are not set.
  cases.add({.name = "lists that add up",
             .ops = {"TensorListGetItem", "TensorListStack"},
             .inputs = {real({3, 2})},
             .run = [=](const Values& in) {
               const Value list = list_of_rows(in[0], row);
               const Value item =
                   emit("TensorListGetItem", {list, number(1), row}, {{"element_dtype", kF64}});
               return weighed_list(stack(list, row)) + weighed_list(item);
             }});
  cases.add({.name = "entries of a map",
             .ops = {"TensorMapInsert", "TensorMapLookup", "TensorMapErase"},
             .inputs = {real({2}), real({2})},
             .run = [=](const Values& in) {
               Value map = emit("EmptyTensorMap", {});
               map = emit("TensorMapInsert", {map, number(1), in[0]});
               map = emit("TensorMapInsert", {map, number(2), in[1]});
               const AttrMap dtype = {{"value_dtype", kF64}};
               map = emit("TensorMapErase", {map, number(1)}, dtype);
               return weighed_list(emit("TensorMapLookup", {map, number(2)}, dtype));
             }});
}

struct Array {
  Value handle, flow;
};

// `form`: "V3", "V2" or nothing, as the names of the ops end.
std::string array_op(const char* verb, const std::string& form) {
  return str("TensorArray", verb, form);
}

Array make_array(int size, const std::string& form) {
  const Values made =
      emit_all(array_op("", form), {number(size)}, {{"dtype", kF64}, {"clear_after_read", false}});
  return {made[0], made.size() > 1 ? made[1] : Value(Tensor::scalar(0.0F))};
}

void add_arrays(GradientCases& cases, const std::string& form) {
  const AttrMap dtype = {{"dtype", kF64}};
  const auto op = [form](const char* verb) { return array_op(verb, form); };
  cases.add(
      {.name = str("array written, read and gathered ", form),
       .ops = {op("Write"), op("Read"), op("Gather")},
       .inputs = {real({2}), real({2})},
       .run = [=](const Values& in) {
         Array a = make_array(2, form);
         a.flow = emit(op("Write"), {a.handle, number(0), in[0], a.flow});
         a.flow = emit(op("Write"), {a.handle, number(1), in[1], a.flow});
         const Value one = emit(op("Read"), {a.handle, number(1), a.flow}, dtype);
         return weighed_list(one * emit(op("Gather"), {a.handle, ints({0, 1}), a.flow}, dtype));
       }});
  cases.add({.name = str("array scattered, split and joined ", form),
             .ops = {op("Scatter"), op("Split"), op("Concat")},
             .inputs = {real({2, 3}), real({5, 3})},
             .run = [=](const Values& in) {
               Array a = make_array(2, form), b = make_array(2, form);
               a.flow = emit(op("Scatter"), {a.handle, ints({1, 0}), in[0], a.flow});
               b.flow = emit(op("Split"), {b.handle, in[1], longs({2, 3}), b.flow});
               return weighed_list(emit(op("Concat"), {a.handle, a.flow}, dtype)) +
                      weighed_list(emit(op("Concat"), {b.handle, b.flow}, dtype));
             }});
}

void add_packed_array(GradientCases& cases) {
  cases.add({.name = "array unpacked and packed",
             .ops = {"TensorArrayUnpack", "TensorArrayPack"},
             .inputs = {real({3, 2})},
             .run = [=](const Values& in) {
               Array a = make_array(3, "");
               a.flow = emit("TensorArrayUnpack", {a.handle, in[0], a.flow});
               return weighed_list(emit("TensorArrayPack", {a.handle, a.flow}, {{"dtype", kF64}}));
             }});
}

}  // namespace

void register_list_gradients(GradientCases& cases) {
  add_lists(cases);
  for (const char* form : {"V3", "V2", ""}) add_arrays(cases, form);
  add_packed_array(cases);
  for (const char* op : {"ReadVariableOp", "ResourceGather", "ResourceGatherNd"}) {
    cases.leave_out(op, "its input is a handle; variable_gradients_test checks it");
  }
}

}  // namespace rill::test
