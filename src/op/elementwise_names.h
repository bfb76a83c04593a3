// The float ops that may run inside one _FusedElementwise: by name, because the executor decides
// and the op knows the kernels.
#pragma once

#include <algorithm>
#include <string_view>

namespace rill {

inline constexpr std::string_view kFusedUnaryOps[] = {
    "Abs",        "Acos",       "Acosh",     "Asin",     "Asinh",
    "Atan",       "Atanh",      "Ceil",      "Cos",      "Cosh",
    "Elu",        "Erf",        "Erfc",      "Exp",      "Expm1",
    "Floor",      "Inv",        "LeakyRelu", "Log",      "Log1p",
    "Neg",        "Reciprocal", "Relu",      "Relu6",    "Rint",
    "Round",      "Rsqrt",      "Selu",      "Sigmoid",  "Sign",
    "Sin",        "Sinh",       "Softplus",  "Softsign", "Sqrt",
    "Square",     "Tan",        "Tanh",      "_Gelu",    "_GeluApproximate",
    "_HardSwish", "_Swish"};

inline constexpr std::string_view kFusedBinaryOps[] = {
    "Add",     "AddV2",   "BiasAdd", "Div",      "DivNoNan", "FloorDiv", "FloorMod",
    "Maximum", "Minimum", "Mul",     "MulNoNan", "Pow",      "RealDiv",  "SquaredDifference",
    "Sub",     "Xdivy",   "Xlogy"};

// 1 or 2 for an op that can be fused, else 0.
inline int fused_operands(std::string_view op) {
  if (std::find(std::begin(kFusedUnaryOps), std::end(kFusedUnaryOps), op) !=
      std::end(kFusedUnaryOps)) {
    return 1;
  }
  return std::find(std::begin(kFusedBinaryOps), std::end(kFusedBinaryOps), op) !=
                 std::end(kFusedBinaryOps)
             ? 2
             : 0;
}

}  // namespace rill
