// Updates of variables in place: when the memory stays, and when it must not.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "exec/exec_test_util.h"
#include "exec/plan.h"
#include "op/variable.h"
#include "rill/error.hpp"

namespace rill {
namespace {

constexpr int64_t kSize = 5000;

Tensor handle(const char* name) {
  return emit("VarHandleOp", {},
              {{"dtype", DType::float32}, {"shape", Shape{kSize}}, {"shared_name", name}}, name);
}

Tensor read(const Tensor& variable) {
  return emit("ReadVariableOp", {variable}, {{"dtype", DType::float32}});
}

// m += g, w -= m / 2: one step of the plan that updates both.
class Updates : public ::testing::Test {
 protected:
  Updates() : g_(input("g", {kSize})), w_(handle("w")), m_(handle("m")) {
    for (const char* name : {"w", "m"}) {
      auto state = std::make_shared<VariableState>(name, DType::float32, Shape{kSize});
      state->assign(Tensor::zeros({kSize}));
      test_.store->put("", name, state);
      (name[0] == 'w' ? weights_ : momentum_) = state;
    }
  }

  void add_update() { add_update(read(w_), read(m_)); }
  void add_update(const Tensor& w_before, const Tensor& m_before) {
    const Tensor m = emit("AddV2", {m_before, g_});
    const Tensor half = emit("Mul", {m, Tensor::scalar(0.5f)});
    emit_all("AssignVariableOp", {m_, m}, {}, "assign_m");
    emit_all("AssignVariableOp", {w_, emit("Sub", {w_before, half})}, {}, "assign_w");
  }

  std::shared_ptr<Program> program(const std::vector<Tensor>& fetches = {},
                                   const std::vector<std::string>& targets = {"assign_m",
                                                                              "assign_w"}) {
    ProgramSpec spec;
    spec.graph = test_.graph.impl();
    spec.feeds = {{g_.rep()->node, 0}};
    for (const Tensor& t : fetches) spec.fetches.push_back({t.rep()->node, t.rep()->output});
    for (const std::string& name : targets) {
      spec.targets.push_back(test_.graph.get_operation_by_name(name).id());
    }
    return Program::make(spec, test_.store, test_.options);
  }

  static std::vector<Tensor> ones() {
    return {Tensor::of(std::vector<float>(kSize, 1.0f), {kSize})};
  }
  // The one value of all elements.
  static float value(const Tensor& t) {
    const auto all = t.to_vector<float>();
    for (const float x : all) EXPECT_EQ(x, all[0]);
    return all[0];
  }
  static const void* memory(const VariableState& state) {
    const Tensor value = state.read();
    return std::as_const(value).raw();
  }

