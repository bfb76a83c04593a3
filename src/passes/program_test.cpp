// Variables, functions and control flow as programs see them.
#include "exec/program.h"

#include <gtest/gtest.h>

#include <thread>

#include "exec/exec_test_util.h"
#include "passes/pipeline.h"
#include "rill/error.hpp"

namespace rill {
namespace {

Tensor handle(const char* name, const Shape& shape) {
  return emit("VarHandleOp", {},
              {{"dtype", DType::float32}, {"shape", shape}, {"shared_name", name}}, name);
}

Tensor read(const Tensor& variable) {
  return emit("ReadVariableOp", {variable}, {{"dtype", DType::float32}});
}

int node_of(const Tensor& t) { return t.rep()->node; }

TEST(Variables, FrozenUntilTheyAreAssigned) {
  ExecTest test;
  test.options.optimize = passes::optimize;
  const Tensor x = input("x", {2});
  const Tensor w = handle("w", {2});
  const Tensor v = input("v", {2});
  emit_all("AssignVariableOp", {w, v}, {}, "assign");
  const Tensor y = emit("Mul", {x, emit("Exp", {read(w)})}, {}, "y");
  ProgramSpec spec;
  spec.graph = test.graph.impl();
  spec.feeds = {{node_of(v), 0}};
  spec.targets = {test.graph.get_operation_by_name("assign").id()};
  const auto assign = Program::make(spec, test.store, test.options);
  const auto program = test.program({y}, {x});
  const std::vector<Tensor> ones{Tensor::vector({1.0f, 1.0f})};
  EXPECT_THROW(program->run(ones), FailedPreconditionError);
  for (int i = 0; i < 12; ++i) {  // more often than a program is built anew
    assign->run(std::vector<Tensor>{Tensor::zeros({2})});
    EXPECT_EQ(program->run(ones)[0].data<float>()[0], 1.0f);
    assign->run(std::vector<Tensor>{Tensor::vector({-100.0f, -100.0f})});
    EXPECT_LT(program->run(ones)[0].data<float>()[0], 1e-30f);
  }
}

TEST(Variables, ConstantsOfAFrozenProgramAreFolded) {
  ExecTest test;
  test.options.optimize = passes::optimize;
  const Tensor w = handle("w", {2});
  const Tensor v = input("v", {2});
  emit_all("AssignVariableOp", {w, v}, {}, "assign");
  ProgramSpec spec;
  spec.graph = test.graph.impl();
  spec.feeds = {{node_of(v), 0}};
  spec.targets = {test.graph.get_operation_by_name("assign").id()};
  Program::make(spec, test.store, test.options)->run(std::vector<Tensor>{Tensor::zeros({2})});
  const auto program = test.program({emit("Exp", {read(w)}, {}, "y")});
  EXPECT_EQ(program->dump_graph().find("Exp"), std::string::npos) << program->dump_graph();
  EXPECT_EQ(program->run({})[0].to_vector<float>(), (std::vector<float>{1, 1}));
}

// Reading, assigning and reading again, in the order that control edges say.
TEST(Variables, OrderFollowsControlEdges) {
  ExecTest test;
  test.options.optimize = passes::optimize;
  const Tensor w = handle("w", {});
  const Tensor start =
      emit("Const", {}, {{"value", Tensor::scalar(1.0f)}, {"dtype", DType::float32}});
  emit_all("AssignVariableOp", {w, start}, {}, "init");
  Tensor before, after;
  before = emit("Identity", {read(w)}, {}, "before");
  {
    const ControlDependencies then({before.op()});
    emit_all("AssignAddVariableOp", {w, start}, {}, "add");
  }
  {
    const ControlDependencies then({test.graph.get_operation_by_name("add")});
    after = emit("Identity", {read(w)}, {}, "after");
  }
  ProgramSpec spec;
  spec.graph = test.graph.impl();
  spec.targets = {test.graph.get_operation_by_name("init").id()};
  Program::make(spec, test.store, test.options)->run({});
  const auto program = test.program({before, after});
  for (int i = 1; i < 5; ++i) {
    const auto out = program->run({});
    EXPECT_EQ(out[0].item<float>(), static_cast<float>(i));
    EXPECT_EQ(out[1].item<float>(), static_cast<float>(i + 1));
  }
}

NodeDef node(const char* name, const char* op, std::vector<std::string> inputs, AttrMap attrs) {
  return {name, op, "", std::move(inputs), std::move(attrs)};
}

ArgDef arg(const char* name, DType dtype) {
  ArgDef a;
  a.name = name;
  a.type = dtype;
  return a;
}

const AttrMap kT{{"T", DType::float32}};

NodeDef constant(const char* name, float value) {
  return node(name, "Const", {}, {{"value", Tensor::scalar(value)}, {"dtype", DType::float32}});
}

// body: x -> x + x and i -> i + 1; cond: i < 5
GraphDef loop() {
  GraphDef def;
  FunctionDef cond;
  cond.name = "cond";
  cond.inputs = {arg("i", DType::float32), arg("x", DType::float32)};
  cond.outputs = {arg("go", DType::bool_)};
  cond.nodes = {constant("five", 5), node("less", "Less", {"i", "five:output:0"}, kT)};
  cond.returns = {{"go", "less:z:0"}};
  FunctionDef body;
  body.name = "body";
  body.inputs = {arg("i", DType::float32), arg("x", DType::float32)};
  body.outputs = {arg("i_out", DType::float32), arg("x_out", DType::float32)};
  body.nodes = {constant("one", 1), node("next", "AddV2", {"i", "one:output:0"}, kT),
                node("twice", "AddV2", {"x", "x"}, kT)};
  body.returns = {{"i_out", "next:z:0"}, {"x_out", "twice:z:0"}};
  FunctionDef both = body;  // x -> (x + 1, x + x)
  both.name = "called";
  def.functions = {cond, body, both};
  const std::vector<DType> types{DType::float32, DType::float32};
  def.nodes = {
      node("x", "Placeholder", {}, {{"dtype", DType::float32}, {"shape", Shape::unknown_rank()}}),
      constant("zero", 0),
      node("loop", "While", {"zero", "x"},
           {{"T", types}, {"cond", NameAttrList{"cond", {}}}, {"body", NameAttrList{"body", {}}}}),
      node("y", "Identity", {"loop:1"}, kT),
      node("call", "PartitionedCall", {"x", "x"},
           {{"Tin", types}, {"Tout", types}, {"f", NameAttrList{"called", {}}}}),
      node("z", "Mul", {"call", "call:1"}, kT)};
  return def;
}

TEST(Functions, LoopsRunAndCallsAreInlined) {
  ExecTest test;
  test.options.optimize = passes::optimize;
  test.graph.import(loop());
  const Tensor x = test.graph.get_tensor_by_name("x:0");
  const auto y = test.program({test.graph.get_tensor_by_name("y:0")}, {x});
  // The loop's shapes change from run to run.
  for (const int64_t n : {2, 3, 2}) {
    const Tensor feed = Tensor::of(std::vector<float>(static_cast<size_t>(n), 1.5f), {n});
    const auto out = y->run(std::vector<Tensor>{feed});
    EXPECT_EQ(out[0].to_vector<float>(), std::vector<float>(static_cast<size_t>(n), 48.0f));
    EXPECT_EQ(feed.data<float>()[0], 1.5f);
  }
  const auto z = test.program({test.graph.get_tensor_by_name("z:0")}, {x});
  EXPECT_EQ(z->dump_graph().find("PartitionedCall"), std::string::npos);
  EXPECT_EQ(z->run(std::vector<Tensor>{Tensor::scalar(3.0f)})[0].item<float>(), 24.0f);
}

TEST(Functions, ACallIsCancelledFromOutside) {
  GraphDef def = loop();
  // A loop that does not end.
  def.functions[0].nodes[0] = constant("five", -1);
  def.functions[0].nodes[1] = node("less", "Less", {"five:output:0", "i"}, kT);
  ExecTest test;
  test.graph.import(def);
  const auto y =
      test.program({test.graph.get_tensor_by_name("y:0")}, {test.graph.get_tensor_by_name("x:0")});
  RunOptions limits;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EXPECT_THROW(y->run(std::vector<Tensor>{Tensor::scalar(0.0f)}, limits), Error);
}

}  // namespace
}  // namespace rill
