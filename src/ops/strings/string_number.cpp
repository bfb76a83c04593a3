// Numbers to text and back.
#include <charconv>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include "base/c_format.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

#include "op/emit.h"
#include "ops/number_text.h"
#include "ops/text.h"
#include "rill/ops/strings.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

template <typename T>
void to_number(KernelContext& ctx) {
  map_strings<T>(ctx, [&](const std::string& text) {
    T value{};
    ctx.require(parse_number(text, value),
                "StringToNumberOp could not correctly convert string: ", text);
    return value;
  });
}

void run_to_number(KernelContext& ctx) {
  switch (ctx.output_dtype(0)) {
    case DType::float32:
      return to_number<float>(ctx);
    case DType::float64:
      return to_number<double>(ctx);
    case DType::int32:
      return to_number<int32_t>(ctx);
    case DType::int64:
      return to_number<int64_t>(ctx);
    case DType::uint32:
      return to_number<uint32_t>(ctx);
    case DType::uint64:
      return to_number<uint64_t>(ctx);
    default:
      unsupported_dtype("StringToNumber", ctx.output_dtype(0));
  }
}

// printf's flags, width and precision, from the attributes.
struct Format {
  std::string flags;
  int width;
  int precision;
  std::string floating;
};

Format read_format(const NodeAccess& node, DType dtype) {
  Format f;
  const int64_t width = node.attr<int64_t>("width");
  const int64_t precision = node.attr<int64_t>("precision");
  constexpr int64_t kMost = 4096;
  node.require(width <= kMost && precision <= kMost, "width or precision is too large");
  f.width = static_cast<int>(std::max<int64_t>(width, 0));
  f.precision = static_cast<int>(std::max<int64_t>(precision, -1));
  const bool scientific = node.attr<bool>("scientific"), shortest = node.attr<bool>("shortest");
  const bool floating = is_floating(dtype) || is_complex(dtype);
  node.require(!(scientific && shortest), "Cannot select both scientific and shortest notation");
  const bool text = dtype == DType::string;  // stays as it is
  node.require(floating || text || (!scientific && !shortest),
               "scientific and shortest format not supported for datatype ", dtype);
  node.require(floating || text || precision < 0, "precision is ", precision, ", but values of ",
               dtype, " have no fraction: it must be -1");
  f.flags = node.attr<std::string>("fill");
  node.require(f.flags.size() <= 1, "Fill string must be one or fewer characters");
  node.require(f.flags.empty() || std::string_view(" +-0#").find(f.flags[0]) != std::string::npos,
               "Fill argument not supported: ", quoted(f.flags));
  f.floating = str("%", f.flags, f.precision < 0 ? "*" : "*.*",
                   scientific ? 'e'
                   : shortest ? 'g'
                              : 'f');
  return f;
}

std::string print_float(const Format& f, double v) {
  if (f.precision < 0) return c_format(f.floating.c_str(), f.width, v);
  return c_format(f.floating.c_str(), f.width, f.precision, v);
}

template <typename T>
std::string print_value(const Format& f, const T& v) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    if (f.width == 0 && f.flags.empty()) {
      char text[24];
      return {text, std::to_chars(text, std::end(text), v).ptr};
    }
  }
  if constexpr (std::is_same_v<T, bool>) {
    return v ? "true" : "false";  // TensorFlow pads everything but these
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    return c_format(str("%", f.flags, "*lld").c_str(), f.width, static_cast<long long>(v));
  } else if constexpr (std::is_integral_v<T>) {
    return c_format(str("%", f.flags, "*llu").c_str(), f.width, static_cast<unsigned long long>(v));
  } else if constexpr (requires { v.imag(); }) {
    return str("(", print_float(f, v.real()), ",", print_float(f, v.imag()), ")");
  } else {
    return print_float(f, static_cast<double>(v));
  }
}

void as_string(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Format f = read_format(ctx, in.dtype());
  Tensor& out = ctx.output(0, in.shape());
  auto* to = out.data<std::string>();
  if (in.dtype() == DType::string) {
    for (int64_t i = 0; i < in.size(); ++i) {
      to[i] = c_format(str("%", f.flags, "*s").c_str(), f.width, in.data<std::string>()[i].c_str());
    }
    return;
  }
  dispatch_any_number(in.dtype(), "AsString", [&]<typename T>() {
    for (int64_t i = 0; i < in.size(); ++i) to[i] = print_value(f, in.data<T>()[i]);
  });
}

}  // namespace

Value ops::string_to_number(const Value& x, DType out_type) {
  return emit("StringToNumber", {x}, {{"out_type", out_type}});
}
Value ops::as_string(const Value& x) { return emit("AsString", {x}); }

void register_string_number(OpRegistry& registry) {
  registry.add({.signature = "StringToNumber(string_tensor: string) -> (output: out_type)",
                .attrs = {type_attr("out_type",
                                    type_set<DType::float32, DType::float64, DType::int32,
                                             DType::int64, DType::uint32, DType::uint64>,
                                    DType::float32)},
                .shape = shapes::unchanged,
                .kernel = run_to_number,
                .not_differentiable = true});
  registry.add(
      {.signature = "AsString(input: T) -> (output: string)",
       .attrs = {type_attr("T", type_set<DType::float32, DType::float64, DType::int32, DType::uint8,
                                         DType::int16, DType::int8, DType::string, DType::complex64,
                                         DType::int64, DType::bool_, DType::bfloat16, DType::uint16,
                                         DType::complex128, DType::float16, DType::variant,
                                         DType::uint32, DType::uint64>),
                 int_attr("precision", -1), bool_attr("scientific", false),
                 bool_attr("shortest", false), int_attr("width", -1), string_attr("fill", "")},
       .shape = shapes::unchanged,
       .kernel = as_string,
       .not_differentiable = true});
}

}  // namespace rill
