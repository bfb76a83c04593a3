#include <algorithm>
#include <cstring>

#include "base/fail.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/graphdef/tensor_proto.h"
#include "tensor/buffer.h"
#include "tensor/stored.h"

namespace rill::formats {
namespace {

// The message taken apart: which values count is known only when the dtype is.
struct Fields {
  DType dtype = DType::invalid;
  Shape shape;
  Bytes content;
  Bytes float8s;
  std::vector<float> floats;
  std::vector<double> doubles;
  std::vector<int32_t> ints;
  std::vector<std::string_view> strings;
  std::vector<float> complex64s;
  std::vector<int64_t> int64s;
  std::vector<bool> bools;
  std::vector<double> complex128s;
  std::vector<int32_t> halves;
  std::vector<uint32_t> uint32s;
  std::vector<uint64_t> uint64s;
};

void read_fields(proto::Reader& message, ReadContext& context, Fields& out) {
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.dtype = read_dtype(message);
        break;
      case 2:
        out.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 4:
        out.content = message.bytes();
        break;
      case 5:
        message.append_fixed(out.floats);
        break;
      case 6:
        message.append_fixed(out.doubles);
        break;
      case 7:
        message.append_varints(out.ints);
        break;
      case 8:
        context.charge(sizeof(std::string) + sizeof(std::string_view));
        out.strings.push_back(message.text());
        break;
      case 9:
        message.append_fixed(out.complex64s);
        break;
      case 10:
        message.append_varints(out.int64s);
        break;
      case 11:
        message.append_varints(out.bools);
        break;
      case 12:
        message.append_fixed(out.complex128s);
        break;
      case 13:
        message.append_varints(out.halves);
        break;
      case 16:
        message.append_varints(out.uint32s);
        break;
      case 17:
        message.append_varints(out.uint64s);
        break;
      case 18:
        out.float8s = message.bytes();
        break;
      default:
        break;
    }
  }
}

// A tensor of the shape, after checking that `given` bytes of values allow one so large.
Tensor allocate(const Fields& fields, uint64_t given, ReadContext& context) {
  const auto count = static_cast<uint64_t>(fields.shape.num_elements());
  const uint64_t each = fields.dtype == DType::string
                            ? sizeof(std::string)
                            : std::max<size_t>(dtype_size(fields.dtype), 1);
  uint64_t needed = 0;
  const bool overflow = __builtin_mul_overflow(count, each, &needed);
  if (overflow || needed / 8 > given) {
    if (overflow || needed > context.splat_budget) {
      fail(Code::resource_exhausted, "a constant of type ", fields.dtype, " and shape ",
           fields.shape, " has only ", given,
           " bytes of values in the file; such constants may take 1 GiB in all");
    }
    context.splat_budget -= needed;
  }
  return context.allocate(fields.dtype, fields.shape);
}

// The first elements from `values`, the rest like the last of them, or zero without any.
// An element is `width` values (complex numbers: 2).
template <typename Stored, typename Values>
Tensor from_values(const Fields& fields, const Values& values, ReadContext& context,
                   size_t width = 1) {
  Tensor tensor = allocate(fields, values.size() * sizeof(Stored), context);
  const size_t count = static_cast<size_t>(tensor.size()) * width;
  auto* out = static_cast<Stored*>(tensor.raw());
  const size_t given = std::min(count, values.size() / width * width);
  for (size_t i = 0; i < given; ++i) out[i] = static_cast<Stored>(values[i]);
  if (given == 0) {
    std::fill_n(out, count, Stored{});
  } else {
    for (size_t i = given; i < count; ++i) out[i] = out[i - width];
  }
  return tensor;
}

// Strings in tensor_content: all lengths as varints, then all characters.
std::vector<std::string_view> split_content(const Fields& fields) {
  const auto count = static_cast<uint64_t>(fields.shape.num_elements());
  if (count > fields.content.size()) {
    fail(Code::invalid_argument, "a string constant of shape ", fields.shape, " has only ",
         fields.content.size(), " bytes");
  }
  const std::string_view all = text_of(fields.content);
  std::vector<uint64_t> sizes;
  size_t at = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t size = 0;
    for (int shift = 0;; shift += 7) {
      if (at == all.size() || shift > 28) {
        fail(Code::invalid_argument, "the lengths of a string constant are damaged");
      }
      const auto byte = static_cast<unsigned char>(all[at++]);
      size |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    sizes.push_back(size);
  }
  std::vector<std::string_view> strings;
  for (const uint64_t size : sizes) {
    if (size > all.size() - at) {
      fail(Code::invalid_argument, "a string constant ends before its characters do");
    }
    strings.push_back(all.substr(at, size));
    at += size;
  }
  return strings;
}

