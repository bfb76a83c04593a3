#include <algorithm>

#include "base/str.h"
#include "rill/graph.hpp"

namespace rill {
namespace {

template <typename... Fs>
struct Overload : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overload(Fs...) -> Overload<Fs...>;

std::string text(const std::string& v) { return quoted(v); }
std::string text(int64_t v) { return str(v); }
std::string text(float v) { return str(v); }
std::string text(bool v) { return v ? "true" : "false"; }
std::string text(DType v) { return dtype_name(v); }
std::string text(const Shape& v) { return v.debug_string(); }
std::string text(const NameAttrList& v) { return "@" + v.name; }
std::string text(const Tensor& v) { return str("Tensor<", v.dtype(), " ", v.shape(), ">"); }

}  // namespace

AttrValue::AttrValue() noexcept = default;
AttrValue::AttrValue(const char* text) : storage_(std::string(text)) {}
AttrValue::AttrValue(std::string_view text) : storage_(std::string(text)) {}
AttrValue::AttrValue(std::string text) : storage_(std::move(text)) {}
AttrValue::AttrValue(int number) : storage_(int64_t{number}) {}
AttrValue::AttrValue(int64_t number) : storage_(number) {}
AttrValue::AttrValue(float number) : storage_(number) {}
AttrValue::AttrValue(double number) : storage_(static_cast<float>(number)) {}
AttrValue::AttrValue(bool flag) : storage_(flag) {}
AttrValue::AttrValue(DType dtype) : storage_(dtype) {}
AttrValue::AttrValue(Shape shape) : storage_(std::move(shape)) {}
AttrValue::AttrValue(Tensor tensor) : storage_(std::move(tensor)) {}
AttrValue::AttrValue(NameAttrList function) : storage_(std::move(function)) {}
AttrValue::AttrValue(EmptyList list) : storage_(list) {}
AttrValue::AttrValue(Placeholder placeholder) : storage_(std::move(placeholder)) {}
AttrValue::AttrValue(std::vector<std::string> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<int64_t> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<float> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<bool> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<DType> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<Shape> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<Tensor> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(std::vector<NameAttrList> list) : storage_(std::move(list)) {}
AttrValue::AttrValue(const AttrValue& other) = default;
AttrValue::AttrValue(AttrValue&& other) noexcept = default;
AttrValue& AttrValue::operator=(const AttrValue& other) = default;
AttrValue& AttrValue::operator=(AttrValue&& other) noexcept = default;
AttrValue::~AttrValue() = default;

const char* AttrValue::type_name() const noexcept {
  static constexpr const char* kNames[] = {
      "none",        "string",       "int",          "float",       "bool",
      "type",        "shape",        "tensor",       "func",        "list",
      "placeholder", "list(string)", "list(int)",    "list(float)", "list(bool)",
      "list(type)",  "list(shape)",  "list(tensor)", "list(func)"};
  return kNames[storage_.index()];
}

std::string AttrValue::to_string() const {
  return std::visit(Overload{[](const std::monostate&) { return std::string("none"); },
                             [](const EmptyList&) { return std::string("[]"); },
                             [](const Placeholder& p) { return "$" + p.name; },
                             []<typename T>(const std::vector<T>& list) {
                               constexpr size_t kMost = 16;
                               std::string out = "[";
                               for (size_t i = 0; i < std::min(list.size(), kMost); ++i) {
                                 if (i > 0) out += ", ";
                                 out += text(static_cast<const T&>(list[i]));
                               }
                               return out + (list.size() > kMost ? ", ...]" : "]");
                             },
                             [](const auto& v) { return text(v); }},
                    storage_);
}

AttrValue AttrRef::make_none(Held) { return {}; }
AttrValue AttrRef::make_text(Held held) { return held.text; }
AttrValue AttrRef::make_int(Held held) { return held.number; }
AttrValue AttrRef::make_float(Held held) { return held.real; }
AttrValue AttrRef::make_bool(Held held) { return held.number != 0; }
AttrValue AttrRef::make_type(Held held) { return static_cast<DType>(held.number); }

AttrMap::AttrMap() noexcept = default;
AttrMap::AttrMap(const AttrMap& other) = default;
AttrMap::AttrMap(AttrMap&& other) noexcept = default;
AttrMap& AttrMap::operator=(const AttrMap& other) = default;
AttrMap& AttrMap::operator=(AttrMap&& other) noexcept = default;
AttrMap::~AttrMap() = default;

AttrMap::AttrMap(std::initializer_list<AttrRef> items) {
  items_.reserve(items.size());
  for (const AttrRef& item : items) set(item.name(), item.value());
}

AttrMap AttrMap::from_items(std::vector<Item> items) {
  const auto by_name = [](const Item& a, const Item& b) { return a.first < b.first; };
  if (!std::is_sorted(items.begin(), items.end(), by_name)) {
    std::stable_sort(items.begin(), items.end(), by_name);
  }
  // Drops each item that one of the same name follows.
  size_t kept = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i + 1 < items.size() && items[i].first == items[i + 1].first) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  items.resize(kept);
  AttrMap map;
  map.items_ = std::move(items);
  return map;
}

const AttrValue* AttrMap::find(std::string_view name) const noexcept {
  // Of a few names most differ in length, which is one comparison; to order them takes more.
  constexpr size_t kFew = 8;
  if (items_.size() <= kFew) {
    for (const Item& item : items_) {
      if (item.first == name) return &item.second;
    }
    return nullptr;
  }
  const auto it = std::lower_bound(items_.begin(), items_.end(), name,
                                   [](const Item& a, std::string_view b) { return a.first < b; });
  return it != items_.end() && it->first == name ? &it->second : nullptr;
}

void AttrMap::set(std::string_view name, AttrValue value) {
  const auto it = std::lower_bound(items_.begin(), items_.end(), name,
                                   [](const Item& a, std::string_view b) { return a.first < b; });
  if (it != items_.end() && it->first == name) {
    it->second = std::move(value);
  } else {
    items_.emplace(it, std::string(name), std::move(value));
  }
}

void AttrMap::erase(std::string_view name) {
  std::erase_if(items_, [&](const Item& item) { return item.first == name; });
}

}  // namespace rill
