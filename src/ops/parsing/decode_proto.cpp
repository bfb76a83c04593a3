// DecodeProtoV2: fields of serialized messages as tensors, by a descriptor that comes with the
// node. Rules: tensorflow/core/kernels/decode_proto_op.cc.
#include <algorithm>
#include <bit>

#include "codec/proto_wire.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/number_text.h"

namespace rill {
namespace {

// Types of fields: google/protobuf/descriptor.proto.
enum class FieldType : int32_t {
  float64 = 1,
  float32 = 2,
  int64 = 3,
  uint64 = 4,
  int32 = 5,
  fixed64 = 6,
  fixed32 = 7,
  boolean = 8,
  string = 9,
  group = 10,
  message = 11,
  bytes = 12,
  uint32 = 13,
  enumeration = 14,
  sfixed32 = 15,
  sfixed64 = 16,
  sint32 = 17,
  sint64 = 18
};

struct ProtoField {
  uint32_t number = 0;
  FieldType type{};
  bool repeated = false;
  std::string type_name, standard;  // the default as text, if it has one
  bool has_default = false;
};

// A value before it has its dtype: bits of a number, or a piece of the message.
struct ProtoValue {
  uint64_t bits = 0;
  std::string_view text;
};

// What a file of descriptors says of one message and of the enums that its fields have.
class Descriptors {
 public:
  Descriptors(const NodeAccess& node, Bytes set) : node_(node), set_(set) {}

  // f(the message's descriptor); false when there is none of that name.
  template <typename F>
  bool with_message(const std::string& name, F&& f) const {
    return find(name, 4, f);
  }
  template <typename F>
  bool with_enum(const std::string& name, F&& f) const {
    return find(name, 5, f);
  }

 private:
  static constexpr int kDeepest = 100;

  // kind: the number of FileDescriptorProto's field, 4 for messages and 5 for enums.
  template <typename F>
  bool find(const std::string& name, uint32_t kind, F&& f) const {
    proto::Reader set(set_, "FileDescriptorSet");
    while (set.next()) {
      if (set.number() != 1) continue;
      std::string package;
      for (proto::Reader file = set.message("FileDescriptorProto"); file.next();) {
        if (file.number() == 2) package = str(file.text(), ".");
      }
      for (proto::Reader file = set.message("FileDescriptorProto"); file.next();) {
        if (file.number() != 4 && file.number() != 5) continue;
        const bool is_enum = file.number() == 5;
        if (find_in(file.message("DescriptorProto"), package, is_enum, name, kind == 5, f, 0)) {
          return true;
        }
      }
    }
    return false;
  }
  template <typename F>
  bool find_in(proto::Reader type, const std::string& scope, bool is_enum, const std::string& name,
               bool enum_wanted, F& f, int depth) const {
    node_.require(depth < kDeepest, "descriptor_source nests too deep");
    std::string full = scope;
    for (proto::Reader r = type; r.next();) {
      if (r.number() == 1) full = str(scope, r.text());
    }
    if (is_enum || !name.starts_with(full)) {
      if (is_enum && enum_wanted && full == name) return f(type), true;
      return false;
    }
    if (!enum_wanted && full == name) return f(type), true;
    for (proto::Reader r = type; r.next();) {
      if (r.number() != 3 && r.number() != 4) continue;  // nested_type, enum_type
      if (find_in(r.message("DescriptorProto"), full + ".", r.number() == 4, name, enum_wanted, f,
                  depth + 1)) {
        return true;
      }
    }
    return false;
  }

