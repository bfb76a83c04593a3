// Weights of HDF5 files, for the keras room.
#pragma once

#include <memory>

#include "formats/hdf5/h5_file.h"
#include "formats/keras_archive/keras_archive.h"
#include "keras/saving/weight_source.h"

namespace rill::io {

// Tensors stay views into the mapped file where it holds them as rill does.
class H5Weights final : public keras::WeightSource {
 public:
  explicit H5Weights(std::shared_ptr<const formats::H5File> file,
                     std::shared_ptr<const formats::KerasArchive> archive = nullptr)
      : file_(std::move(file)), archive_(std::move(archive)) {}

  bool contains(const std::string& path) const override;
  Tensor read(const std::string& path) const override { return file_->read(path); }
  std::vector<std::string> names(const std::string& path,
                                 const std::string& attribute) const override;
  std::string text(const std::string& path, const std::string& attribute) const override;
  std::optional<std::string> asset(const std::string& path) const override;
  std::string describe() const override { return file_->what(); }

 private:
  std::shared_ptr<const formats::H5File> file_;
  std::shared_ptr<const formats::KerasArchive> archive_;
};

}  // namespace rill::io
