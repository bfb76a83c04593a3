// What every op must keep to, walked over the registry: no list of names here.
#include <gtest/gtest.h>

#include <set>

#include "contract/call_checks.h"
#include "contract/hostile_calls.h"
#include "contract/no_faults.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"

namespace rill {
namespace {

template <typename Check>
void each_op(const Check& check) {
  for (const std::string& name : op_registry().names()) {
    SCOPED_TRACE(name);
    check(*op_registry().find(name));
  }
}

TEST(OpContract, DefinitionsAreSound) {
  const auto executor = test::executor_ops();
  each_op([&](const OpDef& def) {
    EXPECT_TRUE(def.kernel || def.prepare || def.decompose || executor.contains(def.name))
        << "nothing runs it";
    EXPECT_TRUE(!def.prepare || def.kernel || def.shape) << "prepare alone needs a shape function";
    const bool lists = std::any_of(def.inputs.begin(), def.inputs.end(), [](const ArgDef& arg) {
      return !arg.number_attr.empty() || !arg.type_list_attr.empty();
    });
    EXPECT_TRUE(lists || def.in_place >> def.inputs.size() == 0U) << "in_place names no input";
    EXPECT_TRUE(!def.view || (!def.inputs.empty() && !def.outputs.empty()));
    EXPECT_FALSE(def.gradient && def.not_differentiable);
    std::set<std::string> names;
    for (const AttrDef& a : def.attrs) EXPECT_TRUE(names.insert(a.name).second) << a.name;
    for (const auto* args : {&def.inputs, &def.outputs}) {
      std::set<std::string> arg_names;
      for (const ArgDef& arg : *args) {
        EXPECT_TRUE(arg_names.insert(arg.name).second) << arg.name;
        for (const auto& attr : {arg.type_attr, arg.number_attr, arg.type_list_attr}) {
          EXPECT_TRUE(attr.empty() || names.contains(attr)) << "no attribute " << attr;
        }
      }
    }
  });
}

TEST(OpContract, DefaultsAreAllowedValues) {
  each_op([](const OpDef& def) {
    AttrMap attrs = test::sample_attrs(def);
    EXPECT_NO_THROW(complete_attrs(def, attrs, "n"));
    EXPECT_NO_THROW(input_dtypes(def, attrs, "n"));
    EXPECT_NO_THROW(output_dtypes(def, attrs, "n"));
  });
}

NodeDef sample_node(const OpDef& def) {
  NodeDef node{"n", def.name, "", {}, test::sample_attrs(def)};
  const size_t inputs = input_dtypes(def, node.attrs, "n").size();
  for (size_t i = 0; i < inputs; ++i) node.inputs.push_back(i == 0 ? "a" : str("a:", i));
  return node;
}

TEST(OpContract, NodesKeepTheirAttributesThroughFiles) {
  each_op([](const OpDef& def) {
    GraphDef graph;
    graph.nodes.push_back(sample_node(def));
    const std::string text = graph.to_text();
    EXPECT_EQ(GraphDef::parse(graph.serialize()).to_text(), text);
    EXPECT_EQ(GraphDef::parse(text).to_text(), text);
  });
}

std::vector<const OpDef*> ops_with_shapes() {
  std::vector<const OpDef*> out;
  each_op([&](const OpDef& def) {
    if (def.shape) out.push_back(&def);
  });
  return out;
}

// Ranks -1 (unknown) to 6 with unknown dimensions, for plain and for odd attributes.
TEST(OpContract, ShapeFunctionsLiveWithTheUnknown) {
  const auto ops = ops_with_shapes();
  constexpr int64_t kRanks = 8;
  constexpr int64_t kVariants = 4 * kRanks;
  const auto call = [&](int64_t i) {
    const OpDef& def = *ops[static_cast<size_t>(i / kVariants)];
    const int64_t variant = i % kVariants / kRanks;
    test::Stream odd(static_cast<uint64_t>(i));
    const AttrMap attrs = test::sample_attrs(def, variant == 0 ? nullptr : &odd);
    const int rank = static_cast<int>(i % kRanks) - 1;
    std::vector<ShapeContext::Input> inputs;
    for (const DType dtype : input_dtypes(def, attrs, "n")) {
      inputs.push_back({rank < 0 ? Shape::unknown_rank() : Shape::unknown_dims(rank), dtype});
    }
    test::run_shape(def, attrs, inputs);
  };
  const auto describe = [&](int64_t i) {
    return str("shape of ", ops[static_cast<size_t>(i / kVariants)]->name, ", rank ",
               i % kRanks - 1, ", variant ", i % kVariants / kRanks);
  };
  test::expect_no_faults(
      test::run_sandboxed(static_cast<int64_t>(ops.size()) * kVariants, call, describe));
}

TEST(OpContract, KernelsAnswerOrRefuse) {
  const test::HostileCalls calls;
  const auto run = [&](int64_t i) {
    const test::HostileCall call = calls.make(i);
    const std::vector<Tensor> outputs = run_eagerly(*call.def, call.attrs, call.inputs);
    if (call.def->shape) test::expect_shapes_agree(call, outputs);
  };
  test::expect_no_faults(
      test::run_sandboxed(calls.count(), run, [&](int64_t i) { return calls.describe(i); }));
}

}  // namespace
}  // namespace rill
