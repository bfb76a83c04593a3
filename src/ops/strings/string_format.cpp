// Tensors as text: what tf.print and tf.strings.format show.
// Source of the layout: tensorflow/core/framework/tensor.cc (PrintOneDimV2).

#include "base/c_format.h"
#include "base/escape.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// As few digits as read back to the same number: first 6 (15), else 9 (17).
std::string number(double v, bool is_double) {
  const int few = is_double ? 15 : 6, many = is_double ? 17 : 9;
  const std::string text = c_format("%.*g", few, v);
  const bool same =
      is_double ? c_strtod(text.c_str()) == v : c_strtof(text.c_str()) == static_cast<float>(v);
  return same || v != v ? text : c_format("%.*g", many, v);
}

std::string element(const Tensor& t, int64_t i) {
  if (t.dtype() == DType::string)
    return str('"', c_escaped(t.data<std::string>()[i], HighBytes::octal), '"');
  std::string out = "?";
  if (!is_plain(t.dtype()) || is_quantized(t.dtype())) return out;
  dispatch_any_number(t.dtype(), "StringFormat", [&]<typename T>() {
    const T v = t.data<T>()[i];
    if constexpr (std::is_same_v<T, bool>) {
      out = v ? "1" : "0";
    } else if constexpr (std::is_integral_v<T>) {
      out = std::to_string(v);
    } else if constexpr (requires { v.imag(); }) {
      out =
          str("(", number(v.real(), sizeof(T) == 16), ",", number(v.imag(), sizeof(T) == 16), ")");
    } else {
      out = number(static_cast<double>(v), sizeof(T) == 8);
    }
  });
  return out;
}

class Printer {
 public:
  Printer(const Tensor& tensor, int64_t ends) : t_(tensor), ends_(ends) {}

  std::string print() {
    dimension(0, 0);
    return std::move(out_);
  }

 private:
  void space(int d) {
    const int rank = t_.rank();
    if (d == rank - 1) {
      out_ += ' ';
      return;
    }
    out_.append(static_cast<size_t>(rank - 1 - d), '\n');
    out_.append(static_cast<size_t>(d + 1), ' ');
  }

  // The rank bounds the recursion.
  void dimension(int d, int64_t at) {
    if (d == t_.rank()) {
      out_ += element(t_, at);
      return;
    }
    const int64_t n = t_.shape()[d];
    const int64_t each = product(t_.shape(), d + 1, t_.rank());
    const int64_t head = ends_ < 0 ? n : std::min(ends_, n);
    const int64_t tail = std::max(head, n - std::max<int64_t>(ends_, 0));
    out_ += '[';
    for (int64_t i = 0; i < head; ++i) {
      if (i > 0) space(d);
      dimension(d + 1, at + i * each);
    }
    if (tail > head) {
      space(d);
      out_ += "...";
    }
    for (int64_t i = tail; i < n; ++i) {
      space(d);
      dimension(d + 1, at + i * each);
    }
    out_ += ']';
  }

  const Tensor& t_;
  int64_t ends_;
  std::string out_;
};

void run_string_format(KernelContext& ctx) {
  const std::string& pattern = ctx.attr<std::string>("template");
  const std::string& hole = ctx.attr<std::string>("placeholder");
  const int64_t ends = ctx.attr<int64_t>("summarize");
  ctx.require(!hole.empty(), "the placeholder is empty");
  std::string& out = *ctx.output(0, Shape{}).data<std::string>();
  out.clear();
  size_t at = 0;
  int used = 0;
  for (size_t next; (next = pattern.find(hole, at)) != std::string::npos; ++used) {
    ctx.require(used < ctx.num_inputs(),
                "num placeholders in template and num inputs must match: "
                "more than ",
                ctx.num_inputs(), " placeholders");
    out.append(pattern, at, next - at);
    out += Printer(ctx.input(used), ends).print();
    at = next + hole.size();
  }
  ctx.require(used == ctx.num_inputs(),
              "num placeholders in template and num inputs must match: ", used, " vs. ",
              ctx.num_inputs());
  out.append(pattern, at);
}

}  // namespace

void register_string_format(OpRegistry& registry) {
  registry.add({.signature = "StringFormat(inputs: list(T)) -> (output: string)",
                .attrs = {type_list_attr("T"), string_attr("template", "%s"),
                          string_attr("placeholder", "%s"), int_attr("summarize", 3)},
                .shape = shapes::scalar,
                .kernel = run_string_format});
}

}  // namespace rill
