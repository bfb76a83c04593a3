// Checkpoints for the ops that read and write them.
#include "op/checkpoint_io.h"

#include <filesystem>
#include <set>

#include "base/fail.h"
#include "codec/folder.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "formats/checkpoint/checkpoint_writer_v1.h"
#include "io/restore_map.h"
#include "io/variables.h"

namespace rill {
namespace {

// "4 3 0,2:-" as full shape and extents.
struct Slice {
  Shape full;
  formats::TensorSlice extents;
};

// A spec that is empty says the whole tensor.
Slice parse(const std::string& spec, const Shape& shape) {
  if (spec.empty()) return {shape, formats::TensorSlice(static_cast<size_t>(shape.rank()))};
  Saver::Item item;
  io::parse_slice_spec(spec, item);
  Slice out;
  out.full = Shape(item.full_shape);
  if (out.full.rank() != shape.rank()) {
    fail(Code::invalid_argument, "slice ", quoted(spec), " does not fit a tensor of shape ", shape);
  }
  std::string_view parts = std::string_view(spec).substr(spec.rfind(' ') + 1);
  for (int d = 0; d < shape.rank(); ++d) {
    const std::string_view part = parts.substr(0, parts.find(':'));
    parts.remove_prefix(std::min(parts.size(), part.size() + 1));
    if (part == "-") {
      out.extents.emplace_back();
    } else {
      out.extents.push_back({item.offset[static_cast<size_t>(d)], shape[d]});
    }
  }
  return out;
}

// As TensorFlow does: of the folders that are missing it makes one.
void make_folder_of(const std::string& prefix) {
  std::error_code ignored;
  std::filesystem::create_directory(folder_of(prefix), ignored);
}

// A slice that was stored as such needs no others of its tensor.
Tensor read(const formats::CheckpointSource& source, const std::string& name,
            const std::string& slice) {
  if (slice.empty()) return source.read(name);
  const formats::CheckpointEntry& entry = *source.find(name);
  for (const formats::TensorSlice& stored : entry.slices) {
    if (slice.ends_with(" " + formats::slice_text(stored))) return source.read_slice(entry, stored);
  }
  return io::part_of(source.read(name), slice);
}

class Files final : public CheckpointIo {
 public:
  std::vector<Tensor> restore(const std::string& prefix, const std::vector<std::string>& names,
                              const std::vector<std::string>& slices) override {
    const auto source = formats::open_checkpoint(prefix);
    std::vector<Tensor> out;
    for (size_t i = 0; i < names.size(); ++i) {
      if (source->find(names[i]) == nullptr) {
        fail(Code::not_found, "Key ", quoted(names[i]), " not found in checkpoint ", prefix);
      }
      out.push_back(read(*source, names[i], slices[i]));
    }
    return out;
  }

  void save(const std::string& prefix, const std::vector<std::string>& names,
            const std::vector<std::string>& slices, const std::vector<Tensor>& tensors) override {
    make_folder_of(prefix);
    formats::CheckpointWriter writer(prefix);
    for (size_t i = 0; i < names.size(); ++i) {
      if (slices[i].empty()) {
        writer.add(names[i], tensors[i]);
      } else {
        const Slice slice = parse(slices[i], tensors[i].shape());
        writer.add_slice(names[i], slice.full, slice.extents, tensors[i]);
      }
    }
    writer.commit();
  }

  void save_v1(const std::string& path, const std::vector<std::string>& names,
               const std::vector<std::string>& slices,
               const std::vector<Tensor>& tensors) override {
    formats::CheckpointWriterV1 writer;
    for (size_t i = 0; i < names.size(); ++i) {
      const Slice slice = parse(slices[i], tensors[i].shape());
      writer.add(names[i], slice.full, slice.extents, tensors[i]);
    }
    writer.commit(path);
  }

  void merge(const std::vector<std::string>& prefixes, const std::string& destination,
             bool delete_old, bool allow_missing) override {
    make_folder_of(destination);
    formats::CheckpointWriter writer(destination);
    std::set<std::string> whole;
    std::vector<std::string> merged;
    for (const std::string& prefix : prefixes) {
      if (allow_missing && !formats::checkpoint_exists(prefix)) continue;
      const auto source = formats::open_checkpoint(prefix);
      for (const auto& entry : source->entries()) {
        for (const formats::TensorSlice& slice : entry.slices) {
          writer.add_slice(entry.name, entry.shape, slice, source->read_slice(entry, slice));
        }
        if (!entry.slices.empty()) continue;
        if (!whole.insert(entry.name).second) {
          fail(Code::invalid_argument, "Duplicate tensor keyed by ", entry.name,
               " encountered, when merging prefix: ", prefix);
        }
        writer.add(entry.name, source->read(entry.name));
      }
      merged.push_back(prefix);
    }
    writer.commit();
    // The parts have moved; folders stay unless they are empty.
    for (const std::string& prefix : merged) {
      if (prefix == destination) continue;
      std::error_code ignored;
      for (const char* ending : {".index", ".data-00000-of-00001"}) {
        std::filesystem::remove(prefix + ending, ignored);
      }
      if (delete_old && folder_of(prefix) != folder_of(destination)) {
        std::filesystem::remove(folder_of(prefix), ignored);
      }
    }
  }
};

}  // namespace

CheckpointIo& checkpoint_io() noexcept {
  static Files files;
  return files;
}

}  // namespace rill
