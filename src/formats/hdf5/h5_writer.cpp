#include "formats/hdf5/h5_writer.h"

#include <algorithm>

#include "base/fail.h"
#include "codec/tensor_bytes.h"
#include "formats/hdf5/h5_write_driver.h"

namespace rill::formats {
namespace {

constexpr hsize_t kAlignment = 64;          // tensors are used where the file is mapped
constexpr hsize_t kSmall = 1024;            // not aligned: headers, heaps, small tensors
constexpr size_t kHeaderLimit = 64512;      // bytes of one attribute (h5py, Keras)
constexpr size_t kVariableLengthSize = 16;  // of a string in an attribute; its text lies elsewhere

[[noreturn]] void fail_library(std::string_view action, const std::string& path) {
  fail(Code::internal, "HDF5: cannot ", action, " ", quoted(path), ": ", h5_error_text());
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// size 0: variable length.
H5Handle string_type(size_t size, bool ascii) {
  H5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), size == 0 ? H5T_VARIABLE : size);
  if (size != 0) H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
  return type;
}

H5Handle file_type(DType dtype) {
  if (dtype == DType::bfloat16) return H5Handle(H5Tcreate(H5T_OPAQUE, 2), H5Tclose);
  return h5_memory_type(dtype);
}

H5Handle space_of(const Shape& shape) {
  if (shape.rank() == 0) return H5Handle(H5Screate(H5S_SCALAR), H5Sclose);
  std::vector<hsize_t> dims;
  for (const int64_t d : shape) dims.push_back(static_cast<hsize_t>(d));
  return H5Handle(H5Screate_simple(shape.rank(), dims.data(), nullptr), H5Sclose);
}

H5Handle list_space(size_t count) { return space_of(Shape{static_cast<int64_t>(count)}); }

void put_attribute(hid_t object, const std::string& name, const H5Handle& type,
                   const H5Handle& space, const void* data) {
  const H5Handle made(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  if (!made.ok() || (data != nullptr && H5Awrite(made.get(), type.get(), data) < 0)) {
    fail_library("write attribute", name);
  }
}

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  for (const std::string& text : texts) out.push_back(text.c_str());
  return out;
}

// Equal widths, as an array of NumPy has them.
void put_fixed(hid_t object, const std::string& name, const std::vector<std::string>& texts,
               size_t begin, size_t end, size_t width) {
  std::string packed;
  for (size_t i = begin; i < end; ++i) {
    packed += texts[i];
    packed.append(width - texts[i].size(), '\0');
  }
  put_attribute(object, name, string_type(width, true), list_space(end - begin), packed.data());
}

}  // namespace

H5Writer::H5Writer(AtomicFile& file)
    : file_target_(file), target_(std::make_unique<H5Target>(H5Target{&file, file.size(), 0, {}})) {
  const H5Lock lock;
  const H5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const H5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  H5Pset_alignment(access.get(), kSmall, kAlignment);
  if (!set_write_driver(access.get(), target_.get())) fail_library("open", "a file");
  file_ = H5Fcreate("rill", H5F_ACC_TRUNC, creation.get(), access.get());
  if (file_ < 0) fail_library("create", "a file");
  links_ = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(links_, 1);
}

H5Writer::~H5Writer() { close(); }

void H5Writer::close() {
  if (file_ < 0) return;
  const H5Lock lock;
  H5Pclose(links_);
  H5Fclose(file_);
  file_ = -1;
  h5_error_text();  // cleared
}

uint64_t H5Writer::finish() {
  close();
  if (target_->error) std::rethrow_exception(target_->error);
  const uint64_t end = target_->base + target_->size;
  if (file_target_.size() < end) {
    const std::byte zero{};
    file_target_.write_at(end - 1, Bytes(&zero, 1));
  }
  return target_->size;
}

int64_t H5Writer::open(const std::string& object) {
  const hid_t id = H5Oopen(file_, object.empty() ? "/" : object.c_str(), H5P_DEFAULT);
  if (id < 0) fail_library("open", object);
  return id;
}

