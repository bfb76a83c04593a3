// DecodeProtoV2: fields of serialized messages as tensors, by a descriptor that comes with the
// node. Rules: tensorflow/core/kernels/decode_proto_op.cc.
#include <algorithm>
#include <bit>
#include <deque>

#include "op/proto_text.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/number_text.h"
#include "ops/parsing/proto_fields.h"

namespace rill {
namespace {

// A value before it has its dtype: bits of a number, or a piece of the message.
struct ProtoValue {
  uint64_t bits = 0;
  std::string_view text;
};

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
                          [&](proto::Reader type, bool) {
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

void run_decode_proto(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const auto& types = ctx.attr<std::vector<DType>>("output_types");
  const auto& format = ctx.attr<std::string>("message_format");
  ctx.require(format == "binary" || format == "text", "format must be one of binary or text");
  const Descriptors descriptors = descriptors_of(ctx);
  const std::vector<ProtoField> fields = read_fields(ctx, descriptors, types);
  ctx.require(in.size() > 0, "Bufs argument must contain at least one value");

  const auto columns = static_cast<int64_t>(fields.size());
  auto* sizes = ctx.output(0, join(in.shape(), Shape{columns})).data<int32_t>();
  std::vector<std::vector<ProtoValue>> values(static_cast<size_t>(in.size()) * fields.size());
  std::deque<std::string> of_text;  // values point into it
  std::vector<int64_t> most(fields.size(), 1);
  for (int64_t m = 0; m < in.size(); ++m) {
    auto* row = values.data() + m * columns;
    const std::string* message = in.data<std::string>() + m;
    if (format == "text") {
      message = &of_text.emplace_back(wire_of_proto_text(*message, text_of(descriptors.bytes()),
                                                         ctx.attr<std::string>("message_type")));
    }
    proto::Reader r(bytes_of(*message), "the message");
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
