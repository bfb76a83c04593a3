// Scales and shifts by constants after a convolution or product go into its filter and bias: batch
// normalisation with fixed statistics, and what it is written out as (Mul, Sub, AddV2, ...).
//
//   scale * (x . W + b) + shift  =  x . (W * scale) + (b * scale + shift)
//
// W * scale stays a node: the plan folds it when it packs the filter, so that at no time a third
// copy of all weights lies in memory.
#include <cmath>

#include "passes/linear.h"
#include "passes/passes.h"

namespace rill::passes {
namespace {

// value * scale + shift, one of each a channel.
struct Affine {
  std::vector<float> scale;  // empty: 1
  std::vector<float> shift;  // empty: 0
  Endpoint x;
};

bool match_batch_norm(const Rewriter& graph, const Node& node, Affine& out) {
  if (attr_or(node, "is_training", true) || graph.dtype({node.id, 0}) != DType::float32)
    return false;
  if (attr_or<std::string>(node, "data_format", "NHWC") != "NHWC") return false;
  if (!graph.only_output({node.id, 0})) return false;
  const Tensor* parameters[4];
  for (size_t i = 0; i < 4; ++i) {
    parameters[i] = graph.constant(node.inputs[i + 1]);
    if (parameters[i] == nullptr || parameters[i]->dtype() != DType::float32 ||
        parameters[i]->rank() != 1 || parameters[i]->size() != parameters[0]->size()) {
      return false;
    }
  }
  const float epsilon = attr_or(node, "epsilon", 1e-4f);
  const auto channels = static_cast<size_t>(parameters[0]->size());
  out.scale.resize(channels);
  out.shift.resize(channels);
  for (size_t c = 0; c < channels; ++c) {
    const float scale =
        parameters[0]->flat<float>()[c] / std::sqrt(parameters[3]->flat<float>()[c] + epsilon);
    out.scale[c] = scale;
    out.shift[c] = parameters[1]->flat<float>()[c] - parameters[2]->flat<float>()[c] * scale;
  }
  out.x = node.inputs[0];
  return true;
}

bool match_arithmetic(const Rewriter& graph, const Node& node, Affine& out) {
  if (graph.dtype({node.id, 0}) != DType::float32) return false;
  const bool commutes = is_one_of(node.op, {"Mul", "Add", "AddV2"});
  for (const size_t side : {size_t{1}, size_t{0}}) {
    if (side == 0 && !commutes && node.op != "Sub") return false;
    const Tensor* value = graph.constant(node.inputs[side]);
    if (value == nullptr) continue;
    const Endpoint x = node.inputs[1 - side];
    Linear linear;
    if (!match_linear(graph, x, linear)) continue;
    std::vector<float> v =
        per_channel(*value, graph.shape(x), output_channels(graph, linear.product));
    if (v.empty()) continue;
    out.x = x;
    if (node.op == "Mul") {
      out.scale = std::move(v);
    } else if (is_one_of(node.op, {"RealDiv", "Div"})) {
      for (float& f : v) f = 1.0f / f;
      out.scale = std::move(v);
    } else if (node.op == "Sub" && side == 0) {  // c - x
      out.scale.assign(v.size(), -1.0f);
      out.shift = std::move(v);
    } else {
      if (node.op == "Sub") {
        for (float& f : v) f = -f;
      }
      out.shift = std::move(v);
    }
    return true;
  }
  return false;
}

// The scale in a shape that broadcasts against the filter along its output channels.
Tensor scale_for_filter(const Node& product, const Shape& filter, const std::vector<float>& scale) {
  const auto channels = static_cast<int64_t>(scale.size());
  if (product.op == "MatMul" && attr_or(product, "transpose_b", false)) {
    return Tensor::of(scale, {channels, 1});
  }
  if (product.op == "DepthwiseConv2dNative") return Tensor::of(scale, {filter[2], filter[3]});
  return Tensor::vector(scale);
}

void fold(Rewriter& graph, int id, const Affine& affine) {
  Linear linear;
  if (!match_linear(graph, affine.x, linear) || !graph.melts(affine.x)) return;
  const int64_t channels = output_channels(graph, linear.product);
  const auto n = static_cast<size_t>(channels);
  if (channels <= 0 || (!affine.scale.empty() && affine.scale.size() != n) ||
      (!affine.shift.empty() && affine.shift.size() != n)) {
    return;
  }
  const Node& product = graph.node(linear.product);
  const Tensor* filter = graph.constant(product.inputs[1]);
  // Products of constants that an earlier round left here count as constant too.
  const bool scaled_before = graph.node(product.inputs[1]).op == "Mul" &&
                             graph.melts(product.inputs[1]) &&
                             graph.constant(graph.node(product.inputs[1]).inputs[0]) != nullptr &&
                             graph.constant(graph.node(product.inputs[1]).inputs[1]) != nullptr;
  if (!affine.scale.empty() && filter == nullptr && !scaled_before) return;
  std::vector<float> bias(n, 0.0f);
  if (linear.has_bias()) {
    const Tensor* before = graph.constant(linear.bias);
    if (before == nullptr || before->size() != channels) return;
    bias.assign(before->flat<float>().begin(), before->flat<float>().end());
  }
  for (size_t c = 0; c < n; ++c) {
    if (!affine.scale.empty()) bias[c] *= affine.scale[c];
    if (!affine.shift.empty()) bias[c] += affine.shift[c];
  }
  const std::string name = product.name;
  if (!affine.scale.empty()) {
    const Shape shape = graph.shape(product.inputs[1]);
    if (scaled_before) {
      const Node& mul = graph.node(product.inputs[1]);
      Tensor scale = graph.constant(mul.inputs[1])->clone();
      for (size_t c = 0; c < n; ++c) scale.data<float>()[c] *= affine.scale[c];
      graph.set_input(mul.id, 1, graph.add_constant(name + "/scale", scale));
    } else {
      const Tensor scale = scale_for_filter(product, shape, affine.scale);
      const Endpoint constant = graph.add_constant(name + "/scale", scale);
      graph.set_input(product.id, 1,
                      graph.add("Mul", name + "/scaled", {product.inputs[1], constant},
                                {{"T", DType::float32}}));
    }
  }
  // A scale alone needs no bias.
  const bool needs_bias = linear.has_bias() || !affine.shift.empty();
  Endpoint result = linear.product;
  if (needs_bias) {
    result = graph.add("BiasAdd", graph.node(id).name,
                       {linear.product, graph.add_constant(name + "/bias", Tensor::vector(bias))},
                       {{"T", DType::float32}});
  }
  graph.replace({id, 0}, result);
}

}  // namespace

void fold_batch_norm(ProgramGraph& program) {
  Rewriter graph(program);
  for (const int id : graph.order()) {
    if (!graph.alive(id)) continue;
    const Node& node = graph.node(id);
    if (!node.controls.empty()) continue;
    Affine affine;
    if (is_one_of(node.op, {"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"})
            ? match_batch_norm(graph, node, affine)
            : is_one_of(node.op, {"Mul", "RealDiv", "Div", "Sub", "Add", "AddV2"}) &&
                  match_arithmetic(graph, node, affine)) {
      fold(graph, id, affine);
    }
  }
}

}  // namespace rill::passes
