// Functions that exporters write out, put back together: gelu, swish, hard swish, layer
// normalisation; and the reshape behind a product (Keras' Dense on more than two dimensions) moves
// behind bias and activation, so that these melt into the product.
#include <cmath>

#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {
namespace {

class Matcher {
 public:
  explicit Matcher(Rewriter& graph) : graph_(graph) {}

  // `e` is this op, float32, without control inputs.
  const Node* is(Endpoint e, std::initializer_list<std::string_view> ops) const {
    const Node& node = graph_.node(e);
    if (e.output != 0 || !is_one_of(node.op, ops) || !node.controls.empty()) return nullptr;
    return graph_.dtype(e) == DType::float32 ? &node : nullptr;
  }
  // A constant scalar about equal to `value`; the other input of a commutative op is `other`.
  bool with_constant(const Node& node, float value, Endpoint& other) const {
    for (const size_t side : {size_t{0}, size_t{1}}) {
      if (is_value(node.inputs[side], value)) {
        other = node.inputs[1 - side];
        return true;
      }
    }
    return false;
  }
  bool is_value(Endpoint e, float value) const {
    float c = 0;
    return graph_.constant(e) != nullptr && graph_.constant(e)->rank() == 0 &&
           graph_.constant_float(e, c) && std::abs(c - value) <= 1e-6f * std::abs(value);
  }

 private:
  Rewriter& graph_;
};

class Patterns {
 public:
  explicit Patterns(ProgramGraph& program) : graph_(program), match_(graph_) {}

  void run() {
    for (const int id : graph_.order()) {
      if (!graph_.alive(id)) continue;
      const Node& node = graph_.node(id);
      if (!node.controls.empty() || node.output_dtypes.size() != 1 ||
          node.output_dtypes[0] != DType::float32) {
        continue;
      }
      Endpoint x;
      if (node.op == "Mul") {
        if (gelu(node, x)) {
          become(id, "_Gelu", {x});
        } else if (gelu_tanh(node, x)) {
          become(id, "_GeluApproximate", {x});
        } else if (swish(node, x)) {
          become(id, "_Swish", {x});
        } else if (hard_swish(node, x)) {
          become(id, "_HardSwish", {x});
        }
      } else if (is_one_of(node.op, {"AddV2", "Add"})) {
        layer_norm(node);
      }
    }
    for (const int id : graph_.order()) {
      if (graph_.alive(id)) sink_reshape(id);
    }
  }

 private:
  void become(int id, const char* op, std::vector<Endpoint> inputs, AttrMap attrs = {}) {
    if (!has_op(op)) return;
    attrs.set("T", DType::float32);
    const Endpoint made = graph_.add(op, graph_.node(id).name, std::move(inputs), std::move(attrs));
    graph_.replace({id, 0}, made);
  }

  // The two factors of node, each in both places.
  template <typename Fn>
  bool either_way(const Node& node, Fn&& fn) const {
    return fn(node.inputs[0], node.inputs[1]) || fn(node.inputs[1], node.inputs[0]);
  }

  // (0.5 x) Erfc(-x / sqrt 2), (0.5 x) (1 + Erf(x / sqrt 2)), also with 0.5 in the other factor
  bool gelu(const Node& node, Endpoint& x) const {
    return either_way(node, [&](Endpoint half, Endpoint gate) {
      const Node* scaled = match_.is(half, {"Mul"});
      if (scaled != nullptr && match_.with_constant(*scaled, 0.5f, x) && is_gate(gate, x)) {
        return true;
      }
      const Node* outer = match_.is(gate, {"Mul"});
      Endpoint inner;
      x = half;
      return outer != nullptr && match_.with_constant(*outer, 0.5f, inner) && is_gate(inner, x);
    });
  }

  bool is_gate(Endpoint gate, Endpoint x) const {
    constexpr float kInverse = 0.70710678f;
    Endpoint inner, argument;
    if (const Node* erfc = match_.is(gate, {"Erfc"})) {
      const Node* scaled = match_.is(erfc->inputs[0], {"Mul"});
      if (scaled == nullptr) return false;
      if (match_.with_constant(*scaled, kInverse, argument)) {
        const Node* negative = match_.is(argument, {"Neg"});
        return negative != nullptr && negative->inputs[0] == x;
      }
      return match_.with_constant(*scaled, -kInverse, argument) && argument == x;
    }
    const Node* sum = match_.is(gate, {"AddV2", "Add"});
    if (sum == nullptr || !match_.with_constant(*sum, 1.0f, inner)) return false;
    const Node* erf = match_.is(inner, {"Erf"});
    if (erf == nullptr) return false;
    if (const Node* scaled = match_.is(erf->inputs[0], {"Mul"})) {
      return match_.with_constant(*scaled, kInverse, argument) && argument == x;
    }
    const Node* divided = match_.is(erf->inputs[0], {"RealDiv"});
    return divided != nullptr && divided->inputs[0] == x &&
           match_.is_value(divided->inputs[1], 1.41421356f);
  }

