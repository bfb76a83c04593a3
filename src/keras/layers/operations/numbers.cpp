// What numpy has beyond arithmetic: complex parts, divisors, bits, powers, correlations. The dtypes
// and formulas are those of keras/src/backend/tensorflow/numpy.py.
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "rill/control_flow.hpp"

namespace rill::keras {
namespace {

using op::binary;
using op::constant_like;
using op::unary;

Value number_operand(const OperationCall& c) {
  return c.required(0, {"x", "input", "a", "tensor"});
}
Values number_operands(const OperationCall& c) {
  return op::promoted({c.required(0, {"x1", "x"}), c.required(1, {"x2", "y"})});
}

Values all_close(const OperationCall& c) {
  const Value close = find_operation("isclose")(c)[0];
  std::vector<int> axes;
  for (int i = 0; i < close.rank(); ++i) axes.push_back(i);
  return {op::reduce("All", close, axes)};
}

AttrMap real_dtype(const Value& x) {
  return {{"Tout", x.dtype() == DType::complex128 ? DType::float64 : DType::float32}};
}
Values real_part(const OperationCall& c) {
  const Value x = number_operand(c);
  return {is_complex(x.dtype()) ? emit("Real", {x}, real_dtype(x)) : x};
}
Values imaginary_part(const OperationCall& c) {
  const Value x = number_operand(c);
  return {is_complex(x.dtype()) ? emit("Imag", {x}, real_dtype(x)) : unary("ZerosLike", x)};
}
Values conjugate(const OperationCall& c) {
  const Value x = number_operand(c);
  return {is_complex(x.dtype()) ? unary("Conj", x) : x};
}
// A real number points to the right, or to the left.
Values phase(const OperationCall& c) {
  const Value x = number_operand(c);
  if (is_complex(x.dtype())) return {emit("Angle", {x}, real_dtype(x))};
  const Value floating = op::to_floating(x), zero = constant_like(0, floating);
  return {
      op::select(binary("Less", floating, zero), constant_like(std::numbers::pi, floating), zero)};
}
Values polar(const OperationCall& c) {
  const Value length = c.required(0, {"abs_", "abs"}), angle = c.required(1, {"angle"});
  return {emit("Complex",
               {op::mul(length, unary("Cos", angle)), op::mul(length, unary("Sin", angle))})};
}
Values view_as_real(const OperationCall& c) {
  const Value x = number_operand(c);
  return {op::stack({real_part(c)[0], imaginary_part(c)[0]}, x.rank())};
}
Values view_as_complex(const OperationCall& c) {
  const Values parts = op::unstack(number_operand(c), 2, number_operand(c).rank() - 1);
  return {emit("Complex", {parts[0], parts[1]})};
}

// Euclid's algorithm for all pairs at once.
Value common_divisor(Value a, Value b) {
  if (is_signed_integer(a.dtype())) {
    a = unary("Abs", a);
    b = unary("Abs", b);
  }
  const Value zeros = unary("ZerosLike", op::add(a, b));
  std::vector<int> axes;
  for (int i = 0; i < zeros.rank(); ++i) axes.push_back(i);
  const auto rests = [&](const Values& vars) {
    return op::reduce("Any", binary("NotEqual", vars[1], unary("ZerosLike", vars[1])), axes);
  };
  const auto step = [](const Values& vars) -> Values {
    const Value none = unary("ZerosLike", vars[1]);
    const Value some = binary("NotEqual", vars[1], none);
    const Value divisor = op::select(some, vars[1], unary("OnesLike", vars[1]));
    return {op::select(some, vars[1], vars[0]),
            op::select(some, binary("FloorMod", vars[0], divisor), none)};
  };
  return while_loop(rests, step, {op::add(a, zeros), op::add(b, zeros)})[0];
}
Values gcd(const OperationCall& c) {
  const Values v = number_operands(c);
  return {common_divisor(v[0], v[1])};
}
Values lcm(const OperationCall& c) {
  Values v = number_operands(c);
  const Value divisor = common_divisor(v[0], v[1]);
  if (is_signed_integer(v[0].dtype())) {
    for (Value& x : v) x = unary("Abs", x);
  }
  const Value none = unary("ZerosLike", divisor), nothing = binary("Equal", divisor, none);
  const Value whole = op::select(nothing, unary("OnesLike", divisor), divisor);
  return {op::select(nothing, none, op::mul(v[0], binary("FloorDiv", v[1], whole)))};
}

Values bessel_of_order_0(const OperationCall& c) {
  return {unary("BesselI0", op::to_floating(number_operand(c)))};
}
Values ldexp(const OperationCall& c) {
  const Value x = op::to_floating(c.required(0, {"x1"}));
  const Value exponent = op::cast(c.required(1, {"x2"}).without_weakness(), x.dtype());
  return {op::mul(x, binary("Pow", constant_like(2, x), exponent))};
}
Values logaddexp2(const OperationCall& c) {
  const Values v = number_operands(c);
  const Value a = op::to_floating(v[0]), b = op::to_floating(v[1]);
  const Value gap = unary("Neg", unary("Abs", op::sub(a, b)));
  const Value power = unary("Exp", op::mul(gap, constant_like(std::numbers::ln2, gap)));
  return {op::add(binary("Maximum", a, b),
                  op::mul(unary("Log1p", power), constant_like(std::numbers::log2e, gap)))};
}
Values nextafter(const OperationCall& c) {
  const Values v = number_operands(c);
  const Value next = emit("NextAfter", {op::cast(v[0].without_weakness(), DType::float64),
                                        op::cast(v[1].without_weakness(), DType::float64)});
  return {op::cast(next, op::to_floating(v[0]).dtype())};
}
// The same bytes as another dtype: the last dimension grows or shrinks.
Values view(const OperationCall& c) {
  const Value x = number_operand(c);
  const DType dtype = c.dtype(1, {"dtype"}, x.dtype());
  const auto from = static_cast<int64_t>(dtype_size(x.dtype()));
  const auto to = static_cast<int64_t>(dtype_size(dtype));
  if (from == 0 || to == 0) fail(Code::invalid_argument, c.layer, ": bytes of a ", dtype);
  std::vector<op::Dim> dims = op::dims(x);
  const AttrMap attrs{{"type", dtype}};
  if (from == to) return {emit("Bitcast", {x}, attrs)};
  if (dims.empty() || dims.back().size < 0) {
    fail(Code::unimplemented, c.layer, ": a last dimension of unknown size");
  }
  if (from > to) {
    dims.back() = dims.back().size * (from / to);
    return {op::reshape(emit("Bitcast", {x}, attrs), dims)};
  }
  if (dims.back().size % (to / from) != 0) {
    fail(Code::invalid_argument, c.layer, ": ", dims.back().size, " numbers of ", from,
         " bytes are not a whole number of ", dtype);
  }
  dims.back() = dims.back().size / (to / from);
  dims.emplace_back(to / from);
  return {emit("Bitcast", {op::reshape(x, dims)}, attrs)};
}

// To so many decimals; half to even.
Values round_to(const OperationCall& c) {
  const Value x = number_operand(c);
  const int64_t decimals = c.integer(1, {"decimals"}, 0);
  if (!is_floating(x.dtype()) && decimals >= 0) return {x};
  if (decimals == 0) return {unary("Round", x)};
  const Value floating = op::to_floating(x);
  const Value factor = constant_like(std::pow(10.0, static_cast<double>(decimals)), floating);
  return {op::cast(op::div(unary("Round", op::mul(floating, factor)), factor), x.dtype())};
}

// Powers of each number, the highest first.
Values vander(const OperationCall& c) {
  const Value x = number_operand(c);
  const int64_t count = c.integer(1, {"N"}, x.shape()[0]);
  if (count < 0 || count > (1 << 20)) {
    fail(Code::unimplemented, c.layer, ": an unknown number of powers");
  }
  const bool increasing = c.flag(2, {"increasing"}, false);
  std::vector<float> powers;
  for (int64_t i = 0; i < count; ++i) {
    powers.push_back(static_cast<float>(increasing ? i : count - 1 - i));
  }
  const Value base = op::expand_dims(op::to_floating(x), x.rank());
  const Value exponents = op::cast(Tensor::vector(std::move(powers)), base.dtype());
  return {op::cast(binary("Pow", base, exponents), x.dtype())};
}

Values correlate(const OperationCall& c) {
  const Values v = number_operands(c);
  Value x = op::to_floating(v[0]);
  const Value kernel = op::reshape(op::to_floating(v[1]), {1, -1, 1, 1});
  const int64_t n = x.shape()[0], m = v[1].shape()[0];
  const std::string mode = c.word(2, {"mode"}, "valid");
  if (mode != "valid") {
    if (m < 1) fail(Code::unimplemented, c.layer, ": a second operand of unknown size");
    x = op::pad(x, {{m - 1, m - 1}});
  }
  const Value y = emit("Conv2D", {op::reshape(x, {1, 1, -1, 1}), kernel},
                       {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "VALID"}});
  const Value all = op::reshape(y, {-1});
  if (mode != "same") return {all};
  if (n < 0) fail(Code::unimplemented, c.layer, ": an operand of unknown size");
  const int64_t wanted = std::max(n, m), start = (n + m - 1 - wanted) / 2;
  return {op::slice(all, {{start, start + wanted, 1}})};
}

// The area below y by trapezoids.
Values trapezoid(const OperationCall& c) {
  const Value y = op::to_floating(c.required(0, {"y"}));
  const int axis = c.axis(3, {"axis"}, -1, y.rank());
  const auto halves = [](const Value& v, int along, bool sum) {
    std::vector<op::Range> later(static_cast<size_t>(v.rank())), earlier = later;
    later[static_cast<size_t>(along)].begin = 1;
    earlier[static_cast<size_t>(along)].end = -1;
    const Value a = op::slice(v, later), b = op::slice(v, earlier);
    return sum ? op::add(a, b) : op::sub(a, b);
  };
  const Value heights = op::mul(halves(y, axis, true), constant_like(0.5, y));
  Value widths = constant_like(c.number(2, {"dx"}, 1), y);
  if (Value x = c.value(1, {"x"})) {
    x = op::cast(x.without_weakness(), y.dtype());
    widths = halves(x, x.rank() == 1 ? 0 : axis, false);
    if (x.rank() == 1 && axis != y.rank() - 1) {
      std::vector<op::Dim> dims(static_cast<size_t>(y.rank()), op::Dim(1));
      dims[static_cast<size_t>(axis)] = -1;
      widths = op::reshape(widths, dims);
    }
  }
  return {op::reduce("Sum", op::mul(heights, widths), {axis})};
}

Values psnr(const OperationCall& c) {
  const Value a = c.required(0, {"x1", "a"}), b = c.required(1, {"x2", "b"});
  const double most = c.number(2, {"max_val"}, 1);
  const Value square = binary("SquaredDifference", op::to_floating(a), op::to_floating(b));
  std::vector<int> axes;
  for (int i = c.tensorflow ? square.rank() - 3 : 0; i < square.rank(); ++i) axes.push_back(i);
  const Value logs = unary("Log", op::reduce("Mean", square, axes));
  return {op::sub(constant_like(20 * std::log10(most), logs),
                  op::mul(logs, constant_like(10 * std::numbers::log10e, logs)))};
}

Values lbeta(const OperationCall& c) {
  const Value x = c.required(0, {"x"});
  const std::vector<int> last{x.rank() - 1};
  return {op::sub(op::reduce("Sum", unary("Lgamma", x), last),
                  unary("Lgamma", op::reduce("Sum", x, last)))};
}

constexpr Operation kNumberOperations[] = {
    {"all_close", all_close},
    {"angle", phase},
    {"conj", conjugate},
    {"conjugate", conjugate},
    {"correlate", correlate},
    {"gcd", gcd},
    {"i0", bessel_of_order_0},
    {"imag", imaginary_part},
    {"lbeta", lbeta},
    {"lcm", lcm},
    {"ldexp", ldexp},
    {"logaddexp2", logaddexp2},
    {"nextafter", nextafter},
    {"polar", polar},
    {"psnr", psnr},
    {"real", real_part},
    {"round", round_to},
    {"trapezoid", trapezoid},
    {"vander", vander},
    {"view", view},
    {"view_as_complex", view_as_complex},
    {"view_as_real", view_as_real},
};

}  // namespace

std::span<const Operation> number_operations() { return kNumberOperations; }

}  // namespace rill::keras
