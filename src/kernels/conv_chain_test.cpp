#include "kernels/conv_chain.h"

#include <gtest/gtest.h>

#include <string>

#include "base/thread_pool.h"
#include "kernels/dense_table.h"
#include "kernels/dense_test_util.h"
#include "kernels/pack_panels.h"

namespace rill::kernels {
namespace {

struct ChainCase {
  int64_t batch, height, width, in, middle, out, kernel, stride, dilation;
  bool same, expands, projects, residual;
};

std::string name_of(const ChainCase& c) {
  return "batch " + std::to_string(c.batch) + " " + std::to_string(c.height) + "x" +
         std::to_string(c.width) + " " + std::to_string(c.in) + "-" + std::to_string(c.middle) +
         "-" + std::to_string(c.out) + " kernel " + std::to_string(c.kernel) + " stride " +
         std::to_string(c.stride) + (c.expands ? " expands" : "") + (c.projects ? " projects" : "");
}

ConvSpec pointwise(const ChainCase& c, const Dims3& size, int64_t in, int64_t out, Act act,
                   int threads) {
  ConvSpec s;
  s.batch = c.batch;
  s.in = s.out = size;
  s.in_channels = in;
  s.out_channels = out;
  s.act.kind = act;
  s.threads = threads;
  return s;
}

ConvSpec depthwise(const ChainCase& c, int threads) {
  ConvSpec s;
  const auto window = [&](int64_t in) {
    return c.same ? same_window(in, c.kernel, c.stride, c.dilation)
                  : valid_window(in, c.kernel, c.stride, c.dilation);
  };
  const Window h = window(c.height), w = window(c.width);
  s.batch = c.batch;
  s.in = {1, c.height, c.width};
  s.out = {1, h.out, w.out};
  s.in_channels = s.out_channels = s.groups = c.middle;
  s.kernel = {1, c.kernel, c.kernel};
  s.stride = {1, c.stride, c.stride};
  s.dilation = {1, c.dilation, c.dilation};
  s.pad = {0, h.pad_before, w.pad_before};
  s.act.kind = Act::relu6;
  s.threads = threads;
  return s;
}

std::vector<float> convolve(const ConvSpec& s, const std::vector<float>& x,
                            const std::vector<float>& w, const std::vector<float>& bias,
                            const float* residual) {
  const auto conv = make_convolution(s, w.data());
  std::vector<float> y(static_cast<size_t>(s.batch * s.out[1] * s.out[2] * s.out_channels));
  const Scratch scratch(conv->scratch_bytes());
  conv->run(x.data(), nullptr, bias.data(), residual, y.data(), scratch.get());
  return y;
}

void expect_same(const ChainCase& c, int threads) {
  SCOPED_TRACE(name_of(c));
  ConvChainSpec spec;
  spec.expands = c.expands;
  spec.projects = c.projects;
  spec.depthwise = depthwise(c, threads);
  spec.expand = pointwise(c, spec.depthwise.in, c.in, c.middle, Act::relu6, threads);
  spec.project = pointwise(c, spec.depthwise.out, c.middle, c.out, Act::none, threads);
  const int64_t in = c.expands ? c.in : c.middle, out = c.projects ? c.out : c.middle;
  const auto x = random_floats(c.batch * c.height * c.width * in, 1);
  const auto we = random_floats(c.in * c.middle, 2), be = random_floats(c.middle, 3);
  const auto wd = random_floats(c.kernel * c.kernel * c.middle, 4);
  const auto bd = random_floats(c.middle, 5);
  const auto wp = random_floats(c.middle * c.out, 6), bp = random_floats(c.out, 7);
  const int64_t results = c.batch * spec.depthwise.out[1] * spec.depthwise.out[2] * out;
  const auto residual = random_floats(results, 8);
  const float* added = c.residual ? residual.data() : nullptr;

  std::vector<float> want = c.expands ? convolve(spec.expand, x, we, be, nullptr) : x;
  want = convolve(spec.depthwise, want, wd, bd, c.projects ? nullptr : added);
  if (c.projects) want = convolve(spec.project, want, wp, bp, added);

  const ConvChain chain(spec, we.data(), wd.data(), wp.data());
  const Scratch scratch(chain.scratch_bytes());
  std::vector<float> y = residual;  // may be its memory
  chain.run({x.data(), be.data(), bd.data(), bp.data(), c.residual ? y.data() : nullptr, y.data()},
            scratch.get());
  EXPECT_EQ(y, want);
}

TEST(ConvChain, IsItsConvolutionsOneAfterTheOther) {
  const ChainCase cases[] = {
      {1, 112, 112, 16, 96, 24, 3, 2, 1, true, true, true, false},
      {1, 56, 40, 24, 144, 24, 3, 1, 1, true, true, true, true},
      {3, 28, 28, 32, 192, 32, 3, 1, 1, true, true, true, true},
      {1, 30, 31, 8, 100, 12, 3, 1, 1, false, true, true, false},
      {2, 33, 29, 5, 70, 9, 5, 2, 1, true, true, true, false},
      {1, 40, 17, 6, 33, 7, 3, 1, 3, true, true, true, true},
      {1, 112, 112, 1, 32, 16, 3, 1, 1, true, false, true, false},
      {1, 60, 60, 24, 144, 1, 3, 2, 1, true, true, false, false},
      {2, 60, 60, 24, 144, 1, 3, 1, 1, true, true, false, true},
      {1, 3, 2, 4, 20, 5, 3, 1, 1, true, true, true, false},
      {1, 1, 1, 4, 16, 4, 3, 1, 1, true, true, true, true},
  };
  for (const ChainCase& c : cases) {
    for (const int threads : {1, 2, 5}) expect_same(c, threads);
  }
}

TEST(PackPanels, ThreadsPackAlike) {
  const DenseTable& table = dense_table();
  for (const auto& [k, n] : {std::pair<int64_t, int64_t>{300, 1000}, {2000, 129}, {70, 3001}}) {
    const auto b = random_floats(k * n, 9);
    for (const bool transposed : {false, true}) {
      const int64_t row = transposed ? 1 : n, col = transposed ? k : 1;
      std::vector<float> want(static_cast<size_t>(packed_floats(table, k, n)), -1.0f), got = want;
      table.pack(b.data(), row, col, k, n, want.data(), 0, k);
      pack_panels(4, b.data(), row, col, k, n, got.data(), 0, k);
      EXPECT_EQ(got, want) << k << "x" << n;
    }
  }
}

}  // namespace
}  // namespace rill::kernels
