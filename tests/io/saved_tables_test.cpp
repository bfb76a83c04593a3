// Tables of SavedModels: filled with constants, from files, or from the checkpoint. The model is of
// tests/data/make_tables.py.
#include <gtest/gtest.h>

#include "rill/saved_model.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

TEST(SavedTables, HoldWhatTheyHeldWhenTheyWereSaved) {
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, {"serve"}, RILL_TEST_DATA "/tables");
  auto out = model.run({{"x", Tensor::vector(std::vector<std::string>{"a", "z", "q"})}});
  EXPECT_EQ(out["constants"].to_vector<float>(), (std::vector<float>{1, 4, 4}));
  EXPECT_EQ(out["file"].to_vector<int64_t>(), (std::vector<int64_t>{4, 2, 4}));
  EXPECT_EQ(out["filled"].to_vector<int64_t>(), (std::vector<int64_t>{-1, -1, 7}));
  EXPECT_EQ(out["dense"].to_vector<float>(), (std::vector<float>{0.5f, -1, 0.75f}));
  // TensorFlow saves the free places of a dense table, too.
  EXPECT_EQ(out["sizes"].to_vector<int64_t>(), (std::vector<int64_t>{1, 2}));
}

}  // namespace
}  // namespace rill
