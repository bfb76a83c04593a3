// Element types. The numbers are TensorFlow's DataType (tensorflow/core/framework/types.proto).
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "rill/export.hpp"

namespace rill {

enum class DType : uint8_t {
  invalid = 0,
  float32 = 1,
  float64 = 2,
  int32 = 3,
  uint8 = 4,
  int16 = 5,
  int8 = 6,
  string = 7,
  complex64 = 8,
  int64 = 9,
  bool_ = 10,
  qint8 = 11,
  quint8 = 12,
  qint32 = 13,
  bfloat16 = 14,
  qint16 = 15,
  quint16 = 16,
  uint16 = 17,
  complex128 = 18,
  float16 = 19,
  resource = 20,
  variant = 21,
  uint32 = 22,
  uint64 = 23,
  float8_e5m2 = 24,
  float8_e4m3fn = 25,
};

// IEEE 754 binary16. Arithmetic is done in float; conversions round to nearest even.
struct float16 {
  uint16_t bits = 0;
  float16() = default;
  RILL_API explicit float16(float value);
  RILL_API operator float() const;  // NOLINT: reads as a number
};

// The upper half of an IEEE 754 binary32; conversions round to nearest even.
struct bfloat16 {
  uint16_t bits = 0;
  bfloat16() = default;
  explicit bfloat16(float value) {
    uint32_t u;
    std::memcpy(&u, &value, 4);
    bits = (u & 0x7fffffffu) > 0x7f800000u
               ? static_cast<uint16_t>((u >> 16) | 0x40u)
               : static_cast<uint16_t>((u + 0x7fffu + ((u >> 16) & 1u)) >> 16);
  }
  operator float() const {  // NOLINT: reads as a number
    const uint32_t u = static_cast<uint32_t>(bits) << 16;
    float value;
    std::memcpy(&value, &u, 4);
    return value;
  }
};

// Quantised integers: plain integers that only quantised ops read.
struct qint8 {
  int8_t value = 0;
};
struct quint8 {
  uint8_t value = 0;
};
struct qint16 {
  int16_t value = 0;
};
struct quint16 {
  uint16_t value = 0;
};
struct qint32 {
  int32_t value = 0;
};

// Bytes of one element as stored; 0 for string, resource, variant and invalid.
RILL_API size_t dtype_size(DType dtype) noexcept;
// "float32", "bool", "string", ... as NumPy and tf.DType.name spell it.
RILL_API const char* dtype_name(DType dtype) noexcept;
// "DT_FLOAT", ... as protobuf text spells it.
RILL_API const char* dtype_enum_name(DType dtype) noexcept;
// Takes "float32", "float", "half", "bfloat16", "DT_FLOAT", ...; DType::invalid when unknown.
RILL_API DType dtype_from_name(std::string_view name) noexcept;

constexpr bool is_floating(DType d) {
  return d == DType::float32 || d == DType::float64 || d == DType::float16 ||
         d == DType::bfloat16 || d == DType::float8_e5m2 || d == DType::float8_e4m3fn;
}
constexpr bool is_complex(DType d) { return d == DType::complex64 || d == DType::complex128; }
constexpr bool is_signed_integer(DType d) {
  return d == DType::int8 || d == DType::int16 || d == DType::int32 || d == DType::int64;
}
constexpr bool is_unsigned_integer(DType d) {
  return d == DType::uint8 || d == DType::uint16 || d == DType::uint32 || d == DType::uint64;
}
constexpr bool is_integer(DType d) { return is_signed_integer(d) || is_unsigned_integer(d); }
constexpr bool is_quantized(DType d) {
  return d == DType::qint8 || d == DType::quint8 || d == DType::qint16 || d == DType::quint16 ||
         d == DType::qint32;
}
// Elements are plain bytes: may be mapped, copied with memcpy, placed in an arena.
constexpr bool is_plain(DType d) {
  return d != DType::string && d != DType::resource && d != DType::variant && d != DType::invalid;
}

template <typename T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::float32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::float64;
};
template <>
struct DTypeOf<int8_t> {
  static constexpr DType value = DType::int8;
};
template <>
struct DTypeOf<int16_t> {
  static constexpr DType value = DType::int16;
};
template <>
struct DTypeOf<int32_t> {
  static constexpr DType value = DType::int32;
};
template <>
struct DTypeOf<int64_t> {
  static constexpr DType value = DType::int64;
};
template <>
struct DTypeOf<long long> {
  static constexpr DType value = DType::int64;
};  // NOLINT
template <>
struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::uint8;
};
template <>
struct DTypeOf<uint16_t> {
  static constexpr DType value = DType::uint16;
};
template <>
struct DTypeOf<uint32_t> {
  static constexpr DType value = DType::uint32;
};
template <>
struct DTypeOf<uint64_t> {
  static constexpr DType value = DType::uint64;
};
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::bool_;
};
template <>
struct DTypeOf<float16> {
  static constexpr DType value = DType::float16;
};
template <>
struct DTypeOf<bfloat16> {
  static constexpr DType value = DType::bfloat16;
};
template <>
struct DTypeOf<std::complex<float>> {
  static constexpr DType value = DType::complex64;
};
template <>
struct DTypeOf<std::complex<double>> {
  static constexpr DType value = DType::complex128;
};
template <>
struct DTypeOf<std::string> {
  static constexpr DType value = DType::string;
};
template <>
struct DTypeOf<qint8> {
  static constexpr DType value = DType::qint8;
};
template <>
struct DTypeOf<quint8> {
  static constexpr DType value = DType::quint8;
};
template <>
struct DTypeOf<qint16> {
  static constexpr DType value = DType::qint16;
};
template <>
struct DTypeOf<quint16> {
  static constexpr DType value = DType::quint16;
};
template <>
struct DTypeOf<qint32> {
  static constexpr DType value = DType::qint32;
};

template <typename T>
inline constexpr DType dtype_of = DTypeOf<T>::value;

}  // namespace rill
