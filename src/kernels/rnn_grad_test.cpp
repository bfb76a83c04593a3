#include "kernels/rnn_grad.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace rill::kernels {
namespace {

using Floats = std::vector<float>;

// A layer with everything that flows into it and back to it; random but for what is switched off.
struct Problem {
  RnnSpec spec;
  Floats x, h0, c0, kernel, recurrent, bias;
  std::unique_ptr<bool[]> mask;
  Floats dsequence, dlast_output, dlast_h, dlast_c;

  explicit Problem(const RnnSpec& s, bool masked) : spec(s) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform(-0.5f, 0.5f);
    const int64_t gates = s.cell == RnnCell::simple ? 1 : s.cell == RnnCell::lstm ? 4 : 3;
    const auto make = [&](int64_t n) {
      Floats v(static_cast<size_t>(n));
      for (float& f : v) f = uniform(random);
      return v;
    };
    const int64_t u = s.units, n = gates * u;
    x = make(s.batch * s.steps * s.inputs);
    h0 = make(s.batch * u);
    c0 = make(s.batch * u);
    kernel = make(s.inputs * n);
    recurrent = make(u * n);
    bias = make(s.cell == RnnCell::gru ? 2 * n : n);
    dsequence = make(s.batch * s.steps * u);
    dlast_output = make(s.batch * u);
    dlast_h = make(s.batch * u);
    dlast_c = make(s.batch * u);
    if (!masked) return;
    mask = std::make_unique<bool[]>(static_cast<size_t>(s.batch * s.steps));
    for (int64_t i = 0; i < s.batch * s.steps; ++i) mask[static_cast<size_t>(i)] = i % 3 != 1;
  }

  // What the gradients are those of.
  double loss() const {
    const size_t n = h0.size();
    Floats sequence(dsequence.size()), out(n), h(n), c(n);
    const Rnn rnn(spec, kernel.data(), recurrent.data(), bias.data());
    std::vector<std::byte> scratch(rnn.scratch_bytes() + 64);
    void* at = scratch.data();
    size_t space = scratch.size();
    RnnCall call{.x = x.data(),
                 .h0 = h0.data(),
                 .c0 = c0.data(),
                 .mask = mask.get(),
                 .sequence = sequence.data(),
                 .last_output = out.data(),
                 .last_h = h.data(),
                 .last_c = c.data()};
    rnn.run(call, std::align(64, rnn.scratch_bytes(), at, space));
    double sum = 0;
    const auto add = [&](const Floats& y, const Floats& dy) {
      for (size_t i = 0; i < y.size(); ++i) sum += static_cast<double>(y[i]) * dy[i];
    };
    add(sequence, dsequence);
    add(out, dlast_output);
    add(h, dlast_h);
    if (spec.cell == RnnCell::lstm) add(c, dlast_c);
    return sum;
  }
};

struct Gradients {
  Floats x, h0, c0, kernel, recurrent, bias;
};

Gradients gradients(const Problem& p) {
  Gradients g{p.x, p.h0, p.c0, p.kernel, p.recurrent, p.bias};
  const RnnGradient gradient(p.spec);
  std::vector<std::byte> scratch(gradient.scratch_bytes() + 64);
  void* at = scratch.data();
  size_t space = scratch.size();
  RnnGradCall call;
  call.x = p.x.data();
  call.h0 = p.h0.data();
  call.c0 = p.c0.data();
  call.mask = p.mask.get();
  call.kernel = p.kernel.data();
  call.recurrent = p.recurrent.data();
  call.bias = p.bias.data();
  call.dsequence = p.dsequence.data();
  call.dlast_output = p.dlast_output.data();
  call.dlast_h = p.dlast_h.data();
  call.dlast_c = p.dlast_c.data();
  call.dx = g.x.data();
  call.dh0 = g.h0.data();
  call.dc0 = g.c0.data();
  call.dkernel = g.kernel.data();
  call.drecurrent = g.recurrent.data();
  call.dbias = g.bias.data();
  gradient.run(call, std::align(64, gradient.scratch_bytes(), at, space));
  return g;
}

void check_gradient(Problem& p, Floats& input, const Floats& gradient, const char* what) {
  constexpr float kStep = 2e-3f;
  for (size_t i = 0; i < input.size(); i += 1 + input.size() / 23) {
    const float before = input[i];
    input[i] = before + kStep;
    const double up = p.loss();
    input[i] = before - kStep;
    const double down = p.loss();
    input[i] = before;
    const double expected = (up - down) / (2.0 * static_cast<double>(kStep));
    EXPECT_NEAR(gradient[i], expected, 4e-3 * (1 + std::abs(expected))) << what << " " << i;
  }
}

