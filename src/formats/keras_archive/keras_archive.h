// A .keras file, or the folder it was unpacked to: names and bytes, nothing is extracted.
//
//   metadata.json      keras_version, date_saved
//   config.json        the model
//   model.weights.h5   the weights, stored, so that tensors can lie in the mapped archive
//   assets/...         vocabularies and the like
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/zip.h"
#include "formats/hdf5/h5_file.h"
#include "formats/limits.h"

namespace rill::formats {

class KerasArchive {
 public:
  // Throws NOT_FOUND, DATA_LOSS ("is not a zip archive: it starts with ..."), PERMISSION_DENIED.
  static std::shared_ptr<const KerasArchive> open(const std::filesystem::path& path,
                                                  const Limits& limits = {});

  const std::string& path() const { return path_; }
  // "m.keras!config.json": how messages name a member.
  std::string place(std::string_view member) const;

  // Names of members, sorted.
  const std::vector<std::string>& names() const { return names_; }
  bool contains(std::string_view member) const;
  // The bytes of a member, its checksum verified. Throws NOT_FOUND.
  SharedBytes read(std::string_view member) const;

  // config.json. Throws NOT_FOUND.
  std::string config() const { return std::string(text_of(read("config.json").bytes)); }
  // metadata.json; empty when there is none.
  std::string metadata() const;
  // The weights; null when the model was saved without. Their tensors keep the mapping alive.
  std::shared_ptr<const H5File> weights(std::string_view member = "model.weights.h5") const;

 private:
  KerasArchive(std::string path, const Limits& limits) : path_(std::move(path)), limits_(limits) {}
  void list_folder();

  std::string path_;
  Limits limits_;
  std::unique_ptr<ZipReader> zip_;  // null for a folder
  std::vector<std::string> names_;
};

}  // namespace rill::formats
