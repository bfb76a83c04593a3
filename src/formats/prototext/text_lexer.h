// Words of the protobuf text format: identifiers, numbers, quoted strings, punctuation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rill::formats {

enum class TokenKind : uint8_t { end, word, quoted, punctuation };

class TextLexer {
 public:
  // `name` begins each error.
  TextLexer(std::string_view text, std::string_view name) : text_(text), name_(name) { advance(); }

  TokenKind kind() const { return kind_; }
  // The word, or the one punctuation character, or the string with its quotes and escapes.
  std::string_view token() const { return token_; }
  bool is(char punctuation) const {
    return kind_ == TokenKind::punctuation && token_[0] == punctuation;
  }
  void advance();
  // Advances when the present token is this character.
  bool take(char punctuation);
  void expect(char punctuation);

  // The present string and those that follow it directly, unescaped, onto `out`. Advances.
  void take_strings(std::string& out);

  // Throws DATA_LOSS "NAME: line N: problem".
  [[noreturn]] void damaged(std::string_view problem) const;

 private:
  void skip_space();
  void unescape(std::string_view body, std::string& out) const;

  std::string_view text_;
  std::string_view name_;
  size_t at_ = 0;
  TokenKind kind_ = TokenKind::end;
  std::string_view token_;
};

}  // namespace rill::formats
