// The values of data sets and attributes.
#include <algorithm>
#include <cstring>
#include <optional>

#include "base/fail.h"
#include "codec/tensor_bytes.h"
#include "formats/hdf5/h5_file.h"
#include "formats/hdf5/h5_handle.h"
#include "formats/hdf5/h5_heap.h"

namespace rill::formats {
namespace {

// The shape of a data space; nothing when it holds no elements at all ("null").
std::optional<Shape> shape_of(hid_t space, const std::string& place) {
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return std::nullopt;
  hsize_t dims[H5S_MAX_RANK];
  const int rank = H5Sget_simple_extent_dims(space, dims, nullptr);
  if (rank < 0) fail(Code::data_loss, place, ": its shape is damaged: ", h5_error_text());
  Shape shape;
  for (int d = 0; d < rank; ++d) {
    if (dims[d] > static_cast<hsize_t>(INT64_MAX)) {
      fail(Code::data_loss, place, ": the dimension ", dims[d], " is too large");
    }
    shape.push_back(static_cast<int64_t>(dims[d]));
  }
  try {
    shape.num_elements();
  } catch (const Error& error) {
    fail(Code::data_loss, place, ": ", error.what());
  }
  return shape;
}

// Reads elements into memory: of a data set or of an attribute.
using Read = herr_t (*)(hid_t object, hid_t type, void* out);
herr_t read_dataset(hid_t object, hid_t type, void* out) {
  return H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
}
herr_t read_attribute(hid_t object, hid_t type, void* out) { return H5Aread(object, type, out); }

// Text up to its padding.
std::string clipped(const char* text, size_t size, H5T_str_t padding) {
  if (padding == H5T_STR_NULLTERM) return std::string(text, strnlen(text, size));
  const char filler = padding == H5T_STR_SPACEPAD ? ' ' : '\0';
  while (size > 0 && text[size - 1] == filler) --size;
  return std::string(text, size);
}

// Addresses count from the superblock, which a user block may come before.
uint64_t base_of(Bytes file) {
  const size_t at = text_of(file).find("\x89HDF\r\n\x1a\n");
  return at == std::string_view::npos ? 0 : at;
}

// Strings of one size. Those of variable length are H5Heap's.
Tensor read_strings(hid_t object, Read read, hid_t type, const Shape& shape,
                    const std::string& place) {
  Tensor out(DType::string, shape);
  const auto count = static_cast<size_t>(shape.num_elements());
  if (count == 0) return out;
  std::string* to = out.data<std::string>();
  const size_t size = H5Tget_size(type);
  std::vector<char> bytes(count * size);
  const H5Handle memory(H5Tcopy(type), H5Tclose);
  if (read(object, memory.get(), bytes.data()) < 0) {
    fail(Code::data_loss, place, ": ", h5_error_text());
  }
  const H5T_str_t padding = H5Tget_strpad(type);
  for (size_t i = 0; i < count; ++i) to[i] = clipped(bytes.data() + i * size, size, padding);
  return out;
}

Tensor read_values(hid_t object, Read read, hid_t type, const Shape& shape,
                   const std::string& place) {
  const DType dtype = h5_dtype(type);
  if (dtype == DType::string) return read_strings(object, read, type, shape, place);
  if (dtype == DType::invalid) {
    fail(Code::unimplemented, place,
         ": elements of this HDF5 type are not supported; numbers, "
         "booleans and strings are");
  }
  Tensor out(dtype, shape);
  if (out.size() == 0) return out;
  const bool opaque = H5Tget_class(type) == H5T_OPAQUE;
  const H5Handle memory = opaque ? H5Handle(H5Tcopy(type), H5Tclose) : h5_memory_type(dtype);
  if (read(object, memory.get(), out.raw()) < 0) {
    fail(Code::data_loss, place, ": ", h5_error_text());
  }
  if (dtype == DType::bool_) {  // a byte that is neither 0 nor 1 must not get into C++
    auto* bytes = static_cast<unsigned char*>(out.raw());
    for (int64_t i = 0; i < out.size(); ++i) bytes[i] = bytes[i] != 0;
  }
  return out;
}

bool is_little_endian(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_OPAQUE || kind == H5T_ENUM) return true;  // of one byte, or no number
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) return false;
  return H5Tget_size(type) == 1 || H5Tget_order(type) == H5T_ORDER_LE;
}

