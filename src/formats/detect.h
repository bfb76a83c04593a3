// What kind of artefact a path names, told by content.
#pragma once

#include <cstdint>
#include <string>

#include "codec/bytes.h"

namespace rill::formats {

enum class FileKind : uint8_t {
  unknown,
  hdf5,           // Keras 1 to 3: a model, or weights alone
  keras_archive,  // a zip file: model.keras
  keras_folder,   // the same members as files: config.json, model.weights.h5
  saved_model,    // a folder with saved_model.pb or .pbtxt, or that file itself
  graphdef,
  graphdef_text,
  meta_graph,
  meta_graph_text,
  checkpoint_v1,      // one sorted table; or the prefix of its shards
  checkpoint_v2,      // PREFIX, PREFIX.index or PREFIX.data-00000-of-00001
  checkpoint_folder,  // a folder with the file `checkpoint`, or that file itself
  keras_json,         // the architecture of a Keras model, without weights
};

// "an HDF5 file", "a SavedModel", ...: for messages.
const char* describe(FileKind kind);

// Throws NOT_FOUND (with near names in the folder) or PERMISSION_DENIED. A thing that is there but
// not known gives FileKind::unknown.
FileKind detect(const std::string& path);

// The kind of a file by its bytes alone; checkpoints V2 are told by their .index file.
FileKind detect_bytes(Bytes bytes);

// Throws for a file of another kind than the `wanted` ("a GraphDef"): says what it is, and for
// FileKind::unknown what its first bytes look like.
[[noreturn]] void fail_wrong_kind(const std::string& path, FileKind kind, const char* wanted);

// Names in the folder of `path` that resemble it, as " (did you mean ...)" or empty.
std::string similar_files(const std::string& path);

}  // namespace rill::formats
