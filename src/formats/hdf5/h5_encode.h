// Pieces of HDF5 as they are written: numbers, types, shapes, the messages of an object's header.
// The counterpart of h5_type and h5_object; the oldest version of each piece, which every reader
// knows and h5py writes by default.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "formats/hdf5/h5_object.h"

namespace rill::formats {

// Appends; numbers are little-endian.
class H5Encoder {
 public:
  H5Encoder& number(uint64_t value, int bytes);
  H5Encoder& u8(uint64_t value) { return number(value, 1); }
  H5Encoder& u16(uint64_t value) { return number(value, 2); }
  H5Encoder& u32(uint64_t value) { return number(value, 4); }
  H5Encoder& u64(uint64_t value) { return number(value, 8); }
  H5Encoder& text(std::string_view text);
  H5Encoder& zeros(size_t count);
  // Zeros up to a multiple of eight bytes.
  H5Encoder& pad();
  size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Numbers, bool (h5py's enumeration), complex (its compound of r and i), bfloat16 (two bytes of no
// kind). Empty for what HDF5 has not.
std::string h5_encode_type(DType dtype);
// Text of `size` bytes, filled up with NUL; 0: of any length, which lies in a global heap.
std::string h5_encode_text_type(size_t size, bool ascii);
std::string h5_encode_shape(const Shape& shape);

// The messages of one object's header.
class H5Header {
 public:
  void add(H5Kind kind, std::string_view body);
  void add_attribute(std::string_view name, std::string_view type, std::string_view shape,
                     std::string_view data);
  void append(const H5Header& more);
  // The whole header; nothing is left.
  std::string take();

 private:
  std::string messages_;
  uint32_t count_ = 0;
};

}  // namespace rill::formats
