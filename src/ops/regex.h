// Regular expressions as RE2 understands them, matched in linear time (a Pike machine): no input
// can make a match slow. Syntax: github.com/google/re2/wiki/Syntax; not here: \p classes other than
// the letters and digits of ASCII, \C.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rill {

class Regex {
 public:
  // Throws INVALID_ARGUMENT naming the pattern and what is wrong with it.
  explicit Regex(std::string_view pattern);

  bool full_match(std::string_view text) const;
  // The leftmost match at or after `from`: begin and end of the whole and of each group, in bytes
  // (-1 where a group took no part).
  bool search(std::string_view text, size_t from, std::vector<int64_t>& groups) const;
  // \0 to \9 in `rewrite` stand for the match and its groups. Throws INVALID_ARGUMENT for a rewrite
  // that names a group the pattern lacks.
  std::string replace(std::string_view text, std::string_view rewrite, bool all) const;
  int num_groups() const { return groups_; }

  struct Range {
    uint32_t first;
    uint32_t last;
  };
  enum class Op : uint8_t {
    set,
    split,  // x is tried before y
    jump,
    save,  // the position goes into slot x
    begin_text,
    end_text,
    begin_line,
    end_line,
    word_edge,
    no_word_edge,
    match,
  };
  struct Instruction {
    Op op;
    int x = 0;
    int y = 0;
    std::vector<Range> ranges = {};
  };

 private:
  struct Machine;
  bool run(std::string_view text, size_t from, bool whole, std::vector<int64_t>& groups) const;

  int groups_ = 0;  // before program_, which fills it in
  std::vector<Instruction> program_;
};

// The pattern as a program. Throws INVALID_ARGUMENT.
std::vector<Regex::Instruction> compile_regex(std::string_view pattern, int& groups);

}  // namespace rill
