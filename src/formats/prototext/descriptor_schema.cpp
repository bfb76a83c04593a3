#include "formats/prototext/descriptor_schema.h"

#include <algorithm>
#include <iterator>

#include "base/str.h"

namespace rill::formats {
namespace {

constexpr int kDeepestMessage = 100;

// The number of a field's type in descriptor.proto as a kind; `message` for what has none.
FieldKind kind_of(int32_t type) {
  constexpr FieldKind kKinds[] = {
      FieldKind::message,  FieldKind::float64, FieldKind::float32,     FieldKind::int64,
      FieldKind::uint64,   FieldKind::int32,   FieldKind::fixed64,     FieldKind::fixed32,
      FieldKind::boolean,  FieldKind::string,  FieldKind::message,     FieldKind::message,
      FieldKind::bytes,    FieldKind::uint32,  FieldKind::enumeration, FieldKind::sfixed32,
      FieldKind::sfixed64, FieldKind::sint32,  FieldKind::sint64};
  return type > 0 && type < static_cast<int32_t>(std::size(kKinds)) ? kKinds[type]
                                                                    : FieldKind::message;
}

template <typename Schema>
const Schema* named(const std::deque<Schema>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Schema& s) { return s.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

DescriptorSchemas::DescriptorSchemas(Bytes set_bytes) {
  proto::Reader set(set_bytes, "FileDescriptorSet");
  while (set.next()) {
    if (set.number() != 1) continue;
    std::string scope;
    bool proto3 = false;
    for (proto::Reader file = set.message("FileDescriptorProto"); file.next();) {
      if (file.number() == 2) scope = str(file.text(), ".");
      if (file.number() == 12) proto3 = file.text() == "proto3";
    }
    for (proto::Reader file = set.message("FileDescriptorProto"); file.next();) {
      if (file.number() == 4) read_message(file.message("DescriptorProto"), scope, proto3, 0);
      if (file.number() == 5) read_enum(file.message("EnumDescriptorProto"), scope, proto3);
    }
  }
  for (const Reference& r : references_) {
    FieldSchema& field = r.message->fields[r.field];
    const std::string_view type = r.type.substr(std::min<size_t>(1, r.type.size()));
    field.message = field.kind == FieldKind::message ? named(messages_, type) : nullptr;
    field.enumeration = field.kind == FieldKind::enumeration ? named(enums_, type) : nullptr;
  }
  for (MessageSchema& message : messages_) {
    std::erase_if(message.fields, [](const FieldSchema& f) {
      return (f.kind == FieldKind::message && f.message == nullptr) ||
             (f.kind == FieldKind::enumeration && f.enumeration == nullptr);
    });
  }
}

const MessageSchema* DescriptorSchemas::find(std::string_view name) const {
  return named(messages_, name);
}

void DescriptorSchemas::read_message(proto::Reader message, const std::string& scope, bool proto3,
                                     int depth) {
  if (depth > kDeepestMessage) message.damaged("messages are nested deeper than 100");
  MessageSchema& added = messages_.emplace_back();
  for (proto::Reader r = message; r.next();) {
    if (r.number() == 1) added.name = names_.emplace_back(str(scope, r.text()));
  }
  const std::string inner = str(added.name, ".");
  while (message.next()) {
    if (message.number() == 2) read_field(message.message("FieldDescriptorProto"), added);
    if (message.number() == 3) {
      read_message(message.message("DescriptorProto"), inner, proto3, depth + 1);
    }
    if (message.number() == 4) read_enum(message.message("EnumDescriptorProto"), inner, proto3);
  }
}

void DescriptorSchemas::read_enum(proto::Reader enumeration, const std::string& scope,
                                  bool proto3) {
  EnumSchema& added = enums_.emplace_back();
  added.open = proto3;
  while (enumeration.next()) {
    if (enumeration.number() == 1) added.name = names_.emplace_back(str(scope, enumeration.text()));
    if (enumeration.number() != 2) continue;
    std::string_view name;
    int32_t number = 0;
    for (proto::Reader r = enumeration.message("EnumValueDescriptorProto"); r.next();) {
      if (r.number() == 1) name = r.text();
      if (r.number() == 2) number = r.int32();
    }
    added.values.emplace_back(name, number);
  }
}

void DescriptorSchemas::read_field(proto::Reader r, MessageSchema& message) {
  FieldSchema& field = message.fields.emplace_back();
  std::string_view type;
  constexpr int32_t kRepeated = 3, kGroup = 10;
  bool group = false;
  while (r.next()) {
    if (r.number() == 1) field.name = r.text();
    if (r.number() == 3) field.number = r.uint32();
    if (r.number() == 4) field.repeated = r.int32() == kRepeated;
    if (r.number() == 5) {
      const int32_t number = r.int32();
      field.kind = kind_of(number);
      group = number == kGroup;
    }
    if (r.number() == 6) type = r.text();
  }
  references_.push_back({&message, message.fields.size() - 1, group ? std::string_view() : type});
}

}  // namespace rill::formats
