#include <algorithm>
#include <charconv>
#include <limits>

#include "base/ascii.h"
#include "base/fail.h"
#include "codec/proto_wire.h"
#include "formats/prototext/schema.h"
#include "formats/prototext/text_format.h"
#include "formats/prototext/text_lexer.h"

namespace rill::formats {
namespace {

constexpr size_t kDeepest = 100;

class TextReader {
 public:
  TextReader(std::string_view text, std::string_view name, bool strict = false)
      : lexer_(text, name), writer_(out_), strict_(strict) {}

  std::string read(const MessageSchema& schema) {
    open_.push_back({&schema, 0, 0, false});
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.close == 0 ? lexer_.kind() == TokenKind::end : lexer_.is(top.close)) {
        close();
      } else if (top.in_list) {
        next_in_list();
      } else {
        field();
      }
    }
    return std::move(out_);
  }

 private:
  // A message that is being read. A list of messages is a level of its own.
  struct Open {
    const MessageSchema* schema;
    size_t begin;  // of its bytes, for the length before them
    char close;    // 0: the end of the text
    bool in_list;
    const FieldSchema* field = nullptr;  // of a list
    std::vector<uint32_t> given = {};    // when strict: fields that may have one value only
  };

  void close() {
    const Open top = open_.back();
    open_.pop_back();
    if (top.close == 0) return;
    lexer_.advance();
    if (!top.in_list) writer_.end_message(top.begin);
    if (open_.empty() || !open_.back().in_list) {
      separator();
    } else if (!lexer_.is(']')) {
      lexer_.expect(',');
    }
  }

  void separator() {
    if (!lexer_.take(',')) lexer_.take(';');
  }

  void push(Open open) {
    if (open_.size() > kDeepest) lexer_.damaged(str("nested deeper than ", kDeepest));
    open_.push_back(open);
  }

  void open_message(const FieldSchema& field) {
    const char close = lexer_.is('<') ? '>' : '}';
    if (close == '}') {
      lexer_.expect('{');
    } else {
      lexer_.advance();
    }
    push({field.message, writer_.begin_message(field.number), close, false});
  }

  void next_in_list() { open_message(*open_.back().field); }

  void require_known(const FieldSchema* field, std::string_view name) {
    if (!strict_) return;
    if (field == nullptr) lexer_.damaged(str("there is no field ", quoted(name)));
    if (field->repeated) return;
    std::vector<uint32_t>& given = open_.back().given;
    if (std::find(given.begin(), given.end(), field->number) != given.end()) {
      lexer_.damaged(str("a second value of ", quoted(name), ", which is not repeated"));
    }
    given.push_back(field->number);
  }

  void field() {
    const Open& top = open_.back();
    const FieldSchema* found = nullptr;
    std::string_view field_name;
    if (lexer_.take('[')) {  // an extension or the expanded form of Any: stepped over
      while (lexer_.kind() != TokenKind::end && !lexer_.is(']')) lexer_.advance();
      lexer_.expect(']');
    } else {
      if (lexer_.kind() != TokenKind::word) {
        if (lexer_.kind() == TokenKind::end) lexer_.damaged("the text ends inside a message");
        lexer_.damaged(str("found ", quoted(lexer_.token()), " where a field was expected"));
      }
      field_name = lexer_.token();
      found = top.schema->find(field_name);
      lexer_.advance();
    }
    require_known(found, field_name);
    const bool colon = lexer_.take(':');
    if (found == nullptr) return skip_value();
    if (found->kind == FieldKind::message) {
      if (found->repeated && lexer_.take('[')) {
        push({found->message, 0, ']', true, found});
      } else {
        open_message(*found);
      }
      return;
    }
    if (!colon) lexer_.damaged(str("a ':' is missing after ", quoted(field_name)));
    if (found->repeated && lexer_.take('[')) {
      while (!lexer_.is(']')) {
        scalar(*found);
        if (!lexer_.is(']')) lexer_.expect(',');
      }
      lexer_.advance();
    } else {
      scalar(*found);
    }
    separator();
  }

  // Whatever a field that is not known has for a value.
  void skip_value() {
    std::string closers;
    do {
      if (lexer_.kind() == TokenKind::end) lexer_.damaged("the text ends inside a field");
      if (lexer_.is('{') || lexer_.is('<') || lexer_.is('[')) {
        if (closers.size() > kDeepest) lexer_.damaged(str("nested deeper than ", kDeepest));
        closers.push_back(lexer_.is('{') ? '}' : lexer_.is('<') ? '>' : ']');
      } else if (!closers.empty() && lexer_.is(closers.back())) {
        closers.pop_back();
      }
      const bool was_string = lexer_.kind() == TokenKind::quoted;
      lexer_.advance();
      while (was_string && lexer_.kind() == TokenKind::quoted) lexer_.advance();
    } while (!closers.empty());
    separator();
  }

  std::string_view word(std::string_view wanted) {
    if (lexer_.kind() != TokenKind::word) {
      lexer_.damaged(
          lexer_.kind() == TokenKind::end
              ? str("the text ends where ", wanted, " was expected")
              : str("found ", quoted(lexer_.token()), " where ", wanted, " was expected"));
    }
    return lexer_.token();
  }

