#include "formats/saved_model/saved_model.h"

#include <system_error>

#include "base/fail.h"
#include "codec/folder.h"
#include "codec/mapped_file.h"
#include "codec/sniff.h"
#include "formats/detect.h"
#include "formats/prototext/text_format.h"

namespace rill::formats {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::string tag_list(const MetaGraph& meta) {
  std::string out;
  for (const std::string& tag : meta.tags) out += (out.empty() ? "" : ",") + tag;
  return quoted(out);
}

// Relative, and never upwards.
bool stays_inside(const fs::path& name) {
  if (name.empty() || name.is_absolute()) return false;
  for (const fs::path& part : name) {
    if (part == "..") return false;
  }
  return true;
}

void check_asset_names(const SavedModel& model) {
  for (const MetaGraph& meta : model.meta_graphs) {
    for (const AssetFile& asset : meta.assets) {
      if (!stays_inside(asset.filename)) {
        fail(Code::permission_denied, "asset ", quoted(asset.filename),
             " does not name a file inside of the model's folder");
      }
    }
  }
}

fs::path model_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (is_there(path)) return path;
    fail(Code::not_found, path.string(), ": does not exist", similar_files(path.string()));
  }
  for (const char* name : {"saved_model.pb", "saved_model.pbtxt"}) {
    if (is_there(path / name)) return path / name;
  }
  // Folders of TensorFlow Serving hold a folder a version.
  std::string versions;
  FolderNames names(path);
  while (const auto name = names.next()) {
    if (is_there(path / *name / "saved_model.pb") || is_there(path / *name / "saved_model.pbtxt")) {
      versions = str("; there is one in ", quoted(*name));
      break;
    }
  }
  fail(Code::not_found, path.string(), ": neither saved_model.pb nor saved_model.pbtxt is in it",
       versions);
}

}  // namespace

SavedModel parse_saved_model(const SharedBytes& bytes, const std::string& name) {
  if (looks_like_text_proto(text_of(bytes.bytes))) {
    return parse_saved_model(
        SharedBytes::own(text_to_wire(text_of(bytes.bytes), "SavedModel", name)), name);
  }
  try {
    SavedModel model;
    ReadContext context(bytes);
    proto::Reader message(bytes.bytes, "SavedModel");
    while (message.next()) {
      if (message.number() == 1) model.schema_version = message.int64();
      if (message.number() == 2) {
        context.charge(sizeof(MetaGraph));
        model.meta_graphs.push_back(read_meta_graph(message.message("MetaGraphDef"), context, 2));
      }
    }
    if (model.meta_graphs.empty()) {
      fail(Code::data_loss, sniff(bytes.bytes), "; it holds no graph, so it is not a SavedModel");
    }
    check_asset_names(model);
    return model;
  } catch (const Error& error) {
    rethrow_with_context(error, name);
  }
}

SavedModel load_saved_model(const std::string& path) {
  const fs::path file = model_file(path);
  const auto mapped = MappedFile::open(file);
  const FileKind kind = detect_bytes(mapped->bytes());
  if (kind != FileKind::saved_model && kind != FileKind::unknown) {
    fail(Code::invalid_argument, file.string(), ": is ", describe(kind),
         ", not a SavedModel in spite of its name; open that file itself, not its folder");
  }
  SavedModel model = parse_saved_model(mapped->shared(), file.string());
  model.folder = folder_of(file);
  return model;
}

std::string serialize_saved_model(const SavedModel& model) {
  std::string out;
  proto::Writer writer(out);
  writer.int64_or_skip(1, model.schema_version);
  for (const MetaGraph& meta : model.meta_graphs) {
    writer.message(2, [&](proto::Writer& m) { write_meta_graph(m, meta); });
  }
  return out;
}

const MetaGraph& SavedModel::meta_graph(const std::set<std::string>& tags) const {
  std::string asked;
  for (const std::string& tag : tags) asked += (asked.empty() ? "" : ",") + tag;
  std::string available;
  for (const MetaGraph& meta : meta_graphs) {
    if (std::set<std::string>(meta.tags.begin(), meta.tags.end()) == tags) return meta;
    available += (available.empty() ? "" : ", ") + tag_list(meta);
  }
  fail(Code::not_found, folder.string(), ": no graph has the tags ", quoted(asked), "; there are ",
       available);
}

std::string variables_prefix(const fs::path& folder) {
  const fs::path prefix = folder / "variables" / "variables";
  if (is_there(prefix.string() + ".index") || is_there(prefix)) return prefix.string();
  FolderNames names(folder / "variables");
  while (const auto name = names.next()) {
    if (name->starts_with("variables-00000-of-")) return prefix.string();
  }
  return "";
}

fs::path asset_path(const fs::path& folder, const std::string& filename) {
  const fs::path path = folder / "assets" / filename;
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  const fs::path root = fs::weakly_canonical(folder, error);
  if (!stays_inside(filename) || !stays_inside(real.lexically_relative(root))) {
    fail(Code::permission_denied, path.string(), ": leads out of the model's folder, to ",
         quoted(real.string()));
  }
  return path;
}

std::string init_op_name(const MetaGraph& meta) {
  constexpr const char* kSignature = "__saved_model_init_op";
  if (const auto it = meta.signatures.find(kSignature); it != meta.signatures.end()) {
    const auto output = it->second.outputs.find(kSignature);
    if (output != it->second.outputs.end()) return output->second.name;
  }
  for (const char* name : {"saved_model_main_op", "legacy_init_op"}) {
    const auto it = meta.collections.find(name);
    if (it != meta.collections.end() && it->second.kind == Collection::Kind::nodes &&
        !it->second.values.empty()) {
      return it->second.values.front();
    }
  }
  return "";
}

}  // namespace rill::formats
