#include "formats/graphdef/context.h"

#include "base/fail.h"
#include "formats/graphdef/utf8.h"
#include "tensor/buffer.h"

namespace rill::formats {

void ReadContext::too_much() {
  fail(Code::resource_exhausted,
       "the file holds so many empty parts that reading it would take more than 64 MiB and 8 "
       "times its size");
}

Tensor ReadContext::allocate(DType dtype, const Shape& shape) {
  constexpr size_t kSmall = 256;
  constexpr size_t kBlock = 32768;
  constexpr size_t kAlignment = 64;
  const auto count = static_cast<uint64_t>(shape.num_elements());
  const size_t each = dtype_size(dtype);
  if (each == 0 || count == 0 || count > kSmall / each) return Tensor(dtype, shape);
  if (block_ == nullptr || block_used_ + kSmall > kBlock) {
    block_ = allocate_buffer(kBlock);
    block_used_ = 0;
  }
  const size_t offset = block_used_;
  block_used_ += (static_cast<size_t>(count) * each + kAlignment - 1) / kAlignment * kAlignment;
  return Tensor::from_buffer(dtype, shape, block_, offset);
}

std::string_view read_string(const proto::Reader& field) {
  const std::string_view text = field.text();
  if (!is_utf8(text)) field.damaged(str("field ", field.number(), " is not valid UTF-8"));
  return text;
}

void check_depth(const proto::Reader& message, int depth) {
  if (depth > ReadContext::kDeepest) {
    message.damaged(str("messages are nested deeper than ", ReadContext::kDeepest));
  }
}

DType dtype_of_number(int32_t number) {
  constexpr int kFirstRef = 100;
  constexpr int kLast = 33;  // DT_FLOAT4_E2M1FN; attributes may name types that rill cannot hold
  const int32_t base = number > kFirstRef ? number - kFirstRef : number;
  if (base < 0 || base > kLast) {
    fail(Code::invalid_argument, "data type number ", number, " does not exist");
  }
  return static_cast<DType>(base);
}

}  // namespace rill::formats
