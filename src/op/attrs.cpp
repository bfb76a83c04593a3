// Attributes against the definition of an op: defaults, kinds, allowed values, argument counts.
#include <algorithm>

#include "base/fail.h"
#include "op/import.h"
#include "op/node_access.h"

namespace rill {
namespace {

template <typename T>
bool holds(const AttrDef& def, const AttrValue& value) {
  if (!def.is_list) return value.get_if<T>() != nullptr;
  return value.get_if<std::vector<T>>() != nullptr || value.get_if<AttrValue::EmptyList>();
}

bool right_kind(const AttrDef& def, const AttrValue& value) {
  if (value.get_if<AttrValue::Placeholder>()) return true;
  switch (def.kind) {
    case AttrKind::string:
      return holds<std::string>(def, value);
    case AttrKind::int_:
      return holds<int64_t>(def, value);
    case AttrKind::float_:
      return holds<float>(def, value);
    case AttrKind::bool_:
      return holds<bool>(def, value);
    case AttrKind::type:
      return holds<DType>(def, value);
    case AttrKind::shape:
      return holds<Shape>(def, value);
    case AttrKind::tensor:
      return holds<Tensor>(def, value);
    case AttrKind::func:
      return holds<NameAttrList>(def, value);
  }
  return false;
}

bool allowed(const AttrDef& def, DType dtype) {
  if (def.types.empty()) return dtype != DType::invalid;
  return std::find(def.types.begin(), def.types.end(), dtype) != def.types.end();
}

size_t list_length(const AttrValue& value) {
  if (const auto* v = value.get_if<std::vector<DType>>()) return v->size();
  if (const auto* v = value.get_if<std::vector<int64_t>>()) return v->size();
  if (const auto* v = value.get_if<std::vector<std::string>>()) return v->size();
  if (const auto* v = value.get_if<std::vector<float>>()) return v->size();
  if (const auto* v = value.get_if<std::vector<Shape>>()) return v->size();
  if (const auto* v = value.get_if<std::vector<NameAttrList>>()) return v->size();
  return 0;
}

void check_attr(const OpDef& op, const AttrDef& def, const AttrValue& value,
                std::string_view node) {
  const auto wrong = [&](const std::string& expected) {
    fail(Code::invalid_argument, op.name, " node ", quoted(node), ": attribute ", quoted(def.name),
         " is ", value.to_string(), "; expected ", expected);
  };
  if (!right_kind(def, value)) wrong(str("another kind than ", value.type_name()));
  if (const auto* dtype = value.get_if<DType>(); dtype && !allowed(def, *dtype)) {
    std::string list;
    for (const DType d : def.types) list += str(list.empty() ? "" : ", ", d);
    wrong(list.empty() ? "a type" : "one of " + list);
  }
  if (const auto* list = value.get_if<std::vector<DType>>()) {
    for (const DType d : *list) {
      if (!allowed(def, d)) wrong("other types in the list");
    }
  }
  if (const auto* tensor = value.get_if<Tensor>(); tensor && !*tensor)
    wrong("a tensor with a value");
  if (const auto* text = value.get_if<std::string>(); text && !def.choices.empty()) {
    if (std::find(def.choices.begin(), def.choices.end(), *text) == def.choices.end()) {
      std::string list;
      for (const auto& c : def.choices) list += (list.empty() ? "" : ", ") + c;
      wrong("one of " + list);
    }
  }
  if (const auto* number = value.get_if<int64_t>(); number && *number < def.minimum) {
    wrong(str("at least ", def.minimum));
  }
  if (def.is_list && def.minimum != INT64_MIN && !value.get_if<AttrValue::Placeholder>() &&
      static_cast<int64_t>(list_length(value)) < def.minimum) {
    wrong(str("a list of at least ", def.minimum));
  }
}

void append_types(const OpDef& def, const ArgDef& arg, const AttrMap& attrs,
                  std::string_view node_name, std::vector<DType>& out) {
  const NodeAccess access(def, attrs, node_name);
  if (!arg.type_list_attr.empty()) {
    const auto& types = access.attr<std::vector<DType>>(arg.type_list_attr);
    out.insert(out.end(), types.begin(), types.end());
    return;
  }
  int64_t count = 1;
  if (!arg.number_attr.empty()) {
    count = access.attr<int64_t>(arg.number_attr);
    constexpr int64_t kMost = 1 << 20;
    access.require(count >= 0 && count <= kMost, "attribute ", quoted(arg.number_attr), " is ",
                   count);
  }
  const DType dtype = arg.type_attr.empty() ? arg.type : access.attr<DType>(arg.type_attr);
  out.insert(out.end(), static_cast<size_t>(count), dtype);
}

}  // namespace

void complete_attrs(const OpDef& def, AttrMap& attrs, std::string_view node_name) {
  for (const AttrDef& a : def.attrs) {
    if (const AttrValue* value = attrs.find(a.name)) {
      check_attr(def, a, *value, node_name);
    } else if (a.default_value.has_value()) {
      attrs.set(a.name, a.default_value);
    } else {
      fail(Code::invalid_argument, def.name, " node ", quoted(node_name), ": missing attribute ",
           quoted(a.name));
    }
  }
}

std::vector<DType> output_dtypes(const OpDef& def, const AttrMap& attrs,
                                 std::string_view node_name) {
  std::vector<DType> out;
  for (const ArgDef& arg : def.outputs) append_types(def, arg, attrs, node_name, out);
  return out;
}

std::vector<DType> input_dtypes(const OpDef& def, const AttrMap& attrs,
                                std::string_view node_name) {
  std::vector<DType> out;
  for (const ArgDef& arg : def.inputs) append_types(def, arg, attrs, node_name, out);
  return out;
}

}  // namespace rill
