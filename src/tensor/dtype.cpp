#include "rill/dtype.hpp"

#include <iterator>

namespace rill {
namespace {

struct Row {
  DType dtype;
  uint8_t size;
  const char* name;
  const char* enum_name;
};

constexpr Row kRows[] = {
    {DType::invalid, 0, "invalid", "DT_INVALID"},
    {DType::float32, 4, "float32", "DT_FLOAT"},
    {DType::float64, 8, "float64", "DT_DOUBLE"},
    {DType::int32, 4, "int32", "DT_INT32"},
    {DType::uint8, 1, "uint8", "DT_UINT8"},
    {DType::int16, 2, "int16", "DT_INT16"},
    {DType::int8, 1, "int8", "DT_INT8"},
    {DType::string, 0, "string", "DT_STRING"},
    {DType::complex64, 8, "complex64", "DT_COMPLEX64"},
    {DType::int64, 8, "int64", "DT_INT64"},
    {DType::bool_, 1, "bool", "DT_BOOL"},
    {DType::qint8, 1, "qint8", "DT_QINT8"},
    {DType::quint8, 1, "quint8", "DT_QUINT8"},
    {DType::qint32, 4, "qint32", "DT_QINT32"},
    {DType::bfloat16, 2, "bfloat16", "DT_BFLOAT16"},
    {DType::qint16, 2, "qint16", "DT_QINT16"},
    {DType::quint16, 2, "quint16", "DT_QUINT16"},
    {DType::uint16, 2, "uint16", "DT_UINT16"},
    {DType::complex128, 16, "complex128", "DT_COMPLEX128"},
    {DType::float16, 2, "float16", "DT_HALF"},
    {DType::resource, 0, "resource", "DT_RESOURCE"},
    {DType::variant, 0, "variant", "DT_VARIANT"},
    {DType::uint32, 4, "uint32", "DT_UINT32"},
    {DType::uint64, 8, "uint64", "DT_UINT64"},
    {DType::float8_e5m2, 1, "float8_e5m2", "DT_FLOAT8_E5M2"},
    {DType::float8_e4m3fn, 1, "float8_e4m3fn", "DT_FLOAT8_E4M3FN"},
};

const Row& row(DType dtype) noexcept {
  const auto i = static_cast<size_t>(dtype);
  return i < std::size(kRows) ? kRows[i] : kRows[0];
}

float half_to_float(uint16_t h) {
  const uint32_t sign = static_cast<uint32_t>(h & 0x8000u) << 16;
  const uint32_t exponent = (h >> 10) & 0x1fu;
  uint32_t mantissa = h & 0x3ffu;
  uint32_t bits;
  if (exponent == 0x1f) {
    bits = sign | 0x7f800000u | (mantissa << 13);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112) << 23) | (mantissa << 13);
  } else if (mantissa == 0) {
    bits = sign;
  } else {  // subnormal: normalise
    uint32_t e = 113;
    while ((mantissa & 0x400u) == 0) {
      mantissa <<= 1;
      --e;
    }
    bits = sign | (e << 23) | ((mantissa & 0x3ffu) << 13);
  }
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

uint16_t float_to_half(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  bits &= 0x7fffffffu;
  if (bits > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u);   // NaN
  if (bits >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);  // rounds to infinity
  if (bits < 0x38800000u) {                                               // subnormal or zero
    // Adding 0.5 lets the float unit round the mantissa at the right place.
    float magnitude;
    std::memcpy(&magnitude, &bits, 4);
    magnitude += 0.5F;
    std::memcpy(&bits, &magnitude, 4);
    return static_cast<uint16_t>(sign | (bits - 0x3f000000u));
  }
  const uint32_t rounded = bits + 0xfffu + ((bits >> 13) & 1u) - 0x38000000u;
  return static_cast<uint16_t>(sign | (rounded >> 13));
}

}  // namespace

float16::float16(float value) : bits(float_to_half(value)) {}
float16::operator float() const { return half_to_float(bits); }

size_t dtype_size(DType dtype) noexcept { return row(dtype).size; }
const char* dtype_name(DType dtype) noexcept { return row(dtype).name; }
const char* dtype_enum_name(DType dtype) noexcept { return row(dtype).enum_name; }

DType dtype_from_name(std::string_view name) noexcept {
  for (const Row& r : kRows) {
    if (name == r.name || name == r.enum_name) return r.dtype;
  }
  if (name == "float") return DType::float32;
  if (name == "double") return DType::float64;
  if (name == "half") return DType::float16;
  if (name == "boolean") return DType::bool_;
  return DType::invalid;
}

}  // namespace rill
