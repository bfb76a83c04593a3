#include "formats/graphdef/context.h"

#include "base/fail.h"
#include "formats/graphdef/utf8.h"

namespace rill::formats {

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
