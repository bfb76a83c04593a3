// str(parts...): one string from strings, numbers, and every type that has an append_to().
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rill {

inline void append_to(std::string& out, std::string_view part) { out.append(part); }
inline void append_to(std::string& out, const std::string& part) { out.append(part); }
inline void append_to(std::string& out, const char* part) { out.append(part); }
inline void append_to(std::string& out, char part) { out.push_back(part); }
inline void append_to(std::string& out, bool part) { out.append(part ? "true" : "false"); }

void append_number(std::string& out, int64_t number);
void append_number(std::string& out, uint64_t number);
void append_number(std::string& out, float number);
void append_number(std::string& out, double number);

template <typename T>
requires(std::is_arithmetic_v<T>) void append_to(std::string& out, T part) {
  if constexpr (std::is_floating_point_v<T>) {
    append_number(out, part);
  } else if constexpr (std::is_signed_v<T>) {
    append_number(out, int64_t{part});
  } else {
    append_number(out, uint64_t{part});
  }
}

template <typename T>
void append_to(std::string& out, const std::vector<T>& parts) {
  out.push_back('[');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(", ");
    append_to(out, parts[i]);
  }
  out.push_back(']');
}

// One part by reference, its type forgotten: what takes many parts is compiled once, not once a
// combination of types. Lives no longer than the expression that makes it.
class TextPart {
 public:
  template <typename T>
  TextPart(const T& value)  // NOLINT
      : value_(&value), append_([](std::string& out, const void* v) {
          append_to(out, *static_cast<const T*>(v));
        }) {}
  TextPart(const char* text);              // NOLINT
  TextPart(const std::string& text);       // NOLINT
  TextPart(const std::string_view& text);  // NOLINT
  TextPart(const int& number);             // NOLINT
  TextPart(const int64_t& number);         // NOLINT
  TextPart(const size_t& number);          // NOLINT
  template <size_t n>
  TextPart(const char (&text)[n]) : TextPart(static_cast<const char*>(text)) {}  // NOLINT
  void append(std::string& out) const { append_(out, value_); }

 private:
  const void* value_;
  void (*append_)(std::string& out, const void* value);
};

std::string join(std::initializer_list<TextPart> parts);

template <typename... Parts>
std::string str(const Parts&... parts) {
  return join({TextPart(parts)...});
}

// "ab" twice: "abab".
std::string repeated(std::string_view text, int times);

// "'foo'", with control characters escaped and a long text clipped: for names that come from a
// file.
std::string quoted(std::string_view text);
// Exact matches, lest a std::string argument finds std::quoted() of <iomanip>.
inline std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(const char* text) { return quoted(std::string_view(text)); }
inline std::string quoted(std::string& text) { return quoted(std::string_view(text)); }

// Control characters but line ends escaped: for texts that hold what a file says.
std::string printable(std::string text);

// The candidate nearest to `name` by edit distance, or empty when none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);
// " (did you mean 'foo'?)" or empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace rill