  const NodeAccess& node_;
  Bytes set_;
};

ProtoField read_field(proto::Reader r, std::string& name) {
  ProtoField field;
  while (r.next()) {
    if (r.number() == 1) name = r.text();
    if (r.number() == 3) field.number = r.uint32();
    if (r.number() == 4) field.repeated = r.int32() == 3;
    if (r.number() == 5) field.type = static_cast<FieldType>(r.int32());
    if (r.number() == 6) field.type_name = r.text();
    if (r.number() == 7) {
      field.standard = r.text();
      field.has_default = true;
    }
  }
  return field;
}

// C escapes, as descriptors have them in the defaults of bytes.
std::string without_escapes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    constexpr std::string_view kLetters = "abfnrtv", kMeant = "\a\b\f\n\r\t\v";
    if (const size_t at = kLetters.find(c); at != std::string_view::npos) {
      out += kMeant[at];
    } else if (c >= '0' && c <= '7') {
      int value = 0;
      for (int k = 0; k < 3 && i < text.size() && text[i] >= '0' && text[i] <= '7'; ++k) {
        value = value * 8 + (text[i++] - '0');
      }
      --i;
      out += static_cast<char>(value);
    } else {
      out += c;
    }
  }
  return out;
}

bool takes(FieldType type, DType dtype) {
  switch (type) {
    case FieldType::float64:
      return dtype == DType::float64;
    case FieldType::float32:
      return dtype == DType::float32 || dtype == DType::float64;
    case FieldType::int64:
    case FieldType::sint64:
    case FieldType::sfixed64:
      return dtype == DType::int64;
    case FieldType::uint64:
    case FieldType::fixed64:
      return dtype == DType::uint64;
    case FieldType::int32:
    case FieldType::sint32:
    case FieldType::sfixed32:
      return dtype == DType::int32 || dtype == DType::int64;
    case FieldType::uint32:
    case FieldType::fixed32:
      return dtype == DType::uint32 || dtype == DType::uint64;
    case FieldType::enumeration:
      return dtype == DType::int32;
    case FieldType::boolean:
      return dtype == DType::bool_;
    case FieldType::string:
    case FieldType::bytes:
    case FieldType::message:
    case FieldType::group:
      return dtype == DType::string;
  }
  return false;
}

// A number of the wire as that of the field; signed ones with their sign in all bits.
uint64_t meaning(FieldType type, uint64_t bits) {
  switch (type) {
    case FieldType::int32:
    case FieldType::sfixed32:
    case FieldType::enumeration:
      return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(bits)));
    case FieldType::uint32:
      return static_cast<uint32_t>(bits);
    case FieldType::sint32:
      bits = static_cast<uint32_t>(bits);
      [[fallthrough]];
    case FieldType::sint64:
      return (bits >> 1) ^ (0 - (bits & 1));
    case FieldType::boolean:
      return bits != 0 ? 1 : 0;
    default:
      return bits;
  }
}

proto::Wire wire_of(FieldType type) {
  switch (type) {
    case FieldType::float64:
    case FieldType::fixed64:
    case FieldType::sfixed64:
      return proto::Wire::fixed64;
    case FieldType::float32:
    case FieldType::fixed32:
    case FieldType::sfixed32:
      return proto::Wire::fixed32;
    case FieldType::string:
    case FieldType::bytes:
    case FieldType::message:
      return proto::Wire::bytes;
    case FieldType::group:
      return proto::Wire::group;
    default:
      return proto::Wire::varint;
  }
}

// Appends what the present field of the message holds; of another wire type: nothing, as unknown.
void take_values(const proto::Reader& r, const ProtoField& field, DType dtype,
                 std::vector<ProtoValue>& out) {
  const proto::Wire wire = wire_of(field.type);
  if (r.wire() == wire) {
    ProtoValue value;
    if (wire == proto::Wire::bytes) value.text = r.text();
    if (wire == proto::Wire::fixed64) value.bits = r.fixed64();
    if (wire == proto::Wire::fixed32) value.bits = r.fixed32();
    if (wire == proto::Wire::varint) value.bits = r.uint64();
    value.bits = meaning(field.type, value.bits);
    if (!field.repeated) out.clear();  // the last one counts
    out.push_back(value);
    return;
  }
  if (r.wire() != proto::Wire::bytes || !field.repeated) return;
  std::vector<uint64_t> numbers;  // packed
  if (wire == proto::Wire::varint) r.append_varints(numbers);
  if (wire == proto::Wire::fixed64) r.append_fixed(numbers);
  if (wire == proto::Wire::fixed32) {
    std::vector<uint32_t> halves;
    r.append_fixed(halves);
    numbers.assign(halves.begin(), halves.end());
  }
  // TensorFlow widens a packed int32 without its sign.
  const bool unsigned_too = field.type == FieldType::int32 && dtype == DType::int64;
  for (const uint64_t n : numbers) {
    out.push_back({unsigned_too ? static_cast<uint32_t>(n) : meaning(field.type, n), {}});
  }
}

