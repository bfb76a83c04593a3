#include <atomic>
#include <cstdio>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

// The first `summarize` elements, as TensorFlow's SummarizeValue prints them: [a b c...].
std::string summarize(const Tensor& t, int64_t limit) {
  const int64_t n = t.size();
  const int64_t shown = limit < 0 ? n : std::min(n, limit);
  std::string out = "[";
  for (int64_t i = 0; i < shown; ++i) {
    if (i > 0) out += ' ';
    if (t.dtype() == DType::string) {
      out += '"' + t.data<std::string>()[i] + '"';
    } else if (is_plain(t.dtype()) && !is_quantized(t.dtype())) {
      const size_t size = dtype_size(t.dtype());
      out += Tensor::from_buffer(
                 t.dtype(), Shape{}, t.rep()->buffer,
                 static_cast<size_t>(static_cast<const char*>(t.raw()) -
                                     static_cast<const char*>(t.rep()->buffer->data())) +
                     static_cast<size_t>(i) * size)
                 .to_string();
    } else {
      out += '?';
    }
  }
  if (shown < n) out += "...";
  return out + "]";
}

void run_assert(KernelContext& ctx) {
  const Tensor& condition = ctx.input(0);
  ctx.require(condition.rank() == 0, "In[0] should be a scalar: ", condition.shape());
  if (*condition.data<bool>()) return;
  const int64_t limit = ctx.attr<int64_t>("summarize");
  std::string what = "assertion failed:";
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    const Tensor& t = ctx.input(i);
    // A lone string is a message.
    if (t.dtype() == DType::string && t.rank() == 0) {
      append_to(what, str(" [", *t.data<std::string>(), "]"));
    } else {
      append_to(what, str(" ", summarize(t, limit)));
    }
  }
  ctx.fail(Code::invalid_argument, what);
}

// How often a node has printed, for first_n; one count a session.
class PrintCount final : public Opaque {
 public:
  std::string_view type_name() const override { return "PrintCount"; }
  int64_t next() { return count_.fetch_add(1); }

 private:
  std::atomic<int64_t> count_{0};
};

void run_print(KernelContext& ctx) {
  const int64_t first_n = ctx.attr<int64_t>("first_n");
  ctx.set_output(0, ctx.input(0));
  if (first_n >= 0) {
    const auto counter = ctx.runtime().resources().find_or_make(
        "rill.print", ctx.node_name(), [] { return std::make_shared<PrintCount>(); });
    if (static_cast<PrintCount&>(*counter).next() >= first_n) return;
  }
  std::string line = ctx.attr<std::string>("message");
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    line += summarize(ctx.input(i), ctx.attr<int64_t>("summarize"));
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void run_print_v2(KernelContext& ctx) {
  const std::string& stream = ctx.attr<std::string>("output_stream");
  constexpr std::string_view kFile = "file://";
  ctx.require(ctx.input(0).rank() == 0, "input should be a scalar: ", ctx.input(0).shape());
  const std::string text = *ctx.input(0).data<std::string>() + ctx.attr<std::string>("end");
  if (stream.starts_with(kFile)) {
    if (!ctx.runtime().allow_files()) {
      ctx.fail(Code::permission_denied, "this session may not write files");
    }
    std::FILE* file = std::fopen(stream.c_str() + kFile.size(), "ab");
    if (file == nullptr) ctx.fail(Code::not_found, "cannot open ", quoted(stream));
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
    return;
  }
  std::FILE* to = stream == "stdout" || stream == "log(info)" ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

}  // namespace

void register_assert(OpRegistry& registry) {
  registry.add({.signature = "Assert(condition: bool, data: list(T)) -> ()",
                .attrs = {type_list_attr("T", 1), int_attr("summarize", 3)},
                .shape = shapes::none,
                .kernel = run_assert,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "Print(input: T, data: list(U)) -> (output: T)",
                .attrs = {type_attr("T"), type_list_attr("U"), string_attr("message", ""),
                          int_attr("first_n", -1), int_attr("summarize", 3)},
                .shape = shapes::unchanged,
                .kernel = run_print,
                .gradient = grads::pass,
                .stateful = true});
  registry.add({.signature = "PrintV2(input: string) -> ()",
                .attrs = {string_attr("output_stream", "stderr"), string_attr("end", "\n")},
                .shape = shapes::none,
                .kernel = run_print_v2,
                .stateful = true});
}

}  // namespace rill
