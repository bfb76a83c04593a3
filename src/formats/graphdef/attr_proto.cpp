#include "formats/graphdef/attr_proto.h"

#include <algorithm>

#include "base/fail.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/graphdef/tensor_proto.h"

namespace rill::formats {
namespace {

NameAttrList read_name_attr_list(proto::Reader message, ReadContext& context, int depth) {
  check_depth(message, depth);
  NameAttrList function;
  AttrEntries attrs;
  while (message.next()) {
    if (message.number() == 1) function.name = read_string(message);
    if (message.number() == 2) attrs.add(message.message("AttrEntry"));
  }
  AttrMap map = attrs.finish(context, depth + 2);
  if (!map.empty()) function.attrs = std::make_shared<const AttrMap>(std::move(map));
  return function;
}

void append_dtypes(const proto::Reader& field, std::vector<DType>& out) {
  std::vector<int32_t> numbers;
  field.append_varints(numbers);
  for (const int32_t number : numbers) out.push_back(dtype_of_number(number));
}

AttrValue read_list(proto::Reader message, ReadContext& context, int depth) {
  std::vector<std::string> strings;
  std::vector<int64_t> ints;
  std::vector<float> floats;
  std::vector<bool> bools;
  std::vector<DType> types;
  std::vector<Shape> shapes;
  std::vector<Tensor> tensors;
  std::vector<NameAttrList> functions;
  while (message.next()) {
    context.charge(sizeof(Shape));
    switch (message.number()) {
      case 2:
        strings.emplace_back(message.text());
        break;
      case 3:
        message.append_varints(ints);
        break;
      case 4:
        message.append_fixed(floats);
        break;
      case 5:
        message.append_varints(bools);
        break;
      case 6:
        append_dtypes(message, types);
        break;
      case 7:
        shapes.push_back(read_shape(message.message("TensorShapeProto")));
        break;
      case 8:
        tensors.push_back(read_tensor(message.message("TensorProto"), context));
        break;
      case 9:
        functions.push_back(
            read_name_attr_list(message.message("NameAttrList"), context, depth + 1));
        break;
      default:
        break;
    }
  }
  if (!strings.empty()) return strings;
  if (!ints.empty()) return ints;
  if (!floats.empty()) return floats;
  if (!bools.empty()) return bools;
  if (!types.empty()) return types;
  if (!shapes.empty()) return shapes;
  if (!tensors.empty()) return tensors;
  if (!functions.empty()) return functions;
  return AttrValue::EmptyList{};
}

void write_name_attr_list(proto::Writer& out, uint32_t field, const NameAttrList& function) {
  out.message(field, [&](proto::Writer& message) {
    message.bytes_or_skip(1, function.name);
    if (function.attrs != nullptr) write_attrs(message, 2, *function.attrs);
  });
}

// One alternative of AttrValue::Storage a call; lists write the fields of ListValue.
struct AttrWriter {
  proto::Writer& out;

  void operator()(const std::monostate&) const {}
  void operator()(const std::string& v) const { out.bytes(2, v); }
  void operator()(int64_t v) const { out.int64(3, v); }
  void operator()(float v) const { out.float32(4, v); }
  void operator()(bool v) const { out.boolean(5, v); }
  void operator()(DType v) const { out.int32(6, static_cast<int32_t>(v)); }
  void operator()(const Shape& v) const { write_shape(out, 7, v); }
  void operator()(const Tensor& v) const { write_tensor(out, 8, v); }
  void operator()(const NameAttrList& v) const { write_name_attr_list(out, 10, v); }
  void operator()(const AttrValue::Placeholder& v) const { out.bytes(9, v.name); }
  void operator()(const AttrValue::EmptyList&) const { out.bytes(1, ""); }

  template <typename T>
  void operator()(const std::vector<T>& list) const {
    out.message(1, [&](proto::Writer& message) {
      if (!list.empty()) write_list(message, list);
    });
  }