// All bits of the element are the number, where memory has them.
bool is_plain_layout(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) return true;
  return H5Tget_offset(type) == 0 && H5Tget_precision(type) == 8 * H5Tget_size(type);
}

// Strings of variable length from the references that stand in the file.
Tensor read_texts(Bytes file, const std::optional<Bytes>& references, const Shape& shape,
                  const std::string& place) {
  const auto count = static_cast<uint64_t>(shape.num_elements());
  if (count == 0) return Tensor(DType::string, shape);
  if (!references) {
    fail(Code::unimplemented, place,
         ": strings of variable length are read from contiguous data sets and from attributes in "
         "the object header only");
  }
  if (references->size() / H5Heap::kReferenceSize < count) {
    fail(Code::data_loss, place, ": has room for ", references->size() / H5Heap::kReferenceSize,
         " of ", count, " strings");
  }
  H5Heap heap(file, base_of(file), place);
  Tensor out(DType::string, shape);
  std::string* to = out.data<std::string>();
  uint64_t total = 0;
  for (uint64_t i = 0; i < count; ++i) {
    to[i] = heap.text(references->subspan(i * H5Heap::kReferenceSize, H5Heap::kReferenceSize));
    total += to[i].size();
    if (total > (uint64_t{1} << 20) + 64 * uint64_t{file.size()}) {
      fail(Code::resource_exhausted, place, ": its strings are far larger than the file");
    }
  }
  return out;
}

void refuse_elsewhere(hid_t dataset, const std::string& place) {
  const H5Handle made(H5Dget_create_plist(dataset), H5Pclose);
  if (!made.ok()) fail(Code::data_loss, place, ": ", h5_error_text());
  const H5D_layout_t layout = H5Pget_layout(made.get());
  if (layout == H5D_VIRTUAL ||
      (layout == H5D_CONTIGUOUS && H5Pget_external_count(made.get()) > 0)) {
    fail(Code::permission_denied, place, ": its data are in another file, which is never read");
  }
}

}  // namespace

H5Dataset H5File::dataset(const std::string& path) const {
  const H5Lock lock;
  const std::string place = str(what_, ": ", quoted(path));
  const H5Handle object(H5Oopen(file_, path.c_str(), access_), H5Oclose);
  if (!object.ok()) fail(Code::not_found, place, ": no data set is there: ", h5_error_text());
  if (H5Iget_type(object.get()) != H5I_DATASET) {
    fail(Code::invalid_argument, place, ": is no data set");
  }
  const H5Handle space(H5Dget_space(object.get()), H5Sclose);
  const H5Handle type(H5Dget_type(object.get()), H5Tclose);
  if (!space.ok() || !type.ok()) fail(Code::data_loss, place, ": ", h5_error_text());
  return {path, h5_dtype(type.get()), shape_of(space.get(), place).value_or(Shape{0})};
}

