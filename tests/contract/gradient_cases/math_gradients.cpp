#include "contract/gradient_cases.h"

namespace rill::test {
namespace {

struct Unary {
  const char* op;
  double low, high;
  bool second = true;
};

// Ranges as in the oracle's gen_grads.py. Those without second order have derivatives that
// TensorFlow does not differentiate.
constexpr Unary kUnary[] = {
    {"Abs", 0.2, 2},       {"Acos", -0.9, 0.9},    {"Acosh", 1.2, 4},      {"Asin", -0.9, 0.9},
    {"Asinh", -2, 2},      {"Atan", -2, 2},        {"Atanh", -0.9, 0.9},   {"Cos", -2, 2},
    {"Cosh", -2, 2},       {"Digamma", 0.5, 4},    {"Erf", -2, 2},         {"Erfc", -2, 2},
    {"Erfinv", -0.8, 0.8}, {"Exp", -2, 2},         {"Expm1", -2, 2},       {"Inv", 0.4, 3},
    {"Lgamma", 0.5, 4},    {"Log", 0.2, 4},        {"Log1p", -0.5, 3},     {"Ndtri", 0.1, 0.9},
    {"Neg", -2, 2},        {"Reciprocal", 0.4, 3}, {"Rsqrt", 0.3, 3},      {"Sigmoid", -2, 2},
    {"Sign", 0.2, 2},      {"Sin", -2, 2},         {"Sinh", -2, 2},        {"Sqrt", 0.3, 3},
    {"Square", -2, 2},     {"Tan", -1, 1},         {"Tanh", -2, 2},        {"BesselI0", 0.2, 2},
    {"BesselI0e", 0.2, 2}, {"BesselI1", 0.2, 2},   {"BesselI1e", 0.2, 2},  {"BesselJ0", 0.5, 4},
    {"BesselJ1", 0.5, 4},  {"BesselK0", 0.5, 4},   {"BesselK0e", 0.5, 4},  {"BesselK1", 0.5, 4},
    {"BesselK1e", 0.5, 4}, {"BesselY0", 0.5, 4},   {"BesselY1", 0.5, 4},   {"Dawsn", -2, 2},
    {"Expint", 0.3, 3},    {"FresnelCos", 0.1, 2}, {"FresnelSin", 0.1, 2}, {"Spence", 0.3, 3},
};

constexpr const char* kComplexUnary[] = {"Acos", "Acosh",      "Asin",  "Asinh",   "Atan", "Atanh",
                                         "Cos",  "Cosh",       "Exp",   "Expm1",   "Log",  "Log1p",
                                         "Neg",  "Reciprocal", "Rsqrt", "Sigmoid", "Sin",  "Sinh",
                                         "Sqrt", "Square",     "Tan",   "Tanh"};

struct Binary {
  const char* op;
  double low, high;
};

constexpr Binary kBinary[] = {{"Add", -2, 2},
                              {"AddV2", -2, 2},
                              {"Sub", -2, 2},
                              {"Mul", -2, 2},
                              {"Div", 0.5, 3},
                              {"RealDiv", 0.5, 3},
                              {"DivNoNan", 0.5, 3},
                              {"MulNoNan", 0.5, 2},
                              {"FloorMod", 1.1, 2},
                              {"Maximum", -2, 2},
                              {"Minimum", -2, 2},
                              {"Pow", 0.5, 2},
                              {"Xdivy", 0.4, 2},
                              {"Xlogy", 0.4, 2},
                              {"Xlog1py", 0.4, 2},
                              {"Atan2", 0.3, 2},
                              {"SquaredDifference", -2, 2}};

void add_elementwise(GradientCases& cases) {
  for (const Unary& u : kUnary) {
    cases.add({.op = u.op, .inputs = {real({2, 3}, u.low, u.high)}, .second = u.second});
  }
  for (const char* op : kComplexUnary) cases.add({.op = op, .inputs = {complex({3}, 0.3, 0.8)}});
  const std::pair<Shape, Shape> shapes[] = {
      {{2, 3}, {2, 3}}, {{2, 3}, {3}}, {{2, 1, 3}, {4, 1}}, {{}, {2, 2}}, {{0, 3}, {3}}};
  for (const Binary& b : kBinary) {
    for (const auto& [x, y] : shapes) {
      cases.add({.op = b.op, .inputs = {real(x, b.low, b.high), real(y, b.low, b.high)}});
    }
  }
  for (const char* op : {"AddV2", "Sub", "Mul", "RealDiv", "Pow", "DivNoNan"}) {
    cases.add({.op = op, .inputs = {complex({2, 2}, 0.4, 1.5), complex({2}, 0.4, 1.5)}});
  }
  for (const char* op : {"Floor", "Ceil", "Round", "Rint"}) {
    cases.add({.op = op, .inputs = {real({3})}, .without = {0}, .second = false});
  }
  for (const char* op : {"FloorDiv", "TruncateDiv"}) {
    cases.add(
        {.op = op, .inputs = {real({3}), real({3}, 1, 2)}, .without = {0, 1}, .second = false});
  }
  cases.leave_out("NextAfter", "a step to the next number is no smooth function");
  for (const char* op :
       {"SigmoidGrad", "TanhGrad", "RsqrtGrad", "SqrtGrad", "ReciprocalGrad", "InvGrad"}) {
    cases.add({.op = op, .inputs = {real({3}, 0.3, 0.9), real({3})}});
    cases.add({.op = op, .inputs = {complex({2}, 0.3, 0.9), complex({2})}, .second = false});
  }
}

void add_special(GradientCases& cases) {
  cases.add({.op = "Igamma",
             .inputs = {real({3}, 1.5, 4), real({3}, 1, 3)},
             .second = false,
             .tolerance = 1e-6});
  cases.add({.op = "Igammac",
             .inputs = {real({2, 1}, 1.5, 4), real({3}, 1, 3)},
             .second = false,
             .tolerance = 1e-6});
  cases.add({.op = "Zeta",
             .inputs = {real({3}, 1.5, 4), real({2, 1}, 1, 3)},
             .without = {0},
             .second = false});
  cases.add({.op = "Polygamma",
             .inputs = {doubles({1, 2, 3}, {3}), real({3}, 1, 3)},
             .without = {0},
             .second = false});
  cases.add({.op = "Betainc",
             .inputs = {real({3}, 0.5, 2), real({3}, 0.5, 2), real({3}, 0.2, 0.8)},
             .without = {0, 1},
             .second = false});
}

void add_complex(GradientCases& cases) {
  for (const char* op : {"Real", "Imag", "Angle", "ComplexAbs"}) {
    cases.add({.op = op, .inputs = {complex({3}, 0.3, 2)}, .attrs = {{"Tout", DType::float64}}});
  }
  cases.add({.op = "Conj", .inputs = {complex({3})}});
  cases.add({.op = "Complex",
             .inputs = {real({2, 2}), real({2})},
             .attrs = {{"Tout", DType::complex128}}});
  cases.add({.op = "Cast", .inputs = {real({3})}, .attrs = {{"DstT", DType::complex128}}});
  cases.add({.op = "Cast",
             .inputs = {real({3}, -2, 2, DType::float32)},
             .attrs = {{"DstT", DType::float64}}});
  cases.add({.op = "Cast",
             .inputs = {real({3})},
             .attrs = {{"DstT", DType::int32}},
             .without = {0},
             .second = false});
}

void add_rest(GradientCases& cases) {
  cases.add({.op = "AddN", .inputs = {real({2, 2}), real({2, 2}), real({2, 2})}});
  cases.add(
      {.op = "AccumulateNV2", .inputs = {real({3}), real({3})}, .attrs = {{"shape", Shape{3}}}});
  cases.add({.op = "ClipByValue", .inputs = {real({3, 3}), real({}, -1, -0.5), real({}, 0.5, 1)}});
  cases.add({.op = "ClipByValue", .inputs = {real({4}), real({4}, -1, -0.5), real({4}, 0.5, 1)}});
  const Tensor choice =
      Tensor::of(std::vector<bool>{true, false, true, true, false, false}, {2, 3});
  const Tensor rows = Tensor::of(std::vector<bool>{true, false}, {2});
  cases.add({.op = "Select", .inputs = {choice, real({2, 3}), real({2, 3})}});
  cases.add({.op = "Select", .inputs = {rows, real({2, 3}), real({2, 3})}});
  cases.add({.op = "SelectV2", .inputs = {choice, real({2, 3}), real({3})}});
  cases.add({.op = "SelectV2", .inputs = {rows, real({}), real({3, 1})}});
  for (const bool exclusive : {false, true}) {
    for (const bool reverse : {false, true}) {
      const AttrMap attrs = {{"exclusive", exclusive}, {"reverse", reverse}};
      cases.add({.op = "Cumsum", .inputs = {real({3, 2}), number(0)}, .attrs = attrs});
      cases.add({.op = "Cumprod", .inputs = {real({3, 2}, 0.3, 2), number(-2)}, .attrs = attrs});
      // Exclusive sums start with the logarithm of 0. TensorFlow's formula takes the logarithm of
      // gradients, which the second derivative moves through zero.
      if (exclusive) continue;
      cases.add({.op = "CumulativeLogsumexp",
                 .inputs = {real({3, 2}), number(-1)},
                 .attrs = attrs,
                 .second = false});
    }
  }
}

}  // namespace

void register_math_gradients(GradientCases& cases) {
  add_elementwise(cases);
  add_special(cases);
  add_complex(cases);
  add_rest(cases);
}

}  // namespace rill::test
