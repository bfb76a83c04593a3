// What a file says of training, of a model that was loaded and not compiled.
#include "keras/saving/training_state.h"

#include <gtest/gtest.h>

#include "keras/saving/weight_source.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// The numbered variables of an optimizer, as archives and checkpoints have them.
class Numbered final : public WeightSource {
 public:
  explicit Numbered(std::vector<Tensor> values) : values_(std::move(values)) {}
  bool contains(const std::string& path) const override { return index_of(path) < values_.size(); }
  Tensor read(const std::string& path) const override { return values_.at(index_of(path)); }
  std::vector<std::string> names(const std::string&, const std::string&) const override {
    return {};
  }
  std::string text(const std::string&, const std::string&) const override { return ""; }
  std::string describe() const override { return "numbered"; }

 private:
  static size_t index_of(const std::string& path) {
    const std::string head = "optimizer/vars/";
    return path.starts_with(head) ? std::stoul(path.substr(head.size())) : 1000;
  }
  std::vector<Tensor> values_;
};

TrainingState state_of(const std::string& config, std::vector<Tensor> values) {
  clear_session();
  const Sequential model{layers::Dense(1, {.use_bias = false, .input_shape = Shape{2}})};
  model.impl()->keep_training({config, std::make_shared<Numbered>(std::move(values)), "2.15.0",
                               SavedTraining::From::archive});
  return training_state(*model.impl()).value();
}

std::vector<std::string> names_of(const TrainingState& state) {
  std::vector<std::string> out;
  for (const auto& [name, value] : state.optimizer) out.push_back(name);
  return out;
}

Tensor kernel() { return Tensor::of<float>({1, 2}, {2, 1}); }

// The rate is no variable in tf_keras' list, and none where it has a schedule.
TEST(TrainingState, NamesTheVariablesOfTheOptimizer) {
  const Tensor steps = Tensor::scalar(int64_t{3});
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of(state_of(R"({"optimizer": {"class_name": "SGD", "config": {"name": "SGD",
                "momentum": 0.5, "is_legacy_optimizer": false}}, "loss": "mse"})",
                              {steps, kernel()})),
            (Names{"iteration", "m/dense/kernel"}));
  EXPECT_EQ(names_of(state_of(R"({"optimizer": {"class_name": "SGD", "config": {"name": "SGD",
                "momentum": 0.5, "decay": 0.0}}, "loss": "mse"})",
                              {steps, kernel()})),
            (Names{"SGD/iter", "SGD/dense/kernel/momentum"}));
}

// tf_keras takes a schedule whose number is a layer's for that layer.
TEST(TrainingState, LeavesOutTheNumbersOfObjects) {
  const std::string config =
      state_of(R"({"optimizer_config": {"class_name": "SGD", "config": {"name": "SGD",
          "is_legacy_optimizer": false, "learning_rate": {"class_name": "ExponentialDecay",
          "config": {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5},
          "shared_object_id": 4}}}, "loss": "mse",
          "metrics": [[{"class_name": "MeanAbsoluteError", "config": {"name": "mae"},
                        "shared_object_id": 5}]]})",
               {})
          .config.dump();
  EXPECT_NE(config.find("ExponentialDecay"), std::string::npos) << config;
  EXPECT_EQ(config.find("shared_object_id"), std::string::npos) << config;
}

TEST(TrainingState, ArchivesTellLegacyOptimizersByTheirModule) {
  for (const bool legacy : {true, false}) {
    const std::string own = legacy ? R"("decay": 0.0)" : R"("is_legacy_optimizer": false)";
    const TrainingState state =
        state_of(R"({"optimizer_config": {"class_name": "SGD", "config": {"name": "SGD", )" + own +
                     R"(}}, "loss": "mse"})",
                 {});
    EXPECT_EQ(keras2_compile_config(state.config).at("optimizer").at("module").as_string(),
              legacy ? "keras.optimizers.legacy" : "keras.optimizers");
  }
}

}  // namespace
}  // namespace rill::keras
