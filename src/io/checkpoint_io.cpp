// Checkpoints for the ops that read and write them.
#include "op/checkpoint_io.h"

#include <filesystem>
#include <map>

#include "base/fail.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "io/restore_map.h"
#include "io/variables.h"

namespace rill {
namespace {

// "4 3 0,2:-" as full shape and extents.
struct Slice {
  Shape full;
  formats::TensorSlice extents;
};

Slice parse(const std::string& spec, const Shape& shape) {
  Saver::Item item;
  io::parse_slice_spec(spec, item);
  Slice out;
  out.full = Shape(item.full_shape);
  if (out.full.rank() != shape.rank()) {
    fail(Code::invalid_argument, "slice ", quoted(spec), " does not fit a tensor of shape ", shape);
  }
  for (int d = 0; d < shape.rank(); ++d) {
    out.extents.push_back({item.offset[static_cast<size_t>(d)], shape[d]});
  }
  return out;
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
      Tensor value = source->read(names[i]);
      if (!slices[i].empty()) value = io::part_of(value, slices[i]);
      out.push_back(std::move(value));
    }
    return out;
  }

  void save(const std::string& prefix, const std::vector<std::string>& names,
            const std::vector<std::string>& slices, const std::vector<Tensor>& tensors) override {
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

  void save_v1(const std::string& path, const std::vector<std::string>&,
               const std::vector<std::string>&, const std::vector<Tensor>&) override {
    fail(Code::unimplemented, path, ": writing checkpoints of version 1; save version 2 instead");
  }

  void merge(const std::vector<std::string>& prefixes, const std::string& destination,
             bool delete_old, bool allow_missing) override {
    formats::CheckpointWriter writer(destination);
    std::map<std::string, const formats::CheckpointSource*> owner;
    std::vector<std::unique_ptr<formats::CheckpointSource>> sources;
    for (const std::string& prefix : prefixes) {
      if (allow_missing && !formats::checkpoint_exists(prefix)) continue;
      sources.push_back(formats::open_checkpoint(prefix));
      for (const auto& entry : sources.back()->entries()) {
        owner.emplace(entry.name, sources.back().get());
      }
    }
    for (const auto& [name, source] : owner) writer.add(name, source->read(name));
    writer.commit();
    if (!delete_old) return;
    for (const std::string& prefix : prefixes) {
      if (prefix == destination) continue;
      std::error_code ignored;
      std::filesystem::remove(prefix + ".index", ignored);
      std::filesystem::remove(prefix + ".data-00000-of-00001", ignored);
    }
  }
};

}  // namespace

CheckpointIo& checkpoint_io() noexcept {
  static Files files;
  return files;
}

}  // namespace rill
