#include "formats/hdf5/h5_writer.h"

#include <algorithm>

#include "base/fail.h"
#include "codec/tensor_bytes.h"

namespace rill::formats {
namespace {

constexpr uint64_t kAlignment = 64;         // tensors are used where the file is mapped
constexpr uint64_t kSmall = 1024;           // not aligned: small tensors
constexpr size_t kHeaderLimit = 64512;      // bytes of one attribute (h5py, Keras)
constexpr size_t kVariableLengthSize = 16;  // of a string in an attribute; its text lies elsewhere

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string list_shape(size_t count) { return h5_encode_shape(Shape{static_cast<int64_t>(count)}); }

// Space when something is written, the default value, and no value of one's own.
std::string no_fill() { return H5Encoder().u8(2).u8(2).u8(2).u8(1).u32(0).take(); }

std::string contiguous(uint64_t address, uint64_t size) {
  return H5Encoder().u8(3).u8(1).u64(address).u64(size).take();
}

// Equal widths, as an array of NumPy has them.
void put_texts(H5Header& header, const std::string& name, std::span<const std::string> texts,
               size_t width) {
  std::string packed;
  for (const std::string& text : texts) {
    packed += text;
    packed.append(width - text.size(), '\0');
  }
  header.add_attribute(name, h5_encode_text_type(width, true), list_shape(texts.size()), packed);
}

}  // namespace

H5Writer::H5Writer(AtomicFile& file) : room_(file), texts_(room_) {
  room_.allocate(kH5SuperblockSize);
}

uint64_t H5Writer::finish() {
  texts_.flush();
  tree_.write(room_);
  return room_.size();
}

void H5Writer::group(const std::string& path) { tree_.group(path); }

uint64_t H5Writer::put(Bytes elements) {
  if (elements.empty()) return kH5Undefined;
  const uint64_t address =
      room_.allocate(elements.size(), elements.size() < kSmall ? 8 : kAlignment);
  room_.write(address, elements);
  return address;
}

std::string H5Writer::references(std::span<const std::string> texts) {
  std::string out;
  for (const std::string& text : texts) out += texts_.add(text);
  return out;
}

void H5Writer::write(const std::string& path, const Tensor& tensor) {
  const bool text = tensor.dtype() == DType::string;
  const std::string type = text ? h5_encode_text_type(0, false) : h5_encode_type(tensor.dtype());
  if (type.empty()) {
    fail(Code::unimplemented, quoted(path), ": dtype ", tensor.dtype(),
         " cannot be written to HDF5");
  }
  H5Header& header = tree_.header(tree_.dataset(path));
  const std::string stored = text ? references(tensor.flat<std::string>()) : std::string();
  const Bytes elements = text ? bytes_of(stored) : tensor_bytes(tensor);
  header.add(H5Kind::space, h5_encode_shape(tensor.shape()));
  header.add(H5Kind::type, type);
  header.add(H5Kind::fill, no_fill());
  header.add(H5Kind::layout, contiguous(put(elements), elements.size()));
}

void H5Writer::attribute(const std::string& object, const std::string& name,
                         std::string_view text) {
  tree_.header(tree_.find(object))
      .add_attribute(name, h5_encode_text_type(0, is_ascii(text)), h5_encode_shape(Shape{}),
                     texts_.add(text));
}

void H5Writer::attribute(const std::string& object, const std::string& name, int64_t number) {
  tree_.header(tree_.find(object))
      .add_attribute(name, h5_encode_type(DType::int64), h5_encode_shape(Shape{}),
                     H5Encoder().u64(static_cast<uint64_t>(number)).take());
}

void H5Writer::attribute(const std::string& object, const std::string& name,
                         const std::vector<std::string>& texts) {
  H5Header& header = tree_.header(tree_.find(object));
  if (texts.empty()) {  // what NumPy makes of an empty list
    return header.add_attribute(name, h5_encode_type(DType::float64), list_shape(0), "");
  }
  size_t width = 1;
  bool ascii = true;
  for (const std::string& text : texts) {
    width = std::max(width, text.size());
    ascii = ascii && is_ascii(text);
  }
  if (width > kHeaderLimit) {
    fail(Code::invalid_argument, "HDF5: an item of ", width, " bytes is too long for attribute ",
         quoted(name));
  }
  if (texts.size() * std::max(width, kVariableLengthSize) <= kHeaderLimit) {
    return header.add_attribute(name, h5_encode_text_type(0, ascii), list_shape(texts.size()),
                                references(texts));
  }
  const size_t most = std::max<size_t>(kHeaderLimit / width, 1);
  const size_t parts = (texts.size() + most - 1) / most;
  for (size_t i = 0; i < parts; ++i) {
    const size_t begin = texts.size() * i / parts;
    const size_t end = texts.size() * (i + 1) / parts;
    put_texts(header, str(name, i), std::span(texts).subspan(begin, end - begin), width);
  }
}

}  // namespace rill::formats
