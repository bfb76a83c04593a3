#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "op/emit.h"
#include "op/variable.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Floats = std::vector<float>;

Tensor variable(const Floats& values) {
  const Shape shape{static_cast<int64_t>(values.size())};
  auto state = std::make_shared<VariableState>("v", DType::float32, shape);
  state->assign(Tensor::vector(values));
  return Tensor::of_variable(std::move(state), DType::float32, shape);
}

Floats value(const Tensor& variable) {
  return static_cast<VariableState&>(*variable.rep()->variable).read().to_vector<float>();
}

void expect_all_near(const Floats& found, const Floats& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-6) << i;
}

void apply(std::string_view op, std::initializer_list<Value> inputs, AttrMap attrs = {}) {
  emit_all(op, inputs, std::move(attrs));
}

const Tensor kGradient = Tensor::vector<float>({1, -2});

TEST(OptimOps, GradientDescent) {
  const Tensor v = variable({1, 2});
  apply("ResourceApplyGradientDescent", {v, 0.1F, kGradient});
  expect_all_near(value(v), {0.9F, 2.2F});
  EXPECT_THROW(apply("ResourceApplyGradientDescent", {v, 0.1F, Tensor::vector<float>({1})}),
               InvalidArgumentError);
  EXPECT_THROW(apply("ResourceApplyGradientDescent", {v, kGradient, kGradient}),
               InvalidArgumentError);
  expect_all_near(value(v), {0.9F, 2.2F});
}

TEST(OptimOps, MomentumRemembers) {
  const Tensor v = variable({1, 2}), nesterov = variable({1, 2});
  const Tensor a = variable({1, 0}), b = variable({1, 0});
  apply("ResourceApplyMomentum", {v, a, 0.1F, kGradient, 0.5F});
  expect_all_near(value(a), {1.5F, -2});
  expect_all_near(value(v), {0.85F, 2.2F});
  apply("ResourceApplyMomentum", {nesterov, b, 0.1F, kGradient, 0.5F}, {{"use_nesterov", true}});
  // var -= lr * (gradient + momentum * accumulator)
  expect_all_near(value(nesterov), {1 - 0.1F * (1 + 0.75F), 2 - 0.1F * (-2 - 1)});
}

TEST(OptimOps, AdamDividesByTheRootOfTheSecondMoment) {
  const Tensor v = variable({1, 2}), m = variable({0, 0}), s = variable({0, 0});
  apply("ResourceApplyAdam", {v, m, s, 0.9F, 0.999F, 0.1F, 0.9F, 0.999F, 1e-8F, kGradient});
  expect_all_near(value(m), {0.1F, -0.2F});
  expect_all_near(value(s), {0.001F, 0.004F});
  expect_all_near(value(v), {0.9F, 2.1F});  // the first step is the rate, whatever the gradient
}

TEST(OptimOps, AdagradAndRmsProp) {
  const Tensor v = variable({1, 2}), a = variable({3, 0});
  apply("ResourceApplyAdagrad", {v, a, 0.1F, kGradient});
  expect_all_near(value(a), {4, 4});
  expect_all_near(value(v), {0.95F, 2.1F});
  const Tensor w = variable({1, 2}), ms = variable({1, 0}), mom = variable({0, 1});
  apply("ResourceApplyRMSProp", {w, ms, mom, 0.1F, 0.5F, 0.5F, 0.0F, kGradient});
  expect_all_near(value(ms), {1, 2});
  expect_all_near(value(mom), {0.1F, 0.5F - 0.2F / std::sqrt(2.0F)});
}

TEST(OptimOps, SparseChangesTheNamedRowsOnly) {
  const Tensor v = variable({1, 2, 3}), a = variable({0, 3, 0});
  const Tensor rows = Tensor::vector<int32_t>({1});
  apply("ResourceSparseApplyAdagrad", {v, a, 0.5F, Tensor::vector<float>({1}), rows});
  expect_all_near(value(v), {1, 1.75F, 3});
  expect_all_near(value(a), {0, 4, 0});
  EXPECT_THROW(apply("ResourceSparseApplyAdagrad",
                     {v, a, 0.5F, Tensor::vector<float>({1}), Tensor::vector<int32_t>({3})}),
               InvalidArgumentError);
  const Tensor none = Tensor::vector(std::vector<int32_t>{});
  apply("ResourceSparseApplyAdagrad", {v, a, 0.5F, Tensor::zeros(Shape{0}), none});
  expect_all_near(value(v), {1, 1.75F, 3});
}

TEST(OptimOps, NotANumberSpreadsNoFurther) {
  const Tensor v = variable({1, 2});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  apply("ResourceApplyGradientDescent", {v, 0.1F, Tensor::vector<float>({nan, 1})});
  EXPECT_TRUE(std::isnan(value(v)[0]));
  EXPECT_FLOAT_EQ(value(v)[1], 1.9F);
}

TEST(OptimOps, VariablesNeedAValue) {
  auto state = std::make_shared<VariableState>("empty", DType::float32, Shape{2});
  const Tensor v = Tensor::of_variable(std::move(state), DType::float32, Shape{2});
  EXPECT_THROW(apply("ResourceApplyGradientDescent", {v, 0.1F, kGradient}),
               FailedPreconditionError);
}

}  // namespace
}  // namespace rill
