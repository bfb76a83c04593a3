#include "codec/byte_file.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/fail.h"
#include "codec/file_error.h"

namespace rill {
namespace {

constexpr size_t kPiece = size_t{1} << 16;

// zlib's code for the wrapping: its own, or that of gzip.
int window_of(Packing packing) { return packing == Packing::gzip ? 15 + 16 : 15; }

Bytef* zlib_bytes(const char* bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes));  // input is only read
}

}  // namespace

std::optional<Packing> packing_of(const std::string& compression) {
  if (compression.empty()) return {};
  if (compression == "GZIP") return Packing::gzip;
  if (compression == "ZLIB") return Packing::zlib;
  fail(Code::invalid_argument, "the compression must be \"GZIP\", \"ZLIB\" or \"\", not ",
       quoted(compression));
}

class ByteFile::Unpacker {
 public:
  Unpacker(std::FILE* file, Packing packing, const std::filesystem::path& path)
      : file_(file), path_(path), packed_(kPiece, '\0'), many_(packing == Packing::gzip) {
    if (::inflateInit2(&stream_, window_of(packing)) != Z_OK) {
      fail(Code::internal, path_.string(), ": zlib does not start");
    }
  }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  ~Unpacker() { ::inflateEnd(&stream_); }

  // 0 at the end. As TensorFlow reads it: a gzip file may be several ones after each other, zlib's
  // is one stream, and what is cut off gives what it holds.
  size_t next(std::string& piece) {
    stream_.next_out = zlib_bytes(piece.data());
    stream_.avail_out = static_cast<uInt>(piece.size());
    while (stream_.avail_out == piece.size()) {
      if (stream_.avail_in == 0) {
        stream_.next_in = zlib_bytes(packed_.data());
        stream_.avail_in = static_cast<uInt>(std::fread(packed_.data(), 1, kPiece, file_));
        packed_size_ += stream_.avail_in;
      }
      const int status = ended_ ? Z_BUF_ERROR : ::inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_BUF_ERROR) break;  // nothing more goes in
      if (status == Z_STREAM_END) {
        ended_ = !many_;
        ::inflateReset(&stream_);
      } else if (status != Z_OK) {
        fail(Code::data_loss, path_.string(),
             ": the compressed bytes are damaged, or packed in another way");
      }
    }
    size_ += piece.size() - stream_.avail_out;
    refuse_burst(packed_size_, size_, path_.string());
    return piece.size() - stream_.avail_out;
  }

 private:
  std::FILE* file_;
  const std::filesystem::path& path_;
  std::string packed_;
  z_stream stream_{};
  const bool many_;
  bool ended_ = false;
  uint64_t packed_size_ = 0;
  uint64_t size_ = 0;
};

ByteFile::ByteFile(std::filesystem::path path, const std::string& compression)
    : path_(std::move(path)), piece_(kPiece, '\0') {
  const std::optional<Packing> packing = packing_of(compression);
  std::error_code error;
  if (std::filesystem::is_directory(path_, error)) {
    fail(Code::invalid_argument, path_.string(), ": is a folder, not a file");
  }
  file_ = std::fopen(path_.c_str(), "rb");
  if (!file_) fail_errno(path_, "open", errno);
  if (packing) {
    unpacker_ = std::make_unique<Unpacker>(file_, *packing, path_);
  } else if (const auto size = std::filesystem::file_size(path_, error); !error) {
    size_ = size;
  }
}

ByteFile::~ByteFile() { std::fclose(file_); }

bool ByteFile::fill() {
  at_ = 0;
  end_ = unpacker_ ? unpacker_->next(piece_) : std::fread(piece_.data(), 1, piece_.size(), file_);
  return end_ > 0;
}

size_t ByteFile::read(char* to, size_t count) {
  size_t done = 0;
  while (done < count && (at_ < end_ || fill())) {
    const size_t take = std::min(count - done, end_ - at_);
    std::memcpy(to + done, piece_.data() + at_, take);
    at_ += take;
    done += take;
  }
  return done;
}

struct Packer::State {
  z_stream stream{};
};

Packer::Packer(Packing packing) : state_(std::make_unique<State>()) {
  constexpr int kMemory = 8;
  if (::deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_of(packing),
                     kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    fail(Code::internal, "zlib does not start");
  }
}
Packer::~Packer() { ::deflateEnd(&state_->stream); }

std::string Packer::pack(std::string_view bytes, bool last) {
  z_stream& stream = state_->stream;
  std::string out;
  std::string piece(kPiece, '\0');
  do {
    const size_t take = std::min<size_t>(bytes.size(), size_t{1} << 30);
    stream.next_in = zlib_bytes(bytes.data());
    stream.avail_in = static_cast<uInt>(take);
    bytes.remove_prefix(take);
    do {
      stream.next_out = zlib_bytes(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      ::deflate(&stream, last && bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
      out.append(piece, 0, piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!bytes.empty());
  return out;
}

}  // namespace rill
