#include "keras/core/quantization.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/ops.h"
#include "keras/core/policy_map.h"

namespace rill::keras {
namespace {

using Mode = Quantization::Mode;

struct ModeOfPolicy {
  Mode mode = Mode::none;
  std::array<int64_t, 2> numbers{};
  int count = 0;
};

ModeOfPolicy parse_mode(const std::string& text) {
  struct Known {
    const char* name;
    Mode mode;
    int numbers;
    const char* policy;
  };
  // QuantizedDTypePolicy takes "int4" without a block as well.
  static constexpr std::array<Known, 6> kKnown{{{"int8", Mode::int8, 0, ""},
                                                {"int4", Mode::int4, 0, ""},
                                                {"int4", Mode::int4, 1, ""},
                                                {"float8", Mode::float8, 0, ""},
                                                {"gptq", Mode::gptq, 2, ""},
                                                {"awq", Mode::awq, 2, ""}}};
  ModeOfPolicy out;
  size_t at = text.find('/');
  const std::string name = text.substr(0, at);
  while (at != std::string::npos && out.count < 2) {
    const size_t begin = at + 1;
    at = text.find('/', begin);
    const char* end = text.data() + (at == std::string::npos ? text.size() : at);
    int64_t& number = out.numbers[static_cast<size_t>(out.count++)];
    const auto [stop, error] = std::from_chars(text.data() + begin, end, number);
    if (error != std::errc() || stop != end) out.count = 3;
  }
  for (const Known& known : kKnown) {
    if (known.name == name && known.numbers == out.count && at == std::string::npos) {
      out.mode = known.mode;
    }
  }
  const int64_t block = out.count == 0 ? -1 : out.numbers[out.count == 1 ? 0 : 1];
  const int64_t bits = out.numbers[0];
  const bool gptq = out.mode == Mode::gptq;
  const bool good = out.mode != Mode::none && block >= -1 && block != 0 &&
                    (!gptq || bits == 2 || bits == 3 || bits == 4 || bits == 8) &&
                    (out.mode != Mode::awq || bits == 4);
  if (!good) {
    fail(Code::invalid_argument, "quantization mode ", quoted(text),
         "; known are int8, int4/BLOCK, float8, gptq/BITS/GROUP and awq/4/GROUP");
  }
  return out;
}

const char* policy_class(Mode mode, bool blocks) {
  switch (mode) {
    case Mode::float8:
      return "QuantizedFloat8DTypePolicy";
    case Mode::int4:
      return blocks ? "Int4DTypePolicy" : "QuantizedDTypePolicy";
    case Mode::gptq:
      return "GPTQDTypePolicy";
    case Mode::awq:
      return "AWQDTypePolicy";
    default:
      return "QuantizedDTypePolicy";
  }
}

Json object(const char* module, const char* class_name, Json config) {
  Json out = Json::object();
  out.set("module", module);
  out.set("class_name", class_name);
  out.set("config", std::move(config));
  out.set("registered_name", Json());
  return out;
}

std::optional<AbsMax> quantizer(const Json& json) {
  if (json.is_null()) return std::nullopt;
  const Json* config = json.find("config");
  if (member_text(json, "class_name") != "AbsMaxQuantizer" || config == nullptr) {
    fail(Code::unimplemented, "quantizer ", quoted(member_text(json, "class_name")),
         "; known is AbsMaxQuantizer");
  }
  AbsMax out;
  const Json* range = config->find("value_range");
  if (range && range->is_array() && range->as_array().size() == 2) {
    out.low = range->as_array()[0].as_double();
    out.high = range->as_array()[1].as_double();
  }
  out.epsilon = config->value("epsilon", out.epsilon);
  const std::string dtype = config->value<std::string>("output_dtype", "int8");
  if (dtype != "int8" || !(out.low >= -128) || !(out.high <= 127)) {
    fail(Code::unimplemented, "a quantizer to ", dtype, " in ", out.low, " to ", out.high);
  }
  return out;
}

}  // namespace

DTypePolicy quantized_policy(const std::string& mode, const std::string& source) {
  const Mode kind = parse_mode(mode).mode;
  DTypePolicy policy = DTypePolicy::parse(source);
  if (!policy.quantization.empty()) {
    fail(Code::invalid_argument, "a quantized dtype policy from ", quoted(source));
  }
  if (kind == Mode::int8 && policy.compute == DType::float16) {
    fail(Code::invalid_argument, "mode int8 with a compute dtype of float16: Keras has none");
  }
  policy.name = mode + "_from_" + source;
  policy.quantization = mode;
  return policy;
}

Json policy_json(const DTypePolicy& policy) {
  if (policy.map) return policy.map->json;
  Json config = Json::object();
  if (policy.quantization.empty()) {
    config.set("name", policy.name);
    return object("keras", "DTypePolicy", std::move(config));
  }
  const ModeOfPolicy parsed = parse_mode(policy.quantization);
  config.set("mode", policy.quantization);
  config.set("source_name", policy.name.substr(policy.quantization.size() + 6));
  if (parsed.mode == Mode::float8) config.set("amax_history_length", policy.amax_history_length);
  return object("keras.dtype_policies", policy_class(parsed.mode, parsed.count > 0),
                std::move(config));
}

Quantization Quantization::of(const DTypePolicy& policy, const Json& config) {
  Quantization out;
  if (policy.quantization.empty()) return out;
  const ModeOfPolicy parsed = parse_mode(policy.quantization);
  out.mode = parsed.mode;
  if (parsed.count > 0) out.block = parsed.numbers[parsed.count == 1 ? 0 : 1];
  if (parsed.count == 2) out.bits = parsed.numbers[0];
  const Json* settings = config.find("config");
  if (settings == nullptr) {
    if (out.mode == Mode::int8) out.inputs = AbsMax();
    return out;
  }
  const Json* inputs = settings->find("activation_quantizer");
  if (inputs != nullptr) out.inputs = quantizer(*inputs);
  const Json* block = settings->find("block_size");
  if (block != nullptr && out.mode == Mode::int4) {
    out.block = block->is_null() ? -1 : block->as_int();
    if (out.block < -1 || out.block == 0) {
      fail(Code::invalid_argument, "block_size is ", out.block, "; it is -1 or positive");
    }
  }
  return out;
}

Json default_quantization_config(const std::string& mode) {
  const ModeOfPolicy parsed = parse_mode(mode);
  Json config = Json::object();
  if (parsed.mode == Mode::float8) {
    return object("keras.quantizers", "Float8QuantizationConfig", std::move(config));
  }
  config.set("weight_quantizer", Json());
  if (parsed.mode == Mode::int4) {
    config.set("activation_quantizer", Json());
    config.set("block_size", parsed.numbers[0]);
    return object("keras.quantizers", "Int4QuantizationConfig", std::move(config));
  }
  const AbsMax usual;
  Json range = Json::array();
  range.push_back(static_cast<int64_t>(usual.low));
  range.push_back(static_cast<int64_t>(usual.high));
  Json settings = Json::object();
  settings.set("value_range", std::move(range));
  settings.set("epsilon", usual.epsilon);
  settings.set("output_dtype", "int8");
  config.set("activation_quantizer",
             object("keras.quantizers", "AbsMaxQuantizer", std::move(settings)));
  return object("keras.quantizers", "Int8QuantizationConfig", std::move(config));
}

namespace op {
namespace {

constexpr int64_t kLowest4 = -8, kHighest4 = 7;

Value rounded(const Value& x, double low, double high) {
  return emit("ClipByValue",
              {unary("Round", x), constant(low, x.dtype()), constant(high, x.dtype())});
}
// Of signed nibbles: 15 stands for -1.
Value with_sign(const Value& nibble) {
  const Value eight = constant_like(8, nibble);
  return sub(binary("BitwiseXor", nibble, eight), eight);
}

}  // namespace

Quantized abs_max_quantize(const Value& x, const std::vector<int>& axes, const AbsMax& range) {
  const Value most = reduce("Max", unary("Abs", x), axes, true);
  const Value scale =
      div(constant(range.high, x.dtype()), add(most, constant(range.epsilon, x.dtype())));
  return {rounded(mul(x, scale), range.low, range.high), scale, {}};
}

Quantized quantize_blocks(const Value& x, int64_t block) {
  const int64_t rows = x.shape()[0], columns = x.shape()[1];
  block = std::min(block, rows + 1);  // one row of zeros stands for all that fill a block
  const int64_t groups = (rows + block - 1) / block;
  const Value whole =
      reshape(pad(x, {{0, groups * block - rows}, {0, 0}}), {groups, block, columns});
  const auto number = [&](double value) { return constant(value, x.dtype()); };
  const Value low = reduce("Min", whole, {1}, true);
  const Value scale = div(add(sub(reduce("Max", whole, {1}, true), low), number(1e-7)),
                          number(kHighest4 - kLowest4));
  const auto clipped = [&](const Value& v) {
    return emit("ClipByValue", {v, number(kLowest4), number(kHighest4)});
  };
  const Value zero = clipped(add(unary("Round", div(unary("Neg", low), scale)), number(kLowest4)));
  const Value steps = clipped(add(unary("Round", div(whole, scale)), zero));
  const Value kept = slice(reshape(steps, {groups * block, columns}), {{0, rows, 1}, {}});
  return {kept, squeeze(scale, 1), squeeze(zero, 1)};
}

Value pack_int4(const Value& x) {
  const int64_t rows = x.shape()[0], columns = x.shape()[1];
  const Value even = pad(cast(x, DType::int8), {{0, 0}, {0, columns % 2}});
  const Value nibbles =
      binary("BitwiseAnd", reshape(even, {rows, (columns + 1) / 2, 2}), constant(15, DType::int8));
  const std::vector<Value> halves = unstack(nibbles, 2, 2);
  return binary("BitwiseOr", halves[0],
                binary("LeftShift", halves[1], constant_like(4, halves[1])));
}

Value unpack_int4(const Value& packed, int64_t length, int axis, bool is_signed, DType as) {
  const Value mask = constant_like(15, packed);
  Value low = binary("BitwiseAnd", packed, mask);
  Value high = binary("BitwiseAnd", binary("RightShift", packed, constant_like(4, packed)), mask);
  if (is_signed) {
    low = with_sign(low);
    high = with_sign(high);
  }
  const Shape shape = packed.shape();
  std::vector<Dim> dims{shape[0], shape[1]};
  std::vector<Range> kept(2);
  dims[static_cast<size_t>(axis)] = 2 * shape[axis];
  kept[static_cast<size_t>(axis)].end = length;
  return slice(reshape(stack({cast(low, as), cast(high, as)}, axis + 1), dims), kept);
}

Value dequantize_groups(const Value& x, const Quantized& map, const Value& groups, int axis) {
  const Value index = cast(groups, DType::int32);
  const Value scale = gather(map.scale, index, axis);
  return mul(sub(x, cast(gather(map.zero, index, axis), scale.dtype())), scale);
}

Value round_to_float8(const Value& x, const Value& scale) {
  constexpr double kMost = 448;  // of float8_e4m3fn
  // A variable is read in the dtype of what it meets, whatever its own is.
  const Value step = cast(scale, x.dtype());
  const Value steps = div(x, step);
  const Value in_range =
      emit("ClipByValue", {steps, constant_like(-kMost, steps), constant_like(kMost, steps)});
  return mul(cast(cast(in_range, DType::float8_e4m3fn), steps.dtype()), step);
}

}  // namespace op
}  // namespace rill::keras
