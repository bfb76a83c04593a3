#include "base/c_format.h"

#include <clocale>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace rill {
namespace {

// Of this thread alone, while it lives.
class CLocale {
 public:
  CLocale() {
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", locale_t{});
    before_ = uselocale(plain);
  }
  CLocale(const CLocale&) = delete;
  CLocale& operator=(const CLocale&) = delete;
  ~CLocale() { uselocale(before_); }

 private:
  locale_t before_;
};

}  // namespace

std::string c_format(const char* pattern, ...) {
  const CLocale plain;
  char few[64];
  va_list arguments;
  va_start(arguments, pattern);
  const int length = std::vsnprintf(few, sizeof(few), pattern, arguments);
  va_end(arguments);
  if (length < 0) return {};
  if (length < static_cast<int>(sizeof(few))) return {few, static_cast<size_t>(length)};
  std::string out(static_cast<size_t>(length), '\0');
  va_start(arguments, pattern);
  std::vsnprintf(out.data(), out.size() + 1, pattern, arguments);
  va_end(arguments);
  return out;
}

double c_strtod(const char* text, char** end) {
  const CLocale plain;
  return std::strtod(text, end);
}

float c_strtof(const char* text, char** end) {
  const CLocale plain;
  return std::strtof(text, end);
}

}  // namespace rill
