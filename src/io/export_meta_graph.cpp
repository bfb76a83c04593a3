#include "codec/atomic_file.h"
#include "formats/prototext/text_format.h"
#include "io/meta_graph_of.h"
#include "rill/saver.hpp"

namespace rill {

void export_meta_graph(const Session& session, const std::filesystem::path& path) {
  const std::vector<Saver::Item> items = io::items_of(session.graph());
  SaveSavedModelOptions options;
  options.tags = {};
  const formats::MetaGraph meta = io::meta_graph_of(session, {}, items, options);
  const std::string bytes = formats::serialize_meta_graph(meta);
  if (path.extension() == ".pbtxt") {
    write_file(path, formats::wire_to_text(bytes_of(bytes), "MetaGraphDef"));
  } else {
    write_file(path, bytes);
  }
}

}  // namespace rill
