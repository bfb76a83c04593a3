// Written by hand, iteratively: the usual library knows no NaN and reads numbers by locale.
#include <charconv>
#include <limits>

#include "base/fail.h"
#include "codec/json.h"
#include "codec/utf8.h"

namespace rill {

namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view what, const JsonLimits& limits)
      : text_(text), what_(what), limits_(limits) {
    if (text.size() > limits.size) {
      fail(Code::resource_exhausted, what, ": has ", text.size(), " bytes, the limit json_size is ",
           limits.size);
    }
    if (text.starts_with("\xef\xbb\xbf")) at_ = 3;  // byte order mark
  }

  Json run() {
    Json root = value();
    // `open_` holds the containers around the present place, outermost first; the innermost is
    // filled until it closes and then moves into the one around it.
    while (!open_.empty()) step(root);
    skip_space();
    if (at_ != text_.size()) error("something follows the value");
    return root;
  }

 private:
  struct Container {
    Json value;
    std::string key;  // an object's: of the member being read
    bool first = true;
  };

  // Reads one scalar, or opens a container: it is then on `open_` and the result is not used.
  Json value() {
    skip_space();
    if (at_ == text_.size()) error("the text ends where a value was expected");
    switch (text_[at_]) {
      case '{':
        return open(Json::object());
      case '[':
        return open(Json::array());
      case '"':
        return Json(string());
      case 't':
        return word("true", Json(true));
      case 'f':
        return word("false", Json(false));
      case 'n':
        return word("null", Json());
      case 'N':
        return word("NaN", Json(std::numeric_limits<double>::quiet_NaN()));
      case 'I':
        return word("Infinity", Json(std::numeric_limits<double>::infinity()));
      default:
        return number();
    }
  }

  Json open(Json empty) {
    if (open_.size() >= static_cast<size_t>(limits_.depth)) {
      fail(Code::resource_exhausted, what_, ": ", place(),
           ": nested deeper than the limit json_depth, ", limits_.depth);
    }
    ++at_;
    open_.push_back({std::move(empty), {}, true});
    return Json();
  }

  // One element of the innermost container, or its end.
  void step(Json& root) {
    Container& inner = open_.back();
    const bool is_object = inner.value.is_object();
    const char close = is_object ? '}' : ']';
    skip_space();
    if (peek() == close) {
      ++at_;
      Json done = std::move(inner.value);
      open_.pop_back();
      if (open_.empty()) {
        root = std::move(done);
      } else {
        store(std::move(done));
      }
      return;
    }
    if (!inner.first) {
      if (peek() != ',') error(is_object ? "',' or '}' was expected" : "',' or ']' was expected");
      ++at_;
      skip_space();
    }
    inner.first = false;
    if (is_object) {
      if (peek() != '"') error("a key in quotes was expected");
      inner.key = string();
      skip_space();
      if (peek() != ':') error("':' was expected");
      ++at_;
    }
    const size_t depth = open_.size();
    Json next = value();  // may move `inner`
    if (open_.size() == depth) store(std::move(next));
  }

  void store(Json value) {
    Container& inner = open_.back();
    if (inner.value.is_object()) {
      inner.value.as_object().emplace_back(std::move(inner.key), std::move(value));
    } else {
      inner.value.as_array().push_back(std::move(value));
    }
  }

  Json word(std::string_view word, Json value) {
    if (text_.substr(at_, word.size()) != word) error("a value was expected");
    at_ += word.size();
    return value;
  }

  Json number() {
    const size_t begin = at_;
    if (peek() == '-') ++at_;
    if (peek() == 'I') return word("Infinity", Json(-std::numeric_limits<double>::infinity()));
    const size_t digits = at_;
    take_digits();
    if (at_ - digits > 1 && text_[digits] == '0') error("a number begins with 0");
    bool whole = true;
    if (peek() == '.') {
      whole = false;
      ++at_;
      take_digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      take_digits();
    }
    const char* const first = text_.data() + begin;
    const char* const last = text_.data() + at_;
    if (whole) {
      int64_t value = 0;
      if (std::from_chars(first, last, value).ec == std::errc()) return Json(value);
    }
    double value = 0;
    if (std::from_chars(first, last, value).ec == std::errc::result_out_of_range) {
      value = out_of_range(std::string_view(first, static_cast<size_t>(last - first)));
    }
    return Json(value);
  }

  // Python reads 1e999 as infinity and 1e-999 as zero.
  static double out_of_range(std::string_view number) {
    const size_t exponent = number.find_first_of("eE");
    const bool small = exponent != std::string_view::npos && number[exponent + 1] == '-';
    const double magnitude = small ? 0.0 : std::numeric_limits<double>::infinity();
    return number[0] == '-' ? -magnitude : magnitude;
  }

  void take_digits() {
    const size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    if (at_ == begin) error("a value was expected");
  }

  std::string string() {
    ++at_;
    std::string out;
    for (;;) {
      const size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20) {
        ++at_;
      }
      out.append(text_, begin, at_ - begin);
      if (at_ == text_.size()) error("the text ends inside a string");
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return out;
      }
      if (c != '\\') error("a control character inside a string");
      ++at_;
      escape(out);
    }
  }

  void escape(std::string& out) {
    if (at_ == text_.size()) error("the text ends inside a string");
    const char c = text_[at_++];
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return;
      case 'b':
        out += '\b';
        return;
      case 'f':
        out += '\f';
        return;
      case 'n':
        out += '\n';
        return;
      case 'r':
        out += '\r';
        return;
      case 't':
        out += '\t';
        return;
      case 'u':
        break;
      default:
        --at_, error("an escape that does not exist");
    }
    uint32_t code = hex4();
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_, 2) == "\\u") {
      const size_t back = at_;
      at_ += 2;
      const uint32_t low = hex4();
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      } else {
        at_ = back;
      }
    }
    append_utf8(out, code);  // dump() writes a lone surrogate back as it was
  }

  uint32_t hex4() {
    uint32_t value = 0;
    if (text_.size() - at_ < 4) error("the text ends inside an escape");
    const char* const first = text_.data() + at_;
    if (std::from_chars(first, first + 4, value, 16).ptr != first + 4) {
      error("four hexadecimal digits were expected");
    }
    at_ += 4;
    return value;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  std::string place() const {
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at_; ++i) {
      if (text_[i] == '\n') ++line, start = i + 1;
    }
    return str("line ", line, ", column ", at_ - start + 1, " (offset ", at_, ")");
  }

  [[noreturn]] void error(std::string_view problem) const {
    fail(Code::data_loss, what_, ": ", place(), ": ", problem);
  }

  std::string_view text_;
  std::string_view what_;
  const JsonLimits& limits_;
  size_t at_ = 0;
  std::vector<Container> open_;
};

}  // namespace

Json Json::parse(std::string_view text, std::string_view what, const JsonLimits& limits) {
  return Parser(text, what, limits).run();
}

}  // namespace rill
