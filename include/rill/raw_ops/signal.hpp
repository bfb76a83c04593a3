// The operations of src/ops/signal as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value BatchFFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchFFT", {input}, std::move(attrs), node)[0];
}
inline Value BatchFFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchFFT2D", {input}, std::move(attrs), node)[0];
}
inline Value BatchFFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchFFT3D", {input}, std::move(attrs), node)[0];
}
inline Value BatchIFFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchIFFT", {input}, std::move(attrs), node)[0];
}
inline Value BatchIFFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchIFFT2D", {input}, std::move(attrs), node)[0];
}
inline Value BatchIFFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchIFFT3D", {input}, std::move(attrs), node)[0];
}
inline Value FFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FFT", {input}, std::move(attrs), node)[0];
}
inline Value FFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FFT2D", {input}, std::move(attrs), node)[0];
}
inline Value FFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FFT3D", {input}, std::move(attrs), node)[0];
}
inline Value IFFT(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IFFT", {input}, std::move(attrs), node)[0];
}
inline Value IFFT2D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IFFT2D", {input}, std::move(attrs), node)[0];
}
inline Value IFFT3D(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IFFT3D", {input}, std::move(attrs), node)[0];
}
inline Value IRFFT(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IRFFT", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value IRFFT2D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IRFFT2D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value IRFFT3D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IRFFT3D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value RFFT(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RFFT", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value RFFT2D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RFFT2D", {input, fft_length}, std::move(attrs), node)[0];
}
inline Value RFFT3D(const Value& input, const Value& fft_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RFFT3D", {input, fft_length}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
