#include "contract/gradient_cases.h"

namespace rill::test {
namespace {

void add_views(GradientCases& cases) {
  cases.add({.op = "Identity", .inputs = {real({2})}});
  cases.add({.op = "IdentityN", .inputs = {real({2}), real({3})}});
  cases.add({.op = "DebugGradientIdentity", .inputs = {real({2})}});
  cases.add({.op = "EnsureShape", .inputs = {real({2, 3})}, .attrs = {{"shape", Shape{-1, 3}}}});
  cases.add(
      {.op = "PlaceholderWithDefault", .inputs = {real({2})}, .attrs = {{"shape", Shape{2}}}});
  cases.add({.op = "CheckNumerics", .inputs = {real({2})}, .attrs = {{"message", "m"}}});
  cases.add({.op = "CheckNumericsV2", .inputs = {real({2})}, .attrs = {{"message", "m"}}});
  cases.add({.op = "Print", .inputs = {real({2}), number(1)}, .attrs = {{"first_n", 0}}});
  cases.add({"XlaSharding", {real({2, 3})}});
  cases.leave_out("PreventGradient", "it refuses; see identity_test");
  cases.leave_out("RefIdentity", "refs do not run eagerly; the same as Identity");
  cases.add({.op = "Reshape", .inputs = {real({2, 6}), ints({3, 4})}});
  cases.add({.op = "Reshape", .inputs = {real({0, 6}), ints({3, 0})}});
  cases.add({.op = "Squeeze", .inputs = {real({1, 3, 1})}});
  cases.add({.op = "ExpandDims", .inputs = {real({2, 3}), number(-1)}});
  cases.add({.op = "BroadcastTo", .inputs = {real({2, 1, 3}), ints({4, 2, 2, 3})}});
  cases.add({.op = "Fill", .inputs = {ints({2, 3}), real({})}});
  cases.add({.op = "Diag", .inputs = {real({2, 2})}});
  cases.add({.op = "DiagPart", .inputs = {real({2, 2, 2, 2})}});
}

void add_joins(GradientCases& cases) {
  cases.add({.op = "Concat", .inputs = {number(1), real({2, 3}), real({2, 1})}});
  cases.add({.op = "ConcatV2", .inputs = {real({2, 3}), real({1, 3}), real({0, 3}), number(0)}});
  cases.add({.op = "ConcatV2", .inputs = {real({2, 3}), real({2, 1}), number(-1)}});
  cases.add({.op = "Pack", .inputs = {real({2, 3}), real({2, 3})}, .attrs = {{"axis", 1}}});
  cases.add({.op = "Pack", .inputs = {real({}), real({})}, .attrs = {{"axis", -1}}});
  cases.add({.op = "Unpack", .inputs = {real({2, 3})}, .attrs = {{"num", 3}, {"axis", -1}}});
  cases.add({.op = "Split", .inputs = {number(-1), real({2, 6})}, .attrs = {{"num_split", 3}}});
  cases.add({.op = "Split", .inputs = {number(0), real({2, 6})}, .attrs = {{"num_split", 1}}});
  cases.add({.op = "SplitV",
             .inputs = {real({2, 6}), ints({1, 2, 3}), number(1)},
             .attrs = {{"num_split", 3}}});
  cases.add({.op = "DynamicPartition",
             .inputs = {real({4, 2}), ints({0, 2, 0, 1})},
             .attrs = {{"num_partitions", 3}}});
  cases.add({.op = "DynamicPartition",
             .inputs = {real({2, 2, 3}), ints({1, 0, 1, 1}, {2, 2})},
             .attrs = {{"num_partitions", 2}}});
  for (const char* op : {"DynamicStitch", "ParallelDynamicStitch"}) {
    cases.add({.op = op,
               .inputs = {ints({0, 3}), ints({2, 1}), real({2, 2}), real({2, 2})},
               .attrs = {{"N", 2}}});
    cases.add({.op = op,
               .inputs = {number(0), ints({2, 1}, {1, 2}), real({2}), real({1, 2, 2})},
               .attrs = {{"N", 2}}});
  }
}

void add_moves(GradientCases& cases) {
  cases.add({.op = "Transpose", .inputs = {real({2, 3, 4}), ints({2, 0, 1})}});
  cases.add({.op = "ConjugateTranspose", .inputs = {complex({2, 3}), ints({1, 0})}});
  cases.add({.op = "Transpose", .inputs = {complex({2, 3}), longs({1, 0})}});
  cases.add({.op = "Tile", .inputs = {real({2, 3}), ints({2, 3})}});
  cases.add({.op = "Tile", .inputs = {real({2}), longs({3})}});
  cases.add({.op = "Tile", .inputs = {real({}), ints({})}});
  cases.add({.op = "Pad", .inputs = {real({2, 3}), ints({1, 2, 0, 1}, {2, 2})}});
  cases.add({.op = "PadV2",
             .inputs = {real({2, 3}), longs({1, 2, 0, 1}, {2, 2}), real({})},
             .without = {2}});
  for (const char* mode : {"REFLECT", "SYMMETRIC"}) {
    const AttrMap attrs = {{"mode", mode}};
    cases.add(
        {.op = "MirrorPad", .inputs = {real({3, 3}), ints({1, 2, 0, 1}, {2, 2})}, .attrs = attrs});
    cases.add({.op = "MirrorPadGrad",
               .inputs = {real({6, 4}), ints({1, 2, 0, 1}, {2, 2})},
               .attrs = attrs});
  }
  cases.add(
      {.op = "Reverse", .inputs = {real({2, 3}), Tensor::vector(std::vector<bool>{false, true})}});
  cases.add({.op = "ReverseV2", .inputs = {real({2, 3}), ints({-1})}});
  cases.add({.op = "ReverseSequence",
             .inputs = {real({3, 4}), ints({1, 4, 2})},
             .attrs = {{"seq_dim", 1}, {"batch_dim", 0}}});
  cases.add({.op = "Roll", .inputs = {real({3, 4}), ints({1, -2}), ints({0, 1})}});
  cases.add({.op = "SpaceToBatch",
             .inputs = {real({1, 4, 2, 1}), ints({0, 0, 1, 1}, {2, 2})},
             .attrs = {{"block_size", 2}}});
  cases.add({.op = "BatchToSpace",
             .inputs = {real({4, 2, 2, 1}), ints({0, 0, 1, 1}, {2, 2})},
             .attrs = {{"block_size", 2}}});
  cases.add({.op = "SpaceToBatchND", .inputs = {real({1, 4, 3}), ints({2}), ints({1, 1}, {1, 2})}});
  cases.add({.op = "BatchToSpaceND", .inputs = {real({2, 3, 2}), ints({2}), ints({1, 1}, {1, 2})}});
  for (const char* format : {"NHWC", "NCHW"}) {
    const AttrMap attrs = {{"block_size", 2}, {"data_format", format}};
    cases.add({.op = "SpaceToDepth", .inputs = {real({1, 2, 2, 2})}, .attrs = attrs});
    cases.add({.op = "DepthToSpace", .inputs = {real({1, 4, 1, 4})}, .attrs = attrs});
  }
}

void add_slices(GradientCases& cases) {
  cases.add({.op = "Slice", .inputs = {real({3, 4}), ints({1, 0}), ints({2, -1})}});
  cases.add({.op = "Slice", .inputs = {real({3, 4}), longs({0, 1}), longs({0, 2})}});
  const AttrMap masks = {{"begin_mask", 1}, {"shrink_axis_mask", 2}, {"new_axis_mask", 4}};
  const Tensor begin = ints({5, -1, 0}), end = ints({-4, 0, 0}), strides = ints({-2, 1, 1});
  cases.add({.op = "StridedSlice", .inputs = {real({4, 3}), begin, end, strides}, .attrs = masks});
  cases.add(
      {.op = "StridedSlice", .inputs = {real({4, 3}), ints({0, 1}), ints({4, 3}), ints({2, 1})}});
  cases.add({.op = "StridedSliceGrad",
             .inputs = {ints({4, 3}), begin, end, strides, real({2, 1})},
             .attrs = masks});
  cases.add({.op = "TensorStridedSliceUpdate",
             .inputs = {real({4, 3}), ints({0, 1}), ints({4, 3}), ints({2, 1}), real({2, 2})}});
}

void add_gathers(GradientCases& cases) {
  cases.add({.op = "Gather", .inputs = {real({4, 2}), ints({1, 3, 1})}});
  cases.add({.op = "Gather", .inputs = {real({4}), longs({1, 3, 1, 0}, {2, 2})}});
  const AttrMap one = {{"batch_dims", 1}}, last = {{"batch_dims", -1}};
  const Tensor pairs = ints({1, 0, 2, 2}, {2, 2});
  // A constant axis and known ranks are asked for.
  const auto add = [&](Values inputs, AttrMap attrs = {}) {
    cases.add({.op = "GatherV2",
               .inputs = std::move(inputs),
               .attrs = std::move(attrs),
               .unknown_rank = false});
  };
  add({real({4, 2}), ints({1, 3, 1, 0}, {2, 2}), number(0)});
  add({real({4, 2}), number(2), number(0)});
  add({real({2, 3, 2}), ints({2, 0, 2}), number(1)});
  add({real({2, 3, 4}), pairs, number(-1)});
  add({real({2, 3, 4}), longs({1, 0, 2, 2}, {2, 2}), number(1)}, one);
  add({real({2, 3, 4}), pairs, number(2)}, one);
  add({real({2, 3, 4}), pairs, number(1)}, last);
  add({real({2, 2, 3}), ints({0, 1, 2, 0}, {2, 2}), number(2)}, {{"batch_dims", 2}});
  cases.add({.op = "GatherNd", .inputs = {real({3, 4}), ints({0, 1, 2, 2, 0, 1}, {3, 2})}});
  cases.add({.op = "GatherNd", .inputs = {real({3, 2}), ints({2, 0, 2}, {3, 1})}});
  cases.add({.op = "GatherNd", .inputs = {real({3, 2}), longs({2, 0}, {1, 2, 1})}});

  const Tensor rows = ints({1, 0, 3}, {3, 1}), twice = ints({1, 0, 1}, {3, 1});
  cases.add({.op = "ScatterNd", .inputs = {twice, real({3, 2}), ints({4, 2})}});
  for (const char* op : {"ScatterNdNonAliasingAdd", "TensorScatterAdd", "TensorScatterSub"}) {
    cases.add({.op = op, .inputs = {real({4, 2}), twice, real({3, 2})}});
  }
  for (const char* op : {"TensorScatterUpdate", "TensorScatterMin", "TensorScatterMax"}) {
    cases.add({.op = op, .inputs = {real({4, 2}), rows, real({3, 2})}});
  }
}

}  // namespace

void register_array_gradients(GradientCases& cases) {
  add_views(cases);
  add_joins(cases);
  add_moves(cases);
  add_slices(cases);
  add_gathers(cases);
}

}  // namespace rill::test
