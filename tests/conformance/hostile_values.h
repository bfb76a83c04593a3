// What a damaged or hostile file may give an attribute instead of what belongs there.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "op/op_def.h"

namespace rill::conformance {

inline const std::vector<int64_t>& hostile_ints() {
  static const std::vector<int64_t> ints = {
      0, 1, -1, 3, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, int64_t{1} << 40};
  return ints;
}

inline std::vector<AttrValue> hostile_scalars(const AttrDef& def) {
  std::vector<AttrValue> out;
  switch (def.kind) {
    case AttrKind::int_:
      for (const int64_t i : hostile_ints()) out.emplace_back(i);
      break;
    case AttrKind::float_:
      for (const float f : {0.0F, -1.0F, 1e30F, std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()}) {
        out.emplace_back(f);
      }
      break;
    case AttrKind::bool_:
      out = {AttrValue(false), AttrValue(true)};
      break;
    case AttrKind::string:
      for (const std::string& choice : def.choices) out.emplace_back(choice);
      for (const char* text :
           {"", "no such thing", "\xff", "(", "%d{}", "->", "...->", "ab,bc->a"}) {
        out.emplace_back(text);
      }
      break;
    case AttrKind::type:
      for (const DType t : {DType::float32, DType::float64, DType::float16, DType::bool_,
                            DType::int8, DType::int64, DType::complex64, DType::string,
                            DType::qint8, DType::resource, DType::variant, DType::invalid}) {
        out.emplace_back(t);
      }
      break;
    case AttrKind::shape:
      out = {AttrValue(Shape::unknown_rank()),
             AttrValue(Shape{}),
             AttrValue(Shape{0}),
             AttrValue(Shape{-1, 3}),
             AttrValue(Shape{INT64_MAX}),
             AttrValue(Shape{INT64_MAX, INT64_MAX, 2}),
             AttrValue(Shape{INT32_MAX, INT32_MAX}),
             AttrValue(Shape::unknown_dims(40))};
      break;
    case AttrKind::tensor:
      out = {AttrValue(Tensor::scalar(1.0F)), AttrValue(Tensor::zeros(DType::float32, {0, 3})),
             AttrValue(Tensor::vector<int64_t>({INT64_MAX, -1}))};
      break;
    case AttrKind::func:
      out = {AttrValue(NameAttrList{"no_such_function", nullptr}),
             AttrValue(NameAttrList{"", nullptr}), AttrValue(NameAttrList{"Neg", nullptr})};
      break;
  }
  return out;
}

template <typename T>
void hostile_lists(const AttrDef& def, const AttrValue& now, std::vector<AttrValue>& out) {
  std::vector<T> given;
  if (const auto* list = now.get_if<std::vector<T>>()) given = *list;
  for (const AttrValue& scalar : hostile_scalars(def)) {
    const T& item = *scalar.get_if<T>();
    std::vector<T> one = given.empty() ? std::vector<T>{item} : given;
    one[one.size() / 2] = item;
    out.emplace_back(std::move(one));
    if (given.size() > 1) out.emplace_back(std::vector<T>(given.size(), item));
  }
  if (given.empty()) return;
  out.emplace_back(std::vector<T>(given.begin(), given.end() - 1));
  out.emplace_back(std::vector<T>(10'000, given[0]));
}

// Instead of `now` (which may hold nothing): values of the right kind, then of another.
inline std::vector<AttrValue> hostile_values(const AttrDef& def, const AttrValue& now) {
  std::vector<AttrValue> out;
  if (!def.is_list) {
    out = hostile_scalars(def);
  } else {
    out.emplace_back(AttrValue::EmptyList{});
    switch (def.kind) {
      case AttrKind::int_:
        hostile_lists<int64_t>(def, now, out);
        break;
      case AttrKind::float_:
        hostile_lists<float>(def, now, out);
        break;
      case AttrKind::bool_:
        hostile_lists<bool>(def, now, out);
        break;
      case AttrKind::string:
        hostile_lists<std::string>(def, now, out);
        break;
      case AttrKind::type:
        hostile_lists<DType>(def, now, out);
        break;
      case AttrKind::shape:
        hostile_lists<Shape>(def, now, out);
        break;
      case AttrKind::tensor:
        hostile_lists<Tensor>(def, now, out);
        break;
      case AttrKind::func:
        hostile_lists<NameAttrList>(def, now, out);
        break;
    }
  }
  out.emplace_back(AttrValue::Placeholder{"T"});
  out.emplace_back(def.kind == AttrKind::int_ ? AttrValue("text") : AttrValue(int64_t{7}));
  return out;
}

}  // namespace rill::conformance
