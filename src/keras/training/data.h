// Where the batches of an epoch come from.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "keras/training/trainer.h"

namespace rill::keras {

class BatchSource {
 public:
  virtual ~BatchSource();
  virtual void start_epoch() = 0;
  // False at the end. The tensors are good until the next call.
  virtual bool next(Batch& batch) = 0;
  // Batches of an epoch, when that is known.
  virtual std::optional<int64_t> steps() const = 0;
};

// Tensors in the order of the model's inputs or outputs. Throws INVALID_ARGUMENT for a name that
// the model does not have, or one that is not given.
Values in_order(const Batches& given, const std::vector<std::string>& names, const char* what);
Batch to_batch(const ModelLayer& model, const Examples& examples);
// Rows of all tensors; throws INVALID_ARGUMENT when they differ or there are none.
int64_t count_rows(const Batch& data);
Batch slice_rows(const Batch& data, int64_t begin, int64_t end);
// Weights of samples by the class of their target; empty: all alike. Sources:
// class_weight_to_sample_weights in keras/src/trainers/data_adapters/data_adapter_utils.py,
// _make_class_weight_map_fn in tf_keras/src/engine/data_adapter.py.
class ClassWeights {
 public:
  // Throws INVALID_ARGUMENT for classes that the generation does not take.
  ClassWeights(std::map<int64_t, double> weights, const TrainingHabits& habits);
  // Throws INVALID_ARGUMENT when the model has several targets, or the batch weights of its own
  // where the generation does not multiply them.
  void weigh(Batch& batch) const;

 private:
  Tensor weights_for(const Tensor& y) const;
  std::map<int64_t, double> weights_;
  bool multiplies_;
};

struct ArrayOptions {
  int64_t batch_size = 32;
  bool shuffle = false;
  bool one_generator = false;  // for the orders of all epochs, as in Keras 2
  int64_t passes = 1;          // that make one epoch
};
std::unique_ptr<BatchSource> array_source(Batch data, const ArrayOptions& options);
std::unique_ptr<BatchSource> generator_source(const ModelLayer& model, BatchGenerator generator,
                                              ClassWeights class_weights);
// Of batches. `steps`: how many elements will be asked for in an epoch, when that is given.
std::unique_ptr<BatchSource> dataset_source(const ModelLayer& model, const Dataset& batches,
                                            std::optional<ClassWeights> class_weights,
                                            std::optional<int64_t> steps);

}  // namespace rill::keras
