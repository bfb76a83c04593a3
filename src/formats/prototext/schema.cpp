#include "formats/prototext/schema.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <iterator>
#include <unordered_map>

namespace rill::formats {
namespace {

// Everything that schema_text() declares, made once and never freed.
class Schemas {
 public:
  Schemas() {
    for (std::string_view word = next(); !word.empty();) {
      const bool is_enum = word == "enum";
      word = is_enum ? read_enum(next()) : read_message(next());
    }
    for (MessageSchema& message : messages_) {
      for (FieldSchema& field : message.fields) link(field, types_[field.name.data()]);
    }
  }

  const MessageSchema* find(std::string_view name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? nullptr : it->second;
  }

 private:
  std::string_view next() {
    const size_t begin = rest_.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return {};
    rest_.remove_prefix(begin);
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \n"));
    rest_.remove_prefix(word.size());
    return word;
  }

  static bool is_number(std::string_view word) {
    return !word.empty() && word[0] >= '0' && word[0] <= '9';
  }

  static int32_t number(std::string_view word) {
    int32_t value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
  }

  // Both return the word that follows the declaration.
  std::string_view read_enum(std::string_view name) {
    EnumSchema& added = enums_.emplace_back();
    added.name = name;
    enum_by_name_[name] = &added;
    std::string_view word = next();
    for (; is_number(word); word = next()) added.values.emplace_back(next(), number(word));
    return word;
  }

  std::string_view read_message(std::string_view name) {
    MessageSchema& added = messages_.emplace_back();
    added.name = name;
    by_name_[name] = &added;
    std::string_view word = next();
    for (; is_number(word); word = next()) {
      FieldSchema& field = added.fields.emplace_back();
      field.number = static_cast<uint32_t>(number(word));
      field.name = next();
      types_[field.name.data()] = next();
    }
    return word;
  }

  void link(FieldSchema& field, std::string_view type) {
    if (const size_t colon = type.find(':'); colon != std::string_view::npos) {
      field.repeated = true;
      field.is_map = true;
      field.message = entry(type.substr(0, colon), type.substr(colon + 1));
      return;
    }
    if (type.back() == '*') {
      field.repeated = true;
      type.remove_suffix(1);
    }
    link_plain(field, type);
  }

  void link_plain(FieldSchema& field, std::string_view type) {
    constexpr std::string_view kPlain[] = {"float",  "double", "int32",  "int64",
                                           "uint32", "uint64", "sint64", "fixed64",
                                           "bool",   "string", "bytes"};
    const auto* plain = std::find(std::begin(kPlain), std::end(kPlain), type);
    if (plain != std::end(kPlain)) {
      field.kind = static_cast<FieldKind>(plain - std::begin(kPlain));
    } else if (const auto it = enum_by_name_.find(type); it != enum_by_name_.end()) {
      field.kind = FieldKind::enumeration;
      field.enumeration = it->second;
    } else {
      field.message = by_name_.at(type);
    }
  }

  // Map fields are messages {key = 1, value = 2} on the wire and in text.
  const MessageSchema* entry(std::string_view key, std::string_view value) {
    MessageSchema& added = entries_.emplace_back();
    added.fields.resize(2);
    added.fields[0].number = 1;
    added.fields[0].name = "key";
    link_plain(added.fields[0], key);
    added.fields[1].number = 2;
    added.fields[1].name = "value";
    link_plain(added.fields[1], value);
    return &added;
  }

  std::string_view rest_ = schema_text();
  std::deque<MessageSchema> messages_;
  std::deque<MessageSchema> entries_;
  std::deque<EnumSchema> enums_;
  std::unordered_map<std::string_view, MessageSchema*> by_name_;
  std::unordered_map<std::string_view, EnumSchema*> enum_by_name_;
  // The type of the field whose name stands at this place of the schema text.
  std::unordered_map<const char*, std::string_view> types_;
};

}  // namespace

std::string_view EnumSchema::name_of(int32_t number) const {
  for (const auto& [value_name, value] : values) {
    if (value == number) return value_name;
  }
  return {};
}

const FieldSchema* MessageSchema::find(std::string_view field) const {
  for (const FieldSchema& f : fields) {
    if (f.name == field) return &f;
  }
  return nullptr;
}

const FieldSchema* MessageSchema::find(uint32_t number) const {
  for (const FieldSchema& f : fields) {
    if (f.number == number) return &f;
  }
  return nullptr;
}

const MessageSchema* find_message_schema(std::string_view name) {
  static const auto* const schemas = new Schemas;
  return schemas->find(name);
}

}  // namespace rill::formats
