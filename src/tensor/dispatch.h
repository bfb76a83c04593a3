// dispatch_*(dtype, who, f): calls f.template operator()<T>() with the C++ type of the dtype.
#pragma once

#include <complex>
#include <cstdint>

#include "base/fail.h"
#include "rill/tensor.hpp"

namespace rill {

[[noreturn]] inline void unsupported_dtype(const char* who, DType dtype) {
  fail(Code::unimplemented, who, " does not support ", dtype_name(dtype));
}

template <typename F>
void dispatch_float(DType dtype, const char* who, F&& f) {
  switch (dtype) {
    case DType::float32:
      return f.template operator()<float>();
    case DType::float64:
      return f.template operator()<double>();
    case DType::float16:
      return f.template operator()<float16>();
    case DType::bfloat16:
      return f.template operator()<bfloat16>();
    default:
      unsupported_dtype(who, dtype);
  }
}

template <typename F>
void dispatch_integer(DType dtype, const char* who, F&& f) {
  switch (dtype) {
    case DType::int8:
      return f.template operator()<int8_t>();
    case DType::int16:
      return f.template operator()<int16_t>();
    case DType::int32:
      return f.template operator()<int32_t>();
    case DType::int64:
      return f.template operator()<int64_t>();
    case DType::uint8:
      return f.template operator()<uint8_t>();
    case DType::uint16:
      return f.template operator()<uint16_t>();
    case DType::uint32:
      return f.template operator()<uint32_t>();
    case DType::uint64:
      return f.template operator()<uint64_t>();
    default:
      unsupported_dtype(who, dtype);
  }
}

// int32 and int64: axes, shapes, indices.
template <typename F>
void dispatch_index(DType dtype, const char* who, F&& f) {
  switch (dtype) {
    case DType::int32:
      return f.template operator()<int32_t>();
    case DType::int64:
      return f.template operator()<int64_t>();
    default:
      unsupported_dtype(who, dtype);
  }
}

// Floats, integers.
template <typename F>
void dispatch_number(DType dtype, const char* who, F&& f) {
  if (is_integer(dtype)) return dispatch_integer(dtype, who, f);
  dispatch_float(dtype, who, f);
}

// Floats, integers, bool.
template <typename F>
void dispatch_real(DType dtype, const char* who, F&& f) {
  if (dtype == DType::bool_) return f.template operator()<bool>();
  dispatch_number(dtype, who, f);
}

// Floats, integers, bool, complex.
template <typename F>
void dispatch_any_number(DType dtype, const char* who, F&& f) {
  if (dtype == DType::complex64) return f.template operator()<std::complex<float>>();
  if (dtype == DType::complex128) return f.template operator()<std::complex<double>>();
  dispatch_real(dtype, who, f);
}

// Moves elements without looking at them: by size, so every plain dtype, and strings and handles.
template <typename F>
void dispatch_by_size(DType dtype, const char* who, F&& f) {
  struct Sixteen {
    uint64_t half[2];
  };
  if (dtype == DType::string) return f.template operator()<std::string>();
  if (dtype == DType::resource || dtype == DType::variant) {
    return f.template operator()<std::shared_ptr<Opaque>>();
  }
  switch (dtype_size(dtype)) {
    case 1:
      return f.template operator()<uint8_t>();
    case 2:
      return f.template operator()<uint16_t>();
    case 4:
      return f.template operator()<uint32_t>();
    case 8:
      return f.template operator()<uint64_t>();
    case 16:
      return f.template operator()<Sixteen>();
    default:
      unsupported_dtype(who, dtype);
  }
}

}  // namespace rill
