// Frozen graphs of variables that are read elsewhere than by a node of the graph itself.
#include <gtest/gtest.h>

#include "rill/convert.hpp"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/saved_model.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

TEST(Freeze, VariablesReadInLoopsBranchesAndGathersBecomeConstants) {
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, {"serve"}, RILL_TEST_DATA "/loop_variables");
  const Signature& signature = model.signature();
  const std::string x = signature.inputs.at("i").name;
  const std::string y = signature.outputs.at("y").name, sum = signature.outputs.at("sum").name;
  const GraphDef frozen = freeze(session, {sum, y});
  size_t constants = 0;
  for (const NodeDef& node : frozen.nodes) {
    EXPECT_NE(node.op, "VarHandleOp") << node.name;
    constants += node.op == "Const" && node.name.starts_with("Variable") ? 1 : 0;
  }
  EXPECT_EQ(constants, 3u);  // one a variable, however often it is read
  const Session bare{Graph()};
  bare.graph().import(frozen);
  const Tensor rows = Tensor::vector(std::vector<int32_t>{1, 2});
  // Results of the call that was resolved.
  EXPECT_EQ(bare.run("StatefulPartitionedCall_1:0", {{x, rows}}).to_vector<float>(),
            session.run(y, {{x, rows}}).to_vector<float>());
  EXPECT_EQ(bare.run(sum, {{x, rows}}).item<float>(), session.run(sum, {{x, rows}}).item<float>());
}

TEST(Freeze, RefusesTablesThatNothingFills) {
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, {"serve"}, RILL_TEST_DATA "/tables");
  try {
    freeze(session, {model.signature().outputs.at("filled").name});
    FAIL();
  } catch (const FailedPreconditionError& e) {
    EXPECT_NE(std::string(e.what()).find("nothing that fills its tables"), std::string::npos);
  }
}

// A constant could not hold what each call writes.
TEST(Freeze, RefusesStatesThatACallWrites) {
  for (const bool stateful : {false, true}) {
    const keras::KerasTensor x = keras::Input(Shape{4, 2}, {.batch_size = 1});
    const keras::Model model(x,
                             keras::layers::LSTM(3, {.stateful = stateful, .name = "memory"})(x));
    if (!stateful) {
      EXPECT_GT(freeze(model).nodes.size(), 1u);
      continue;
    }
    try {
      freeze(model);
      FAIL();
    } catch (const FailedPreconditionError& e) {
      EXPECT_NE(std::string(e.what()).find("writes these variables: 'memory"), std::string::npos)
          << e.what();
    }
  }
}

}  // namespace
}  // namespace rill
