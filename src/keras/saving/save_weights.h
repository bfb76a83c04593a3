// The weights of a model as each generation of Keras lays them out.
#pragma once

#include <optional>
#include <string>

#include "keras/saving/training_state.h"
#include "keras/saving/weight_sink.h"

namespace rill::keras {

// .weights.h5 and the member model.weights.h5 of .keras: layers/NAME/vars/N
// (keras/src/saving/saving_lib.py; tf_keras/src/saving/saving_lib.py finds parts of some layers
// under private names alone). Throws FAILED_PRECONDITION for a model without weights yet.
void save_keras3_weights(const ModelLayer& model, WeightSink& sink,
                         const TrainingState* training = nullptr, bool keras2 = false);

// metrics/CLASS/vars/N beside them: load_weights() of tf_keras wants the variables of the metrics
// of a model that was trained. They begin anew with each epoch.
void save_keras2_metrics(const TrainingState& training, WeightSink& sink);

// A group of .h5: a group a layer with weight_names, and layer_names, backend, keras_version
// (keras/src/legacy/saving/legacy_h5_format.py; Keras 2 ends names of weights with ":0"). `root`
// is "model_weights", or "" for a file of weights alone.
void save_legacy_weights(const ModelLayer& model, WeightSink& sink, const std::string& root,
                         bool keras2);
// optimizer_weights beside it: the optimizer's variables with their names.
void save_legacy_optimizer(const std::vector<std::pair<std::string, Tensor>>& variables,
                           WeightSink& sink);

// What the files say wrote them.
inline constexpr const char* kKeras2Version = "2.15.0";
inline constexpr const char* kKeras3Version = "3.15.1";

}  // namespace rill::keras
