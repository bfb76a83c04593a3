#include "ops/regex.h"

#include <re2/re2.h>

#include "base/fail.h"

namespace rill {

struct Regex::Impl {
  explicit Impl(std::string_view pattern) : re({pattern.data(), pattern.size()}, RE2::Quiet) {}
  RE2 re;
};

Regex::Regex(std::string_view pattern) : impl_(std::make_unique<Impl>(pattern)) {
  if (!impl_->re.ok()) {
    fail(Code::invalid_argument, "Invalid pattern: ", quoted(pattern),
         ", error: ", impl_->re.error());
  }
}

Regex::~Regex() = default;

bool Regex::full_match(std::string_view text) const {
  return RE2::FullMatch({text.data(), text.size()}, impl_->re);
}

bool Regex::search(std::string_view text) const {
  return RE2::PartialMatch({text.data(), text.size()}, impl_->re);
}

std::string Regex::replace(std::string_view text, std::string_view rewrite, bool all) const {
  std::string out(text);
  const re2::StringPiece with(rewrite.data(), rewrite.size());
  // A rewrite that asks for groups that the pattern lacks replaces nothing, as TensorFlow has it.
  if (all) {
    RE2::GlobalReplace(&out, impl_->re, with);
  } else {
    RE2::Replace(&out, impl_->re, with);
  }
  return out;
}

}  // namespace rill
