#include "codec/zip.h"

#include <zlib.h>

#include "base/fail.h"
#include "codec/byte_cursor.h"
#include "codec/crc32.h"
#include "codec/sniff.h"
#include "codec/zip_format.h"

namespace rill {
namespace {

constexpr size_t kEndSize = 22;
constexpr size_t kLocatorSize = 20;

struct Directory {
  uint64_t count = 0;
  uint64_t size = 0;
  uint64_t offset = 0;
  uint64_t ends = 0;  // where the directory must end: what follows it begins there
};

// The end record is the last thing but for a comment of at most 64 KiB.
size_t find_end(Bytes archive, const std::string& what) {
  const std::string_view text = text_of(archive);
  if (text.size() >= kEndSize) {
    const size_t lowest = text.size() - std::min<size_t>(text.size(), kEndSize + 0xffff);
    for (size_t at = text.size() - kEndSize + 1; at-- > lowest;) {
      if (text.substr(at, 4) == std::string_view("PK\x05\x06", 4)) return at;
    }
  }
  if (looks_like_zip(archive)) {
    fail(Code::data_loss, what, ": the zip archive is truncated at ", text.size(),
         " bytes: its directory at the end is missing");
  }
  fail(Code::data_loss, what, ": is not a zip archive: it ", sniff(archive));
}

Directory read_end(Bytes archive, const std::string& what) {
  const size_t at = find_end(archive, what);
  ByteCursor end(archive, what);
  end.seek(at + 4);
  const uint16_t disk = end.u16();
  end.skip(4);
  Directory out;
  out.count = end.u16();
  out.size = end.u32();
  out.offset = end.u32();
  out.ends = at;
  if (disk != 0 && disk != 0xffff) end.damaged("the archive is split over several disks");
  if (at >= kLocatorSize) {
    ByteCursor locator(archive, what);
    locator.seek(at - kLocatorSize);
    if (locator.u32() == zip::kLocator64) {
      locator.skip(4);
      const uint64_t where = locator.u64();
      ByteCursor end64(archive, what);
      end64.seek(where);
      if (end64.u32() != zip::kEnd64)
        end64.damaged("the zip64 end record is not where it should be");
      end64.skip(8 + 2 + 2 + 4 + 4 + 8);
      out.count = end64.u64();
      out.size = end64.u64();
      out.offset = end64.u64();
      out.ends = where;
    }
  }
  if (out.size > out.ends || out.offset > out.ends - out.size) {
    end.damaged(
        str("the zip directory (", out.size, " bytes at ", out.offset, ") lies outside the file"));
  }
  return out;
}

// Sizes and offset that do not fit 32 bits are in an extra field, in this order.
void read_extra64(Bytes extra, const std::string& what, ZipMember& member) {
  ByteCursor fields(extra, what);
  while (fields.remaining() >= 4) {
    const uint16_t id = fields.u16();
    const uint16_t size = fields.u16();
    if (size > fields.remaining()) return;  // Python and unzip let this pass, too
    const Bytes body = fields.bytes(size);
    if (id != 1) continue;
    ByteCursor values(body, what);
    for (uint64_t* value : {&member.size, &member.packed_size, &member.header_offset}) {
      if (*value == zip::kSee64) *value = values.u64();
    }
  }
}

// Names are only ever looked up, never used as paths; what looks like an attack is refused anyway.
void check_name(const std::string& name, const std::string& what) {
  const bool absolute = name.starts_with('/') || name.starts_with('\\');
  const bool climbs = name == ".." || name.starts_with("../") || name.ends_with("/..") ||
                      name.find("/../") != std::string::npos;
  if (absolute || climbs || name.find('\0') != std::string::npos) {
    fail(Code::permission_denied, what, ": the member name ", quoted(name),
         " leads out of the archive");
  }
}

std::string inflate_all(Bytes packed, uint64_t size, const std::string& place) {
  std::string out(size, '\0');
  z_stream stream{};
  if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
    fail(Code::resource_exhausted, place, ": cannot begin to unpack");
  }
  // zlib counts in 32 bits: feed it in pieces.
  constexpr size_t kPiece = size_t{1} << 30;
  size_t in = 0;
  size_t done = 0;
  int status = Z_OK;
  std::byte spare{};
  while (status == Z_OK) {
    const size_t give = std::min(kPiece, packed.size() - in);
    const size_t room = std::min(kPiece, out.size() - done);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data() + in));
    stream.avail_in = static_cast<uInt>(give);
    // At the end one more byte is offered: a stream that fills it is longer than it said.
    stream.next_out =
        room > 0 ? reinterpret_cast<Bytef*>(out.data() + done) : reinterpret_cast<Bytef*>(&spare);
    stream.avail_out = room > 0 ? static_cast<uInt>(room) : 1;
    const uInt offered = stream.avail_out;
    status = ::inflate(&stream, Z_NO_FLUSH);
    in += give - stream.avail_in;
    const size_t made = offered - stream.avail_out;
    if (room == 0 && made > 0) status = Z_DATA_ERROR;
    if (room > 0) done += made;
    if (status == Z_OK && made == 0 && give == stream.avail_in) status = Z_BUF_ERROR;
  }
  ::inflateEnd(&stream);
  if (status != Z_STREAM_END || done != size) {
    fail(Code::data_loss, place, ": the compressed data are damaged: ", done, " of ", size,
         " bytes could be unpacked");
  }
  return out;
}

}  // namespace

