// Which fields messages have by descriptors that come with a model:
// google/protobuf/descriptor.proto.
#pragma once

#include <deque>
#include <string>

#include "codec/proto_wire.h"
#include "formats/prototext/schema.h"

namespace rill::formats {

// The messages and enums of a serialized FileDescriptorSet, whose bytes must live as long. Fields
// of a type that the text format does not have here (groups) are left out. Throws DATA_LOSS for
// bytes that are no FileDescriptorSet.
class DescriptorSchemas {
 public:
  explicit DescriptorSchemas(Bytes file_descriptor_set);
  // "package.Message.Nested". Null when there is no such message.
  const MessageSchema* find(std::string_view name) const;

 private:
  // A field whose type is known by name until all messages are.
  struct Reference {
    MessageSchema* message;
    size_t field;
    std::string_view type;  // ".package.Message"
  };
  void read_message(proto::Reader message, const std::string& scope, bool proto3, int depth);
  void read_enum(proto::Reader enumeration, const std::string& scope, bool proto3);
  void read_field(proto::Reader field, MessageSchema& message);

  std::deque<std::string> names_;
  std::deque<MessageSchema> messages_;
  std::deque<EnumSchema> enums_;
  std::vector<Reference> references_;
};

}  // namespace rill::formats
