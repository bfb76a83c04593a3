// A table of constants: what the layers of vocabularies emit. Never in a file that others wrote.
// The keys come sorted, so that neither graph nor session has a table to fill and to own.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

template <typename T>
void find_all(const Tensor& x, const Tensor& keys, const int64_t* values, int64_t fallback,
              int64_t* out) {
  const T* begin = keys.data<T>();
  const T* end = begin + keys.size();
  const T* wanted = x.data<T>();
  for (int64_t i = 0; i < x.size(); ++i) {
    const T* at = std::lower_bound(begin, end, wanted[i]);
    out[i] = at != end && *at == wanted[i] ? values[at - begin] : fallback;
  }
}

void run(KernelContext& ctx) {
  const Tensor& x = ctx.input(0);
  const Tensor& keys = ctx.input(1);
  const Tensor& values = ctx.input(2);
  ctx.require(keys.rank() == 1 && values.shape() == keys.shape(), "keys of shape ", keys.shape(),
              " with values of shape ", values.shape());
  ctx.require(ctx.input(3).size() == 1, "the default value has shape ", ctx.input(3).shape());
  if (keys.size() == 0) {
    ctx.fail(Code::failed_precondition,
             "the vocabulary is empty: neither the config nor the file held one");
  }
  const int64_t fallback = *ctx.input(3).data<int64_t>();
  auto* out = ctx.output(0, x.shape()).data<int64_t>();
  if (x.dtype() == DType::string) {
    find_all<std::string>(x, keys, values.data<int64_t>(), fallback, out);
  } else {
    find_all<int64_t>(x, keys, values.data<int64_t>(), fallback, out);
  }
}

constexpr DType kKeys[] = {DType::int64, DType::string};

}  // namespace

void register_rill_lookup(OpRegistry& registry) {
  registry.add({.signature = "_RillLookup(x: T, sorted_keys: T, values: int64, default_value: "
                             "int64) -> (y: int64)",
                .attrs = {type_attr("T", kKeys)},
                .shape = shapes::unchanged,
                .kernel = run,
                .not_differentiable = true});
}

}  // namespace rill
