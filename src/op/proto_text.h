// Protobuf text for the ops that read it (DecodeProtoV2). Those who may include the formats
// (src/io) implement it.
#pragma once

#include <string>
#include <string_view>

namespace rill {

// The wire bytes of a text, by the message of this name in a serialized FileDescriptorSet. Throws
// DATA_LOSS for what is no such message, INVALID_ARGUMENT when the set has none of that name.
std::string wire_of_proto_text(std::string_view text, std::string_view descriptors,
                               std::string_view message);

}  // namespace rill
