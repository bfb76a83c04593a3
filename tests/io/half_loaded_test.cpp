// What cannot be loaded leaves nothing behind.
#include <gtest/gtest.h>

#include <filesystem>

#include "io/samples.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

TEST(HalfLoaded, ASavedModelWithoutItsValuesLeavesTheGraphAlone) {
  const test::ScratchFolder scratch;
  const fs::path copy = scratch / "model";
  fs::copy(test::kSamples / "saved_model_tf1", copy, fs::copy_options::recursive);
  const fs::path data = copy / "variables" / "variables.data-00000-of-00001";
  fs::resize_file(data, fs::file_size(data) / 2);
  const Session session{Graph()};
  EXPECT_THROW(SavedModel::load(session, {"serve"}, copy), DataLossError);
  EXPECT_TRUE(session.graph().operations().empty());
  EXPECT_TRUE(session.graph().collections().empty());
  // The same session takes the whole one.
  const SavedModel whole = SavedModel::load(session, {}, test::kSamples / "saved_model_tf1");
  EXPECT_EQ(whole.signatures().size(), 1U);
}

TEST(HalfLoaded, ACheckpointThatDoesNotMatchChangesNoVariable) {
  const Session session{Graph()};
  session.graph().import(GraphDef::load((test::kSamples / "unfrozen.pb").string()));
  const Saver saver(session.graph());
  const fs::path other = fs::path(RILL_TEST_DATA) / "seeds/k3/checkpoint/model.ckpt";
  EXPECT_THROW(saver.restore(session, other), NotFoundError);
  EXPECT_TRUE(session.initialized_variables().empty());
}

}  // namespace
}  // namespace rill
