// A JSON value: what Keras configs, variables indexes and HTTP bodies are made of.
//
// Reads RFC 8259 plus NaN, Infinity and -Infinity, and writes numbers and strings exactly as
// Python's json module does, so that configs come back byte-identical.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rill {

struct JsonLimits {
  int depth = 512;
  size_t size = size_t{64} << 20;
};

// The defaults are json.dumps()'s.
struct JsonStyle {
  int indent = -1;                         // -1: on one line
  bool ascii = true;                       // other characters as \uXXXX
  std::string_view item_separator = ", ";  // indented, trailing spaces are dropped as Python does
  std::string_view key_separator = ": ";
};
inline constexpr JsonStyle kCompactJson{-1, true, ",", ":"};

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;  // in the order of the text

  Json() = default;                                             // null
  Json(std::nullptr_t) {}                                       // NOLINT
  Json(bool value) : value_(value) {}                           // NOLINT
  Json(int value) : value_(static_cast<int64_t>(value)) {}      // NOLINT
  Json(int64_t value) : value_(value) {}                        // NOLINT
  Json(double value) : value_(value) {}                         // NOLINT
  Json(const char* value) : value_(std::string(value)) {}       // NOLINT
  Json(std::string_view value) : value_(std::string(value)) {}  // NOLINT
  Json(std::string value) : value_(std::move(value)) {}         // NOLINT
  Json(Array value) : value_(std::move(value)) {}               // NOLINT
  Json(Object value) : value_(std::move(value)) {}              // NOLINT
  static Json array() { return Json(Array{}); }
  static Json object() { return Json(Object{}); }

  // Throws DATA_LOSS "WHAT: line L, column C (offset N): problem", RESOURCE_EXHAUSTED beyond the
  // limits. An integer beyond 64 bits becomes a double. Of equal keys the last one counts.
  static Json parse(std::string_view text, std::string_view what = "JSON",
                    const JsonLimits& limits = {});
  std::string dump(const JsonStyle& style = {}) const;

  bool is_null() const { return std::holds_alternative<Null>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<int64_t>(value_); }
  bool is_double() const { return std::holds_alternative<double>(value_); }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  // "null", "a boolean", "an integer", ... for messages.
  const char* kind() const;

  // The value as a type. Throws INVALID_ARGUMENT when it is another. as_double() takes integers,
  // as_int() doubles without a fraction (Keras writes 2.0 for some counts).
  bool as_bool() const;
  int64_t as_int() const;
  double as_double() const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();
  // T: bool, an integer, float, double, std::string.
  template <typename T>
  T get() const;

  // Elements or members; 0 for everything else.
  size_t size() const;
  // A member. find() gives null when there is none or this is no object, at() throws NOT_FOUND.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  const Json& at(std::string_view key) const;
  const Json& at(size_t index) const;
  // The member, or `otherwise` when it is missing or null.
  template <typename T>
  T value(std::string_view key, T otherwise) const {
    const Json* found = find(key);
    return found == nullptr || found->is_null() ? std::move(otherwise) : found->get<T>();
  }

  // Replaces or appends a member; null becomes an object first.
  Json& set(std::string_view key, Json value);
  // Appends an element; null becomes an array first.
  Json& push_back(Json value);
  void erase(std::string_view key);

  // 1 and 1.0 are equal, as in Python; the order of members does not count.
  bool operator==(const Json& other) const;

 private:
  [[noreturn]] void wrong_kind(const char* wanted) const;

  // libstdc++ 12 takes a variant of trivial types, strings and vectors alone for one that always
  // has a value, and destroys what a copy that ran out of memory never made. This copy is not
  // trivial.
  struct Null {
    Null() = default;
    Null(const Null&) noexcept {}
    Null& operator=(const Null&) noexcept { return *this; }
    bool operator==(const Null&) const { return true; }
  };

  std::variant<Null, bool, int64_t, double, std::string, Array, Object> value_;
};

// How Python's repr() and json write a float: shortest digits that read back the same, "1.0",
// "1e-07", "1e+16", "NaN", "Infinity".
std::string python_float(double value);

template <typename T>
T Json::get() const {
  if constexpr (std::is_same_v<T, bool>) {
    return as_bool();
  } else if constexpr (std::is_same_v<T, std::string>) {
    return as_string();
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(as_double());
  } else {
    static_assert(std::is_integral_v<T>);
    const int64_t number = as_int();
    if (!std::in_range<T>(number)) wrong_kind("a smaller integer");
    return static_cast<T>(number);
  }
}

}  // namespace rill
