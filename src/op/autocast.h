// Variables that are read in another dtype than they are kept in.
#pragma once

#include "rill/dtype.hpp"

namespace rill {

// While it lives, ops of this thread that take a float32 variable by value get it cast to `dtype`;
// `invalid`: as it is. They nest.
class AutocastScope {
 public:
  explicit AutocastScope(DType dtype);
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;
  ~AutocastScope();
  // Whether one with a dtype is the innermost of this thread.
  static bool is_active();

 private:
  DType before_;
};

}  // namespace rill
