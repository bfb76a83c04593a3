// The operations of src/ops/audio as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value AudioSpectrogram(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AudioSpectrogram", {input}, std::move(attrs), node)[0];
}
inline Values DecodeWav(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeWav", {contents}, std::move(attrs), node);
}
inline Value EncodeWav(const Value& audio, const Value& sample_rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeWav", {audio, sample_rate}, std::move(attrs), node)[0];
}
inline Value Mfcc(const Value& spectrogram, const Value& sample_rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mfcc", {spectrogram, sample_rate}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