  // (0.5 x) (1 + Tanh(0.79788456 (x + 0.044715 x^3)))
  bool gelu_tanh(const Node& node, Endpoint& x) const {
    return either_way(node, [&](Endpoint half, Endpoint gate) {
      const Node* scaled = match_.is(half, {"Mul"});
      const Node* sum = match_.is(gate, {"AddV2", "Add"});
      Endpoint inner, polynomial, cube;
      if (scaled == nullptr || sum == nullptr || !match_.with_constant(*scaled, 0.5f, x) ||
          !match_.with_constant(*sum, 1.0f, inner)) {
        return false;
      }
      const Node* tanh = match_.is(inner, {"Tanh"});
      const Node* product = tanh ? match_.is(tanh->inputs[0], {"Mul"}) : nullptr;
      if (product == nullptr || !match_.with_constant(*product, 0.79788456f, polynomial)) {
        return false;
      }
      const Node* added = match_.is(polynomial, {"AddV2", "Add"});
      return added != nullptr && either_way(*added, [&](Endpoint a, Endpoint b) {
               const Node* cubic = match_.is(b, {"Mul"});
               if (!(a == x) || cubic == nullptr ||
                   !match_.with_constant(*cubic, 0.044715f, cube)) {
                 return false;
               }
               const Node* power = match_.is(cube, {"Pow"});
               return power != nullptr && power->inputs[0] == x &&
                      match_.is_value(power->inputs[1], 3.0f);
             });
    });
  }

  bool swish(const Node& node, Endpoint& x) const {
    return either_way(node, [&](Endpoint a, Endpoint b) {
      const Node* sigmoid = match_.is(b, {"Sigmoid"});
      x = a;
      return sigmoid != nullptr && sigmoid->inputs[0] == a;
    });
  }

  // x Relu6(x + 3) / 6
  bool hard_swish(const Node& node, Endpoint& x) const {
    return either_way(node, [&](Endpoint a, Endpoint b) {
      const Node* scaled = match_.is(b, {"RealDiv", "Mul"});
      if (scaled == nullptr) return false;
      Endpoint clipped = scaled->inputs[0];
      if (scaled->op == "RealDiv" ? !match_.is_value(scaled->inputs[1], 6.0f)
                                  : !match_.with_constant(*scaled, 1.0f / 6.0f, clipped)) {
        return false;
      }
      const Node* relu6 = match_.is(clipped, {"Relu6"});
      const Node* moved = relu6 ? match_.is(relu6->inputs[0], {"AddV2", "Add"}) : nullptr;
      Endpoint inner;
      x = a;
      return moved != nullptr && match_.with_constant(*moved, 3.0f, inner) && inner == a;
    });
  }

  bool last_axis_mean(const Node* mean, Endpoint& x) const {
    if (mean == nullptr || !attr_or(*mean, "keep_dims", false)) return false;
    const Tensor* axes = graph_.constant(mean->inputs[1]);
    const Shape shape = graph_.shape(mean->inputs[0]);
    if (axes == nullptr || axes->size() != 1 || !shape.has_rank() || shape.rank() == 0)
      return false;
    const int64_t axis = axes->item<int64_t>();
    if (axis != -1 && axis != shape.rank() - 1) return false;
    x = mean->inputs[0];
    return true;
  }

  // A constant with one value for each element of the last dimension, as a vector.
  bool row_constant(Endpoint e, int64_t columns, Tensor& out) const {
    const Tensor* t = graph_.constant(e);
    if (t == nullptr || t->dtype() != DType::float32 || t->size() != columns) return false;
    if (t->rank() == 0 || t->shape().back() != columns) return false;
    out = t->reshaped(Shape{columns});
    return true;
  }

  // tf.nn.batch_normalization and keras.ops.layer_normalization over the last axis:
  //   inv = Rsqrt(Mean(SquaredDifference(x, mean)) + epsilon) * gamma
  //   x * inv + (beta - mean * inv)   or   x * inv + (-mean * inv + beta)
  void layer_norm(const Node& sum) {
    either_way(sum, [&](Endpoint scaled, Endpoint shift) {
      const Node* product = match_.is(scaled, {"Mul"});
      if (product == nullptr) return false;
      return either_way(
          *product, [&](Endpoint x, Endpoint inv) { return layer_norm_of(sum.id, x, inv, shift); });
    });
  }

