#include "keras/layers/ragged_call.h"

#include <algorithm>
#include <array>

#include "base/fail.h"
#include "keras/core/ragged.h"
#include "keras/layers/rnn_cell.h"

namespace rill::keras {
namespace {

constexpr std::array<std::string_view, 16> kItemByItem = {
    "Activation",      "Dense",         "Discretization",  "Dropout",     "ELU",       "Embedding",
    "Hashing",         "LeakyReLU",     "PReLU",           "ReLU",        "Rescaling", "Softmax",
    "ThresholdedReLU", "GaussianNoise", "GaussianDropout", "AlphaDropout"};

// Rows filled up with zeros, and a mask of what is none.
Layer::Result along_time(Layer& layer, const RunsAlongTime* runs, const Ragged& x,
                         const CallContext& context) {
  if (x.splits.size() != 1) {
    fail(Code::unimplemented, "layer ", quoted(layer.name()), " (", layer.class_name(),
         ") on several ragged dimensions");
  }
  const Value dense = ragged_to_dense(x, usual_filling(x.values.dtype()));
  const Value lengths = row_lengths(x.splits[0]);
  const op::Dim steps = op::dim(dense, 1);
  const Value end =
      steps.size >= 0 ? Value(Tensor::scalar(steps.size)) : op::cast(steps.value, DType::int64);
  const Value places = emit("Range", {Tensor::scalar(int64_t{0}), end, Tensor::scalar(int64_t{1})});
  const Value mask = op::binary("Less", places, op::expand_dims(lengths, 1));
  CallContext inner = context;
  inner.masks = std::span<const Value>(&mask, 1);
  Layer::Result result = layer.apply({dense}, inner);
  result.masks.clear();
  if (!runs || !runs->return_sequences()) return result;
  Value& sequence = result.outputs[0];
  if (runs->go_backwards()) sequence = op::reverse(sequence, {1});
  Ragged rows = ragged_from_lengths(sequence, lengths);
  if (runs->go_backwards()) rows = with_rows_reversed(rows);
  sequence = rows.packed();
  return result;
}

bool returns_sequences(const Layer& wrapper) {
  for (const auto& [attribute, inside] : wrapper.sublayers()) {
    const auto* runs = dynamic_cast<const RunsAlongTime*>(inside.get());
    if (runs && runs->return_sequences()) return true;
  }
  return false;
}

}  // namespace

Layer::Result apply_to_ragged(Layer& layer, const Values& inputs, const CallContext& context) {
  const std::string name = layer.class_name();
  const bool by_item = std::find(kItemByItem.begin(), kItemByItem.end(), name) != kItemByItem.end();
  const auto* runs = dynamic_cast<const RunsAlongTime*>(&layer);
  const bool distributed = name == "TimeDistributed";
  const bool both_ways = name == "Bidirectional" && !returns_sequences(layer);
  if (inputs.size() != 1 || !(by_item || runs || distributed || both_ways)) {
    fail(Code::unimplemented, "layer ", quoted(layer.name()), " (", name, ") on ragged tensors");
  }
  const Ragged x = unpack_ragged(inputs[0]);
  if (runs || both_ways) return along_time(layer, runs, x, context);
  CallContext inner = context;
  inner.masks = {};
  Layer& called = distributed ? *layer.sublayers().at(0).second : layer;
  Layer::Result result = called.apply({x.values}, inner);
  result.masks.clear();
  for (Value& y : result.outputs) y = x.with(y).packed();
  return result;
}

}  // namespace rill::keras
