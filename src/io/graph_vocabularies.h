// Vocabularies that no file holds: Keras 2 of TensorFlow 2.7 and later keeps them as the constants
// that fill a table of the graph.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "formats/saved_model/keras_metadata.h"
#include "formats/saved_model/saved_model.h"
#include "rill/keras/layer.hpp"

namespace rill::io {

// Gives the layers of `model` that still want a vocabulary what their tables hold once the
// SavedModel at `path` has filled them. Throws INVALID_ARGUMENT for a layer without a table, and
// what SavedModel::load() throws; a model whose layers want nothing opens no session.
void fill_vocabularies(const keras::Layer& model, const std::string& path,
                       const std::set<std::string>& tags, const formats::SavedModel& file,
                       const std::vector<formats::KerasNode>& nodes);

}  // namespace rill::io
