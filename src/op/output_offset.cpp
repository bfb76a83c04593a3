#include "op/output_offset.h"

namespace rill {

int output_offset(const std::vector<ArgDef>& outputs, const AttrMap& attrs,
                  std::string_view argument) {
  size_t offset = 0;
  for (const ArgDef& arg : outputs) {
    if (arg.name == argument) return static_cast<int>(offset);
    offset += 1;
    const std::string& list = arg.type_list_attr.empty() ? arg.number_attr : arg.type_list_attr;
    if (list.empty()) continue;
    const AttrValue* value = attrs.find(list);
    const auto* types = value ? value->get_if<std::vector<DType>>() : nullptr;
    const auto* count = value ? value->get_if<int64_t>() : nullptr;
    if (types != nullptr) offset += types->size() - 1;
    if (count != nullptr) offset += static_cast<size_t>(*count) - 1;
    if (types == nullptr && count == nullptr) offset -= 1;  // an empty list
  }
  return -1;
}

}  // namespace rill
