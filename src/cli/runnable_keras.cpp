#include <algorithm>

#include "base/fail.h"
#include "cli/runnable.h"
#include "keras/core/naming.h"
#include "rill/keras.hpp"

namespace rill::cli {
namespace {

class KerasRunnable final : public Runnable {
 public:
  KerasRunnable(rill::keras::Model model, int64_t batch)
      : model_(std::move(model)), names_(model_.input_names()) {
    if (batch > 0) options_.batch_size = batch;
  }

  std::vector<Port> inputs() const override {
    std::vector<Port> ports;
    const auto tensors = model_.inputs();
    for (size_t i = 0; i < tensors.size(); ++i) {
      ports.push_back({names_[i], "", tensors[i].dtype(), tensors[i].shape()});
    }
    return ports;
  }

  Port find_input(const std::string& name) const override {
    std::string list;
    for (const Port& port : inputs()) {
      if (port.key == name) return port;
      list += (list.empty() ? "" : ", ") + quoted(port.key);
    }
    fail(Code::not_found, "no input ", quoted(name), "; the inputs are ", list,
         did_you_mean(name, names_));
  }

  NamedValues run(const std::map<std::string, Tensor>& feeds,
                  const std::vector<std::string>& fetches) override {
    std::vector<Tensor> given;
    std::string missing;
    for (const Port& port : inputs()) {
      const auto found = feeds.find(port.key);
      if (found != feeds.end()) {
        given.push_back(found->second);
      } else {
        missing += str(missing.empty() ? "" : ", ", quoted(port.key), " (", port.dtype, " ",
                       port.shape.to_string(), ")");
      }
    }
    if (!missing.empty()) {
      fail(Code::invalid_argument, "no value is given for the input ", missing);
    }
    const std::vector<std::string> names = rill::keras::told_apart(model_.output_names());
    std::vector<size_t> wanted;
    for (const std::string& fetch : fetches) {
      const auto found = std::find(names.begin(), names.end(), fetch);
      if (found == names.end()) {
        fail(Code::not_found, "no output ", quoted(fetch), did_you_mean(fetch, names));
      }
      wanted.push_back(static_cast<size_t>(found - names.begin()));
    }
    std::vector<Tensor> values = model_.predict(given, options_);
    NamedValues out;
    if (fetches.empty()) {
      for (size_t i = 0; i < values.size(); ++i) {
        out.emplace_back(i < names.size() ? names[i] : str("output_", i), std::move(values[i]));
      }
    }
    for (const size_t i : wanted) out.emplace_back(names[i], values[i]);
    return out;
  }

 private:
  rill::keras::Model model_;
  std::vector<std::string> names_;
  rill::keras::PredictOptions options_;
};

}  // namespace

std::unique_ptr<Runnable> open_keras(const Arguments& arguments, formats::FileKind kind) {
  if (kind == formats::FileKind::keras_json && arguments.checkpoint.empty()) {
    fail(Code::failed_precondition, arguments.file,
         ": is the architecture of a Keras model, without weights; give them with --checkpoint");
  }
  rill::keras::Model model = kind == formats::FileKind::keras_json
                                 ? rill::keras::model_from_json_file(arguments.file)
                                 : rill::keras::load_model(arguments.file);
  if (!arguments.checkpoint.empty()) rill::keras::load_weights(model, arguments.checkpoint);
  return std::make_unique<KerasRunnable>(std::move(model), arguments.batch);
}

}  // namespace rill::cli
