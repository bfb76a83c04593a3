// What stands behind a Model: a layer made of layers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "codec/json.h"
#include "function/traced.h"
#include "keras/core/config.h"
#include "keras/core/generation.h"
#include "keras/core/node.h"
#include "rill/keras/model.hpp"

namespace rill::keras {

class InputLayer;
class Trainer;
class WeightSource;

// What a file says of training: kept as text until somebody compiles the model with it.
struct SavedTraining {
  std::string config;  // JSON: compile_config of Keras 3, training_config of Keras 1 and 2
  std::shared_ptr<const WeightSource>
      weights;  // the optimizer's variables are in here; may be null
  std::string keras_version;
  enum class From : uint8_t { archive, hdf5, saved_model } from = From::archive;
};

// What a model lives in, and who must know of its runs (a session).
class RunGuard {
 public:
  virtual ~RunGuard();
  // Throws when the model may not run any more. What it returns is held during the run.
  virtual std::shared_ptr<void> enter() = 0;
  // `held` is what enter() returned.
  virtual void leave(void* held) noexcept = 0;
};

// One run under a guard; null: none.
class GuardedRun {
 public:
  explicit GuardedRun(RunGuard* guard) : guard_(guard) {
    if (guard_ != nullptr) held_ = guard_->enter();
  }
  GuardedRun(const GuardedRun&) = delete;
  GuardedRun& operator=(const GuardedRun&) = delete;
  ~GuardedRun() {
    if (guard_ != nullptr) guard_->leave(held_.get());
  }

 private:
  RunGuard* guard_;
  std::shared_ptr<void> held_;
};

class ModelLayer : public Layer, public WritesItself {
 public:
  // {"module", "class_name", "config", ...}.
  Json to_json() const override;
  bool autocast() const override { return false; }
  bool delegates() const override { return true; }
  bool supports_masking() const override { return true; }
  // Keras 2: of each layer that is no model those that are trained, then the others.
  std::vector<Value> weights() const override;

  virtual std::vector<KerasTensor> inputs() const = 0;
  virtual std::vector<KerasTensor> outputs() const = 0;
  virtual std::vector<std::string> input_names() const = 0;
  virtual std::vector<std::string> output_names() const = 0;
  // What that Keras calls the outputs in the signature of a SavedModel; none: it numbers them.
  virtual std::vector<std::string> signature_outputs(Generation writer) const;
  // With input layers: what a config lists.
  virtual std::vector<std::shared_ptr<Layer>> all_layers() const { return layers(); }
  virtual bool is_sequential() const { return false; }
  // The config beyond name, trainable and dtype.
  virtual void write_graph(Json& config) const = 0;

  std::vector<Tensor> run(std::vector<Tensor> inputs);
  void run_into(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  // Call it when layers were added.
  void forget_traces();

  void set_guard(std::unique_ptr<RunGuard> guard) { guard_ = std::move(guard); }
  RunGuard* guard() const { return guard_.get(); }
  // What whoever looks at the model should know of how it was loaded; mostly nothing.
  void set_note(std::string note) { note_ = std::move(note); }
  const std::string& note() const { return note_; }
  // Of the file that it came from.
  void set_generation(Generation generation) { generation_ = generation; }
  Generation generation() const { return generation_; }

  // What compile() made of it; null before.
  const std::shared_ptr<Trainer>& trainer() const { return trainer_; }
  void set_trainer(std::shared_ptr<Trainer> trainer) {
    trainer_ = std::move(trainer);
    compiled_ = true;
  }
  // Held alone by a training step and shared by the predictions of a compiled model: these see the
  // weights between two whole steps.
  std::shared_mutex& step_mutex() { return step_mutex_; }
  void keep_training(SavedTraining training) { training_ = std::move(training); }
  void forget_training() { training_.reset(); }
  const std::optional<SavedTraining>& saved_training() const { return training_; }

 private:
  // Models that nobody trains run without a lock.
  std::shared_lock<std::shared_mutex> between_steps() {
    return compiled_ ? std::shared_lock(step_mutex_) : std::shared_lock<std::shared_mutex>();
  }
  Traced& traced();
  std::mutex mutex_;
  std::shared_mutex step_mutex_;
  std::atomic<bool> compiled_ = false;
  std::unique_ptr<Traced> traced_;
  std::unique_ptr<RunGuard> guard_;
  std::string note_;
  Generation generation_ = Generation::keras3;
  std::optional<SavedTraining> training_;
  std::shared_ptr<Trainer> trainer_;
};

// What the optimizer keeps; of a file's, once Keras 3 has loaded it. Nothing for a model without
// training settings, an optimizer that no step has built yet, and one of Keras 2.
std::optional<std::vector<Value>> optimizer_variables(const ModelLayer& model);

// Layers wired by calls on placeholders. Immutable.
class FunctionalLayer final : public ModelLayer {
 public:
  // Throws INVALID_ARGUMENT when an output does not depend on the inputs only, or names clash.
  FunctionalLayer(std::vector<KerasTensor> inputs, std::vector<KerasTensor> outputs);

