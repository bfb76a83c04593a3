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

void packed_varint(proto::Writer& out, uint32_t field, uint64_t value) {
  out.message(field, [&](proto::Writer& list) { list.raw_varint(value); });
}

// One element in the *_val field of its type.
void write_value(proto::Writer& out, DType dtype, const char* at) {
  const auto raw = [&](uint32_t field) {
    out.bytes(field, std::string_view(at, dtype_size(dtype)));
  };
  const auto number = [&](uint32_t field, int64_t value) {
    packed_varint(out, field, static_cast<uint64_t>(value));
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
      return number(7, load<int32_t>(at));
    case DType::int16:
    case DType::qint16:
      return number(7, load<int16_t>(at));
    case DType::uint16:
    case DType::quint16:
      return number(7, load<uint16_t>(at));
    case DType::int8:
    case DType::qint8:
      return number(7, load<int8_t>(at));
    case DType::uint8:
    case DType::quint8:
      return number(7, load<uint8_t>(at));
    case DType::float16:
    case DType::bfloat16:
      return number(13, load<uint16_t>(at));
    case DType::int64:
      return number(10, load<int64_t>(at));
    case DType::bool_:
      return number(11, load<uint8_t>(at) != 0);
    case DType::uint32:
      return number(16, load<uint32_t>(at));
    case DType::uint64:
      return packed_varint(out, 17, load<uint64_t>(at));
    default:
      break;
  }
  fail(Code::unimplemented, "constants of type ", dtype, " cannot be saved");
}

}  // namespace

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
    if (tensor.size() == 0) return;
    if (dtype == DType::string) {
      for (const std::string& text : tensor.flat<std::string>()) message.bytes(8, text);
      return;
    }
    const auto* data = static_cast<const char*>(tensor.raw());
    if (all_the_same(data, tensor.bytes(), dtype_size(dtype))) {
      write_value(message, dtype, data);
    } else {
      message.bytes(4, std::string_view(data, tensor.bytes()));
    }
  });
}

}  // namespace rill::formats