ZipReader::ZipReader(SharedBytes archive, std::string what, const ZipLimits& limits)
    : archive_(std::move(archive)), what_(std::move(what)), limits_(limits) {
  const Directory end = read_end(archive_.bytes, what_);
  if (end.count > limits_.members) {
    fail(Code::resource_exhausted, what_, ": has ", end.count,
         " members, the limit zip_members is ", limits_.members);
  }
  // Something may stand before the archive (a self-extractor): offsets then count from its start.
  const uint64_t begin = end.ends - end.size;
  const uint64_t shift = begin - end.offset;
  ByteCursor entries(archive_.bytes.subspan(begin, end.size), what_, begin);
  members_.reserve(end.count);
  for (uint64_t i = 0; i < end.count; ++i) {
    if (entries.u32() != zip::kCentralHeader) entries.damaged("a zip directory entry is damaged");
    ZipMember member;
    entries.skip(4);
    member.flags = entries.u16();
    member.method = entries.u16();
    entries.skip(4);
    member.crc32 = entries.u32();
    member.packed_size = entries.u32();
    member.size = entries.u32();
    const uint16_t name_size = entries.u16();
    const uint16_t extra_size = entries.u16();
    const uint16_t comment_size = entries.u16();
    entries.skip(8);
    member.header_offset = entries.u32();
    member.name = entries.text(name_size);
    check_name(member.name, what_);
    read_extra64(entries.bytes(extra_size), what_, member);
    entries.skip(comment_size);
    if (member.header_offset > begin || begin - member.header_offset < shift) {
      entries.damaged(str("the member ", quoted(member.name), " lies outside the file"));
    }
    member.header_offset += shift;
    members_.push_back(std::move(member));
  }
}

const ZipMember* ZipReader::find(std::string_view name) const {
  for (auto it = members_.rbegin(); it != members_.rend(); ++it) {
    if (it->name == name) return &*it;
  }
  return nullptr;
}

SharedBytes ZipReader::packed(const ZipMember& member) const {
  ByteCursor header(archive_.bytes, what_);
  header.seek(member.header_offset);
  if (header.u32() != zip::kLocalHeader) {
    header.damaged(str("the header of member ", quoted(member.name), " is damaged"));
  }
  header.skip(22);
  const uint16_t name_size = header.u16();
  const uint16_t extra_size = header.u16();
  if (header.text(name_size) != member.name) {
    header.damaged(str("the member ", quoted(member.name), " has another name in its header"));
  }
  header.skip(extra_size);
  if (member.packed_size > header.remaining()) {
    header.damaged(str("the member ", quoted(member.name), " says it has ", member.packed_size,
                       " bytes, only ", header.remaining(), " are left"));
  }
  return archive_.sub(header.position(), static_cast<size_t>(member.packed_size));
}

SharedBytes ZipReader::read(const ZipMember& member) const {
  const std::string place = str(what_, "!", member.name);
  if ((member.flags & 1) != 0) fail(Code::unimplemented, place, ": is encrypted");
  SharedBytes content = packed(member);
  if (member.method == 0) {
    if (member.size != member.packed_size) {
      fail(Code::data_loss, place, ": is stored, but its two sizes differ: ", member.size, " and ",
           member.packed_size);
    }
  } else if (member.method == 8) {
    if (member.size > limits_.ratio_floor && member.size / limits_.ratio >= member.packed_size) {
      fail(Code::resource_exhausted, place, ": says that ", member.packed_size, " bytes unpack to ",
           member.size, "; the limit zip_ratio is ", limits_.ratio);
    }
    content = SharedBytes::own(inflate_all(content.bytes, member.size, place));
  } else {
    fail(Code::unimplemented, place, ": compression method ", member.method,
         " is not supported; stored and deflate are");
  }
  const uint32_t sum = crc32(0, content.bytes);
  if (sum != member.crc32) {
    fail(Code::data_loss, place, ": checksum is ", sum, ", the archive says ", member.crc32);
  }
  return content;
}

SharedBytes ZipReader::read(std::string_view name) const {
  if (const ZipMember* member = find(name)) return read(*member);
  std::vector<std::string> names;
  for (const ZipMember& member : members_) names.push_back(member.name);
  fail(Code::not_found, what_, ": has no member ", quoted(name), did_you_mean(name, names));
}

}  // namespace rill
