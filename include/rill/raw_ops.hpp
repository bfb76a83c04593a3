// Written by `rill ops --header`; a test fails when it is stale.
// Every operation as a function, named and with the inputs that TensorFlow's tf.raw_ops has:
// raw_ops::MatMul(a, b, {{"transpose_b", true}}). Attributes that inputs tell, and those with a
// default, may be left out. doc/ops.md lists types and gradients.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {
namespace detail {

inline void append(Values& all, const Value& one) { all.push_back(one); }
inline void append(Values& all, const Values& many) { all.insert(all.end(), many.begin(), many.end()); }

template <typename... Parts>
Values joined(const Parts&... parts) {
  Values all;
  (append(all, parts), ...);
  return all;
}

}  // namespace detail

inline Value Abs(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Abs", {x}, std::move(attrs), node)[0];
}
inline Value AccumulateNV2(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AccumulateNV2", detail::joined(inputs_), std::move(attrs), node)[0];
}
inline void AccumulatorApplyGradient(const Value& handle, const Value& local_step, const Value& gradient, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AccumulatorApplyGradient", {handle, local_step, gradient}, std::move(attrs), node);
}
inline Value AccumulatorNumAccumulated(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AccumulatorNumAccumulated", {handle}, std::move(attrs), node)[0];
}
inline void AccumulatorSetGlobalStep(const Value& handle, const Value& new_global_step, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AccumulatorSetGlobalStep", {handle, new_global_step}, std::move(attrs), node);
}
inline Value AccumulatorTakeGradient(const Value& handle, const Value& num_required, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AccumulatorTakeGradient", {handle, num_required}, std::move(attrs), node)[0];
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
  return ops::call("AddN", detail::joined(inputs_), std::move(attrs), node)[0];
}
inline Value AddV2(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AddV2", {x, y}, std::move(attrs), node)[0];
}
inline Value AdjustContrastv2(const Value& images, const Value& contrast_factor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustContrastv2", {images, contrast_factor}, std::move(attrs), node)[0];
}
inline Value AdjustHue(const Value& images, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustHue", {images, delta}, std::move(attrs), node)[0];
}
inline Value AdjustSaturation(const Value& images, const Value& scale, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustSaturation", {images, scale}, std::move(attrs), node)[0];
}
inline Value All(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("All", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Values AllCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AllCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Value Angle(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Angle", {input}, std::move(attrs), node)[0];
}
inline Value AnonymousHashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousHashTable", {}, std::move(attrs), node)[0];
}
inline Value AnonymousIterator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousIterator", {}, std::move(attrs), node)[0];
}
inline Values AnonymousIteratorV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousIteratorV2", {}, std::move(attrs), node);
}
inline Value AnonymousIteratorV3(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousIteratorV3", {}, std::move(attrs), node)[0];
}
inline Value AnonymousMutableHashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousMutableHashTable", {}, std::move(attrs), node)[0];
}
inline Value Any(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Any", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value ApplyAdaMax(const Value& var, const Value& m, const Value& v, const Value& beta1_power, const Value& lr, const Value& beta1, const Value& beta2, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAdaMax", {var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad}, std::move(attrs), node)[0];
}
inline Value ApplyAdadelta(const Value& var, const Value& accum, const Value& accum_update, const Value& lr, const Value& rho, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAdadelta", {var, accum, accum_update, lr, rho, epsilon, grad}, std::move(attrs), node)[0];
}
inline Value ApplyAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAdagrad", {var, accum, lr, grad}, std::move(attrs), node)[0];
}
inline Value ApplyAdagradDA(const Value& var, const Value& gradient_accumulator, const Value& gradient_squared_accumulator, const Value& grad, const Value& lr, const Value& l1, const Value& l2, const Value& global_step, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAdagradDA", {var, gradient_accumulator, gradient_squared_accumulator, grad, lr, l1, l2, global_step}, std::move(attrs), node)[0];
}
inline Value ApplyAdagradV2(const Value& var, const Value& accum, const Value& lr, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAdagradV2", {var, accum, lr, epsilon, grad}, std::move(attrs), node)[0];
}
inline Value ApplyAdam(const Value& var, const Value& m, const Value& v, const Value& beta1_power, const Value& beta2_power, const Value& lr, const Value& beta1, const Value& beta2, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAdam", {var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad}, std::move(attrs), node)[0];
}
inline Value ApplyAddSign(const Value& var, const Value& m, const Value& lr, const Value& alpha, const Value& sign_decay, const Value& beta, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyAddSign", {var, m, lr, alpha, sign_decay, beta, grad}, std::move(attrs), node)[0];
}
inline Value ApplyCenteredRMSProp(const Value& var, const Value& mg, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyCenteredRMSProp", {var, mg, ms, mom, lr, rho, momentum, epsilon, grad}, std::move(attrs), node)[0];
}
inline Value ApplyFtrl(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& lr, const Value& l1, const Value& l2, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyFtrl", {var, accum, linear, grad, lr, l1, l2, lr_power}, std::move(attrs), node)[0];
}
inline Value ApplyFtrlV2(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& lr, const Value& l1, const Value& l2, const Value& l2_shrinkage, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyFtrlV2", {var, accum, linear, grad, lr, l1, l2, l2_shrinkage, lr_power}, std::move(attrs), node)[0];
}
inline Value ApplyGradientDescent(const Value& var, const Value& alpha, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyGradientDescent", {var, alpha, delta}, std::move(attrs), node)[0];
}
inline Value ApplyMomentum(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& momentum, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyMomentum", {var, accum, lr, grad, momentum}, std::move(attrs), node)[0];
}
inline Value ApplyPowerSign(const Value& var, const Value& m, const Value& lr, const Value& logbase, const Value& sign_decay, const Value& beta, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyPowerSign", {var, m, lr, logbase, sign_decay, beta, grad}, std::move(attrs), node)[0];
}
inline Value ApplyProximalAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& l1, const Value& l2, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyProximalAdagrad", {var, accum, lr, l1, l2, grad}, std::move(attrs), node)[0];
}
inline Value ApplyProximalGradientDescent(const Value& var, const Value& alpha, const Value& l1, const Value& l2, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyProximalGradientDescent", {var, alpha, l1, l2, delta}, std::move(attrs), node)[0];
}
inline Value ApplyRMSProp(const Value& var, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApplyRMSProp", {var, ms, mom, lr, rho, momentum, epsilon, grad}, std::move(attrs), node)[0];
}
inline Values ApproxTopK(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApproxTopK", {input}, std::move(attrs), node);
}
inline Value ApproximateEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ApproximateEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value ArgMax(const Value& input, const Value& dimension, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ArgMax", {input, dimension}, std::move(attrs), node)[0];
}
inline Value ArgMin(const Value& input, const Value& dimension, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ArgMin", {input, dimension}, std::move(attrs), node)[0];
}
inline Value AsString(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AsString", {input}, std::move(attrs), node)[0];
}
inline Value Asin(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Asin", {x}, std::move(attrs), node)[0];
}
inline Value Asinh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Asinh", {x}, std::move(attrs), node)[0];
}
inline void Assert(const Value& condition, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("Assert", detail::joined(condition, data), std::move(attrs), node);
}
inline Value Assign(const Value& ref, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Assign", {ref, value}, std::move(attrs), node)[0];
}
inline Value AssignAdd(const Value& ref, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AssignAdd", {ref, value}, std::move(attrs), node)[0];
}
inline void AssignAddVariableOp(const Value& resource, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AssignAddVariableOp", {resource, value}, std::move(attrs), node);
}
inline Value AssignSub(const Value& ref, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AssignSub", {ref, value}, std::move(attrs), node)[0];
}
inline void AssignSubVariableOp(const Value& resource, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AssignSubVariableOp", {resource, value}, std::move(attrs), node);
}
inline void AssignVariableOp(const Value& resource, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("AssignVariableOp", {resource, value}, std::move(attrs), node);
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
inline Value AudioSpectrogram(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AudioSpectrogram", {input}, std::move(attrs), node)[0];
}
inline Value AvgPool(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPool", {value}, std::move(attrs), node)[0];
}
inline Value AvgPool3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPool3D", {input}, std::move(attrs), node)[0];
}
inline Value AvgPool3DGrad(const Value& orig_input_shape, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPool3DGrad", {orig_input_shape, grad}, std::move(attrs), node)[0];
}
inline Value AvgPoolGrad(const Value& orig_input_shape, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AvgPoolGrad", {orig_input_shape, grad}, std::move(attrs), node)[0];
}
inline Value BandedTriangularSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BandedTriangularSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value Barrier(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Barrier", {}, std::move(attrs), node)[0];
}
inline void BarrierClose(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("BarrierClose", {handle}, std::move(attrs), node);
}
inline Value BarrierIncompleteSize(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BarrierIncompleteSize", {handle}, std::move(attrs), node)[0];
}
inline void BarrierInsertMany(const Value& handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("BarrierInsertMany", {handle, keys, values}, std::move(attrs), node);
}
inline Value BarrierReadySize(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BarrierReadySize", {handle}, std::move(attrs), node)[0];
}
inline Values BarrierTakeMany(const Value& handle, const Value& num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BarrierTakeMany", {handle, num_elements}, std::move(attrs), node);
}
inline Value BatchCholesky(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchCholesky", {input}, std::move(attrs), node)[0];
}
inline Value BatchDataset(const Value& input_dataset, const Value& batch_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchDataset", {input_dataset, batch_size}, std::move(attrs), node)[0];
}
inline Value BatchDatasetV2(const Value& input_dataset, const Value& batch_size, const Value& drop_remainder, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchDatasetV2", {input_dataset, batch_size, drop_remainder}, std::move(attrs), node)[0];
}
inline Value BatchFFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchFFT", {input}, std::move(attrs), node)[0];
}
inline Value BatchFFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchFFT2D", {input}, std::move(attrs), node)[0];
}
inline Value BatchFFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchFFT3D", {input}, std::move(attrs), node)[0];
}
inline Value BatchIFFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchIFFT", {input}, std::move(attrs), node)[0];
}
inline Value BatchIFFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchIFFT2D", {input}, std::move(attrs), node)[0];
}
inline Value BatchIFFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchIFFT3D", {input}, std::move(attrs), node)[0];
}
inline Value BatchMatMul(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatMul", {x, y}, std::move(attrs), node)[0];
}
inline Value BatchMatMulV2(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatMulV2", {x, y}, std::move(attrs), node)[0];
}
inline Value BatchMatMulV3(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatMulV3", {x, y}, std::move(attrs), node)[0];
}
inline Value BatchMatrixDeterminant(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixDeterminant", {input}, std::move(attrs), node)[0];
}
inline Value BatchMatrixInverse(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixInverse", {input}, std::move(attrs), node)[0];
}
inline Value BatchMatrixSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value BatchMatrixTriangularSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixTriangularSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value BatchNormWithGlobalNormalization(const Value& t, const Value& m, const Value& v, const Value& beta, const Value& gamma, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchNormWithGlobalNormalization", {t, m, v, beta, gamma}, std::move(attrs), node)[0];
}
inline Values BatchNormWithGlobalNormalizationGrad(const Value& t, const Value& m, const Value& v, const Value& gamma, const Value& backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchNormWithGlobalNormalizationGrad", {t, m, v, gamma, backprop}, std::move(attrs), node);
}
inline Values BatchSelfAdjointEigV2(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchSelfAdjointEigV2", {input}, std::move(attrs), node);
}
inline Values BatchSvd(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchSvd", {input}, std::move(attrs), node);
}
inline Value BatchToSpace(const Value& input, const Value& crops, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchToSpace", {input, crops}, std::move(attrs), node)[0];
}
inline Value BatchToSpaceND(const Value& input, const Value& block_shape, const Value& crops, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchToSpaceND", {input, block_shape, crops}, std::move(attrs), node)[0];
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
inline Value BiasAdd(const Value& value, const Value& bias, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BiasAdd", {value, bias}, std::move(attrs), node)[0];
}
inline Value BiasAddGrad(const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BiasAddGrad", {out_backprop}, std::move(attrs), node)[0];
}
inline Value BiasAddV1(const Value& value, const Value& bias, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BiasAddV1", {value, bias}, std::move(attrs), node)[0];
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
inline Values BlockLSTM(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTM", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b}, std::move(attrs), node);
}
inline Values BlockLSTMGrad(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, const Value& i, const Value& cs, const Value& f, const Value& o, const Value& ci, const Value& co, const Value& h, const Value& cs_grad, const Value& h_grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTMGrad", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, cs_grad, h_grad}, std::move(attrs), node);
}
inline Values BlockLSTMGradV2(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, const Value& i, const Value& cs, const Value& f, const Value& o, const Value& ci, const Value& co, const Value& h, const Value& cs_grad, const Value& h_grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTMGradV2", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, cs_grad, h_grad}, std::move(attrs), node);
}
inline Values BlockLSTMV2(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTMV2", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b}, std::move(attrs), node);
}
inline Value BroadcastArgs(const Value& s0, const Value& s1, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BroadcastArgs", {s0, s1}, std::move(attrs), node)[0];
}
inline Values BroadcastGradientArgs(const Value& s0, const Value& s1, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BroadcastGradientArgs", {s0, s1}, std::move(attrs), node);
}
inline Value BroadcastTo(const Value& input, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BroadcastTo", {input, shape}, std::move(attrs), node)[0];
}
inline Value Bucketize(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Bucketize", {input}, std::move(attrs), node)[0];
}
inline Values CTCBeamSearchDecoder(const Value& inputs_, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCBeamSearchDecoder", {inputs_, sequence_length}, std::move(attrs), node);
}
inline Values CTCGreedyDecoder(const Value& inputs_, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCGreedyDecoder", {inputs_, sequence_length}, std::move(attrs), node);
}
inline Values CTCLoss(const Value& inputs_, const Value& labels_indices, const Value& labels_values, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCLoss", {inputs_, labels_indices, labels_values, sequence_length}, std::move(attrs), node);
}
inline Values CTCLossV2(const Value& inputs_, const Value& labels_indices, const Value& labels_values, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCLossV2", {inputs_, labels_indices, labels_values, sequence_length}, std::move(attrs), node);
}
inline Value CacheDataset(const Value& input_dataset, const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CacheDataset", {input_dataset, filename}, std::move(attrs), node)[0];
}
inline Value CacheDatasetV2(const Value& input_dataset, const Value& filename, const Value& cache, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CacheDatasetV2", {input_dataset, filename, cache}, std::move(attrs), node)[0];
}
inline Values Case(const Value& branch_index, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Case", detail::joined(branch_index, input), std::move(attrs), node);
}
inline Value Cast(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cast", {x}, std::move(attrs), node)[0];
}
inline Value Ceil(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Ceil", {x}, std::move(attrs), node)[0];
}
inline Value CheckNumerics(const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CheckNumerics", {tensor}, std::move(attrs), node)[0];
}
inline Value CheckNumericsV2(const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CheckNumericsV2", {tensor}, std::move(attrs), node)[0];
}
inline Value Cholesky(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cholesky", {input}, std::move(attrs), node)[0];
}
inline Value CholeskyGrad(const Value& l, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CholeskyGrad", {l, grad}, std::move(attrs), node)[0];
}
inline Value ClipByValue(const Value& t, const Value& clip_value_min, const Value& clip_value_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ClipByValue", {t, clip_value_min, clip_value_max}, std::move(attrs), node)[0];
}
inline Values CombinedNonMaxSuppression(const Value& boxes, const Value& scores, const Value& max_output_size_per_class, const Value& max_total_size, const Value& iou_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CombinedNonMaxSuppression", {boxes, scores, max_output_size_per_class, max_total_size, iou_threshold, score_threshold}, std::move(attrs), node);
}
inline Value Complex(const Value& real, const Value& imag, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Complex", {real, imag}, std::move(attrs), node)[0];
}
inline Value ComplexAbs(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ComplexAbs", {x}, std::move(attrs), node)[0];
}
inline Values ComputeAccidentalHits(const Value& true_classes, const Value& sampled_candidates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ComputeAccidentalHits", {true_classes, sampled_candidates}, std::move(attrs), node);
}
inline Value Concat(const Value& concat_dim, const Values& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Concat", detail::joined(concat_dim, values), std::move(attrs), node)[0];
}
inline Values ConcatOffset(const Value& concat_dim, const Values& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConcatOffset", detail::joined(concat_dim, shape), std::move(attrs), node);
}
inline Value ConcatV2(const Values& values, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConcatV2", detail::joined(values, axis), std::move(attrs), node)[0];
}
inline Value ConcatenateDataset(const Value& input_dataset, const Value& another_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConcatenateDataset", {input_dataset, another_dataset}, std::move(attrs), node)[0];
}
inline Value ConditionalAccumulator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConditionalAccumulator", {}, std::move(attrs), node)[0];
}
inline Value Conj(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conj", {input}, std::move(attrs), node)[0];
}
inline Value ConjugateTranspose(const Value& x, const Value& perm, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConjugateTranspose", {x, perm}, std::move(attrs), node)[0];
}
inline Value Const(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Const", {}, std::move(attrs), node)[0];
}
inline void ControlTrigger(AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ControlTrigger", {}, std::move(attrs), node);
}
inline Value Conv(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv", {input, filter}, std::move(attrs), node)[0];
}
inline Value Conv2D(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2D", {input, filter}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropFilter(const Value& input, const Value& filter_sizes, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropFilter", {input, filter_sizes, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropFilterV2(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropFilterV2", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropInput(const Value& input_sizes, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropInput", {input_sizes, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv2DBackpropInputV2(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv2DBackpropInputV2", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3D(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3D", {input, filter}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropFilter(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropFilter", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropFilterV2(const Value& input, const Value& filter_sizes, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropFilterV2", {input, filter_sizes, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropInput(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropInput", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Conv3DBackpropInputV2(const Value& input_sizes, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Conv3DBackpropInputV2", {input_sizes, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Cos(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cos", {x}, std::move(attrs), node)[0];
}
inline Value Cosh(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cosh", {x}, std::move(attrs), node)[0];
}
inline Value CountUpTo(const Value& ref, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CountUpTo", {ref}, std::move(attrs), node)[0];
}
inline Value CropAndResize(const Value& image, const Value& boxes, const Value& box_ind, const Value& crop_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CropAndResize", {image, boxes, box_ind, crop_size}, std::move(attrs), node)[0];
}
inline Value CropAndResizeGradBoxes(const Value& grads, const Value& image, const Value& boxes, const Value& box_ind, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CropAndResizeGradBoxes", {grads, image, boxes, box_ind}, std::move(attrs), node)[0];
}
inline Value CropAndResizeGradImage(const Value& grads, const Value& boxes, const Value& box_ind, const Value& image_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CropAndResizeGradImage", {grads, boxes, box_ind, image_size}, std::move(attrs), node)[0];
}
inline Value Cross(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cross", {a, b}, std::move(attrs), node)[0];
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
inline Value DataFormatDimMap(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DataFormatDimMap", {x}, std::move(attrs), node)[0];
}
inline Value DataFormatVecPermute(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DataFormatVecPermute", {x}, std::move(attrs), node)[0];
}
inline Value Dawsn(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dawsn", {x}, std::move(attrs), node)[0];
}
inline Value DebugGradientIdentity(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DebugGradientIdentity", {input}, std::move(attrs), node)[0];
}
inline Value DecodeAndCropJpeg(const Value& contents, const Value& crop_window, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeAndCropJpeg", {contents, crop_window}, std::move(attrs), node)[0];
}
inline Value DecodeBase64(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeBase64", {input}, std::move(attrs), node)[0];
}
inline Value DecodeBmp(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeBmp", {contents}, std::move(attrs), node)[0];
}
inline Values DecodeCSV(const Value& records, const Values& record_defaults, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeCSV", detail::joined(records, record_defaults), std::move(attrs), node);
}
inline Value DecodeGif(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeGif", {contents}, std::move(attrs), node)[0];
}
inline Value DecodeImage(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeImage", {contents}, std::move(attrs), node)[0];
}
inline Value DecodeJpeg(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeJpeg", {contents}, std::move(attrs), node)[0];
}
inline Value DecodePaddedRaw(const Value& input_bytes, const Value& fixed_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodePaddedRaw", {input_bytes, fixed_length}, std::move(attrs), node)[0];
}
inline Value DecodePng(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodePng", {contents}, std::move(attrs), node)[0];
}
inline Value DecodeRaw(const Value& bytes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeRaw", {bytes}, std::move(attrs), node)[0];
}
inline Values DecodeWav(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeWav", {contents}, std::move(attrs), node);
}
inline Value DeepCopy(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DeepCopy", {x}, std::move(attrs), node)[0];
}
inline void DeleteIterator(const Value& handle, const Value& deleter, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("DeleteIterator", {handle, deleter}, std::move(attrs), node);
}
inline Value DenseBincount(const Value& input, const Value& size, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DenseBincount", {input, size, weights}, std::move(attrs), node)[0];
}
inline Values DenseCountSparseOutput(const Value& values, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DenseCountSparseOutput", {values, weights}, std::move(attrs), node);
}
inline Values DenseToDenseSetOperation(const Value& set1, const Value& set2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DenseToDenseSetOperation", {set1, set2}, std::move(attrs), node);
}
inline Values DenseToSparseSetOperation(const Value& set1, const Value& set2_indices, const Value& set2_values, const Value& set2_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DenseToSparseSetOperation", {set1, set2_indices, set2_values, set2_shape}, std::move(attrs), node);
}
inline Value DepthToSpace(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthToSpace", {input}, std::move(attrs), node)[0];
}
inline Value DepthwiseConv2dNative(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthwiseConv2dNative", {input, filter}, std::move(attrs), node)[0];
}
inline Value DepthwiseConv2dNativeBackpropFilter(const Value& input, const Value& filter_sizes, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthwiseConv2dNativeBackpropFilter", {input, filter_sizes, out_backprop}, std::move(attrs), node)[0];
}
inline Value DepthwiseConv2dNativeBackpropInput(const Value& input_sizes, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DepthwiseConv2dNativeBackpropInput", {input_sizes, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Dequantize(const Value& input, const Value& min_range, const Value& max_range, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dequantize", {input, min_range, max_range}, std::move(attrs), node)[0];
}
inline Values DeserializeManySparse(const Value& serialized_sparse, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DeserializeManySparse", {serialized_sparse}, std::move(attrs), node);
}
inline Values DeserializeSparse(const Value& serialized_sparse, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DeserializeSparse", {serialized_sparse}, std::move(attrs), node);
}
inline void DestroyResourceOp(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("DestroyResourceOp", {resource}, std::move(attrs), node);
}
inline Value DestroyTemporaryVariable(const Value& ref, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DestroyTemporaryVariable", {ref}, std::move(attrs), node)[0];
}
inline Value Diag(const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Diag", {diagonal}, std::move(attrs), node)[0];
}
inline Value DiagPart(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DiagPart", {input}, std::move(attrs), node)[0];
}
inline Value Digamma(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Digamma", {x}, std::move(attrs), node)[0];
}
inline Value Dilation2D(const Value& input, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dilation2D", {input, filter}, std::move(attrs), node)[0];
}
inline Value Dilation2DBackpropFilter(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dilation2DBackpropFilter", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline Value Dilation2DBackpropInput(const Value& input, const Value& filter, const Value& out_backprop, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Dilation2DBackpropInput", {input, filter, out_backprop}, std::move(attrs), node)[0];
}
inline void DisableCopyOnRead(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("DisableCopyOnRead", {resource}, std::move(attrs), node);
}
inline Value Div(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Div", {x, y}, std::move(attrs), node)[0];
}
inline Value DivNoNan(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DivNoNan", {x, y}, std::move(attrs), node)[0];
}
inline Value DrawBoundingBoxes(const Value& images, const Value& boxes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DrawBoundingBoxes", {images, boxes}, std::move(attrs), node)[0];
}
inline Value DrawBoundingBoxesV2(const Value& images, const Value& boxes, const Value& colors, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DrawBoundingBoxesV2", {images, boxes, colors}, std::move(attrs), node)[0];
}
inline Value DummyMemoryCache(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DummyMemoryCache", {}, std::move(attrs), node)[0];
}
inline Value DummySeedGenerator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DummySeedGenerator", {}, std::move(attrs), node)[0];
}
inline Values DynamicPartition(const Value& data, const Value& partitions, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DynamicPartition", {data, partitions}, std::move(attrs), node);
}
inline Value DynamicStitch(const Values& indices, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DynamicStitch", detail::joined(indices, data), std::move(attrs), node)[0];
}
inline Value EditDistance(const Value& hypothesis_indices, const Value& hypothesis_values, const Value& hypothesis_shape, const Value& truth_indices, const Value& truth_values, const Value& truth_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EditDistance", {hypothesis_indices, hypothesis_values, hypothesis_shape, truth_indices, truth_values, truth_shape}, std::move(attrs), node)[0];
}
inline Values Eig(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Eig", {input}, std::move(attrs), node);
}
inline Value Einsum(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Einsum", detail::joined(inputs_), std::move(attrs), node)[0];
}
inline Value Elu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Elu", {features}, std::move(attrs), node)[0];
}
inline Value EluGrad(const Value& gradients, const Value& outputs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EluGrad", {gradients, outputs}, std::move(attrs), node)[0];
}
inline Value Empty(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Empty", {shape}, std::move(attrs), node)[0];
}
inline Value EmptyTensorList(const Value& element_shape, const Value& max_num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EmptyTensorList", {element_shape, max_num_elements}, std::move(attrs), node)[0];
}
inline Value EmptyTensorMap(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EmptyTensorMap", {}, std::move(attrs), node)[0];
}
inline Value EncodeBase64(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeBase64", {input}, std::move(attrs), node)[0];
}
inline Value EncodeJpeg(const Value& image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeJpeg", {image}, std::move(attrs), node)[0];
}
inline Value EncodeJpegVariableQuality(const Value& images, const Value& quality, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeJpegVariableQuality", {images, quality}, std::move(attrs), node)[0];
}
inline Value EncodePng(const Value& image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodePng", {image}, std::move(attrs), node)[0];
}
inline Value EncodeWav(const Value& audio, const Value& sample_rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeWav", {audio, sample_rate}, std::move(attrs), node)[0];
}
inline Value EnsureShape(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EnsureShape", {input}, std::move(attrs), node)[0];
}
inline Value Enter(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Enter", {data}, std::move(attrs), node)[0];
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
inline Value EuclideanNorm(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EuclideanNorm", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value Exit(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Exit", {data}, std::move(attrs), node)[0];
}
inline Value Exp(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Exp", {x}, std::move(attrs), node)[0];
}
inline Value ExpandDims(const Value& input, const Value& dim, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExpandDims", {input, dim}, std::move(attrs), node)[0];
}
inline Value Expint(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Expint", {x}, std::move(attrs), node)[0];
}
inline Value Expm1(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Expm1", {x}, std::move(attrs), node)[0];
}
inline Value ExtractGlimpse(const Value& input, const Value& size, const Value& offsets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractGlimpse", {input, size, offsets}, std::move(attrs), node)[0];
}
inline Value ExtractGlimpseV2(const Value& input, const Value& size, const Value& offsets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractGlimpseV2", {input, size, offsets}, std::move(attrs), node)[0];
}
inline Value ExtractImagePatches(const Value& images, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractImagePatches", {images}, std::move(attrs), node)[0];
}
inline Value ExtractJpegShape(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractJpegShape", {contents}, std::move(attrs), node)[0];
}
inline Value ExtractVolumePatches(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractVolumePatches", {input}, std::move(attrs), node)[0];
}
inline Value FFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FFT", {input}, std::move(attrs), node)[0];
}
inline Value FFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FFT2D", {input}, std::move(attrs), node)[0];
}
inline Value FFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FFT3D", {input}, std::move(attrs), node)[0];
}
inline Value FIFOQueue(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FIFOQueue", {}, std::move(attrs), node)[0];
}
inline Value FIFOQueueV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FIFOQueueV2", {}, std::move(attrs), node)[0];
}
inline Value FakeQuantWithMinMaxArgs(const Value& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxArgs", {inputs_}, std::move(attrs), node)[0];
}
inline Value FakeQuantWithMinMaxArgsGradient(const Value& gradients, const Value& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxArgsGradient", {gradients, inputs_}, std::move(attrs), node)[0];
}
inline Value FakeQuantWithMinMaxVars(const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVars", {inputs_, min, max}, std::move(attrs), node)[0];
}
inline Values FakeQuantWithMinMaxVarsGradient(const Value& gradients, const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVarsGradient", {gradients, inputs_, min, max}, std::move(attrs), node);
}
inline Value FakeQuantWithMinMaxVarsPerChannel(const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVarsPerChannel", {inputs_, min, max}, std::move(attrs), node)[0];
}
inline Values FakeQuantWithMinMaxVarsPerChannelGradient(const Value& gradients, const Value& inputs_, const Value& min, const Value& max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeQuantWithMinMaxVarsPerChannelGradient", {gradients, inputs_, min, max}, std::move(attrs), node);
}
inline Value Fill(const Value& dims, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Fill", {dims, value}, std::move(attrs), node)[0];
}
inline Value FilterDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FilterDataset", detail::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
}
inline Value Fingerprint(const Value& data, const Value& method, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Fingerprint", {data, method}, std::move(attrs), node)[0];
}
inline Value FixedLengthRecordReader(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FixedLengthRecordReader", {}, std::move(attrs), node)[0];
}
inline Value FixedLengthRecordReaderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FixedLengthRecordReaderV2", {}, std::move(attrs), node)[0];
}
inline Values FixedUnigramCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FixedUnigramCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Value FlatMapDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FlatMapDataset", detail::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
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
inline Values FractionalAvgPool(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalAvgPool", {value}, std::move(attrs), node);
}
inline Value FractionalAvgPoolGrad(const Value& orig_input_tensor_shape, const Value& out_backprop, const Value& row_pooling_sequence, const Value& col_pooling_sequence, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalAvgPoolGrad", {orig_input_tensor_shape, out_backprop, row_pooling_sequence, col_pooling_sequence}, std::move(attrs), node)[0];
}
inline Values FractionalMaxPool(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalMaxPool", {value}, std::move(attrs), node);
}
inline Value FractionalMaxPoolGrad(const Value& orig_input, const Value& orig_output, const Value& out_backprop, const Value& row_pooling_sequence, const Value& col_pooling_sequence, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FractionalMaxPoolGrad", {orig_input, orig_output, out_backprop, row_pooling_sequence, col_pooling_sequence}, std::move(attrs), node)[0];
}
inline Value FresnelCos(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FresnelCos", {x}, std::move(attrs), node)[0];
}
inline Value FresnelSin(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FresnelSin", {x}, std::move(attrs), node)[0];
}
inline Values FusedBatchNorm(const Value& x, const Value& scale, const Value& offset, const Value& mean, const Value& variance, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNorm", {x, scale, offset, mean, variance}, std::move(attrs), node);
}
inline Values FusedBatchNormGrad(const Value& y_backprop, const Value& x, const Value& scale, const Value& reserve_space_1, const Value& reserve_space_2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormGrad", {y_backprop, x, scale, reserve_space_1, reserve_space_2}, std::move(attrs), node);
}
inline Values FusedBatchNormGradV2(const Value& y_backprop, const Value& x, const Value& scale, const Value& reserve_space_1, const Value& reserve_space_2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormGradV2", {y_backprop, x, scale, reserve_space_1, reserve_space_2}, std::move(attrs), node);
}
inline Values FusedBatchNormGradV3(const Value& y_backprop, const Value& x, const Value& scale, const Value& reserve_space_1, const Value& reserve_space_2, const Value& reserve_space_3, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormGradV3", {y_backprop, x, scale, reserve_space_1, reserve_space_2, reserve_space_3}, std::move(attrs), node);
}
inline Values FusedBatchNormV2(const Value& x, const Value& scale, const Value& offset, const Value& mean, const Value& variance, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormV2", {x, scale, offset, mean, variance}, std::move(attrs), node);
}
inline Values FusedBatchNormV3(const Value& x, const Value& scale, const Value& offset, const Value& mean, const Value& variance, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedBatchNormV3", {x, scale, offset, mean, variance}, std::move(attrs), node);
}
inline Value FusedPadConv2D(const Value& input, const Value& paddings, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedPadConv2D", {input, paddings, filter}, std::move(attrs), node)[0];
}
inline Value FusedResizeAndPadConv2D(const Value& input, const Value& size, const Value& paddings, const Value& filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FusedResizeAndPadConv2D", {input, size, paddings, filter}, std::move(attrs), node)[0];
}
inline Values GRUBlockCell(const Value& x, const Value& h_prev, const Value& w_ru, const Value& w_c, const Value& b_ru, const Value& b_c, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GRUBlockCell", {x, h_prev, w_ru, w_c, b_ru, b_c}, std::move(attrs), node);
}
inline Values GRUBlockCellGrad(const Value& x, const Value& h_prev, const Value& w_ru, const Value& w_c, const Value& b_ru, const Value& b_c, const Value& r, const Value& u, const Value& c, const Value& d_h, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GRUBlockCellGrad", {x, h_prev, w_ru, w_c, b_ru, b_c, r, u, c, d_h}, std::move(attrs), node);
}
inline Value Gather(const Value& params, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Gather", {params, indices}, std::move(attrs), node)[0];
}
inline Value GatherNd(const Value& params, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GatherNd", {params, indices}, std::move(attrs), node)[0];
}
inline Value GatherV2(const Value& params, const Value& indices, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GatherV2", {params, indices, axis}, std::move(attrs), node)[0];
}
inline Value Greater(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Greater", {x, y}, std::move(attrs), node)[0];
}
inline Value GreaterEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GreaterEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value GuaranteeConst(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GuaranteeConst", {input}, std::move(attrs), node)[0];
}
inline Value HSVToRGB(const Value& images, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HSVToRGB", {images}, std::move(attrs), node)[0];
}
inline Value HashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HashTable", {}, std::move(attrs), node)[0];
}
inline Value HashTableV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HashTableV2", {}, std::move(attrs), node)[0];
}
inline Value HistogramFixedWidth(const Value& values, const Value& value_range, const Value& nbins, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HistogramFixedWidth", {values, value_range, nbins}, std::move(attrs), node)[0];
}
inline Value HistogramSummary(const Value& tag, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HistogramSummary", {tag, values}, std::move(attrs), node)[0];
}
inline Value IFFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IFFT", {input}, std::move(attrs), node)[0];
}
inline Value IFFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IFFT2D", {input}, std::move(attrs), node)[0];
}
inline Value IFFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IFFT3D", {input}, std::move(attrs), node)[0];
}
inline Value IRFFT(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IRFFT", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value IRFFT2D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IRFFT2D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value IRFFT3D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IRFFT3D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value Identity(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Identity", {input}, std::move(attrs), node)[0];
}
inline Values IdentityN(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IdentityN", detail::joined(input), std::move(attrs), node);
}
inline Value IdentityReader(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IdentityReader", {}, std::move(attrs), node)[0];
}
inline Value IdentityReaderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IdentityReaderV2", {}, std::move(attrs), node)[0];
}
inline Values If(const Value& cond, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("If", detail::joined(cond, input), std::move(attrs), node);
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
inline Value ImageProjectiveTransformV2(const Value& images, const Value& transforms, const Value& output_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ImageProjectiveTransformV2", {images, transforms, output_shape}, std::move(attrs), node)[0];
}
inline Value ImageProjectiveTransformV3(const Value& images, const Value& transforms, const Value& output_shape, const Value& fill_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ImageProjectiveTransformV3", {images, transforms, output_shape, fill_value}, std::move(attrs), node)[0];
}
inline Value ImageSummary(const Value& tag, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ImageSummary", {tag, tensor}, std::move(attrs), node)[0];
}
inline Value InTopK(const Value& predictions, const Value& targets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InTopK", {predictions, targets}, std::move(attrs), node)[0];
}
inline Value InTopKV2(const Value& predictions, const Value& targets, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InTopKV2", {predictions, targets, k}, std::move(attrs), node)[0];
}
inline void InitializeTable(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTable", {table_handle, keys, values}, std::move(attrs), node);
}
inline void InitializeTableFromTextFile(const Value& table_handle, const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTableFromTextFile", {table_handle, filename}, std::move(attrs), node);
}
inline void InitializeTableFromTextFileV2(const Value& table_handle, const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTableFromTextFileV2", {table_handle, filename}, std::move(attrs), node);
}
inline void InitializeTableV2(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTableV2", {table_handle, keys, values}, std::move(attrs), node);
}
inline Value InplaceAdd(const Value& x, const Value& i, const Value& v, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InplaceAdd", {x, i, v}, std::move(attrs), node)[0];
}
inline Value InplaceSub(const Value& x, const Value& i, const Value& v, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InplaceSub", {x, i, v}, std::move(attrs), node)[0];
}
inline Value InplaceUpdate(const Value& x, const Value& i, const Value& v, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InplaceUpdate", {x, i, v}, std::move(attrs), node)[0];
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
inline Value InvertPermutation(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InvertPermutation", {x}, std::move(attrs), node)[0];
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
inline Value IsVariableInitialized(const Value& ref, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsVariableInitialized", {ref}, std::move(attrs), node)[0];
}
inline Values IsotonicRegression(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IsotonicRegression", {input}, std::move(attrs), node);
}
inline Value Iterator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Iterator", {}, std::move(attrs), node)[0];
}
inline Value IteratorFromStringHandle(const Value& string_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorFromStringHandle", {string_handle}, std::move(attrs), node)[0];
}
inline Value IteratorFromStringHandleV2(const Value& string_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorFromStringHandleV2", {string_handle}, std::move(attrs), node)[0];
}
inline Values IteratorGetNext(const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorGetNext", {iterator}, std::move(attrs), node);
}
inline Value IteratorGetNextAsOptional(const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorGetNextAsOptional", {iterator}, std::move(attrs), node)[0];
}
inline Values IteratorGetNextSync(const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorGetNextSync", {iterator}, std::move(attrs), node);
}
inline Value IteratorToStringHandle(const Value& resource_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorToStringHandle", {resource_handle}, std::move(attrs), node)[0];
}
inline Value IteratorV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorV2", {}, std::move(attrs), node)[0];
}
inline Value L2Loss(const Value& t, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("L2Loss", {t}, std::move(attrs), node)[0];
}
inline Value LRN(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LRN", {input}, std::move(attrs), node)[0];
}
inline Value LRNGrad(const Value& input_grads, const Value& input_image, const Value& output_image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LRNGrad", {input_grads, input_image, output_image}, std::move(attrs), node)[0];
}
inline Values LSTMBlockCell(const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LSTMBlockCell", {x, cs_prev, h_prev, w, wci, wcf, wco, b}, std::move(attrs), node);
}
inline Values LSTMBlockCellGrad(const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, const Value& i, const Value& cs, const Value& f, const Value& o, const Value& ci, const Value& co, const Value& cs_grad, const Value& h_grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LSTMBlockCellGrad", {x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, cs_grad, h_grad}, std::move(attrs), node);
}
inline Value LeakyRelu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LeakyRelu", {features}, std::move(attrs), node)[0];
}
inline Value LeakyReluGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LeakyReluGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Values LearnedUnigramCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LearnedUnigramCandidateSampler", {true_classes}, std::move(attrs), node);
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
inline Values ListDiff(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ListDiff", {x, y}, std::move(attrs), node);
}
inline Value Log(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Log", {x}, std::move(attrs), node)[0];
}
inline Value Log1p(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Log1p", {x}, std::move(attrs), node)[0];
}
inline Values LogMatrixDeterminant(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogMatrixDeterminant", {input}, std::move(attrs), node);
}
inline Value LogSoftmax(const Value& logits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogSoftmax", {logits}, std::move(attrs), node)[0];
}
inline Values LogUniformCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogUniformCandidateSampler", {true_classes}, std::move(attrs), node);
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
inline Values LookupTableExport(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableExport", {table_handle}, std::move(attrs), node);
}
inline Values LookupTableExportV2(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableExportV2", {table_handle}, std::move(attrs), node);
}
inline Value LookupTableFind(const Value& table_handle, const Value& keys, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableFind", {table_handle, keys, default_value}, std::move(attrs), node)[0];
}
inline Value LookupTableFindV2(const Value& table_handle, const Value& keys, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableFindV2", {table_handle, keys, default_value}, std::move(attrs), node)[0];
}
inline void LookupTableImport(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableImport", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableImportV2(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableImportV2", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableInsert(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableInsert", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableInsertV2(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableInsertV2", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableRemoveV2(const Value& table_handle, const Value& keys, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableRemoveV2", {table_handle, keys}, std::move(attrs), node);
}
inline Value LookupTableSize(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableSize", {table_handle}, std::move(attrs), node)[0];
}
inline Value LookupTableSizeV2(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableSizeV2", {table_handle}, std::move(attrs), node)[0];
}
inline Value LoopCond(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LoopCond", {input}, std::move(attrs), node)[0];
}
inline Value LowerBound(const Value& sorted_inputs, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LowerBound", {sorted_inputs, values}, std::move(attrs), node)[0];
}
inline Values Lu(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Lu", {input}, std::move(attrs), node);
}
inline void MakeIterator(const Value& dataset, const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("MakeIterator", {dataset, iterator}, std::move(attrs), node);
}
inline Value MapDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MapDataset", detail::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
}
inline Value MatMul(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatMul", {a, b}, std::move(attrs), node)[0];
}
inline Value MatchingFiles(const Value& pattern, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatchingFiles", {pattern}, std::move(attrs), node)[0];
}
inline Value MatrixBandPart(const Value& input, const Value& num_lower, const Value& num_upper, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixBandPart", {input, num_lower, num_upper}, std::move(attrs), node)[0];
}
inline Value MatrixDeterminant(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDeterminant", {input}, std::move(attrs), node)[0];
}
inline Value MatrixDiag(const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiag", {diagonal}, std::move(attrs), node)[0];
}
inline Value MatrixDiagPart(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagPart", {input}, std::move(attrs), node)[0];
}
inline Value MatrixDiagPartV2(const Value& input, const Value& k, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagPartV2", {input, k, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixDiagPartV3(const Value& input, const Value& k, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagPartV3", {input, k, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixDiagV2(const Value& diagonal, const Value& k, const Value& num_rows, const Value& num_cols, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagV2", {diagonal, k, num_rows, num_cols, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixDiagV3(const Value& diagonal, const Value& k, const Value& num_rows, const Value& num_cols, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagV3", {diagonal, k, num_rows, num_cols, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixInverse(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixInverse", {input}, std::move(attrs), node)[0];
}
inline Value MatrixLogarithm(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixLogarithm", {input}, std::move(attrs), node)[0];
}
inline Value MatrixSetDiag(const Value& input, const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSetDiag", {input, diagonal}, std::move(attrs), node)[0];
}
inline Value MatrixSetDiagV2(const Value& input, const Value& diagonal, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSetDiagV2", {input, diagonal, k}, std::move(attrs), node)[0];
}
inline Value MatrixSetDiagV3(const Value& input, const Value& diagonal, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSetDiagV3", {input, diagonal, k}, std::move(attrs), node)[0];
}
inline Value MatrixSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value MatrixSolveLs(const Value& matrix, const Value& rhs, const Value& l2_regularizer, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSolveLs", {matrix, rhs, l2_regularizer}, std::move(attrs), node)[0];
}
inline Value MatrixSquareRoot(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSquareRoot", {input}, std::move(attrs), node)[0];
}
inline Value MatrixTriangularSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixTriangularSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value Max(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Max", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value MaxPool(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool", {input}, std::move(attrs), node)[0];
}
inline Value MaxPool3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool3D", {input}, std::move(attrs), node)[0];
}
inline Value MaxPool3DGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool3DGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPool3DGradGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPool3DGradGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPoolGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradGrad(const Value& orig_input, const Value& orig_output, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradGrad", {orig_input, orig_output, grad}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradGradV2(const Value& orig_input, const Value& orig_output, const Value& grad, const Value& ksize, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradGradV2", {orig_input, orig_output, grad, ksize, strides}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradGradWithArgmax(const Value& input, const Value& grad, const Value& argmax, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradGradWithArgmax", {input, grad, argmax}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradV2(const Value& orig_input, const Value& orig_output, const Value& grad, const Value& ksize, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradV2", {orig_input, orig_output, grad, ksize, strides}, std::move(attrs), node)[0];
}
inline Value MaxPoolGradWithArgmax(const Value& input, const Value& grad, const Value& argmax, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolGradWithArgmax", {input, grad, argmax}, std::move(attrs), node)[0];
}
inline Value MaxPoolV2(const Value& input, const Value& ksize, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolV2", {input, ksize, strides}, std::move(attrs), node)[0];
}
inline Values MaxPoolWithArgmax(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MaxPoolWithArgmax", {input}, std::move(attrs), node);
}
inline Value Maximum(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Maximum", {x, y}, std::move(attrs), node)[0];
}
inline Value Mean(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mean", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Values Merge(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Merge", detail::joined(inputs_), std::move(attrs), node);
}
inline Value MergeSummary(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MergeSummary", detail::joined(inputs_), std::move(attrs), node)[0];
}
inline void MergeV2Checkpoints(const Value& checkpoint_prefixes, const Value& destination_prefix, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("MergeV2Checkpoints", {checkpoint_prefixes, destination_prefix}, std::move(attrs), node);
}
inline Value Mfcc(const Value& spectrogram, const Value& sample_rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mfcc", {spectrogram, sample_rate}, std::move(attrs), node)[0];
}
inline Value Min(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Min", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value Minimum(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Minimum", {x, y}, std::move(attrs), node)[0];
}
inline Value MirrorPad(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MirrorPad", {input, paddings}, std::move(attrs), node)[0];
}
inline Value MirrorPadGrad(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MirrorPadGrad", {input, paddings}, std::move(attrs), node)[0];
}
inline Value Mod(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mod", {x, y}, std::move(attrs), node)[0];
}
inline Value ModelDataset(const Value& input_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ModelDataset", {input_dataset}, std::move(attrs), node)[0];
}
inline Value Mul(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mul", {x, y}, std::move(attrs), node)[0];
}
inline Value MulNoNan(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MulNoNan", {x, y}, std::move(attrs), node)[0];
}
inline Value Multinomial(const Value& logits, const Value& num_samples, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Multinomial", {logits, num_samples}, std::move(attrs), node)[0];
}
inline Value MutableDenseHashTable(const Value& empty_key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableDenseHashTable", {empty_key}, std::move(attrs), node)[0];
}
inline Value MutableDenseHashTableV2(const Value& empty_key, const Value& deleted_key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableDenseHashTableV2", {empty_key, deleted_key}, std::move(attrs), node)[0];
}
inline Value MutableHashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTable", {}, std::move(attrs), node)[0];
}
inline Value MutableHashTableOfTensors(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTableOfTensors", {}, std::move(attrs), node)[0];
}
inline Value MutableHashTableOfTensorsV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTableOfTensorsV2", {}, std::move(attrs), node)[0];
}
inline Value MutableHashTableV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTableV2", {}, std::move(attrs), node)[0];
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
inline Value NextIteration(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NextIteration", {data}, std::move(attrs), node)[0];
}
inline void NoOp(AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("NoOp", {}, std::move(attrs), node);
}
inline Value NonMaxSuppression(const Value& boxes, const Value& scores, const Value& max_output_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppression", {boxes, scores, max_output_size}, std::move(attrs), node)[0];
}
inline Value NonMaxSuppressionV2(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV2", {boxes, scores, max_output_size, iou_threshold}, std::move(attrs), node)[0];
}
inline Value NonMaxSuppressionV3(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV3", {boxes, scores, max_output_size, iou_threshold, score_threshold}, std::move(attrs), node)[0];
}
inline Values NonMaxSuppressionV4(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV4", {boxes, scores, max_output_size, iou_threshold, score_threshold}, std::move(attrs), node);
}
inline Values NonMaxSuppressionV5(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, const Value& score_threshold, const Value& soft_nms_sigma, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV5", {boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma}, std::move(attrs), node);
}
inline Value NonMaxSuppressionWithOverlaps(const Value& overlaps, const Value& scores, const Value& max_output_size, const Value& overlap_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionWithOverlaps", {overlaps, scores, max_output_size, overlap_threshold, score_threshold}, std::move(attrs), node)[0];
}
inline Value NotEqual(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NotEqual", {x, y}, std::move(attrs), node)[0];
}
inline Value NthElement(const Value& input, const Value& n, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NthElement", {input, n}, std::move(attrs), node)[0];
}
inline Value OneHot(const Value& indices, const Value& depth, const Value& on_value, const Value& off_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OneHot", {indices, depth, on_value, off_value}, std::move(attrs), node)[0];
}
inline Value OneShotIterator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OneShotIterator", {}, std::move(attrs), node)[0];
}
inline Value OnesLike(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OnesLike", {x}, std::move(attrs), node)[0];
}
inline Value OptionalFromValue(const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalFromValue", detail::joined(components), std::move(attrs), node)[0];
}
inline Values OptionalGetValue(const Value& optional, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalGetValue", {optional}, std::move(attrs), node);
}
inline Value OptionalHasValue(const Value& optional, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalHasValue", {optional}, std::move(attrs), node)[0];
}
inline Value OptionalNone(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalNone", {}, std::move(attrs), node)[0];
}
inline Value OptionsDataset(const Value& input_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionsDataset", {input_dataset}, std::move(attrs), node)[0];
}
inline Value Pack(const Values& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Pack", detail::joined(values), std::move(attrs), node)[0];
}
inline Value Pad(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Pad", {input, paddings}, std::move(attrs), node)[0];
}
inline Value PadV2(const Value& input, const Value& paddings, const Value& constant_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PadV2", {input, paddings, constant_values}, std::move(attrs), node)[0];
}
inline Value PaddingFIFOQueue(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PaddingFIFOQueue", {}, std::move(attrs), node)[0];
}
inline Value PaddingFIFOQueueV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PaddingFIFOQueueV2", {}, std::move(attrs), node)[0];
}
inline Value ParallelConcat(const Values& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelConcat", detail::joined(values), std::move(attrs), node)[0];
}
inline Value ParallelDynamicStitch(const Values& indices, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelDynamicStitch", detail::joined(indices, data), std::move(attrs), node)[0];
}
inline Value ParallelMapDataset(const Value& input_dataset, const Values& other_arguments, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelMapDataset", detail::joined(input_dataset, other_arguments, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value ParallelMapDatasetV2(const Value& input_dataset, const Values& other_arguments, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelMapDatasetV2", detail::joined(input_dataset, other_arguments, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value ParameterizedTruncatedNormal(const Value& shape, const Value& means, const Value& stdevs, const Value& minvals, const Value& maxvals, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParameterizedTruncatedNormal", {shape, means, stdevs, minvals, maxvals}, std::move(attrs), node)[0];
}
inline Values ParseExample(const Value& serialized, const Value& names, const Values& sparse_keys, const Values& dense_keys, const Values& dense_defaults, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseExample", detail::joined(serialized, names, sparse_keys, dense_keys, dense_defaults), std::move(attrs), node);
}
inline Values ParseExampleV2(const Value& serialized, const Value& names, const Value& sparse_keys, const Value& dense_keys, const Value& ragged_keys, const Values& dense_defaults, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseExampleV2", detail::joined(serialized, names, sparse_keys, dense_keys, ragged_keys, dense_defaults), std::move(attrs), node);
}
inline Values ParseSequenceExample(const Value& serialized, const Value& debug_name, const Values& context_dense_defaults, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseSequenceExample", detail::joined(serialized, debug_name, context_dense_defaults), std::move(attrs), node);
}
inline Values ParseSequenceExampleV2(const Value& serialized, const Value& debug_name, const Value& context_sparse_keys, const Value& context_dense_keys, const Value& context_ragged_keys, const Value& feature_list_sparse_keys, const Value& feature_list_dense_keys, const Value& feature_list_ragged_keys, const Value& feature_list_dense_missing_assumed_empty, const Values& context_dense_defaults, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseSequenceExampleV2", detail::joined(serialized, debug_name, context_sparse_keys, context_dense_keys, context_ragged_keys, feature_list_sparse_keys, feature_list_dense_keys, feature_list_ragged_keys, feature_list_dense_missing_assumed_empty, context_dense_defaults), std::move(attrs), node);
}
inline Values ParseSingleExample(const Value& serialized, const Values& dense_defaults, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseSingleExample", detail::joined(serialized, dense_defaults), std::move(attrs), node);
}
inline Values ParseSingleSequenceExample(const Value& serialized, const Value& feature_list_dense_missing_assumed_empty, const Values& context_sparse_keys, const Values& context_dense_keys, const Values& feature_list_sparse_keys, const Values& feature_list_dense_keys, const Values& context_dense_defaults, const Value& debug_name, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseSingleSequenceExample", detail::joined(serialized, feature_list_dense_missing_assumed_empty, context_sparse_keys, context_dense_keys, feature_list_sparse_keys, feature_list_dense_keys, context_dense_defaults, debug_name), std::move(attrs), node);
}
inline Value ParseTensor(const Value& serialized, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParseTensor", {serialized}, std::move(attrs), node)[0];
}
inline Values PartitionedCall(const Values& args, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PartitionedCall", detail::joined(args), std::move(attrs), node);
}
inline Value Placeholder(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Placeholder", {}, std::move(attrs), node)[0];
}
inline Value PlaceholderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PlaceholderV2", {}, std::move(attrs), node)[0];
}
inline Value PlaceholderWithDefault(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PlaceholderWithDefault", {input}, std::move(attrs), node)[0];
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
inline Value PrefetchDataset(const Value& input_dataset, const Value& buffer_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PrefetchDataset", {input_dataset, buffer_size}, std::move(attrs), node)[0];
}
inline Value PreventGradient(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PreventGradient", {input}, std::move(attrs), node)[0];
}
inline Value Print(const Value& input, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Print", detail::joined(input, data), std::move(attrs), node)[0];
}
inline void PrintV2(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("PrintV2", {input}, std::move(attrs), node);
}
inline Value PriorityQueue(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PriorityQueue", {}, std::move(attrs), node)[0];
}
inline Value PriorityQueueV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PriorityQueueV2", {}, std::move(attrs), node)[0];
}
inline Value Prod(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Prod", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Values Qr(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Qr", {input}, std::move(attrs), node);
}
inline Value QuantizeAndDequantize(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeAndDequantize", {input}, std::move(attrs), node)[0];
}
inline Value QuantizeAndDequantizeV2(const Value& input, const Value& input_min, const Value& input_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeAndDequantizeV2", {input, input_min, input_max}, std::move(attrs), node)[0];
}
inline Value QuantizeAndDequantizeV3(const Value& input, const Value& input_min, const Value& input_max, const Value& num_bits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeAndDequantizeV3", {input, input_min, input_max, num_bits}, std::move(attrs), node)[0];
}
inline Value QuantizeAndDequantizeV4(const Value& input, const Value& input_min, const Value& input_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeAndDequantizeV4", {input, input_min, input_max}, std::move(attrs), node)[0];
}
inline Values QuantizeAndDequantizeV4Grad(const Value& gradients, const Value& input, const Value& input_min, const Value& input_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeAndDequantizeV4Grad", {gradients, input, input_min, input_max}, std::move(attrs), node);
}
inline Values QuantizeDownAndShrinkRange(const Value& input, const Value& input_min, const Value& input_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeDownAndShrinkRange", {input, input_min, input_max}, std::move(attrs), node);
}
inline Values QuantizeV2(const Value& input, const Value& min_range, const Value& max_range, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizeV2", {input, min_range, max_range}, std::move(attrs), node);
}
inline Values QuantizedAdd(const Value& x, const Value& y, const Value& min_x, const Value& max_x, const Value& min_y, const Value& max_y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedAdd", {x, y, min_x, max_x, min_y, max_y}, std::move(attrs), node);
}
inline Values QuantizedAvgPool(const Value& input, const Value& min_input, const Value& max_input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedAvgPool", {input, min_input, max_input}, std::move(attrs), node);
}
inline Values QuantizedBiasAdd(const Value& input, const Value& bias, const Value& min_input, const Value& max_input, const Value& min_bias, const Value& max_bias, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedBiasAdd", {input, bias, min_input, max_input, min_bias, max_bias}, std::move(attrs), node);
}
inline Values QuantizedConcat(const Value& concat_dim, const Values& values, const Values& input_mins, const Values& input_maxes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedConcat", detail::joined(concat_dim, values, input_mins, input_maxes), std::move(attrs), node);
}
inline Values QuantizedConcatV2(const Values& values, const Value& axis, const Values& input_mins, const Values& input_maxes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedConcatV2", detail::joined(values, axis, input_mins, input_maxes), std::move(attrs), node);
}
inline Values QuantizedConv2D(const Value& input, const Value& filter, const Value& min_input, const Value& max_input, const Value& min_filter, const Value& max_filter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedConv2D", {input, filter, min_input, max_input, min_filter, max_filter}, std::move(attrs), node);
}
inline Values QuantizedMatMul(const Value& a, const Value& b, const Value& min_a, const Value& max_a, const Value& min_b, const Value& max_b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedMatMul", {a, b, min_a, max_a, min_b, max_b}, std::move(attrs), node);
}
inline Values QuantizedMaxPool(const Value& input, const Value& min_input, const Value& max_input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedMaxPool", {input, min_input, max_input}, std::move(attrs), node);
}
inline Values QuantizedMul(const Value& x, const Value& y, const Value& min_x, const Value& max_x, const Value& min_y, const Value& max_y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedMul", {x, y, min_x, max_x, min_y, max_y}, std::move(attrs), node);
}
inline Values QuantizedRelu(const Value& features, const Value& min_features, const Value& max_features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedRelu", {features, min_features, max_features}, std::move(attrs), node);
}
inline Values QuantizedRelu6(const Value& features, const Value& min_features, const Value& max_features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedRelu6", {features, min_features, max_features}, std::move(attrs), node);
}
inline Values QuantizedReluX(const Value& features, const Value& max_value, const Value& min_features, const Value& max_features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedReluX", {features, max_value, min_features, max_features}, std::move(attrs), node);
}
inline Values QuantizedReshape(const Value& tensor, const Value& shape, const Value& input_min, const Value& input_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QuantizedReshape", {tensor, shape, input_min, input_max}, std::move(attrs), node);
}
inline void QueueClose(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("QueueClose", {handle}, std::move(attrs), node);
}
inline void QueueCloseV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("QueueCloseV2", {handle}, std::move(attrs), node);
}
inline Values QueueDequeue(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueDequeue", {handle}, std::move(attrs), node);
}
inline Values QueueDequeueMany(const Value& handle, const Value& n, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueDequeueMany", {handle, n}, std::move(attrs), node);
}
inline Values QueueDequeueManyV2(const Value& handle, const Value& n, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueDequeueManyV2", {handle, n}, std::move(attrs), node);
}
inline Values QueueDequeueUpTo(const Value& handle, const Value& n, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueDequeueUpTo", {handle, n}, std::move(attrs), node);
}
inline Values QueueDequeueUpToV2(const Value& handle, const Value& n, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueDequeueUpToV2", {handle, n}, std::move(attrs), node);
}
inline Values QueueDequeueV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueDequeueV2", {handle}, std::move(attrs), node);
}
inline void QueueEnqueue(const Value& handle, const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("QueueEnqueue", detail::joined(handle, components), std::move(attrs), node);
}
inline void QueueEnqueueMany(const Value& handle, const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("QueueEnqueueMany", detail::joined(handle, components), std::move(attrs), node);
}
inline void QueueEnqueueManyV2(const Value& handle, const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("QueueEnqueueManyV2", detail::joined(handle, components), std::move(attrs), node);
}
inline void QueueEnqueueV2(const Value& handle, const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("QueueEnqueueV2", detail::joined(handle, components), std::move(attrs), node);
}
inline Value QueueIsClosed(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueIsClosed", {handle}, std::move(attrs), node)[0];
}
inline Value QueueIsClosedV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueIsClosedV2", {handle}, std::move(attrs), node)[0];
}
inline Value QueueSize(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueSize", {handle}, std::move(attrs), node)[0];
}
inline Value QueueSizeV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("QueueSizeV2", {handle}, std::move(attrs), node)[0];
}
inline Value RFFT(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RFFT", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value RFFT2D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RFFT2D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value RFFT3D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RFFT3D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value RGBToHSV(const Value& images, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RGBToHSV", {images}, std::move(attrs), node)[0];
}
inline Value RaggedBincount(const Value& splits, const Value& values, const Value& size, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedBincount", {splits, values, size, weights}, std::move(attrs), node)[0];
}
inline Values RaggedCountSparseOutput(const Value& splits, const Value& values, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedCountSparseOutput", {splits, values, weights}, std::move(attrs), node);
}
inline Values RaggedFillEmptyRows(const Value& value_rowids, const Value& values, const Value& nrows, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedFillEmptyRows", {value_rowids, values, nrows, default_value}, std::move(attrs), node);
}
inline Values RaggedFillEmptyRowsGrad(const Value& reverse_index_map, const Value& grad_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedFillEmptyRowsGrad", {reverse_index_map, grad_values}, std::move(attrs), node);
}
inline Values RaggedGather(const Values& params_nested_splits, const Value& params_dense_values, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedGather", detail::joined(params_nested_splits, params_dense_values, indices), std::move(attrs), node);
}
inline Values RaggedRange(const Value& starts, const Value& limits, const Value& deltas, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedRange", {starts, limits, deltas}, std::move(attrs), node);
}
inline Values RaggedTensorFromVariant(const Value& encoded_ragged, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorFromVariant", {encoded_ragged}, std::move(attrs), node);
}
inline Values RaggedTensorToSparse(const Values& rt_nested_splits, const Value& rt_dense_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToSparse", detail::joined(rt_nested_splits, rt_dense_values), std::move(attrs), node);
}
inline Value RaggedTensorToTensor(const Value& shape, const Value& values, const Value& default_value, const Values& row_partition_tensors, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToTensor", detail::joined(shape, values, default_value, row_partition_tensors), std::move(attrs), node)[0];
}
inline Value RaggedTensorToVariant(const Values& rt_nested_splits, const Value& rt_dense_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToVariant", detail::joined(rt_nested_splits, rt_dense_values), std::move(attrs), node)[0];
}
inline Value RaggedTensorToVariantGradient(const Value& encoded_ragged_grad, const Value& row_splits, const Value& dense_values_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToVariantGradient", {encoded_ragged_grad, row_splits, dense_values_shape}, std::move(attrs), node)[0];
}
inline Value RandomGamma(const Value& shape, const Value& alpha, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomGamma", {shape, alpha}, std::move(attrs), node)[0];
}
inline Value RandomGammaGrad(const Value& alpha, const Value& sample, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomGammaGrad", {alpha, sample}, std::move(attrs), node)[0];
}
inline Value RandomIndexShuffle(const Value& index, const Value& seed, const Value& max_index, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomIndexShuffle", {index, seed, max_index}, std::move(attrs), node)[0];
}
inline Value RandomPoisson(const Value& shape, const Value& rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomPoisson", {shape, rate}, std::move(attrs), node)[0];
}
inline Value RandomPoissonV2(const Value& shape, const Value& rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomPoissonV2", {shape, rate}, std::move(attrs), node)[0];
}
inline Value RandomShuffle(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomShuffle", {value}, std::move(attrs), node)[0];
}
inline Value RandomShuffleQueue(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomShuffleQueue", {}, std::move(attrs), node)[0];
}
inline Value RandomShuffleQueueV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomShuffleQueueV2", {}, std::move(attrs), node)[0];
}
inline Value RandomStandardNormal(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomStandardNormal", {shape}, std::move(attrs), node)[0];
}
inline Value RandomUniform(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomUniform", {shape}, std::move(attrs), node)[0];
}
inline Value RandomUniformInt(const Value& shape, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomUniformInt", {shape, minval, maxval}, std::move(attrs), node)[0];
}
inline Value Range(const Value& start, const Value& limit, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Range", {start, limit, delta}, std::move(attrs), node)[0];
}
inline Value RangeDataset(const Value& start, const Value& stop, const Value& step, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RangeDataset", {start, stop, step}, std::move(attrs), node)[0];
}
inline Value Rank(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Rank", {input}, std::move(attrs), node)[0];
}
inline Value ReadFile(const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReadFile", {filename}, std::move(attrs), node)[0];
}
inline Value ReadVariableOp(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReadVariableOp", {resource}, std::move(attrs), node)[0];
}
inline Value ReaderNumRecordsProduced(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderNumRecordsProduced", {reader_handle}, std::move(attrs), node)[0];
}
inline Value ReaderNumRecordsProducedV2(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderNumRecordsProducedV2", {reader_handle}, std::move(attrs), node)[0];
}
inline Value ReaderNumWorkUnitsCompleted(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderNumWorkUnitsCompleted", {reader_handle}, std::move(attrs), node)[0];
}
inline Value ReaderNumWorkUnitsCompletedV2(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderNumWorkUnitsCompletedV2", {reader_handle}, std::move(attrs), node)[0];
}
inline Values ReaderRead(const Value& reader_handle, const Value& queue_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderRead", {reader_handle, queue_handle}, std::move(attrs), node);
}
inline Values ReaderReadUpTo(const Value& reader_handle, const Value& queue_handle, const Value& num_records, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderReadUpTo", {reader_handle, queue_handle, num_records}, std::move(attrs), node);
}
inline Values ReaderReadUpToV2(const Value& reader_handle, const Value& queue_handle, const Value& num_records, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderReadUpToV2", {reader_handle, queue_handle, num_records}, std::move(attrs), node);
}
inline Values ReaderReadV2(const Value& reader_handle, const Value& queue_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderReadV2", {reader_handle, queue_handle}, std::move(attrs), node);
}
inline void ReaderReset(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ReaderReset", {reader_handle}, std::move(attrs), node);
}
inline void ReaderResetV2(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ReaderResetV2", {reader_handle}, std::move(attrs), node);
}
inline void ReaderRestoreState(const Value& reader_handle, const Value& state, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ReaderRestoreState", {reader_handle, state}, std::move(attrs), node);
}
inline void ReaderRestoreStateV2(const Value& reader_handle, const Value& state, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ReaderRestoreStateV2", {reader_handle, state}, std::move(attrs), node);
}
inline Value ReaderSerializeState(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderSerializeState", {reader_handle}, std::move(attrs), node)[0];
}
inline Value ReaderSerializeStateV2(const Value& reader_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReaderSerializeStateV2", {reader_handle}, std::move(attrs), node)[0];
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
inline Value ReduceJoin(const Value& inputs_, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReduceJoin", {inputs_, reduction_indices}, std::move(attrs), node)[0];
}
inline Value RefEnter(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefEnter", {data}, std::move(attrs), node)[0];
}
inline Value RefExit(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefExit", {data}, std::move(attrs), node)[0];
}
inline Value RefIdentity(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefIdentity", {input}, std::move(attrs), node)[0];
}
inline Values RefMerge(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefMerge", detail::joined(inputs_), std::move(attrs), node);
}
inline Value RefNextIteration(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefNextIteration", {data}, std::move(attrs), node)[0];
}
inline Values RefSwitch(const Value& data, const Value& pred, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefSwitch", {data, pred}, std::move(attrs), node);
}
inline Value RegexFullMatch(const Value& input, const Value& pattern, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RegexFullMatch", {input, pattern}, std::move(attrs), node)[0];
}
inline Value RegexReplace(const Value& input, const Value& pattern, const Value& rewrite, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RegexReplace", {input, pattern, rewrite}, std::move(attrs), node)[0];
}
inline Value Relu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Relu", {features}, std::move(attrs), node)[0];
}
inline Value Relu6(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Relu6", {features}, std::move(attrs), node)[0];
}
inline Value Relu6Grad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Relu6Grad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value ReluGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReluGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value RepeatDataset(const Value& input_dataset, const Value& count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RepeatDataset", {input_dataset, count}, std::move(attrs), node)[0];
}
inline Values RequantizationRange(const Value& input, const Value& input_min, const Value& input_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RequantizationRange", {input, input_min, input_max}, std::move(attrs), node);
}
inline Values Requantize(const Value& input, const Value& input_min, const Value& input_max, const Value& requested_output_min, const Value& requested_output_max, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Requantize", {input, input_min, input_max, requested_output_min, requested_output_max}, std::move(attrs), node);
}
inline Value Reshape(const Value& tensor, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Reshape", {tensor, shape}, std::move(attrs), node)[0];
}
inline Value ResizeArea(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeArea", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeBicubic(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBicubic", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeBicubicGrad(const Value& grads, const Value& original_image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBicubicGrad", {grads, original_image}, std::move(attrs), node)[0];
}
inline Value ResizeBilinear(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBilinear", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeBilinearGrad(const Value& grads, const Value& original_image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBilinearGrad", {grads, original_image}, std::move(attrs), node)[0];
}
inline Value ResizeNearestNeighbor(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeNearestNeighbor", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeNearestNeighborGrad(const Value& grads, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeNearestNeighborGrad", {grads, size}, std::move(attrs), node)[0];
}
inline void ResourceAccumulatorApplyGradient(const Value& handle, const Value& local_step, const Value& gradient, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceAccumulatorApplyGradient", {handle, local_step, gradient}, std::move(attrs), node);
}
inline Value ResourceAccumulatorNumAccumulated(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceAccumulatorNumAccumulated", {handle}, std::move(attrs), node)[0];
}
inline void ResourceAccumulatorSetGlobalStep(const Value& handle, const Value& new_global_step, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceAccumulatorSetGlobalStep", {handle, new_global_step}, std::move(attrs), node);
}
inline Value ResourceAccumulatorTakeGradient(const Value& handle, const Value& num_required, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceAccumulatorTakeGradient", {handle, num_required}, std::move(attrs), node)[0];
}
inline void ResourceApplyAdaMax(const Value& var, const Value& m, const Value& v, const Value& beta1_power, const Value& lr, const Value& beta1, const Value& beta2, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdaMax", {var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad}, std::move(attrs), node);
}
inline void ResourceApplyAdadelta(const Value& var, const Value& accum, const Value& accum_update, const Value& lr, const Value& rho, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdadelta", {var, accum, accum_update, lr, rho, epsilon, grad}, std::move(attrs), node);
}
inline void ResourceApplyAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdagrad", {var, accum, lr, grad}, std::move(attrs), node);
}
inline void ResourceApplyAdagradDA(const Value& var, const Value& gradient_accumulator, const Value& gradient_squared_accumulator, const Value& grad, const Value& lr, const Value& l1, const Value& l2, const Value& global_step, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdagradDA", {var, gradient_accumulator, gradient_squared_accumulator, grad, lr, l1, l2, global_step}, std::move(attrs), node);
}
inline void ResourceApplyAdagradV2(const Value& var, const Value& accum, const Value& lr, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdagradV2", {var, accum, lr, epsilon, grad}, std::move(attrs), node);
}
inline void ResourceApplyAdam(const Value& var, const Value& m, const Value& v, const Value& beta1_power, const Value& beta2_power, const Value& lr, const Value& beta1, const Value& beta2, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdam", {var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad}, std::move(attrs), node);
}
inline void ResourceApplyAdamWithAmsgrad(const Value& var, const Value& m, const Value& v, const Value& vhat, const Value& beta1_power, const Value& beta2_power, const Value& lr, const Value& beta1, const Value& beta2, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAdamWithAmsgrad", {var, m, v, vhat, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad}, std::move(attrs), node);
}
inline void ResourceApplyAddSign(const Value& var, const Value& m, const Value& lr, const Value& alpha, const Value& sign_decay, const Value& beta, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyAddSign", {var, m, lr, alpha, sign_decay, beta, grad}, std::move(attrs), node);
}
inline void ResourceApplyCenteredRMSProp(const Value& var, const Value& mg, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyCenteredRMSProp", {var, mg, ms, mom, lr, rho, momentum, epsilon, grad}, std::move(attrs), node);
}
inline void ResourceApplyFtrl(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& lr, const Value& l1, const Value& l2, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyFtrl", {var, accum, linear, grad, lr, l1, l2, lr_power}, std::move(attrs), node);
}
inline void ResourceApplyFtrlV2(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& lr, const Value& l1, const Value& l2, const Value& l2_shrinkage, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyFtrlV2", {var, accum, linear, grad, lr, l1, l2, l2_shrinkage, lr_power}, std::move(attrs), node);
}
inline void ResourceApplyGradientDescent(const Value& var, const Value& alpha, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyGradientDescent", {var, alpha, delta}, std::move(attrs), node);
}
inline void ResourceApplyKerasMomentum(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& momentum, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyKerasMomentum", {var, accum, lr, grad, momentum}, std::move(attrs), node);
}
inline void ResourceApplyMomentum(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& momentum, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyMomentum", {var, accum, lr, grad, momentum}, std::move(attrs), node);
}
inline void ResourceApplyPowerSign(const Value& var, const Value& m, const Value& lr, const Value& logbase, const Value& sign_decay, const Value& beta, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyPowerSign", {var, m, lr, logbase, sign_decay, beta, grad}, std::move(attrs), node);
}
inline void ResourceApplyProximalAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& l1, const Value& l2, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyProximalAdagrad", {var, accum, lr, l1, l2, grad}, std::move(attrs), node);
}
inline void ResourceApplyProximalGradientDescent(const Value& var, const Value& alpha, const Value& l1, const Value& l2, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyProximalGradientDescent", {var, alpha, l1, l2, delta}, std::move(attrs), node);
}
inline void ResourceApplyRMSProp(const Value& var, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceApplyRMSProp", {var, ms, mom, lr, rho, momentum, epsilon, grad}, std::move(attrs), node);
}
inline Value ResourceConditionalAccumulator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceConditionalAccumulator", {}, std::move(attrs), node)[0];
}
inline Value ResourceCountUpTo(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceCountUpTo", {resource}, std::move(attrs), node)[0];
}
inline Value ResourceGather(const Value& resource, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceGather", {resource, indices}, std::move(attrs), node)[0];
}
inline Value ResourceGatherNd(const Value& resource, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResourceGatherNd", {resource, indices}, std::move(attrs), node)[0];
}
inline void ResourceScatterAdd(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterAdd", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterDiv(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterDiv", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterMax(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterMax", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterMin(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterMin", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterMul(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterMul", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdAdd(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdAdd", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdMax(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdMax", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdMin(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdMin", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdSub(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdSub", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterNdUpdate(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterNdUpdate", {ref, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterSub(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterSub", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceScatterUpdate(const Value& resource, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceScatterUpdate", {resource, indices, updates}, std::move(attrs), node);
}
inline void ResourceSparseApplyAdadelta(const Value& var, const Value& accum, const Value& accum_update, const Value& lr, const Value& rho, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyAdadelta", {var, accum, accum_update, lr, rho, epsilon, grad, indices}, std::move(attrs), node);
}
inline void ResourceSparseApplyAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyAdagrad", {var, accum, lr, grad, indices}, std::move(attrs), node);
}
inline void ResourceSparseApplyAdagradDA(const Value& var, const Value& gradient_accumulator, const Value& gradient_squared_accumulator, const Value& grad, const Value& indices, const Value& lr, const Value& l1, const Value& l2, const Value& global_step, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyAdagradDA", {var, gradient_accumulator, gradient_squared_accumulator, grad, indices, lr, l1, l2, global_step}, std::move(attrs), node);
}
inline void ResourceSparseApplyAdagradV2(const Value& var, const Value& accum, const Value& lr, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyAdagradV2", {var, accum, lr, epsilon, grad, indices}, std::move(attrs), node);
}
inline void ResourceSparseApplyCenteredRMSProp(const Value& var, const Value& mg, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyCenteredRMSProp", {var, mg, ms, mom, lr, rho, momentum, epsilon, grad, indices}, std::move(attrs), node);
}
inline void ResourceSparseApplyFtrl(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& indices, const Value& lr, const Value& l1, const Value& l2, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyFtrl", {var, accum, linear, grad, indices, lr, l1, l2, lr_power}, std::move(attrs), node);
}
inline void ResourceSparseApplyFtrlV2(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& indices, const Value& lr, const Value& l1, const Value& l2, const Value& l2_shrinkage, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyFtrlV2", {var, accum, linear, grad, indices, lr, l1, l2, l2_shrinkage, lr_power}, std::move(attrs), node);
}
inline void ResourceSparseApplyKerasMomentum(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& indices, const Value& momentum, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyKerasMomentum", {var, accum, lr, grad, indices, momentum}, std::move(attrs), node);
}
inline void ResourceSparseApplyMomentum(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& indices, const Value& momentum, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyMomentum", {var, accum, lr, grad, indices, momentum}, std::move(attrs), node);
}
inline void ResourceSparseApplyProximalAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& l1, const Value& l2, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyProximalAdagrad", {var, accum, lr, l1, l2, grad, indices}, std::move(attrs), node);
}
inline void ResourceSparseApplyProximalGradientDescent(const Value& var, const Value& alpha, const Value& l1, const Value& l2, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyProximalGradientDescent", {var, alpha, l1, l2, grad, indices}, std::move(attrs), node);
}
inline void ResourceSparseApplyRMSProp(const Value& var, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceSparseApplyRMSProp", {var, ms, mom, lr, rho, momentum, epsilon, grad, indices}, std::move(attrs), node);
}
inline void ResourceStridedSliceAssign(const Value& ref, const Value& begin, const Value& end, const Value& strides, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("ResourceStridedSliceAssign", {ref, begin, end, strides, value}, std::move(attrs), node);
}
inline Value Restore(const Value& file_pattern, const Value& tensor_name, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Restore", {file_pattern, tensor_name}, std::move(attrs), node)[0];
}
inline Value RestoreSlice(const Value& file_pattern, const Value& tensor_name, const Value& shape_and_slice, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RestoreSlice", {file_pattern, tensor_name, shape_and_slice}, std::move(attrs), node)[0];
}
inline Values RestoreV2(const Value& prefix, const Value& tensor_names, const Value& shape_and_slices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RestoreV2", {prefix, tensor_names, shape_and_slices}, std::move(attrs), node);
}
inline Value Reverse(const Value& tensor, const Value& dims, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Reverse", {tensor, dims}, std::move(attrs), node)[0];
}
inline Value ReverseSequence(const Value& input, const Value& seq_lengths, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReverseSequence", {input, seq_lengths}, std::move(attrs), node)[0];
}
inline Value ReverseV2(const Value& tensor, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReverseV2", {tensor, axis}, std::move(attrs), node)[0];
}
inline Value RightShift(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RightShift", {x, y}, std::move(attrs), node)[0];
}
inline Value Rint(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Rint", {x}, std::move(attrs), node)[0];
}
inline Value RngReadAndSkip(const Value& resource, const Value& alg, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RngReadAndSkip", {resource, alg, delta}, std::move(attrs), node)[0];
}
inline void RngSkip(const Value& resource, const Value& algorithm, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("RngSkip", {resource, algorithm, delta}, std::move(attrs), node);
}
inline Value Roll(const Value& input, const Value& shift, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Roll", {input, shift, axis}, std::move(attrs), node)[0];
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
inline Values SampleDistortedBoundingBox(const Value& image_size, const Value& bounding_boxes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SampleDistortedBoundingBox", {image_size, bounding_boxes}, std::move(attrs), node);
}
inline Values SampleDistortedBoundingBoxV2(const Value& image_size, const Value& bounding_boxes, const Value& min_object_covered, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SampleDistortedBoundingBoxV2", {image_size, bounding_boxes, min_object_covered}, std::move(attrs), node);
}
inline void Save(const Value& filename, const Value& tensor_names, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("Save", detail::joined(filename, tensor_names, data), std::move(attrs), node);
}
inline void SaveSlices(const Value& filename, const Value& tensor_names, const Value& shapes_and_slices, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("SaveSlices", detail::joined(filename, tensor_names, shapes_and_slices, data), std::move(attrs), node);
}
inline void SaveV2(const Value& prefix, const Value& tensor_names, const Value& shape_and_slices, const Values& tensors, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("SaveV2", detail::joined(prefix, tensor_names, shape_and_slices, tensors), std::move(attrs), node);
}
inline Value ScalarSummary(const Value& tags, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScalarSummary", {tags, values}, std::move(attrs), node)[0];
}
inline Value ScaleAndTranslate(const Value& images, const Value& size, const Value& scale, const Value& translation, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScaleAndTranslate", {images, size, scale, translation}, std::move(attrs), node)[0];
}
inline Value ScaleAndTranslateGrad(const Value& grads, const Value& original_image, const Value& scale, const Value& translation, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScaleAndTranslateGrad", {grads, original_image, scale, translation}, std::move(attrs), node)[0];
}
inline Value ScatterAdd(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterAdd", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterDiv(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterDiv", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterMax(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterMax", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterMin(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterMin", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterMul(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterMul", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNd(const Value& indices, const Value& updates, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNd", {indices, updates, shape}, std::move(attrs), node)[0];
}
inline Value ScatterNdAdd(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdAdd", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdMax(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdMax", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdMin(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdMin", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdNonAliasingAdd(const Value& input, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdNonAliasingAdd", {input, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdSub(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdSub", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterNdUpdate(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterNdUpdate", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterSub(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterSub", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value ScatterUpdate(const Value& ref, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScatterUpdate", {ref, indices, updates}, std::move(attrs), node)[0];
}
inline Value SegmentMax(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentMax", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentMean(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentMean", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentMin(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentMin", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentProd(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentProd", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentSum(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentSum", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value Select(const Value& condition, const Value& t, const Value& e, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Select", {condition, t, e}, std::move(attrs), node)[0];
}
inline Value SelectV2(const Value& condition, const Value& t, const Value& e, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SelectV2", {condition, t, e}, std::move(attrs), node)[0];
}
inline Value SelfAdjointEig(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SelfAdjointEig", {input}, std::move(attrs), node)[0];
}
inline Values SelfAdjointEigV2(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SelfAdjointEigV2", {input}, std::move(attrs), node);
}
inline Value Selu(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Selu", {features}, std::move(attrs), node)[0];
}
inline Value SeluGrad(const Value& gradients, const Value& outputs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SeluGrad", {gradients, outputs}, std::move(attrs), node)[0];
}
inline Value SerializeManySparse(const Value& sparse_indices, const Value& sparse_values, const Value& sparse_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SerializeManySparse", {sparse_indices, sparse_values, sparse_shape}, std::move(attrs), node)[0];
}
inline Value SerializeSparse(const Value& sparse_indices, const Value& sparse_values, const Value& sparse_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SerializeSparse", {sparse_indices, sparse_values, sparse_shape}, std::move(attrs), node)[0];
}
inline Value SerializeTensor(const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SerializeTensor", {tensor}, std::move(attrs), node)[0];
}
inline Value SetSize(const Value& set_indices, const Value& set_values, const Value& set_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SetSize", {set_indices, set_values, set_shape}, std::move(attrs), node)[0];
}
inline Value Shape(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Shape", {input}, std::move(attrs), node)[0];
}
inline Values ShapeN(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShapeN", detail::joined(input), std::move(attrs), node);
}
inline Value ShardedFilename(const Value& basename, const Value& shard, const Value& num_shards, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShardedFilename", {basename, shard, num_shards}, std::move(attrs), node)[0];
}
inline Value ShardedFilespec(const Value& basename, const Value& num_shards, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShardedFilespec", {basename, num_shards}, std::move(attrs), node)[0];
}
inline Value ShuffleDataset(const Value& input_dataset, const Value& buffer_size, const Value& seed, const Value& seed2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShuffleDataset", {input_dataset, buffer_size, seed, seed2}, std::move(attrs), node)[0];
}
inline Value ShuffleDatasetV3(const Value& input_dataset, const Value& buffer_size, const Value& seed, const Value& seed2, const Value& seed_generator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShuffleDatasetV3", {input_dataset, buffer_size, seed, seed2, seed_generator}, std::move(attrs), node)[0];
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
inline Value Size(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Size", {input}, std::move(attrs), node)[0];
}
inline Value SkipDataset(const Value& input_dataset, const Value& count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SkipDataset", {input_dataset, count}, std::move(attrs), node)[0];
}
inline Value Slice(const Value& input, const Value& begin, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Slice", {input, begin, size}, std::move(attrs), node)[0];
}
inline Value Snapshot(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Snapshot", {input}, std::move(attrs), node)[0];
}
inline Value SobolSample(const Value& dim, const Value& num_results, const Value& skip, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SobolSample", {dim, num_results, skip}, std::move(attrs), node)[0];
}
inline Value Softmax(const Value& logits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Softmax", {logits}, std::move(attrs), node)[0];
}
inline Values SoftmaxCrossEntropyWithLogits(const Value& features, const Value& labels, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SoftmaxCrossEntropyWithLogits", {features, labels}, std::move(attrs), node);
}
inline Value Softplus(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Softplus", {features}, std::move(attrs), node)[0];
}
inline Value SoftplusGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SoftplusGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value Softsign(const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Softsign", {features}, std::move(attrs), node)[0];
}
inline Value SoftsignGrad(const Value& gradients, const Value& features, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SoftsignGrad", {gradients, features}, std::move(attrs), node)[0];
}
inline Value SpaceToBatch(const Value& input, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SpaceToBatch", {input, paddings}, std::move(attrs), node)[0];
}
inline Value SpaceToBatchND(const Value& input, const Value& block_shape, const Value& paddings, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SpaceToBatchND", {input, block_shape, paddings}, std::move(attrs), node)[0];
}
inline Value SpaceToDepth(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SpaceToDepth", {input}, std::move(attrs), node)[0];
}
inline void SparseAccumulatorApplyGradient(const Value& handle, const Value& local_step, const Value& gradient_indices, const Value& gradient_values, const Value& gradient_shape, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("SparseAccumulatorApplyGradient", {handle, local_step, gradient_indices, gradient_values, gradient_shape}, std::move(attrs), node);
}
inline Values SparseAccumulatorTakeGradient(const Value& handle, const Value& num_required, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseAccumulatorTakeGradient", {handle, num_required}, std::move(attrs), node);
}
inline Values SparseAdd(const Value& a_indices, const Value& a_values, const Value& a_shape, const Value& b_indices, const Value& b_values, const Value& b_shape, const Value& thresh, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseAdd", {a_indices, a_values, a_shape, b_indices, b_values, b_shape, thresh}, std::move(attrs), node);
}
inline Values SparseAddGrad(const Value& backprop_val_grad, const Value& a_indices, const Value& b_indices, const Value& sum_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseAddGrad", {backprop_val_grad, a_indices, b_indices, sum_indices}, std::move(attrs), node);
}
inline Value SparseApplyAdadelta(const Value& var, const Value& accum, const Value& accum_update, const Value& lr, const Value& rho, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyAdadelta", {var, accum, accum_update, lr, rho, epsilon, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseApplyAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyAdagrad", {var, accum, lr, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseApplyAdagradDA(const Value& var, const Value& gradient_accumulator, const Value& gradient_squared_accumulator, const Value& grad, const Value& indices, const Value& lr, const Value& l1, const Value& l2, const Value& global_step, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyAdagradDA", {var, gradient_accumulator, gradient_squared_accumulator, grad, indices, lr, l1, l2, global_step}, std::move(attrs), node)[0];
}
inline Value SparseApplyAdagradV2(const Value& var, const Value& accum, const Value& lr, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyAdagradV2", {var, accum, lr, epsilon, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseApplyCenteredRMSProp(const Value& var, const Value& mg, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyCenteredRMSProp", {var, mg, ms, mom, lr, rho, momentum, epsilon, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseApplyFtrl(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& indices, const Value& lr, const Value& l1, const Value& l2, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyFtrl", {var, accum, linear, grad, indices, lr, l1, l2, lr_power}, std::move(attrs), node)[0];
}
inline Value SparseApplyFtrlV2(const Value& var, const Value& accum, const Value& linear, const Value& grad, const Value& indices, const Value& lr, const Value& l1, const Value& l2, const Value& l2_shrinkage, const Value& lr_power, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyFtrlV2", {var, accum, linear, grad, indices, lr, l1, l2, l2_shrinkage, lr_power}, std::move(attrs), node)[0];
}
inline Value SparseApplyMomentum(const Value& var, const Value& accum, const Value& lr, const Value& grad, const Value& indices, const Value& momentum, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyMomentum", {var, accum, lr, grad, indices, momentum}, std::move(attrs), node)[0];
}
inline Value SparseApplyProximalAdagrad(const Value& var, const Value& accum, const Value& lr, const Value& l1, const Value& l2, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyProximalAdagrad", {var, accum, lr, l1, l2, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseApplyProximalGradientDescent(const Value& var, const Value& alpha, const Value& l1, const Value& l2, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyProximalGradientDescent", {var, alpha, l1, l2, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseApplyRMSProp(const Value& var, const Value& ms, const Value& mom, const Value& lr, const Value& rho, const Value& momentum, const Value& epsilon, const Value& grad, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseApplyRMSProp", {var, ms, mom, lr, rho, momentum, epsilon, grad, indices}, std::move(attrs), node)[0];
}
inline Value SparseBincount(const Value& indices, const Value& values, const Value& dense_shape, const Value& size, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseBincount", {indices, values, dense_shape, size, weights}, std::move(attrs), node)[0];
}
inline Values SparseConcat(const Values& indices, const Values& values, const Values& shapes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseConcat", detail::joined(indices, values, shapes), std::move(attrs), node);
}
inline Value SparseConditionalAccumulator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseConditionalAccumulator", {}, std::move(attrs), node)[0];
}
inline Values SparseCountSparseOutput(const Value& indices, const Value& values, const Value& dense_shape, const Value& weights, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseCountSparseOutput", {indices, values, dense_shape, weights}, std::move(attrs), node);
}
inline Values SparseCross(const Values& indices, const Values& values, const Values& shapes, const Values& dense_inputs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseCross", detail::joined(indices, values, shapes, dense_inputs), std::move(attrs), node);
}
inline Value SparseDenseCwiseAdd(const Value& sp_indices, const Value& sp_values, const Value& sp_shape, const Value& dense, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseDenseCwiseAdd", {sp_indices, sp_values, sp_shape, dense}, std::move(attrs), node)[0];
}
inline Value SparseDenseCwiseDiv(const Value& sp_indices, const Value& sp_values, const Value& sp_shape, const Value& dense, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseDenseCwiseDiv", {sp_indices, sp_values, sp_shape, dense}, std::move(attrs), node)[0];
}
inline Value SparseDenseCwiseMul(const Value& sp_indices, const Value& sp_values, const Value& sp_shape, const Value& dense, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseDenseCwiseMul", {sp_indices, sp_values, sp_shape, dense}, std::move(attrs), node)[0];
}
inline Values SparseFillEmptyRows(const Value& indices, const Value& values, const Value& dense_shape, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseFillEmptyRows", {indices, values, dense_shape, default_value}, std::move(attrs), node);
}
inline Values SparseFillEmptyRowsGrad(const Value& reverse_index_map, const Value& grad_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseFillEmptyRowsGrad", {reverse_index_map, grad_values}, std::move(attrs), node);
}
inline Value SparseMatMul(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseMatMul", {a, b}, std::move(attrs), node)[0];
}
inline Value SparseReduceMax(const Value& input_indices, const Value& input_values, const Value& input_shape, const Value& reduction_axes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseReduceMax", {input_indices, input_values, input_shape, reduction_axes}, std::move(attrs), node)[0];
}
inline Values SparseReduceMaxSparse(const Value& input_indices, const Value& input_values, const Value& input_shape, const Value& reduction_axes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseReduceMaxSparse", {input_indices, input_values, input_shape, reduction_axes}, std::move(attrs), node);
}
inline Value SparseReduceSum(const Value& input_indices, const Value& input_values, const Value& input_shape, const Value& reduction_axes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseReduceSum", {input_indices, input_values, input_shape, reduction_axes}, std::move(attrs), node)[0];
}
inline Values SparseReduceSumSparse(const Value& input_indices, const Value& input_values, const Value& input_shape, const Value& reduction_axes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseReduceSumSparse", {input_indices, input_values, input_shape, reduction_axes}, std::move(attrs), node);
}
inline Values SparseReorder(const Value& input_indices, const Value& input_values, const Value& input_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseReorder", {input_indices, input_values, input_shape}, std::move(attrs), node);
}
inline Values SparseReshape(const Value& input_indices, const Value& input_shape, const Value& new_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseReshape", {input_indices, input_shape, new_shape}, std::move(attrs), node);
}
inline Value SparseSegmentMean(const Value& data, const Value& indices, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentMean", {data, indices, segment_ids}, std::move(attrs), node)[0];
}
inline Value SparseSegmentMeanGrad(const Value& grad, const Value& indices, const Value& segment_ids, const Value& output_dim0, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentMeanGrad", {grad, indices, segment_ids, output_dim0}, std::move(attrs), node)[0];
}
inline Value SparseSegmentMeanWithNumSegments(const Value& data, const Value& indices, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentMeanWithNumSegments", {data, indices, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value SparseSegmentSqrtN(const Value& data, const Value& indices, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentSqrtN", {data, indices, segment_ids}, std::move(attrs), node)[0];
}
inline Value SparseSegmentSqrtNGrad(const Value& grad, const Value& indices, const Value& segment_ids, const Value& output_dim0, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentSqrtNGrad", {grad, indices, segment_ids, output_dim0}, std::move(attrs), node)[0];
}
inline Value SparseSegmentSqrtNWithNumSegments(const Value& data, const Value& indices, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentSqrtNWithNumSegments", {data, indices, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value SparseSegmentSum(const Value& data, const Value& indices, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentSum", {data, indices, segment_ids}, std::move(attrs), node)[0];
}
inline Value SparseSegmentSumGrad(const Value& grad, const Value& indices, const Value& segment_ids, const Value& output_dim0, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentSumGrad", {grad, indices, segment_ids, output_dim0}, std::move(attrs), node)[0];
}
inline Value SparseSegmentSumWithNumSegments(const Value& data, const Value& indices, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSegmentSumWithNumSegments", {data, indices, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Values SparseSlice(const Value& indices, const Value& values, const Value& shape, const Value& start, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSlice", {indices, values, shape, start, size}, std::move(attrs), node);
}
inline Value SparseSliceGrad(const Value& backprop_val_grad, const Value& input_indices, const Value& input_start, const Value& output_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSliceGrad", {backprop_val_grad, input_indices, input_start, output_indices}, std::move(attrs), node)[0];
}
inline Value SparseSoftmax(const Value& sp_indices, const Value& sp_values, const Value& sp_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSoftmax", {sp_indices, sp_values, sp_shape}, std::move(attrs), node)[0];
}
inline Values SparseSoftmaxCrossEntropyWithLogits(const Value& features, const Value& labels, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSoftmaxCrossEntropyWithLogits", {features, labels}, std::move(attrs), node);
}
inline Values SparseSparseMaximum(const Value& a_indices, const Value& a_values, const Value& a_shape, const Value& b_indices, const Value& b_values, const Value& b_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSparseMaximum", {a_indices, a_values, a_shape, b_indices, b_values, b_shape}, std::move(attrs), node);
}
inline Values SparseSparseMinimum(const Value& a_indices, const Value& a_values, const Value& a_shape, const Value& b_indices, const Value& b_values, const Value& b_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSparseMinimum", {a_indices, a_values, a_shape, b_indices, b_values, b_shape}, std::move(attrs), node);
}
inline Values SparseSplit(const Value& split_dim, const Value& indices, const Value& values, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseSplit", {split_dim, indices, values, shape}, std::move(attrs), node);
}
inline Value SparseTensorDenseAdd(const Value& a_indices, const Value& a_values, const Value& a_shape, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseTensorDenseAdd", {a_indices, a_values, a_shape, b}, std::move(attrs), node)[0];
}
inline Value SparseTensorDenseMatMul(const Value& a_indices, const Value& a_values, const Value& a_shape, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseTensorDenseMatMul", {a_indices, a_values, a_shape, b}, std::move(attrs), node)[0];
}
inline Value SparseToDense(const Value& sparse_indices, const Value& output_shape, const Value& sparse_values, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseToDense", {sparse_indices, output_shape, sparse_values, default_value}, std::move(attrs), node)[0];
}
inline Values SparseToSparseSetOperation(const Value& set1_indices, const Value& set1_values, const Value& set1_shape, const Value& set2_indices, const Value& set2_values, const Value& set2_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseToSparseSetOperation", {set1_indices, set1_values, set1_shape, set2_indices, set2_values, set2_shape}, std::move(attrs), node);
}
inline Value Spence(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Spence", {x}, std::move(attrs), node)[0];
}
inline Values Split(const Value& split_dim, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Split", {split_dim, value}, std::move(attrs), node);
}
inline Values SplitV(const Value& value, const Value& size_splits, const Value& split_dim, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SplitV", {value, size_splits, split_dim}, std::move(attrs), node);
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
inline Value Squeeze(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Squeeze", {input}, std::move(attrs), node)[0];
}
inline Value Stack(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Stack", {}, std::move(attrs), node)[0];
}
inline void StackClose(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("StackClose", {handle}, std::move(attrs), node);
}
inline void StackCloseV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("StackCloseV2", {handle}, std::move(attrs), node);
}
inline Value StackPop(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPop", {handle}, std::move(attrs), node)[0];
}
inline Value StackPopV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPopV2", {handle}, std::move(attrs), node)[0];
}
inline Value StackPush(const Value& handle, const Value& elem, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPush", {handle, elem}, std::move(attrs), node)[0];
}
inline Value StackPushV2(const Value& handle, const Value& elem, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackPushV2", {handle, elem}, std::move(attrs), node)[0];
}
inline Value StackV2(const Value& max_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StackV2", {max_size}, std::move(attrs), node)[0];
}
inline Values StatefulPartitionedCall(const Values& args, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulPartitionedCall", detail::joined(args), std::move(attrs), node);
}
inline Value StatefulStandardNormalV2(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulStandardNormalV2", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulTruncatedNormal(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulTruncatedNormal", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulUniform(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulUniform", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulUniformFullInt(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulUniformFullInt", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulUniformInt(const Value& resource, const Value& algorithm, const Value& shape, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulUniformInt", {resource, algorithm, shape, minval, maxval}, std::move(attrs), node)[0];
}
inline Values StatelessCase(const Value& branch_index, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessCase", detail::joined(branch_index, input), std::move(attrs), node);
}
inline Values StatelessIf(const Value& cond, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessIf", detail::joined(cond, input), std::move(attrs), node);
}
inline Value StatelessMultinomial(const Value& logits, const Value& num_samples, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessMultinomial", {logits, num_samples, seed}, std::move(attrs), node)[0];
}
inline Value StatelessParameterizedTruncatedNormal(const Value& shape, const Value& seed, const Value& means, const Value& stddevs, const Value& minvals, const Value& maxvals, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessParameterizedTruncatedNormal", {shape, seed, means, stddevs, minvals, maxvals}, std::move(attrs), node)[0];
}
inline Value StatelessRandomBinomial(const Value& shape, const Value& seed, const Value& counts, const Value& probs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomBinomial", {shape, seed, counts, probs}, std::move(attrs), node)[0];
}
inline Value StatelessRandomGammaV2(const Value& shape, const Value& seed, const Value& alpha, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGammaV2", {shape, seed, alpha}, std::move(attrs), node)[0];
}
inline Value StatelessRandomGammaV3(const Value& shape, const Value& key, const Value& counter, const Value& alg, const Value& alpha, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGammaV3", {shape, key, counter, alg, alpha}, std::move(attrs), node)[0];
}
inline Value StatelessRandomGetAlg(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGetAlg", {}, std::move(attrs), node)[0];
}
inline Values StatelessRandomGetKeyCounter(const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGetKeyCounter", {seed}, std::move(attrs), node);
}
inline Values StatelessRandomGetKeyCounterAlg(const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGetKeyCounterAlg", {seed}, std::move(attrs), node);
}
inline Value StatelessRandomNormal(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomNormal", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessRandomNormalV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomNormalV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Value StatelessRandomPoisson(const Value& shape, const Value& seed, const Value& lam, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomPoisson", {shape, seed, lam}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniform(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniform", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformFullInt(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformFullInt", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformFullIntV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformFullIntV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformInt(const Value& shape, const Value& seed, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformInt", {shape, seed, minval, maxval}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformIntV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformIntV2", {shape, key, counter, alg, minval, maxval}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Values StatelessSampleDistortedBoundingBox(const Value& image_size, const Value& bounding_boxes, const Value& min_object_covered, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessSampleDistortedBoundingBox", {image_size, bounding_boxes, min_object_covered, seed}, std::move(attrs), node);
}
inline Value StatelessTruncatedNormal(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessTruncatedNormal", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessTruncatedNormalV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessTruncatedNormalV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Values StatelessWhile(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessWhile", detail::joined(input), std::move(attrs), node);
}
inline Value StaticRegexFullMatch(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StaticRegexFullMatch", {input}, std::move(attrs), node)[0];
}
inline Value StaticRegexReplace(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StaticRegexReplace", {input}, std::move(attrs), node)[0];
}
inline Value StopGradient(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StopGradient", {input}, std::move(attrs), node)[0];
}
inline Value StridedSlice(const Value& input, const Value& begin, const Value& end, const Value& strides, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StridedSlice", {input, begin, end, strides}, std::move(attrs), node)[0];
}
inline Value StridedSliceAssign(const Value& ref, const Value& begin, const Value& end, const Value& strides, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StridedSliceAssign", {ref, begin, end, strides, value}, std::move(attrs), node)[0];
}
inline Value StridedSliceGrad(const Value& shape, const Value& begin, const Value& end, const Value& strides, const Value& dy, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StridedSliceGrad", {shape, begin, end, strides, dy}, std::move(attrs), node)[0];
}
inline Value StringFormat(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringFormat", detail::joined(inputs_), std::move(attrs), node)[0];
}
inline Value StringJoin(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringJoin", detail::joined(inputs_), std::move(attrs), node)[0];
}
inline Value StringLength(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringLength", {input}, std::move(attrs), node)[0];
}
inline Value StringLower(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringLower", {input}, std::move(attrs), node)[0];
}
inline Values StringNGrams(const Value& data, const Value& data_splits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringNGrams", {data, data_splits}, std::move(attrs), node);
}
inline Values StringSplit(const Value& input, const Value& delimiter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringSplit", {input, delimiter}, std::move(attrs), node);
}
inline Values StringSplitV2(const Value& input, const Value& sep, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringSplitV2", {input, sep}, std::move(attrs), node);
}
inline Value StringStrip(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringStrip", {input}, std::move(attrs), node)[0];
}
inline Value StringToHashBucket(const Value& string_tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToHashBucket", {string_tensor}, std::move(attrs), node)[0];
}
inline Value StringToHashBucketFast(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToHashBucketFast", {input}, std::move(attrs), node)[0];
}
inline Value StringToHashBucketStrong(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToHashBucketStrong", {input}, std::move(attrs), node)[0];
}
inline Value StringToNumber(const Value& string_tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToNumber", {string_tensor}, std::move(attrs), node)[0];
}
inline Value StringUpper(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringUpper", {input}, std::move(attrs), node)[0];
}
inline Value Sub(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sub", {x, y}, std::move(attrs), node)[0];
}
inline Value Substr(const Value& input, const Value& pos, const Value& len, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Substr", {input, pos, len}, std::move(attrs), node)[0];
}
inline Value Sum(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sum", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Values Svd(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Svd", {input}, std::move(attrs), node);
}
inline Values Switch(const Value& data, const Value& pred, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Switch", {data, pred}, std::move(attrs), node);
}
inline Values SymbolicGradient(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SymbolicGradient", detail::joined(input), std::move(attrs), node);
}
inline Value TFRecordReader(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TFRecordReader", {}, std::move(attrs), node)[0];
}
inline Value TFRecordReaderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TFRecordReaderV2", {}, std::move(attrs), node)[0];
}
inline Value TakeDataset(const Value& input_dataset, const Value& count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TakeDataset", {input_dataset, count}, std::move(attrs), node)[0];
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
inline Value TemporaryVariable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TemporaryVariable", {}, std::move(attrs), node)[0];
}
inline Value TensorArray(const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArray", {size}, std::move(attrs), node)[0];
}
inline void TensorArrayClose(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("TensorArrayClose", {handle}, std::move(attrs), node);
}
inline void TensorArrayCloseV2(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("TensorArrayCloseV2", {handle}, std::move(attrs), node);
}
inline void TensorArrayCloseV3(const Value& handle, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("TensorArrayCloseV3", {handle}, std::move(attrs), node);
}
inline Values TensorArrayConcat(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayConcat", {handle, flow_in}, std::move(attrs), node);
}
inline Values TensorArrayConcatV2(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayConcatV2", {handle, flow_in}, std::move(attrs), node);
}
inline Values TensorArrayConcatV3(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayConcatV3", {handle, flow_in}, std::move(attrs), node);
}
inline Value TensorArrayGather(const Value& handle, const Value& indices, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGather", {handle, indices, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGatherV2(const Value& handle, const Value& indices, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGatherV2", {handle, indices, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGatherV3(const Value& handle, const Value& indices, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGatherV3", {handle, indices, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGrad(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGrad", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayGradV2(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGradV2", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Values TensorArrayGradV3(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGradV3", {handle, flow_in}, std::move(attrs), node);
}
inline Values TensorArrayGradWithShape(const Value& handle, const Value& flow_in, const Value& shape_to_prepend, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayGradWithShape", {handle, flow_in, shape_to_prepend}, std::move(attrs), node);
}
inline Value TensorArrayPack(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayPack", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayRead(const Value& handle, const Value& index, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayRead", {handle, index, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayReadV2(const Value& handle, const Value& index, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayReadV2", {handle, index, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayReadV3(const Value& handle, const Value& index, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayReadV3", {handle, index, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayScatter(const Value& handle, const Value& indices, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayScatter", {handle, indices, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayScatterV2(const Value& handle, const Value& indices, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayScatterV2", {handle, indices, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayScatterV3(const Value& handle, const Value& indices, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayScatterV3", {handle, indices, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySize(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySize", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySizeV2(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySizeV2", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySizeV3(const Value& handle, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySizeV3", {handle, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySplit(const Value& handle, const Value& value, const Value& lengths, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySplit", {handle, value, lengths, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySplitV2(const Value& handle, const Value& value, const Value& lengths, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySplitV2", {handle, value, lengths, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArraySplitV3(const Value& handle, const Value& value, const Value& lengths, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArraySplitV3", {handle, value, lengths, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayUnpack(const Value& handle, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayUnpack", {handle, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayV2(const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayV2", {size}, std::move(attrs), node)[0];
}
inline Values TensorArrayV3(const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayV3", {size}, std::move(attrs), node);
}
inline Value TensorArrayWrite(const Value& handle, const Value& index, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayWrite", {handle, index, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayWriteV2(const Value& handle, const Value& index, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayWriteV2", {handle, index, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorArrayWriteV3(const Value& handle, const Value& index, const Value& value, const Value& flow_in, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorArrayWriteV3", {handle, index, value, flow_in}, std::move(attrs), node)[0];
}
inline Value TensorDataset(const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorDataset", detail::joined(components), std::move(attrs), node)[0];
}
inline Values TensorListConcat(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListConcat", {input_handle}, std::move(attrs), node);
}
inline Value TensorListConcatLists(const Value& input_a, const Value& input_b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListConcatLists", {input_a, input_b}, std::move(attrs), node)[0];
}
inline Values TensorListConcatV2(const Value& input_handle, const Value& element_shape, const Value& leading_dims, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListConcatV2", {input_handle, element_shape, leading_dims}, std::move(attrs), node);
}
inline Value TensorListElementShape(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListElementShape", {input_handle}, std::move(attrs), node)[0];
}
inline Value TensorListFromTensor(const Value& tensor, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListFromTensor", {tensor, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListGather(const Value& input_handle, const Value& indices, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListGather", {input_handle, indices, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListGetItem(const Value& input_handle, const Value& index, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListGetItem", {input_handle, index, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListLength(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListLength", {input_handle}, std::move(attrs), node)[0];
}
inline Values TensorListPopBack(const Value& input_handle, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListPopBack", {input_handle, element_shape}, std::move(attrs), node);
}
inline Value TensorListPushBack(const Value& input_handle, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListPushBack", {input_handle, tensor}, std::move(attrs), node)[0];
}
inline Value TensorListPushBackBatch(const Value& input_handles, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListPushBackBatch", {input_handles, tensor}, std::move(attrs), node)[0];
}
inline Value TensorListReserve(const Value& element_shape, const Value& num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListReserve", {element_shape, num_elements}, std::move(attrs), node)[0];
}
inline Value TensorListResize(const Value& input_handle, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListResize", {input_handle, size}, std::move(attrs), node)[0];
}
inline Value TensorListScatter(const Value& tensor, const Value& indices, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListScatter", {tensor, indices, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorListScatterIntoExistingList(const Value& input_handle, const Value& tensor, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListScatterIntoExistingList", {input_handle, tensor, indices}, std::move(attrs), node)[0];
}
inline Value TensorListScatterV2(const Value& tensor, const Value& indices, const Value& element_shape, const Value& num_elements, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListScatterV2", {tensor, indices, element_shape, num_elements}, std::move(attrs), node)[0];
}
inline Value TensorListSetItem(const Value& input_handle, const Value& index, const Value& item, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListSetItem", {input_handle, index, item}, std::move(attrs), node)[0];
}
inline Value TensorListSplit(const Value& tensor, const Value& element_shape, const Value& lengths, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListSplit", {tensor, element_shape, lengths}, std::move(attrs), node)[0];
}
inline Value TensorListStack(const Value& input_handle, const Value& element_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorListStack", {input_handle, element_shape}, std::move(attrs), node)[0];
}
inline Value TensorMapErase(const Value& input_handle, const Value& key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapErase", {input_handle, key}, std::move(attrs), node)[0];
}
inline Value TensorMapHasKey(const Value& input_handle, const Value& key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapHasKey", {input_handle, key}, std::move(attrs), node)[0];
}
inline Value TensorMapInsert(const Value& input_handle, const Value& key, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapInsert", {input_handle, key, value}, std::move(attrs), node)[0];
}
inline Value TensorMapLookup(const Value& input_handle, const Value& key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapLookup", {input_handle, key}, std::move(attrs), node)[0];
}
inline Value TensorMapSize(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapSize", {input_handle}, std::move(attrs), node)[0];
}
inline Value TensorMapStackKeys(const Value& input_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorMapStackKeys", {input_handle}, std::move(attrs), node)[0];
}
inline Value TensorScatterAdd(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterAdd", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterMax(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterMax", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterMin(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterMin", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterSub(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterSub", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorScatterUpdate(const Value& tensor, const Value& indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorScatterUpdate", {tensor, indices, updates}, std::move(attrs), node)[0];
}
inline Value TensorSliceDataset(const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorSliceDataset", detail::joined(components), std::move(attrs), node)[0];
}
inline Value TensorStridedSliceUpdate(const Value& input, const Value& begin, const Value& end, const Value& strides, const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorStridedSliceUpdate", {input, begin, end, strides, value}, std::move(attrs), node)[0];
}
inline Value TextLineReader(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TextLineReader", {}, std::move(attrs), node)[0];
}
inline Value TextLineReaderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TextLineReaderV2", {}, std::move(attrs), node)[0];
}
inline Values ThreadUnsafeUnigramCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ThreadUnsafeUnigramCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Value Tile(const Value& input, const Value& multiples, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Tile", {input, multiples}, std::move(attrs), node)[0];
}
inline Value Timestamp(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Timestamp", {}, std::move(attrs), node)[0];
}
inline Value ToBool(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ToBool", {input}, std::move(attrs), node)[0];
}
inline Values TopK(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TopK", {input}, std::move(attrs), node);
}
inline Values TopKV2(const Value& input, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TopKV2", {input, k}, std::move(attrs), node);
}
inline Value Transpose(const Value& x, const Value& perm, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Transpose", {x, perm}, std::move(attrs), node)[0];
}
inline Value TridiagonalMatMul(const Value& superdiag, const Value& maindiag, const Value& subdiag, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TridiagonalMatMul", {superdiag, maindiag, subdiag, rhs}, std::move(attrs), node)[0];
}
inline Value TridiagonalSolve(const Value& diagonals, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TridiagonalSolve", {diagonals, rhs}, std::move(attrs), node)[0];
}
inline Value TruncateDiv(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TruncateDiv", {x, y}, std::move(attrs), node)[0];
}
inline Value TruncateMod(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TruncateMod", {x, y}, std::move(attrs), node)[0];
}
inline Value TruncatedNormal(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TruncatedNormal", {shape}, std::move(attrs), node)[0];
}
inline Values UnicodeDecode(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeDecode", {input}, std::move(attrs), node);
}
inline Values UnicodeDecodeWithOffsets(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeDecodeWithOffsets", {input}, std::move(attrs), node);
}
inline Value UnicodeEncode(const Value& input_values, const Value& input_splits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeEncode", {input_values, input_splits}, std::move(attrs), node)[0];
}
inline Value UnicodeScript(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeScript", {input}, std::move(attrs), node)[0];
}
inline Value UnicodeTranscode(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeTranscode", {input}, std::move(attrs), node)[0];
}
inline Values UniformCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniformCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Value UniformDequantize(const Value& input, const Value& scales, const Value& zero_points, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniformDequantize", {input, scales, zero_points}, std::move(attrs), node)[0];
}
inline Value UniformQuantize(const Value& input, const Value& scales, const Value& zero_points, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniformQuantize", {input, scales, zero_points}, std::move(attrs), node)[0];
}
inline Value UniformQuantizedDot(const Value& lhs, const Value& rhs, const Value& lhs_scales, const Value& lhs_zero_points, const Value& rhs_scales, const Value& rhs_zero_points, const Value& output_scales, const Value& output_zero_points, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniformQuantizedDot", {lhs, rhs, lhs_scales, lhs_zero_points, rhs_scales, rhs_zero_points, output_scales, output_zero_points}, std::move(attrs), node)[0];
}
inline Values Unique(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Unique", {x}, std::move(attrs), node);
}
inline Values UniqueV2(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniqueV2", {x, axis}, std::move(attrs), node);
}
inline Values UniqueWithCounts(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniqueWithCounts", {x}, std::move(attrs), node);
}
inline Values UniqueWithCountsV2(const Value& x, const Value& axis, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniqueWithCountsV2", {x, axis}, std::move(attrs), node);
}
inline Values Unpack(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Unpack", {value}, std::move(attrs), node);
}
inline Value UnravelIndex(const Value& indices, const Value& dims, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnravelIndex", {indices, dims}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentJoin(const Value& inputs_, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentJoin", {inputs_, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentMax(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentMax", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentMin(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentMin", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentProd(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentProd", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentSum(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentSum", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UpperBound(const Value& sorted_inputs, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UpperBound", {sorted_inputs, values}, std::move(attrs), node)[0];
}
inline Value VarHandleOp(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VarHandleOp", {}, std::move(attrs), node)[0];
}
inline Value VarIsInitializedOp(const Value& resource, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VarIsInitializedOp", {resource}, std::move(attrs), node)[0];
}
inline Value Variable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Variable", {}, std::move(attrs), node)[0];
}
inline Value VariableShape(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VariableShape", {input}, std::move(attrs), node)[0];
}
inline Value VariableV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("VariableV2", {}, std::move(attrs), node)[0];
}
inline Value Where(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Where", {input}, std::move(attrs), node)[0];
}
inline Values While(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("While", detail::joined(input), std::move(attrs), node);
}
inline Value WholeFileReader(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("WholeFileReader", {}, std::move(attrs), node)[0];
}
inline Value WholeFileReaderV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("WholeFileReaderV2", {}, std::move(attrs), node)[0];
}
inline void WriteFile(const Value& filename, const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("WriteFile", {filename, contents}, std::move(attrs), node);
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
inline Value ZerosLike(const Value& x, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ZerosLike", {x}, std::move(attrs), node)[0];
}
inline Value Zeta(const Value& x, const Value& q, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Zeta", {x, q}, std::move(attrs), node)[0];
}
inline Value ZipDataset(const Values& input_datasets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ZipDataset", detail::joined(input_datasets), std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
