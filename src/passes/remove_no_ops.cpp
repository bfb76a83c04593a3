// Ops that give back what they get, alone or together with their neighbour.
#include <algorithm>
#include <cmath>

#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {
namespace {

bool is_identity(const std::string& op) {
  return is_one_of(op, {"Identity", "StopGradient", "PreventGradient", "Snapshot", "GuaranteeConst",
                        "DebugGradientIdentity", "PlaceholderWithDefault"});
}

// Certainly the same shape: at most one dimension is not known, and the others say what it is.
bool same_shape(const Shape& a, const Shape& b) {
  if (!a.has_rank() || !(a == b)) return false;
  return std::count(a.begin(), a.end(), -1) <= 1 && std::count(a.begin(), a.end(), 0) == 0;
}

bool permutation(const Rewriter& graph, Endpoint e, std::vector<int64_t>& out) {
  const Tensor* perm = graph.constant(e);
  if (perm == nullptr || perm->rank() != 1 || !is_integer(perm->dtype())) return false;
  out = perm->to_vector<int64_t>();
  const auto n = static_cast<int64_t>(out.size());
  std::vector<char> seen(out.size(), 0);
  for (int64_t& p : out) {
    if (p < 0) p += n;
    if (p < 0 || p >= n || seen[static_cast<size_t>(p)]) return false;
    seen[static_cast<size_t>(p)] = 1;
  }
  return true;
}

bool counts_up(const std::vector<int64_t>& perm) {
  for (size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<int64_t>(i)) return false;
  }
  return true;
}

void drop_transposes(Rewriter& graph, int id) {
  const Node& node = graph.node(id);
  std::vector<int64_t> outer, inner;
  if (!permutation(graph, node.inputs[1], outer)) return;
  if (counts_up(outer)) return graph.replace({id, 0}, node.inputs[0]);
  const Node& before = graph.node(node.inputs[0]);
  if (before.op != "Transpose" || !before.controls.empty()) return;
  if (!permutation(graph, before.inputs[1], inner) || inner.size() != outer.size()) return;
  std::vector<int64_t> both(outer.size());
  for (size_t i = 0; i < both.size(); ++i) both[i] = inner[static_cast<size_t>(outer[i])];
  const Endpoint source = before.inputs[0];
  if (counts_up(both)) return graph.replace({id, 0}, source);
  if (graph.dtype(node.inputs[1]) != DType::int32) return;
  const std::vector<int32_t> perm(both.begin(), both.end());
  const Endpoint made = graph.add_constant(node.name + "/perm", Tensor::vector(perm));
  graph.set_input(id, 1, made);
  graph.set_input(id, 0, source);
}

void drop_reshapes(Rewriter& graph, int id) {
  const Node& node = graph.node(id);
  if (same_shape(graph.shape(node.inputs[0]), graph.shape({id, 0}))) {
    return graph.replace({id, 0}, node.inputs[0]);
  }
  const Node& before = graph.node(node.inputs[0]);
  if (!is_one_of(before.op, {"Reshape", "Squeeze", "ExpandDims"}) || !before.controls.empty())
    return;
  // What the inner one would refuse, it must go on refusing.
  if (!graph.shape(node.inputs[0]).has_rank() || !graph.shape(before.inputs[0]).has_rank()) return;
  graph.set_input(id, 0, before.inputs[0]);
}

// Squeeze(ExpandDims(x, axis), [axis])
void drop_squeeze(Rewriter& graph, int id) {
  const Node& node = graph.node(id);
  const Node& before = graph.node(node.inputs[0]);
  const auto dims = attr_or<std::vector<int64_t>>(node, "squeeze_dims", {});
  if (before.op != "ExpandDims" || !before.controls.empty() || dims.size() != 1) return;
  const Tensor* axis = graph.constant(before.inputs[1]);
  const Shape shape = graph.shape(before.inputs[0]);
  if (axis == nullptr || axis->size() != 1 || !shape.has_rank()) return;
  const int64_t rank = shape.rank() + 1;
  const auto canonical = [&](int64_t a) { return a < 0 ? a + rank : a; };
  if (canonical(axis->item<int64_t>()) != canonical(dims[0])) return;
  graph.replace({id, 0}, before.inputs[0]);
}

