// What backward passes of conditionals of TensorFlow 2 ask for.
#include <gtest/gtest.h>

#include "op/emit.h"

namespace rill {
namespace {

TEST(Optional, HasZeros) {
  const Value x =
      emit("OptionalFromValue", {Tensor::vector<float>({1, 2}), Tensor::scalar(int64_t{3})});
  const AttrMap back = {{"output_types", std::vector<DType>{DType::float32, DType::int64}},
                        {"output_shapes", std::vector<Shape>{Shape{2}, Shape{}}}};
  const Values zeros = emit_all("OptionalGetValue", {emit("ZerosLike", {x})}, back);
  EXPECT_EQ(zeros[0].to_vector<float>(), (std::vector<float>{0, 0}));
  EXPECT_EQ(zeros[1].item<int64_t>(), 0);
  const Value none = emit("ZerosLike", {emit("OptionalNone", {})});
  EXPECT_FALSE(emit("OptionalHasValue", {none}).item<bool>());
}

}  // namespace
}  // namespace rill
