// Bias, residual sum and activation are applied while the result of the convolution or product is
// still in the cache:
//
//   Relu(AddV2(BiasAdd(Conv2D(x, w), b), y))  ->  _FusedConv2D(x, w, b, y) {BiasAdd, Add, Relu}
#include <map>

#include "passes/linear.h"
#include "passes/passes.h"

namespace rill::passes {
namespace {

bool is_activation(const std::string& op) {
  return is_one_of(op, {"Relu", "Relu6", "Elu", "LeakyRelu", "Sigmoid", "Tanh", "Selu", "Softplus",
                        "_Gelu", "_GeluApproximate", "_Swish", "_HardSwish"});
}

const char* fused_name(const std::string& op) {
  if (op == "Conv2D") return "_FusedConv2D";
  if (op == "DepthwiseConv2dNative") return "_FusedDepthwiseConv2dNative";
  return "_FusedMatMul";
}

class Fuser {
 public:
  explicit Fuser(ProgramGraph& program) : graph_(program) {
    for (const int id : graph_.order()) {
      position_[id] = static_cast<int>(position_.size());
    }
  }

  void run() {
    std::vector<int> order = graph_.order();
    // The last node of a chain first: it takes the whole chain.
    for (size_t i = order.size(); i-- > 0;) {
      if (graph_.alive(order[i])) fuse(order[i]);
    }
  }

 private:
  struct Chain {
    Linear linear;
    Endpoint residual;  // node < 0: none
    const Node* activation = nullptr;
  };

  void fuse(int id) {
    const Node& node = graph_.node(id);
    if (!node.controls.empty() || node.output_dtypes.size() != 1 ||
        node.output_dtypes[0] != DType::float32) {
      return;
    }
    Chain chain;
    Endpoint at{id, 0};
    if (is_activation(node.op)) {
      chain.activation = &node;
      at = node.inputs[0];
      if (!graph_.melts(at)) return;
    }
    if (!match_sum(at, chain) && !match_linear(graph_, at, chain.linear)) return;
    if (at.node == chain.linear.product.node && chain.activation == nullptr) return;
    replace(id, chain);
  }

  // linear + residual of the same shape.
  bool match_sum(Endpoint at, Chain& chain) {
    const Node& sum = graph_.node(at);
    if (!is_one_of(sum.op, {"Add", "AddV2"}) || !sum.controls.empty()) return false;
    int best = -1;
    for (int side = 0; side < 2; ++side) {
      const Endpoint a = sum.inputs[static_cast<size_t>(side)];
      const Endpoint b = sum.inputs[static_cast<size_t>(1 - side)];
      Linear linear;
      if (!graph_.melts(a) || !match_linear(graph_, a, linear) || !linear.has_bias()) continue;
      if (!bias_is_vector(linear) || !same_shape(a, b) || graph_.constant(b) != nullptr) continue;
      // Of two, the later one: the other is there by then.
      const int when = position(linear.product.node);
      if (when <= best) continue;
      best = when;
      chain.linear = linear;
      chain.residual = b;
    }
    return best >= 0;
  }

  int position(int id) const {
    const auto it = position_.find(id);
    return it == position_.end() ? 0 : it->second;
  }

  bool bias_is_vector(const Linear& linear) const {
    const Shape bias = graph_.shape(linear.bias);
    return bias.rank() == 1;
  }

  // Equal for every run: all dimensions but the first are known and equal, and the first, when it
  // is not known, comes from the same tensor.
  bool same_shape(Endpoint a, Endpoint b) {
    const Shape x = graph_.shape(a);
    const Shape y = graph_.shape(b);
    if (!x.has_rank() || !(x == y) || x.rank() == 0) return false;
    for (int i = 1; i < x.rank(); ++i) {
      if (x[i] < 0) return false;
    }
    return x[0] >= 0 || batch_source(a) == batch_source(b);
  }

