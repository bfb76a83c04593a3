// Activations by name (formulas: keras/src/activations/activations.py and tf_keras backend.py).
#include "base/fail.h"
#include "keras/core/object_config.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

double setting(const ObjectConfig& config, const char* key, double otherwise) {
  const Json* found = config.settings.find(key);
  return found && found->is_number() ? found->as_double() : otherwise;
}
int last_axis(const Value& x, const ObjectConfig& config) {
  return op::axis_of(config.name, static_cast<int64_t>(setting(config, "axis", -1)), x.rank());
}

template <const char* kOp>
Value simple(const Value& x, const ObjectConfig&) {
  return op::unary(kOp, x);
}
constexpr char kTanh[] = "Tanh";
constexpr char kSigmoid[] = "Sigmoid";
constexpr char kExp[] = "Exp";
constexpr char kSelu[] = "Selu";
constexpr char kSoftplus[] = "Softplus";
constexpr char kSoftsign[] = "Softsign";
constexpr char kRelu6[] = "Relu6";

Value linear(const Value& x, const ObjectConfig&) { return x; }

// As two ops, which chains of elementwise ops are fused with.
Value between(const Value& x, double low, double high) {
  return op::binary("Minimum", op::binary("Maximum", x, op::constant_like(low, x)),
                    op::constant_like(high, x));
}

Value leaky(const Value& x, double slope) {
  return emit("LeakyRelu", {op::to_floating(x)}, {{"alpha", slope}});
}

Value relu(const Value& x, const ObjectConfig& config) {
  const double slope = setting(config, "negative_slope", setting(config, "alpha", 0));
  const double threshold = setting(config, "threshold", 0);
  const double top = setting(config, "max_value", -1);
  if (slope == 0 && threshold == 0 && top < 0) return op::unary("Relu", x);
  // One op, which convolutions take along (keras/src/activations/activations.py has it, too).
  if (slope == 0 && threshold == 0 && top == 6) return op::unary("Relu6", x);
  Value y;
  const Value edge = op::constant_like(threshold, x);
  if (threshold != 0) {
    const Value above = op::binary("GreaterEqual", x, edge);
    const Value below = op::mul(op::constant_like(slope, x), op::sub(x, edge));
    y = op::select(above, x, below);
  } else {
    y = slope == 0 ? op::unary("Relu", x) : leaky(x, slope);
  }
  return top < 0 ? y : op::binary("Minimum", y, op::constant_like(top, x));
}

Value leaky_relu(const Value& x, const ObjectConfig& config) {
  return leaky(x, setting(config, "negative_slope", setting(config, "alpha", 0.2)));
}

Value elu(const Value& x, const ObjectConfig& config) {
  const double alpha = setting(config, "alpha", 1);
  const Value y = op::unary("Elu", x);
  if (alpha == 1) return y;
  return op::select(op::binary("Greater", x, op::constant_like(0, x)), y,
                    op::mul(y, op::constant_like(alpha, x)));
}

Value softmax_like(const char* name, const Value& x, const ObjectConfig& config) {
  const int axis = last_axis(x, config);
  if (axis == x.rank() - 1) return op::unary(name, x);
  std::vector<int> swap;
  for (int i = 0; i < x.rank(); ++i) swap.push_back(i);
  std::swap(swap[static_cast<size_t>(axis)], swap.back());
  return op::transpose(op::unary(name, op::transpose(x, swap)), swap);
}
Value softmax(const Value& x, const ObjectConfig& config) {
  return softmax_like("Softmax", x, config);
}
Value log_softmax(const Value& x, const ObjectConfig& config) {
  return softmax_like("LogSoftmax", x, config);
}

Value silu(const Value& x, const ObjectConfig&) { return op::mul(x, op::unary("Sigmoid", x)); }

// tf.nn.gelu.
Value gelu(const Value& x, const ObjectConfig& config) {
  const Json* approximate = config.settings.find("approximate");
  const Value half = op::constant_like(0.5, x);
  const Value one = op::constant_like(1, x);
  if (approximate && approximate->is_bool() && approximate->as_bool()) {
    const Value cube = op::mul(op::constant_like(0.044715, x), op::mul(x, op::mul(x, x)));
    const Value inner = op::mul(op::constant_like(0.7978845608028654, x), op::add(x, cube));
    return op::mul(op::mul(half, x), op::add(one, op::unary("Tanh", inner)));
  }
  const Value scaled = op::div(x, op::constant_like(1.4142135623730951, x));
  return op::mul(op::mul(half, x), op::add(one, op::unary("Erf", scaled)));
}

