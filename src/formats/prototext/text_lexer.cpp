#include "formats/prototext/text_lexer.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/fail.h"

namespace rill::formats {
namespace {

bool is_word_character(char c) {
  return ascii::is_alnum(c) || c == '_' || c == '.' || c == '+' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(uint32_t code, std::string& out) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

}  // namespace

void TextLexer::damaged(std::string_view problem) const {
  const size_t here = token_.empty() ? at_ : static_cast<size_t>(token_.data() - text_.data());
  const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<int64_t>(here), '\n');
  fail(Code::data_loss, name_, ": line ", line, ": ", problem);
}

void TextLexer::skip_space() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
      ++at_;
    } else {
      return;
    }
  }
}

void TextLexer::advance() {
  skip_space();
  const size_t begin = at_;
  if (at_ == text_.size()) {
    kind_ = TokenKind::end;
    token_ = {};
    return;
  }
  const char c = text_[at_++];
  if (c == '"' || c == '\'') {
    kind_ = TokenKind::quoted;
    while (at_ < text_.size() && text_[at_] != c && text_[at_] != '\n') {
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size() || text_[at_] != c) {
      at_ = begin;
      token_ = {};
      damaged("a quoted string does not end on its line");
    }
    ++at_;
  } else if (is_word_character(c)) {
    kind_ = TokenKind::word;
    while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
  } else {
    kind_ = TokenKind::punctuation;
  }
  token_ = text_.substr(begin, at_ - begin);
}

bool TextLexer::take(char punctuation) {
  if (!is(punctuation)) return false;
  advance();
  return true;
}

void TextLexer::expect(char punctuation) {
  if (take(punctuation)) return;
  damaged(kind_ == TokenKind::end
              ? str("the text ends where '", punctuation, "' was expected")
              : str("found ", quoted(token_), " where '", punctuation, "' was expected"));
}

void TextLexer::take_strings(std::string& out) {
  if (kind_ != TokenKind::quoted) {
    damaged(kind_ == TokenKind::end
                ? str("the text ends where a string was expected")
                : str("found ", quoted(token_), " where a string was expected"));
  }
  while (kind_ == TokenKind::quoted) {
    unescape(token_.substr(1, token_.size() - 2), out);
    advance();
  }
}

// C escapes, octal of up to three and \x of up to two digits, \u and \U.
void TextLexer::unescape(std::string_view body, std::string& out) const {
  constexpr std::string_view kNames = "abfnrtv\\'\"?";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"?";
  for (size_t i = 0; i < body.size();) {
    const size_t plain = std::min(body.find('\\', i), body.size());
    out.append(body.substr(i, plain - i));
    if (plain == body.size()) return;
    i = plain + 1;
    const char c = body[i++];  // the lexer made sure that one follows
    if (const size_t known = kNames.find(c); known != std::string_view::npos) {
      out.push_back(kValues[known]);
    } else if (c >= '0' && c <= '7') {
      int value = c - '0';
      for (int n = 1; n < 3 && i < body.size() && body[i] >= '0' && body[i] <= '7'; ++n) {
        value = value * 8 + (body[i++] - '0');
      }
      out.push_back(static_cast<char>(value));
    } else if (c == 'x' || c == 'X' || c == 'u' || c == 'U') {
      const int most = c == 'u' ? 4 : c == 'U' ? 8 : 2;
      uint32_t value = 0;
      int n = 0;
      for (; n < most && i < body.size() && hex_digit(body[i]) >= 0; ++n) {
        value = value * 16 + static_cast<uint32_t>(hex_digit(body[i++]));
      }
      const bool code_point = most > 2;
      if (n == 0 || (code_point && (n < most || value > 0x10ffff))) {
        damaged("a string has a broken escape");
      }
      if (code_point) {
        append_utf8(value, out);
      } else {
        out.push_back(static_cast<char>(value));
      }
    } else {
      damaged(str("a string has the unknown escape ", quoted(body.substr(i - 2, 2))));
    }
  }
}

}  // namespace rill::formats