  // The tensor that the first dimension comes from.
  Endpoint batch_source(Endpoint e) {
    if (const auto it = batch_.find(e); it != batch_.end()) return it->second;
    std::vector<Endpoint> path;
    Endpoint at = e;
    while (!batch_.contains(at)) {
      const Node& node = graph_.node(at);
      const bool keeps = at.output == 0 &&
                         is_one_of(node.op, {"Conv2D",
                                             "DepthwiseConv2dNative",
                                             "BiasAdd",
                                             "Relu",
                                             "Relu6",
                                             "Elu",
                                             "Selu",
                                             "LeakyRelu",
                                             "Sigmoid",
                                             "Tanh",
                                             "Softplus",
                                             "FusedBatchNorm",
                                             "FusedBatchNormV2",
                                             "FusedBatchNormV3",
                                             "MaxPool",
                                             "AvgPool",
                                             "Identity",
                                             "_FusedConv2D",
                                             "_FusedDepthwiseConv2dNative",
                                             "_Gelu",
                                             "_GeluApproximate",
                                             "_Swish",
                                             "_HardSwish",
                                             "Pad",
                                             "PadV2",
                                             "Mean",
                                             "_RillLayerNorm",
                                             "Softmax"}) &&
                         !moves_batch(node);
      const bool sums = is_one_of(node.op, {"Add", "AddV2", "Mul", "Sub"});
      const bool product =
          is_one_of(node.op, {"MatMul", "_FusedMatMul"}) && !attr_or(node, "transpose_a", false);
      if (keeps || product) {
        path.push_back(at);
        at = node.inputs[0];
        continue;
      }
      if (sums && graph_.shape(node.inputs[0]) == graph_.shape(node.inputs[1]) && depth_ < 200) {
        ++depth_;
        const Endpoint left = batch_source(node.inputs[0]);
        const Endpoint right = batch_source(node.inputs[1]);
        --depth_;
        batch_[at] = left == right ? left : at;
        break;
      }
      batch_[at] = at;
    }
    const Endpoint source = batch_.at(at);
    for (const Endpoint& p : path) batch_[p] = source;
    return source;
  }

  bool moves_batch(const Node& node) const {
    if (is_one_of(node.op, {"Pad", "PadV2"})) {
      const Tensor* amounts = graph_.constant(node.inputs[1]);
      if (amounts == nullptr || !is_integer(amounts->dtype()) || amounts->size() < 2) return true;
      const std::vector<int64_t> sides = amounts->to_vector<int64_t>();
      return sides[0] != 0 || sides[1] != 0;
    }
    if (node.op == "Mean") return true;
    return attr_or<std::string>(node, "data_format", "NHWC").substr(0, 1) != "N";
  }

  void replace(int id, const Chain& chain) {
    const Node& product = graph_.node(chain.linear.product);
    const char* op = fused_name(product.op);
    if (!has_op(op)) return;
    std::vector<Endpoint> inputs{product.inputs[0], product.inputs[1]};
    std::vector<std::string> ops;
    if (chain.linear.has_bias()) {
      if (!bias_is_vector(chain.linear)) return;
      inputs.push_back(chain.linear.bias);
      ops.push_back("BiasAdd");
    }
    if (chain.residual.node >= 0) {
      inputs.push_back(chain.residual);
      ops.push_back("Add");
    }
    AttrMap attrs;
    for (const auto& [name, value] : product.attrs) {
      const bool ours = graph_.node(chain.linear.product).def->find_attr(name) != nullptr;
      if (ours && name != "use_cudnn_on_gpu" && name.substr(0, 5) != "grad_")
        attrs.set(name, value);
    }
    if (chain.activation != nullptr) {
      ops.push_back(chain.activation->op);
      if (chain.activation->op == "LeakyRelu") {
        attrs.set("leakyrelu_alpha", attr_or(*chain.activation, "alpha", 0.2f));
      }
    }
    attrs.set("num_args", static_cast<int64_t>(inputs.size()) - 2);
    attrs.set("fused_ops", ops);
    const Endpoint fused = graph_.add(op, graph_.node(id).name, inputs, std::move(attrs));
    position_[fused.node] = position(id);
    graph_.replace({id, 0}, fused);
  }

  Rewriter graph_;
  std::map<int, int> position_;
  std::map<Endpoint, Endpoint> batch_;
  int depth_ = 0;
};

}  // namespace

void fuse_bias_activation(ProgramGraph& program) { Fuser(program).run(); }

}  // namespace rill::passes
