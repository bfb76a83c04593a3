#include "tensor/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <string_view>
#include <type_traits>

#include "base/c_format.h"
#include "base/str.h"
#include "tensor/dispatch.h"
#include "tensor/float8.h"
#include "tensor/storage_dtype.h"

namespace rill {
namespace {

constexpr int kPrecision = 8;  // numpy.get_printoptions()["precision"]

// A finite number as digits d.ddd times 10^exponent, the fewest digits that read back.
struct Digits {
  bool negative = false;
  std::string digits = "0";
  int exponent = 0;
};

Digits parse_scientific(std::string_view text) {  // "-1.25e+03"
  Digits out;
  if (text.front() == '-') {
    out.negative = true;
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  out.digits.clear();
  for (const char c : text.substr(0, e)) {
    if (c != '.') out.digits += c;
  }
  while (out.digits.size() > 1 && out.digits.back() == '0') out.digits.pop_back();
  out.exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  return out;
}

template <typename T>
Digits shortest(T value) {
  if constexpr (std::is_same_v<T, float16>) {
    for (int digits = 0;; ++digits) {  // five digits tell all halves apart
      const std::string text = c_format("%.*e", digits, static_cast<double>(value));
      if (digits == 5 || float16(c_strtof(text.c_str())).bits == value.bits) {
        return parse_scientific(text);
      }
    }
  } else {
    char buffer[64];
    const auto end =
        std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific).ptr;
    return parse_scientific(std::string_view(buffer, static_cast<size_t>(end - buffer)));
  }
}

struct Parts {
  std::string whole;     // with the sign
  std::string fraction;  // without trailing zeros
  int exponent = 0;      // scientific only
};

std::string without_trailing_zeros(std::string text) {
  while (!text.empty() && text.back() == '0') text.pop_back();
  return text;
}

// Rounds exactly when the shortest digits are longer than `precision`.
template <typename T>
Parts positional(T value, int precision) {
  const Digits d = shortest(value);
  Parts out;
  const auto count = static_cast<int>(d.digits.size());
  if (d.exponent < 0) {
    out.whole = "0";
    out.fraction = std::string(static_cast<size_t>(-d.exponent - 1), '0') + d.digits;
  } else if (d.exponent + 1 >= count) {
    out.whole = d.digits + std::string(static_cast<size_t>(d.exponent + 1 - count), '0');
  } else {
    out.whole = d.digits.substr(0, static_cast<size_t>(d.exponent) + 1);
    out.fraction = d.digits.substr(static_cast<size_t>(d.exponent) + 1);
  }
  if (out.whole == "0" && out.fraction.find_first_not_of('0') == std::string::npos) {
    out.fraction.clear();
  }
  if (precision >= 0 && static_cast<int>(out.fraction.size()) > precision) {
    const std::string text = c_format("%.*f", precision, std::abs(static_cast<double>(value)));
    const size_t point = std::min(text.find('.'), text.size());
    out.whole = text.substr(0, point);
    out.fraction = without_trailing_zeros(text.substr(std::min(point + 1, text.size())));
  }
  if (d.negative) out.whole.insert(0, 1, '-');
  return out;
}

template <typename T>
Parts scientific(T value, int precision) {
  Digits d = shortest(value);
  if (precision >= 0 && static_cast<int>(d.digits.size()) > precision + 1) {
    d = parse_scientific(c_format("%.*e", precision, static_cast<double>(value)));
  }
  return {(d.negative ? "-" : "") + d.digits.substr(0, 1), d.digits.substr(1), d.exponent};
}

// A shorter fraction than its neighbours' goes on with the digits of the exact value.
void extend_fraction(Parts& parts, double value, size_t digits) {
  if (parts.fraction.size() >= digits) return;
  const std::string text = c_format("%.*e", static_cast<int>(digits), std::abs(value));
  parts.whole.back() = text[0];
  parts.fraction = text.substr(2, digits);
  parts.exponent = std::atoi(text.c_str() + 3 + digits);
}

std::string exponent_text(int exponent, size_t width) {
  std::string digits = std::to_string(std::abs(exponent));
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return (exponent < 0 ? "e-" : "e+") + digits;
}

template <typename T>
bool finite(T value) {
  return std::isfinite(static_cast<double>(value));
}

std::string non_finite(double value, bool plus) {
  if (std::isnan(value)) return plus ? "+nan" : "nan";
  return value < 0 ? "-inf" : plus ? "+inf" : "inf";
}

// 10^min(8, decimal digits that the type holds): numpy.finfo(dtype).precision is 3, 6 and 15.
template <typename T>
constexpr double exponent_limit() {
  return std::is_same_v<T, double> ? 1e8 : std::is_same_v<T, float> ? 1e6 : 1e3;
}

// Decides for all values together, as NumPy does, whether to print them with exponents.
template <typename T>
bool wants_exponents(const std::vector<T>& values) {
  using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
  bool any = false;
  Wide largest = 0;
  Wide smallest = 0;
  for (const T value : values) {
    const Wide magnitude = std::abs(static_cast<Wide>(value));
    if (!finite(value) || magnitude == 0) continue;
    largest = any ? std::max(largest, magnitude) : magnitude;
    smallest = any ? std::min(smallest, magnitude) : magnitude;
    any = true;
  }
  // The ratio is taken in the type itself, where it may overflow.
  const T ratio = any ? T(largest / smallest) : T(0);
  return any && (static_cast<double>(largest) >= exponent_limit<T>() ||
                 static_cast<double>(smallest) < 1e-4 || static_cast<double>(ratio) > 1000.0);
}

template <typename T>
std::vector<std::string> float_texts(const std::vector<T>& values, bool plus = false) {
  const bool exponents = wants_exponents(values);
  size_t left = 0;
  size_t right = 0;
  size_t exponent_width = 0;
  bool any_finite = false;
  std::vector<Parts> parts(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (!finite(values[i])) continue;
    any_finite = true;
    parts[i] = exponents ? scientific(values[i], kPrecision) : positional(values[i], kPrecision);
    if (plus && parts[i].whole.front() != '-') parts[i].whole.insert(0, 1, '+');
    left = std::max(left, parts[i].whole.size());
    right = std::max(right, parts[i].fraction.size());
    const size_t digits = std::to_string(std::abs(parts[i].exponent)).size();
    exponent_width = std::max({exponent_width, digits, size_t{2}});
  }
  const size_t fraction = right;
  if (exponents) right += exponent_width + 2;
  if (!any_finite) right = 0;
  const size_t offset = right + 1;
  for (const T value : values) {
    if (finite(value)) continue;
    size_t needed = 3;  // "nan" or "inf"; the sign counts once any infinity is negative
    if (plus || (std::isinf(static_cast<double>(value)) && static_cast<double>(value) < 0)) {
      needed = 4;
    }
    if (needed > offset) left = std::max(left, needed - offset);
  }
  std::vector<std::string> texts;
  for (size_t i = 0; i < values.size(); ++i) {
    std::string text;
    if (!finite(values[i])) {
      text = non_finite(static_cast<double>(values[i]), plus);
      if (text.size() < left + offset) text.insert(0, left + offset - text.size(), ' ');
    } else {
      Parts& p = parts[i];
      if (exponents) extend_fraction(p, static_cast<double>(values[i]), fraction);
      text = std::string(left - p.whole.size(), ' ') + p.whole + "." + p.fraction +
             std::string(fraction - p.fraction.size(), ' ');
      if (exponents) text += exponent_text(p.exponent, exponent_width);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string percent_g(double value) { return std::isnan(value) ? "nan" : c_format("%g", value); }

// As Python's repr() prints bytes.
std::string bytes_text(const std::string& bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  const bool twice = bytes.find('\'') != std::string::npos && bytes.find('"') == std::string::npos;
  const char quote = twice ? '"' : '\'';
  std::string out = {'b', quote};
  for (const char raw : bytes) {
    const auto c = static_cast<unsigned char>(raw);
    if (raw == quote || raw == '\\') {
      out += {'\\', raw};
    } else if (raw == '\n') {
      out += "\\n";
    } else if (raw == '\r') {
      out += "\\r";
    } else if (raw == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c >= 0x7f) {
      out += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
    } else {
      out += raw;
    }
  }
  return out + quote;
}

template <typename T>
std::vector<T> gather(const Tensor& tensor, const std::vector<int64_t>& positions) {
  std::vector<T> out;
  out.reserve(positions.size());
  const auto* data = static_cast<const T*>(tensor.raw());
  for (const int64_t i : positions) out.push_back(data[i]);
  return out;
}

template <typename T>
std::vector<std::string> complex_texts(const Tensor& tensor,
                                       const std::vector<int64_t>& positions) {
  std::vector<T> real;
  std::vector<T> imaginary;
  for (const std::complex<T> z : gather<std::complex<T>>(tensor, positions)) {
    real.push_back(z.real());
    imaginary.push_back(z.imag());
  }
  std::vector<std::string> texts = float_texts(real);
  const std::vector<std::string> other = float_texts(imaginary, /*plus=*/true);
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string tail = other[i];
    tail.insert(tail.find_last_not_of(' ') + 1, 1, 'j');
    texts[i] += tail;
  }
  return texts;
}

void align_right(std::vector<std::string>& texts) {
  size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
}

// str() of a NumPy float: exponents below 1e-4 and where the digits end.
template <typename T>
std::string float_scalar(T value, bool trailing_zero = true) {
  if (!finite(value)) return non_finite(static_cast<double>(value), false);
  const double magnitude = std::abs(static_cast<double>(value));
  const double limit = std::is_same_v<T, double> ? 1e16 : exponent_limit<T>();
  if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= limit)) {
    const Parts p = scientific(value, -1);
    return p.whole + (p.fraction.empty() ? "" : "." + p.fraction) + exponent_text(p.exponent, 2);
  }
  const Parts p = positional(value, -1);
  if (p.fraction.empty()) return p.whole + (trailing_zero ? ".0" : "");
  return p.whole + "." + p.fraction;
}

template <typename T>
std::string complex_scalar(std::complex<T> z) {
  std::string imaginary = float_scalar(z.imag(), false) + "j";
  if (z.real() == 0 && !std::signbit(z.real())) return imaginary;
  if (imaginary.front() != '-') imaginary.insert(0, 1, '+');
  return "(" + float_scalar(z.real(), false) + imaginary + ")";
}

}  // namespace

std::vector<std::string> element_texts(const Tensor& tensor,
                                       const std::vector<int64_t>& positions) {
  std::vector<std::string> texts;
  const DType dtype = storage_dtype(tensor.dtype());
  switch (dtype) {
    case DType::float32:
      return float_texts(gather<float>(tensor, positions));
    case DType::float64:
      return float_texts(gather<double>(tensor, positions));
    case DType::float16:
      return float_texts(gather<float16>(tensor, positions));
    case DType::complex64:
      return complex_texts<float>(tensor, positions);
    case DType::complex128:
      return complex_texts<double>(tensor, positions);
    case DType::bfloat16:  // not aligned: so prints the ml_dtypes package
      for (const bfloat16 v : gather<bfloat16>(tensor, positions)) texts.push_back(percent_g(v));
      return texts;
    case DType::float8_e5m2:
    case DType::float8_e4m3fn:
      for (const uint8_t v : gather<uint8_t>(tensor, positions)) {
        texts.push_back(percent_g(float8_value(dtype, v)));
      }
      return texts;
    case DType::bool_:
      for (const int64_t i : positions) texts.push_back(tensor.data<bool>()[i] ? " True" : "False");
      return texts;
    case DType::string:
      for (const int64_t i : positions) texts.push_back(bytes_text(tensor.data<std::string>()[i]));
      return texts;
    case DType::resource:
    case DType::variant:
      for (const int64_t i : positions) {
        const auto& value = tensor.opaque_at(i);
        texts.push_back(str('<', value ? value->type_name() : dtype_name(dtype), '>'));
      }
      return texts;
    default:
      break;
  }
  dispatch_integer(dtype, "printing", [&]<typename T>() {
    for (const T v : gather<T>(tensor, positions)) texts.push_back(std::to_string(v));
  });
  align_right(texts);
  return texts;
}

std::string scalar_text(const Tensor& tensor) {
  switch (tensor.dtype()) {
    case DType::float32:
      return float_scalar(*tensor.data<float>());
    case DType::float64:
      return float_scalar(*tensor.data<double>());
    case DType::float16:
      return float_scalar(*tensor.data<float16>());
    case DType::complex64:
      return complex_scalar(*tensor.data<std::complex<float>>());
    case DType::complex128:
      return complex_scalar(*tensor.data<std::complex<double>>());
    case DType::bool_:
      return *tensor.data<bool>() ? "True" : "False";
    default:
      return element_texts(tensor, {0}).front();
  }
}

}  // namespace rill