void check_all(const RnnSpec& spec, bool masked) {
  Problem p(spec, masked);
  const Gradients g = gradients(p);
  check_gradient(p, p.x, g.x, "x");
  check_gradient(p, p.h0, g.h0, "h0");
  if (spec.cell == RnnCell::lstm) check_gradient(p, p.c0, g.c0, "c0");
  check_gradient(p, p.kernel, g.kernel, "kernel");
  check_gradient(p, p.recurrent, g.recurrent, "recurrent");
  check_gradient(p, p.bias, g.bias, "bias");
}

RnnSpec spec_of(RnnCell cell) {
  RnnSpec spec;
  spec.cell = cell;
  spec.batch = 3;
  spec.steps = 5;
  spec.inputs = 4;
  spec.units = 70;  // more than a block of the row loops
  return spec;
}

constexpr RnnCell kCells[] = {RnnCell::simple, RnnCell::lstm, RnnCell::gru,
                              RnnCell::gru_reset_before};

TEST(RnnGradient, MatchesDifferencesOfTheForwardPass) {
  for (const RnnCell cell : kCells) {
    RnnSpec spec = spec_of(cell);
    spec.units = 6;
    check_all(spec, false);
    spec.units = 70;
    check_all(spec, false);
    spec.units = 6;
    spec.go_backwards = true;
    check_all(spec, false);
  }
}

// The forward half, whose state the gradient goes on from, gives what the layer gives.
TEST(RnnGradient, ForwardGivesTheResultsOfTheLayer) {
  for (const RnnCell cell : kCells) {
    for (const bool backwards : {false, true}) {
      RnnSpec spec = spec_of(cell);
      spec.go_backwards = backwards;
      const Problem p(spec, false);
      const size_t n = p.h0.size();
      std::vector<Floats> want{Floats(p.dsequence.size()), Floats(n), Floats(n), Floats(n)};
      std::vector<Floats> got = want;
      const Rnn rnn(spec, p.kernel.data(), p.recurrent.data(), p.bias.data());
      const RnnGradient gradient(spec);
      const size_t bytes = std::max(rnn.scratch_bytes(), gradient.work_bytes());
      std::vector<std::byte> scratch(bytes + 64);
      void* at = scratch.data();
      size_t space = scratch.size();
      void* const work = std::align(64, bytes, at, space);
      rnn.run({.x = p.x.data(),
               .h0 = p.h0.data(),
               .c0 = p.c0.data(),
               .sequence = want[0].data(),
               .last_output = want[1].data(),
               .last_h = want[2].data(),
               .last_c = want[3].data()},
              work);
      RnnGradCall call;
      call.x = p.x.data();
      call.h0 = p.h0.data();
      call.c0 = p.c0.data();
      call.kernel = p.kernel.data();
      call.recurrent = p.recurrent.data();
      call.bias = p.bias.data();
      Floats kept(static_cast<size_t>(RnnGradient::kept_floats(spec)) + 16);
      void* state = kept.data();
      space = kept.size() * sizeof(float);
      std::align(64, 1, state, space);
      gradient.forward(call, {got[0].data(), got[1].data(), got[2].data(), got[3].data()},
                       static_cast<float*>(state), work);
      for (size_t k = 0; k < (cell == RnnCell::lstm ? 4U : 3U); ++k) {
        for (size_t i = 0; i < want[k].size(); ++i) ASSERT_NEAR(got[k][i], want[k][i], 2e-6) << k;
      }
    }
  }
}

TEST(RnnGradient, MaskedStepsPassTheStateOn) {
  for (const RnnCell cell : kCells) {
    RnnSpec spec = spec_of(cell);
    spec.units = 6;
    check_all(spec, true);
    spec.zero_output_for_mask = true;
    spec.go_backwards = true;
    check_all(spec, true);
  }
}

TEST(RnnGradient, KnowsTheSlopeOfEveryActivation) {
  for (const Act act : {Act::none, Act::elu, Act::selu, Act::sigmoid, Act::swish, Act::softplus,
                        Act::softsign, Act::exp, Act::hard_sigmoid, Act::hard_sigmoid_keras2}) {
    for (const RnnCell cell : kCells) {
      RnnSpec spec = spec_of(cell);
      spec.units = 5;
      spec.steps = 2;
      spec.act = {act, act == Act::elu ? 1.0f : 0.0f};
      if (act == Act::swish || act == Act::softsign) spec.recurrent_act = {act, 0.0f};
      check_all(spec, false);
    }
  }
}

TEST(RnnGradient, ThreadsDoNotChangeTheBits) {
  for (const RnnCell cell : kCells) {
    RnnSpec spec = spec_of(cell);
    spec.batch = 7;
    spec.steps = 40;
    const Gradients one = gradients(Problem(spec, true));
    spec.threads = 3;
    const Gradients three = gradients(Problem(spec, true));
    EXPECT_EQ(one.x, three.x);
    EXPECT_EQ(one.kernel, three.kernel);
    EXPECT_EQ(one.recurrent, three.recurrent);
    EXPECT_EQ(one.bias, three.bias);
  }
}

}  // namespace
}  // namespace rill::kernels
