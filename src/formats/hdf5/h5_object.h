// The messages in an object's header, and those that are small: type, shape, attribute.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/hdf5/h5_view.h"
#include "rill/dtype.hpp"
#include "rill/shape.hpp"

namespace rill::formats {

enum class H5Kind : uint16_t {
  space = 0x01,
  link_info = 0x02,
  type = 0x03,
  old_fill = 0x04,
  fill = 0x05,
  link = 0x06,
  external_files = 0x07,
  layout = 0x08,
  filters = 0x0b,
  attribute = 0x0c,
  continuation = 0x10,
  symbol_table = 0x11,
  attribute_info = 0x15,
};

struct H5Message {
  H5Kind kind;
  Bytes body;
};

struct H5Object {
  uint64_t address = 0;
  std::vector<H5Message> messages;

  const H5Message* find(H5Kind kind) const;
  bool is_group() const { return find(H5Kind::symbol_table) || find(H5Kind::link_info); }
  bool is_dataset() const {
    return !is_group() && find(H5Kind::type) && find(H5Kind::space) && find(H5Kind::layout);
  }
};

// Messages that stand in another object are followed.
H5Object h5_object(const H5View& view, uint64_t address);

// How an element lies in the file.
struct H5Type {
  DType dtype = DType::invalid;  // invalid: no tensor has such elements
  uint64_t size = 0;             // bytes of an element
  bool big_endian = false;
  bool variable = false;                                       // text in a global heap
  enum { nul_ends, nul_pads, space_pads } padding = nul_ends;  // of text of one size
  uint64_t parts[2] = {0, 0};  // where the real and the imaginary part of complex lie
  const char* kind = "";       // HDF5's own word for it
};
H5Type h5_type(Bytes message, std::string_view what);

// Nothing for a "null" space, which has no elements at all.
std::optional<Shape> h5_space(Bytes message, std::string_view what);

// The sizes that the dimensions may grow to; kH5Undefined: without end.
std::vector<uint64_t> h5_most_dims(Bytes message, std::string_view what);

struct H5Attribute {
  std::string name;
  Bytes type, space, data;
};
H5Attribute h5_attribute(const H5View& view, Bytes message);

// The attribute messages of an object, those in a heap too.
std::vector<Bytes> h5_attributes(const H5View& view, const H5Object& object);

}  // namespace rill::formats