Tensor H5File::read(const std::string& path) const {
  const H5Lock lock;
  const std::string place = str(what_, ": ", quoted(path));
  H5Handle object(H5Oopen(file_, path.c_str(), access_), H5Oclose);
  if (!object.ok()) fail(Code::not_found, place, ": no data set is there: ", h5_error_text());
  if (H5Iget_type(object.get()) != H5I_DATASET) {
    fail(Code::invalid_argument, place, ": is no data set");
  }
  const H5Handle space(H5Dget_space(object.get()), H5Sclose);
  const H5Handle type(H5Dget_type(object.get()), H5Tclose);
  if (!space.ok() || !type.ok()) fail(Code::data_loss, place, ": ", h5_error_text());
  const Shape shape = shape_of(space.get(), place).value_or(Shape{0});
  const DType dtype = h5_dtype(type.get());
  // The library says how large a pointer is; stored is a reference.
  const bool variable = H5Tis_variable_str(type.get()) > 0;
  const uint64_t element = variable ? H5Heap::kReferenceSize : H5Tget_size(type.get());
  const auto count = static_cast<uint64_t>(shape.num_elements());
  if (element == 0 || count > static_cast<uint64_t>(INT64_MAX) / element) {
    fail(Code::data_loss, place, ": a shape of ", shape, " is too large");
  }
  const uint64_t declared = count * element;
  // Only contiguous data within the file have an offset.
  const haddr_t at = declared > 0 ? H5Dget_offset(object.get()) : HADDR_UNDEF;
  if (at != HADDR_UNDEF) {
    if (at > bytes_.size() || declared > bytes_.size() - at) {
      fail(Code::data_loss, place, ": has ", declared, " bytes at offset ", at, ", the file has ",
           bytes_.size());
    }
    const bool direct = dtype != DType::invalid && is_plain(dtype) && !is_complex(dtype) &&
                        is_little_endian(type.get()) && is_plain_layout(type.get());
    if (direct) return tensor_over(dtype, shape, bytes_.sub(at, declared));
    if (variable) {
      return read_texts(bytes_.bytes, bytes_.bytes.subspan(at, declared), shape, place);
    }
  } else {
    H5Eclear2(H5E_DEFAULT);
    refuse_elsewhere(object.get(), place);
  }
  if (variable) {
    return read_texts(bytes_.bytes, std::nullopt, shape, place);
  }
  // Whatever is not simply there is unpacked or filled in: not more than the file is good for.
  const uint64_t stored = H5Dget_storage_size(object.get());
  if (declared > limits_.hdf5_ratio_floor && declared / limits_.hdf5_ratio >= stored) {
    fail(Code::resource_exhausted, place, ": declares ", declared, " bytes but only ", stored,
         " are stored; the limit hdf5_ratio is ", limits_.hdf5_ratio);
  }
  return read_values(object.get(), read_dataset, type.get(), shape, place);
}

Tensor H5File::attribute(const std::string& path, const std::string& name) const {
  const H5Lock lock;
  const char* object_name = path.empty() ? "/" : path.c_str();
  const std::string place = str(what_, ": attribute ", quoted(name), " of ", quoted(path));
  const H5Handle object(H5Oopen(file_, object_name, access_), H5Oclose);
  if (!object.ok()) fail(Code::not_found, what_, ": has no object ", quoted(path));
  const htri_t exists = H5Aexists(object.get(), name.c_str());
  if (exists < 0) fail(Code::data_loss, place, ": ", h5_error_text());
  if (exists == 0) return Tensor();
  const H5Handle handle(H5Aopen(object.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!handle.ok()) fail(Code::data_loss, place, ": ", h5_error_text());
  const H5Handle space(H5Aget_space(handle.get()), H5Sclose);
  const H5Handle type(H5Aget_type(handle.get()), H5Tclose);
  if (!space.ok() || !type.ok()) fail(Code::data_loss, place, ": ", h5_error_text());
  const Shape shape = shape_of(space.get(), place).value_or(Shape{0});
  const uint64_t element = H5Tget_size(type.get());
  if (element == 0 || static_cast<uint64_t>(shape.num_elements()) > bytes_.size() / element) {
    fail(Code::data_loss, place, ": ", shape.num_elements(), " elements of ", element,
         " bytes do not fit a file of ", bytes_.size());
  }
  if (H5Tis_variable_str(type.get()) > 0) {
    H5O_info_t info;
    if (H5Oget_info2(object.get(), &info, H5O_INFO_BASIC) < 0) {
      fail(Code::data_loss, place, ": ", h5_error_text());
    }
    const H5Heap heap(bytes_.bytes, base_of(bytes_.bytes), place);
    return read_texts(bytes_.bytes, heap.attribute(info.addr, name), shape, place);
  }
  return read_values(handle.get(), read_attribute, type.get(), shape, place);
}

}  // namespace rill::formats
