// A training loop of one's own, as the notes of its cases describe it: ten steps on the whole
// batch, by the gradient of a vector of losses.
#include "case.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/function.hpp"
#include "rill/keras.hpp"

namespace rill::conformance {

void run_custom_loop(const Pack& pack, const Json& test, Answer& answer) {
  const Json& step_case = test.at("steps").at(size_t{0});
  const auto& feeds = step_case.at("feeds").as_array();
  const Tensor x = feed_value(pack, feeds.at(0));
  const Tensor y = feed_value(pack, feeds.at(1));
  const Shape input{x.dim(1)};
  keras::layers::DenseOptions options;
  options.input_shape = input;
  const keras::Sequential model{keras::layers::Dense(y.dim(1), options)};
  model.load_weights(file_of(pack, test.at("artefact")));
  keras::CompileOptions compile;
  compile.optimizer = keras::optimizers::SGD({.learning_rate = 0.01});
  model.compile(compile);
  const auto step = function([&](const Tensor& inputs, const Tensor& targets) {
    Tape tape;
    const Tensor loss = keras::losses::mse(targets, model(inputs));
    const Values gradients = tape.gradient(loss, model.trainable_variables());
    model.optimizer().apply_gradients(gradients, model.trainable_variables());
    return loss;
  });
  std::vector<Tensor> losses;
  for (int i = 0; i < 10; ++i) losses.push_back(step(x, y));
  const std::vector<Tensor> weights = model.get_weights();
  for (const Json& fetch : step_case.at("fetches").as_array()) {
    const std::string name = fetch.at("tensor").as_string();
    if (name == "loss/first") {
      answer.put(fetch, losses.front());
    } else if (name == "loss/last") {
      answer.put(fetch, losses.back());
    } else {
      answer.put(fetch, weights.at(static_cast<size_t>(std::stoul(name.substr(7)))));
    }
  }
}

}  // namespace rill::conformance
