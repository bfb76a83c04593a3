// FusedBatchNorm against the same written out in double: first and second order, both formats,
// statistics of the batch and fixed ones.
#include <gtest/gtest.h>

#include <cmath>

#include "contract/double_values.h"
#include "op/emit.h"
#include "rill/autodiff.hpp"

namespace rill {
namespace {

Tensor numbers(const Shape& shape, double shift) {
  Tensor t(DType::float64, shape);
  for (int64_t i = 0; i < t.size(); ++i) {
    t.data<double>()[i] = shift + std::sin(1.7 * static_cast<double>(i) + shift);
  }
  return t;
}

struct Setting {
  bool training, channels_first;
  const char* op;
};

// x, scale, offset, mean, variance in the dtype to work in.
Value fused(const Setting& s, const Values& in) {
  return emit(s.op, in,
              {{"is_training", s.training},
               {"epsilon", 0.01f},
               {"data_format", s.channels_first ? "NCHW" : "NHWC"}});
}

Value norm_written_out(const Setting& s, const Values& in) {
  const Tensor axes = Tensor::vector<int32_t>(s.channels_first ? std::vector<int32_t>{0, 2, 3}
                                                               : std::vector<int32_t>{0, 1, 2});
  const Tensor row = Tensor::vector<int32_t>(s.channels_first ? std::vector<int32_t>{1, -1, 1, 1}
                                                              : std::vector<int32_t>{1, 1, 1, -1});
  const auto channels = [&](const Value& v) { return emit("Reshape", {v, row}); };
  const auto mean_of = [&](const Value& v) {
    return emit("Mean", {v, axes}, {{"keep_dims", true}});
  };
  const Value mean = s.training ? mean_of(in[0]) : channels(in[3]);
  const Value centred = emit("Sub", {in[0], mean});
  const Value variance = s.training ? mean_of(emit("Square", {centred})) : channels(in[4]);
  const Value epsilon = Tensor::scalar(static_cast<double>(0.01f));
  const Value r = emit("Rsqrt", {emit("AddV2", {variance, epsilon})});
  const Value scaled = emit("Mul", {emit("Mul", {centred, r}), channels(in[1])});
  return emit("AddV2", {scaled, channels(in[2])});
}

// Gradients by x, scale and offset, then those of their weighted sum.
Values both_orders(const Setting& s, const Values& in, const Tensor& weights, bool is_fused) {
  const auto weigh = [&](const Value& v) {
    const Tensor w = numbers(v.shape(), 0.4);
    return test::total(emit("Mul", {v, is_fused ? test::cast(w, DType::float32) : w}));
  };
  Tape outer;
  const Values watched(in.begin(), in.begin() + 3);
  outer.watch(watched);
  Values first;
  {
    Tape inner;
    inner.watch(watched);
    const Value y = is_fused ? fused(s, in) : norm_written_out(s, in);
    first = inner.gradient(test::total(emit("Mul", {y, weights})), watched);
  }
  Value sum;
  for (const Value& g : first) sum = sum ? emit("AddV2", {sum, weigh(g)}) : weigh(g);
  const Values second = outer.gradient(sum, watched, {.unconnected_zeros = true});
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST(BatchNormGradients, AgreeWithTheFormulaInDouble) {
  for (const char* op : {"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"}) {
    for (const bool training : {true, false}) {
      for (const bool first : {false, true}) {
        SCOPED_TRACE(str(op, training ? " training" : " fixed", first ? " NCHW" : " NHWC"));
        const Setting s{training, first, op};
        const Shape shape = first ? Shape{2, 3, 4, 5} : Shape{2, 4, 5, 3};
        Values wide{numbers(shape, 0.1), numbers({3}, 1.2), numbers({3}, 0.3), numbers({3}, 0.2),
                    numbers({3}, 1.9)};
        const Tensor weights = numbers(shape, 0.7);
        Values narrow;
        for (const Value& v : wide) narrow.push_back(test::cast(v, DType::float32));
        const Values expected = both_orders(s, wide, weights, false);
        const Values found = both_orders(s, narrow, test::cast(weights, DType::float32), true);
        ASSERT_EQ(found.size(), expected.size());
        for (size_t i = 0; i < found.size(); ++i) {
          ASSERT_EQ(found[i].shape(), expected[i].shape());
          double largest = 1;
          for (const double e : expected[i].to_vector<double>()) {
            largest = std::max(largest, std::abs(e));
          }
          for (int64_t k = 0; k < found[i].size(); ++k) {
            EXPECT_NEAR(static_cast<double>(found[i].data<float>()[k]),
                        expected[i].data<double>()[k], 2e-5 * largest)
                << "gradient " << i << ", number " << k;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace rill
