#include "formats/saved_model/structured_value.h"

#include "formats/graphdef/map_entry.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/graphdef/tensor_proto.h"

namespace rill::formats {
namespace {

using Kind = StructuredValue::Kind;

// TensorSpecProto and BoundedTensorSpecProto: name = 1, shape = 2, dtype = 3, minimum = 4,
// maximum = 5.
void read_spec(proto::Reader message, ReadContext& context, StructuredValue& out) {
  if (out.kind == Kind::bounded_tensor_spec) out.tensors.resize(2);
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.text = read_string(message);
        break;
      case 2:
        out.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 3:
        out.dtype = read_dtype(message);
        break;
      case 4:
      case 5:
        if (out.kind == Kind::bounded_tensor_spec) {
          out.tensors[message.number() - 4] = read_tensor(message.message("TensorProto"), context);
        }
        break;
      default:
        break;
    }
  }
}

// ListValue and TupleValue: values = 1.
void read_items(proto::Reader message, ReadContext& context, int depth, StructuredValue& out) {
  while (message.next()) {
    if (message.number() == 1) {
      out.children.push_back(
          read_structured_value(message.message("StructuredValue"), context, depth + 1));
    }
  }
}

// DictValue {fields = 1} and NamedTupleValue {name = 1, values = 2}, both of {key = 1, value = 2}.
void read_pairs(proto::Reader message, uint32_t field, ReadContext& context, int depth,
                StructuredValue& out) {
  while (message.next()) {
    if (message.number() == field) {
      const MapEntry entry = read_map_entry(message.message("entry"), "StructuredValue");
      out.keys.emplace_back(entry.key);
      out.children.push_back(read_structured_value(entry.value, context, depth + 2));
    } else if (message.number() == 1) {
      out.text = read_string(message);
    }
  }
}

int64_t zigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace

StructuredValue read_type_spec(proto::Reader message, ReadContext& context, int depth) {
  check_depth(message, depth);
  context.charge(sizeof(StructuredValue));
  StructuredValue out;
  out.kind = Kind::type_spec;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.int64 = message.int32();
        break;
      case 2:
        out.children.clear();
        out.children.push_back(
            read_structured_value(message.message("StructuredValue"), context, depth + 1));
        break;
      case 3:
        out.text = read_string(message);
        break;
      case 4:
        out.flat_components = message.int32();
        break;
      default:
        break;
    }
  }
  return out;
}

StructuredValue read_structured_value(proto::Reader message, ReadContext& context, int depth) {
  check_depth(message, depth);
  context.charge(sizeof(StructuredValue));
  StructuredValue out;
  const auto start = [&](Kind kind) {
    out = {};
    out.kind = kind;
  };
  while (message.next()) {
    switch (message.number()) {
      case 1:
        start(Kind::none);
        break;
      case 11:
        start(Kind::float64);
        out.float64 = message.float64();
        break;
      case 12:
        start(Kind::int64);
        out.int64 = zigzag(message.uint64());
        break;
      case 13:
        start(Kind::string);
        out.text = read_string(message);
        break;
      case 14:
        start(Kind::boolean);
        out.boolean = message.boolean();
        break;
      case 31:
        start(Kind::tensor_shape);
        out.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 32:
        start(Kind::dtype);
        out.dtype = read_dtype(message);
        break;
      case 33:
        start(Kind::tensor_spec);
        read_spec(message.message("TensorSpecProto"), context, out);
        break;
      case 34:
        out = read_type_spec(message.message("TypeSpecProto"), context, depth + 1);
        break;
      case 35:
        start(Kind::bounded_tensor_spec);
        read_spec(message.message("BoundedTensorSpecProto"), context, out);
        break;
      case 51:
        start(Kind::list);
        read_items(message.message("ListValue"), context, depth + 1, out);
        break;
      case 52:
        start(Kind::tuple);
        read_items(message.message("TupleValue"), context, depth + 1, out);
        break;
      case 53:
        start(Kind::dict);
        read_pairs(message.message("DictValue"), 1, context, depth + 1, out);
        break;
      case 54:
        start(Kind::named_tuple);
        read_pairs(message.message("NamedTupleValue"), 2, context, depth + 1, out);
        break;
      case 55:
        start(Kind::tensor);
        out.tensors.push_back(read_tensor(message.message("TensorProto"), context));
        break;
      case 56:
        start(Kind::numpy);
        out.tensors.push_back(read_tensor(message.message("TensorProto"), context));
        break;
      default:
        break;
    }
  }
  return out;
}

void write_type_spec(proto::Writer& out, uint32_t field, const StructuredValue& spec) {
  out.message(field, [&](proto::Writer& message) {
    message.int64_or_skip(1, spec.int64);
    if (!spec.children.empty()) write_structured_value(message, 2, spec.children[0]);
    message.bytes_or_skip(3, spec.text);
    message.int64_or_skip(4, spec.flat_components);
  });
}

namespace {

void write_spec(proto::Writer& out, uint32_t field, const StructuredValue& value) {
  out.message(field, [&](proto::Writer& spec) {
    spec.bytes_or_skip(1, value.text);
    write_shape(spec, 2, value.shape);
    spec.int64_or_skip(3, static_cast<int64_t>(value.dtype));
    for (size_t i = 0; i < value.tensors.size() && i < 2; ++i) {
      write_tensor(spec, static_cast<uint32_t>(4 + i), value.tensors[i]);
    }
  });
}

void write_items(proto::Writer& out, uint32_t field, const StructuredValue& value) {
  out.message(field, [&](proto::Writer& list) {
    for (const StructuredValue& child : value.children) write_structured_value(list, 1, child);
  });
}

void write_pairs(proto::Writer& out, uint32_t field, uint32_t inner, const StructuredValue& value) {
  out.message(field, [&](proto::Writer& message) {
    if (inner != 1) message.bytes_or_skip(1, value.text);
    for (size_t i = 0; i < value.keys.size() && i < value.children.size(); ++i) {
      message.message(inner, [&](proto::Writer& pair) {
        pair.bytes(1, value.keys[i]);
        write_structured_value(pair, 2, value.children[i]);
      });
    }
  });
}

}  // namespace

void write_structured_value(proto::Writer& out, uint32_t field, const StructuredValue& value) {
  out.message(field, [&](proto::Writer& m) {
    switch (value.kind) {
      case Kind::unset:
        return;
      case Kind::none:
        return m.bytes(1, "");
      case Kind::float64:
        return m.float64(11, value.float64);
      case Kind::int64:
        return m.varint(
            12, static_cast<uint64_t>(value.int64) << 1 ^ static_cast<uint64_t>(value.int64 >> 63));
      case Kind::string:
        return m.bytes(13, value.text);
      case Kind::boolean:
        return m.boolean(14, value.boolean);
      case Kind::tensor_shape:
        return write_shape(m, 31, value.shape);
      case Kind::dtype:
        return m.int32(32, static_cast<int32_t>(value.dtype));
      case Kind::tensor_spec:
        return write_spec(m, 33, value);
      case Kind::type_spec:
        return write_type_spec(m, 34, value);
      case Kind::bounded_tensor_spec:
        return write_spec(m, 35, value);
      case Kind::list:
        return write_items(m, 51, value);
      case Kind::tuple:
        return write_items(m, 52, value);
      case Kind::dict:
        return write_pairs(m, 53, 1, value);
      case Kind::named_tuple:
        return write_pairs(m, 54, 2, value);
      case Kind::tensor:
        return write_tensor(m, 55, value.tensors.at(0));
      case Kind::numpy:
        return write_tensor(m, 56, value.tensors.at(0));
    }
  });
}

}  // namespace rill::formats
