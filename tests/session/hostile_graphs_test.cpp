// Graphs that a file may hold and nobody would write: circles, calls without an end, very long
// chains. Each answers or is refused; the stack is small, so that recursion shows.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

#include "base/str.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"
#include "sandbox.h"

namespace rill {
namespace {

std::string attr_type(const char* name, const char* type = "DT_FLOAT") {
  return str(" attr { key: '", name, "' value { type: ", type, " } }");
}
std::string attr_func(const char* name, const std::string& function) {
  return str(" attr { key: '", name, "' value { func { name: '", function, "' } } }");
}
std::string attr_types(const char* name, const char* type = "DT_FLOAT") {
  return str(" attr { key: '", name, "' value { list { type: ", type, " } } }");
}

std::string node_text(const std::string& name, const std::string& op,
                      const std::vector<std::string>& inputs, const std::string& attrs) {
  std::string out = str("name: '", name, "' op: '", op, "'");
  for (const std::string& input : inputs) out += str(" input: '", input, "'");
  return out + attrs;
}
std::string graph_node(const std::string& name, const std::string& op,
                       const std::vector<std::string>& inputs, const std::string& attrs) {
  return str("node { ", node_text(name, op, inputs, attrs), " }\n");
}
std::string call(const std::string& op, const std::string& name, const std::string& input,
                 const std::string& function) {
  return node_text(name, op, {input},
                   attr_types("Tin") + attr_types("Tout") + attr_func("f", function));
}

// A function x -> y of one node "n" with one result.
std::string function(const std::string& name, const std::string& body, const char* result,
                     const char* type = "DT_FLOAT") {
  return str("function { signature { name: '", name, "' input_arg { name: 'x' type: DT_FLOAT }",
             " output_arg { name: 'y' type: ", type, " } } node_def { ", body,
             " } ret { key: 'y' value: 'n:", result, ":0' } }\n");
}
std::string library(const std::string& functions) { return str("library { ", functions, " }\n"); }

const std::string kInput = graph_node(
    "x", "Placeholder", {}, attr_type("dtype") + " attr { key: 'shape' value { shape {} } }");
const std::string kTrue =
    function("yes", node_text("n", "GreaterEqual", {"x", "x"}, attr_type("T")), "z", "DT_BOOL");

struct Case {
  const char* name;
  std::string graph;
  bool answers = false;  // else it is refused
};

std::string chain(int length, const char* op, const std::string& attrs) {
  std::string out = kInput;
  for (int i = 0; i < length; ++i) {
    out += graph_node(i + 1 == length ? "y" : str("n", i), op,
                      {i == 0 ? std::string("x") : str("n", i - 1)}, attrs);
  }
  return out;
}

std::vector<Case> make_cases() {
  const std::string T = attr_type("T");
  std::vector<Case> out;
  const auto add = [&](const char* name, std::string graph, bool answers = false) {
    out.push_back({name, std::move(graph), answers});
  };
  add("a circle of two",
      kInput + graph_node("y", "AddV2", {"x", "z"}, T) + graph_node("z", "Neg", {"y"}, T));
  add("its own input", kInput + graph_node("y", "AddV2", {"x", "y"}, T));
  add("a circle of control",
      kInput + graph_node("y", "Neg", {"x", "^z"}, T) + graph_node("z", "Neg", {"x", "^y"}, T));
  add("a merge of itself",
      kInput + graph_node("y", "Merge", {"x", "y"}, T + " attr { key: 'N' value { i: 2 } }"));
  add("iterations without a frame",
      kInput + graph_node("m", "Merge", {"x", "y"}, T + " attr { key: 'N' value { i: 2 } }") +
          graph_node("y", "NextIteration", {"m"}, T));
  for (const char* op : {"PartitionedCall", "StatefulPartitionedCall"}) {
    add("calls itself", kInput + "node { " + call(op, "y", "x", "f") + " }\n" +
                            library(function("f", call(op, "n", "x", "f"), "output")));
    add("two that call each other", kInput + "node { " + call(op, "y", "x", "f") + " }\n" +
                                        library(function("f", call(op, "n", "x", "g"), "output") +
                                                function("g", call(op, "n", "x", "f"), "output")));
    std::string deep;
    for (int i = 0; i < 5000; ++i) {
      deep += function(str("f", i), call(op, "n", "x", str("f", i + 1)), "output");
    }
    deep += function("f5000", node_text("n", "Neg", {"x"}, T), "y");
    add("calls 5000 deep", kInput + "node { " + call(op, "y", "x", "f0") + " }\n" + library(deep));
    std::string wide;  // each calls the next twice
    for (int i = 0; i < 60; ++i) {
      wide += function(str("f", i),
                       call(op, "a", "x", str("f", i + 1)) + " } node_def { " +
                           call(op, "n", "a:output:0", str("f", i + 1)),
                       "output");
    }
    wide += function("f60", node_text("n", "Neg", {"x"}, T), "y");
    add("calls that double",
        kInput + "node { " + call(op, "y", "x", "f0") + " }\n" + library(wide));
    add("no such function", kInput + "node { " + call(op, "y", "x", "f") + " }\n");
  }
  const auto loop = [&](const std::string& op, const std::string& body) {
    return attr_types("T") + attr_func("cond", "yes") + attr_func("body", body) +
           (op.empty() ? "" : "");
  };
  for (const char* op : {"While", "StatelessWhile"}) {
    add("a loop that is its own body",
        kInput + graph_node("y", op, {"x"}, loop("", "f")) +
            library(kTrue + function("f", node_text("n", op, {"x"}, loop("", "f")), "output")));
    add("a loop that is its own condition",
        kInput +
            graph_node("y", op, {"x"},
                       attr_types("T") + attr_func("cond", "f") + attr_func("body", "f")) +
            library(function(
                "f",
                node_text("n", op, {"x"},
                          attr_types("T") + attr_func("cond", "f") + attr_func("body", "f")),
                "output")));
  }
  for (const char* op : {"If", "StatelessIf"}) {
    const std::string attrs = attr_type("Tcond") + attr_types("Tin") + attr_types("Tout") +
                              attr_func("then_branch", "f") + attr_func("else_branch", "f");
    add("a branch that is itself",
        kInput + graph_node("y", op, {"x", "x"}, attrs) +
            library(function("f", node_text("n", op, {"x", "x"}, attrs), "output")));
  }
  // What a conditional says of its results binds nobody.
  add("a branch that gives another shape than the file says",
      kInput + graph_node("c", "GreaterEqual", {"x", "x"}, T) +
          graph_node("b", "StatelessIf", {"c", "x"},
                     attr_type("Tcond", "DT_BOOL") + attr_types("Tin") + attr_types("Tout") +
                         attr_func("then_branch", "f") + attr_func("else_branch", "f") +
                         " attr { key: 'output_shapes' value { list { shape { dim { size: 7 } } } }"
                         " }") +
          graph_node("y", "Neg", {"b"}, T) +
          library(function("f", node_text("n", "Neg", {"x"}, T), "y")),
      true);
  add("a type that is none",
      kInput + graph_node("y", "Identity", {"x"}, attr_type("T", "DT_INVALID")));
  add("the gradient of itself",
      kInput +
          graph_node("y", "SymbolicGradient", {"x", "x"},
                     " attr { key: 'Tin' value { list { type: DT_FLOAT type: DT_FLOAT } } }" +
                         attr_types("Tout") + attr_func("f", "f")) +
          library(function(
              "f",
              node_text("n", "SymbolicGradient", {"x", "x"},
                        " attr { key: 'Tin' value { list { type: DT_FLOAT type: DT_FLOAT } } }" +
                            attr_types("Tout") + attr_func("f", "f")),
              "output")));
  add("a long chain", chain(50'000, "Neg", T), true);
  add(
      "a long chain of sums",
      kInput +
          [&] {
            std::string sums;
            for (int i = 0; i < 20'000; ++i) {
              const std::string before = i == 0 ? "x" : str("n", i - 1);
              sums +=
                  graph_node(i + 1 == 20'000 ? "y" : str("n", i), "Maximum", {before, before}, T);
            }
            return sums;
          }(),
      true);
  return out;
}

// Runs it with a stack as threads of small systems have it.
template <typename Work>
void on_small_stack(const Work& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, test::instrumented() ? 8 << 20 : 512 << 10);
  struct Job {
    const Work& work;
    std::exception_ptr error;
  } job{work, nullptr};
  pthread_t thread;
  pthread_create(
      &thread, &attributes,
      [](void* p) -> void* {
        auto& mine = *static_cast<Job*>(p);
        try {
          mine.work();
        } catch (...) {
          mine.error = std::current_exception();
        }
        return nullptr;
      },
      &job);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  if (job.error) std::rethrow_exception(job.error);
}

float run_it(const Case& c) {
  Graph graph;
  graph.import(GraphDef::parse(c.graph));
  const Session session(graph);
  RunLimits limits;
  limits.timeout = std::chrono::seconds(2);
  return session.run({"y:0"}, {{"x:0", Tensor::scalar(3.0F)}}, {}, limits).at(0).item<float>();
}

float differentiate(const Case& c) {
  Graph graph;
  graph.import(GraphDef::parse(c.graph));
  const Tensor y = graph.get_tensor_by_name("y:0"), x = graph.get_tensor_by_name("x:0");
  const Values found = gradients({y}, {x});
  if (!found.at(0)) throw InvalidArgumentError("no gradient");
  const Session session(graph);
  RunLimits limits;
  limits.timeout = std::chrono::seconds(2);
  return session.run({TensorName(found[0])}, {{"x:0", Tensor::scalar(3.0F)}}, {}, limits)
      .at(0)
      .item<float>();
}

void expect_sound(float (*run)(const Case&)) {
  const std::vector<Case> cases = make_cases();
  const auto attempt = [&](int64_t i) {
    const Case& c = cases[static_cast<size_t>(i)];
    on_small_stack([&] {
      try {
        run(c);
      } catch (const Error& e) {
        if (c.answers) throw InternalError(e.what());
        if (std::getenv("RILL_SHOW")) std::printf("%s: %s\n", c.name, e.what());
        throw;
      }
      if (!c.answers) throw InternalError("ran");
    });
  };
  test::SandboxLimits limits;
  limits.seconds = 30;
  const auto report = test::run_sandboxed(
      static_cast<int64_t>(cases.size()), attempt,
      [&](int64_t i) { return std::string(cases[static_cast<size_t>(i)].name); }, limits);
  for (const std::string& fault : report.faults) ADD_FAILURE() << fault;
}

TEST(HostileGraphs, RunOrAreRefused) { expect_sound(run_it); }
TEST(HostileGraphs, AreDifferentiatedOrRefused) { expect_sound(differentiate); }

}  // namespace
}  // namespace rill
