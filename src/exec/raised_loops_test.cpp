// Loops of TensorFlow 1 give the same as frames and as While; what a While cannot tell stays in
// frames. Loops over lists know the shapes of the items and change their own lists in place.
#include <gtest/gtest.h>

#include <functional>

#include "exec/exec_test_util.h"
#include "rill/error.hpp"

namespace rill {
namespace {

Tensor constant(const Tensor& value) {
  return emit("Const", {}, {{"value", value}, {"dtype", value.dtype()}});
}

// while (condition(vars)) vars = body(vars), as tf.while_loop writes it.
class LoopV1 {
 public:
  using Condition = std::function<Tensor(const Values&)>;
  using Body = std::function<Values(const Values&)>;

  LoopV1(GraphImpl& graph, std::string frame, LoopV1* outer = nullptr)
      : graph_(graph), frame_(std::move(frame)), outer_(outer) {}

  Tensor enter_constant(const Tensor& value) {
    return emit("Enter", {value}, {{"frame_name", frame_}, {"is_constant", true}});
  }

  // A constant comes in from the outermost frame.
  Tensor number(float x) {
    return enter_constant(outer_ ? outer_->number(x) : constant(Tensor::scalar(x)));
  }

  Values run(const Values& start, const Condition& condition, const Body& body) {
    Values merges, exits;
    std::vector<Values> turns;
    for (const Tensor& t : start) {
      const Tensor enter = emit("Enter", {t}, {{"frame_name", frame_}});
      merges.push_back(emit_all("Merge", {enter, enter})[0]);
    }
    const Tensor more = emit("LoopCond", {condition(merges)}, {}, frame_ + "/more");
    Values inside;
    for (const Tensor& m : merges) {
      turns.push_back(emit_all("Switch", {m, more}));
      inside.push_back(emit("Identity", {turns.back()[1]}));
    }
    const Values ends = body(inside);
    for (size_t i = 0; i < ends.size(); ++i) {
      const Tensor next = emit("NextIteration", {ends[i]});
      graph_.mutable_node(merges[i].rep()->node).inputs[1] = {next.rep()->node, 0};
      exits.push_back(emit("Exit", {turns[i][0]}));
    }
    return exits;
  }

