#include <algorithm>

#include "base/fail.h"
#include "io/revived_layer.h"
#include "keras/core/node.h"

namespace rill::io {
namespace {

using Kind = formats::StructuredValue::Kind;

// Weights of the layers come first, then those of the model itself.
class RevivedModel final : public keras::ModelLayer, public GraphLayer {
 public:
  RevivedModel(std::shared_ptr<RevivedLayer> root, const std::vector<std::string>& served_names)
      : root_(std::move(root)) {
    set_class_name(root_->class_name());
    set_name(root_->name());
    set_generation(keras::Generation::keras2);
    set_built();
    for (const auto& [attribute, layer] : root_->sublayers()) {
      layers_.push_back(layer);
      add_sublayer(attribute, layer);
    }
    add_sublayer("call", root_);
    const Revival::Calls& calls = root_->calls();
    const size_t wanted = calls.plain.inputs.size();
    const bool served = served_names.size() == wanted;
    for (size_t i = 0; i < wanted; ++i) {
      const formats::StructuredValue& spec = calls.plain.inputs[i];
      keras::InputOptions input;
      input.name = served ? served_names[i] : spec.text;
      input.dtype = std::string(dtype_name(spec.dtype));
      input.batch_shape = spec.shape;
      inputs_.push_back(keras::Input(Shape(), input));
    }
    const size_t count = inputs_.size();
    outputs_ = root_->record(inputs_, keras::CallSpec::of_inputs(count, count > 1));
    // tf_keras/src/engine/compile_utils.py create_pseudo_output_names()
    if (calls.result.kind == Kind::dict) keys_ = calls.result.keys;
    std::sort(keys_.begin(), keys_.end());
    if (keys_.size() != outputs_.size()) keys_.clear();
  }

  std::vector<keras::KerasTensor> inputs() const override { return inputs_; }
  std::vector<keras::KerasTensor> outputs() const override { return outputs_; }
  std::vector<std::string> input_names() const override {
    std::vector<std::string> out;
    for (const keras::KerasTensor& x : inputs_) out.push_back(x.node()->layer->name());
    return out;
  }
  std::vector<std::string> output_names() const override {
    std::vector<std::string> out = keys_;
    while (out.size() < outputs_.size()) out.push_back(str("output_", out.size() + 1));
    return out;
  }
  std::vector<std::string> signature_outputs(keras::Generation writer) const override {
    return writer == keras::Generation::keras2 ? output_names() : keys_;
  }
  std::vector<std::shared_ptr<Layer>> layers() const override { return layers_; }
  std::vector<Value> weights() const override { return Layer::weights(); }
  Values call(const Values& inputs, const keras::CallContext& context) override {
    return root_->apply(inputs, context).outputs;
  }
  Values compute_mask(const Values&, std::span<const Value>) override { return {}; }
  void write_graph(Json&) const override { require_configs(*this); }

 private:
  std::shared_ptr<RevivedLayer> root_;
  std::vector<std::shared_ptr<Layer>> layers_;
  std::vector<keras::KerasTensor> inputs_, outputs_;
  std::vector<std::string> keys_;  // of a dictionary of outputs
};

}  // namespace

std::shared_ptr<keras::ModelLayer> revived_model(const std::shared_ptr<Revival>& revival) {
  const Json* json = revival->metadata_of(0);
  if (json == nullptr) fail(Code::data_loss, "the SavedModel's root is no model");
  auto root = std::make_shared<RevivedLayer>(revival, 0);
  root->set_class_name(json->value<std::string>("class_name", "Model"));
  root->set_name(json->value<std::string>("name", "model"));
  root->ensure_built({});
  if (root->calls().plain.name.empty()) {
    fail(Code::unimplemented, "the SavedModel cannot stand for model ", quoted(root->name()), ": ",
         root->calls().why);
  }
  return std::make_shared<RevivedModel>(std::move(root), revival->served_names());
}

}  // namespace rill::io
