// Entries of protobuf maps with text keys: {key = 1, value = 2}.
#pragma once

#include <string>
#include <string_view>

#include "formats/graphdef/context.h"

namespace rill::formats {

struct MapEntry {
  std::string_view key;
  proto::Reader value;  // empty when the entry has none
};

// `what` names the message that is the value.
inline MapEntry read_map_entry(proto::Reader entry, const char* what) {
  MapEntry out{{}, proto::Reader({}, what)};
  while (entry.next()) {
    if (entry.number() == 1) out.key = read_string(entry);
    if (entry.number() == 2) out.value = entry.message(what);
  }
  return out;
}

template <typename Fill>
void write_map_entry(proto::Writer& out, uint32_t field, std::string_view key, Fill&& fill) {
  out.message(field, [&](proto::Writer& entry) {
    entry.bytes(1, key);
    entry.message(2, fill);
  });
}

}  // namespace rill::formats
