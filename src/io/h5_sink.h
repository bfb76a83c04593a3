// Weights into HDF5 files, for the keras room.
#pragma once

#include "formats/hdf5/h5_writer.h"
#include "keras/saving/weight_sink.h"
#include "op/emit.h"

namespace rill::io {

class H5Sink final : public keras::WeightSink {
 public:
  explicit H5Sink(formats::H5Writer& writer, bool half = false) : writer_(writer), half_(half) {}

  void group(const std::string& path) override { writer_.group(path); }
  void write(const std::string& path, const Tensor& value) override {
    const bool narrow = half_ && value.dtype() == DType::float32 && value.rank() > 0;
    writer_.write(path, narrow ? emit("Cast", {value}, {{"DstT", DType::float16}}) : Value(value));
  }
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
  bool half_;
};

}  // namespace rill::io
