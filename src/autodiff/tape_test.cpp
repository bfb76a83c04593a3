#include <gtest/gtest.h>

#include "graph/graph.h"
#include "op/emit.h"
#include "op/indexed_slices.h"
#include "op/op_def.h"
#include "op/variable.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

Tensor variable(float value) {
  auto state = std::make_shared<VariableState>("v", DType::float32, Shape{});
  state->assign(Tensor::scalar(value));
  return Tensor::of_variable(state, DType::float32, Shape{});
}

// y = x * x and its gradient, as a user would give it.
Value my_square(const Value& x) {
  return custom_gradient([](const Values& in) { return Values{in[0] * in[0]}; },
                         [](const GradientCall& call) {
                           return Values{call.output_gradients[0] * call.inputs[0] * 2.0F};
                         },
                         {x})[0];
}

TEST(Tape, CustomGradientIsUsed) {
  const Tensor x = Tensor::scalar(3.0F);
  Tape tape;
  tape.watch(x);
  const Value y = my_square(x);
  EXPECT_FLOAT_EQ(y.item<float>(), 9.0F);
  EXPECT_FLOAT_EQ(tape.gradient(y, x).item<float>(), 6.0F);
}

TEST(Tape, WithoutPersistenceGivesOneGradient) {
  const Tensor x = Tensor::scalar(3.0F);
  Tape tape;
  tape.watch(x);
  const Value y = my_square(x);
  tape.gradient(y, x);
  EXPECT_THROW(tape.gradient(y, x), FailedPreconditionError);
}

TEST(Tape, VariablesAreWatchedWithoutBeingNamed) {
  const Tensor v = variable(2.0F);
  Tape tape;
  const Value y = my_square(v);
  ASSERT_EQ(tape.watched_variables().size(), 1U);
  EXPECT_FLOAT_EQ(tape.gradient(y, v).item<float>(), 4.0F);
}

TEST(Tape, VariablesThatAreNotTrainedAreWatchedWhenNamed) {
  const Tensor v = variable(2.0F);
  static_cast<VariableState&>(*v.rep()->variable).set_trainable(false);
  Tape tape({.persistent = true});
  EXPECT_FALSE(static_cast<bool>(tape.gradient(my_square(v), v)));
  EXPECT_TRUE(tape.watched_variables().empty());
  tape.watch(v);
  EXPECT_FLOAT_EQ(tape.gradient(my_square(v), v).item<float>(), 4.0F);
}

TEST(Tape, UnconnectedIsEmptyOrZero) {
  const Tensor x = Tensor::scalar(3.0F);
  const Tensor z = Tensor::vector<float>({1, 2});
  Tape tape({.persistent = true});
  tape.watch(x);
  tape.watch(z);
  const Value y = my_square(x);
  EXPECT_FALSE(tape.gradient(y, z));
  const Value zero = tape.gradient(y, z, {.unconnected_zeros = true});
  EXPECT_EQ(zero.to_vector<float>(), (std::vector<float>{0, 0}));
}

TEST(Tape, PausedItDoesNotRecord) {
  const Tensor x = Tensor::scalar(3.0F);
  Tape tape;
  tape.watch(x);
  Value y;
  {
    const auto pause = tape.stop_recording();
    y = my_square(x);
  }
  EXPECT_FALSE(tape.gradient(y, x));
}

TEST(Tape, TapesNestForHigherOrders) {
  const Tensor x = Tensor::scalar(3.0F);
  Tape outer;
  outer.watch(x);
  Value first;
  {
    Tape inner;
    inner.watch(x);
    const Value y = x * x * x;
    first = inner.gradient(y, x);
  }
  EXPECT_FLOAT_EQ(first.item<float>(), 27.0F);
  EXPECT_FLOAT_EQ(outer.gradient(first, x).item<float>(), 18.0F);
}

TEST(Tape, IntegersCannotBeWatched) {
  Tape tape;
  EXPECT_THROW(tape.watch(Tensor::scalar<int32_t>(1)), InvalidArgumentError);
}

TEST(Tape, JacobianOfAVector) {
  const Tensor x = Tensor::vector<float>({1, 2, 3});
  Tape tape;
  tape.watch(x);
  const Value y = x * x;
  EXPECT_EQ(tape.jacobian(y, x).to_vector<float>(),
            (std::vector<float>{2, 0, 0, 0, 4, 0, 0, 0, 6}));
  EXPECT_THROW((void)tape.jacobian(y, x), FailedPreconditionError);
}

// As tf.GradientTape: no jacobian where nothing connects, but a batch_jacobian of zeros.
TEST(Tape, JacobiansOfSeveralSources) {
  const Tensor a = Tensor::of<float>({1, 2}, Shape{2, 1}),
               b = Tensor::of<float>({3, 4}, Shape{2, 1});
  Tape tape({.persistent = true});
  tape.watch({a, b});
  const Value y = a * a;
  const Values found = tape.jacobian(y, {a, b});
  EXPECT_EQ(found[0].shape(), (Shape{2, 1, 2, 1}));
  EXPECT_EQ(found[0].to_vector<float>(), (std::vector<float>{2, 0, 0, 4}));
  EXPECT_FALSE(found[1]);
  EXPECT_EQ(tape.jacobian(y, b, {.unconnected_zeros = true}).to_vector<float>(),
            (std::vector<float>(4, 0)));
  EXPECT_EQ(tape.batch_jacobian(y, b).to_vector<float>(), (std::vector<float>(2, 0)));
  EXPECT_EQ(tape.batch_jacobian(y, a).to_vector<float>(), (std::vector<float>{2, 4}));
  EXPECT_EQ(tape.jacobian(a * Tensor::zeros(Shape{0}), a).shape(), (Shape{2, 0, 2, 1}));
  EXPECT_THROW((void)tape.jacobian(y, a, {.grad_ys = {y}}), InvalidArgumentError);
}

TEST(IndexedSlices, RowsNamedTwiceAreSummed) {
  const Value slices =
      make_indexed_slices({Tensor::of<float>({1, 2, 3, 4}, Shape{2, 2}),
                           Tensor::vector<int32_t>({1, 1}), Tensor::vector<int32_t>({3, 2})},
                          Shape{3, 2});
  ASSERT_TRUE(is_indexed_slices(slices));
  EXPECT_EQ(densify(slices).to_vector<float>(), (std::vector<float>{0, 0, 4, 6, 0, 0}));
}

TEST(Gradients, OfDenseTensorsPointToTheTape) {
  const Tensor x = Tensor::scalar(3.0F);
  EXPECT_THROW(gradients({x}, {x}), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
