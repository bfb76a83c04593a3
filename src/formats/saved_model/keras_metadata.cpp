#include "formats/saved_model/keras_metadata.h"

#include "base/fail.h"
#include "codec/mapped_file.h"
#include "formats/graphdef/context.h"

namespace rill::formats {
namespace {

KerasNode read_node(proto::Reader message) {
  KerasNode out;
  while (message.next()) {
    switch (message.number()) {
      case 2:
        out.node_id = message.int32();
        break;
      case 3:
        out.node_path = read_string(message);
        break;
      case 4:
        out.identifier = read_string(message);
        break;
      case 5:
        out.metadata = read_string(message);
        break;
      case 6:
        for (proto::Reader version = message.message("VersionDef"); version.next();) {
          if (version.number() == 1) out.producer = version.int32();
          if (version.number() == 2) out.min_consumer = version.int32();
        }
        break;
      default:
        break;
    }
  }
  return out;
}

}  // namespace

std::vector<KerasNode> parse_keras_metadata(Bytes bytes, const std::string& name) {
  try {
    std::vector<KerasNode> nodes;
    ReadContext context;
    context.allow(bytes.size());
    proto::Reader message(bytes, "SavedMetadata");
    while (message.next()) {
      context.charge(sizeof(KerasNode));
      if (message.number() == 1) nodes.push_back(read_node(message.message("SavedObject")));
    }
    return nodes;
  } catch (const Error& error) {
    rethrow_with_context(error, name);
  }
}

std::vector<KerasNode> load_keras_metadata(const std::filesystem::path& path) {
  return parse_keras_metadata(MappedFile::open(path)->bytes(), path.string());
}

std::string serialize_keras_metadata(const std::vector<KerasNode>& nodes) {
  std::string out;
  proto::Writer writer(out);
  for (const KerasNode& node : nodes) {
    writer.message(1, [&](proto::Writer& m) {
      m.int64_or_skip(2, node.node_id);
      m.bytes_or_skip(3, node.node_path);
      m.bytes_or_skip(4, node.identifier);
      m.bytes_or_skip(5, node.metadata);
      m.message(6, [&](proto::Writer& version) {
        version.int64_or_skip(1, node.producer);
        version.int64_or_skip(2, node.min_consumer);
      });
    });
  }
  return out;
}

}  // namespace rill::formats
