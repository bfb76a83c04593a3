// Models: graphs of layers that predict, train and are saved.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rill/keras/layer.hpp"

namespace rill {
class Dataset;
}

namespace rill::keras {

class Batches;
class Callback;
struct CompileOptions;
struct EvaluateOptions;
struct Examples;
struct FitOptions;
struct History;
class ModelLayer;
class Optimizer;
struct SaveOptions;
struct WeightsOptions;

struct PredictOptions {
  int64_t batch_size = 32;  // a data set has its own
  int verbose = 0;
  std::optional<int64_t> steps = {};  // no more than so many batches
  std::vector<std::shared_ptr<Callback>> callbacks = {};
};

struct SummaryOptions {
  std::string style = "keras3";  // keras3, keras2, plain, markdown
  std::optional<int> line_length = {};
  std::vector<double> positions = {};
  bool expand_nested = false;
  bool show_trainable = false;
  // Called with the text; none: standard output.
  std::function<void(const std::string&)> print_fn = {};
};

struct ModelOptions {
  std::string name = {};
  bool trainable = true;
};

// A value handle: copies are the same model. It is a layer, too: call it on placeholders to nest
// it.
class RILL_API Model : public LayerPtr {
 public:
  Model() = default;
  Model(const KerasTensor& input, const KerasTensor& output, const ModelOptions& options = {});
  Model(const std::vector<KerasTensor>& inputs, const std::vector<KerasTensor>& outputs,
        const ModelOptions& options = {});
  explicit Model(std::shared_ptr<ModelLayer> impl);

  const std::string& name() const;
  std::vector<KerasTensor> inputs() const;
  std::vector<KerasTensor> outputs() const;
  std::vector<std::string> input_names() const;
  std::vector<std::string> output_names() const;

  // In batches; the last one may be smaller. Compiled once for each set of dtypes and shapes.
  // Throws INVALID_ARGUMENT when count or shapes of the inputs do not fit, or when the model has
  // several outputs (then use the forms that give a list).
  Tensor predict(const Tensor& x, const PredictOptions& options = {}) const;
  std::vector<Tensor> predict(const std::vector<Tensor>& inputs,
                              const PredictOptions& options = {}) const;
  // By name: {{"a", x}, {"b", y}}, or a map.
  std::vector<Tensor> predict(std::initializer_list<std::pair<const std::string, Tensor>> inputs,
                              const PredictOptions& options = {}) const {
    return predict_named(inputs, options);
  }
  // A template, so that {x, y} is a list.
  template <typename Map>
  requires(std::is_same_v<Map, std::map<std::string, Tensor>>) std::vector<Tensor> predict(
      const Map& inputs, const PredictOptions& options = {})
  const { return predict_named(inputs, options); }
  // For loops that may not wait: results go to the memory of `out`, whose dtype and shape must
  // fit. False when something is wrong; predict() on the same input says what.
  bool predict_into(const Tensor& in, Tensor& out) const noexcept;

