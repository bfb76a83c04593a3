// Training runs of Keras: history, evaluation, weights and predictions afterwards.
#include "case.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::conformance {
namespace {

keras::LossSpecs loss_of(const Json& json) {
  if (json.is_string()) return keras::LossSpecs(json.as_string());
  return keras::LossSpecs(keras::losses::from_json(json.dump()));
}

keras::MetricSpecs metrics_of(const Json& json) {
  keras::MetricSpecs out;
  for (const Json& item : json.as_array()) {
    if (item.is_string()) {
      out.emplace_back(item.as_string());
    } else {
      out.emplace_back(keras::metrics::from_json(item.dump()));
    }
  }
  return out;
}

}  // namespace

void run_keras_fit(const Pack& pack, const Json& test, Answer& answer) {
  const keras::Model model = load_keras_model(pack, test);
  const Json& step = test.at("steps").at(size_t{0});
  std::vector<Tensor> x, y;
  for (const Json& feed : step.at("feeds").as_array()) {
    const bool target = feed.at("tensor").as_string()[0] == 'y';
    (target ? y : x).push_back(feed_value(pack, feed));
  }
  keras::CompileOptions options;
  options.optimizer = keras::optimizer_from_json(test.at("optimizer").dump());
  options.loss = loss_of(test.at("loss"));
  options.metrics = metrics_of(test.at("metrics"));
  model.compile(options);
  const int64_t batch = test.at("batch_size").as_int();
  keras::FitOptions fit;
  fit.epochs = test.at("epochs").as_int();
  fit.batch_size = batch;
  fit.shuffle = false;
  fit.verbose = 0;
  const keras::History history = model.fit(x, y, fit);
  Json curves = Json::object();
  for (const auto& [name, values] : history.history) {
    Json list = Json::array();
    for (const double v : values) list.push_back(v);
    curves.set(name, std::move(list));
  }
  answer.result.set("history", std::move(curves));
  keras::EvaluateOptions evaluate;
  evaluate.batch_size = batch;
  evaluate.verbose = 0;
  Json results = Json::object();
  for (const auto& [name, value] : model.evaluate(x, y, evaluate)) results.set(name, value);
  answer.result.set("evaluate", std::move(results));

  keras::PredictOptions predict;
  predict.batch_size = batch;
  const std::vector<Tensor> outputs = model.predict(x, predict);
  const std::vector<Tensor> weights = model.get_weights();
  for (const Json& fetch : step.at("fetches").as_array()) {
    const std::string name = fetch.at("tensor").as_string();
    const auto number = static_cast<size_t>(std::stoul(name.substr(name.find('/') + 1)));
    answer.put(fetch, name[0] == 'w' ? weights.at(number) : outputs.at(number));
  }
}

}  // namespace rill::conformance