void put_value(FieldType type, const ProtoValue& value, Tensor& out, int64_t at) {
  const bool single = type == FieldType::float32;
  switch (out.dtype()) {
    case DType::string:
      out.data<std::string>()[at] = value.text;
      break;
    case DType::bool_:
      out.data<bool>()[at] = value.bits != 0;
      break;
    case DType::float32:
      out.data<float>()[at] = std::bit_cast<float>(static_cast<uint32_t>(value.bits));
      break;
    case DType::float64:
      out.data<double>()[at] =
          single ? static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(value.bits)))
                 : std::bit_cast<double>(value.bits);
      break;
    case DType::int32:
    case DType::uint32:
      static_cast<uint32_t*>(out.raw())[at] = static_cast<uint32_t>(value.bits);
      break;
    default:
      static_cast<uint64_t*>(out.raw())[at] = value.bits;
  }
}

template <typename T>
T number_or_zero(std::string_view text) {
  T value{};
  (void)parse_number(text, value);
  return value;
}

// What stands where a message has no value. `storage` keeps its text.
ProtoValue default_of(const ProtoField& field, const Descriptors& descriptors,
                      std::string& storage) {
  ProtoValue value;
  switch (wire_of(field.type)) {
    case proto::Wire::bytes:
      storage = field.type == FieldType::bytes ? without_escapes(field.standard) : field.standard;
      value.text = storage;
      return value;
    case proto::Wire::group:
      return value;
    default:
      break;
  }
  if (field.type == FieldType::enumeration) {
    bool first = true;
    descriptors.with_enum(field.type_name.substr(std::min<size_t>(1, field.type_name.size())),
                          [&](proto::Reader type) {
                            while (type.next()) {
                              if (type.number() != 2) continue;
                              std::string_view name;
                              int32_t number = 0;
                              for (proto::Reader r = type.message("EnumValue"); r.next();) {
                                if (r.number() == 1) name = r.text();
                                if (r.number() == 2) number = r.int32();
                              }
                              if (first || (field.has_default && name == field.standard)) {
                                value.bits = static_cast<uint32_t>(number);
                              }
                              first = false;
                            }
                          });
    return value;
  }
  if (!field.has_default) return value;
  if (field.type == FieldType::float64) {
    value.bits = std::bit_cast<uint64_t>(number_or_zero<double>(field.standard));
  } else if (field.type == FieldType::float32) {
    value.bits = std::bit_cast<uint32_t>(number_or_zero<float>(field.standard));
  } else if (field.type == FieldType::boolean) {
    value.bits = field.standard == "true" ? 1 : 0;
  } else if (field.type == FieldType::uint64 || field.type == FieldType::fixed64) {
    value.bits = number_or_zero<uint64_t>(field.standard);
  } else {
    value.bits = static_cast<uint64_t>(number_or_zero<int64_t>(field.standard));
  }
  return value;
}

std::vector<ProtoField> read_fields(const NodeAccess& node, const Descriptors& descriptors,
                                    const std::vector<DType>& types) {
  const auto& names = node.attr<std::vector<std::string>>("field_names");
  const auto& type_name = node.attr<std::string>("message_type");
  std::vector<ProtoField> fields(names.size());
  const bool found = descriptors.with_message(type_name, [&](proto::Reader type) {
    while (type.next()) {
      if (type.number() != 2) continue;
      std::string name;
      const ProtoField field = read_field(type.message("FieldDescriptorProto"), name);
      for (size_t k = 0; k < names.size(); ++k) {
        if (names[k] == name) fields[k] = field;
      }
    }
  });
  node.require(found, "No descriptor found for message type ", type_name);
  for (size_t k = 0; k < fields.size(); ++k) {
    node.require(fields[k].number != 0, "Unknown field: ", names[k], " in message type ",
                 type_name);
    node.require(takes(fields[k].type, types[k]), "Unexpected output type for ", type_name, ".",
                 names[k], ": ", dtype_name(types[k]));
  }
  return fields;
}

