#include <gtest/gtest.h>

#include "keras/core/config.h"
#include "keras/core/policy_map.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

Json map_of(const std::string& entries, const std::string& otherwise = R"("float32")") {
  return Json::parse(R"({"module": "keras.dtype_policies", "class_name": "DTypePolicyMap",
    "config": {"default_policy": )" +
                     otherwise + R"(, "policy_map": {)" + entries +
                     R"(}}, "registered_name": null})");
}
std::string plain(const std::string& path, const std::string& name) {
  return "\"" + path +
         R"(": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": )" + name +
         R"(}, "registered_name": null})";
}

TEST(DTypePolicyMap, PathThenPatternThenDefault) {
  const DTypePolicy policy =
      policy_of(map_of(plain("a/b", R"("float16")") + ", " + plain("a/.*", R"("mixed_bfloat16")") +
                       ", " + plain("c", "null")));
  EXPECT_EQ(policy.name, "float32");
  ASSERT_TRUE(policy.map);
  EXPECT_EQ(policy.map->at("a/b").name, "float16");
  EXPECT_EQ(policy.map->at("a/c/d").name, "mixed_bfloat16");
  EXPECT_EQ(policy.map->at("c").name, "float32");
  EXPECT_EQ(policy.map->at("c/d").name, "float32");
  const DTypePolicy twice =
      policy_of(map_of(plain("a.*", R"("float16")") + ", " + plain(".*b", R"("float64")")));
  EXPECT_THROW(twice.map->at("ab"), InvalidArgumentError);
  EXPECT_THROW(policy_of(map_of(R"("a": )" + map_of("").dump())), InvalidArgumentError);
  EXPECT_THROW(policy_of(map_of("", map_of("").dump())), InvalidArgumentError);
}

std::string dense(const std::string& name, const Json& dtype) {
  return R"({"module": "keras.layers", "class_name": "Dense", "registered_name": null,
    "build_config": {"input_shape": [null, 2]}, "config": {"name": ")" +
         name +
         R"(", "trainable": true, "units": 2, "use_bias": false, "kernel_initializer": "ones",
    "dtype": )" +
         dtype.dump() + "}}";
}
std::string sequential(const std::string& layers) {
  return R"({"class_name": "Sequential", "config": {"name": "s", "layers": [{"module":
    "keras.layers", "class_name": "InputLayer", "registered_name": null, "config": {"batch_shape":
    [null, 2], "dtype": "float32", "name": "x"}}, )" +
         layers + "]}}";
}

// A layer that comes built has its name as its path, wherever it stands.
TEST(DTypePolicyMap, LayersOfAFile) {
  const Json map = map_of(plain("a", R"("float64")") + ", " + plain("s/b", R"("float64")"));
  const Model model = model_from_json(sequential(dense("a", map) + ", " + dense("b", map)));
  EXPECT_EQ(model.get_layer("a")->dtype_policy().name, "float64");
  EXPECT_EQ(model.get_layer("b")->dtype_policy().name, "float32");
  EXPECT_EQ(model.weights()[0].dtype(), DType::float64);
  EXPECT_EQ(model.predict(Tensor::of<float>({1, 2}, {1, 2})).to_vector<float>(),
            (std::vector<float>{6, 6}));
  EXPECT_EQ(Json::parse(get_config(model.get_layer("a"))).at("dtype"), map);
  const Model again = model_from_json(model.to_json());
  EXPECT_EQ(again.get_layer("a")->dtype_policy().name, "float64");
}

// Parts of an attention, and a layer that is built here, have the path of what they stand in.
TEST(DTypePolicyMap, PathsOfParts) {
  const Json map = map_of(plain("m/(query|key)", R"("float64")"));
  const LayerPtr attention = layer_from_config(
      "MultiHeadAttention",
      R"({"name": "m", "num_heads": 1, "key_dim": 2, "dtype": )" + map.dump() + "}");
  const Tensor x = Tensor::of<float>({1, 2, 3, 4}, {1, 2, 2});
  EXPECT_EQ(attention({x, x}).dtype(), DType::float32);
  std::vector<DType> dtypes;
  for (const auto& [attribute, part] : attention->sublayers()) {
    dtypes.push_back(part->dtype_policy().variable);
  }
  EXPECT_EQ(dtypes,
            (std::vector<DType>{DType::float64, DType::float64, DType::float32, DType::float32}));
  const LayerPtr time = layer_from_config(
      "TimeDistributed", R"({"name": "t", "layer": {"module": "keras.layers", "class_name": "Dense",
        "registered_name": null, "config": {"name": "d", "units": 1, "dtype": )" +
                             map_of(plain("t/d", R"("float64")")).dump() + "}}}");
  time(x);
  EXPECT_EQ(time->weights()[0].dtype(), DType::float64);
}

// Quantised policies, too.
TEST(DTypePolicyMap, Quantised) {
  const std::string int8 = R"("a": {"module": "keras.dtype_policies",
    "class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": null},
    "registered_name": null})";
  const Model model = model_from_json(sequential(dense("a", map_of(int8))));
  EXPECT_EQ(model.get_layer("a")->dtype_policy().quantization, "int8");
  EXPECT_EQ(model.weights()[0].dtype(), DType::int8);
}

}  // namespace
}  // namespace rill::keras
