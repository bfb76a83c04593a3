// Weights of HDF5 files, for the keras room.
#pragma once

#include <map>
#include <memory>

#include "formats/hdf5/h5_file.h"
#include "formats/keras_archive/keras_archive.h"
#include "keras/saving/weight_source.h"

namespace rill::io {

// Tensors stay views into the mapped file where it holds them as rill does.
class H5Weights final : public keras::WeightSource {
 public:
  explicit H5Weights(std::shared_ptr<const formats::H5File> file,
                     std::shared_ptr<const formats::KerasArchive> archive = nullptr);

  bool contains(const std::string& path) const override;
  Tensor read(const std::string& path) const override { return file_->read(place(path)); }
  std::vector<std::string> names(const std::string& path,
                                 const std::string& attribute) const override;
  std::string text(const std::string& path, const std::string& attribute) const override;
  std::optional<std::string> asset(const std::string& path) const override;
  std::string describe() const override { return file_->what(); }

 private:
  std::string place(const std::string& path) const;

  std::shared_ptr<const formats::H5File> file_;
  std::shared_ptr<const formats::KerasArchive> archive_;
  // "layers/dense" -> "layers\\dense": on Windows Keras 2 made one group of a path.
  std::map<std::string, std::string> joined_;
};

}  // namespace rill::io