void run_decode_proto(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const auto& types = ctx.attr<std::vector<DType>>("output_types");
  const auto& source = ctx.attr<std::string>("descriptor_source");
  const auto& format = ctx.attr<std::string>("message_format");
  constexpr std::string_view kInline = "bytes://";
  ctx.require(format == "binary" || format == "text", "format must be one of binary or text");
  if (format == "text") ctx.fail(Code::unimplemented, "message_format text is not supported");
  ctx.require(source.starts_with(kInline), "descriptor_source must begin with ", kInline,
              " and hold a serialized FileDescriptorSet, but is ", quoted(source.substr(0, 40)));
  const Descriptors descriptors(ctx, bytes_of(std::string_view(source).substr(kInline.size())));
  const std::vector<ProtoField> fields = read_fields(ctx, descriptors, types);
  ctx.require(in.size() > 0, "Bufs argument must contain at least one value");

  const auto columns = static_cast<int64_t>(fields.size());
  auto* sizes = ctx.output(0, join(in.shape(), Shape{columns})).data<int32_t>();
  std::vector<std::vector<ProtoValue>> values(static_cast<size_t>(in.size()) * fields.size());
  std::vector<int64_t> most(fields.size(), 1);
  for (int64_t m = 0; m < in.size(); ++m) {
    auto* row = values.data() + m * columns;
    proto::Reader r(bytes_of(in.data<std::string>()[m]), "the message");
    while (r.next()) {
      const auto field = std::find_if(fields.begin(), fields.end(),
                                      [&](const auto& f) { return f.number == r.number(); });
      if (field == fields.end()) continue;
      const auto k = static_cast<size_t>(field - fields.begin());
      take_values(r, *field, types[k], row[k]);
    }
    for (size_t k = 0; k < fields.size(); ++k) {
      const auto n = static_cast<int64_t>(row[k].size());
      ctx.require(n <= INT32_MAX, "a message has too many values");
      *sizes++ = static_cast<int32_t>(n);
      most[k] = std::max(most[k], n);
    }
  }
  for (size_t k = 0; k < fields.size(); ++k) {
    Tensor& out = ctx.output(1 + static_cast<int>(k), join(in.shape(), Shape{most[k]}));
    std::string storage;
    const ProtoValue standard = default_of(fields[k], descriptors, storage);
    for (int64_t m = 0; m < in.size(); ++m) {
      const auto& row = values[static_cast<size_t>(m) * fields.size() + k];
      for (int64_t i = 0; i < most[k]; ++i) {
        const bool given = i < static_cast<int64_t>(row.size());
        put_value(fields[k].type, given ? row[static_cast<size_t>(i)] : standard, out,
                  m * most[k] + i);
      }
    }
  }
}

void infer_decode_proto(ShapeContext& ctx) {
  const auto& names = ctx.attr<std::vector<std::string>>("field_names");
  ctx.require(names.size() == ctx.attr<std::vector<DType>>("output_types").size(),
              "field_names and output_types attributes must have the same length");
  if (!ctx.input(0).has_rank()) return;
  const auto columns = static_cast<int64_t>(names.size());
  ctx.set_output(0, join(ctx.input(0), Shape{columns}));
  for (int i = 1; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, join(ctx.input(0), Shape{Shape::kUnknownDim}));
  }
}

}  // namespace

void register_decode_proto(OpRegistry& registry) {
  registry.add(
      {.signature = "DecodeProtoV2(bytes: string) -> (sizes: int32, values: "
                    "list(output_types))",
       .attrs = {string_attr("message_type"), string_list_attr("field_names"),
                 type_list_attr("output_types"), string_attr("descriptor_source", "local://"),
                 string_attr("message_format", "binary"), bool_attr("sanitize", false)},
       .shape = infer_decode_proto,
       .kernel = run_decode_proto,
       .not_differentiable = true});
}

}  // namespace rill
