#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/text.h"
#include "rill/ops/strings.hpp"

namespace rill {
namespace {

template <uint64_t (*hash)(std::string_view)>
void bucket(KernelContext& ctx) {
  const auto n = static_cast<uint64_t>(ctx.attr<int64_t>("num_buckets"));
  map_strings<int64_t>(ctx,
                       [&](const std::string& s) { return static_cast<int64_t>(hash(s) % n); });
}

void strong(KernelContext& ctx) {
  const auto n = static_cast<uint64_t>(ctx.attr<int64_t>("num_buckets"));
  const auto& key = ctx.attr<std::vector<int64_t>>("key");
  ctx.require(key.size() == 2, "Key must have 2 elements, but has ", key.size());
  map_strings<int64_t>(ctx, [&](const std::string& s) {
    return static_cast<int64_t>(
        sip_hash(static_cast<uint64_t>(key[0]), static_cast<uint64_t>(key[1]), s) % n);
  });
}

void put_bytes(char* to, uint64_t v) {
  for (int k = 0; k < 8; ++k) to[k] = static_cast<char>(v >> (8 * k));
}

// One row: a string by itself, several strings by their fingerprints, numbers by their bytes.
uint64_t row_fingerprint(const Tensor& data, int64_t row, int64_t each) {
  if (data.dtype() != DType::string) {
    const auto bytes = static_cast<size_t>(each) * dtype_size(data.dtype());
    return fingerprint64(
        {static_cast<const char*>(data.raw()) + static_cast<size_t>(row) * bytes, bytes});
  }
  const auto* texts = data.data<std::string>() + row * each;
  if (data.rank() == 1) return fingerprint64(texts[0]);
  std::string all(static_cast<size_t>(each) * 8, '\0');
  for (int64_t k = 0; k < each; ++k) put_bytes(all.data() + k * 8, fingerprint64(texts[k]));
  return fingerprint64(all);
}

void fingerprint(KernelContext& ctx) {
  const Tensor& data = ctx.input(0);
  ctx.require(ctx.input(1).size() == 1 && *ctx.input(1).data<std::string>() == "farmhash64",
              "Unsupported fingerprint method");
  ctx.require(data.rank() >= 1, "input data must be at least a vector, got shape ", data.shape());
  const int64_t rows = data.shape()[0];
  Tensor& out = ctx.output(0, Shape{rows, 8});
  const int64_t each = rows == 0 ? 0 : data.size() / rows;
  for (int64_t r = 0; r < rows; ++r) {
    put_bytes(static_cast<char*>(out.raw()) + r * 8, row_fingerprint(data, r, each));
  }
}

}  // namespace

Value ops::string_to_hash_bucket_fast(const Value& x, int64_t num_buckets) {
  return emit("StringToHashBucketFast", {x}, {{"num_buckets", num_buckets}});
}

void register_string_hash_bucket(OpRegistry& registry) {
  registry.add({.signature = "StringToHashBucketFast(input: string) -> (output: int64)",
                .attrs = {at_least(1, int_attr("num_buckets"))},
                .shape = shapes::unchanged,
                .kernel = bucket<fingerprint64>,
                .not_differentiable = true});
  registry.add({.signature = "StringToHashBucketStrong(input: string) -> (output: int64)",
                .attrs = {at_least(1, int_attr("num_buckets")), int_list_attr("key")},
                .shape = shapes::unchanged,
                .kernel = strong,
                .not_differentiable = true});
  registry.add({.signature = "StringToHashBucket(string_tensor: string) -> (output: int64)",
                .attrs = {at_least(1, int_attr("num_buckets"))},
                .shape = shapes::unchanged,
                .kernel = bucket<hash64>,
                .not_differentiable = true});
  registry.add({.signature = "Fingerprint(data: T, method: string) -> (fingerprint: uint8)",
                .attrs = {type_attr("T")},
                .shape = shapes::unknown,
                .kernel = fingerprint});
}

}  // namespace rill