// Broadcasting against it changes no shape.
bool broadcasts_into(const Shape& constant, const Shape& x) {
  if (constant.num_elements() != 1) return false;
  return constant.rank() == 0 || (x.has_rank() && constant.rank() <= x.rank());
}

bool all_equal(const Tensor& t, float value) {
  return t.dtype() == DType::float32 && t.size() == 1 && *t.data<float>() == value;
}

// x * 1, x / 1, x - 0, x + -0: exact for every x. (x + 0 is not: -0 + 0 = 0.)
void drop_arithmetic(Rewriter& graph, int id) {
  const Node& node = graph.node(id);
  const bool add = is_one_of(node.op, {"Add", "AddV2"});
  const bool commutes = add || node.op == "Mul";
  for (const size_t side : {size_t{1}, size_t{0}}) {
    if (side == 0 && !commutes) return;
    const Tensor* value = graph.constant(node.inputs[side]);
    const Endpoint x = node.inputs[1 - side];
    if (value == nullptr || !broadcasts_into(value->shape(), graph.shape(x))) continue;
    const bool scales = is_one_of(node.op, {"Mul", "RealDiv", "Div"});
    if (scales ? !all_equal(*value, 1.0f) : !all_equal(*value, 0.0f)) continue;
    if (!scales && std::signbit(*value->data<float>()) != add) continue;
    return graph.replace({id, 0}, x);
  }
}

// Zeros around the image are what a convolution can add itself.
void merge_pad(Rewriter& graph, int id) {
  const Node& conv = graph.node(id);
  const Endpoint from = conv.inputs[0];
  const Node& pad = graph.node(from);
  if (!is_one_of(pad.op, {"Pad", "PadV2"}) || !graph.melts(from)) return;
  if (attr_or<std::string>(conv, "data_format", "NHWC") != "NHWC") return;
  const std::string padding = attr_or<std::string>(conv, "padding", "");
  if (padding != "VALID" && padding != "EXPLICIT") return;
  float value = 0;
  if (pad.op == "PadV2" && (!graph.constant_float(pad.inputs[2], value) || value != 0)) return;
  const Tensor* amounts = graph.constant(pad.inputs[1]);
  if (amounts == nullptr || !(amounts->shape() == Shape{4, 2})) return;
  std::vector<int64_t> sides = amounts->to_vector<int64_t>();
  for (const size_t i : {0, 1, 6, 7}) {
    if (sides[i] != 0) return;
  }
  const auto before = attr_or<std::vector<int64_t>>(conv, "explicit_paddings", {});
  if (padding == "EXPLICIT" && before.size() != 8) return;
  for (size_t i = 0; i < 8; ++i) {
    if (sides[i] < 0 || sides[i] > INT32_MAX) return;
    if (padding == "EXPLICIT") sides[i] += before[i];
  }
  Node& changed = graph.edit(id);
  changed.attrs.set("padding", "EXPLICIT");
  changed.attrs.set("explicit_paddings", sides);
  graph.set_input(id, 0, pad.inputs[0]);
}

}  // namespace

void remove_no_ops(ProgramGraph& program) {
  Rewriter graph(program);
  for (const int id : graph.order()) {
    if (!graph.alive(id)) continue;
    const Node& node = graph.node(id);
    if (!node.controls.empty() || node.def == nullptr) continue;
    if (is_identity(node.op)) {
      graph.replace({id, 0}, node.inputs[0]);
    } else if (node.op == "IdentityN") {
      const std::vector<Endpoint> inputs = node.inputs;
      for (size_t i = 0; i < inputs.size(); ++i) {
        graph.replace({id, static_cast<int>(i)}, inputs[i]);
      }
    } else if (node.op == "Cast") {
      if (graph.dtype(node.inputs[0]) == graph.dtype({id, 0})) {
        graph.replace({id, 0}, node.inputs[0]);
      }
    } else if (node.op == "Transpose") {
      drop_transposes(graph, id);
    } else if (node.op == "Reshape") {
      drop_reshapes(graph, id);
    } else if (node.op == "Squeeze") {
      drop_squeeze(graph, id);
    } else if (is_one_of(node.op, {"Mul", "RealDiv", "Div", "Sub", "Add", "AddV2"})) {
      drop_arithmetic(graph, id);
    } else if (is_one_of(node.op, {"Conv2D", "DepthwiseConv2dNative"})) {
      merge_pad(graph, id);
    }
  }
}

}  // namespace rill::passes
