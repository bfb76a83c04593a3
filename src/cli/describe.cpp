#include <filesystem>

#include "base/fail.h"
#include "cli/describe_parts.h"
#include "codec/folder.h"
#include "codec/mapped_file.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_state.h"
#include "formats/saved_model/saved_model.h"

namespace rill::cli {
namespace {

namespace fs = std::filesystem;
using formats::FileKind;

void add_file(Description& out, const fs::path& path) {
  std::error_code error;
  const uint64_t size = fs::file_size(path, error);
  if (error) return;
  ++out.files;
  out.bytes += size;
}

// Sizes of all that belongs to the artefact.
void measure_files(Description& out) {
  out.files = 0;
  std::error_code error;
  if (fs::is_directory(out.path, error)) {
    for (fs::recursive_directory_iterator it(out.path, error), end; !error && it != end;
         it.increment(error)) {
      if (it->is_regular_file(error)) add_file(out, it->path());
    }
    return;
  }
  if (fs::is_regular_file(out.path, error)) return add_file(out, out.path);
  const fs::path prefix(out.path);
  const fs::path folder = folder_of(prefix);
  const std::string stem = prefix.filename().string();
  FolderNames names(folder);
  while (const auto name = names.next()) {
    if (*name == stem + ".index" || name->starts_with(stem + ".data-") ||
        name->starts_with(stem + "-0")) {
      add_file(out, folder / *name);
    }
  }
}

void describe_checkpoint(Description& out) {
  const std::string prefix = checkpoint_prefix(out.path, out.kind);
  out.format = "TensorFlow checkpoint";
  out.notes = str("format V", add_checkpoint_tensors(out, prefix));
  if (out.kind == FileKind::checkpoint_folder) out.notes += str(", newest: ", prefix);
  out.graph_file = meta_graph_of(prefix);
}

}  // namespace

std::string checkpoint_prefix(const std::string& path, FileKind kind) {
  if (kind != FileKind::checkpoint_folder) {
    // Any of the files may be named on the command line.
    if (path.ends_with(".index")) return path.substr(0, path.size() - 6);
    const size_t data = path.rfind(".data-");
    if (data != std::string::npos && path.find("-of-", data) != std::string::npos) {
      return path.substr(0, data);
    }
    return path;
  }
  std::error_code error;
  const fs::path given(path);
  const fs::path folder = fs::is_directory(given, error) ? given : folder_of(given);
  const auto newest = formats::latest_checkpoint(folder);
  if (!newest) {
    formats::read_checkpoint_state(folder);  // says so, if it is that which cannot be read
    fail(Code::not_found, folder.string(),
         ": the file \"checkpoint\" names no checkpoint that is there");
  }
  return newest->string();
}

std::string meta_graph_of(const std::string& prefix) {
  std::error_code error;
  return fs::is_regular_file(prefix + ".meta", error) ? prefix + ".meta" : "";
}

Description describe(const std::string& path) {
  Description out;
  out.path = path;
  out.kind = formats::detect(path);
  measure_files(out);
  switch (out.kind) {
    case FileKind::hdf5:
      describe_hdf5(out);
      break;
    case FileKind::keras_archive:
    case FileKind::keras_folder:
      describe_keras_archive(out);
      break;
    case FileKind::keras_json:
      describe_keras_json(out);
      break;
    case FileKind::saved_model:
      describe_saved_model(out);
      break;
    case FileKind::graphdef:
    case FileKind::graphdef_text:
      describe_graphdef(out);
      break;
    case FileKind::meta_graph:
    case FileKind::meta_graph_text:
      describe_meta_graph(out);
      break;
    case FileKind::checkpoint_v1:
    case FileKind::checkpoint_v2:
    case FileKind::checkpoint_folder:
      describe_checkpoint(out);
      break;
    case FileKind::unknown:
      formats::fail_wrong_kind(path, out.kind, "a model of TensorFlow or Keras");
  }
  return out;
}

int64_t count_parameters(const Description& description) {
  int64_t count = 0;
  for (const StoredTensor& t : description.variables) {
    if (t.shape.is_fully_defined()) count += t.shape.num_elements();
  }
  return count;
}

uint64_t count_bytes(const Description& description) {
  uint64_t bytes = 0;
  for (const StoredTensor& t : description.variables) {
    if (t.shape.is_fully_defined()) {
      bytes += static_cast<uint64_t>(t.shape.num_elements()) * dtype_size(t.dtype);
    }
  }
  return bytes;
}

}  // namespace rill::cli
