#include "base/fail.h"
#include "formats/graphdef/graph_proto.h"
#include "formats/graphdef/map_entry.h"
#include "formats/graphdef/tensor_proto.h"
#include "formats/meta_graph/meta_graph.h"

namespace rill::formats {
namespace {

void write_info(proto::Writer& out, const MetaGraph& meta) {
  out.message(1, [&](proto::Writer& m) {
    m.bytes_or_skip(1, meta.meta_graph_version);
    for (const std::string& tag : meta.tags) m.bytes(4, tag);
    m.bytes_or_skip(5, meta.tensorflow_version);
    m.bytes_or_skip(6, meta.tensorflow_git_version);
    m.boolean_or_skip(7, meta.stripped_default_attrs);
    for (const auto& [name, alias] : meta.function_aliases) {
      m.message(8, [&key = name, &value = alias](proto::Writer& entry) {
        entry.bytes(1, key);
        entry.bytes(2, value);
      });
    }
  });
}

void write_saver(proto::Writer& out, const SaverDef& saver) {
  out.message(3, [&](proto::Writer& m) {
    m.bytes_or_skip(1, saver.filename_tensor_name);
    m.bytes_or_skip(2, saver.save_tensor_name);
    m.bytes_or_skip(3, saver.restore_op_name);
    m.int64_or_skip(4, saver.max_to_keep);
    m.boolean_or_skip(5, saver.sharded);
    m.float32_or_skip(6, saver.keep_checkpoint_every_n_hours);
    m.int64_or_skip(7, saver.version);
  });
}

void write_collection(proto::Writer& out, const Collection& collection) {
  if (collection.kind == Collection::Kind::unset) return;
  out.message(static_cast<uint32_t>(collection.kind), [&](proto::Writer& list) {
    switch (collection.kind) {
      case Collection::Kind::unset:
        return;
      case Collection::Kind::nodes:
      case Collection::Kind::bytes:
        for (const std::string& value : collection.values) list.bytes(1, value);
        return;
      case Collection::Kind::ints:
        return list.packed_varints(1, collection.ints);
      case Collection::Kind::floats:
        if (!collection.floats.empty()) {
          list.packed_fixed(1, std::as_bytes(std::span(collection.floats)));
        }
        return;
      case Collection::Kind::any:
        for (size_t i = 0; i < collection.values.size(); ++i) {
          list.message(1, [&](proto::Writer& any) {
            if (i < collection.type_urls.size()) any.bytes_or_skip(1, collection.type_urls[i]);
            any.bytes_or_skip(2, collection.values[i]);
          });
        }
        return;
    }
  });
}

void write_signature(proto::Writer& m, const SignatureDef& signature) {
  const auto side = [&](uint32_t field, const std::map<std::string, TensorInfo>& tensors) {
    for (const auto& [name, info] : tensors) {
      m.message(field, [&key = name, &value = info](proto::Writer& entry) {
        entry.bytes(1, key);
        write_tensor_info(entry, 2, value);
      });
    }
  };
  side(1, signature.inputs);
  side(2, signature.outputs);
  m.bytes_or_skip(3, signature.method_name);
  for (const auto& [name, tensor] : signature.defaults) {
    m.message(4, [&key = name, &value = tensor](proto::Writer& entry) {
      entry.bytes(1, key);
      write_tensor(entry, 2, value);
    });
  }
}

}  // namespace

void write_meta_graph(proto::Writer& out, const MetaGraph& meta) {
  write_info(out, meta);
  out.message(2, [&](proto::Writer& m) { write_graph(m, meta.graph); });
  if (meta.saver) write_saver(out, *meta.saver);
  for (const auto& [name, collection] : meta.collections) {
    write_map_entry(out, 4, name,
                    [&value = collection](proto::Writer& m) { write_collection(m, value); });
  }
  for (const auto& [name, signature] : meta.signatures) {
    write_map_entry(out, 5, name,
                    [&value = signature](proto::Writer& m) { write_signature(m, value); });
  }
  for (const AssetFile& asset : meta.assets) {
    out.message(6, [&](proto::Writer& m) {
      write_tensor_info(m, 1, asset.tensor);
      m.bytes_or_skip(2, asset.filename);
    });
  }
  if (meta.object_graph) write_object_graph(out, 7, *meta.object_graph);
}

std::string serialize_meta_graph(const MetaGraph& meta_graph) {
  std::string out;
  proto::Writer writer(out);
  write_meta_graph(writer, meta_graph);
  return out;
}

}  // namespace rill::formats
