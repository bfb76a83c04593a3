#include <cstring>

#include "base/fail.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/graphdef/tensor_proto.h"

namespace rill::formats {
namespace {

bool all_the_same(const char* data, size_t bytes, size_t each) {
  return bytes <= each || std::memcmp(data, data + each, bytes - each) == 0;
}

template <typename T>
T load(const void* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

// As varints in one packed field.
template <typename T>
void numbers(proto::Writer& out, uint32_t field, const char* at, size_t count) {
  out.message(field, [&](proto::Writer& list) {
    for (size_t i = 0; i < count; ++i) {
      list.raw_varint(static_cast<uint64_t>(load<T>(at + i * sizeof(T))));
    }
  });
}

// Elements in the *_val field of their type.
void write_elements(proto::Writer& out, DType dtype, const char* at, size_t count) {
  const auto raw = [&](uint32_t field) {
    out.bytes(field, std::string_view(at, count * dtype_size(dtype)));
  };
  switch (dtype) {
    case DType::float32:
      return raw(5);
    case DType::float64:
      return raw(6);
    case DType::complex64:
      return raw(9);
    case DType::complex128:
      return raw(12);
    case DType::float8_e5m2:
    case DType::float8_e4m3fn:
      return raw(18);
    case DType::int32:
    case DType::qint32:
      return numbers<int32_t>(out, 7, at, count);
    case DType::int16:
    case DType::qint16:
      return numbers<int16_t>(out, 7, at, count);
    case DType::uint16:
    case DType::quint16:
      return numbers<uint16_t>(out, 7, at, count);
    case DType::int8:
    case DType::qint8:
      return numbers<int8_t>(out, 7, at, count);
    case DType::uint8:
    case DType::quint8:
      return numbers<uint8_t>(out, 7, at, count);
    case DType::float16:
    case DType::bfloat16:
      return numbers<uint16_t>(out, 13, at, count);
    case DType::int64:
      return numbers<int64_t>(out, 10, at, count);
    case DType::bool_:
      return numbers<uint8_t>(out, 11, at, count);
    case DType::uint32:
      return numbers<uint32_t>(out, 16, at, count);
    case DType::uint64:
      return numbers<uint64_t>(out, 17, at, count);
    default:
      break;
  }
  fail(Code::unimplemented, "constants of type ", dtype, " cannot be saved");
}

}  // namespace

void write_values(proto::Writer& out, const Tensor& tensor) {
  if (tensor.size() == 0) return;
  if (tensor.dtype() == DType::string) {
    for (const std::string& text : tensor.flat<std::string>()) out.bytes(8, text);
    return;
  }
  write_elements(out, tensor.dtype(), static_cast<const char*>(tensor.raw()),
                 static_cast<size_t>(tensor.size()));
}

void write_tensor(proto::Writer& out, uint32_t field, const Tensor& tensor) {
  out.message(field, [&](proto::Writer& message) {
    if (!tensor) return;
    const DType dtype = tensor.dtype();
    if (!tensor.is_dense() ||
        ((dtype == DType::resource || dtype == DType::variant) && tensor.size() > 0)) {
      fail(Code::unimplemented, "a tensor of type ", dtype, " and shape ", tensor.shape(),
           " has no constant value that could be saved");
    }
    message.int32(1, static_cast<int32_t>(dtype));
    write_shape(message, 2, tensor.shape());
    if (tensor.size() == 0 || dtype == DType::string) return write_values(message, tensor);
    const auto* data = static_cast<const char*>(tensor.raw());
    if (all_the_same(data, tensor.bytes(), dtype_size(dtype))) {
      write_elements(message, dtype, data, 1);
    } else {
      message.bytes(4, std::string_view(data, tensor.bytes()));
    }
  });
}

}  // namespace rill::formats
