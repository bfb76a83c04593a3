// What every context of an op shares: attributes by name, and messages that name the node.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fail.h"
#include "op/op_def.h"

namespace rill {

class NodeAccess {
 public:
  NodeAccess(const OpDef& def, const AttrMap& attrs, std::string_view node_name)
      : def_(&def), attrs_(&attrs), node_name_(node_name) {}

  const OpDef& def() const { return *def_; }
  const std::string& op() const { return def_->name; }
  std::string_view node_name() const { return node_name_; }
  const AttrMap& attrs() const { return *attrs_; }

  // The attribute, or its default. T: int64_t, float, bool, std::string, DType, Shape, Tensor,
  // NameAttrList, and std::vector of these. Throws INVALID_ARGUMENT when it is missing or another
  // kind.
  template <typename T>
  const T& attr(std::string_view name) const;
  template <typename T>
  T attr_or(std::string_view name, T fallback) const {
    const AttrValue* value = find_attr(name);
    const T* found = value ? value->get_if<T>() : nullptr;
    return found ? *found : fallback;
  }
  bool has_attr(std::string_view name) const { return find_attr(name) != nullptr; }

  // Throws with "Op 'node': " before the parts.
  template <typename... Parts>
  [[noreturn]] void fail(Code code, const Parts&... parts) const {
    fail_with(code, {TextPart(parts)...});
  }
  template <typename... Parts>
  void require(bool condition, const Parts&... parts) const {
    if (!condition) fail(Code::invalid_argument, parts...);
  }

 protected:
  // Throws INTERNAL unless `i` is one of `count`. what: "input" or "output".
  size_t checked(std::string_view what, int i, size_t count) const {
    if (i < 0 || static_cast<size_t>(i) >= count) bad_index(what, i, count);
    return static_cast<size_t>(i);
  }

 private:
  [[noreturn]] void bad_index(std::string_view what, int i, size_t count) const;
  [[noreturn]] void fail_with(Code code, std::initializer_list<TextPart> parts) const;
  const AttrValue* find_attr(std::string_view name) const;
  [[noreturn]] void bad_attr(std::string_view name, const AttrValue* value) const;

  const OpDef* def_;
  const AttrMap* attrs_;
  std::string_view node_name_;
};

// axis in [-rank, rank) -> [0, rank). Throws INVALID_ARGUMENT naming `who`.
int canonical_axis(std::string_view who, int64_t axis, int rank);

}  // namespace rill
