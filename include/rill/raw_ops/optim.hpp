// The operations of src/ops/optim as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

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

}  // namespace rill::raw_ops
// clang-format on
