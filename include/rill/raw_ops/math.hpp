// The operations of src/ops/math as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value Abs(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Abs", {x}, std::move(attrs), node)[0];
}
inline Value AccumulateNV2(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AccumulateNV2", ops::joined(inputs_), std::move(attrs), node)[0];
}
inline Value Acos(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Acos", {x}, std::move(attrs), node)[0];
}
inline Value Acosh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Acosh", {x}, std::move(attrs), node)[0];
}
inline Value Add(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Add", {x, y}, std::move(attrs), node)[0];
}
inline Value AddN(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AddN", ops::joined(inputs_), std::move(attrs), node)[0];
}
inline Value AddV2(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AddV2", {x, y}, std::move(attrs), node)[0];
}
inline Value Angle(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Angle", {input}, std::move(attrs), node)[0];
}
inline Value ApproximateEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApproximateEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value Asin(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Asin", {x}, std::move(attrs), node)[0];
}
inline Value Asinh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Asinh", {x}, std::move(attrs), node)[0];
}
inline Value Atan(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Atan", {x}, std::move(attrs), node)[0];
}
inline Value Atan2(const Value& y, const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Atan2", {y, x}, std::move(attrs), node)[0];
}
inline Value Atanh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Atanh", {x}, std::move(attrs), node)[0];
}
inline Value BesselI0(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselI0", {x}, std::move(attrs), node)[0];
}
inline Value BesselI0e(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselI0e", {x}, std::move(attrs), node)[0];
}
inline Value BesselI1(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselI1", {x}, std::move(attrs), node)[0];
}
inline Value BesselI1e(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselI1e", {x}, std::move(attrs), node)[0];
}
inline Value BesselJ0(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselJ0", {x}, std::move(attrs), node)[0];
}
inline Value BesselJ1(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselJ1", {x}, std::move(attrs), node)[0];
}
inline Value BesselK0(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselK0", {x}, std::move(attrs), node)[0];
}
inline Value BesselK0e(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselK0e", {x}, std::move(attrs), node)[0];
}
inline Value BesselK1(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselK1", {x}, std::move(attrs), node)[0];
}
inline Value BesselK1e(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselK1e", {x}, std::move(attrs), node)[0];
}
inline Value BesselY0(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselY0", {x}, std::move(attrs), node)[0];
}
inline Value BesselY1(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BesselY1", {x}, std::move(attrs), node)[0];
}
inline Value Betainc(const Value& a, const Value& b, const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Betainc", {a, b, x}, std::move(attrs), node)[0];
}
inline Value Bincount(const Value& arr, const Value& size, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Bincount", {arr, size, weights}, std::move(attrs), node)[0];
}
inline Value Bitcast(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Bitcast", {input}, std::move(attrs), node)[0];
}
inline Value BitwiseAnd(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BitwiseAnd", {x, y}, std::move(attrs), node)[0];
}
inline Value BitwiseOr(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BitwiseOr", {x, y}, std::move(attrs), node)[0];
}
inline Value BitwiseXor(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BitwiseXor", {x, y}, std::move(attrs), node)[0];
}
inline Value Bucketize(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Bucketize", {input}, std::move(attrs), node)[0];
}
inline Value Cast(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cast", {x}, std::move(attrs), node)[0];
}
inline Value Ceil(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Ceil", {x}, std::move(attrs), node)[0];
}
inline Value ClipByValue(const Value& t, const Value& clip_value_min, const Value& clip_value_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ClipByValue", {t, clip_value_min, clip_value_max}, std::move(attrs), node)[0];
}
inline Value Complex(const Value& real, const Value& imag, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Complex", {real, imag}, std::move(attrs), node)[0];
}
inline Value ComplexAbs(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ComplexAbs", {x}, std::move(attrs), node)[0];
}
inline Value Conj(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conj", {input}, std::move(attrs), node)[0];
}
inline Value Cos(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cos", {x}, std::move(attrs), node)[0];
}
inline Value Cosh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cosh", {x}, std::move(attrs), node)[0];
}
inline Value Cumprod(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cumprod", {x, axis}, std::move(attrs), node)[0];
}
inline Value Cumsum(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cumsum", {x, axis}, std::move(attrs), node)[0];
}
inline Value CumulativeLogsumexp(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CumulativeLogsumexp", {x, axis}, std::move(attrs), node)[0];
}
inline Value Dawsn(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dawsn", {x}, std::move(attrs), node)[0];
}
inline Value DenseBincount(const Value& input, const Value& size, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DenseBincount", {input, size, weights}, std::move(attrs), node)[0];
}
inline Value Digamma(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Digamma", {x}, std::move(attrs), node)[0];
}
inline Value Div(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Div", {x, y}, std::move(attrs), node)[0];
}
inline Value DivNoNan(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DivNoNan", {x, y}, std::move(attrs), node)[0];
}
inline Value Equal(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Equal", {x, y}, std::move(attrs), node)[0];
}
inline Value Erf(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Erf", {x}, std::move(attrs), node)[0];
}
inline Value Erfc(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Erfc", {x}, std::move(attrs), node)[0];
}
inline Value Erfinv(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Erfinv", {x}, std::move(attrs), node)[0];
}
inline Value Exp(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Exp", {x}, std::move(attrs), node)[0];
}
inline Value Expint(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Expint", {x}, std::move(attrs), node)[0];
}
inline Value Expm1(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Expm1", {x}, std::move(attrs), node)[0];
}
inline Value Floor(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Floor", {x}, std::move(attrs), node)[0];
}
inline Value FloorDiv(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FloorDiv", {x, y}, std::move(attrs), node)[0];
}
inline Value FloorMod(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FloorMod", {x, y}, std::move(attrs), node)[0];
}
inline Value FresnelCos(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FresnelCos", {x}, std::move(attrs), node)[0];
}
inline Value FresnelSin(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FresnelSin", {x}, std::move(attrs), node)[0];
}
inline Value Greater(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Greater", {x, y}, std::move(attrs), node)[0];
}
inline Value GreaterEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GreaterEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value HistogramFixedWidth(const Value& values, const Value& value_range, const Value& nbins, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HistogramFixedWidth", {values, value_range, nbins}, std::move(attrs), node)[0];
}
inline Value Igamma(const Value& a, const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Igamma", {a, x}, std::move(attrs), node)[0];
}
inline Value IgammaGradA(const Value& a, const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IgammaGradA", {a, x}, std::move(attrs), node)[0];
}
inline Value Igammac(const Value& a, const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Igammac", {a, x}, std::move(attrs), node)[0];
}
inline Value Imag(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Imag", {input}, std::move(attrs), node)[0];
}
inline Value Inv(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Inv", {x}, std::move(attrs), node)[0];
}
inline Value InvGrad(const Value& y, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InvGrad", {y, dy}, std::move(attrs), node)[0];
}
inline Value Invert(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Invert", {x}, std::move(attrs), node)[0];
}
inline Value IsFinite(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsFinite", {x}, std::move(attrs), node)[0];
}
inline Value IsInf(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsInf", {x}, std::move(attrs), node)[0];
}
inline Value IsNan(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsNan", {x}, std::move(attrs), node)[0];
}
inline Values IsotonicRegression(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsotonicRegression", {input}, std::move(attrs), node);
}
inline Value LeftShift(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LeftShift", {x, y}, std::move(attrs), node)[0];
}
inline Value Less(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Less", {x, y}, std::move(attrs), node)[0];
}
inline Value LessEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LessEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value Lgamma(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Lgamma", {x}, std::move(attrs), node)[0];
}
inline Value LinSpace(const Value& start, const Value& stop, const Value& num, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LinSpace", {start, stop, num}, std::move(attrs), node)[0];
}
inline Value Log(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Log", {x}, std::move(attrs), node)[0];
}
inline Value Log1p(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Log1p", {x}, std::move(attrs), node)[0];
}
inline Value LogicalAnd(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogicalAnd", {x, y}, std::move(attrs), node)[0];
}
inline Value LogicalNot(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogicalNot", {x}, std::move(attrs), node)[0];
}
inline Value LogicalOr(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogicalOr", {x, y}, std::move(attrs), node)[0];
}
inline Value Maximum(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Maximum", {x, y}, std::move(attrs), node)[0];
}
inline Value Minimum(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Minimum", {x, y}, std::move(attrs), node)[0];
}
inline Value Mod(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mod", {x, y}, std::move(attrs), node)[0];
}
inline Value Mul(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mul", {x, y}, std::move(attrs), node)[0];
}
inline Value MulNoNan(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MulNoNan", {x, y}, std::move(attrs), node)[0];
}
inline Value Ndtri(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Ndtri", {x}, std::move(attrs), node)[0];
}
inline Values NearestNeighbors(const Value& points, const Value& centers, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NearestNeighbors", {points, centers, k}, std::move(attrs), node);
}
inline Value Neg(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Neg", {x}, std::move(attrs), node)[0];
}
inline Value NextAfter(const Value& x1, const Value& x2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NextAfter", {x1, x2}, std::move(attrs), node)[0];
}
inline Value NotEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NotEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value Polygamma(const Value& a, const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Polygamma", {a, x}, std::move(attrs), node)[0];
}
inline Value PopulationCount(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PopulationCount", {x}, std::move(attrs), node)[0];
}
inline Value Pow(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Pow", {x, y}, std::move(attrs), node)[0];
}
inline Value RandomGammaGrad(const Value& alpha, const Value& sample, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomGammaGrad", {alpha, sample}, std::move(attrs), node)[0];
}
inline Value Range(const Value& start, const Value& limit, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Range", {start, limit, delta}, std::move(attrs), node)[0];
}
inline Value Real(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Real", {input}, std::move(attrs), node)[0];
}
inline Value RealDiv(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RealDiv", {x, y}, std::move(attrs), node)[0];
}
inline Value Reciprocal(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Reciprocal", {x}, std::move(attrs), node)[0];
}
inline Value ReciprocalGrad(const Value& y, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReciprocalGrad", {y, dy}, std::move(attrs), node)[0];
}
inline Value RightShift(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RightShift", {x, y}, std::move(attrs), node)[0];
}
inline Value Rint(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Rint", {x}, std::move(attrs), node)[0];
}
inline Value Round(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Round", {x}, std::move(attrs), node)[0];
}
inline Value Rsqrt(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Rsqrt", {x}, std::move(attrs), node)[0];
}
inline Value RsqrtGrad(const Value& y, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RsqrtGrad", {y, dy}, std::move(attrs), node)[0];
}
inline Value Select(const Value& condition, const Value& t, const Value& e, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Select", {condition, t, e}, std::move(attrs), node)[0];
}
inline Value SelectV2(const Value& condition, const Value& t, const Value& e, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SelectV2", {condition, t, e}, std::move(attrs), node)[0];
}
inline Value Sigmoid(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sigmoid", {x}, std::move(attrs), node)[0];
}
inline Value SigmoidGrad(const Value& y, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SigmoidGrad", {y, dy}, std::move(attrs), node)[0];
}
inline Value Sign(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sign", {x}, std::move(attrs), node)[0];
}
inline Value Sin(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sin", {x}, std::move(attrs), node)[0];
}
inline Value Sinh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sinh", {x}, std::move(attrs), node)[0];
}
inline Value Spence(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Spence", {x}, std::move(attrs), node)[0];
}
inline Value Sqrt(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sqrt", {x}, std::move(attrs), node)[0];
}
inline Value SqrtGrad(const Value& y, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SqrtGrad", {y, dy}, std::move(attrs), node)[0];
}
inline Value Square(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Square", {x}, std::move(attrs), node)[0];
}
inline Value SquaredDifference(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SquaredDifference", {x, y}, std::move(attrs), node)[0];
}
inline Value Sub(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sub", {x, y}, std::move(attrs), node)[0];
}
inline Value Tan(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Tan", {x}, std::move(attrs), node)[0];
}
inline Value Tanh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Tanh", {x}, std::move(attrs), node)[0];
}
inline Value TanhGrad(const Value& y, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TanhGrad", {y, dy}, std::move(attrs), node)[0];
}
inline Value ToBool(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ToBool", {input}, std::move(attrs), node)[0];
}
inline Value TruncateDiv(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TruncateDiv", {x, y}, std::move(attrs), node)[0];
}
inline Value TruncateMod(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TruncateMod", {x, y}, std::move(attrs), node)[0];
}
inline Value Xdivy(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Xdivy", {x, y}, std::move(attrs), node)[0];
}
inline Value Xlog1py(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Xlog1py", {x, y}, std::move(attrs), node)[0];
}
inline Value Xlogy(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Xlogy", {x, y}, std::move(attrs), node)[0];
}
inline Value Zeta(const Value& x, const Value& q, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Zeta", {x, q}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
