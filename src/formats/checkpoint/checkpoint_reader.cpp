#include "formats/checkpoint/checkpoint_reader.h"

#include <algorithm>
#include <cstdio>

#include "base/c_format.h"
#include "base/fail.h"
#include "base/mapped_ranges.h"
#include "codec/byte_cursor.h"
#include "codec/crc32c.h"
#include "codec/tensor_bytes.h"
#include "formats/checkpoint/table_reader.h"
#include "formats/graphdef/context.h"
#include "formats/graphdef/shape_proto.h"

namespace rill::formats {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLarge = 64 << 10;  // bytes

std::string hex(uint32_t value) { return c_format("0x%08x", value); }

struct BundleHeader {
  int shards = 1;
  int endianness = 0;
  int min_consumer = 0;
};

// BundleHeaderProto: num_shards = 1, endianness = 2, version = 3 {producer = 1, min_consumer = 2}.
BundleHeader parse_header(Bytes bytes) {
  BundleHeader header;
  proto::Reader message(bytes, "BundleHeaderProto");
  while (message.next()) {
    if (message.number() == 1) header.shards = message.int32();
    if (message.number() == 2) header.endianness = message.int32();
    if (message.number() == 3) {
      for (proto::Reader v = message.message("VersionDef"); v.next();) {
        if (v.number() == 2) header.min_consumer = v.int32();
      }
    }
  }
  return header;
}

// BundleEntryProto: dtype = 1, shape = 2, shard_id = 3, offset = 4, size = 5, crc32c = 6,
// slices = 7.
CheckpointEntry parse_entry(std::string name, Bytes bytes) {
  CheckpointEntry entry;
  entry.name = std::move(name);
  proto::Reader message(bytes, "BundleEntryProto");
  while (message.next()) {
    switch (message.number()) {
      case 1:
        entry.dtype = read_dtype(message);
        break;
      case 2:
        entry.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 3:
        entry.shard = message.int32();
        break;
      case 4:
        entry.offset = message.uint64();
        break;
      case 5:
        entry.size = message.uint64();
        break;
      case 6:
        entry.crc32c = message.fixed32();
        break;
      case 7:
        entry.slices.push_back(read_slice(message.message("TensorSliceProto")));
        break;
      default:
        break;
    }
  }
  return entry;
}

// On disk: the length of each string as a varint, a masked checksum of the lengths (each as 32
// bits, 64 when longer), the characters. The entry's checksum covers lengths (in that form), the
// stored checksum, and the characters (tensor_bundle.cc, WriteStringTensor).
Tensor read_strings(const CheckpointEntry& entry, Bytes bytes, const std::string& place) {
  const int64_t count = entry.shape.num_elements();
  if (static_cast<uint64_t>(count) > bytes.size()) {
    fail(Code::data_loss, place, ": ", bytes.size(), " bytes cannot hold ", count, " strings");
  }
  ByteCursor in(bytes, place, entry.offset);
  std::vector<uint64_t> lengths;
  lengths.reserve(static_cast<size_t>(count));
  uint32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t length = in.varint();
    const auto short_length = static_cast<uint32_t>(length);
    sum = length == short_length ? crc32c::extend(sum, std::as_bytes(std::span(&short_length, 1)))
                                 : crc32c::extend(sum, std::as_bytes(std::span(&length, 1)));
    lengths.push_back(length);
  }
  const uint32_t stored = in.u32();
  if (stored != crc32c::mask(sum)) {
    fail(Code::data_loss, place, ": the checksum of the string lengths is ", hex(crc32c::mask(sum)),
         ", the file says ", hex(stored));
  }
  sum = crc32c::extend(sum, std::as_bytes(std::span(&stored, 1)));
  sum = crc32c::extend(sum, bytes.subspan(in.position()));
  if (crc32c::mask(sum) != entry.crc32c) {
    fail(Code::data_loss, place, ": checksum is ", hex(crc32c::mask(sum)), ", the index says ",
         hex(entry.crc32c));
  }
  Tensor out(DType::string, entry.shape);
  std::string* to = out.data<std::string>();
  for (const uint64_t length : lengths) *to++ = in.text(length);
  if (!in.at_end()) in.damaged("bytes are left over behind the last string");
  return out;
}

}  // namespace

std::filesystem::path shard_path(const std::filesystem::path& prefix, int shard, int count) {
  return prefix.string() + c_format(".data-%05d-of-%05d", shard, count);
}

CheckpointReader::CheckpointReader(const std::filesystem::path& prefix, const Limits&,
                                   DataFiles data)
    : CheckpointSource(prefix.string()) {
  const std::string index_path = prefix_ + ".index";
  const TableReader table(MappedFile::open(index_path)->shared(), index_path);
  bool seen_header = false;
  uint64_t names = 0;
  for (size_t b = 0; b < table.block_count(); ++b) {
    for (BlockCursor cursor = table.block(b); cursor.next();) {
      const std::string& key = cursor.key();
      names += key.size();
      if (names > (uint64_t{1} << 20) + 64 * uint64_t{table.file_size()}) {
        fail(Code::resource_exhausted, index_path, ": the names are far larger than the file");
      }
      try {
        if (key.empty()) {
          const BundleHeader header = parse_header(cursor.value().bytes);
          if (header.shards < 1) fail(Code::data_loss, "there are ", header.shards, " shards");
          if (header.endianness != 0) {
            fail(Code::unimplemented, "the checkpoint was written on a big-endian machine");
          }
          if (header.min_consumer > 1) {
            fail(Code::unimplemented, "the checkpoint needs a reader of version ",
                 header.min_consumer, "; version 1 is known");
          }
          shard_count_ = header.shards;
          seen_header = true;
          continue;
        }
        if (!seen_header)
          fail(Code::data_loss, "the header is missing: this is no checkpoint index");
        CheckpointEntry entry = parse_entry(key, cursor.value().bytes);
        (key[0] == '\0' ? pieces_ : entries_).push_back(std::move(entry));
      } catch (const Error& error) {
        // What does not fit in an index is damage, whatever it is elsewhere.
        const Code code = error.code() == Code::invalid_argument ? Code::data_loss : error.code();
        fail(code, index_path, ": ", key.empty() ? "header" : "tensor " + quoted(key), ": ",
             error.what());
      }
    }
  }
  if (!seen_header) fail(Code::data_loss, index_path, ": the header is missing");
  open_shards(data);
}

