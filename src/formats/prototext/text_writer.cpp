#include <bit>
#include <charconv>
#include <cmath>

#include "base/escape.h"
#include "base/fail.h"
#include "codec/proto_wire.h"
#include "formats/prototext/schema.h"
#include "formats/prototext/text_format.h"

namespace rill::formats {
namespace {

// As Python's repr(): "0.1", "1.0", "1e-05", "inf".
template <typename T>
void append_float(std::string& out, T value) {
  if (std::isnan(value)) {
    out += "nan";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-inf" : "inf";
    return;
  }
  char digits[64];
  const double magnitude = std::fabs(static_cast<double>(value));
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  const auto end = std::to_chars(digits, digits + sizeof(digits), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  if (plain && text.find('.') == std::string_view::npos) out += ".0";
}

// Quoted, with C escapes; text keeps its UTF-8, bytes have every byte above 126 in octal.
void append_quoted(std::string& out, std::string_view text, bool is_bytes) {
  out += '"';
  out += c_escaped(text, is_bytes ? HighBytes::octal : HighBytes::kept);
  out += '"';
}

class TextWriter {
 public:
  std::string write(Bytes wire, const MessageSchema& schema) {
    open_.push_back({proto::Reader(wire, "message"), &schema});
    while (!open_.empty()) {
      if (!open_.back().reader.next()) {
        open_.pop_back();
        if (!open_.empty()) line_start() += "}\n";
        continue;
      }
      const proto::Reader& reader = open_.back().reader;
      const FieldSchema* field = open_.back().schema->find(reader.number());
      if (field == nullptr) continue;
      if (field->kind != FieldKind::message) {
        values(*field, reader);
        continue;
      }
      if (open_.size() > 100) reader.damaged("messages are nested deeper than 100");
      line_start().append(field->name) += " {\n";
      open_.push_back({reader.message("message"), field->message});
    }
    return std::move(out_);
  }

 private:
  struct Open {
    proto::Reader reader;
    const MessageSchema* schema;
  };

  std::string& line_start() { return out_.append(2 * (open_.size() - 1), ' '); }

  std::string& name(const FieldSchema& field) { return line_start().append(field.name) += ": "; }

  void values(const FieldSchema& field, const proto::Reader& reader) {
    switch (field.kind) {
      case FieldKind::float32:
        return floats<float>(field, reader);
      case FieldKind::float64:
        return floats<double>(field, reader);
      case FieldKind::string:
      case FieldKind::bytes:
        append_quoted(name(field), reader.text(), field.kind == FieldKind::bytes);
        out_ += '\n';
        return;
      case FieldKind::uint32:
      case FieldKind::uint64: {
        std::vector<uint64_t> numbers;
        reader.append_varints(numbers);
        for (const uint64_t number : numbers) line(field, number);
        return;
      }
      case FieldKind::fixed64:
        return line(field, reader.fixed64());
      default: {
        std::vector<int64_t> numbers;
        reader.append_varints(numbers);
        for (const int64_t number : numbers) integer(field, number);
      }
    }
  }

  template <typename T>
  void floats(const FieldSchema& field, const proto::Reader& reader) {
    std::vector<T> numbers;
    reader.append_fixed(numbers);
    for (const T number : numbers) {
      append_float(name(field), number);
      out_ += '\n';
    }
  }

  template <typename T>
  void line(const FieldSchema& field, T value) {
    append_to(name(field), value);
    out_ += '\n';
  }

  void integer(const FieldSchema& field, int64_t number) {
    if (field.kind == FieldKind::boolean) return line(field, number != 0);
    if (field.kind == FieldKind::sint64) {
      return line(field, static_cast<int64_t>(static_cast<uint64_t>(number) >> 1) ^ -(number & 1));
    }
    if (field.kind == FieldKind::enumeration) {
      const std::string_view text = field.enumeration->name_of(static_cast<int32_t>(number));
      if (!text.empty()) return line(field, text);
    }
    if (field.kind != FieldKind::int64) return line(field, static_cast<int32_t>(number));
    line(field, number);
  }

  std::string out_;
  std::vector<Open> open_;
};

}  // namespace

std::string wire_to_text(Bytes wire, std::string_view message) {
  const MessageSchema* schema = find_message_schema(message);
  if (schema == nullptr) fail(Code::internal, "no schema for message ", message);
  return TextWriter().write(wire, *schema);
}

}  // namespace rill::formats
