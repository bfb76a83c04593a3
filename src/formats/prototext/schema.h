// Which fields the messages of TensorFlow have: what turns protobuf text into wire bytes and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rill::formats {

enum class FieldKind : uint8_t {
  float32,
  float64,
  int32,
  int64,
  uint32,
  uint64,
  sint64,
  fixed64,
  boolean,
  string,
  bytes,
  enumeration,
  message,
  sint32,
  fixed32,
  sfixed32,
  sfixed64
};

struct EnumSchema {
  std::string_view name;
  std::vector<std::pair<std::string_view, int32_t>> values;
  bool open = true;  // numbers without a name are values, too
  // Empty when no value has the number.
  std::string_view name_of(int32_t number) const;
};

struct MessageSchema;

struct FieldSchema {
  uint32_t number = 0;
  std::string_view name;
  FieldKind kind = FieldKind::message;
  bool repeated = false;
  bool is_map = false;
  const MessageSchema* message = nullptr;
  const EnumSchema* enumeration = nullptr;
};

struct MessageSchema {
  std::string_view name;
  std::vector<FieldSchema> fields;  // by number
  const FieldSchema* find(std::string_view field) const;
  const FieldSchema* find(uint32_t number) const;
};

// "GraphDef", "MetaGraphDef", "SavedModel", ... Null when there is no such message.
const MessageSchema* find_message_schema(std::string_view name);

const char* schema_text();

}  // namespace rill::formats