void CheckpointReader::open_shard(int shard, DataFiles data) {
  const auto [file, is_new] = shards_.try_emplace(shard);
  if (!is_new) return;
  const auto path = shard_path(prefix_, shard, shard_count_);
  if (std::error_code error; data == DataFiles::may_be_missing && !fs::exists(path, error)) {
    missing_files_.push_back(path.string());
  } else {
    file->second = MappedFile::open(path);
  }
}

void CheckpointReader::open_shards(DataFiles data) {
  for (const std::vector<CheckpointEntry>* list : {&entries_, &pieces_}) {
    for (const CheckpointEntry& entry : *list) {
      const auto bad = [&](const auto&... parts) {
        fail(Code::data_loss, prefix_, ".index: tensor ", quoted(entry.name), ": ", parts...);
      };
      if (dtype_size(entry.dtype) == 0 && entry.dtype != DType::string) {
        fail(Code::unimplemented, prefix_, ".index: tensor ", quoted(entry.name), ": dtype number ",
             static_cast<int>(entry.dtype), " (", dtype_name(entry.dtype),
             ") cannot be read from a checkpoint");
      }
      if (!entry.shape.is_fully_defined()) bad("the shape ", entry.shape, " is not known");
      if (!entry.slices.empty()) continue;  // stored elsewhere
      if (entry.shard < 0 || entry.shard >= shard_count_) {
        bad("is in shard ", entry.shard, " of ", shard_count_);
      }
      open_shard(entry.shard, data);
      const MappedFile* file = shards_[entry.shard].get();
      if (file != nullptr &&
          (entry.offset > file->size() || entry.size > file->size() - entry.offset)) {
        fail(Code::data_loss, file->path().string(), ": is truncated: tensor ", quoted(entry.name),
             " has ", entry.size, " bytes at offset ", entry.offset, ", the file has ",
             file->size());
      }
      if (entry.dtype != DType::string &&
          entry.size != tensor_byte_size(entry.dtype, entry.shape)) {
        bad("has ", entry.size, " bytes; dtype ", entry.dtype, " and shape ", entry.shape, " need ",
            tensor_byte_size(entry.dtype, entry.shape));
      }
    }
  }
}

Tensor CheckpointReader::read_stored(const CheckpointEntry& entry, std::string_view shown) const {
  const auto& shard = shards_.at(entry.shard);
  if (!shard) {
    fail(Code::not_found, shard_path(prefix_, entry.shard, shard_count_).string(),
         ": does not exist; tensor ", quoted(shown), " is in it");
  }
  const MappedFile& file = *shard;
  const SharedBytes bytes =
      file.shared().sub(static_cast<size_t>(entry.offset), static_cast<size_t>(entry.size));
  const std::string place = str(file.path().string(), ": tensor ", quoted(shown));
  if (entry.dtype == DType::string) return read_strings(entry, bytes.bytes, place);
  const uint32_t sum = crc32c::mask(crc32c::value(bytes.bytes));
  if (sum != entry.crc32c) {
    fail(Code::data_loss, place, ": checksum is ", hex(sum), ", the index says ",
         hex(entry.crc32c));
  }
  // Looked through once; who needs the elements reads them anew.
  if (bytes.bytes.size() >= kLarge) release_if_mapped(bytes.bytes.data(), bytes.bytes.size());
  return tensor_over(entry.dtype, entry.shape, bytes);
}

Tensor CheckpointReader::read_entry(const CheckpointEntry& entry) const {
  return entry.slices.empty() ? read_stored(entry, entry.name) : joined_slices(entry);
}

Tensor CheckpointReader::read_slice(const CheckpointEntry& entry, const TensorSlice& slice) const {
  const std::string key = slice_key(entry.name, slice);
  const auto it = std::lower_bound(
      pieces_.begin(), pieces_.end(), key,
      [](const CheckpointEntry& piece, const std::string& wanted) { return piece.name < wanted; });
  if (it == pieces_.end() || it->name != key) {
    fail(Code::data_loss, "its slice ", slice_text(slice), " is missing");
  }
  const Shape shape = slice_shape(slice, entry.shape);
  if (it->dtype != entry.dtype || !(it->shape == shape) || !it->slices.empty()) {
    fail(Code::data_loss, "its slice ", slice_text(slice), " is stored as ", it->dtype,
         " of shape ", it->shape, "; ", entry.dtype, " of shape ", shape, " was expected");
  }
  return read_stored(*it, entry.name);
}

}  // namespace rill::formats