  std::vector<KerasTensor> inputs() const override { return inputs_; }
  std::vector<KerasTensor> outputs() const override { return outputs_; }
  std::vector<std::string> input_names() const override;
  std::vector<std::string> output_names() const override;
  std::vector<std::string> signature_outputs(Generation writer) const override;
  std::vector<std::shared_ptr<Layer>> layers() const override { return layers_; }
  Values call(const Values& inputs, const CallContext& context) override;
  Values compute_mask(const Values&, std::span<const Value>) override { return {}; }
  void write_graph(Json& config) const override;

  // Calls that belong to the model, inputs first, and by depth (the deepest first).
  const std::vector<std::shared_ptr<Node>>& nodes() const { return nodes_; }
  const std::vector<std::vector<std::shared_ptr<Node>>>& nodes_by_depth() const {
    return by_depth_;
  }
  // Calls on the way to these tensors belong to the model, too, behind all others: they run only
  // while losses are collected, which they are there for.
  void attach(const std::vector<KerasTensor>& ends);
  // Lists and names of outputs as the file had them (Keras 3 keeps dictionaries).
  void set_output_names(std::vector<std::string> names) { given_output_names_ = std::move(names); }
  void set_input_names(std::vector<std::string> names) { given_input_names_ = std::move(names); }
  // Of a model that a signature became: it goes by these names alone.
  void set_signature_outputs(std::vector<std::string> names);
  // The lists and dictionaries in which the model takes and gives its tensors, each a number in its
  // place; null: a list, or one tensor by itself.
  void set_structures(Json inputs, Json outputs) {
    input_structure_ = std::move(inputs);
    output_structure_ = std::move(outputs);
  }
  const Json& input_structure() const { return input_structure_; }
  const Json& output_structure() const { return output_structure_; }

 private:
  Value fitted(size_t input, Value x) const;
  void check_connected() const;

  std::vector<KerasTensor> inputs_;
  std::vector<KerasTensor> outputs_;
  std::vector<std::shared_ptr<Node>> nodes_;
  size_t attached_ = 0;  // how many of them, at the end, attach() has added
  std::vector<std::vector<std::shared_ptr<Node>>> by_depth_;
  std::vector<std::shared_ptr<Layer>> layers_;
  std::vector<std::string> given_output_names_;
  std::vector<std::string> given_input_names_;
  std::vector<std::string> signature_outputs_;
  Json input_structure_;
  Json output_structure_;
};

// A chain. It becomes a FunctionalLayer as soon as the shape of the input is known.
class SequentialLayer final : public ModelLayer {
 public:
  SequentialLayer() { set_class_name("Sequential"); }
  void add(std::shared_ptr<Layer> layer);
  void start(const Shape& batch_shape, DType dtype);

  bool is_sequential() const override { return true; }
  std::vector<KerasTensor> inputs() const override;
  std::vector<KerasTensor> outputs() const override;
  std::vector<std::string> input_names() const override;
  std::vector<std::string> output_names() const override;
  std::vector<std::shared_ptr<Layer>> layers() const override { return layers_; }
  std::vector<std::shared_ptr<Layer>> all_layers() const override;
  void build(const std::vector<Shape>& inputs) override;
  Values call(const Values& inputs, const CallContext& context) override;
  Values compute_mask(const Values&, std::span<const Value>) override { return {}; }
  void write_graph(Json& config) const override;
  // Null until the shape of the input is known.
  std::shared_ptr<FunctionalLayer> functional() const;

 private:
  std::vector<std::shared_ptr<Layer>> layers_;
  std::shared_ptr<InputLayer> input_;
  KerasTensor head_;
  std::vector<KerasTensor> tail_;
  mutable std::mutex functional_mutex_;
  mutable std::shared_ptr<FunctionalLayer> functional_;
};

}  // namespace rill::keras
