// BlockLSTM and BlockLSTMV2 against the steps written out in double.
#include <gtest/gtest.h>

#include <cmath>

#include "contract/double_values.h"
#include "op/emit.h"
#include "rill/autodiff.hpp"
#include "wave.h"

namespace rill {
namespace {

Value add(const Value& x, const Value& y) { return emit("AddV2", {x, y}); }
Value mul(const Value& x, const Value& y) { return emit("Mul", {x, y}); }
Value sigmoid(const Value& x) { return emit("Sigmoid", {x}); }
Value tanh(const Value& x) { return emit("Tanh", {x}); }

// in: x, cs_prev, h_prev, w, wci, wcf, wco, b. The loss weighs all cell states and outputs.
Value steps_written_out(bool second, const Values& in, const Tensor& weights) {
  const Values x = emit_all("Unpack", {in[0]}, {{"num", 3}});
  Value c = in[1], h = in[2], sum;
  for (size_t t = 0; t < x.size(); ++t) {
    const Value joint = emit("ConcatV2", {x[t], h, Tensor::scalar(int32_t{1})});
    const Value z = add(emit("MatMul", {joint, in[3]}), in[7]);
    const Values gates = emit_all("Split", {Tensor::scalar(int32_t{1}), z}, {{"num_split", 4}});
    const Value &new_gate = gates[second ? 2 : 1], &forget = gates[second ? 1 : 2];
    const Value bias = Tensor::scalar(second ? 0.0 : 1.0);  // forget_bias of the first version
    const Value i = sigmoid(add(gates[0], mul(c, in[4])));
    const Value f = sigmoid(add(add(forget, bias), mul(c, in[5])));
    c = add(mul(f, c), mul(i, tanh(new_gate)));
    const Value o = sigmoid(add(gates[3], mul(c, in[6])));
    h = mul(o, tanh(c));
    const Value w = emit(
        "GatherV2", {weights, Tensor::scalar(static_cast<int32_t>(t)), Tensor::scalar(int32_t{0})});
    const Value part = test::total(mul(add(c, add(h, h)), w));
    sum = sum ? add(sum, part) : part;
  }
  return sum;
}

Value as_one_op(bool second, const Values& in, const Tensor& weights) {
  Values inputs{Tensor::scalar(int64_t{3})};
  inputs.insert(inputs.end(), in.begin(), in.end());
  AttrMap attrs{{"use_peephole", true}, {"cell_clip", -1.0f}};
  if (!second) attrs.set("forget_bias", 1.0f);
  const Values out = emit_all(second ? "BlockLSTMV2" : "BlockLSTM", inputs, attrs);
  return test::total(mul(add(out[1], add(out[6], out[6])), weights));
}

TEST(BlockLstmGradients, AgreeWithTheStepsInDouble) {
  for (const bool second : {false, true}) {
    const int64_t steps = 3, batch = 2, inputs = 3, units = 2;
    const Values wide{test::wave<double>({steps, batch, inputs}, 0.1, 1.3),
                      test::wave<double>({batch, units}, 0.2, 1.3),
                      test::wave<double>({batch, units}, 0.3, 1.3),
                      test::wave<double>({inputs + units, 4 * units}, 0.4, 1.3),
                      test::wave<double>({units}, 0.5, 1.3),
                      test::wave<double>({units}, 0.6, 1.3),
                      test::wave<double>({units}, 0.7, 1.3),
                      test::wave<double>({4 * units}, 0.8, 1.3)};
    const Tensor weights = test::wave<double>({steps, batch, units}, 0.9, 1.3);
    Values narrow;
    for (const Value& v : wide) narrow.push_back(test::cast(v, DType::float32));
    Tape tape;
    tape.watch(wide);
    const Values expected = tape.gradient(steps_written_out(second, wide, weights), wide);
    Tape other;
    other.watch(narrow);
    const Values found =
        other.gradient(as_one_op(second, narrow, test::cast(weights, DType::float32)), narrow);
    for (size_t i = 0; i < wide.size(); ++i) {
      ASSERT_TRUE(found[i] && expected[i]) << "input " << i;
      ASSERT_EQ(found[i].shape(), expected[i].shape()) << "input " << i;
      for (int64_t k = 0; k < found[i].size(); ++k) {
        EXPECT_NEAR(static_cast<double>(found[i].data<float>()[k]), expected[i].data<double>()[k],
                    2e-5)
            << (second ? "V2" : "V1") << ", input " << i << ", number " << k;
      }
    }
  }
}

}  // namespace
}  // namespace rill
