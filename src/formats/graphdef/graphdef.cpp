#include "formats/graphdef/graphdef.h"

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "codec/mapped_file.h"
#include "formats/detect.h"
#include "formats/graphdef/graph_proto.h"
#include "formats/prototext/text_format.h"

namespace rill {
namespace formats {
namespace {

// The first byte could be a field of GraphDef: then the parser can say where the damage is.
bool may_be_graphdef(Bytes bytes) {
  return !bytes.empty() &&
         std::string_view("\x0a\x12\x18\x22\x2a").find(text_of(bytes)[0]) != std::string_view::npos;
}

}  // namespace

GraphDef parse_graphdef(const SharedBytes& bytes, const std::string& name) {
  if (looks_like_text_proto(text_of(bytes.bytes))) {
    return parse_graph(SharedBytes::own(text_to_wire(text_of(bytes.bytes), "GraphDef", name)),
                       name);
  }
  return parse_graph(bytes, name);
}

}  // namespace formats

GraphDef GraphDef::load(const std::string& path) {
  using formats::FileKind;
  const FileKind kind = formats::detect(path);
  const bool fits = kind == FileKind::graphdef || kind == FileKind::graphdef_text;
  if (!fits && kind != FileKind::unknown) formats::fail_wrong_kind(path, kind, "a GraphDef");
  const auto file = MappedFile::open(path);
  if (!fits && !formats::may_be_graphdef(file->bytes())) {
    formats::fail_wrong_kind(path, kind, "a GraphDef");
  }
  return formats::parse_graphdef(file->shared(), path);
}

GraphDef GraphDef::parse(std::string_view bytes, const std::string& name_for_messages) {
  return formats::parse_graphdef({bytes_of(bytes), nullptr}, name_for_messages);
}

std::string GraphDef::serialize() const {
  constexpr size_t kMost = (size_t{1} << 31) - 1;  // what protobuf can read
  std::string out;
  proto::Writer writer(out);
  formats::write_graph(writer, *this);
  if (out.size() > kMost) {
    fail(Code::resource_exhausted, "the graph takes ", out.size(),
         " bytes; a GraphDef may have 2 GiB - 1: keep large constants in variables");
  }
  return out;
}

std::string GraphDef::to_text() const {
  return formats::wire_to_text(bytes_of(serialize()), "GraphDef");
}

void GraphDef::save(const std::string& path) const {
  const bool text = path.ends_with(".pbtxt") || path.ends_with(".prototxt");
  write_file(path, text ? to_text() : serialize());
}

}  // namespace rill