 private:
  static void write_list(proto::Writer& m, const std::vector<std::string>& list) {
    for (const std::string& v : list) m.bytes(2, v);
  }
  static void write_list(proto::Writer& m, const std::vector<int64_t>& list) {
    m.packed_varints(3, list);
  }
  static void write_list(proto::Writer& m, const std::vector<float>& list) {
    m.packed_fixed(4, std::as_bytes(std::span(list)));
  }
  static void write_list(proto::Writer& m, const std::vector<bool>& list) {
    m.packed_varints(5, std::vector<int64_t>(list.begin(), list.end()));
  }
  static void write_list(proto::Writer& m, const std::vector<DType>& list) {
    std::vector<int64_t> numbers;
    for (const DType v : list) numbers.push_back(static_cast<int64_t>(v));
    m.packed_varints(6, numbers);
  }
  static void write_list(proto::Writer& m, const std::vector<Shape>& list) {
    for (const Shape& v : list) write_shape(m, 7, v);
  }
  static void write_list(proto::Writer& m, const std::vector<Tensor>& list) {
    for (const Tensor& v : list) write_tensor(m, 8, v);
  }
  static void write_list(proto::Writer& m, const std::vector<NameAttrList>& list) {
    for (const NameAttrList& v : list) write_name_attr_list(m, 9, v);
  }
};

}  // namespace

AttrValue read_attr(proto::Reader message, ReadContext& context, int depth) {
  check_depth(message, depth);
  AttrValue value;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        value = read_list(message.message("AttrValue.ListValue"), context, depth + 1);
        break;
      case 2:
        value = AttrValue(std::string(message.text()));
        break;
      case 3:
        value = AttrValue(message.int64());
        break;
      case 4:
        value = AttrValue(message.float32());
        break;
      case 5:
        value = AttrValue(message.boolean());
        break;
      case 6:
        value = AttrValue(read_dtype(message));
        break;
      case 7:
        value = AttrValue(read_shape(message.message("TensorShapeProto")));
        break;
      case 8:
        value = AttrValue(read_tensor(message.message("TensorProto"), context));
        break;
      case 9:
        value = AttrValue::Placeholder{std::string(read_string(message))};
        break;
      case 10:
        value = read_name_attr_list(message.message("NameAttrList"), context, depth + 1);
        break;
      default:
        break;
    }
  }
  return value;
}

void write_attr(proto::Writer& out, uint32_t field, const AttrValue& value) {
  out.message(field,
              [&](proto::Writer& message) { std::visit(AttrWriter{message}, value.storage()); });
}

void AttrEntries::add(proto::Reader entry) {
  Entry& added = entries_.emplace_back(
      Entry{{}, proto::Reader({}, "AttrValue"), static_cast<uint32_t>(entries_.size()), false});
  while (entry.next()) {
    if (entry.number() == 1) added.name = read_string(entry);
    if (entry.number() == 2) {
      added.value = entry.message("AttrValue");
      added.has_value = true;
    }
  }
}

AttrMap AttrEntries::finish(ReadContext& context, int depth) {
  const auto by_name = [](const Entry& a, const Entry& b) {
    const int order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.position < b.position;
  };
  if (entries_.size() > 1) std::sort(entries_.begin(), entries_.end(), by_name);
  context.charge(entries_.size() * sizeof(AttrMap::Item));
  std::vector<AttrMap::Item> items;
  items.reserve(entries_.size());
  for (Entry& entry : entries_) {
    try {
      items.emplace_back(std::string(entry.name),
                         entry.has_value ? read_attr(entry.value, context, depth) : AttrValue());
    } catch (const Error& error) {
      rethrow_with_context(error, str("attribute ", quoted(entry.name)));
    }
  }
  entries_.clear();
  return AttrMap::from_items(std::move(items));
}

void write_attrs(proto::Writer& out, uint32_t field, const AttrMap& attrs) {
  for (const auto& [name, value] : attrs) {
    out.message(field, [&, &key = name, &attr = value](proto::Writer& entry) {
      entry.bytes(1, key);
      write_attr(entry, 2, attr);
    });
  }
}

}  // namespace rill::formats