 private:
  GraphImpl& graph_;
  std::string frame_;
  LoopV1* outer_;
};

constexpr const char* kFrames = "frames of TensorFlow 1";

// The same fetches with and without raised loops.
void expect_same(ExecTest& test, const Values& fetches, const Values& feeds,
                 const std::vector<Tensor>& given, bool raised) {
  const auto loops = test.program(fetches, feeds);
  test.options.raise_loops = false;
  const auto frames = test.program(fetches, feeds);
  EXPECT_NE(frames->dump_plan(given).find(kFrames), std::string::npos);
  EXPECT_EQ(loops->dump_plan(given).find(kFrames) == std::string::npos, raised);
  const auto want = frames->run(given);
  for (int round = 0; round < 2; ++round) {
    const auto got = loops->run(given);
    for (size_t i = 0; i < want.size(); ++i) {
      EXPECT_EQ(got[i].to_vector<float>(), want[i].to_vector<float>()) << i;
    }
  }
}

TEST(RaisedLoops, CountAndMultiply) {
  ExecTest test;
  const Tensor x = input("x", {});
  LoopV1 loop(*test.graph.impl(), "loop");
  const Tensor factor = loop.enter_constant(constant(Tensor::scalar(3.0f)));
  const Tensor limit = loop.enter_constant(x);
  const Values out = loop.run(
      {constant(Tensor::scalar(0.0f)), constant(Tensor::vector({1.0f, 2.0f}))},
      [&](const Values& v) {
        return emit("Less", {v[0], limit});
      },
      [&](const Values& v) {
        return Values{emit("AddV2", {v[0], loop.number(1)}), emit("Mul", {v[1], factor})};
      });
  const std::vector<Tensor> given{Tensor::scalar(4.0f)};
  EXPECT_EQ(test.program({out[1]}, {x})->run(given)[0].to_vector<float>(),
            (std::vector<float>{81, 162}));
  expect_same(test, out, {x}, given, true);
}

// The body comes in a new shape each turn, and all shapes again with the next run; then one of them
// again and again.
TEST(RaisedLoops, GrowEachTurn) {
  ExecTest test;
  const Tensor x = input("x", {});
  LoopV1 loop(*test.graph.impl(), "loop");
  const Tensor limit = loop.enter_constant(x);
  const Tensor axis = loop.enter_constant(constant(Tensor::scalar<int32_t>(0)));
  const Values out = loop.run(
      {constant(Tensor::scalar(0.0f)), constant(Tensor::vector({1.0f, 2.0f}))},
      [&](const Values& v) {
        return emit("Less", {v[0], limit});
      },
      [&](const Values& v) {
        const Tensor half = emit("Tanh", {emit("Mul", {v[1], loop.number(0.5f)})});
        const Tensor same = emit("ConcatV2", {v[1], v[1], axis}, {{"N", 2}});
        const Tensor longer = emit("ConcatV2", {v[1], half, axis}, {{"N", 2}});
        const Tensor stop = emit("Less", {v[0], loop.number(8)});
        return Values{emit("AddV2", {v[0], loop.number(1)}), emit("Select", {stop, longer, same})};
      });
  expect_same(test, out, {x}, {Tensor::scalar(11.0f)}, true);
}

TEST(VaryingShapes, OnePlanForMany) {
  ExecTest test;
  const Tensor x = input("x", Shape{-1, 2});
  const auto program = test.program({emit("Exp", {emit("Neg", {x})})}, {x});
  const auto run = [&](int64_t rows) {
    return program->run(std::vector<Tensor>{Tensor::zeros({rows, 2})})[0].shape();
  };
  for (int64_t rows = 1; rows < 30; ++rows) EXPECT_EQ(run(rows), (Shape{rows, 2}));
  for (int again = 0; again < 3; ++again) EXPECT_EQ(run(40), (Shape{40, 2}));
  for (int64_t rows = 30; rows > 0; --rows) EXPECT_EQ(run(rows), (Shape{rows, 2}));
}

// Switch takes no condition of shape [1], which would be true for ever where it counts as
// elements.
TEST(RaisedLoops, RefuseConditionsThatAreNoScalars) {
  for (const bool raise : {true, false}) {
    ExecTest test;
    test.options.raise_loops = raise;
    const Tensor x = input("x", {1});
    LoopV1 loop(*test.graph.impl(), "loop");
    const Tensor limit = loop.enter_constant(x);
    const Values out = loop.run(
        {constant(Tensor::scalar(0.0f))},
        [&](const Values& v) {
          return emit("Less", {v[0], limit});
        },
        [&](const Values& v) {
          return Values{emit("AddV2", {v[0], loop.number(1)})};
        });
    EXPECT_THROW(test.program(out, {x})->run(std::vector<Tensor>{Tensor::vector({4.0f})}),
                 InvalidArgumentError);
  }
}

TEST(RaisedLoops, NestedAndWithoutATurn) {
  for (const float n : {0.0f, 1.0f, 5.0f}) {
    ExecTest test;
    const Tensor x = input("x", {});
    LoopV1 outer(*test.graph.impl(), "outer"), inner(*test.graph.impl(), "inner", &outer);
    const Tensor limit = outer.enter_constant(x);
    const Values out = outer.run(
        {constant(Tensor::scalar(0.0f)), constant(Tensor::scalar(0.0f))},
        [&](const Values& v) {
          return emit("Less", {v[0], limit});
        },
        [&](const Values& v) {
          const Tensor most = inner.enter_constant(v[0]);
          const Values turns = inner.run(
              {emit("Mul", {v[0], outer.number(0)}), v[1]},
              [&](const Values& w) {
                return emit("Less", {w[0], most});
              },
              [&](const Values& w) {
                return Values{emit("AddV2", {w[0], inner.number(1)}), emit("AddV2", {w[1], w[0]})};
              });
          return Values{emit("AddV2", {v[0], outer.number(1)}), turns[1]};
        });
    expect_same(test, out, {x}, {Tensor::scalar(n)}, true);
  }
}

// A conditional of TensorFlow 1 round the loop: on the side that is not taken it does not run.
TEST(RaisedLoops, BehindASwitch) {
  for (const bool taken : {false, true}) {
    ExecTest test;
    const Tensor x = input("x", {}), on = input("on", {}, DType::bool_);
    const Values side = emit_all("Switch", {x, on});
    LoopV1 loop(*test.graph.impl(), "loop");
    const Values out = loop.run(
        {side[1]},
        [](const Values& v) {
          return emit("Less", {v[0], Tensor::scalar(9.0f)});
        },
        [](const Values& v) {
          return Values{emit("AddV2", {v[0], v[0]})};
        });
    const Tensor y = emit_all("Merge", {side[0], out[0]})[0];
    const auto program = test.program({y}, {x, on});
    const std::vector<Tensor> given{Tensor::scalar(1.0f), Tensor::scalar(taken)};
    EXPECT_EQ(program->run(given)[0].item<float>(), taken ? 16.0f : 1.0f);
  }
}

// Effects that only control edges reach happen once a turn.
TEST(RaisedLoops, EffectsInsideStay) {
  for (const bool raise : {false, true}) {
    ExecTest test;
    test.options.raise_loops = raise;
    const Tensor x = input("x", {});
    const auto handle = [] {
      return emit("VarHandleOp", {},
                  {{"dtype", DType::float32}, {"shape", Shape{}}, {"shared_name", "count"}});
    };
    const Tensor before = handle();
    emit_all("AssignVariableOp", {before, x}, {}, "start");
    LoopV1 loop(*test.graph.impl(), "loop");
    Tensor count;
    {
      const ControlDependencies then({test.graph.get_operation_by_name("start")});
      count = loop.enter_constant(before);
    }
    const Values out = loop.run(
        {constant(Tensor::scalar(0.0f))},
        [&](const Values& v) {
          return emit("Less", {v[0], loop.number(5)});
        },
        [&](const Values& v) {
          const Tensor one = loop.number(1);
          emit_all("AssignAddVariableOp", {count, v[0]}, {}, "add");
          const ControlDependencies after({test.graph.get_operation_by_name("add")});
          return Values{emit("AddV2", {v[0], one})};
        });
    Tensor sum;
    {
      const ControlDependencies then({out[0].op()});
      sum = emit("ReadVariableOp", {before}, {{"dtype", DType::float32}});
    }
    const auto program = test.program({sum}, {x});
    for (int round = 0; round < 2; ++round) {
      const auto got = program->run(std::vector<Tensor>{Tensor::scalar(100.0f)});
      EXPECT_EQ(got[0].item<float>(), 110.0f);  // 0 + 1 + 2 + 3 + 4
    }
  }
}

TEST(RaisedLoops, WhatIsAskedForInsideStaysInFrames) {
  ExecTest test;
  const Tensor x = input("x", {});
  LoopV1 loop(*test.graph.impl(), "loop");
  int inner = -1;
  const Values out = loop.run(
      {x},
      [&](const Values& v) {
        return emit("Less", {v[0], loop.number(5)});
      },
      [&](const Values& v) {
        const Tensor next = emit("AddV2", {v[0], loop.number(1)});
        inner = next.rep()->node;
        return Values{next};
      });
  ProgramSpec spec;
  spec.graph = test.graph.impl();
  spec.feeds = {{x.rep()->node, 0}};
  spec.fetches = {{out[0].rep()->node, 0}};
  spec.targets = {inner};
  const auto program = Program::make(spec, test.store, test.options);
  const std::vector<Tensor> given{Tensor::scalar(0.5f)};
  EXPECT_NE(program->dump_plan(given).find(kFrames), std::string::npos);
  EXPECT_EQ(program->run(given)[0].item<float>(), 5.5f);
}

Tensor list_of(const Tensor& rows) {
  ExecTest test;
  const Tensor list = emit("TensorListFromTensor", {rows, Tensor::scalar<int32_t>(-1)},
                           {{"element_dtype", rows.dtype()}, {"shape_type", DType::int32}});
  return test.program({list})->run({})[0];
}

// The first item of the list, doubled.
struct FirstItem {
  ExecTest test;
  Tensor list = input("list", {}, DType::variant);
  std::shared_ptr<Program> program = test.program(
      {emit("Exp",
            {emit("Neg", {emit("TensorListGetItem",
                               {list, Tensor::scalar<int32_t>(0), Tensor::scalar<int32_t>(-1)},
                               {{"element_dtype", DType::float32}})})})},
      {list});
};

TEST(Lists, ItemsOfOneShapeArePlanned) {
  FirstItem first;
  for (const int64_t width : {3, 7, 3}) {
    const std::vector<Tensor> given{list_of(Tensor::zeros({4, width}))};
    const std::string plan = first.program->dump_plan(given);
    EXPECT_NE(plan.find("float32[" + std::to_string(width) + "]"), std::string::npos) << plan;
    EXPECT_EQ(first.program->run(given)[0].to_vector<float>(),
              std::vector<float>(static_cast<size_t>(width), 1.0f));
  }
}

TEST(Lists, ChangedInPlaceWhenGivenAway) {
  ExecTest test;
  const Tensor list = input("list", {}, DType::variant);
  const Tensor wider =
      emit("TensorListSetItem", {list, Tensor::scalar<int32_t>(1), Tensor::zeros({9})},
           {{"element_dtype", DType::float32}});
  const auto program = test.program({wider}, {list});
  Tensor given = list_of(Tensor::zeros({4, 3}));
  const Opaque* const memory = given.opaque_at(0).get();
  const Tensor copy = program->run(std::vector<Tensor>{given})[0];
  EXPECT_NE(copy.opaque_at(0).get(), memory);
  std::vector<Tensor> args;
  args.push_back(std::move(given));
  const Tensor changed = program->run_consuming(std::move(args), {})[0];
  EXPECT_EQ(changed.opaque_at(0).get(), memory);
  // Its items are of two shapes now.
  FirstItem first;
  EXPECT_EQ(first.program->run(std::vector<Tensor>{changed})[0].shape(), (Shape{3}));
  EXPECT_EQ(first.program->dump_plan(std::vector<Tensor>{changed}).find("float32[3]"),
            std::string::npos);
}

}  // namespace
}  // namespace rill
