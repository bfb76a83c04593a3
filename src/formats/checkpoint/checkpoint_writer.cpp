#include "formats/checkpoint/checkpoint_writer.h"

#include "base/fail.h"
#include "codec/crc32c.h"
#include "codec/tensor_bytes.h"
#include "formats/checkpoint/checkpoint_reader.h"
#include "formats/checkpoint/table_writer.h"
#include "formats/graphdef/shape_proto.h"

namespace rill::formats {
namespace {

std::string entry_bytes(const CheckpointEntry& entry) {
  std::string out;
  proto::Writer w(out);
  w.int64_or_skip(1, static_cast<int64_t>(entry.dtype));
  write_shape(w, 2, entry.shape);
  w.int64_or_skip(4, static_cast<int64_t>(entry.offset));
  w.int64_or_skip(5, static_cast<int64_t>(entry.size));
  if (entry.crc32c != 0) w.fixed32(6, entry.crc32c);
  for (const TensorSlice& slice : entry.slices) write_slice(w, 7, slice);
  return out;
}

// num_shards: 1, version {producer: 1}; little-endian is the default.
std::string header_bytes() {
  std::string out;
  proto::Writer w(out);
  w.int32(1, 1);
  w.message(3, [](proto::Writer& version) { version.int32(1, 1); });
  return out;
}

// The lengths and their checksum; `sum` covers what the entry's checksum covers of them.
std::string string_lengths(const Tensor& tensor, uint32_t& sum) {
  std::string out;
  proto::Writer w(out);
  for (const std::string& text : tensor.flat<std::string>()) {
    const uint64_t length = text.size();
    const auto short_length = static_cast<uint32_t>(length);
    w.raw_varint(length);
    sum = length == short_length ? crc32c::extend(sum, std::as_bytes(std::span(&short_length, 1)))
                                 : crc32c::extend(sum, std::as_bytes(std::span(&length, 1)));
  }
  const uint32_t masked = crc32c::mask(sum);
  const Bytes stored = std::as_bytes(std::span(&masked, 1));
  out += text_of(stored);
  sum = crc32c::extend(sum, stored);
  return out;
}

}  // namespace

CheckpointWriter::CheckpointWriter(std::filesystem::path prefix)
    : prefix_(std::move(prefix)), data_(shard_path(prefix_, 0, 1)) {}

CheckpointEntry CheckpointWriter::write_data(std::string name, const Tensor& tensor) {
  CheckpointEntry entry;
  entry.name = std::move(name);
  entry.dtype = tensor.dtype();
  entry.shape = tensor.shape();
  entry.offset = data_.size();
  uint32_t sum = 0;
  if (tensor.dtype() == DType::string) {
    data_.write(string_lengths(tensor, sum));
    for (const std::string& text : tensor.flat<std::string>()) {
      data_.write(text);
      sum = crc32c::extend(sum, bytes_of(text));
    }
  } else if (is_plain(tensor.dtype())) {
    sum = data_.write_summed(tensor_bytes(tensor), crc32c::extend, 0);
  } else {
    fail(Code::unimplemented, prefix_.string(), ": tensor ", quoted(entry.name), ": dtype ",
         tensor.dtype(), " cannot be saved in a checkpoint");
  }
  entry.size = data_.size() - entry.offset;
  entry.crc32c = crc32c::mask(sum);
  return entry;
}

void CheckpointWriter::add(std::string_view name, const Tensor& tensor) {
  if (name.empty() || name[0] == '\0') {
    fail(Code::invalid_argument, prefix_.string(), ": a tensor needs a name");
  }
  if (entries_.contains(name)) {
    fail(Code::already_exists, prefix_.string(), ": tensor ", quoted(name), " was added before");
  }
  entries_.emplace(name, write_data(std::string(name), tensor));
}

void CheckpointWriter::add_slice(std::string_view name, const Shape& full, const TensorSlice& slice,
                                 const Tensor& tensor) {
  if (is_full(slice)) return add(name, tensor);
  if (!(slice_shape(slice, full) == tensor.shape())) {
    fail(Code::invalid_argument, prefix_.string(), ": tensor ", quoted(name), ": slice ",
         slice_text(slice), " of shape ", full, " is not of shape ", tensor.shape());
  }
  CheckpointEntry& whole = entries_[std::string(name)];
  if (!whole.name.empty() && (!(whole.shape == full) || whole.dtype != tensor.dtype())) {
    fail(Code::invalid_argument, prefix_.string(), ": the slices of tensor ", quoted(name),
         " differ in dtype or full shape");
  }
  whole.name = name;
  whole.dtype = tensor.dtype();
  whole.shape = full;
  whole.slices.push_back(slice);
  std::string key = slice_key(name, slice);
  if (entries_.contains(key)) {
    fail(Code::already_exists, prefix_.string(), ": slice ", slice_text(slice), " of tensor ",
         quoted(name), " was added before");
  }
  CheckpointEntry part = write_data(key, tensor);
  entries_.emplace(std::move(key), std::move(part));
}

void CheckpointWriter::commit() {
  TableWriter table;
  table.add("", header_bytes());
  for (const auto& [key, entry] : entries_) table.add(key, entry_bytes(entry));
  AtomicFile index(prefix_.string() + ".index");
  index.write(table.finish());
  index.flush();
  // Both are on disk before either gets its name.
  data_.commit();
  index.commit();
}

}  // namespace rill::formats
