// A table of constants: what the layers of vocabularies emit. Never in a file that others wrote.
// The keys come sorted, so that neither graph nor session has a table to fill and to own.
#include <algorithm>
#include <numeric>

#include "op/decompose.h"
#include "op/emit.h"
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

void run_rill_lookup(KernelContext& ctx) {
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

// Of strings the hashes are searched: LowerBound takes numbers only. What is found is compared, so
// that a hash that two texts share is no match by mistake; that two keys share one is refused.
Values decompose(const DecomposeContext& ctx) {
  const Value& x = ctx.input(0);
  if (!ctx.input(1).is_dense() || !ctx.input(2).is_dense()) {
    ctx.fail(Code::unimplemented, "keys that are not constant cannot be written");
  }
  Tensor keys = ctx.input(1);
  Tensor values = ctx.input(2);
  Value searched = keys;
  Value wanted = x;
  if (keys.dtype() == DType::string) {
    const AttrMap buckets = {{"num_buckets", int64_t{1} << 62}};
    Tensor hashes;
    {
      const GraphScope eager(nullptr);
      hashes = emit("StringToHashBucketFast", {keys}, buckets);
    }
    const auto* hash = hashes.data<int64_t>();
    std::vector<int64_t> order(static_cast<size_t>(keys.size()));
    std::iota(order.begin(), order.end(), int64_t{0});
    std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return hash[a] < hash[b]; });
    std::vector<std::string> texts;
    std::vector<int64_t> numbers, sorted;
    for (const int64_t i : order) {
      if (!sorted.empty() && sorted.back() == hash[i]) {
        ctx.fail(Code::unimplemented, "two tokens of the vocabulary have one hash");
      }
      texts.push_back(keys.data<std::string>()[i]);
      numbers.push_back(values.data<int64_t>()[i]);
      sorted.push_back(hash[i]);
    }
    keys = Tensor::vector(std::move(texts));
    values = Tensor::vector(std::move(numbers));
    searched = Tensor::vector(std::move(sorted));
    wanted = emit("StringToHashBucketFast", {x}, buckets);
  }
  if (keys.size() == 0) {
    return {emit("Fill", {emit("Shape", {x}, {{"out_type", DType::int32}}),
                          emit("Reshape", {ctx.input(3), Tensor(DType::int32, Shape{0})})})};
  }
  const Value row = Tensor::vector({int32_t{1}, int32_t{-1}});
  const Value flat = emit("Reshape", {wanted, row});
  const Value at =
      emit("LowerBound", {emit("Reshape", {searched, row}), flat}, {{"out_type", DType::int64}});
  const Value last = Tensor::scalar(keys.size() - 1);
  const Value shape = emit("Shape", {x}, {{"out_type", DType::int32}});
  const Value place = emit("Reshape", {emit("Minimum", {at, last}), shape});
  const Value axis = Tensor::scalar(int32_t{0});
  const Value found = emit("Equal", {emit("GatherV2", {keys, place, axis}), x});
  return {emit("SelectV2", {found, emit("GatherV2", {values, place, axis}), ctx.input(3)})};
}

constexpr DType kKeys[] = {DType::int64, DType::string};

}  // namespace

void register_rill_lookup(OpRegistry& registry) {
  registry.add({.signature = "_RillLookup(x: T, sorted_keys: T, values: int64, default_value: "
                             "int64) -> (y: int64)",
                .attrs = {type_attr("T", kKeys)},
                .shape = shapes::unchanged,
                .kernel = run_rill_lookup,
                .decompose = decompose,
                .not_differentiable = true});
}

}  // namespace rill
