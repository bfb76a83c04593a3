#include "exec/store_snapshot.h"

#include <gtest/gtest.h>

#include "exec/program.h"

namespace rill {
namespace {

std::shared_ptr<VariableState> make_variable(const std::string& name) {
  return std::make_shared<VariableState>(name, DType::float32, Shape{2});
}

TEST(StoreSnapshot, BringsBackWhatThereWas) {
  const auto store = make_resource_store();
  const auto set = make_variable("set");
  const auto unset = make_variable("unset");
  set->assign(Tensor::vector<float>({1, 2}));
  store->put("", "set", set);
  store->put("", "unset", unset);

  const StoreSnapshot before(store);
  set->update([](Tensor& value) { value.data<float>()[0] = 9; });
  unset->assign(Tensor::vector<float>({3, 4}));
  store->put("", "new", make_variable("new"));
  store->erase("", "unset");
  before.restore();

  EXPECT_EQ(set->read().to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(store->find("", "unset"), unset);
  EXPECT_FALSE(unset->initialized());
  EXPECT_EQ(store->find("", "new"), nullptr);
}

TEST(StoreState, IsAnotherOneWhenANameMayMeanAnotherResource) {
  const auto store = make_resource_store(), other = make_resource_store();
  EXPECT_NE(state_of(*store), state_of(*other));
  uint64_t state = state_of(*store);
  const auto moves = [&] { return std::exchange(state, state_of(*store)) != state_of(*store); };
  store->find("", "v");
  EXPECT_FALSE(moves());
  store->put("", "v", make_variable("v"));
  EXPECT_TRUE(moves());
  store->erase("", "v");
  EXPECT_TRUE(moves());
  StoreSnapshot(store).restore();
  EXPECT_TRUE(moves());
}

}  // namespace
}  // namespace rill
