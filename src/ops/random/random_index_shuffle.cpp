// RandomIndexShuffle: where an index goes in a permutation of [0, max_index] that is never written
// down. A block cipher (Simon) on as many bits as the index needs, walked until the result is in
// range. Source: tensorflow/core/kernels/random_index_shuffle.cc; the cipher: Beaulieu et al.,
// "The Simon and Speck families of lightweight block ciphers" (2013).
#include <algorithm>
#include <array>
#include <cmath>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

using Key = std::array<uint32_t, 3>;
constexpr DType kTypes[] = {DType::int32, DType::uint32, DType::int64, DType::uint64};
constexpr int64_t kMostRounds = 1024;
constexpr int kMostSteps = 1 << 22;

class Cipher {
 public:
  Cipher(int word_bits, const Key& key, int64_t rounds)
      : bits_(word_bits), mask_((uint64_t{1} << word_bits) - 1) {
    uint64_t z = 0x7369f885192c0ef5U;
    for (const uint32_t k : key) keys_.push_back(k & mask_);
    for (auto i = static_cast<size_t>(3); i < static_cast<size_t>(rounds); ++i) {
      const uint64_t before = keys_[i - 1];
      keys_.push_back((0xfffffffcU ^ (z & 1) ^ keys_[i - 3] ^ right(before, 3) ^ right(before, 4)) &
                      mask_);
      z = (z & mask_) >> 1;
    }
  }
  uint64_t operator()(uint64_t block) const {
    uint64_t high = (block >> bits_) & mask_, low = block & mask_;
    for (size_t i = 0; i + 1 < keys_.size(); i += 2) {
      high ^= mix(low) ^ keys_[i];
      low ^= mix(high) ^ keys_[i + 1];
    }
    return (high << bits_) | low;
  }

 private:
  uint64_t left(uint64_t x, int n) const { return ((x << n) | (x >> (bits_ - n))) & mask_; }
  uint64_t right(uint64_t x, int n) const { return ((x >> n) | (x << (bits_ - n))) & mask_; }
  uint64_t mix(uint64_t x) const { return (left(x, 1) & left(x, 8)) ^ left(x, 2); }

  int bits_;
  uint64_t mask_;
  std::vector<uint64_t> keys_;
};

uint64_t shuffled_index(const KernelContext& ctx, uint64_t index, const Key& key, uint64_t most,
                        int64_t rounds) {
  if (most == 0) return 0;
  const int bits = static_cast<int>(std::ceil(std::log2(static_cast<double>(most))));
  const Cipher cipher(std::clamp(bits + bits % 2, 16, 64) / 2, key, rounds);
  for (int step = 0; step < kMostSteps; ++step) {
    index = cipher(index);
    if (index <= most) return index;
  }
  ctx.fail(Code::invalid_argument, "the index lies outside [0, ", most, "] and never comes in");
}

uint64_t number(const Tensor& t, int64_t i) {
  switch (t.dtype()) {
    case DType::int32:
      return static_cast<uint64_t>(int64_t{t.data<int32_t>()[i]});
    case DType::uint32:
      return t.data<uint32_t>()[i];
    case DType::int64:
      return static_cast<uint64_t>(t.data<int64_t>()[i]);
    default:
      return t.data<uint64_t>()[i];
  }
}

void require_rounds(const NodeAccess& node) {
  const auto rounds = node.attr<int64_t>("rounds");
  node.require(rounds >= 4 && rounds % 2 == 0 && rounds <= kMostRounds,
               "Rounds must be even and at least 4, got ", rounds);
}

void infer_random_index_shuffle(ShapeContext& ctx) {
  require_rounds(ctx);
  ctx.require_rank_at_most(0, 1);
  ctx.require_rank(1, 1);
  ctx.require_rank_at_most(1, 2);
  ctx.require_rank_at_most(2, 1);
  const Shape &index = ctx.input(0), &seed = ctx.input(1), &most = ctx.input(2);
  if (!index.has_rank() || !seed.has_rank() || !most.has_rank()) return;
  if (index.rank() == 0 && seed.rank() == 1 && most.rank() == 0) return ctx.set_output(0, Shape{});
  int64_t n = -1;
  if (index.rank() == 1) n = ctx.merge_dim(n, index[0]);
  if (seed.rank() == 2) n = ctx.merge_dim(n, seed[0]);
  if (most.rank() == 1) n = ctx.merge_dim(n, most[0]);
  ctx.set_output(0, Shape{n});
}

void run_random_index_shuffle(KernelContext& ctx) {
  require_rounds(ctx);
  const Tensor &index = ctx.input(0), &seed = ctx.input(1), &most = ctx.input(2);
  const bool scalar = index.rank() == 0 && seed.rank() == 1 && most.rank() == 0;
  const int64_t n = std::max({index.size(), most.size(), seed.size() / 3});
  ctx.require(index.rank() == 0 || (index.rank() == 1 && index.dim(0) == n),
              "Index must be a scalar or a vector of length ", n, ", got shape ", index.shape());
  ctx.require((seed.rank() == 1 && seed.dim(0) == 3) ||
                  (seed.rank() == 2 && seed.dim(0) == n && seed.dim(1) == 3),
              "Seed must be a vector of size [3] or a matrix of size [", n, ", 3] but got ",
              seed.shape());
  ctx.require(most.rank() == 0 || (most.rank() == 1 && most.dim(0) == n),
              "Maxval must be a scalar or a vector of the same size as index but got ",
              most.shape());
  Tensor& out = ctx.output(0, scalar ? Shape{} : Shape{n});
  for (int64_t i = 0; i < n; ++i) {
    Key key;
    for (int64_t k = 0; k < 3; ++k) {
      const int64_t row = seed.rank() == 1 ? 0 : i;
      key[static_cast<size_t>(k)] = static_cast<uint32_t>(number(seed, 3 * row + k));
    }
    const uint64_t from = number(index, index.rank() == 0 ? 0 : i);
    const bool has_sign = out.dtype() == DType::int32 || out.dtype() == DType::int64;
    ctx.require(!has_sign || static_cast<int64_t>(from) >= 0, "index must be >= 0 but was ",
                static_cast<int64_t>(from));
    const uint64_t last = number(most, most.rank() == 0 ? 0 : i);
    ctx.require(from <= last, "max_index must be >= index, but ", last, " < ", from);
    const uint64_t to = shuffled_index(ctx, from, key, last, ctx.attr<int64_t>("rounds"));
    if (dtype_size(out.dtype()) == 4) {
      static_cast<uint32_t*>(out.raw())[i] = static_cast<uint32_t>(to);
    } else {
      static_cast<uint64_t*>(out.raw())[i] = to;
    }
  }
}

}  // namespace

void register_random_index_shuffle(OpRegistry& registry) {
  registry.add(
      {.signature = "RandomIndexShuffle(index: dtype, seed: Tseed, max_index: dtype) -> (output: "
                    "dtype)",
       .attrs = {int_attr("rounds", 4), type_attr("dtype", kTypes), type_attr("Tseed", kTypes)},
       .shape = infer_random_index_shuffle,
       .kernel = run_random_index_shuffle,
       .not_differentiable = true});
}

}  // namespace rill