  // -- Training (rill/keras/training.hpp). --------------------------------------------------------
  void compile(const CompileOptions& options) const;
  bool compiled() const;
  // Each step (forward, loss, gradients, update, metrics) is traced once and runs as one program,
  // planned for each batch size. All throw FAILED_PRECONDITION for a model that was not compiled,
  // INVALID_ARGUMENT for data that does not fit.
  History fit(const Batches& x, const Batches& y) const;
  History fit(const Batches& x, const Batches& y, const FitOptions& options) const;
  History fit(const std::function<bool(Examples& batch)>& batches, const FitOptions& options) const;
  // Each element is a batch: the inputs, then the targets, then weights of the samples, if any. An
  // epoch is a pass, or steps_per_epoch elements; the next epoch goes on where that one stopped.
  // Throws INVALID_ARGUMENT for a data set that does not end, unless steps_per_epoch is given.
  History fit(const Dataset& batches) const;
  History fit(const Dataset& batches, const FitOptions& options) const;
  std::vector<std::pair<std::string, double>> evaluate(const Dataset& batches) const;
  std::vector<std::pair<std::string, double>> evaluate(const Dataset& batches,
                                                       const EvaluateOptions& options) const;
  // The outputs for all batches, joined. Components beside the inputs are not looked at. Throws
  // INVALID_ARGUMENT for a data set that is empty, or does not end and has no steps.
  std::vector<Tensor> predict(const Dataset& batches, const PredictOptions& options = {}) const;
  // The loss and the metrics by name.
  std::vector<std::pair<std::string, double>> evaluate(const Batches& x, const Batches& y) const;
  std::vector<std::pair<std::string, double>> evaluate(const Batches& x, const Batches& y,
                                                       const EvaluateOptions& options) const;
  // One batch; metrics go on from the last call until reset_metrics().
  std::vector<std::pair<std::string, double>> train_on_batch(const Batches& x,
                                                             const Batches& y) const;
  std::vector<std::pair<std::string, double>> train_on_batch(const Examples& batch) const;
  std::vector<std::pair<std::string, double>> test_on_batch(const Batches& x,
                                                            const Batches& y) const;
  std::vector<std::pair<std::string, double>> test_on_batch(const Examples& batch) const;
  std::vector<Tensor> predict_on_batch(const std::vector<Tensor>& inputs) const;
  void reset_metrics() const;
  Optimizer& optimizer() const;
  // Instead of the built-in step: gives named scalars.
  void set_train_step(
      const std::function<std::vector<std::pair<std::string, Value>>(
          const Values& x, const Values& y, const Value& sample_weight)>& step) const;

  std::vector<LayerPtr> layers() const;
  // Throws NOT_FOUND with the nearest name.
  LayerPtr get_layer(const std::string& name) const;
  LayerPtr get_layer(int index) const;
  std::vector<Value> weights() const;
  std::vector<Value> trainable_weights() const;
  std::vector<Value> non_trainable_weights() const;
  std::vector<Value> trainable_variables() const { return trainable_weights(); }
  int64_t count_params() const;
  std::vector<Tensor> get_weights() const;
  void set_weights(const std::vector<Tensor>& values) const;
  // Keeps the kernels of Dense, EinsumDense (in attentions as well), Embedding and
  // ReversibleEmbedding in few bits; layers of other classes stay as they are. `mode`: "int8";
  // "int4", which is "int4/128"; "int4/BLOCK" (-1: a scale a column); "float8" (no embeddings).
  // Throws INVALID_ARGUMENT for another mode, FAILED_PRECONDITION for a layer that is quantised
  // already or not built, and for a compiled model: compile it again behind.
  void quantize(const std::string& mode) const;

  void summary(const SummaryOptions& options = {}) const;
  std::string summary_text(const SummaryOptions& options = {}) const;
  // The config as Keras 3 writes it.
  std::string to_json() const;

  // See rill/keras/saving.hpp: the ending of the path says the format.
  void save(const std::filesystem::path& path) const;
  void save(const std::filesystem::path& path, const SaveOptions& options) const;
  void export_saved_model(const std::filesystem::path& path) const;
  void save_weights(const std::filesystem::path& path) const;
  void save_weights(const std::filesystem::path& path, const SaveOptions& options) const;
  void load_weights(const std::filesystem::path& path) const;
  void load_weights(const std::filesystem::path& path, const WeightsOptions& options) const;

  const std::shared_ptr<ModelLayer>& impl() const { return impl_; }

 private:
  std::vector<Tensor> predict_named(const std::map<std::string, Tensor>& inputs,
                                    const PredictOptions& options) const;

 protected:
  std::shared_ptr<ModelLayer> impl_;
};

class RILL_API Sequential : public Model {
 public:
  Sequential();
  Sequential(std::initializer_list<LayerPtr> layers, const ModelOptions& options = {});
  explicit Sequential(const std::vector<LayerPtr>& layers, const ModelOptions& options = {});
  // Throws INVALID_ARGUMENT when the layer does not fit behind the last one.
  void add(const LayerPtr& layer) const;
  // Builds a model that has no input layer; the shape is with the batch.
  void build(const Shape& input_shape) const;
};

}  // namespace rill::keras
