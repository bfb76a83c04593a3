#include "op/node_access.h"

namespace rill {

const AttrValue* NodeAccess::find_attr(std::string_view name) const {
  if (const AttrValue* value = attrs_->find(name)) return value;
  const AttrDef* def = def_->find_attr(name);
  return def != nullptr && def->default_value.has_value() ? &def->default_value : nullptr;
}

void NodeAccess::bad_attr(std::string_view name, const AttrValue* value) const {
  if (value == nullptr) fail(Code::invalid_argument, "attribute ", quoted(name), " is missing");
  fail(Code::invalid_argument, "attribute ", quoted(name), " is a ", value->type_name(), " (",
       value->to_string(), "), which does not fit");
}

int canonical_axis(std::string_view who, int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    fail(Code::invalid_argument, who, ": axis ", axis, " is out of range [", -rank, ", ", rank,
         ")");
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace rill
