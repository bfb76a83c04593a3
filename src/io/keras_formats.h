// The formats that hold Keras models, one function each; load_model() chooses.
#pragma once

#include <string>

#include "base/fail.h"
#include "rill/keras/saving.hpp"
#include "rill/session.hpp"

namespace rill::io {

keras::Model load_keras_h5(const std::string& path, const keras::CustomObjects& custom,
                           const keras::LoadOptions& options);
keras::Model load_keras_archive(const std::string& path, const keras::CustomObjects& custom,
                                const keras::LoadOptions& options);
keras::Model load_keras_saved_model(const std::string& path, const keras::CustomObjects& custom,
                                    const keras::LoadOptions& options);

// Writes a SavedModel folder. Throws UNIMPLEMENTED for a model with tables.
// keras2: with the layers and their configs, so that load_model() of Keras 2 gives a Keras model.
void export_keras_model(const keras::Model& model, const std::string& path, bool keras2 = false);

// Which generation save() writes for; `saved_model`: as that.
bool is_for_keras2(const keras::Model& model, const keras::SaveOptions& options, bool saved_model);

// With the class TFSMLayer: what it names is looked for beside the model's file as well.
keras::CustomObjects with_saved_models(const std::string& path, const keras::CustomObjects& custom);

// A model of one layer that runs a signature of a SavedModel.
keras::Model signature_model(const std::string& path, const keras::LoadOptions& options);

// Moves a whole model into the session: its variables become variables of the session's graph with
// the values they have, and the model refuses to predict once the session is closed.
void adopt_into_session(const keras::Model& model, const Session& session);

// Runs `load`. What it throws begins with the path and, where the file says so, the version of
// Keras that wrote it: settings come and go between versions.
template <typename F>
auto with_path(const std::string& path, const std::string& keras_version, F&& load) {
  try {
    return load();
  } catch (const Error& e) {
    const bool names_path = std::string_view(e.what()).find(path) != std::string_view::npos;
    const bool of_version = !keras_version.empty() &&
                            (e.code() == Code::invalid_argument || e.code() == Code::unimplemented);
    if (names_path && !of_version) throw;
    std::string_view said = e.what();
    if (said.starts_with(path + ": ")) said.remove_prefix(path.size() + 2);
    const std::string version = of_version ? str(" (saved by Keras ", keras_version, ")") : "";
    throw_error(e.code(), str(path, version, ": ", said));
  }
}

}  // namespace rill::io
