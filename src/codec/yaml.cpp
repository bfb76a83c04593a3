#include "codec/yaml.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "base/ascii.h"
#include "base/fail.h"
#include "codec/utf8.h"

namespace rill {
namespace {

constexpr int kMostNesting = 200;
constexpr size_t kMostValues = size_t{1} << 22;
constexpr size_t kMostBytes = size_t{64} << 20;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_word(char c) { return c == '\0' || is_space(c); }

bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <typename T>
bool read_whole(std::string_view text, T& out, int base = 10) {
  std::from_chars_result end{};
  if constexpr (std::is_same_v<T, double>) {
    end = std::from_chars(text.data(), text.data() + text.size(), out);
  } else {
    end = std::from_chars(text.data(), text.data() + text.size(), out, base);
  }
  return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

// What YAML 1.1 takes a word without quotes for, as Python's loader has it.
Json resolved(const std::string& word) {
  if (is_any(word, {"", "~", "null", "Null", "NULL"})) return {};
  if (is_any(ascii::lower(word), {"true", "yes", "on"})) return true;
  if (is_any(ascii::lower(word), {"false", "no", "off"})) return false;
  const bool negative = word[0] == '-';
  std::string digits = word.substr(negative || word[0] == '+' ? 1 : 0);
  std::erase(digits, '_');
  const double sign = negative ? -1 : 1;
  if (is_any(digits, {".inf", ".Inf", ".INF"})) {
    return sign * std::numeric_limits<double>::infinity();
  }
  if (is_any(word, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
  if (digits.empty() || !(ascii::is_digit(digits[0]) || digits[0] == '.')) return word;
  int64_t whole = 0;
  const bool hex = digits.starts_with("0x");
  const bool octal = !hex && digits.size() > 1 && digits[0] == '0';
  if (read_whole(std::string_view(digits).substr(hex ? 2 : 0), whole, hex ? 16 : octal ? 8 : 10)) {
    return negative ? -whole : whole;
  }
  double number = 0;
  const bool has_point = digits.find('.') != std::string::npos;
  return has_point && read_whole(digits, number) ? Json(sign * number) : Json(word);
}

struct Extent {
  size_t values = 1;
  int depth = 0;
  void hold(const Extent& inner) {
    values += inner.values;
    depth = std::max(depth, inner.depth + 1);
  }
};

Extent extent_of(const Json& json) {
  Extent out;
  if (json.is_array()) {
    for (const Json& item : json.as_array()) out.hold(extent_of(item));
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.as_object()) out.hold(extent_of(value));
  }
  return out;
}

class YamlReader {
 public:
  YamlReader(std::string_view text, std::string_view what) : text_(text), what_(what) {
    if (text.size() > kMostBytes) {
      fail(Code::resource_exhausted, what, ": has ", text.size(), " bytes, at most ", kMostBytes,
           " are read");
    }
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  Json run() {
    to_content();
    if (text_.substr(at_).starts_with("---")) at_ += 3;
    Json out = block(-1, true);
    to_content();
    if (text_.substr(at_).starts_with("...")) at_ += 3;
    to_content();
    if (at_ < text_.size()) error("something follows the value");
    return out;
  }

 private:
  struct Properties {
    std::string anchor, tag;
  };

  [[noreturn]] void error(std::string_view problem) const {
    const std::string_view before = text_.substr(0, at_);
    fail(Code::data_loss, what_, ": line ", 1 + std::count(before.begin(), before.end(), '\n'),
         ", column ", column() + 1, ": ", problem);
  }

  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  int column() const {
    const size_t line = text_.substr(0, at_).rfind('\n');
    return static_cast<int>(line == std::string_view::npos ? at_ : at_ - line - 1);
  }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') ++at_;
  }
  bool at_line_end() const { return peek() == '\n' || peek() == '\0' || peek() == '#'; }
  bool at_key_end() const {
    const bool comment = peek() == '#' && at_ > 0 && is_space(text_[at_ - 1]);
    return peek() == '\n' || peek() == '\0' || comment || (peek() == ':' && ends_word(peek(1)));
  }
  // Past comments and lines without anything.
  void to_content() {
    for (;;) {
      while (is_space(peek())) ++at_;
      if (peek() != '#') return;
      at_ = std::min(text_.find('\n', at_), text_.size());
    }
  }

  std::string word() {
    const size_t begin = at_;
    while (!ends_word(peek()) && peek() != ',' && peek() != ']' && peek() != '}') ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Properties properties() {
    Properties out;
    for (;;) {
      skip_blanks();
      if (peek() == '&') {
        out.anchor = word();
      } else if (peek() == '!') {
        out.tag = word();
      } else {
        break;
      }
    }
    constexpr std::string_view kPython = "!!python/";
    std::string_view kind = out.tag;
    kind.remove_prefix(kind.starts_with(kPython) ? kPython.size()
                                                 : std::min<size_t>(2, kind.size()));
    if (!is_any(kind, {"", "tuple", "list", "seq", "dict", "map", "str", "unicode", "int", "long",
                       "float", "bool", "none", "null", "binary"})) {
      fail(Code::unimplemented, what_, ": ", out.tag,
           " is an object of Python, which only Python can read");
    }
    return out;
  }

  Json finish(const Properties& given, Json value) {
    if (!given.anchor.empty()) anchors_[given.anchor.substr(1)] = value;
    return value;
  }

  Json alias() {
    ++at_;
    const auto found = anchors_.find(word());
    if (found == anchors_.end()) error("an alias of no anchor");
    const Extent extent = extent_of(found->second);
    values_ += extent.values;
    if (values_ > kMostValues || depth_ + extent.depth > kMostNesting) {
      fail(Code::resource_exhausted, what_, ": its anchors repeat too much");
    }
    return found->second;
  }

  void enter() {
    if (++depth_ > kMostNesting) {
      fail(Code::resource_exhausted, what_, ": nested deeper than ", kMostNesting);
    }
  }

  // What stands behind "key:" or "- ", or at the beginning, in a collection whose lines begin at
  // `parent`.
  Json block(int parent, bool mapping_may_begin, bool is_value = false) {
    enter();
    const Properties given = properties();
    Json out = is_text(given) ? Json("") : Json();
    if (!at_line_end()) {
      out = inline_value(parent, given, mapping_may_begin);
    } else {
      to_content();
      const int indent = column();
      const bool is_item = peek() == '-' && ends_word(peek(1));
      if (at_ < text_.size() && !at_document_end() &&
          (indent > parent || (indent == parent && is_item && is_value))) {
        out = is_item ? sequence(indent) : inline_value(parent, given, true);
      }
    }
    --depth_;
    return finish(given, std::move(out));
  }

  bool at_document_end() const { return column() == 0 && text_.substr(at_).starts_with("..."); }
  static bool is_text(const Properties& given) {
    return given.tag.ends_with("str") || given.tag.ends_with("unicode");
  }

  Json inline_value(int parent, const Properties& given, bool mapping_may_begin) {
    const char c = peek();
    if (c == '|' || c == '>') return literal(parent);
    if (c == '-' && ends_word(peek(1)) && mapping_may_begin) return sequence(column());
    if (mapping_may_begin && c != '[' && c != '{' && is_key()) return mapping(column());
    return scalar_or_flow(parent, given, false);
  }

  Json scalar_or_flow(int parent, const Properties& given, bool flow) {
    const char c = peek();
    if (c == '[' || c == '{') return collection(c == '{');
    if (c == '*') return alias();
    if (c == '"') return double_quoted();
    if (c == '\'') return single_quoted();
    const std::string text = plain(parent, flow);
    return is_text(given) ? Json(text) : resolved(text);
  }

  // Whether a key and its colon stand here.
  bool is_key() {
    const size_t begin = at_;
    if (peek() == '?' && ends_word(peek(1))) return true;
    if (peek() == '"') {
      double_quoted();
    } else if (peek() == '\'') {
      single_quoted();
    } else {
      while (!at_key_end()) ++at_;
    }
    skip_blanks();
    const bool found = peek() == ':' && ends_word(peek(1));
    at_ = begin;
    return found;
  }

  Json sequence(int indent) {
    Json out = Json::array();
    do {
      ++at_;
      out.push_back(block(indent, true));
      to_content();
    } while (column() == indent && peek() == '-' && ends_word(peek(1)));
    if (at_ < text_.size() && column() > indent) error("an item of a list was expected");
    return out;
  }

  Json mapping(int indent) {
    Json::Object out;
    do {
      std::string key;
      const bool marked = peek() == '?' && ends_word(peek(1));  // a key of several lines
      if (marked) {
        ++at_;
        const Json found = block(indent, true);
        key = found.is_null() ? "" : found.is_string() ? found.as_string() : found.dump();
        to_content();
      } else if (peek() == '"') {
        key = double_quoted();
      } else if (peek() == '\'') {
        key = single_quoted();
      } else {
        while (!at_key_end()) key += text_[at_++];
        while (key.ends_with(' ')) key.pop_back();
      }
      skip_blanks();
      if (peek() != ':') error("a key and ':' were expected");
      ++at_;
      out.emplace_back(std::move(key), block(indent, marked, true));
      to_content();
    } while (at_ < text_.size() && column() == indent && !at_document_end());
    if (at_ < text_.size() && column() > indent) error("a key was expected");
    return Json(std::move(out));
  }

  Json collection(bool is_object) {
    enter();
    const char close = is_object ? '}' : ']';
    Json out = is_object ? Json::object() : Json::array();
    ++at_;
    for (;;) {
      to_content();
      if (peek() == close) break;
      Json key;
      if (is_object) {
        if (peek() == '?' && ends_word(peek(1))) ++at_;
        to_content();
        key = peek() == '"' ? double_quoted() : peek() == '\'' ? single_quoted() : plain(-1, true);
        to_content();
        if (peek() != ':') error("':' was expected");
        ++at_;
        to_content();
      }
      const Properties given = properties();
      to_content();
      Json value = finish(given, scalar_or_flow(-1, given, true));
      if (is_object) {
        out.as_object().emplace_back(key.as_string(), std::move(value));
      } else {
        out.push_back(std::move(value));
      }
      to_content();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != close) {
        error(is_object ? "',' or '}' was expected" : "',' or ']' was expected");
      }
    }
    ++at_;
    --depth_;
    return out;
  }

  // The end of a line inside a scalar: one is a space, more are one less.
  void fold(std::string& out) {
    while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
    const size_t lines = take_lines();
    out += lines == 1 ? " " : std::string(lines - 1, '\n');
  }
  size_t take_lines() {
    size_t lines = 0;
    for (; is_space(peek()); ++at_) lines += peek() == '\n' ? 1 : 0;
    return lines;
  }

  std::string plain(int parent, bool flow) {
    std::string out;
    for (;;) {
      const char c = peek();
      if (c == '\0' || (c == ':' && (ends_word(peek(1)) || (flow && peek(1) == ',')))) break;
      if (flow && (c == ',' || c == ']' || c == '}' || c == '[' || c == '{')) break;
      if (c == '#' && !out.empty() && out.back() == ' ') break;
      if (c == '\n' || c == '\r') {
        while (!out.empty() && is_space(out.back())) out.pop_back();
        const size_t end = at_, size = out.size();
        fold(out);
        if (peek() == '\0' || peek() == '#' || (!flow && column() <= parent) || at_document_end()) {
          at_ = end;
          out.resize(size);
          break;
        }
        continue;
      }
      out += c;
      ++at_;
    }
    while (!out.empty() && is_space(out.back())) out.pop_back();
    if (out.empty() && flow && peek() != ',' && peek() != ']' && peek() != '}' && peek() != ':') {
      error("a value was expected");
    }
    return out;
  }

  std::string single_quoted() {
    std::string out;
    for (++at_;;) {
      if (at_ >= text_.size()) error("the text ends inside a string");
      const char c = peek();
      if (c == '\'' && peek(1) != '\'') break;
      if (c == '\n' || c == '\r') {
        fold(out);
        continue;
      }
      out += c;
      at_ += c == '\'' ? 2 : 1;
    }
    ++at_;
    return out;
  }

  std::string double_quoted() {
    std::string out;
    for (++at_; peek() != '"' || at_ >= text_.size();) {
      if (at_ >= text_.size()) error("the text ends inside a string");
      const char c = peek();
      if (c == '\n' || c == '\r') {
        fold(out);
      } else if (c == '\\') {
        ++at_;
        escape(out);
      } else {
        out += c;
        ++at_;
      }
    }
    ++at_;
    return out;
  }

  void escape(std::string& out) {
    const char c = peek();
    ++at_;
    constexpr std::string_view kFrom = "0abtnvfre \"/\\", kTo("\0\a\b\t\n\v\f\r\x1b \"/\\", 13);
    if (const size_t found = kFrom.find(c); found != std::string_view::npos) {
      out += kTo[found];
    } else if (c == '\n' || c == '\r') {
      take_lines();
    } else if (c == 'N' || c == '_' || c == 'L' || c == 'P') {
      append_utf8(out, c == 'N' ? 0x85 : c == '_' ? 0xa0 : c == 'L' ? 0x2028 : 0x2029);
    } else if (c == 'x' || c == 'u' || c == 'U') {
      const std::string_view digits = text_.substr(at_, c == 'x' ? 2 : c == 'u' ? 4 : 8);
      uint32_t code = 0;
      if (!read_whole(digits, code, 16) || code > 0x10ffff)
        error("hexadecimal digits were expected");
      at_ += digits.size();
      append_utf8(out, code);
    } else {
      --at_;
      error("an escape that does not exist");
    }
  }

  // "|" keeps the ends of lines, ">" folds them; the lines stand deeper than `parent`.
  std::string literal(int parent) {
    const bool folds = peek() == '>';
    ++at_;
    bool keeps_end = true;
    for (; !at_line_end(); ++at_) keeps_end = keeps_end && peek() != '-';
    at_ = std::min(text_.find('\n', at_), text_.size());
    std::string out;
    int indent = -1;
    while (at_ < text_.size()) {
      const size_t line = at_ + 1;
      const size_t end = std::min(text_.find('\n', line), text_.size());
      const std::string_view whole = text_.substr(std::min(line, end), end - std::min(line, end));
      const size_t begin = whole.find_first_not_of(" \r");
      if (begin != std::string_view::npos) {
        if (static_cast<int>(begin) <= parent) break;
        if (indent < 0) indent = static_cast<int>(begin);
      }
      out += whole.substr(std::min(whole.size(), static_cast<size_t>(std::max(indent, 0))));
      out += folds ? ' ' : '\n';
      at_ = end;
    }
    while (!out.empty() && is_space(out.back())) out.pop_back();
    if (keeps_end && !out.empty()) out += '\n';
    return out;
  }

  std::string_view text_;
  std::string_view what_;
  size_t at_ = 0;
  int depth_ = 0;
  size_t values_ = 0;
  std::map<std::string, Json> anchors_;
};

}  // namespace

Json parse_yaml(std::string_view text, std::string_view what) {
  return YamlReader(text, what).run();
}

}  // namespace rill
