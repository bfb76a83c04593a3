#include "passes/linear.h"

namespace rill::passes {
namespace {

bool is_product(const Rewriter& graph, Endpoint e) {
  const Node& node = graph.node(e);
  if (e.output != 0 || !node.controls.empty() || graph.dtype(e) != DType::float32) return false;
  if (node.op == "MatMul") {
    return graph.dtype(node.inputs[0]) == DType::float32 &&
           graph.dtype(node.inputs[1]) == DType::float32;
  }
  if (!is_one_of(node.op, {"Conv2D", "DepthwiseConv2dNative"})) return false;
  return attr_or<std::string>(node, "data_format", "NHWC") == "NHWC";
}

}  // namespace

bool match_linear(const Rewriter& graph, Endpoint e, Linear& out) {
  out = {};
  if (is_product(graph, e)) {
    out.product = e;
    return true;
  }
  const Node& node = graph.node(e);
  if (node.op != "BiasAdd" || !node.controls.empty()) return false;
  if (attr_or<std::string>(node, "data_format", "NHWC") != "NHWC") return false;
  if (!is_product(graph, node.inputs[0]) || !graph.melts(node.inputs[0])) return false;
  out.product = node.inputs[0];
  out.bias = node.inputs[1];
  return true;
}

int64_t output_channels(const Rewriter& graph, Endpoint product) {
  const Node& node = graph.node(product);
  const Shape filter = graph.shape(node.inputs[1]);
  if (!filter.is_fully_defined()) return -1;
  if (node.op == "MatMul") {
    return filter.rank() == 2 ? filter[attr_or(node, "transpose_b", false) ? 0 : 1] : -1;
  }
  if (filter.rank() != 4) return -1;
  return node.op == "Conv2D" ? filter[3] : filter[2] * filter[3];
}

std::vector<float> per_channel(const Tensor& value, const Shape& x, int64_t channels) {
  if (value.dtype() != DType::float32 || !x.has_rank() || x.rank() == 0 || channels <= 0) return {};
  const Shape& shape = value.shape();
  if (shape.rank() > x.rank() || (value.size() != 1 && value.size() != channels)) return {};
  if (value.size() == channels && (shape.rank() == 0 || shape.back() != channels)) return {};
  const std::span<const float> given = value.flat<float>();
  if (value.size() == 1) return std::vector<float>(static_cast<size_t>(channels), given[0]);
  return {given.begin(), given.end()};
}

}  // namespace rill::passes
