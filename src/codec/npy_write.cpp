#include <algorithm>

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "codec/npy.h"
#include "codec/tensor_bytes.h"
#include "codec/zip.h"

namespace rill {
namespace {

std::string descr_of(DType dtype) {
  const char kind = is_complex(dtype)            ? 'c'
                    : is_signed_integer(dtype)   ? 'i'
                    : is_unsigned_integer(dtype) ? 'u'
                    : dtype == DType::bool_      ? 'b'
                    : dtype == DType::float16 || dtype == DType::float32 || dtype == DType::float64
                        ? 'f'
                        : '\0';
  if (kind == '\0') fail(Code::unimplemented, "NumPy has no dtype for ", dtype);
  const size_t size = dtype_size(dtype);
  return str(size == 1 ? '|' : '<', kind, size);
}

// numpy/lib/format.py, _write_array_header: room for the first dimension to grow to 21 digits,
// then spaces so that the elements begin at a multiple of 64.
std::string header(const std::string& descr, const Shape& shape) {
  std::string text = str("{'descr': '", descr, "', 'fortran_order': False, 'shape': (");
  for (int i = 0; i < shape.rank(); ++i) text += str(i == 0 ? "" : " ", shape[i], ",");
  if (shape.rank() > 1) text.pop_back();
  text += "), }";
  if (shape.rank() > 0) text.append(21 - std::min<size_t>(21, str(shape[0]).size()), ' ');
  size_t prefix = 10;
  if (text.size() + 1 + 64 > 0xffff) prefix = 12;
  text.append(64 - (prefix + text.size() + 1) % 64, ' ');
  text += '\n';
  std::string out = "\x93NUMPY";
  out += prefix == 10 ? '\1' : '\2';
  out += '\0';
  for (size_t i = 0; i < prefix - 8; ++i) out += static_cast<char>(text.size() >> (8 * i));
  return out + text;
}

size_t widest(const Tensor& strings) {
  size_t width = 1;
  for (const std::string& text : strings.flat<std::string>()) width = std::max(width, text.size());
  return width;
}

std::string strings_header(const Tensor& t) { return header(str("|S", widest(t)), t.shape()); }

std::string strings_body(const Tensor& t) {
  const size_t width = widest(t);
  std::string out;
  for (const std::string& text : t.flat<std::string>()) {
    out += text;
    out.append(width - text.size(), '\0');
  }
  return out;
}

}  // namespace

std::string npy_header(DType dtype, const Shape& shape) { return header(descr_of(dtype), shape); }

std::string format_npy(const Tensor& tensor) {
  if (tensor.dtype() == DType::string) return strings_header(tensor) + strings_body(tensor);
  std::string out = npy_header(tensor.dtype(), tensor.shape());
  out += text_of(tensor_bytes(tensor));
  return out;
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  AtomicFile file(path);
  if (tensor.dtype() == DType::string) {
    file.write(format_npy(tensor));
  } else {
    file.write(npy_header(tensor.dtype(), tensor.shape()));
    file.write(tensor_bytes(tensor));
  }
  file.commit();
}

void write_npz(const std::filesystem::path& path, const NamedTensors& tensors) {
  ZipWriter zip(path);
  for (const auto& [name, tensor] : tensors) {
    zip.begin(name + ".npy");
    if (tensor.dtype() == DType::string) {
      zip.append(bytes_of(format_npy(tensor)));
    } else {
      zip.append(bytes_of(npy_header(tensor.dtype(), tensor.shape())));
      zip.append(tensor_bytes(tensor));
    }
    zip.end();
  }
  zip.commit();
}

}  // namespace rill