  bool layer_norm_of(int id, Endpoint x, Endpoint inv, Endpoint shift) {
    const Shape shape = graph_.shape(x);
    if (!shape.has_rank() || shape.rank() < 1 || shape.back() <= 0) return false;
    const int64_t columns = shape.back();
    Tensor gamma, beta;
    const Node* scaled = match_.is(inv, {"Mul"});
    Endpoint root = inv;
    if (scaled != nullptr) {
      if (row_constant(scaled->inputs[1], columns, gamma)) {
        root = scaled->inputs[0];
      } else if (row_constant(scaled->inputs[0], columns, gamma)) {
        root = scaled->inputs[1];
      } else {
        return false;
      }
    } else {
      gamma = Tensor::of(std::vector<float>(static_cast<size_t>(columns), 1.0f), {columns});
    }
    const Node* rsqrt = match_.is(root, {"Rsqrt"});
    const Node* plus = rsqrt ? match_.is(rsqrt->inputs[0], {"AddV2", "Add"}) : nullptr;
    if (plus == nullptr) return false;
    float epsilon = 0;
    size_t side = 1;
    if (!graph_.constant_float(plus->inputs[1], epsilon)) {
      side = 0;
      if (!graph_.constant_float(plus->inputs[0], epsilon)) return false;
    }
    Endpoint squares, source;
    if (!last_axis_mean(match_.is(plus->inputs[1 - side], {"Mean"}), squares)) return false;
    const Node* difference = match_.is(squares, {"SquaredDifference"});
    if (difference == nullptr || !(difference->inputs[0] == x)) return false;
    const Endpoint mean = difference->inputs[1];
    if (!last_axis_mean(match_.is(mean, {"Mean"}), source) || !(source == x)) return false;
    if (!is_shift(shift, mean, inv, columns, beta)) return false;
    if (!has_op("_RillLayerNorm")) return false;
    const std::string name = graph_.node(id).name;
    become(
        id, "_RillLayerNorm",
        {x, graph_.add_constant(name + "/gamma", gamma), graph_.add_constant(name + "/beta", beta)},
        {{"epsilon", epsilon}});
    return true;
  }

  bool is_shift(Endpoint shift, Endpoint mean, Endpoint inv, int64_t columns, Tensor& beta) const {
    const auto is_product = [&](Endpoint e, bool negative) {
      const Node* product = match_.is(e, {"Mul"});
      return product != nullptr && either_way(*product, [&](Endpoint a, Endpoint b) {
               if (!(b == inv)) return false;
               if (!negative) return a == mean;
               const Node* neg = match_.is(a, {"Neg"});
               return neg != nullptr && neg->inputs[0] == mean;
             });
    };
    if (const Node* difference = match_.is(shift, {"Sub"})) {
      return row_constant(difference->inputs[0], columns, beta) &&
             is_product(difference->inputs[1], false);
    }
    if (const Node* sum = match_.is(shift, {"AddV2", "Add"})) {
      return either_way(*sum, [&](Endpoint a, Endpoint b) {
        return row_constant(b, columns, beta) && is_product(a, true);
      });
    }
    return false;
  }

  // F(Reshape(MatMul)) -> Reshape(F(MatMul)) for F that works on elements or along the last axis.
  void sink_reshape(int id) {
    const Node& node = graph_.node(id);
    const bool bias =
        node.op == "BiasAdd" && attr_or<std::string>(node, "data_format", "NHWC") == "NHWC";
    if (!bias &&
        !is_one_of(node.op, {"Relu", "Relu6", "Elu", "LeakyRelu", "Sigmoid", "Tanh", "Selu",
                             "Softplus", "_Gelu", "_GeluApproximate", "_Swish", "_HardSwish"})) {
      return;
    }
    const Endpoint from = node.inputs[0];
    const Node& reshape = graph_.node(from);
    if (!node.controls.empty() || reshape.op != "Reshape" || !graph_.melts(from)) return;
    const Endpoint product = reshape.inputs[0];
    const Node& source = graph_.node(product);
    if (!is_one_of(source.op, {"MatMul", "BiasAdd"}) || !graph_.melts(product)) return;
    const Shape inner = graph_.shape(product);
    const Shape outer = graph_.shape(from);
    if (inner.rank() != 2 || !outer.has_rank() || outer.rank() < 1) return;
    if (inner.back() < 0 || inner.back() != outer.back()) return;
    std::vector<Endpoint> inputs = node.inputs;
    inputs[0] = product;
    const Endpoint moved = graph_.add(node.op, node.name, inputs, node.attrs);
    const Endpoint result =
        graph_.add("Reshape", node.name + "/reshaped", {moved, reshape.inputs[1]}, reshape.attrs);
    graph_.replace({id, 0}, result);
  }

  Rewriter graph_;
  Matcher match_;
};

}  // namespace

void fuse_patterns(ProgramGraph& program) { Patterns(program).run(); }

}  // namespace rill::passes
