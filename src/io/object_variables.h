// The variables of a SavedModel by its object graph, where the graph's own saver does not say it
// all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "formats/saved_model/saved_model.h"
#include "rill/saver.hpp"
#include "rill/session.hpp"

namespace rill::io {

// Object -> its key in variables/, for the variables that have a value there.
std::map<int32_t, std::string> variable_keys(const formats::SavedModel& model,
                                             const formats::MetaGraph& meta);

// tf.saved_model.save() of a Keras 3 model writes two handles for a variable: the saver restores
// the one, the calls of the signatures take the other. They become one variable, the restored.
void join_captured_variables(const Session& session, const formats::SavedModel& model,
                             const formats::MetaGraph& meta, std::span<const Saver::Item> restored);

// Path below the root of an object-based checkpoint -> key of the tensor in it.
std::map<std::string, std::string> object_paths(const std::filesystem::path& prefix);

}  // namespace rill::io
