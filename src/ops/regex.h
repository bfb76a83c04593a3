// Regular expressions as TensorFlow's ops mean them: RE2's syntax, matched in linear time. Patterns
// come from files: std::regex takes exponential time and the stack of hostile ones.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace rill {

class Regex {
 public:
  // Throws INVALID_ARGUMENT naming the pattern and what is wrong with it.
  explicit Regex(std::string_view pattern);
  ~Regex();

  bool full_match(std::string_view text) const;
  // Whether some part of `text` matches.
  bool search(std::string_view text) const;
  // \0 to \9 in `rewrite` stand for the match and its groups. Throws INVALID_ARGUMENT for a rewrite
  // that names a group the pattern lacks.
  std::string replace(std::string_view text, std::string_view rewrite, bool all) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rill
