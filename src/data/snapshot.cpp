// save(), load() and snapshot(): the folders of tf.data.Dataset.save
// (tensorflow/core/data/snapshot_utils.cc, tensorflow/core/protobuf/snapshot.proto).
//
//   snapshot.metadata                           run, dtypes of the components, number of elements
//   dataset_spec.pb                             the structure of an element (struct.proto)
//   RUN/00000000.shard/00000000.snapshot, ...   TFRecords, a TensorProto each: component by
//   component
#include <algorithm>
#include <ctime>
#include <utility>

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "codec/atomic_folder.h"
#include "codec/byte_file.h"
#include "codec/folder.h"
#include "codec/proto_wire.h"
#include "codec/tf_record.h"
#include "data/stages.h"
#include "op/emit.h"
#include "op/tensor_proto.h"

namespace rill {
namespace data {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kVersion = 2;
constexpr const char* kMetadata = "snapshot.metadata";
constexpr const char* kSpec = "dataset_spec.pb";

std::string whole(const fs::path& path) {
  ByteFile file(path);
  std::string out;
  constexpr uint64_t kMost = 1 << 20;
  if (file.size().value_or(0) > kMost) fail(Code::data_loss, path.string(), ": is too long");
  for (int c = file.get(); c >= 0; c = file.get()) out += static_cast<char>(c);
  return out;
}

struct Metadata {
  std::string run;
  std::vector<int32_t> dtypes;
  std::optional<int64_t> elements;
};

Metadata read_metadata(const fs::path& folder) {
  const std::string path = (folder / kMetadata).string();
  const std::string bytes = whole(path);
  Metadata out;
  int64_t version = 0;
  try {
    proto::Reader in(bytes_of(bytes), "SnapshotMetadataRecord");
    while (in.next()) {
      if (in.number() == 2) out.run = in.text();
      if (in.number() == 4) version = in.int64();
      if (in.number() == 5) in.append_varints(out.dtypes);
      if (in.number() == 6) out.elements = in.int64();
    }
  } catch (const Error& error) {
    rethrow_with_context(error, path);
  }
  if (version != kVersion) {
    fail(Code::unimplemented, path, ": version ", version, " of snapshots, expected ", kVersion);
  }
  if (out.run.empty() || out.run.find('/') != std::string::npos || out.run == "..") {
    fail(Code::data_loss, path, ": there is no run ", quoted(out.run));
  }
  if (out.elements && *out.elements < 0) {
    fail(Code::data_loss, path, ": there are ", *out.elements, " elements");
  }
  for (const int32_t dtype : out.dtypes) {
    if (dtype == static_cast<int32_t>(DType::variant)) {
      fail(Code::unimplemented, path, ": elements that are no plain tensors (ragged, sparse, ",
           "data sets)");
    }
  }
  return out;
}

std::vector<fs::path> sorted_names(const fs::path& folder, const char* ending) {
  std::vector<fs::path> out;
  FolderNames names(folder);
  while (auto name = names.next()) {
    if (name->ends_with(ending)) out.push_back(folder / *name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The files of one shard, one after the other.
class Shard {
 public:
  Shard(const fs::path& folder, std::string compression)
      : files_(sorted_names(folder, ".snapshot")), compression_(std::move(compression)) {}

  // False at the end.
  bool next(Values& element, const std::vector<int32_t>& dtypes) {
    element.clear();
    while (element.size() < dtypes.size()) {
      std::string record;
      while (!now_ || !now_->next(record)) {
        now_.reset();
        if (at_ == files_.size()) {
          if (element.empty()) return false;
          fail(Code::data_loss, files_.back().string(), ": ends inside of an element");
        }
        now_ = std::make_unique<TFRecordReader>(files_[at_++], compression_);
      }
      element.push_back(tensor_of(record, dtypes[element.size()]));
    }
    return true;
  }

 private:
  Tensor tensor_of(const std::string& record, int32_t dtype) const {
    const std::string& path = files_[at_ - 1].string();
    Tensor out;
    try {
      out = tensor_from_proto(record);
    } catch (const Error& error) {
      rethrow_with_context(error, path);
    }
    if (static_cast<int32_t>(out.dtype()) != dtype) {
      fail(Code::data_loss, path, ": a tensor of ", out.dtype(), " where ",
           static_cast<DType>(dtype), " is expected");
    }
    return out;
  }

  std::vector<fs::path> files_;
  std::string compression_;
  size_t at_ = 0;
  std::unique_ptr<TFRecordReader> now_;
};

// Shards have been written in turn.
class ReadingSnapshot final : public Cursor {
 public:
  ReadingSnapshot(const fs::path& folder, const std::string& compression)
      : metadata_(read_metadata(folder)) {
    const fs::path run = folder / metadata_.run;
    for (const fs::path& shard : sorted_names(run, ".shard"))
      shards_.emplace_back(shard, compression);
    if (shards_.empty() && metadata_.elements.value_or(1) > 0) {
      fail(Code::not_found, run.string(), ": there are no shards");
    }
  }
  bool next(Values& element) override {
    if (metadata_.dtypes.empty()) return false;
    while (!shards_.empty()) {
      if (turn_ >= shards_.size()) turn_ = 0;
      if (shards_[turn_].next(element, metadata_.dtypes)) {
        ++turn_;
        return true;
      }
      shards_.erase(shards_.begin() + static_cast<long>(turn_));
    }
    return false;
  }

 private:
  Metadata metadata_;
  std::vector<Shard> shards_;
  size_t turn_ = 0;
};

// What all elements have in common: an open dimension is -1.
struct Spec {
  DType dtype = DType::invalid;
  Shape shape;
};

void widen(Shape& shape, const Shape& other) {
  if (!shape.has_rank() || shape.rank() != other.rank()) {
    shape = Shape::unknown_rank();
    return;
  }
  for (int d = 0; d < shape.rank(); ++d) {
    if (shape[d] != other[d]) shape[d] = Shape::kUnknownDim;
  }
}

std::string spec_bytes(const std::vector<Spec>& specs) {
  constexpr uint32_t kTensorSpec = 33, kTuple = 52;
  std::string out;
  proto::Writer value(out);
  const auto tensor = [](proto::Writer& to, const Spec& spec) {
    to.message(kTensorSpec, [&](proto::Writer& fields) {
      fields.message(2, [&](proto::Writer& shape) {
        if (!spec.shape.has_rank()) shape.boolean(3, true);
        for (int d = 0; spec.shape.has_rank() && d < spec.shape.rank(); ++d) {
          shape.message(2, [&](proto::Writer& dim) { dim.int64_or_skip(1, spec.shape[d]); });
        }
      });
      fields.int32(3, static_cast<int32_t>(spec.dtype));
    });
  };
  if (specs.size() == 1) {
    tensor(value, specs[0]);
  } else {
    value.message(kTuple, [&](proto::Writer& tuple) {
      for (const Spec& spec : specs) {
        tuple.message(1, [&](proto::Writer& item) { tensor(item, spec); });
      }
    });
  }
  return out;
}

// As Tensor::AsProtoTensorContent() has it: strings, too, are in the content, behind their lengths.
std::string proto_of(const Tensor& t) {
  if (t.dtype() != DType::string) return emit("SerializeTensor", {t}).item<std::string>();
  std::string content;
  proto::Writer lengths(content);
  for (const std::string& text : t.flat<std::string>()) lengths.raw_varint(text.size());
  for (const std::string& text : t.flat<std::string>()) content += text;
  std::string out;
  proto::Writer message(out);
  message.int32(1, static_cast<int32_t>(t.dtype()));
  message.message(2, [&](proto::Writer& shape) {
    for (const int64_t size : t.shape()) {
      shape.message(2, [&](proto::Writer& dim) { dim.int64_or_skip(1, size); });
    }
  });
  message.bytes_or_skip(4, content);
  return out;
}

class WritingSnapshot final : public Cursor {
 public:
  WritingSnapshot(CursorPtr input, const fs::path& path, const std::string& compression)
      : input_(std::move(input)),
        folder_(std::make_unique<AtomicFolder>(made_parent(path))),
        run_(std::to_string(std::hash<std::string>{}(path.string()) ^
                            static_cast<uint64_t>(std::time(nullptr)))) {
    const fs::path shard = folder_->folder() / run_ / "00000000.shard";
    fs::create_directories(shard);
    records_ = std::make_unique<TFRecordWriter>(shard / "00000000.snapshot", compression);
  }
  bool next(Values& element) override {
    if (!input_) return false;
    if (!input_->next(element)) {
      finish();
      return false;
    }
    write(element);
    return true;
  }

 private:
  static const fs::path& made_parent(const fs::path& path) {
    std::error_code error;
    fs::create_directories(folder_of(path), error);  // AtomicFolder says what is wrong
    return path;
  }

  void write(const Values& element) {
    if (count_ == 0) specs_.resize(element.size());
    if (element.size() != specs_.size()) {
      fail(Code::invalid_argument, "element ", count_, " has ", element.size(),
           " components, those before it ", specs_.size());
    }
    for (size_t i = 0; i < element.size(); ++i) {
      const Tensor& t = element[i];
      if (!t.is_dense()) {
        fail(Code::invalid_argument, "component ", i, " of element ", count_,
             " is no dense tensor");
      }
      if (count_ == 0) specs_[i] = {t.dtype(), t.shape()};
      if (t.dtype() != specs_[i].dtype) {
        fail(Code::invalid_argument, "component ", i, " of element ", count_, " is ", t.dtype(),
             ", before it was ", specs_[i].dtype);
      }
      widen(specs_[i].shape, t.shape());
      records_->write(proto_of(t));
    }
    ++count_;
  }

  void finish() {
    records_->close();
    std::string bytes;
    proto::Writer out(bytes);
    std::vector<int64_t> dtypes;
    for (const Spec& spec : specs_) dtypes.push_back(static_cast<int64_t>(spec.dtype));
    constexpr uint32_t kFinalized = 1000;
    constexpr int64_t kMicroseconds = 1000000;
    out.bytes(2, run_);
    out.int64(3, static_cast<int64_t>(std::time(nullptr)) * kMicroseconds);
    out.int64(4, kVersion);
    out.packed_varints(5, dtypes);
    out.int64_or_skip(6, count_);
    out.boolean(kFinalized, true);
    write_file(folder_->folder() / kMetadata, bytes_of(bytes));
    write_file(folder_->folder() / kSpec, bytes_of(spec_bytes(specs_)));
    folder_->commit();
    input_.reset();
  }

  CursorPtr input_;
  std::unique_ptr<AtomicFolder> folder_;  // dropped, not there, when the pass stops before the end
  std::string run_;
  std::unique_ptr<TFRecordWriter> records_;
  std::vector<Spec> specs_;
  int64_t count_ = 0;
};

}  // namespace

StagePtr snapshot(StagePtr input, const fs::path& folder, const std::string& compression) {
  packing_of(compression);  // throws
  const std::optional<int64_t> count = input->cardinality();
  return stage_of(
      [input = std::move(input), folder, compression]() -> CursorPtr {
        std::error_code error;
        if (fs::exists(folder / kMetadata, error)) {
          return std::make_unique<ReadingSnapshot>(folder, compression);
        }
        return std::make_unique<WritingSnapshot>(input->start(), folder, compression);
      },
      count);
}

}  // namespace data

Dataset Dataset::load(const std::filesystem::path& folder, const std::string& compression) {
  packing_of(compression);  // throws
  const std::optional<int64_t> count = data::read_metadata(folder).elements;
  return Dataset(data::stage_of(
      [folder, compression] {
        return std::make_unique<data::ReadingSnapshot>(folder, compression);
      },
      count));
}

void Dataset::save(const std::filesystem::path& folder, const std::string& compression) const {
  data::WritingSnapshot pass(stage_->start(), folder, compression);
  try {
    for (Values element; pass.next(element);) {
    }
  } catch (const Error& error) {
    rethrow_with_context(error, str("save() to ", folder.string()));
  }
}

}  // namespace rill
