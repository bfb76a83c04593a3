#include "base/fail.h"
#include "codec/mapped_file.h"
#include "formats/detect.h"
#include "formats/graphdef/graph_proto.h"
#include "formats/graphdef/map_entry.h"
#include "formats/graphdef/tensor_proto.h"
#include "formats/meta_graph/meta_graph.h"
#include "formats/prototext/text_format.h"

namespace rill::formats {
namespace {

// MetaInfoDef: meta_graph_version = 1, tags = 4, tensorflow_version = 5, tensorflow_git_version =
// 6, stripped_default_attrs = 7, function_aliases = 8.
void read_info(proto::Reader message, MetaGraph& out) {
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.meta_graph_version = read_string(message);
        break;
      case 4:
        out.tags.emplace_back(read_string(message));
        break;
      case 5:
        out.tensorflow_version = read_string(message);
        break;
      case 6:
        out.tensorflow_git_version = read_string(message);
        break;
      case 7:
        out.stripped_default_attrs = message.boolean();
        break;
      case 8: {
        std::string key;
        std::string value;
        for (proto::Reader entry = message.message("entry"); entry.next();) {
          if (entry.number() == 1) key = read_string(entry);
          if (entry.number() == 2) value = read_string(entry);
        }
        out.function_aliases[key] = value;
        break;
      }
      default:
        break;
    }
  }
}

SaverDef read_saver(proto::Reader message) {
  SaverDef out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.filename_tensor_name = read_string(message);
        break;
      case 2:
        out.save_tensor_name = read_string(message);
        break;
      case 3:
        out.restore_op_name = read_string(message);
        break;
      case 4:
        out.max_to_keep = message.int32();
        break;
      case 5:
        out.sharded = message.boolean();
        break;
      case 6:
        out.keep_checkpoint_every_n_hours = message.float32();
        break;
      case 7:
        out.version = message.int32();
        break;
      default:
        break;
    }
  }
  return out;
}

// google.protobuf.Any: type_url = 1, value = 2.
void read_any(proto::Reader message, Collection& out) {
  std::string& url = out.type_urls.emplace_back();
  std::string& value = out.values.emplace_back();
  while (message.next()) {
    if (message.number() == 1) url = read_string(message);
    if (message.number() == 2) value = message.text();
  }
}

// CollectionDef: node_list = 1, bytes_list = 2, int64_list = 3, float_list = 4, any_list = 5, each
// with value = 1.
Collection read_collection(proto::Reader message) {
  Collection out;
  while (message.next()) {
    if (message.number() == 0 || message.number() > 5) continue;
    const auto kind = static_cast<Collection::Kind>(message.number());
    if (kind != out.kind) out = {};
    out.kind = kind;
    for (proto::Reader list = message.message("CollectionDef"); list.next();) {
      if (list.number() != 1) continue;
      switch (kind) {
        case Collection::Kind::nodes:
          out.values.emplace_back(read_string(list));
          break;
        case Collection::Kind::bytes:
          out.values.emplace_back(list.text());
          break;
        case Collection::Kind::ints:
          list.append_varints(out.ints);
          break;
        case Collection::Kind::floats:
          list.append_fixed(out.floats);
          break;
        case Collection::Kind::any:
          read_any(list.message("Any"), out);
          break;
        case Collection::Kind::unset:
          break;
      }
    }
  }
  return out;
}

SignatureDef read_signature(proto::Reader message, ReadContext& context, int depth) {
  SignatureDef out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
      case 2: {
        const MapEntry entry = read_map_entry(message.message("entry"), "TensorInfo");
        auto& side = message.number() == 1 ? out.inputs : out.outputs;
        side[std::string(entry.key)] = read_tensor_info(entry.value, context, depth + 2);
        break;
      }
      case 3:
        out.method_name = read_string(message);
        break;
      case 4: {
        const MapEntry entry = read_map_entry(message.message("entry"), "TensorProto");
        out.defaults[std::string(entry.key)] = read_tensor(entry.value, context);
        break;
      }
      default:
        break;
    }
  }
  return out;
}

AssetFile read_asset(proto::Reader message, ReadContext& context, int depth) {
  AssetFile out;
  while (message.next()) {
    if (message.number() == 1) {
      out.tensor = read_tensor_info(message.message("TensorInfo"), context, depth + 1);
    }
    if (message.number() == 2) out.filename = read_string(message);
  }
  return out;
}

// Files of TensorFlow 1.x may have their assets in a collection alone.
void read_old_assets(ReadContext& context, MetaGraph& out) {
  const auto it = out.collections.find("saved_model_assets");
  if (!out.assets.empty() || it == out.collections.end()) return;
  if (it->second.kind != Collection::Kind::any) return;
  ReadContext copies;  // the collection may go before the tensors do
  copies.splat_budget = context.splat_budget;
  for (const std::string& bytes : it->second.values) {
    out.assets.push_back(read_asset(proto::Reader(bytes_of(bytes), "AssetFileDef"), copies, 2));
  }
}

}  // namespace

MetaGraph read_meta_graph(proto::Reader message, ReadContext& context, int depth) {
  MetaGraph out;
  while (message.next()) {
    context.charge(sizeof(SignatureDef));
    switch (message.number()) {
      case 1:
        read_info(message.message("MetaInfoDef"), out);
        break;
      case 2:
        out.graph = read_graph(message.message("GraphDef"), context, depth + 1);
        break;
      case 3:
        out.saver = read_saver(message.message("SaverDef"));
        break;
      case 4: {
        const MapEntry entry = read_map_entry(message.message("entry"), "CollectionDef");
        out.collections[std::string(entry.key)] = read_collection(entry.value);
        break;
      }
      case 5: {
        const MapEntry entry = read_map_entry(message.message("entry"), "SignatureDef");
        try {
          out.signatures[std::string(entry.key)] = read_signature(entry.value, context, depth + 2);
        } catch (const Error& error) {
          rethrow_with_context(error, str("signature ", quoted(entry.key)));
        }
        break;
      }
      case 6:
        out.assets.push_back(read_asset(message.message("AssetFileDef"), context, depth + 1));
        break;
      case 7:
        out.object_graph = read_object_graph(message.message("SavedObjectGraph"), context, depth);
        break;
      default:
        break;
    }
  }
  read_old_assets(context, out);
  return out;
}

MetaGraph parse_meta_graph(const SharedBytes& bytes, const std::string& name) {
  if (looks_like_text_proto(text_of(bytes.bytes))) {
    return parse_meta_graph(
        SharedBytes::own(text_to_wire(text_of(bytes.bytes), "MetaGraphDef", name)), name);
  }
  try {
    ReadContext context(bytes);
    return read_meta_graph(proto::Reader(bytes.bytes, "MetaGraphDef"), context, 1);
  } catch (const Error& error) {
    rethrow_with_context(error, name);
  }
}

MetaGraph load_meta_graph(const std::string& path) {
  const FileKind kind = detect(path);
  if (kind != FileKind::meta_graph && kind != FileKind::meta_graph_text) {
    fail_wrong_kind(path, kind, "a MetaGraphDef");
  }
  return parse_meta_graph(MappedFile::open(path)->shared(), path);
}

}  // namespace rill::formats
