#include "op/proto_text.h"

#include "base/fail.h"
#include "codec/bytes.h"
#include "formats/prototext/descriptor_schema.h"
#include "formats/prototext/text_format.h"

namespace rill {

std::string wire_of_proto_text(std::string_view text, std::string_view descriptors,
                               std::string_view message) {
  const formats::DescriptorSchemas schemas(bytes_of(descriptors));
  const formats::MessageSchema* schema = schemas.find(message);
  if (schema == nullptr) {
    fail(Code::invalid_argument, "No descriptor found for message type ", message);
  }
  return formats::strict_text_to_wire(text, *schema, "the message");
}

}  // namespace rill
