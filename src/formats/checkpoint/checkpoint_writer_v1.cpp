#include "formats/checkpoint/checkpoint_writer_v1.h"

#include <algorithm>

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "formats/checkpoint/table_writer.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/graphdef/tensor_proto.h"

namespace rill::formats {

void CheckpointWriterV1::add(std::string_view name, const Shape& full, const TensorSlice& slice,
                             const Tensor& tensor) {
  const DType dtype = tensor.dtype();
  if (dtype == DType::bfloat16) {
    fail(Code::unimplemented, "tensor ", quoted(name), ": Saving data type bfloat16 not yet ",
         "supported by checkpoints of version 1");
  }
  if (dtype >= DType::resource || dtype == DType::qint16 || dtype == DType::quint16) {
    fail(Code::invalid_argument, "tensor ", quoted(name), ": checkpoints of version 1 do not hold ",
         dtype);
  }
  if (!(slice_shape(slice, full) == tensor.shape())) {
    fail(Code::invalid_argument, "tensor ", quoted(name), ": slice ", slice_text(slice),
         " of shape ", full, " is not of shape ", tensor.shape());
  }
  auto meta =
      std::ranges::find_if(metas_, [&](const CheckpointEntry& e) { return e.name == name; });
  if (meta == metas_.end()) {
    meta = metas_.emplace(meta);
    meta->name = name;
    meta->dtype = dtype;
    meta->shape = full;
  } else if (meta->dtype != dtype || !(meta->shape == full)) {
    fail(Code::invalid_argument, "the slices of tensor ", quoted(name),
         " differ in dtype or full shape");
  }
  meta->slices.push_back(slice);
  std::string bytes;
  proto::Writer out(bytes);
  out.message(2, [&](proto::Writer& data) {
    data.bytes(1, name);
    write_slice(data, 2, slice);
    data.message(3, [&](proto::Writer& values) { write_values(values, tensor); });
  });
  if (!data_.emplace(slice_key(name, slice), std::move(bytes)).second) {
    fail(Code::invalid_argument, "slice ", slice_text(slice), " of tensor ", quoted(name),
         " was added before");
  }
}

void CheckpointWriterV1::commit(const std::string& path) const {
  std::string head;
  proto::Writer out(head);
  out.message(1, [&](proto::Writer& all) {
    for (const CheckpointEntry& entry : metas_) {
      all.message(1, [&](proto::Writer& meta) {
        meta.bytes(1, entry.name);
        write_shape(meta, 2, entry.shape);
        meta.int32(3, static_cast<int32_t>(entry.dtype));
        for (const TensorSlice& slice : entry.slices) write_slice(meta, 4, slice);
      });
    }
    all.message(2, [](proto::Writer& version) { version.int32(1, 1); });
  });
  TableWriter table;
  table.add("", head);
  for (const auto& [key, bytes] : data_) table.add(key, bytes);
  write_file(path, table.finish());
}

}  // namespace rill::formats
