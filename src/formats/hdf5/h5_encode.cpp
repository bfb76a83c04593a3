#include "formats/hdf5/h5_encode.h"

#include <limits>

#include "base/fail.h"

namespace rill::formats {
namespace {

enum H5Class : uint8_t {
  kFixed = 0,
  kFloat = 1,
  kText = 3,
  kOpaque = 5,
  kCompound = 6,
  kEnumeration = 8,
  kVariable = 9,
};

// Class and version 1, the class's own bits, the size of an element.
H5Encoder type_head(H5Class of, uint32_t bits, uint64_t size) {
  H5Encoder out;
  out.u8(0x10u | of).number(bits, 3).u32(size);
  return out;
}

std::string fixed_type(uint64_t size, bool is_signed) {
  return type_head(kFixed, is_signed ? 0x08 : 0, size).u16(0).u16(size * 8).take();
}

// IEEE: the leading one of the mantissa is not stored; the exponent lies between it and the sign.
std::string float_type(uint64_t size, uint64_t exponent, uint64_t mantissa) {
  const auto sign = static_cast<uint32_t>(size * 8 - 1);
  return type_head(kFloat, 0x20 | sign << 8, size)
      .u16(0)
      .u16(size * 8)
      .u8(mantissa)
      .u8(exponent)
      .u8(0)
      .u8(mantissa)
      .u32((uint64_t{1} << (exponent - 1)) - 1)
      .take();
}

std::string bool_type() {
  H5Encoder out = type_head(kEnumeration, 2, 1);
  out.text(fixed_type(1, true));
  out.text("FALSE").zeros(3).text("TRUE").zeros(4);
  return out.u8(0).u8(1).take();
}

std::string complex_type(DType part) {
  const uint64_t size = dtype_size(part);
  H5Encoder out = type_head(kCompound, 2, 2 * size);
  for (const auto& [name, offset] : {std::pair<const char*, uint64_t>("r", 0), {"i", size}}) {
    out.text(name).zeros(7).u32(offset).zeros(28).text(h5_encode_type(part));
  }
  return out.take();
}

}  // namespace

H5Encoder& H5Encoder::number(uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  return *this;
}

H5Encoder& H5Encoder::text(std::string_view text) {
  bytes_ += text;
  return *this;
}

H5Encoder& H5Encoder::zeros(size_t count) {
  bytes_.append(count, '\0');
  return *this;
}

H5Encoder& H5Encoder::pad() { return zeros((8 - bytes_.size() % 8) % 8); }

std::string h5_encode_type(DType dtype) {
  switch (dtype) {
    case DType::float16:
      return float_type(2, 5, 10);
    case DType::float32:
      return float_type(4, 8, 23);
    case DType::float64:
      return float_type(8, 11, 52);
    case DType::bfloat16:
      return type_head(kOpaque, 0, 2).take();
    case DType::int8:
    case DType::int16:
    case DType::int32:
    case DType::int64:
      return fixed_type(dtype_size(dtype), true);
    case DType::uint8:
    case DType::uint16:
    case DType::uint32:
    case DType::uint64:
      return fixed_type(dtype_size(dtype), false);
    case DType::bool_:
      return bool_type();
    case DType::complex64:
      return complex_type(DType::float32);
    case DType::complex128:
      return complex_type(DType::float64);
    default:
      return {};
  }
}

std::string h5_encode_text_type(size_t size, bool ascii) {
  const uint32_t utf8 = ascii ? 0 : 1;
  if (size != 0) return type_head(kText, 0x01 | utf8 << 4, size).take();
  // A sequence of unsigned bytes that is text: length, address of a global heap, index there.
  return type_head(kVariable, 0x01 | utf8 << 8, 16).text(fixed_type(1, false)).take();
}

std::string h5_encode_shape(const Shape& shape) {
  H5Encoder out;
  const bool limits = shape.rank() > 0;
  out.u8(1).u8(static_cast<uint64_t>(shape.rank())).u8(limits ? 1 : 0).zeros(5);
  for (int limit = 0; limit < (limits ? 2 : 1); ++limit) {
    for (const int64_t d : shape) out.u64(static_cast<uint64_t>(d));
  }
  return out.take();
}

void H5Header::add(H5Kind kind, std::string_view body) {
  const size_t padded = (body.size() + 7) / 8 * 8;
  if (padded > std::numeric_limits<uint16_t>::max()) {
    fail(Code::invalid_argument, "HDF5: ", body.size(),
         " bytes do not fit the header of an object");
  }
  ++count_;
  messages_ +=
      H5Encoder().u16(static_cast<uint64_t>(kind)).u16(padded).zeros(4).text(body).pad().take();
}

void H5Header::add_attribute(std::string_view name, std::string_view type, std::string_view shape,
                             std::string_view data) {
  H5Encoder body;
  body.u8(1).u8(0).u16(name.size() + 1).u16(type.size()).u16(shape.size());
  body.text(name).zeros(1).pad().text(type).pad().text(shape).pad().text(data);
  add(H5Kind::attribute, body.take());
}

void H5Header::append(const H5Header& more) {
  messages_ += more.messages_;
  count_ += more.count_;
}

// Version, number of messages, number of links to the object, size of the messages.
std::string H5Header::take() {
  if (count_ > std::numeric_limits<uint16_t>::max()) {
    fail(Code::invalid_argument, "HDF5: an object has ", count_, " messages; 65535 are possible");
  }
  H5Encoder out;
  out.u8(1).u8(0).u16(count_).u32(1).u32(messages_.size()).zeros(4).text(messages_);
  return out.take();
}

}  // namespace rill::formats
