// Functions that go number by number: arithmetic, comparisons, activations. The dtypes are those of
// keras/src/backend/tensorflow/numpy.py.
#include <numbers>

#include "keras/core/object_config.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "keras/layers/operation_table.h"

namespace rill::keras {
namespace {

using op::binary;
using op::constant_like;
using op::select;
using op::unary;

Value elementwise_operand(const OperationCall& c) {
  return c.required(0, {"x", "input", "t", "input_tensor", "features", "a", "inputs"});
}
Value numeric(const Value& x) { return x.dtype() == DType::bool_ ? op::cast(x, DType::int32) : x; }
Value to_bool(const Value& x) { return op::cast(x.without_weakness(), DType::bool_); }

// Both operands in their common dtype. keras.ops and TensorFlow number them alike, name them apart.
Values operands(const OperationCall& c) {
  Value a = c.required(0, {"x1", "x", "a", "left", "self"});
  Value b = c.required(1, {"x2", "y", "b", "right", "other"});
  return op::promoted({std::move(a), std::move(b)});
}

template <Text kOp>
Values one(const OperationCall& c) {
  return {unary(kOp.value, elementwise_operand(c))};
}
// Of numbers: a boolean counts as 0 or 1.
template <Text kOp>
Values one_numeric(const OperationCall& c) {
  return {unary(kOp.value, numeric(elementwise_operand(c)))};
}
template <Text kOp>
Values one_floating(const OperationCall& c) {
  return {unary(kOp.value, op::to_floating(elementwise_operand(c)))};
}
// Rounding: whole numbers are round.
template <Text kOp>
Values rounded(const OperationCall& c) {
  const Value x = elementwise_operand(c);
  if (is_floating(x.dtype())) return {unary(kOp.value, x)};
  return {c.tensorflow ? x : op::to_floating(x)};
}
Values truncated(const OperationCall& c) {
  const Value x = elementwise_operand(c);
  if (!is_floating(x.dtype())) return {x};
  return {select(binary("Less", x, constant_like(0, x)), unary("Ceil", x), unary("Floor", x))};
}
Values absolute(const OperationCall& c) {
  const Value x = elementwise_operand(c);
  const bool none = x.dtype() == DType::bool_ || is_unsigned_integer(x.dtype());
  if (is_complex(x.dtype())) {
    const bool wide = x.dtype() == DType::complex128;
    return {emit("ComplexAbs", {x}, {{"Tout", wide ? DType::float64 : DType::float32}})};
  }
  return {none ? x : unary("Abs", x)};
}

template <Text kOp>
Values two(const OperationCall& c) {
  const Values v = operands(c);
  if (v[0].dtype() == DType::string && std::string_view(kOp.value) == "AddV2") {
    return {emit("StringJoin", v)};
  }
  return {binary(kOp.value, v[0], v[1])};
}
template <Text kOp>
Values two_floating(const OperationCall& c) {
  const Values v = operands(c);
  return {binary(kOp.value, op::to_floating(v[0]), op::to_floating(v[1]))};
}
template <Text kOp>
Values two_boolean(const OperationCall& c) {
  return {
      binary(kOp.value, to_bool(c.required(0, {"x1", "x"})), to_bool(c.required(1, {"x2", "y"})))};
}
Values negation(const OperationCall& c) {
  return {unary("LogicalNot", to_bool(elementwise_operand(c)))};
}

// Keras divides integers as float32, TensorFlow as float64 (those of 16 bits and less as float32).
Values divided(const OperationCall& c) {
  Values v = operands(c);
  const DType dtype = v[0].dtype();
  if (dtype == DType::bool_ || is_integer(dtype)) {
    const bool wide = c.tensorflow && dtype_size(dtype) > 2;
    for (Value& x : v) x = op::cast(x.without_weakness(), wide ? DType::float64 : DType::float32);
  }
  return {binary("RealDiv", v[0], v[1])};
}

Values scaled(const Value& x, double factor) { return {op::mul(x, constant_like(factor, x))}; }
Values deg2rad(const OperationCall& c) {
  return scaled(op::to_floating(elementwise_operand(c)), std::numbers::pi / 180);
}
Values rad2deg(const OperationCall& c) {
  return scaled(op::to_floating(elementwise_operand(c)), 180 / std::numbers::pi);
}
Values log10(const OperationCall& c) {
  return scaled(unary("Log", op::to_floating(elementwise_operand(c))), std::numbers::log10e);
}
Values log2(const OperationCall& c) {
  return scaled(unary("Log", op::to_floating(elementwise_operand(c))), std::numbers::log2e);
}
Values exp2(const OperationCall& c) {
  return {unary("Exp", scaled(op::to_floating(elementwise_operand(c)), std::numbers::ln2)[0])};
}
Values cbrt(const OperationCall& c) {
  const Value x = op::to_floating(elementwise_operand(c));
  const Value root = binary("Pow", unary("Abs", x), constant_like(1.0 / 3, x));
  return {op::mul(unary("Sign", x), root)};
}
Values sinc(const OperationCall& c) {
  const Value x = scaled(op::to_floating(elementwise_operand(c)), std::numbers::pi)[0];
  const Value zero = binary("Equal", x, constant_like(0, x));
  const Value one = constant_like(1, x);
  return {select(zero, one, op::div(unary("Sin", x), select(zero, one, x)))};
}

Value is_infinite(const Value& x, bool positive) {
  const Value infinite = unary("IsInf", x);
  const Value zero = constant_like(0, x);
  return binary("LogicalAnd", infinite,
                positive ? binary("Greater", x, zero) : binary("Less", x, zero));
}
template <bool kPositive>
Values infinite(const OperationCall& c) {
  return {is_infinite(op::to_floating(elementwise_operand(c)), kPositive)};
}
Values signbit(const OperationCall& c) {
  const Value x = op::to_floating(elementwise_operand(c));
  const Value zero = constant_like(0, x);
  const Value minus_zero =
      binary("LogicalAnd", binary("Equal", x, zero), binary("Less", unary("Reciprocal", x), zero));
  return {binary("LogicalOr", binary("Less", x, zero), minus_zero)};
}
Values nan_to_num(const OperationCall& c) {
  Value x = elementwise_operand(c);
  if (!is_floating(x.dtype())) return {x};
  const auto limit = [&](const char* name, double extreme) {
    return constant_like(c.number(9, {name}, extreme), x);
  };
  const double most = x.dtype() == DType::float16    ? 65504.0
                      : x.dtype() == DType::bfloat16 ? 3.3895313892515355e38
                      : x.dtype() == DType::float64  ? std::numeric_limits<double>::max()
                                                     : std::numeric_limits<float>::max();
  x = select(unary("IsNan", x), limit("nan", 0), x);
  x = select(is_infinite(x, true), limit("posinf", most), x);
  return {select(is_infinite(x, false), limit("neginf", -most), x)};
}

Values logaddexp(const OperationCall& c) {
  const Values v = operands(c);
  const Value a = op::to_floating(v[0]), b = op::to_floating(v[1]);
  const Value gap = unary("Neg", unary("Abs", op::sub(a, b)));
  return {op::add(binary("Maximum", a, b), unary("Log1p", unary("Exp", gap)))};
}
Values hypot(const OperationCall& c) {
  const Values v = operands(c);
  const Value a = op::to_floating(v[0]), b = op::to_floating(v[1]);
  return {unary("Sqrt", op::add(unary("Square", a), unary("Square", b)))};
}
// The other one where one is not a number.
template <Text kOp>
Values without_nan(const OperationCall& c) {
  const Values v = operands(c);
  if (!is_floating(v[0].dtype())) return {binary(kOp.value, v[0], v[1])};
  return {select(unary("IsNan", v[0]), v[1],
                 select(unary("IsNan", v[1]), v[0], binary(kOp.value, v[0], v[1])))};
}
// The sign of the dividend; small integers are divided as int32, which holds them all.
Values fmod(const OperationCall& c) {
  const Values v = operands(c);
  const DType dtype = v[0].dtype();
  if (is_floating(dtype) || dtype_size(dtype) > 2) return {binary("TruncateMod", v[0], v[1])};
  const Value rest =
      binary("TruncateMod", op::cast(v[0], DType::int32), op::cast(v[1], DType::int32));
  return {op::cast(rest, dtype)};
}
Values heaviside(const OperationCall& c) {
  const Values v = operands(c);
  const Value x = op::to_floating(v[0]), at_zero = op::to_floating(v[1]);
  const Value zero = constant_like(0, x);
  return {select(binary("Less", x, zero), zero,
                 select(binary("Greater", x, zero), constant_like(1, x), at_zero))};
}
Values isclose(const OperationCall& c) {
  const Values v = operands(c);
  const Value a = op::to_floating(v[0]), b = op::to_floating(v[1]);
  const auto share = [&](size_t position, const char* name, double otherwise) {
    const Value given = c.value(position, {name});
    return given ? op::cast(given.without_weakness(), b.dtype()) : constant_like(otherwise, b);
  };
  const Value slack =
      op::add(share(3, "atol", 1e-8), op::mul(share(2, "rtol", 1e-5), unary("Abs", b)));
  const Value near = binary("LessEqual", unary("Abs", op::sub(a, b)), slack);
  return {
      binary("LogicalOr", binary("Equal", a, b), binary("LogicalAnd", near, unary("IsFinite", a)))};
}
Values isreal(const OperationCall& c) {
  return {op::cast(unary("OnesLike", elementwise_operand(c)), DType::bool_)};
}

// TensorFlow names them y and x.
Values angle(const OperationCall& c) {
  const Values v = op::promoted({c.required(0, {"x1", "y"}), c.required(1, {"x2", "x"})});
  return {binary("Atan2", op::to_floating(v[0]), op::to_floating(v[1]))};
}
Values threshold(const OperationCall& c) {
  const Value x = op::to_floating(elementwise_operand(c));
  const Value above = binary("Greater", x, constant_like(c.number(1, {"threshold"}, 0), x));
  return {select(above, x, constant_like(c.number(2, {"default_value"}, 0), x))};
}

Values clip(const OperationCall& c) {
  const Values v = op::promoted({c.required(0, {"x", "t", "inputs"}),
                                 c.required(1, {"x_min", "clip_value_min", "min_value"}),
                                 c.required(2, {"x_max", "clip_value_max", "max_value"})});
  return {binary("Maximum", binary("Minimum", v[0], v[2]), v[1])};
}
Values cast(const OperationCall& c) {
  return {
      op::cast(elementwise_operand(c).without_weakness(), c.dtype(1, {"dtype"}, DType::float32))};
}
// Cut to what the dtype can hold.
Values saturate_cast(const OperationCall& c) {
  const Value x = elementwise_operand(c);
  const DType dtype = c.dtype(1, {"dtype"}, DType::float32);
  if (!is_integer(dtype)) return {op::cast(x, dtype)};
  const int bits = static_cast<int>(8 * dtype_size(dtype)) - (is_signed_integer(dtype) ? 1 : 0);
  const double most = std::ldexp(1.0, bits) - 1;
  const double least = is_signed_integer(dtype) ? -std::ldexp(1.0, bits) : 0.0;
  return {op::cast(
      binary("Maximum", binary("Minimum", x, constant_like(most, x)), constant_like(least, x)),
      dtype)};
}
Values identity(const OperationCall& c) { return {elementwise_operand(c)}; }
Values add_all(const OperationCall& c) {
  return {emit("AddN", c.values(0, {"inputs", "tensors"}))};
}

// keras.ops takes an axis of None for all elements.
bool over_all(const OperationCall& c, const char* name) {
  if (c.tensorflow || std::string_view(name).find("softmax") == std::string_view::npos)
    return false;
  const Json* axis = c.config.find("axis");
  return axis != nullptr && axis->is_null();
}
template <Text kName>
Values activated(const OperationCall& c) {
  const Value given = c.required(0, {"x", "features", "logits", "value", "input"});
  if (over_all(c, kName.value)) {
    ObjectConfig plain;
    plain.name = kName.value;
    const Value y = object_registry().activation(kName.value)(op::reshape(given, {1, -1}), plain);
    return {op::reshape(y, op::dims(given))};
  }
  const Value& x = given;
  ObjectConfig settings;
  settings.name = kName.value;
  settings.settings = c.config;
  for (const auto& [key, a] : c.spec.kwargs) {
    if (a.kind == Argument::Kind::constant) settings.settings.set(key, a.constant);
  }
  return {object_registry().activation(kName.value)(x, settings)};
}
Values crelu(const OperationCall& c) {
  const Value x = c.required(0, {"features"});
  const int axis = c.axis(1, {"axis"}, -1, x.rank());
  return {unary("Relu", op::concat({x, unary("Neg", x)}, axis))};
}
// keras.ops.leaky_relu and tf.nn.leaky_relu name the slope apart.
Values leaky_relu(const OperationCall& c) {
  const Value x = op::to_floating(c.required(0, {"x", "features"}));
  return {emit("LeakyRelu", {x},
               {{"alpha", static_cast<float>(c.number(1, {"negative_slope", "alpha"}, 0.2))}})};
}

// TensorFlow has a slope of its own for the sigmoid.
Values silu(const OperationCall& c) {
  const Value x = op::to_floating(c.required(0, {"x", "features"}));
  const Value beta = c.value(1, {"beta"});
  if (!beta) return activated<"silu">(c);
  return {op::mul(x, unary("Sigmoid", op::mul(x, op::cast(beta.without_weakness(), x.dtype()))))};
}
Values reciprocal_no_nan(const OperationCall& c) {
  const Value x = elementwise_operand(c);
  return {binary("DivNoNan", constant_like(1, x), x)};
}
// -ndtri(x / 2) / sqrt(2)
Values erfcinv(const OperationCall& c) {
  const Value x = elementwise_operand(c);
  const Value y = unary("Ndtri", op::mul(x, constant_like(0.5, x)));
  return {op::mul(y, constant_like(-1 / std::numbers::sqrt2, y))};
}

constexpr Operation kElementwiseOperations[] = {
    {"__add__", two<"AddV2">},
    {"abs", absolute},
    {"absolute", absolute},
    {"acos", one_floating<"Acos">},
    {"acosh", one_floating<"Acosh">},
    {"add", two<"AddV2">},
    {"add_n", add_all},
    {"accumulate_n", add_all},
    {"arccos", one_floating<"Acos">},
    {"arccosh", one_floating<"Acosh">},
    {"arcsin", one_floating<"Asin">},
    {"arcsinh", one_floating<"Asinh">},
    {"arctan", one_floating<"Atan">},
    {"arctan2", angle},
    {"arctanh", one_floating<"Atanh">},
    {"asin", one_floating<"Asin">},
    {"asinh", one_floating<"Asinh">},
    {"atan", one_floating<"Atan">},
    {"atan2", angle},
    {"atanh", one_floating<"Atanh">},
    {"bitwise_and", two<"BitwiseAnd">},
    {"bitwise_invert", one<"Invert">},
    {"bitwise_left_shift", two<"LeftShift">},
    {"bitwise_not", one<"Invert">},
    {"bitwise_or", two<"BitwiseOr">},
    {"bitwise_right_shift", two<"RightShift">},
    {"bitwise_xor", two<"BitwiseXor">},
    {"cast", cast},
    {"cast_to", cast},
    {"cbrt", cbrt},
    {"ceil", rounded<"Ceil">},
    {"celu", activated<"celu">},
    {"clip", clip},
    {"clip_by_value", clip},
    {"convert_to_tensor", identity},
    {"convert_to_tensor_v2", identity},
    {"copy", identity},
    {"cos", one_floating<"Cos">},
    {"cosh", one_floating<"Cosh">},
    {"crelu", crelu},
    {"crelu_v2", crelu},
    {"deg2rad", deg2rad},
    {"digamma", one_floating<"Digamma">},
    {"div_no_nan", two_floating<"DivNoNan">},
    {"divide", divided},
    {"divide_no_nan", two_floating<"DivNoNan">},
    {"elu", activated<"elu">},
    {"ensure_shape", identity},
    {"eq", two<"Equal">},  // of a == b
    {"equal", two<"Equal">},
    {"erf", one_floating<"Erf">},
    {"erfc", one_floating<"Erfc">},
    {"erfcinv", erfcinv},
    {"erfinv", one_floating<"Erfinv">},
    {"exp", one_floating<"Exp">},
    {"exp2", exp2},
    {"expm1", one_floating<"Expm1">},
    {"fabs", one_floating<"Abs">},
    {"floor", rounded<"Floor">},
    {"floor_div", two<"FloorDiv">},
    {"floor_divide", two<"FloorDiv">},
    {"floor_mod", two<"FloorMod">},
    {"floordiv", two<"FloorDiv">},
    {"floormod", two<"FloorMod">},
    {"fmax", without_nan<"Maximum">},
    {"fmin", without_nan<"Minimum">},
    {"fmod", fmod},
    {"gelu", activated<"gelu">},
    {"glu", activated<"glu">},
    {"greater", two<"Greater">},
    {"greater_equal", two<"GreaterEqual">},
    {"hard_shrink", activated<"hard_shrink">},
    {"hard_sigmoid", activated<"hard_sigmoid">},
    {"hard_silu", activated<"hard_silu">},
    {"hard_tanh", activated<"hard_tanh">},
    {"heaviside", heaviside},
    {"hypot", hypot},
    {"Print", identity},
    {"identity", identity},
    {"print_tensor", identity},
    {"invert", one<"Invert">},
    {"is_finite", one_floating<"IsFinite">},
    {"is_inf", one_floating<"IsInf">},
    {"is_nan", one_floating<"IsNan">},
    {"isclose", isclose},
    {"isfinite", one_floating<"IsFinite">},
    {"isinf", one_floating<"IsInf">},
    {"isnan", one_floating<"IsNan">},
    {"isneginf", infinite<false>},
    {"isposinf", infinite<true>},
    {"isreal", isreal},
    {"leaky_relu", leaky_relu},
    {"left_shift", two<"LeftShift">},
    {"less", two<"Less">},
    {"less_equal", two<"LessEqual">},
    {"lgamma", one_floating<"Lgamma">},
    {"log", one_floating<"Log">},
    {"log10", log10},
    {"log1p", one_floating<"Log1p">},
    {"log2", log2},
    {"log_sigmoid", activated<"log_sigmoid">},
    {"log_softmax", activated<"log_softmax">},
    {"log_softmax_v2", activated<"log_softmax">},
    {"logaddexp", logaddexp},
    {"logical_and", two_boolean<"LogicalAnd">},
    {"logical_not", negation},
    {"logical_or", two_boolean<"LogicalOr">},
    {"logical_xor", two_boolean<"NotEqual">},
    {"maximum", two<"Maximum">},
    {"minimum", two<"Minimum">},
    {"mish", activated<"mish">},
    {"mod", two<"FloorMod">},
    {"multiply", two<"Mul">},
    {"nan_to_num", nan_to_num},
    {"ndtri", one_floating<"Ndtri">},
    {"neg", one_numeric<"Neg">},
    {"negative", one_numeric<"Neg">},
    {"ne", two<"NotEqual">},
    {"not_equal", two<"NotEqual">},
    {"pow", two<"Pow">},
    {"power", two<"Pow">},
    {"rad2deg", rad2deg},
    {"reciprocal", one_floating<"Reciprocal">},
    {"reciprocal_no_nan", reciprocal_no_nan},
    {"relu", activated<"relu">},
    {"relu6", activated<"relu6">},
    {"right_shift", two<"RightShift">},
    {"rsqrt", one_floating<"Rsqrt">},
    {"saturate_cast", saturate_cast},
    {"selu", activated<"selu">},
    {"sigmoid", activated<"sigmoid">},
    {"sign", one_numeric<"Sign">},
    {"signbit", signbit},
    {"silu", silu},
    {"sin", one_floating<"Sin">},
    {"sinc", sinc},
    {"sinh", one_floating<"Sinh">},
    {"soft_shrink", activated<"soft_shrink">},
    {"softmax", activated<"softmax">},
    {"softmax_v2", activated<"softmax">},
    {"softplus", activated<"softplus">},
    {"softsign", activated<"softsign">},
    {"sparse_plus", activated<"sparse_plus">},
    {"sparse_sigmoid", activated<"sparse_sigmoid">},
    {"sparsemax", activated<"sparsemax">},
    {"sqrt", one_floating<"Sqrt">},
    {"square", one_numeric<"Square">},
    {"squared_difference", two<"SquaredDifference">},
    {"squareplus", activated<"squareplus">},
    {"stop_gradient", one<"StopGradient">},
    {"subtract", two<"Sub">},
    {"swish", silu},
    {"tan", one_floating<"Tan">},
    {"tanh", one_floating<"Tanh">},
    {"tanh_shrink", activated<"tanh_shrink">},
    {"threshold", threshold},
    {"true_divide", divided},
    {"truediv", divided},
    {"trunc", truncated},
    {"xlogy", two_floating<"Xlogy">},
};

}  // namespace

std::span<const Operation> elementwise_operations() { return kElementwiseOperations; }

}  // namespace rill::keras
