#include "formats/checkpoint/checkpoint_reader_v1.h"

#include <algorithm>

#include "base/fail.h"
#include "codec/mapped_file.h"
#include "formats/graphdef/context.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/graphdef/tensor_proto.h"

namespace rill::formats {
namespace {

// SavedSliceMeta: name = 1, shape = 2, type = 3, slice = 4.
CheckpointEntry parse_slice_meta(proto::Reader message) {
  CheckpointEntry entry;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        entry.name = message.text();
        break;
      case 2:
        entry.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 3:
        entry.dtype = read_dtype(message);
        break;
      case 4:
        entry.slices.push_back(read_slice(message.message("TensorSliceProto")));
        break;
      default:
        break;
    }
  }
  if (!entry.shape.is_fully_defined()) message.damaged("a shape is not fully known");
  return entry;
}

}  // namespace

CheckpointReaderV1::CheckpointReaderV1(std::string prefix,
                                       const std::vector<std::filesystem::path>& files,
                                       const Limits&)
    : CheckpointSource(std::move(prefix)) {
  for (const auto& file : files) {
    tables_.emplace_back(MappedFile::open(file)->shared(), file.string());
  }
  for (size_t i = 0; i < tables_.size(); ++i) {
    try {
      read_meta(i);
    } catch (const Error& error) {
      const Code code = error.code() == Code::invalid_argument ? Code::data_loss : error.code();
      fail(code, tables_[i].what(), ": ", error.what());
    }
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  // A tensor whose slices are in several shards is named in each.
  std::vector<CheckpointEntry> merged;
  for (CheckpointEntry& entry : entries_) {
    if (merged.empty() || merged.back().name != entry.name) {
      merged.push_back(std::move(entry));
      continue;
    }
    CheckpointEntry& first = merged.back();
    if (first.dtype != entry.dtype || !(first.shape == entry.shape)) {
      fail(Code::data_loss, prefix_, ": tensor ", quoted(first.name),
           " has another dtype or shape in another shard");
    }
    first.slices.insert(first.slices.end(), entry.slices.begin(), entry.slices.end());
  }
  entries_ = std::move(merged);
}

void CheckpointReaderV1::read_meta(size_t table) {
  const auto value = tables_[table].get("");
  if (!value) fail(Code::data_loss, "the table has no meta entry: it is not a checkpoint");
  // SavedTensorSlices: meta = 1 {tensor = 1, versions = 2}.
  proto::Reader message(value->bytes, "SavedTensorSlices");
  while (message.next()) {
    if (message.number() != 1) continue;
    for (proto::Reader meta = message.message("SavedTensorSliceMeta"); meta.next();) {
      if (meta.number() != 1) continue;
      entries_.push_back(parse_slice_meta(meta.message("SavedSliceMeta")));
      entries_.back().shard = static_cast<int>(table);
    }
  }
}

Tensor CheckpointReaderV1::read_slice(const CheckpointEntry& entry,
                                      const TensorSlice& slice) const {
  const std::string key = slice_key(entry.name, slice);
  for (const TableReader& table : tables_) {
    const auto value = table.get(key);
    if (!value) continue;
    // SavedTensorSlices: data = 2 {name = 1, slice = 2, data = 3}.
    proto::Reader message(value->bytes, "SavedTensorSlices");
    while (message.next()) {
      if (message.number() != 2) continue;
      for (proto::Reader data = message.message("SavedSlice"); data.next();) {
        if (data.number() != 3) continue;
        // The values alone are stored: dtype and shape go before them, as fields of the message.
        std::string tensor;
        proto::Writer out(tensor);
        out.int32(1, static_cast<int32_t>(entry.dtype));
        write_shape(out, 2, slice_shape(slice, entry.shape));
        tensor += text_of(data.bytes());
        const SharedBytes owned = SharedBytes::own(std::move(tensor));
        ReadContext context;
        context.keeper = owned.keeper;
        return read_tensor(proto::Reader(owned.bytes, "TensorProto"), context);
      }
    }
  }
  fail(Code::data_loss, "its slice ", slice_text(slice), " is missing");
}

Tensor CheckpointReaderV1::read_entry(const CheckpointEntry& entry) const {
  return joined_slices(entry);
}

}  // namespace rill::formats
