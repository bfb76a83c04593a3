// Attributes and inputs for an op that is known only by its definition: plausible ones and hostile
// ones, from a fixed stream of numbers.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "op/emit.h"
#include "op/import.h"
#include "op/op_def.h"

namespace rill::test {

class Stream {
 public:
  explicit Stream(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}
  // The choices are these bytes, two for each, as long as there are any.
  explicit Stream(std::string_view choices) : state_(1), choices_(choices) {}
  uint64_t next() {  // xorshift64*
    if (choices_.size() >= 2) {
      const uint64_t low = static_cast<unsigned char>(choices_[0]);
      const uint64_t high = static_cast<unsigned char>(choices_[1]);
      choices_.remove_prefix(2);
      return (high << 8 | low) << 33;
    }
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1dU;
  }
  size_t below(size_t n) { return static_cast<size_t>((next() >> 33) % n); }
  template <typename T, size_t N>
  const T& pick(const T (&items)[N]) {
    return items[below(N)];
  }

 private:
  uint64_t state_;
  std::string_view choices_;
};

inline constexpr int64_t kOddInts[] = {
    0, 1, 2, -1, 3, -2, 7, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, int64_t{1} << 40};
inline constexpr int64_t kFairInts[] = {0, 1, 2, -1, 1, 2};

inline DType sample_dtype(const AttrDef& def, Stream* odd) {
  if (def.types.empty()) {
    static constexpr DType kAny[] = {DType::float32, DType::int32, DType::int64,  DType::bool_,
                                     DType::string,  DType::uint8, DType::float64};
    return odd ? odd->pick(kAny) : DType::float32;
  }
  return def.types[odd ? odd->below(def.types.size()) : 0];
}

inline AttrValue sample_scalar(const AttrDef& def, Stream* odd) {
  switch (def.kind) {
    case AttrKind::string:
      return def.choices.empty() ? AttrValue(std::string("x"))
                                 : AttrValue(def.choices[odd ? odd->below(def.choices.size()) : 0]);
    case AttrKind::int_: {
      const int64_t n = !odd ? 1 : odd->below(3) ? odd->pick(kFairInts) : odd->pick(kOddInts);
      return AttrValue(std::max(n, def.minimum));
    }
    case AttrKind::float_:
      return AttrValue(0.5F);
    case AttrKind::bool_:
      return AttrValue(odd != nullptr && odd->below(2) == 1);
    case AttrKind::type:
      return AttrValue(sample_dtype(def, odd));
    case AttrKind::shape:
      return AttrValue(Shape{2, 3});
    case AttrKind::tensor:
      return AttrValue(Tensor::scalar(1.0F));
    case AttrKind::func:
      return AttrValue(NameAttrList{"no_such_function", nullptr});
  }
  return {};
}

template <typename T>
AttrValue list_of(const std::vector<AttrValue>& items) {
  std::vector<T> out;
  for (const auto& item : items) out.push_back(*item.get_if<T>());
  return AttrValue(std::move(out));
}

inline AttrValue sample_attr(const AttrDef& def, Stream* odd) {
  if (!def.is_list) return sample_scalar(def, odd);
  const int64_t least = std::clamp<int64_t>(def.minimum, 0, 8);
  const size_t length = odd ? static_cast<size_t>(least) + odd->below(5)
                            : static_cast<size_t>(std::max<int64_t>(least, 2));
  if (length == 0) return AttrValue(AttrValue::EmptyList{});
  std::vector<AttrValue> items;
  for (size_t i = 0; i < length; ++i) items.push_back(sample_scalar(def, odd));
  switch (def.kind) {
    case AttrKind::string:
      return list_of<std::string>(items);
    case AttrKind::int_:
      return list_of<int64_t>(items);
    case AttrKind::float_:
      return list_of<float>(items);
    case AttrKind::bool_:
      return list_of<bool>(items);
    case AttrKind::type:
      return list_of<DType>(items);
    case AttrKind::shape:
      return list_of<Shape>(items);
    case AttrKind::tensor:
      return list_of<Tensor>(items);
    case AttrKind::func:
      return list_of<NameAttrList>(items);
  }
  return {};
}

// How many of something a signature repeats: kept small, whatever the stream says.
inline bool is_count(const OpDef& def, const AttrDef& attr) {
  const auto counts = [&](const ArgDef& arg) { return arg.number_attr == attr.name; };
  return std::any_of(def.inputs.begin(), def.inputs.end(), counts) ||
         std::any_of(def.outputs.begin(), def.outputs.end(), counts);
}

// All attributes: defaults where there are any. With `odd`, each default may give way too.
inline AttrMap sample_attrs(const OpDef& def, Stream* odd = nullptr) {
  AttrMap attrs;
  for (const AttrDef& a : def.attrs) {
    if (is_count(def, a)) {
      attrs.set(a.name,
                std::max<int64_t>(a.minimum, odd ? static_cast<int64_t>(odd->below(4)) : 2));
    } else if (a.default_value.has_value() && (odd == nullptr || odd->below(3) != 0)) {
      attrs.set(a.name, a.default_value);
    } else {
      attrs.set(a.name, sample_attr(a, odd));
    }
  }
  return attrs;
}

inline Shape sample_shape(Stream& odd) {
  static const int64_t kDims[] = {0, 1, 2, 3, 1, 2, 4, 5};
  Shape shape;
  const size_t rank = odd.below(6);
  for (size_t i = 0; i < rank; ++i) shape.push_back(odd.pick(kDims));
  return shape;
}

template <typename T>
void fill(Tensor& t, Stream& odd, bool hostile) {
  for (T& x : t.flat<T>()) {
    const int64_t n = hostile ? odd.pick(kOddInts) : odd.pick(kFairInts);
    x = static_cast<T>(n);
  }
}

template <typename T>
void fill_floats(Tensor& t, Stream& odd, bool hostile) {
  static const float kOdd[] = {0.0F,
                               -1.0F,
                               1e30F,
                               -1e30F,
                               3.0e38F,
                               1e-40F,
                               std::numeric_limits<float>::quiet_NaN(),
                               std::numeric_limits<float>::infinity()};
  for (T& x : t.flat<T>()) {
    x = static_cast<T>(hostile ? odd.pick(kOdd) : static_cast<float>(odd.below(16)) / 4 - 2);
  }
}

// Elements of any dtype; a resource or variant holds another kind of thing than the op expects.
inline Tensor sample_tensor(DType dtype, const Shape& shape, Stream& odd) {
  if (dtype == DType::resource) {
    return emit("VarHandleOp", {},
                {{"dtype", DType::float32},
                 {"shape", Shape{2}},
                 {"shared_name", "sample"},
                 {"container", ""}});
  }
  if (dtype == DType::variant) {
    return emit("EmptyTensorList", {Tensor::scalar<int32_t>(-1), Tensor::scalar<int32_t>(3)},
                {{"element_dtype", DType::float32}, {"shape_type", DType::int32}});
  }
  Tensor t(dtype, shape);
  const bool hostile = odd.below(4) == 0;
  switch (dtype) {
    case DType::string:
      for (auto& s : t.flat<std::string>()) {
        static const char* const kTexts[] = {"", "abc", "1", "-7.5e3", "\xff\xfe", "a,b,c", "%d("};
        s = odd.pick(kTexts);
      }
      break;
    case DType::float32:
      fill_floats<float>(t, odd, hostile);
      break;
    case DType::float64:
      fill_floats<double>(t, odd, hostile);
      break;
    case DType::float16:
      fill_floats<float16>(t, odd, hostile);
      break;
    case DType::bfloat16:
      fill_floats<bfloat16>(t, odd, hostile);
      break;
    case DType::int8:
      fill<int8_t>(t, odd, hostile);
      break;
    case DType::int16:
      fill<int16_t>(t, odd, hostile);
      break;
    case DType::int32:
      fill<int32_t>(t, odd, hostile);
      break;
    case DType::int64:
      fill<int64_t>(t, odd, hostile);
      break;
    case DType::uint8:
      fill<uint8_t>(t, odd, hostile);
      break;
    case DType::uint16:
      fill<uint16_t>(t, odd, hostile);
      break;
    case DType::uint32:
      fill<uint32_t>(t, odd, hostile);
      break;
    case DType::uint64:
      fill<uint64_t>(t, odd, hostile);
      break;
    case DType::bool_:
      for (bool& b : t.flat<bool>()) b = odd.below(2) == 1;
      break;
    default:
      t = Tensor::zeros(dtype, shape);
  }
  return t;
}

// Half of the time all inputs have one shape, so that ops get beyond their first check.
inline std::vector<Tensor> sample_inputs(const std::vector<DType>& dtypes, Stream& odd) {
  std::vector<Tensor> inputs;
  const bool alike = odd.below(2) == 0;
  const Shape common = sample_shape(odd);
  for (const DType dtype : dtypes) {
    const bool parameter = is_integer(dtype) && odd.below(2) == 0;
    const Shape shape = parameter
                            ? (odd.below(2) ? Shape{} : Shape{static_cast<int64_t>(odd.below(4))})
                        : alike ? common
                                : sample_shape(odd);
    inputs.push_back(sample_tensor(dtype, shape, odd));
  }
  return inputs;
}

inline std::string describe_call(const OpDef& def, const AttrMap& attrs,
                                 const std::vector<Tensor>& inputs) {
  std::string out = def.name + "(";
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (i > 0) out += ", ";
    out += str(inputs[i].dtype(), inputs[i].shape());
    if (inputs[i].size() <= 4 && is_integer(inputs[i].dtype())) {
      std::string values = inputs[i].to_string();
      out += "=" + values;
    }
  }
  out += ") {";
  for (const auto& [name, value] : attrs) out += name + "=" + value.to_string() + " ";
  return out.substr(0, 400) + "}";
}

}  // namespace rill::test
