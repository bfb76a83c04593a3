#include <unordered_map>

#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/element_keys.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

// UniqueV2 has an axis, the WithCounts forms a third output.
void infer_unique(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  if (ctx.num_inputs() == 1) {
    ctx.require_rank_exactly(0, 1);
    ctx.set_output(0, Shape{-1});
    ctx.set_output(1, in.has_rank() ? in : Shape{-1});
  } else {
    if (in.has_rank()) ctx.set_output(0, Shape::unknown_dims(in.rank()));
    ctx.set_output(1, Shape{-1});
  }
  if (ctx.num_outputs() > 2) ctx.set_output(2, Shape{-1});
}

// The bytes by which slice i of the axis is compared.
class SliceKeys {
 public:
  SliceKeys(const Tensor& in, int64_t before, int64_t n, int64_t after)
      : in_(in), before_(before), n_(n), after_(after) {
    if (has_element_keys(in.dtype())) numbers_ = element_keys(in);
  }

  std::string operator()(int64_t i) const {
    std::string key;
    for (int64_t b = 0; b < before_; ++b) {
      for (int64_t a = 0; a < after_; ++a) append(key, (b * n_ + i) * after_ + a);
    }
    return key;
  }

 private:
  void append(std::string& key, int64_t at) const {
    const auto bytes = [&](const void* from, size_t n) {
      key.append(static_cast<const char*>(from), n);
    };
    if (in_.dtype() == DType::string) {
      const std::string& s = in_.data<std::string>()[at];
      const uint64_t length = s.size();
      bytes(&length, sizeof(length));
      bytes(s.data(), s.size());
    } else if (!numbers_.empty()) {
      bytes(&numbers_[static_cast<size_t>(at)], sizeof(uint64_t));
    } else {
      const size_t size = dtype_size(in_.dtype());
      bytes(static_cast<const char*>(in_.raw()) + at * static_cast<int64_t>(size), size);
    }
  }

  const Tensor& in_;
  int64_t before_, n_, after_;
  std::vector<uint64_t> numbers_;
};

struct Found {
  std::vector<int64_t> first;  // where each distinct value was seen first
  std::vector<int64_t> counts;
};

// key_of(i): what slice i is compared by.
Found find_distinct(int64_t n, Tensor& index, const SliceKeys& key_of) {
  Found found;
  std::unordered_map<std::string, int64_t> seen;
  seen.reserve(static_cast<size_t>(std::min<int64_t>(n, 1 << 16)));
  for (int64_t i = 0; i < n; ++i) {
    const auto [it, added] = seen.try_emplace(key_of(i), static_cast<int64_t>(found.first.size()));
    if (added) {
      found.first.push_back(i);
      found.counts.push_back(0);
    }
    ++found.counts[static_cast<size_t>(it->second)];
    put_index(index, i, it->second);
  }
  return found;
}

// The same for numbers: places of the distinct ones in a table of twice as many and more.
Found find_distinct_numbers(const std::vector<uint64_t>& keys, Tensor& index) {
  Found found;
  std::vector<int64_t> table;  // which distinct number, or -1
  int bits = 10;
  const auto place_of = [&](uint64_t key) {
    constexpr uint64_t kSpread = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    size_t at = (key * kSpread) >> (64 - bits);
    while (table[at] >= 0 &&
           keys[static_cast<size_t>(found.first[static_cast<size_t>(table[at])])] != key) {
      at = (at + 1) & (table.size() - 1);
    }
    return at;
  };
  const auto enlarge = [&] {
    bits += 2;
    table.assign(size_t{1} << bits, -1);
    for (size_t i = 0; i < found.first.size(); ++i) {
      table[place_of(keys[static_cast<size_t>(found.first[i])])] = static_cast<int64_t>(i);
    }
  };
  enlarge();
  for (size_t i = 0; i < keys.size(); ++i) {
    int64_t& which = table[place_of(keys[i])];
    const bool added = which < 0;
    if (added) {
      which = static_cast<int64_t>(found.first.size());
      found.first.push_back(static_cast<int64_t>(i));
      found.counts.push_back(0);
    }
    ++found.counts[static_cast<size_t>(which)];
    put_index(index, static_cast<int64_t>(i), which);
    if (added && 2 * found.first.size() > table.size()) enlarge();
  }
  return found;
}

void run_unique(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  int axis = 0;
  int64_t before = 1, after = 1, n = in.size();
  bool whole = true;
  if (ctx.num_inputs() > 1 && ctx.input(1).size() > 0) {
    ctx.require(ctx.input(1).rank() == 1 && ctx.input(1).size() == 1,
                "axis should be empty or a scalar or a vector of one");
    axis = canonical_axis(ctx.op(), ctx.input(1).item<int64_t>(), in.rank());
    before = product(in.shape(), 0, axis);
    n = in.shape()[axis];
    after = product(in.shape(), axis + 1, in.rank());
    whole = in.rank() == 1;
  } else {
    ctx.require(in.rank() == 1, "unique expects a 1D vector.");
  }
  Tensor& index = ctx.output(1, Shape{n});
  Found found;
  if (whole && has_element_keys(in.dtype())) {
    found = find_distinct_numbers(element_keys(in), index);
  } else {
    found = find_distinct(n, index, SliceKeys(in, before, n, after));
  }
  const auto distinct = static_cast<int64_t>(found.first.size());
  Shape shape = in.shape();
  shape[axis] = distinct;
  Tensor& out = ctx.output(0, shape);
  const kernels::Mover mover(in.dtype());
  for (int64_t b = 0; b < before; ++b) {
    for (int64_t i = 0; i < distinct; ++i) {
      mover.copy(mover.at(in.raw(), (b * n + found.first[static_cast<size_t>(i)]) * after),
                 mover.at(out.raw(), (b * distinct + i) * after), after);
    }
  }
  if (ctx.num_outputs() < 3) return;
  Tensor& counts = ctx.output(2, Shape{distinct});
  for (int64_t i = 0; i < distinct; ++i) put_index(counts, i, found.counts[static_cast<size_t>(i)]);
}

}  // namespace

Values ops::unique(const Value& x) { return emit_all("Unique", {x}); }

void register_unique(OpRegistry& registry) {
  registry.add({.signature = "Unique(x: T) -> (y: T, idx: out_idx)",
                .attrs = {type_attr("T"), type_attr("out_idx", kIndexTypes, DType::int32)},
                .shape = infer_unique,
                .kernel = run_unique});
  registry.add({.signature = "UniqueV2(x: T, axis: Taxis) -> (y: T, idx: out_idx)",
                .attrs = {type_attr("T"), type_attr("Taxis", kIndexTypes, DType::int64),
                          type_attr("out_idx", kIndexTypes, DType::int32)},
                .shape = infer_unique,
                .kernel = run_unique});
  registry.add({.signature = "UniqueWithCounts(x: T) -> (y: T, idx: out_idx, count: out_idx)",
                .attrs = {type_attr("T"), type_attr("out_idx", kIndexTypes, DType::int32)},
                .shape = infer_unique,
                .kernel = run_unique});
  registry.add(
      {.signature = "UniqueWithCountsV2(x: T, axis: Taxis) -> (y: T, idx: out_idx, count: out_idx)",
       .attrs = {type_attr("T"), type_attr("Taxis", kIndexTypes, DType::int64),
                 type_attr("out_idx", kIndexTypes, DType::int32)},
       .shape = infer_unique,
       .kernel = run_unique});
}

}  // namespace rill
