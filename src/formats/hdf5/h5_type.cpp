// The datatype message.
#include <iterator>

#include "base/fail.h"
#include "formats/hdf5/h5_object.h"

namespace rill::formats {
namespace {

struct Head {
  uint8_t version, kind;
  uint32_t bits, size;
};

Head read_head(ByteCursor& in) {
  const uint8_t first = in.u8();
  const auto bits = static_cast<uint32_t>(h5_number(in, 3));
  return {static_cast<uint8_t>(first >> 4), static_cast<uint8_t>(first & 15), bits, in.u32()};
}

const char* kind_name(uint8_t kind) {
  constexpr const char* kNames[] = {
      "integer", "floating-point", "time",      "string",      "bit field",
      "opaque",  "compound",       "reference", "enumeration", "variable-length sequence",
      "array"};
  return kind < std::size(kNames) ? kNames[kind] : "unknown";
}

// All bits of the element are the number.
DType integer(const Head& head, ByteCursor& in) {
  const uint16_t offset = in.u16(), precision = in.u16();
  if (offset != 0 || precision != 8 * uint64_t{head.size}) return DType::invalid;
  const bool is_signed = (head.bits & 8) != 0;
  switch (head.size) {
    case 1:
      return is_signed ? DType::int8 : DType::uint8;
    case 2:
      return is_signed ? DType::int16 : DType::uint16;
    case 4:
      return is_signed ? DType::int32 : DType::uint32;
    case 8:
      return is_signed ? DType::int64 : DType::uint64;
    default:
      return DType::invalid;
  }
}

// IEEE-like floats by their fields: sign, exponent and mantissa from the top, mantissa with a
// hidden bit.
DType real(const Head& head, ByteCursor& in) {
  const uint16_t offset = in.u16(), precision = in.u16();
  const uint8_t exponent_at = in.u8(), exponent = in.u8(), mantissa_at = in.u8(),
                mantissa = in.u8();
  const uint32_t bias = in.u32();
  const bool plain = offset == 0 && precision == 8 * uint64_t{head.size} && mantissa_at == 0 &&
                     exponent_at == mantissa && (head.bits >> 8 & 255) == precision - 1u &&
                     (head.bits >> 4 & 3) == 2 && (head.bits & 0x40) == 0;
  if (!plain) return DType::invalid;
  const auto is = [&](uint32_t size, int e, int m, uint32_t b) {
    return head.size == size && exponent == e && mantissa == m && bias == b;
  };
  if (is(4, 8, 23, 127)) return DType::float32;
  if (is(8, 11, 52, 1023)) return DType::float64;
  if (is(2, 5, 10, 15)) return DType::float16;
  if (is(2, 8, 7, 127)) return DType::bfloat16;
  return DType::invalid;
}

H5Type number(ByteCursor& in, Head head) {
  H5Type out;
  out.size = head.size;
  out.kind = kind_name(head.kind);
  if (head.kind == 0) out.dtype = integer(head, in);
  if (head.kind == 1) out.dtype = real(head, in);
  out.big_endian = head.size > 1 && (head.bits & 1) != 0;
  return out;
}

// A name that NUL ends; until version 3 in units of eight bytes.
std::string_view read_name(ByteCursor& in, uint8_t version) {
  std::string_view rest = text_of(ByteCursor(in).bytes(in.remaining()));
  const size_t length = rest.find('\0');
  if (length == std::string_view::npos) in.damaged("a name in a type has no end");
  in.skip(version >= 3 ? length + 1 : (length + 8) / 8 * 8);
  return rest.substr(0, length);
}

// h5py stores bool as an enumeration of FALSE and TRUE over int8.
bool is_bool(const Head& head, ByteCursor& in) {
  if ((head.bits & 0xffff) != 2 || head.size != 1) return false;
  const Head base = read_head(in);
  if (base.kind != 0 || base.size != 1) return false;
  number(in, base);
  bool names_fit = true;
  const char* const kNames[] = {"FALSE", "TRUE"};
  std::string_view names[2];
  for (std::string_view& name : names) name = read_name(in, head.version);
  for (const std::string_view& name : names) {
    const uint8_t value = in.u8();
    names_fit = names_fit && name == kNames[value != 0];
  }
  return names_fit;
}

// NumPy's complex numbers are a compound of r and i.
void read_complex(H5Type& out, const Head& head, ByteCursor& in) {
  if ((head.bits & 0xffff) != 2 || (head.size != 8 && head.size != 16)) return;
  H5Type parts[2];
  uint64_t at[2] = {0, 0};
  for (int i = 0; i < 2; ++i) {
    if (read_name(in, head.version) != (i == 0 ? "r" : "i")) return;
    at[i] = head.version >= 3 ? in.u8() : in.u32();
    if (head.version == 1) in.skip(28);
    const Head part = read_head(in);
    if (part.kind != 1) return;
    parts[i] = number(in, part);
  }
  const uint64_t half = head.size / 2;
  const DType wanted = half == 4 ? DType::float32 : DType::float64;
  for (int i = 0; i < 2; ++i) {
    if (parts[i].dtype != wanted || (at[i] != 0 && at[i] != half)) return;
  }
  if (at[0] == at[1] || parts[0].big_endian != parts[1].big_endian) return;
  out.dtype = half == 4 ? DType::complex64 : DType::complex128;
  out.big_endian = parts[0].big_endian;
  out.parts[0] = at[0];
  out.parts[1] = at[1];
}

}  // namespace

H5Type h5_type(Bytes message, std::string_view what) {
  ByteCursor in(message, what);
  const Head head = read_head(in);
  if (head.version < 1 || head.version > 5) in.damaged("the type is of an unknown version");
  if (head.size == 0) in.damaged("the elements have no bytes");
  if (head.kind <= 1) return number(in, head);
  H5Type out;
  out.size = head.size;
  out.kind = kind_name(head.kind);
  switch (head.kind) {
    case 3:
    case 9: {
      if (head.kind == 9 && (head.bits & 15) != 1) return out;  // a sequence
      if (head.kind == 9 && head.size != 16) in.damaged("a reference to text has not 16 bytes");
      out.dtype = DType::string;
      out.variable = head.kind == 9;
      const uint32_t padding = head.kind == 9 ? head.bits >> 4 & 15 : head.bits & 15;
      out.padding = padding == 0   ? H5Type::nul_ends
                    : padding == 2 ? H5Type::space_pads
                                   : H5Type::nul_pads;
      return out;
    }
    case 5:  // NumPy knows bfloat16 only as two bytes of no kind, and so h5py stores it
      if (head.size == 2) out.dtype = DType::bfloat16;
      return out;
    case 6:
      read_complex(out, head, in);
      return out;
    case 8:
      if (is_bool(head, in)) out.dtype = DType::bool_;
      return out;
    default:
      return out;
  }
}

}  // namespace rill::formats