  // Decimal, 0x... or 0... (octal), as C writes them.
  template <typename T>
  T integer() {
    std::string_view text = word("an integer");
    const bool negative = text[0] == '-';
    if (negative) text.remove_prefix(1);
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
      base = 16;
      text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
      base = 8;
    }
    uint64_t magnitude = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, magnitude, base);
    const uint64_t most = static_cast<uint64_t>(std::numeric_limits<T>::max()) + (negative ? 1 : 0);
    if (parsed.ec != std::errc() || parsed.ptr != end || magnitude > most ||
        (negative && !std::is_signed_v<T> && magnitude != 0)) {
      lexer_.damaged(str(quoted(lexer_.token()), " is not an integer of the type expected"));
    }
    lexer_.advance();
    return static_cast<T>(negative ? 0 - magnitude : magnitude);
  }

  template <typename T>
  T floating() {
    std::string_view text = word("a number");
    const bool negative = text[0] == '-';
    if (negative) text.remove_prefix(1);
    const std::string lower = ascii::lower(std::string(text.substr(0, 40)));
    T value = 0;
    if (lower == "inf" || lower == "infinity" || lower == "inff") {
      value = std::numeric_limits<T>::infinity();
    } else if (lower == "nan" || lower == "nanf") {
      value = std::numeric_limits<T>::quiet_NaN();
    } else {
      if (text.size() > 1 && (text.back() == 'f' || text.back() == 'F')) text.remove_suffix(1);
      const char* end = text.data() + text.size();
      double wide = 0;  // over- and underflow give infinity and zero, as strtod does
      const auto parsed = std::from_chars(text.data(), end, wide);
      if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) {
        lexer_.damaged(str(quoted(lexer_.token()), " is not a number"));
      }
      if (parsed.ec == std::errc::result_out_of_range) {
        wide = lower.find("e-") == std::string::npos ? std::numeric_limits<double>::infinity() : 0;
      }
      value = static_cast<T>(wide);
      if constexpr (sizeof(T) == 4) {
        float narrow = 0;  // rounded once
        if (std::from_chars(text.data(), end, narrow).ec == std::errc()) value = narrow;
      }
    }
    lexer_.advance();
    return negative ? -value : value;
  }

  bool boolean() {
    const std::string_view text = word("true or false");
    const bool yes = text == "true" || text == "True" || text == "t" || text == "1";
    if (!yes && text != "false" && text != "False" && text != "f" && text != "0") {
      lexer_.damaged(str(quoted(text), " is neither true nor false"));
    }
    lexer_.advance();
    return yes;
  }

  int32_t enumeration(const EnumSchema& schema) {
    const std::string_view text = word("a name");
    if (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) {
      const auto number = integer<int32_t>();
      if (schema.open || !schema.name_of(number).empty()) return number;
      lexer_.damaged(str(number, " is not a value of ", schema.name));
    }
    for (const auto& [name, value] : schema.values) {
      if (name == text) {
        lexer_.advance();
        return value;
      }
    }
    lexer_.damaged(str(quoted(text), " is not a value of ", schema.name));
  }

  void scalar(const FieldSchema& field) {
    const uint32_t n = field.number;
    switch (field.kind) {
      case FieldKind::float32:
        return writer_.float32(n, floating<float>());
      case FieldKind::float64:
        return writer_.float64(n, floating<double>());
      case FieldKind::int32:
        return writer_.int32(n, integer<int32_t>());
      case FieldKind::int64:
        return writer_.int64(n, integer<int64_t>());
      case FieldKind::uint32:
        return writer_.varint(n, integer<uint32_t>());
      case FieldKind::uint64:
        return writer_.varint(n, integer<uint64_t>());
      case FieldKind::fixed64:
        return writer_.fixed64(n, integer<uint64_t>());
      case FieldKind::fixed32:
        return writer_.fixed32(n, integer<uint32_t>());
      case FieldKind::sfixed32:
        return writer_.fixed32(n, static_cast<uint32_t>(integer<int32_t>()));
      case FieldKind::sfixed64:
        return writer_.fixed64(n, static_cast<uint64_t>(integer<int64_t>()));
      case FieldKind::sint32:
      case FieldKind::sint64: {
        const int64_t value =
            field.kind == FieldKind::sint32 ? integer<int32_t>() : integer<int64_t>();
        return writer_.varint(
            n, static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
      }
      case FieldKind::boolean:
        return writer_.boolean(n, boolean());
      case FieldKind::enumeration:
        return writer_.int32(n, enumeration(*field.enumeration));
      case FieldKind::string:
      case FieldKind::bytes: {
        scratch_.clear();
        lexer_.take_strings(scratch_);
        return writer_.bytes(n, scratch_);
      }
      case FieldKind::message:
        break;
    }
  }

  TextLexer lexer_;
  std::string out_;
  proto::Writer writer_;
  bool strict_;
  std::vector<Open> open_;
  std::string scratch_;
};

}  // namespace

std::string text_to_wire(std::string_view text, std::string_view message, std::string_view name) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);  // a byte order mark
  const MessageSchema* schema = find_message_schema(message);
  if (schema == nullptr) fail(Code::internal, "no schema for message ", message);
  return TextReader(text, name).read(*schema);
}

std::string strict_text_to_wire(std::string_view text, const MessageSchema& schema,
                                std::string_view name) {
  return TextReader(text, name, true).read(schema);
}

bool looks_like_text_proto(std::string_view start) {
  start = start.substr(0, 4096);
  if (start.substr(0, 3) == "\xef\xbb\xbf") start.remove_prefix(3);
  for (const char c : start) {
    const auto u = static_cast<unsigned char>(c);
    if ((u < 0x20 && (u < '\t' || u > '\r')) || u == 0x7f) return false;
  }
  try {
    TextLexer lexer(start, "text");
    if (lexer.kind() != TokenKind::word || lexer.token()[0] < 'A') return false;
    lexer.advance();
    return lexer.is(':') || lexer.is('{') || lexer.is('<');
  } catch (const Error&) {
    return false;
  }
}

}  // namespace rill::formats
