// ToBool: Python's truth of a tensor. A scalar is true when it is not zero (or not empty, for a
// string), anything else when it has elements.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void run(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  bool& out = *ctx.output(0, Shape{}).data<bool>();
  if (in.rank() > 0) {
    out = in.size() > 0;
  } else if (in.dtype() == DType::string) {
    out = !in.data<std::string>()->empty();
  } else {
    dispatch_any_number(in.dtype(), "ToBool", [&]<typename T>() { out = *in.data<T>() != T{}; });
  }
}

}  // namespace

void register_to_bool(OpRegistry& registry) {
  registry.add({.signature = "ToBool(input: T) -> (output: bool)",
                .attrs = {type_attr("T")},
                .shape = shapes::scalar,
                .kernel = run});
}

}  // namespace rill
