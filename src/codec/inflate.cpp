#include "codec/inflate.h"

#include <zlib.h>

#include <algorithm>

#include "base/fail.h"

namespace rill {

std::string inflate(Bytes packed, uint64_t size, const std::string& what) {
  std::string out(size, '\0');
  uLongf length = size;
  const int status = ::uncompress(reinterpret_cast<Bytef*>(out.data()), &length,
                                  reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (status != Z_OK || length != size) {
    fail(Code::data_loss, what, ": ", packed.size(), " bytes do not unpack to ", size);
  }
  return out;
}

void refuse_burst(uint64_t packed, uint64_t unpacked, const std::string& what) {
  // deflate packs 1032 to 1 at best: only what was made to burst comes near.
  constexpr uint64_t kMostRatio = 400;
  constexpr uint64_t kRatioFloor = uint64_t{16} << 20;
  if (unpacked > kRatioFloor && unpacked / kMostRatio > packed) {
    fail(Code::resource_exhausted, what, ": ", packed, " bytes unpack to more than ", unpacked);
  }
}

std::string inflate_all(Bytes packed, Packing packing, const std::string& what) {
  constexpr int kWindow = 15;
  z_stream stream{};
  const int bits = packing == Packing::gzip  ? kWindow + 16
                   : packing == Packing::raw ? -kWindow
                                             : kWindow;
  if (::inflateInit2(&stream, bits) != Z_OK) fail(Code::internal, what, ": zlib does not start");
  struct End {
    z_stream& stream;
    ~End() { ::inflateEnd(&stream); }
  } end{stream};
  std::string out;
  std::string piece(size_t{1} << 16, '\0');
  size_t at = 0;
  while (at < packed.size() || stream.avail_in > 0) {
    if (stream.avail_in == 0) {
      const size_t take = std::min<size_t>(packed.size() - at, size_t{1} << 30);
      stream.next_in =
          reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data() + at));  // zlib reads only
      stream.avail_in = static_cast<uInt>(take);
      at += take;
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) {
      fail(Code::data_loss, what,
           ": the compressed bytes are damaged: ", stream.msg ? stream.msg : "cut off");
    }
    out.append(piece, 0, piece.size() - stream.avail_out);
    refuse_burst(packed.size(), out.size(), what);
    if (status == Z_STREAM_END) {
      if (packing != Packing::gzip) return out;
      ::inflateReset(&stream);
    } else if (stream.avail_in == 0 && at == packed.size() && stream.avail_out > 0) {
      return out;
    }
  }
  return out;
}

}  // namespace rill