  ExecTest test_;
  Tensor g_, w_, m_;
  std::shared_ptr<VariableState> weights_, momentum_;
};

TEST_F(Updates, StayInTheirMemory) {
  add_update();
  const auto step = program();
  const void* const w = memory(*weights_);
  const void* const m = memory(*momentum_);
  for (int i = 1; i <= 3; ++i) {
    const uint64_t before = weights_->version();
    step->run(ones());
    EXPECT_NE(weights_->version(), before);
    EXPECT_EQ(value(momentum_->read()), static_cast<float>(i));
  }
  EXPECT_EQ(value(weights_->read()), -3.0f);  // (1 + 2 + 3) / 2
  EXPECT_EQ(memory(*weights_), w);
  EXPECT_EQ(memory(*momentum_), m);
}

// A plan keeps the variables that it found, until a name may mean another one.
TEST_F(Updates, GoToTheVariableThatHasTheNameNow) {
  add_update();
  const auto step = program();
  step->run(ones());
  step->run(ones());
  const auto other = std::make_shared<VariableState>("w", DType::float32, Shape{kSize});
  other->assign(Tensor::zeros({kSize}));
  test_.store->put("", "w", other);
  step->run(ones());
  EXPECT_EQ(value(weights_->read()), -1.5f);
  EXPECT_EQ(value(other->read()), -1.5f) << "half of the third momentum";
  test_.store->erase("", "w");
  EXPECT_THROW(step->run(ones()), FailedPreconditionError) << "a new one has no value";
}

TEST_F(Updates, WhoHoldsAValueKeepsIt) {
  add_update();
  const auto step = program();
  step->run(ones());
  const Tensor held = weights_->read();
  const Tensor view = momentum_->read().reshaped({kSize / 2, 2});
  step->run(ones());
  step->run(ones());
  EXPECT_EQ(value(held), -0.5f);
  EXPECT_EQ(value(view), 1.0f);
  EXPECT_EQ(value(weights_->read()), -3.0f);
  EXPECT_EQ(value(momentum_->read()), 3.0f);
}

TEST_F(Updates, ValueFromBeforeMayBeFetched) {
  const Tensor before = read(w_), m = read(m_);
  const Tensor view = emit("Reshape", {m, Tensor::vector<int32_t>({kSize / 2, 2})});
  add_update(before, m);
  const Tensor later = emit("ReverseV2", {before, Tensor::vector<int32_t>({0})});
  const auto step = program({before, later, view});
  for (int i = 0; i < 3; ++i) {
    const auto out = step->run(ones());
    const float want[] = {0.0f, -0.5f, -1.5f};
    EXPECT_EQ(value(out[0]), want[i]);
    EXPECT_EQ(value(out[1]), want[i]);
    EXPECT_EQ(value(out[2]), static_cast<float>(i));
  }
}

// One update reads what another overwrites; the other way round too, the second time.
TEST_F(Updates, ReadersComeBeforeWriters) {
  for (const bool circle : {false, true}) {
    SCOPED_TRACE(circle);
    weights_->assign(Tensor::zeros({kSize}));
    momentum_->assign(Tensor::zeros({kSize}));
    const std::string suffix = circle ? "2" : "1";
    const Tensor w = read(w_), m = read(m_);
    const Tensor sum = circle ? emit("Sub", {m, w}) : emit("Identity", {m});
    emit_all("AssignVariableOp", {m_, emit("AddV2", {sum, g_})}, {}, "m" + suffix);
    emit_all("AssignVariableOp", {w_, emit("Sub", {w, m})}, {}, "w" + suffix);
    const auto step = program({}, {"m" + suffix, "w" + suffix});
    float want_m = 0, want_w = 0;
    for (int i = 0; i < 4; ++i) {
      step->run(ones());
      const float before = want_m;
      want_m = want_m - (circle ? want_w : 0) + 1;
      want_w = want_w - before;
      EXPECT_EQ(value(momentum_->read()), want_m);
      EXPECT_EQ(value(weights_->read()), want_w);
    }
  }
}

// Both assignments are of the value before; the later one counts.
TEST_F(Updates, VariableAssignedTwice) {
  add_update();
  const Tensor more = emit("AddV2", {read(w_), g_});
  {
    const ControlDependencies then({test_.graph.get_operation_by_name("assign_w"),
                                    test_.graph.get_operation_by_name("assign_m")});
    emit_all("AssignVariableOp", {handle("w"), more}, {}, "again");
  }
  const auto step = program({}, {"again"});
  step->run(ones());
  EXPECT_EQ(value(weights_->read()), 1.0f);
  step->run(ones());
  EXPECT_EQ(value(weights_->read()), 2.0f);
}

// One run at a time only adds; two at once may each assign what it made of the same old value, as
// in TensorFlow, but never a mixture.
TEST_F(Updates, ReadersSeeWholeValues) {
  add_update();
  const auto step = program();
  for (const bool two_runs : {false, true}) {
    SCOPED_TRACE(two_runs);
    std::atomic<bool> done{false};
    std::thread reader([&] {
      float last = value(weights_->read());
      while (!done) {
        const Tensor w = weights_->read();
        const float now = value(w);
        if (!two_runs) {
          EXPECT_LE(now, last);
        }
        EXPECT_EQ(value(w), now);
        last = now;
      }
    });
    std::thread other([&] {
      for (int i = 0; two_runs && i < 200; ++i) step->run(ones());
    });
    for (int i = 0; i < 200; ++i) step->run(ones());
    other.join();
    done = true;
    reader.join();
    value(weights_->read());
    value(momentum_->read());
  }
}

}  // namespace
}  // namespace rill
