#include "formats/detect.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/fail.h"
#include "base/path.h"
#include "codec/folder.h"
#include "codec/mapped_file.h"
#include "codec/proto_wire.h"
#include "codec/sniff.h"
#include "formats/prototext/text_format.h"

namespace rill::formats {
namespace {

namespace fs = std::filesystem;

// The last eight bytes of a sorted string table (leveldb's table format).
bool is_table(Bytes bytes) {
  constexpr std::string_view kMagic("\x57\xfb\x80\x8b\x24\x75\x47\xdb", 8);
  return text_of(bytes).ends_with(kMagic);
}

// The table's first key is "". Its value is a BundleHeaderProto in a V2 index, which begins with a
// number, and a SavedTensorSlices in a V1 checkpoint, which begins with the message meta = 1.
FileKind kind_of_table(Bytes bytes) {
  size_t at = 2;  // shared = 0, unshared = 0, then the size of the value as a varint
  while (at < bytes.size() && at < 12 && (bytes[at] & std::byte{0x80}) != std::byte{0}) ++at;
  ++at;
  return at < bytes.size() && bytes[at] == std::byte{0x0a} ? FileKind::checkpoint_v1
                                                           : FileKind::checkpoint_v2;
}

enum class First { node, meta_info, neither };

// NodeDef and MetaInfoDef have different things in the same fields: op (text) and the list of ops
// (a message, so it begins with the byte 0a), an attribute (begins with 0a) and a version (text).
// Of numbers a NodeDef has none, and a MetaInfoDef the flag 7.
First kind_of_first(proto::Reader message) {
  while (message.next()) {
    if (message.wire() != proto::Wire::bytes) {
      return message.number() == 7 ? First::meta_info : First::neither;
    }
    const bool message_like = message.text().starts_with('\n');
    if (message.number() == 2) return message_like ? First::meta_info : First::node;
    if (message.number() == 5 && !message.text().empty()) {
      return message_like ? First::node : First::meta_info;
    }
  }
  return First::node;
}

FileKind kind_of_proto(Bytes bytes) {
  constexpr int kEnough = 64;
  proto::Reader message(bytes, "message");
  int nodes = 0;
  bool other = false;
  for (int i = 0; i < kEnough && message.next(); ++i) {
    const bool is_bytes = message.wire() == proto::Wire::bytes;
    switch (message.number()) {
      case 1:
        // SavedModel.saved_model_schema_version, GraphDef.node or MetaGraphDef.meta_info_def.
        if (message.wire() == proto::Wire::varint) {
          // A fingerprint.pb has numbers in all its fields.
          const bool more = message.next();
          const bool graphs = more && message.number() == 2 && message.wire() == proto::Wire::bytes;
          return !more || graphs ? FileKind::saved_model : FileKind::unknown;
        }
        if (!is_bytes) return FileKind::unknown;
        switch (kind_of_first(message.message("MetaInfoDef"))) {
          case First::meta_info:
            return FileKind::meta_graph;
          case First::neither:
            return FileKind::unknown;
          case First::node:
            ++nodes;
        }
        break;
      case 2:  // GraphDef.library or MetaGraphDef.graph_def
        if (!is_bytes) return FileKind::unknown;
        other = true;
        break;
      case 3:  // GraphDef.version or MetaGraphDef.saver_def
        if (is_bytes) return FileKind::meta_graph;
        other = true;
        break;
      case 4:  // GraphDef.versions or an entry of MetaGraphDef.collection_def
        if (!is_bytes) return FileKind::unknown;
        for (proto::Reader inner = message.message("VersionDef"); inner.next();) {
          if (inner.number() == 1 && inner.wire() == proto::Wire::bytes) {
            return FileKind::meta_graph;
          }
        }
        other = true;
        break;
      case 5:  // GraphDef.debug_info or an entry of MetaGraphDef.signature_def
        if (!is_bytes) return FileKind::unknown;
        break;
      case 6:
      case 7:
        return is_bytes ? FileKind::meta_graph : FileKind::unknown;
      default:
        return FileKind::unknown;
    }
  }
  return nodes > 0 || other ? FileKind::graphdef : FileKind::unknown;
}

// By the first word: the fields of GraphDef, MetaGraphDef and SavedModel have different names.
FileKind kind_of_text(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  for (;;) {
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return FileKind::unknown;
    text.remove_prefix(begin);
    if (text[0] != '#') break;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n\v\f:{<"));
  if (word == "node" || word == "library" || word == "versions" || word == "version") {
    return FileKind::graphdef_text;
  }
  if (word == "saved_model_schema_version" || word == "meta_graphs") return FileKind::saved_model;
  if (word == "model_checkpoint_path" || word == "all_model_checkpoint_paths") {
    return FileKind::checkpoint_folder;
  }
  for (const std::string_view name : {"meta_info_def", "graph_def", "saver_def", "collection_def",
                                      "signature_def", "asset_file_def", "object_graph_def"}) {
    if (word == name) return FileKind::meta_graph_text;
  }
  return FileKind::unknown;
}

// Also as json.dump(model.to_json(), file) writes it: one string that holds the JSON.
bool is_keras_json(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  const std::string_view head = text.substr(begin, 4096);
  return (head.starts_with('{') && head.find("\"class_name\"") != std::string_view::npos) ||
         (head.starts_with("\"{") && head.find("\\\"class_name\\\"") != std::string_view::npos);
}

// The keys are sorted: "backend" comes first, where it stands at all.
bool is_keras_yaml(std::string_view text) {
  const bool begins = text.starts_with("class_name: ") || text.starts_with("backend: ");
  return begins && text.substr(0, 4096).find("class_name: ") != std::string_view::npos;
}

FileKind kind_of_folder(const fs::path& path) {
  if (is_file(path / "saved_model.pb") || is_file(path / "saved_model.pbtxt")) {
    return FileKind::saved_model;
  }
  if (is_file(path / "config.json") &&
      (is_file(path / "model.weights.h5") || is_file(path / "metadata.json"))) {
    return FileKind::keras_folder;
  }
  if (is_file(path / "checkpoint")) return FileKind::checkpoint_folder;
  return FileKind::unknown;
}

// PREFIX.index, or the shards PREFIX-00000-of-00002 of a V1 checkpoint.
FileKind kind_of_prefix(const std::string& path) {
  if (is_file(path + ".index")) return FileKind::checkpoint_v2;
  const fs::path prefix(path);
  const std::string start = prefix.filename().string() + "-00000-of-";
  FolderNames names(folder_of(prefix));
  while (const auto name = names.next()) {
    if (name->starts_with(start)) return FileKind::checkpoint_v1;
  }
  return FileKind::unknown;
}

}  // namespace

const char* describe(FileKind kind) {
  switch (kind) {
    case FileKind::unknown:
      return "of no kind that is known";
    case FileKind::hdf5:
      return "an HDF5 file";
    case FileKind::keras_archive:
      return "a zip archive";
    case FileKind::keras_folder:
      return "an unpacked Keras model";
    case FileKind::saved_model:
      return "a SavedModel";
    case FileKind::graphdef:
      return "a GraphDef";
    case FileKind::graphdef_text:
      return "a GraphDef in text form";
    case FileKind::meta_graph:
      return "a MetaGraphDef";
    case FileKind::meta_graph_text:
      return "a MetaGraphDef in text form";
    case FileKind::checkpoint_v1:
      return "a checkpoint of format V1";
    case FileKind::checkpoint_v2:
      return "a checkpoint of format V2";
    case FileKind::checkpoint_folder:
      return "a folder of checkpoints";
    case FileKind::keras_json:
      return "the configuration of a Keras model";
  }
  return "of no kind that is known";
}

FileKind detect_bytes(Bytes bytes) {
  if (bytes.empty()) return FileKind::unknown;
  // In this order: an archive may hold an HDF5 file at an offset where HDF5 files may begin.
  if (looks_like_zip(bytes)) return FileKind::keras_archive;
  if (looks_like_hdf5(bytes)) return FileKind::hdf5;
  if (is_table(bytes)) return kind_of_table(bytes);
  const std::string_view text = text_of(bytes);
  // These may hold JSON that is like that of a Keras model.
  if (looks_like_tfjs(bytes) || looks_like_tokenizer(bytes)) return FileKind::unknown;
  if (is_keras_json(text) || is_keras_yaml(text)) return FileKind::keras_json;
  if (looks_like_text_proto(text)) return kind_of_text(text);
  try {
    return kind_of_proto(bytes);
  } catch (const Error&) {
    return FileKind::unknown;
  }
}

FileKind detect(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::directory) return kind_of_folder(path);
  if (status.type() == fs::file_type::not_found) {
    const FileKind kind = kind_of_prefix(path);
    if (kind != FileKind::unknown) return kind;
    fail(Code::not_found, path, ": does not exist", similar_files(path));
  }
  const std::string name = fs::path(path).filename().string();
  if (name.find(".data-") != std::string::npos && name.find("-of-") != std::string::npos) {
    return FileKind::checkpoint_v2;
  }
  return detect_bytes(MappedFile::open(path)->bytes());
}

void fail_wrong_kind(const std::string& path, FileKind kind, const char* wanted) {
  if (kind != FileKind::unknown) {
    fail(Code::invalid_argument, path, ": is ", describe(kind), ", not ", wanted);
  }
  std::error_code error;
  if (fs::is_directory(path, error)) {
    fail(Code::invalid_argument, path, ": is a folder without a model, not ", wanted);
  }
  fail(Code::data_loss, path, ": ", sniff(MappedFile::open(path)->bytes()), "; it is not ", wanted);
}

std::string similar_files(const std::string& path) {
  const fs::path wanted(path);
  std::vector<std::string> names;
  FolderNames all(folder_of(wanted));
  while (auto name = all.next()) {
    names.push_back(*std::move(name));
    if (names.size() == 1000) break;
  }
  std::sort(names.begin(), names.end());
  return did_you_mean(wanted.filename().string(), names);
}

}  // namespace rill::formats
