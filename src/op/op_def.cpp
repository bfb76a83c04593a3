#include "op/op_def.h"

template class std::vector<rill::AttrDef>;

namespace rill {
namespace {

AttrDef make(std::string_view name, AttrKind kind, bool is_list, AttrValue default_value) {
  AttrDef a;
  a.name = name;
  a.kind = kind;
  a.is_list = is_list;
  a.default_value = std::move(default_value);
  return a;
}

}  // namespace

AttrDef attr(std::string_view name, AttrKind kind, bool is_list, AttrValue default_value) {
  return make(name, kind, is_list, std::move(default_value));
}

AttrDef type_attr(std::string_view name, std::span<const DType> allowed, DType default_value) {
  AttrDef a = make(name, AttrKind::type, false,
                   default_value == DType::invalid ? AttrValue() : AttrValue(default_value));
  a.types = allowed;
  return a;
}
AttrDef type_list_attr(std::string_view name, int64_t minimum) {
  AttrDef a = make(name, AttrKind::type, true, {});
  a.minimum = minimum;
  return a;
}
AttrDef int_attr(std::string_view name) { return make(name, AttrKind::int_, false, {}); }
AttrDef int_attr(std::string_view name, int64_t default_value, int64_t minimum) {
  AttrDef a = make(name, AttrKind::int_, false, default_value);
  a.minimum = minimum;
  return a;
}
AttrDef int_list_attr(std::string_view name) { return make(name, AttrKind::int_, true, {}); }
AttrDef int_list_attr(std::string_view name, std::vector<int64_t> default_value) {
  return make(name, AttrKind::int_, true, std::move(default_value));
}
AttrDef float_attr(std::string_view name) { return make(name, AttrKind::float_, false, {}); }
AttrDef float_attr(std::string_view name, float default_value) {
  return make(name, AttrKind::float_, false, default_value);
}
AttrDef float_list_attr(std::string_view name, std::vector<float> default_value) {
  return make(name, AttrKind::float_, true, std::move(default_value));
}
AttrDef bool_attr(std::string_view name) { return make(name, AttrKind::bool_, false, {}); }
AttrDef bool_attr(std::string_view name, bool default_value) {
  return make(name, AttrKind::bool_, false, default_value);
}
AttrDef string_attr(std::string_view name) { return make(name, AttrKind::string, false, {}); }
AttrDef string_attr(std::string_view name, std::string_view default_value,
                    std::vector<std::string> choices) {
  AttrDef a = make(name, AttrKind::string, false, default_value);
  a.choices = std::move(choices);
  return a;
}
AttrDef choice_attr(std::string_view name, std::vector<std::string> choices) {
  AttrDef a = make(name, AttrKind::string, false, {});
  a.choices = std::move(choices);
  return a;
}
AttrDef string_list_attr(std::string_view name, std::vector<std::string> default_value) {
  return make(name, AttrKind::string, true, std::move(default_value));
}
AttrDef shape_attr(std::string_view name) { return make(name, AttrKind::shape, false, {}); }
AttrDef shape_attr(std::string_view name, Shape default_value) {
  return make(name, AttrKind::shape, false, std::move(default_value));
}
AttrDef shape_list_attr(std::string_view name) { return make(name, AttrKind::shape, true, {}); }
AttrDef tensor_attr(std::string_view name) { return make(name, AttrKind::tensor, false, {}); }
AttrDef func_attr(std::string_view name) { return make(name, AttrKind::func, false, {}); }
AttrDef func_list_attr(std::string_view name) { return make(name, AttrKind::func, true, {}); }

AttrDef::AttrDef() = default;
AttrDef::AttrDef(const AttrDef& other) = default;
AttrDef::AttrDef(AttrDef&& other) noexcept = default;
AttrDef& AttrDef::operator=(const AttrDef& other) = default;
AttrDef& AttrDef::operator=(AttrDef&& other) noexcept = default;
AttrDef::~AttrDef() = default;
OpDef::~OpDef() = default;

const AttrDef* OpDef::find_attr(std::string_view attr_name) const {
  for (const AttrDef& a : attrs) {
    if (a.name == attr_name) return &a;
  }
  return nullptr;
}

}  // namespace rill
