// The protobuf text format (https://protobuf.dev/reference/protobuf/textformat-spec) to wire bytes
// and back, for the messages of schema.h.
#pragma once

#include <string>
#include <string_view>

#include "codec/bytes.h"

namespace rill::formats {

struct MessageSchema;

// `message` is the name of the whole text's message, "GraphDef". Fields that the schema lacks are
// stepped over. Throws DATA_LOSS "NAME: line N: ...".
std::string text_to_wire(std::string_view text, std::string_view message, std::string_view name);

// The same for a message of any schema, and strictly: fields that the schema lacks, extensions, and
// a second value of what is not repeated are DATA_LOSS.
std::string strict_text_to_wire(std::string_view text, const MessageSchema& schema,
                                std::string_view name);

// As Python's text_format.MessageToString prints it; fields in the order of the bytes. Fields that
// the schema lacks are left out.
std::string wire_to_text(Bytes wire, std::string_view message);

// No control characters, and a field name followed by ':' or '{' comes first.
bool looks_like_text_proto(std::string_view start_of_file);

}  // namespace rill::formats
