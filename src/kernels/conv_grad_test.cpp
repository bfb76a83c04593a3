#include "kernels/conv_grad.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/conv_f64.h"
#include "kernels/conv_grad_outer.h"
#include "kernels/conv_plain.h"
#include "kernels/dense_test_util.h"
#include "kernels/depthwise_gradient.h"

namespace rill::kernels {
namespace {

ConvSpec make(int64_t batch, Dims3 in, int64_t channels, int64_t out, Dims3 kernel, Dims3 stride,
              Dims3 dilation = {1, 1, 1}, int64_t groups = 1) {
  ConvSpec s;
  s.batch = batch;
  s.in = in;
  s.in_channels = channels;
  s.out_channels = out;
  s.groups = groups;
  s.kernel = kernel;
  s.stride = stride;
  s.dilation = dilation;
  for (size_t d = 0; d < 3; ++d) {
    const Window w = same_window(in[d], kernel[d], stride[d], dilation[d]);
    s.out[d] = w.out;
    s.pad[d] = w.pad_before;
  }
  return s;
}

std::vector<ConvSpec> cases() {
  return {make(2, {1, 9, 11}, 5, 20, {1, 3, 3}, {1, 1, 1}),
          make(3, {1, 12, 10}, 3, 70, {1, 5, 4}, {1, 2, 3}),
          make(2, {1, 40, 41}, 4, 9, {1, 3, 3}, {1, 1, 1}, {1, 2, 3}),
          make(2, {4, 6, 5}, 3, 8, {3, 2, 3}, {2, 1, 1}),
          make(2, {1, 8, 8}, 8, 12, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, 4),
          make(4, {1, 7, 7}, 65, 33, {1, 1, 1}, {1, 1, 1}),
          make(0, {1, 5, 5}, 2, 3, {1, 3, 3}, {1, 1, 1}),
          make(1, {1, 1, 50}, 1, 6, {1, 1, 9}, {1, 1, 4})};
}

std::vector<ConvSpec> depthwise_cases() {
  const auto one = [](int64_t batch, Dims3 in, int64_t channels, Dims3 kernel, Dims3 stride,
                      Dims3 dilation = {1, 1, 1}) {
    return make(batch, in, channels, channels, kernel, stride, dilation, channels);
  };
  std::vector<ConvSpec> all = {one(2, {1, 9, 11}, 37, {1, 3, 3}, {1, 1, 1}),
                               one(3, {1, 12, 10}, 64, {1, 3, 3}, {1, 2, 2}),
                               one(1, {1, 15, 14}, 5, {1, 5, 4}, {1, 2, 3}),
                               one(2, {1, 20, 21}, 48, {1, 3, 3}, {1, 1, 1}, {1, 2, 3}),
                               one(2, {1, 3, 3}, 16, {1, 7, 7}, {1, 1, 1}),
                               one(2, {1, 1, 40}, 33, {1, 1, 9}, {1, 1, 4}),
                               one(7, {1, 40, 41}, 35, {1, 3, 3}, {1, 1, 1}),
                               one(0, {1, 5, 5}, 2, {1, 3, 3}, {1, 1, 1})};
  ConvSpec valid = one(2, {1, 8, 9}, 20, {1, 3, 3}, {1, 1, 1});
  valid.out = {1, 6, 7};
  valid.pad = {0, 0, 0};
  all.push_back(valid);
  ConvSpec wide = one(2, {1, 4, 4}, 20, {1, 2, 2}, {1, 1, 1});  // outputs that see only padding
  wide.out = {1, 9, 8};
  wide.pad = {0, 3, 2};
  all.push_back(wide);
  return all;
}

int64_t size_of(const Dims3& d) { return d[0] * d[1] * d[2]; }

// Sums of a few values, so that double and float agree closely.
template <typename Gradient>
void expect_like_plain_loops(std::vector<ConvSpec> specs) {
  for (ConvSpec s : specs) {
    const int64_t size = size_of(s.kernel) * s.in_channels / s.groups * s.out_channels;
    const auto x = random_floats(s.batch * size_of(s.in) * s.in_channels, 1);
    const auto dy = random_floats(s.batch * size_of(s.out) * s.out_channels, 2);
    std::vector<float> want(static_cast<size_t>(size)), got(static_cast<size_t>(size), 7.0f);
    prepare_plain_convolution(DType::float32, s, ConvPart::filter_gradient)
        .run(x.data(), dy.data(), want.data());
    for (const int threads : {1, 3}) {
      s.threads = threads;
      const Gradient gradient(s);
      Scratch scratch(gradient.scratch_bytes());
      gradient.run(x.data(), dy.data(), got.data(), scratch.get());
      expect_near(want, got, 3e-4);
    }
  }
}

TEST(FilterGradient, LikePlainLoops) { expect_like_plain_loops<FilterGradient>(cases()); }

TEST(DepthwiseFilterGradient, LikePlainLoops) {
  expect_like_plain_loops<DepthwiseFilterGradient>(depthwise_cases());
}

TEST(OuterFilterGradient, LikePlainLoops) {
  std::vector<ConvSpec> specs = cases();
  std::erase_if(specs, [](const ConvSpec& s) { return s.groups > 1; });
  // More parts than one, several chunks, strides that skip pixels, no padding at all, windows that
  // see nothing but padding.
  specs.push_back(make(9, {1, 17, 23}, 16, 32, {1, 3, 3}, {1, 1, 1}));
  specs.push_back(make(5, {1, 16, 16}, 24, 48, {1, 3, 3}, {1, 2, 2}));
  specs.push_back(make(20, {1, 9, 9}, 64, 16, {1, 1, 1}, {1, 2, 2}));
  specs.push_back(make(2, {1, 3, 3}, 2, 5, {1, 7, 7}, {1, 1, 1}));
  specs.push_back(make(2, {3, 3, 4}, 3, 64, {3, 3, 3}, {1, 1, 1}, {2, 2, 2}));
  ConvSpec valid = make(6, {1, 28, 28}, 3, 32, {1, 5, 5}, {1, 1, 1});
  valid.out = {1, 24, 24};
  valid.pad = {0, 0, 0};
  specs.push_back(valid);
  expect_like_plain_loops<OuterFilterGradient>(specs);
}

TEST(OuterFilterGradient, SameForEveryNumberOfThreads) {
  ConvSpec s = make(9, {1, 17, 23}, 16, 33, {1, 3, 3}, {1, 1, 1});
  const auto x = random_floats(s.batch * size_of(s.in) * s.in_channels, 1);
  const auto dy = random_floats(s.batch * size_of(s.out) * s.out_channels, 2);
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 5}) {
    s.threads = threads;
    const OuterFilterGradient gradient(s);
    Scratch scratch(gradient.scratch_bytes());
    results.emplace_back(static_cast<size_t>(size_of(s.kernel) * s.in_channels * s.out_channels));
    gradient.run(x.data(), dy.data(), results.back().data(), scratch.get());
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(PlainConvolution, AgreesWithTheFastOne) {
  std::vector<ConvSpec> specs = cases();
  for (const ConvSpec& s : depthwise_cases()) specs.push_back(s);
  for (const ConvSpec& s : specs) {
    const auto x = random_floats(s.batch * size_of(s.in) * s.in_channels, 1);
    const auto dy = random_floats(s.batch * size_of(s.out) * s.out_channels, 2);
    const auto w = random_floats(size_of(s.kernel) * s.in_channels / s.groups * s.out_channels, 3);
    std::vector<float> y(dy.size()), fast_y(dy.size()), dx(x.size()), fast_dx(x.size());
    prepare_plain_convolution(DType::float32, s, ConvPart::forward)
        .run(x.data(), w.data(), y.data());
    prepare_plain_convolution(DType::float32, s, ConvPart::input_gradient)
        .run(dy.data(), w.data(), dx.data());
    const auto forward = make_convolution(s, nullptr);
    const auto backward = make_transposed_convolution(s, nullptr);
    const auto constant = make_transposed_convolution(s, w.data());
    Scratch scratch(
        std::max({forward->scratch_bytes(), backward->scratch_bytes(), constant->scratch_bytes()}));
    forward->run(x.data(), w.data(), nullptr, nullptr, fast_y.data(), scratch.get());
    backward->run(dy.data(), w.data(), nullptr, nullptr, fast_dx.data(), scratch.get());
    expect_near(y, fast_y, 1e-4);
    expect_near(dx, fast_dx, 1e-4);
    const auto bias = random_floats(s.in_channels, 4),
               residual = random_floats(static_cast<int64_t>(dx.size()), 5);
    constant->run(dy.data(), nullptr, bias.data(), residual.data(), fast_dx.data(), scratch.get());
    for (size_t i = 0; i < dx.size(); ++i) dx[i] += bias[i % bias.size()] + residual[i];
    expect_near(dx, fast_dx, 1e-4);
  }
}

// Double precision by products of matrices, all parts and both layouts, beside the loops of float.
TEST(PlainConvolution, ProductsOfDoublesAgreeWithTheLoops) {
  std::vector<ConvSpec> specs = cases();
  for (const ConvSpec& s : cases()) {
    specs.push_back(s);
    specs.back().channels_first = true;
  }
  specs.push_back(make(2, {1, 60, 60}, 16, 4, {1, 3, 3}, {1, 1, 1}));  // several chunks
  int by_products = 0;
  for (const ConvSpec& s : specs) {
    by_products += is_worth_products(s);
    const int64_t x_size = s.batch * size_of(s.in) * s.in_channels;
    const int64_t y_size = s.batch * size_of(s.out) * s.out_channels;
    const int64_t w_size = size_of(s.kernel) * s.in_channels / s.groups * s.out_channels;
    const auto check = [&](ConvPart part, int64_t a_size, int64_t b_size, int64_t to_size) {
      // Eighths, so that all sums are exact.
      auto a = random_floats(a_size, 1), b = random_floats(b_size, 2);
      for (auto* values : {&a, &b}) {
        for (float& v : *values) v = std::round(8.0f * v) / 8.0f;
      }
      std::vector<float> want(static_cast<size_t>(to_size));
      prepare_plain_convolution(DType::float32, s, part).run(a.data(), b.data(), want.data());
      const std::vector<double> a64(a.begin(), a.end()), b64(b.begin(), b.end());
      std::vector<double> got(want.size(), -7.0);
      prepare_plain_convolution(DType::float64, s, part).run(a64.data(), b64.data(), got.data());
      EXPECT_EQ(got, std::vector<double>(want.begin(), want.end()));
    };
    check(ConvPart::forward, x_size, w_size, y_size);
    check(ConvPart::input_gradient, y_size, w_size, x_size);
    check(ConvPart::filter_gradient, x_size, y_size, w_size);
  }
  EXPECT_GT(by_products, 5);
}

TEST(PlainConvolution, IntegersAndChannelsFirst) {
  ConvSpec s = make(1, {1, 3, 3}, 1, 1, {1, 2, 2}, {1, 1, 1});
  const std::vector<int32_t> x{1, 2, 3, 4, 5, 6, 7, 8, 9}, w{1, 10, 100, 1000};
  std::vector<int32_t> y(9);
  s.channels_first = true;
  prepare_plain_convolution(DType::int32, s, ConvPart::forward).run(x.data(), w.data(), y.data());
  EXPECT_EQ(y, (std::vector<int32_t>{5421, 6532, 603, 8754, 9865, 906, 87, 98, 9}));
}

TEST(PlainPool, GradientsAndArgmax) {
  PoolSpec p;
  p.in = {1, 2, 4};
  p.out = {1, 1, 2};
  p.kernel = {1, 2, 2};
  p.stride = {1, 2, 2};
  const std::vector<float> x{1, 4, 2, 2, 3, 0, 2, 1}, dy{10, 20};
  std::vector<float> y(2), dx(8);
  std::vector<int64_t> argmax(2);
  plain_max_pool_argmax(DType::float32, p, x.data(), y.data(), argmax.data(), false);
  EXPECT_EQ(y, (std::vector<float>{4, 2}));
  EXPECT_EQ(argmax, (std::vector<int64_t>{1, 2}));
  plain_pool_gradient(DType::float32, p, x.data(), nullptr, dy.data(), dx.data());
  EXPECT_EQ(dx, (std::vector<float>{0, 10, 20, 0, 0, 0, 0, 0}));
  const std::vector<float> maxima{4, 2 + 5e-6f};  // all that are near them
  plain_pool_gradient(DType::float32, p, x.data(), maxima.data(), dy.data(), dx.data());
  EXPECT_EQ(dx, (std::vector<float>{0, 10, 20, 20, 0, 0, 20, 0}));
  std::vector<float> taken(2);
  plain_take_at_maxima(DType::float32, p, x.data(), maxima.data(), x.data(), taken.data());
  EXPECT_EQ(taken, (std::vector<float>{4, 0}));
  p.average = true;
  plain_pool(DType::float32, p, x.data(), y.data());
  EXPECT_EQ(y, (std::vector<float>{2, 1.75f}));
  plain_pool_gradient(DType::float32, p, nullptr, nullptr, dy.data(), dx.data());
  EXPECT_EQ(dx, (std::vector<float>{2.5f, 2.5f, 5, 5, 2.5f, 2.5f, 5, 5}));
}

}  // namespace
}  // namespace rill::kernels
