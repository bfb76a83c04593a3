// Weights into HDF5 files, for the keras room.
#pragma once

#include "formats/hdf5/h5_writer.h"
#include "keras/saving/weight_sink.h"

namespace rill::io {

class H5Sink final : public keras::WeightSink {
 public:
  explicit H5Sink(formats::H5Writer& writer) : writer_(writer) {}

  void group(const std::string& path) override { writer_.group(path); }
  void write(const std::string& path, const Tensor& value) override { writer_.write(path, value); }
  void names(const std::string& path, const std::string& attribute,
             const std::vector<std::string>& values) override {
    writer_.attribute(path, attribute, values);
  }
  void text(const std::string& path, const std::string& attribute,
            std::string_view value) override {
    writer_.attribute(path, attribute, value);
  }

 private:
  formats::H5Writer& writer_;
};

}  // namespace rill::io
