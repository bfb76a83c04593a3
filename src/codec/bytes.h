// Spans of bytes, and spans that somebody keeps alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rill {

using Bytes = std::span<const std::byte>;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Bytes and their owner (a mapped file, a string): valid as long as `keeper` or a copy of it lives.
struct SharedBytes {
  Bytes bytes;
  std::shared_ptr<const void> keeper;

  static SharedBytes own(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    const Bytes bytes = bytes_of(*owner);
    return {bytes, std::move(owner)};
  }
  size_t size() const { return bytes.size(); }
  // The caller has checked that the range lies inside.
  SharedBytes sub(size_t offset, size_t size) const {
    return {bytes.subspan(offset, size), keeper};
  }
};

}  // namespace rill