void H5Writer::group(const std::string& path) {
  const H5Lock lock;
  if (path.empty()) return;
  // H5Lexists() wants every group on the way to exist.
  for (size_t slash = 0; slash != std::string::npos;) {
    slash = path.find('/', slash + 1);
    const std::string part = path.substr(0, slash);
    if (H5Lexists(file_, part.c_str(), H5P_DEFAULT) > 0) continue;
    const H5Handle made(H5Gcreate2(file_, part.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                        H5Gclose);
    if (!made.ok()) fail_library("create group", part);
  }
}

void H5Writer::write(const std::string& path, const Tensor& tensor) {
  const H5Lock lock;
  const bool text = tensor.dtype() == DType::string;
  if (!text && !is_plain(tensor.dtype())) {
    fail(Code::unimplemented, quoted(path), ": dtype ", tensor.dtype(),
         " cannot be written to HDF5");
  }
  const H5Handle type = text ? string_type(0, false) : file_type(tensor.dtype());
  if (!type.ok()) {
    fail(Code::unimplemented, quoted(path), ": dtype ", tensor.dtype(),
         " cannot be written to HDF5");
  }
  if (const size_t slash = path.rfind('/'); slash != std::string::npos) {
    group(path.substr(0, slash));
  }
  if (H5Lexists(file_, path.c_str(), H5P_DEFAULT) > 0) {
    fail(Code::already_exists, quoted(path), " was written before");
  }
  const H5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);  // equal models give equal bytes
  const H5Handle space = space_of(tensor.shape());
  const H5Handle made(
      H5Dcreate2(file_, path.c_str(), type.get(), space.get(), links_, creation.get(), H5P_DEFAULT),
      H5Dclose);
  if (!made.ok()) fail_library("create", path);
  if (tensor.size() == 0) return;
  if (text) {
    std::vector<const char*> texts;
    for (const std::string& item : tensor.flat<std::string>()) texts.push_back(item.c_str());
    if (H5Dwrite(made.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()) < 0) {
      fail_library("write", path);
    }
  } else if (H5Dwrite(made.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                      tensor_bytes(tensor).data()) < 0) {
    fail_library("write", path);
  }
  if (target_->error) std::rethrow_exception(target_->error);
}

void H5Writer::attribute(const std::string& object, const std::string& name,
                         std::string_view text) {
  const H5Lock lock;
  const H5Handle target(open(object), H5Oclose);
  const std::string terminated(text);
  const char* pointer = terminated.c_str();
  put_attribute(target.get(), name, string_type(0, is_ascii(text)),
                H5Handle(H5Screate(H5S_SCALAR), H5Sclose), &pointer);
}

void H5Writer::attribute(const std::string& object, const std::string& name, int64_t number) {
  const H5Lock lock;
  const H5Handle target(open(object), H5Oclose);
  put_attribute(target.get(), name, h5_memory_type(DType::int64),
                H5Handle(H5Screate(H5S_SCALAR), H5Sclose), &number);
}

void H5Writer::attribute(const std::string& object, const std::string& name,
                         const std::vector<std::string>& texts) {
  const H5Lock lock;
  const H5Handle target(open(object), H5Oclose);
  if (texts.empty()) {  // what NumPy makes of an empty list
    return put_attribute(target.get(), name, h5_memory_type(DType::float64), list_space(0),
                         nullptr);
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
    const std::vector<const char*> list = pointers(texts);
    return put_attribute(target.get(), name, string_type(0, ascii), list_space(texts.size()),
                         list.data());
  }
  const size_t most = std::max<size_t>(kHeaderLimit / width, 1);
  const size_t parts = (texts.size() + most - 1) / most;
  for (size_t i = 0; i < parts; ++i) {
    const size_t begin = texts.size() * i / parts;
    const size_t end = texts.size() * (i + 1) / parts;
    put_fixed(target.get(), str(name, i), texts, begin, end, width);
  }
}

}  // namespace rill::formats
