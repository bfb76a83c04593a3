#include <gtest/gtest.h>

#include <map>

#include "keras/saving/weight_source.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

class MapSource final : public WeightSource {
 public:
  explicit MapSource(std::map<std::string, float> values) : values_(std::move(values)) {}
  bool contains(const std::string& path) const override {
    const auto at = values_.lower_bound(path);
    return at != values_.end() && (at->first == path || at->first.starts_with(path + "/"));
  }
  Tensor read(const std::string& path) const override {
    return Tensor::of<float>({values_.at(path)}, {1, 1});
  }
  std::vector<std::string> names(const std::string&, const std::string&) const override {
    return {};
  }
  std::string text(const std::string&, const std::string&) const override { return ""; }
  std::string describe() const override { return "a map"; }

 private:
  std::map<std::string, float> values_;
};

Model two_layers() {
  const KerasTensor x = Input({1});
  const layers::Dense first(1, {.use_bias = false}), second(1, {.use_bias = false});
  return Model(x, second(layers::Activation("linear")(first(x))));
}

TEST(LoadKeras3, NumbersLayersOfAClass) {
  const Model model = two_layers();
  load_weights(model, MapSource({{"layers/dense/vars/0", 2}, {"layers/dense_1/vars/0", 3}}));
  EXPECT_EQ(model.predict(Tensor::of<float>({1}, {1, 1})).item<float>(), 6);
}

// Functional models of Keras 2.12 and 2.13: each layer with weights counts twice.
TEST(LoadKeras3, NumbersOfCheckpointDependencies) {
  const Model model = two_layers();
  const std::string root = "_layer_checkpoint_dependencies/";
  load_weights(model, MapSource({{root + "dense/vars/0", 2}, {root + "dense_2/vars/0", 5}}));
  EXPECT_EQ(model.predict(Tensor::of<float>({1}, {1, 1})).item<float>(), 10);
  EXPECT_THROW(load_weights(model, MapSource({{root + "dense/vars/0", 2}})), InvalidArgumentError);
}

}  // namespace
}  // namespace rill::keras
