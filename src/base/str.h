// str(parts...): one string from strings, numbers, and every type that has an append_to().
#pragma once

#include <charconv>
#include <cstdint>
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

template <typename T>
requires(std::is_arithmetic_v<T>) void append_to(std::string& out, T part) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), part).ptr;
  out.append(buffer, end);
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

template <typename... Parts>
std::string str(const Parts&... parts) {
  std::string out;
  (append_to(out, parts), ...);
  return out;
}

// "'foo'", with control characters escaped and a long text clipped: for names that come from a
// file.
std::string quoted(std::string_view text);
// Exact matches, lest a std::string argument finds std::quoted() of <iomanip>.
inline std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(const char* text) { return quoted(std::string_view(text)); }
inline std::string quoted(std::string& text) { return quoted(std::string_view(text)); }

// The candidate nearest to `name` by edit distance, or empty when none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);
// " (did you mean 'foo'?)" or empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace rill