Value mish(const Value& x, const ObjectConfig&) {
  return op::mul(x, op::unary("Tanh", op::unary("Softplus", x)));
}
Value hard_sigmoid(const Value& x, const ObjectConfig&) {
  return op::div(op::unary("Relu6", op::add(x, op::constant_like(3, x))), op::constant_like(6, x));
}
Value hard_sigmoid_keras2(const Value& x, const ObjectConfig&) {
  return between(op::add(op::mul(x, op::constant_like(0.2, x)), op::constant_like(0.5, x)), 0, 1);
}
Value hard_silu(const Value& x, const ObjectConfig& c) { return op::mul(x, hard_sigmoid(x, c)); }
Value hard_tanh(const Value& x, const ObjectConfig&) { return between(x, -1, 1); }
Value tanh_shrink(const Value& x, const ObjectConfig&) { return op::sub(x, op::unary("Tanh", x)); }
Value log_sigmoid(const Value& x, const ObjectConfig&) {
  return op::unary("Neg", op::unary("Softplus", op::unary("Neg", x)));
}
Value celu(const Value& x, const ObjectConfig& config) {
  const double alpha = setting(config, "alpha", 1);
  const Value zero = op::constant_like(0, x);
  const Value a = op::constant_like(alpha, x);
  const Value low = op::binary("Minimum", zero, op::mul(a, op::unary("Expm1", op::div(x, a))));
  return op::add(op::binary("Maximum", x, zero), low);
}
Value soft_shrink(const Value& x, const ObjectConfig& config) {
  const Value t = op::constant_like(setting(config, "threshold", 0.5), x);
  const Value zero = op::constant_like(0, x);
  return op::select(op::binary("Greater", x, t), op::sub(x, t),
                    op::select(op::binary("Less", x, op::unary("Neg", t)), op::add(x, t), zero));
}
Value hard_shrink(const Value& x, const ObjectConfig& config) {
  const Value t = op::constant_like(setting(config, "threshold", 0.5), x);
  return op::select(op::binary("Greater", op::unary("Abs", x), t), x, op::unary("ZerosLike", x));
}
Value squareplus(const Value& x, const ObjectConfig& config) {
  const Value b = op::constant_like(setting(config, "b", 4), x);
  return op::mul(op::constant_like(0.5, x),
                 op::add(x, op::unary("Sqrt", op::add(op::mul(x, x), b))));
}
Value sparse_sigmoid(const Value& x, const ObjectConfig&) {
  const Value half = op::constant_like(0.5, x);
  return between(op::mul(half, op::add(x, op::constant_like(1, x))), 0, 1);
}
Value sparse_plus(const Value& x, const ObjectConfig&) {
  const Value one = op::constant_like(1, x);
  const Value up = op::add(x, one);
  const Value middle = op::mul(op::constant_like(0.25, x), op::mul(up, up));
  return op::select(op::binary("LessEqual", x, op::constant_like(-1, x)), op::unary("ZerosLike", x),
                    op::select(op::binary("Less", x, one), middle, x));
}
Value glu(const Value& x, const ObjectConfig& config) {
  const std::vector<Value> halves = op::split(x, 2, last_axis(x, config));
  return op::mul(halves[0], op::unary("Sigmoid", halves[1]));
}

// As Keras computes it (keras/src/backend/tensorflow/nn.py): its threshold adds up the cumulative
// sums of the support, where Martins and Astudillo 2016 add up its members.
Value sparsemax(const Value& x, const ObjectConfig& config) {
  const int axis = last_axis(x, config);
  std::vector<int> swap;
  for (int i = 0; i < x.rank(); ++i) swap.push_back(i);
  std::swap(swap[static_cast<size_t>(axis)], swap.back());
  const Value rows = op::transpose(x, swap);
  const int last = rows.rank() - 1;
  const int64_t n = rows.shape()[last];
  if (n < 0) fail(Code::unimplemented, "sparsemax along a dimension that is not known");
  const Value sorted =
      emit_all("TopKV2", {rows, Tensor::scalar(static_cast<int32_t>(n))}, {{"sorted", true}})[0];
  const Value sums = emit("Cumsum", {sorted, Tensor::scalar(static_cast<int32_t>(last))});
  std::vector<double> count;
  for (int64_t i = 1; i <= n; ++i) count.push_back(static_cast<double>(i));
  const Value ranks = op::cast(Tensor::vector(count), x.dtype());
  const Value one = op::constant_like(1, x);
  const Value in = op::binary("Greater", op::mul(ranks, sorted), op::sub(sums, one));
  const Value members = op::reduce("Sum", op::cast(in, x.dtype()), {last}, true);
  const Value kept = op::select(in, sums, op::unary("ZerosLike", sums));
  const Value tau = op::div(op::sub(op::reduce("Sum", kept, {last}, true), one), members);
  return op::transpose(op::unary("Relu", op::sub(rows, tau)), swap);
}

}  // namespace

void register_activations(ObjectRegistry& r) {
  r.add_activation("linear", linear);
  r.add_activation("relu", relu);
  r.add_activation("relu6", simple<kRelu6>);
  r.add_activation("leaky_relu", leaky_relu);
  r.add_activation("elu", elu);
  r.add_activation("selu", simple<kSelu>);
  r.add_activation("celu", celu);
  r.add_activation("glu", glu);
  r.add_activation("gelu", gelu);
  r.add_activation("tanh", simple<kTanh>);
  r.add_activation("sigmoid", simple<kSigmoid>);
  r.add_activation("exponential", simple<kExp>);
  r.add_activation("softplus", simple<kSoftplus>);
  r.add_activation("softsign", simple<kSoftsign>);
  r.add_activation("softmax", softmax);
  r.add_activation("log_softmax", log_softmax);
  r.add_activation("silu", silu);
  r.add_activation("swish", silu);
  r.add_activation("mish", mish);
  r.add_activation("hard_sigmoid", hard_sigmoid);
  // What the name meant before Keras 3: the loader of old configs writes it so.
  r.add_activation("hard_sigmoid_keras2", hard_sigmoid_keras2);
  r.add_activation("hard_silu", hard_silu);
  r.add_activation("hard_swish", hard_silu);
  r.add_activation("hard_tanh", hard_tanh);
  r.add_activation("tanh_shrink", tanh_shrink);
  r.add_activation("log_sigmoid", log_sigmoid);
  r.add_activation("soft_shrink", soft_shrink);
  r.add_activation("hard_shrink", hard_shrink);
  r.add_activation("squareplus", squareplus);
  r.add_activation("sparse_sigmoid", sparse_sigmoid);
  r.add_activation("sparse_plus", sparse_plus);
  r.add_activation("sparsemax", sparsemax);
}

}  // namespace rill::keras