Tensor from_strings(Fields& fields, ReadContext& context) {
  if (!fields.content.empty()) fields.strings = split_content(fields);
  const auto& values = fields.strings;
  Tensor tensor = allocate(fields, values.size() * sizeof(std::string), context);
  const auto count = static_cast<size_t>(tensor.size());
  auto* out = tensor.data<std::string>();
  if (values.empty()) return tensor;
  if (count > values.size()) {
    uint64_t copied = 0;
    if (__builtin_mul_overflow(count - values.size(), values.back().size(), &copied) ||
        copied > context.splat_budget) {
      fail(Code::resource_exhausted, "a string constant of shape ", fields.shape,
           " repeats its last value of ", values.back().size(), " bytes beyond 1 GiB");
    }
    context.splat_budget -= copied;
  }
  for (size_t i = 0; i < count; ++i) out[i] = values[std::min(i, values.size() - 1)];
  return tensor;
}

Tensor from_content(const Fields& fields, ReadContext& context) {
  constexpr size_t kWorthSharing = 4096;
  constexpr size_t kWorthKeeping = 32 << 10;  // below, a copy costs less than a page
  const auto count = static_cast<uint64_t>(fields.shape.num_elements());
  const size_t each = dtype_size(fields.dtype);
  uint64_t needed = 0;
  if (__builtin_mul_overflow(count, uint64_t{each}, &needed) || needed != fields.content.size()) {
    fail(Code::invalid_argument, "a constant of type ", fields.dtype, " and shape ", fields.shape,
         " has ", fields.content.size(), " bytes of content; ", count, " x ", each,
         " were expected");
  }
  const std::byte* data = fields.content.data();
  if (fields.dtype == DType::bool_) {  // any byte but 0 is true
    Tensor tensor(fields.dtype, fields.shape);
    std::transform(data, data + needed, tensor.data<bool>(),
                   [](std::byte b) { return b != std::byte{0}; });
    return tensor;
  }
  if (context.keeper != nullptr && needed >= kWorthSharing) {
    if (reinterpret_cast<uintptr_t>(data) % element_alignment(fields.dtype) == 0) {
      return Tensor::from_buffer(
          fields.dtype, fields.shape,
          foreign_buffer(const_cast<std::byte*>(data), needed, context.keeper));
    }
    if (needed >= kWorthKeeping) {
      return stored_tensor(fields.dtype, fields.shape, data, context.keeper);
    }
  }
  Tensor tensor = context.allocate(fields.dtype, fields.shape);
  if (needed > 0) std::memcpy(tensor.raw(), data, needed);
  return tensor;
}

}  // namespace

Tensor read_tensor(proto::Reader message, ReadContext& context) {
  Fields f;
  read_fields(message, context, f);
  if (!f.shape.is_fully_defined()) {
    fail(Code::invalid_argument, "a constant has the shape ", f.shape,
         "; it must be known in full");
  }
  if (f.dtype == DType::invalid) return Tensor();  // TensorFlow: an empty message, no value
  if (f.dtype == DType::resource || f.dtype == DType::variant) {
    if (f.shape.num_elements() == 0) return Tensor(f.dtype, f.shape);
    fail(Code::unimplemented, "a constant of type ", f.dtype, " and shape ", f.shape,
         " cannot be read from a file");
  }
  if (f.dtype != DType::string && dtype_size(f.dtype) == 0) {
    fail(Code::unimplemented, "data type number ", static_cast<int>(f.dtype),
         " is not supported for constants");
  }
  if (f.dtype == DType::string) return from_strings(f, context);
  if (!f.content.empty()) return from_content(f, context);
  switch (f.dtype) {
    case DType::float32:
      return from_values<float>(f, f.floats, context);
    case DType::float64:
      return from_values<double>(f, f.doubles, context);
    case DType::int32:
    case DType::qint32:
      return from_values<int32_t>(f, f.ints, context);
    case DType::int16:
    case DType::qint16:
    case DType::uint16:
    case DType::quint16:
      return from_values<uint16_t>(f, f.ints, context);
    case DType::int8:
    case DType::qint8:
    case DType::uint8:
    case DType::quint8:
      return from_values<uint8_t>(f, f.ints, context);
    case DType::float16:
    case DType::bfloat16:
      return from_values<uint16_t>(f, f.halves, context);
    case DType::int64:
      return from_values<int64_t>(f, f.int64s, context);
    case DType::uint32:
      return from_values<uint32_t>(f, f.uint32s, context);
    case DType::uint64:
      return from_values<uint64_t>(f, f.uint64s, context);
    case DType::bool_:
      return from_values<bool>(f, f.bools, context);
    case DType::complex64:
      return from_values<float>(f, f.complex64s, context, 2);
    case DType::complex128:
      return from_values<double>(f, f.complex128s, context, 2);
    case DType::float8_e5m2:
    case DType::float8_e4m3fn:
      return from_values<uint8_t>(f, f.float8s, context);
    default:
      break;
  }
  fail(Code::unimplemented, "constants of type ", f.dtype, " are not supported");
}

}  // namespace rill::formats
