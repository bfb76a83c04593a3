#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/str.h"
#include "codec/json.h"

namespace rill {

// Python's float_repr_style 'short': scientific when the exponent is below -4 or at least 16.
std::string python_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  if (exponent < -4 || exponent >= 16) return std::string(text);
  const auto fixed =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
  std::string out(buffer, fixed.ptr);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

namespace {

// The code point at text[i] and its length; a byte that is no UTF-8 stands for itself.
uint32_t decode(std::string_view text, size_t i, size_t& length) {
  const auto byte = [&](size_t k) {
    return i + k < text.size() ? static_cast<uint32_t>(static_cast<unsigned char>(text[i + k])) : 0;
  };
  const uint32_t lead = byte(0);
  length = lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
  for (size_t k = 1; k < length; ++k) {
    if ((byte(k) & 0xc0) != 0x80) {
      length = 1;
      return lead;
    }
    code = code << 6 | (byte(k) & 63);
  }
  return code;
}

class Dumper {
 public:
  explicit Dumper(const JsonStyle& style) : style_(style) {}

  // Recursion is as deep as the value, which the parser bounds.
  void value(const Json& json, int level) {
    if (json.is_null()) {
      out += "null";
    } else if (json.is_bool()) {
      out += json.as_bool() ? "true" : "false";
    } else if (json.is_int()) {
      append_to(out, json.as_int());
    } else if (json.is_double()) {
      out += python_float(json.as_double());
    } else if (json.is_string()) {
      string(json.as_string());
    } else if (json.is_array()) {
      sequence(json.as_array(), '[', ']', level, [&](const Json& item) { value(item, level + 1); });
    } else {
      sequence(json.as_object(), '{', '}', level, [&](const auto& member) {
        string(member.first);
        out += style_.key_separator;
        value(member.second, level + 1);
      });
    }
  }

  std::string out;

 private:
  template <typename Items, typename One>
  void sequence(const Items& items, char open, char close, int level, One&& one) {
    out += open;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out += separator();
      first = false;
      new_line(level + 1);
      one(item);
    }
    if (!first) new_line(level);
    out += close;
  }

  std::string_view separator() const {
    return style_.indent >= 0 ? std::string_view(",") : style_.item_separator;
  }

  void new_line(int level) {
    if (style_.indent < 0) return;
    out += '\n';
    out.append(static_cast<size_t>(style_.indent) * static_cast<size_t>(level), ' ');
  }

  void string(std::string_view text) {
    out += '"';
    for (size_t i = 0; i < text.size();) {
      size_t length = 1;
      const uint32_t code = decode(text, i, length);
      switch (code) {
        case '"':
          out += "\\\"";
          break;
        case '\\':
          out += "\\\\";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        case '\t':
          out += "\\t";
          break;
        case '\b':
          out += "\\b";
          break;
        case '\f':
          out += "\\f";
          break;
        default:
          if (code < 0x20 || (code >= 0x7f && style_.ascii && code != 0x7f)) {
            unicode(code);
          } else {
            out.append(text, i, length);
          }
      }
      i += length;
    }
    out += '"';
  }

  void unicode(uint32_t code) {
    if (code >= 0x10000) {
      unicode(0xd800 + ((code - 0x10000) >> 10));
      unicode(0xdc00 + ((code - 0x10000) & 0x3ff));
      return;
    }
    constexpr char kHex[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[code >> shift & 15];
  }

  const JsonStyle& style_;
};

}  // namespace

std::string Json::dump(const JsonStyle& style) const {
  Dumper dumper(style);
  dumper.value(*this, 0);
  return std::move(dumper.out);
}

}  // namespace rill
