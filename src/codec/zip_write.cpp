#include <algorithm>

#include "base/fail.h"
#include "codec/crc32.h"
#include "codec/zip.h"
#include "codec/zip_format.h"

namespace rill {
namespace {

// Appends little-endian values.
class Record {
 public:
  Record& u16(uint64_t v) { return put(v, 2); }
  Record& u32(uint64_t v) { return put(v, 4); }
  Record& u64(uint64_t v) { return put(v, 8); }
  Record& text(std::string_view v) {
    out.append(v);
    return *this;
  }
  std::string out;

 private:
  Record& put(uint64_t v, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> (8 * i));
    return *this;
  }
};

constexpr uint64_t kDate1980 = 0x0021;  // 1 January: archives of equal content are equal
constexpr size_t kAlignment = 64;
constexpr size_t kLocalSize = 30;
constexpr size_t kExtra64Size = 20;

bool is_ascii(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// The size is not known yet, so a zip64 field is always there. A second extra field pads the
// content to a multiple of 64 in the file: tensors inside can then be used where they are mapped.
std::string local_header(const ZipMember& member) {
  const size_t fixed = kLocalSize + member.name.size() + kExtra64Size + 4;
  const size_t begin = static_cast<size_t>(member.header_offset) + fixed;
  const size_t padding = (kAlignment - begin % kAlignment) % kAlignment;
  Record r;
  r.u32(zip::kLocalHeader).u16(45).u16(member.flags).u16(0).u16(0).u16(kDate1980);
  r.u32(member.crc32).u32(zip::kSee64).u32(zip::kSee64);
  r.u16(member.name.size()).u16(kExtra64Size + 4 + padding).text(member.name);
  r.u16(1).u16(16).u64(member.size).u64(member.packed_size);
  r.u16(0xd935).u16(padding).text(std::string(padding, '\0'));  // the id zipalign uses
  return std::move(r.out);
}

std::string central_header(const ZipMember& m) {
  Record extra;
  const auto fit = [&](uint64_t value) -> uint64_t {
    if (value < zip::kSee64) return value;
    extra.u64(value);
    return zip::kSee64;
  };
  const uint64_t size = fit(m.size);
  const uint64_t packed = fit(m.packed_size);
  const uint64_t offset = fit(m.header_offset);
  if (!extra.out.empty()) extra.out = Record().u16(1).u16(extra.out.size()).text(extra.out).out;
  Record r;
  r.u32(zip::kCentralHeader).u16(0x032d).u16(45).u16(m.flags).u16(0).u16(0).u16(kDate1980);
  r.u32(m.crc32).u32(packed).u32(size).u16(m.name.size()).u16(extra.out.size()).u16(0);
  r.u16(0).u16(0).u32(uint64_t{0600} << 16).u32(offset).text(m.name).text(extra.out);
  return std::move(r.out);
}

}  // namespace

void ZipWriter::begin(std::string_view name) {
  if (name.size() > 0xffff) fail(Code::invalid_argument, "a zip member name is too long");
  ZipMember& member = members_.emplace_back();
  member.name = name;
  member.flags = is_ascii(name) ? 0 : 0x800;  // bit 11: the name is UTF-8
  member.header_offset = file_.size();
  file_.write(local_header(member));
}

void ZipWriter::append(Bytes piece) {
  ZipMember& member = members_.back();
  member.crc32 = file_.write_summed(piece, crc32, member.crc32);
  member.size += piece.size();
  member.packed_size = member.size;
}

void ZipWriter::end() {
  const ZipMember& member = members_.back();
  const std::string header = local_header(member);
  file_.write_at(member.header_offset, bytes_of(header));
}

void ZipWriter::end(uint64_t size) {
  ZipMember& member = members_.back();
  const uint64_t begin = member.header_offset + local_header(member).size();
  member.crc32 = file_.crc32_of(begin, begin + size);
  member.size = member.packed_size = size;
  end();
}

void ZipWriter::add(std::string_view name, Bytes content) {
  begin(name);
  append(content);
  end();
}

void ZipWriter::commit() {
  const uint64_t begin = file_.size();
  for (const ZipMember& member : members_) file_.write(central_header(member));
  const uint64_t size = file_.size() - begin;
  const uint64_t count = members_.size();
  Record r;
  if (count >= 0xffff || size >= zip::kSee64 || begin >= zip::kSee64) {
    r.u32(zip::kEnd64).u64(44).u16(45).u16(45).u32(0).u32(0);
    r.u64(count).u64(count).u64(size).u64(begin);
    r.u32(zip::kLocator64).u32(0).u64(begin + size).u32(1);
  }
  const uint64_t shown = std::min<uint64_t>(count, 0xffff);
  r.u32(zip::kEnd).u16(0).u16(0).u16(shown).u16(shown);
  r.u32(std::min<uint64_t>(size, zip::kSee64)).u32(std::min<uint64_t>(begin, zip::kSee64)).u16(0);
  file_.write(r.out);
  file_.commit();
}

}  // namespace rill
