// Kinds that open Keras models.
#include "case.h"
#include "formats/hdf5/h5_file.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/operators.hpp"

namespace rill::conformance {
namespace {

// The custom objects of the packs, as their notes describe them.
class ScaleShift final : public keras::Layer {
 public:
  void visit_config(keras::ConfigVisitor& visitor) override {
    visitor("units", units_);
    visitor("scale", scale_);
  }
  void build(const Shape& input) override {
    w_ = add_weight("w", Shape{input[input.rank() - 1], units_});
    b_ = add_weight("b", Shape{units_});
  }
  Tensor call(const Tensor& x, bool) override {
    return ops::matmul(x, w_) * static_cast<float>(scale_) + b_;
  }

 private:
  int64_t units_ = 2;
  double scale_ = 2.0;
  Value w_, b_;
};

struct Twice final : public keras::Layer {
  Tensor call(const Tensor& x, bool) override { return x * 2.0f; }
};

}  // namespace

keras::Model load_keras_model(const Pack& pack, const Json& test) {
  const Json& artefact = test.at("artefact");
  keras::CustomObjects custom;
  custom.layer<ScaleShift>("ScaleShift").layer<Twice>("Twice");
  if (test.contains("custom_objects")) custom.layer<Twice>("MyCustomLayer");
  if (artefact.at("type").as_string() != "weights_h5") {
    return keras::load_model(file_of(pack, artefact), custom);
  }
  const keras::Model model =
      keras::model_from_json_file(file_of(pack, artefact, "architecture"), custom);
  keras::load_weights(model, file_of(pack, artefact));
  return model;
}

namespace {

bool is_keras2(const Pack& pack, const Json& test) {
  const std::string flavour = test.value<std::string>("flavour", "");
  if (!flavour.empty()) return flavour == "k2";
  return pack.folder.string().find("k2") != std::string::npos;
}

void put_summary(const Pack& pack, const Json& test, const keras::Model& model, Answer& answer) {
  keras::SummaryOptions options;
  options.style = is_keras2(pack, test) ? "keras2" : "keras3";
  options.line_length = 80;
  answer.result.set("summary", model.summary_text(options));
  answer.result.set("total_params", model.count_params());
  Json weights = Json::array();
  for (const Value& weight : model.weights()) {
    Json shape = Json::array();
    for (const int64_t d : weight.shape()) shape.push_back(d);
    Json item = Json::object();
    item.set("shape", std::move(shape));
    weights.push_back(std::move(item));
  }
  const auto complain = [](const std::string& what) { throw InternalError(what); };
  if (const Json* expected = test.find("weights")) {
    if (expected->size() != weights.size()) complain("the number of weights differs");
    for (size_t i = 0; i < weights.size(); ++i) {
      if (!(expected->at(i).at("shape") == weights.at(i).at("shape"))) {
        complain("weight " + expected->at(i).at("name").as_string() + " has another shape");
      }
    }
  }
  if (const Json* expected = test.find("total_params")) {
    if (expected->as_int() != model.count_params()) complain("total_params differs");
  }
  answer.result.set("weights", std::move(weights));
  answer.result.set("config", Json::parse(model.to_json()));
}

}  // namespace

void run_keras_load(const Pack& pack, const Json& test, Answer&) {
  keras::load_model(file_of(pack, test.at("artefact")));
}

void run_keras_predict(const Pack& pack, const Json& test, Answer& answer) {
  if (test.at("artefact").at("type").as_string() == "savedmodel") {
    return run_signature(pack, test, answer);
  }
  const keras::Model model = load_keras_model(pack, test);
  const Json& step = test.at("steps").at(size_t{0});
  std::vector<Tensor> inputs;
  for (const Json& feed : step.at("feeds").as_array()) {
    inputs.push_back(feed_value(pack, feed));
  }
  keras::PredictOptions options;
  options.batch_size = 64;
  const std::vector<Tensor> outputs = model.predict(inputs, options);
  const auto& fetches = step.at("fetches").as_array();
  if (outputs.size() != fetches.size()) throw InternalError("the number of outputs differs");
  for (size_t i = 0; i < outputs.size(); ++i) answer.put(fetches[i], outputs[i]);
  if (test.contains("summary")) put_summary(pack, test, model, answer);
}

void run_keras_summary(const Pack& pack, const Json& test, Answer& answer) {
  put_summary(pack, test, load_keras_model(pack, test), answer);
}

// Data sets named "layer|weight", where weight is as in the group's weight_names.
void run_h5_weights(const Pack& pack, const Json& test, Answer& answer) {
  const auto file = formats::H5File::open(file_of(pack, test.at("artefact")));
  const std::string root = file->exists("model_weights") ? "model_weights/" : "";
  for (const Json& fetch : test.at("steps").at(size_t{0}).at("fetches").as_array()) {
    std::string path = fetch.at("tensor").as_string();
    if (const size_t bar = path.find('|'); bar != std::string::npos) path[bar] = '/';
    answer.put(fetch, file->read(root + path));
  }
}

}  // namespace rill::conformance
