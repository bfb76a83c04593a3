#include "formats/hdf5/h5_view.h"

#include "base/fail.h"
#include "codec/sniff.h"

namespace rill::formats {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";

uint32_t rotate(uint32_t x, int by) { return (x << by) | (x >> (32 - by)); }

struct Mix {
  uint32_t a, b, c;
  void middle() {
    a -= c, a ^= rotate(c, 4), c += b;
    b -= a, b ^= rotate(a, 6), a += c;
    c -= b, c ^= rotate(b, 8), b += a;
    a -= c, a ^= rotate(c, 16), c += b;
    b -= a, b ^= rotate(a, 19), a += c;
    c -= b, c ^= rotate(b, 4), b += a;
  }
  void last() {
    c ^= b, c -= rotate(b, 14);
    a ^= c, a -= rotate(c, 11);
    b ^= a, b -= rotate(a, 25);
    c ^= b, c -= rotate(b, 16);
    a ^= c, a -= rotate(c, 4);
    b ^= a, b -= rotate(a, 14);
    c ^= b, c -= rotate(b, 24);
  }
};

}  // namespace

uint32_t h5_checksum(Bytes bytes) {
  const uint32_t seed = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
  Mix mix{seed, seed, seed};
  size_t at = 0;
  const auto word = [&](size_t from) {
    uint32_t out = 0;
    for (size_t i = 0; i < 4 && from + i < bytes.size(); ++i) {
      out |= static_cast<uint32_t>(bytes[from + i]) << (8 * i);
    }
    return out;
  };
  for (; bytes.size() - at > 12; at += 12) {
    mix.a += word(at), mix.b += word(at + 4), mix.c += word(at + 8);
    mix.middle();
  }
  if (at == bytes.size()) return mix.c;
  mix.a += word(at), mix.b += word(at + 4), mix.c += word(at + 8);
  mix.last();
  return mix.c;
}

uint64_t h5_number(ByteCursor& in, int bytes) {
  uint64_t out = 0;
  for (int i = 0; i < bytes; ++i) out |= static_cast<uint64_t>(in.u8()) << (8 * i);
  return out;
}

ByteCursor H5View::at(uint64_t address) const {
  if (address > file.size() || base > file.size() - address) {
    fail(Code::data_loss, what, ": the address ", address, " lies outside; there are ", file.size(),
         " bytes");
  }
  ByteCursor out(file, what);
  out.seek(base + address);
  return out;
}

Bytes H5View::bytes(uint64_t address, uint64_t size) const { return at(address).bytes(size); }

ByteCursor H5View::at(uint64_t address, std::string_view signature) const {
  ByteCursor out = at(address);
  if (out.remaining() < signature.size() || out.text(signature.size()) != signature) {
    fail(Code::data_loss, what, ": at the address ", address, ": a block that begins with \"",
         signature, "\" was expected");
  }
  return out;
}

Bytes H5View::checked(uint64_t address, uint64_t size) const {
  if (size < 4) fail(Code::data_loss, what, ": at the address ", address, ": the block is empty");
  const Bytes all = bytes(address, size);
  const Bytes covered = all.first(all.size() - 4);
  const uint32_t stored = ByteCursor(all.last(4), what).u32();
  if (const uint32_t computed = h5_checksum(covered); computed != stored) {
    fail(Code::data_loss, what, ": the block at the address ", address, " has the checksum ",
         computed, ", the file says ", stored);
  }
  return covered;
}

H5View h5_view(Bytes file, const std::string& what) {
  if (!looks_like_hdf5(file)) {
    fail(Code::data_loss, what, ": is not an HDF5 file: it ", sniff(file));
  }
  size_t base = 0;  // behind a user block: 512, 1024, 2048, ...
  while (!text_of(file).substr(base).starts_with(kSignature)) base = base == 0 ? 512 : base * 2;
  H5View view{file, base, 0, what};
  ByteCursor in = view.at(0, kSignature);
  const uint8_t version = in.u8();
  if (version > 3) {
    fail(Code::unimplemented, what, ": is HDF5 of the superblock version ", version,
         "; 0 to 3 are supported");
  }
  const bool second = version >= 2;
  if (!second) in.skip(4);
  const uint8_t offset_size = in.u8(), length_size = in.u8();
  if (offset_size != 8 || length_size != 8) {
    fail(Code::unimplemented, what, ": its addresses have ", offset_size, " and its lengths ",
         length_size, " bytes; 8 are supported");
  }
  if (second) {
    in.skip(1 + 8 + 8);  // flags, base, extension
  } else {
    in.skip(1 + 4 + 4 + (version == 1 ? 4 : 0) + 8 + 8);
  }
  const uint64_t end = in.u64();
  if (view.base == 0 && end > file.size()) {
    fail(Code::data_loss, what, ": is truncated: it has ", file.size(), " bytes, its header says ",
         end);
  }
  if (second) {
    view.root = in.u64();
    view.checked(0, 48);
  } else {
    in.skip(8 + 8);  // driver block; the root's name
    view.root = in.u64();
  }
  return view;
}

}  // namespace rill::formats
