// Crosses of columns: every combination of one feature of each column, joined as text or hashed.
// tensorflow/core/kernels/sparse_cross_op.cc and platform/fingerprint.h (FingerprintCat64).
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/text.h"

namespace rill {
namespace {

uint64_t shift_mix(uint64_t v) { return v ^ (v >> 47); }

uint64_t fingerprint_cat(uint64_t a, uint64_t b) {
  constexpr uint64_t kMul = 0xc6a4a7935bd1e995ULL;
  uint64_t result = a ^ kMul;
  result ^= shift_mix(b * kMul) * kMul;
  result *= kMul;
  result = shift_mix(result) * kMul;
  return shift_mix(result);
}

// One column: for each row, where its features lie in `values`.
struct Column {
  const Tensor* values = nullptr;
  std::vector<int64_t> begin, count;

  uint64_t hash(int64_t row, int64_t k) const {
    const int64_t at = begin[static_cast<size_t>(row)] + k;
    return values->dtype() == DType::string ? fingerprint64(values->data<std::string>()[at])
                                            : static_cast<uint64_t>(values->data<int64_t>()[at]);
  }
  std::string text(int64_t row, int64_t k) const {
    const int64_t at = begin[static_cast<size_t>(row)] + k;
    return values->dtype() == DType::string ? values->data<std::string>()[at]
                                            : std::to_string(values->data<int64_t>()[at]);
  }
};

Column sparse_column(KernelContext& ctx, const Tensor& indices, const Tensor& values,
                     int64_t rows) {
  ctx.require(indices.rank() == 2 && indices.shape()[1] == 2 && values.rank() == 1 &&
                  values.shape()[0] == indices.shape()[0],
              "a sparse column must have indices [n, 2] and values [n], got ", indices.shape(),
              " and ", values.shape());
  Column c{&values, std::vector<int64_t>(static_cast<size_t>(rows)),
           std::vector<int64_t>(static_cast<size_t>(rows))};
  int64_t last = -1;
  for (int64_t i = 0; i < values.size(); ++i) {
    const int64_t row = indices.data<int64_t>()[2 * i];
    ctx.require(row >= last && row >= 0 && row < rows, "row ", row,
                " of a sparse column is out of order or beyond ", rows, " rows");
    if (row != last) c.begin[static_cast<size_t>(row)] = i;
    ++c.count[static_cast<size_t>(row)];
    last = row;
  }
  return c;
}

Column dense_column(KernelContext& ctx, const Tensor& values, int64_t rows) {
  ctx.require(values.rank() == 2 && values.shape()[0] == rows,
              "Dense inputs should be rank-2 tensors with as many rows as the others, got shape ",
              values.shape(), " beside ", rows, " rows");
  Column c{&values, {}, {}};
  for (int64_t r = 0; r < rows; ++r) {
    c.begin.push_back(r * values.shape()[1]);
    c.count.push_back(values.shape()[1]);
  }
  return c;
}

// How combinations are told: by a hash, or as texts with something between.
struct CrossOutput {
  bool hashed = false;
  uint64_t buckets = 0, key = 0;
  std::string separator = "_X_";
};

// `dense`: how many columns come behind the sparse ones.
void write_crosses(KernelContext& ctx, int dense, const CrossOutput& how) {
  const int n = static_cast<int>(ctx.attr<int64_t>("N"));
  int64_t rows = 0;
  if (n > 0) {
    ctx.require(ctx.input(2 * n).size() == 2, "the shape of a sparse column must have 2 elements");
    rows = ctx.input(2 * n).data<int64_t>()[0];
    ctx.require(rows >= 0 && rows <= (int64_t{1} << 31), "a sparse column with ", rows, " rows");
  } else if (dense > 0) {
    ctx.require(ctx.input(0).rank() == 2, "Dense inputs should be rank-2 tensors, got shape ",
                ctx.input(0).shape());
    rows = ctx.input(0).shape()[0];
  }
  std::vector<Column> columns;
  for (int i = 0; i < n; ++i) {
    columns.push_back(sparse_column(ctx, ctx.input(i), ctx.input(n + i), rows));
  }
  for (int i = 0; i < dense; ++i) {
    columns.push_back(dense_column(ctx, ctx.input(3 * n + i), rows));
  }
  std::vector<int64_t> counts;
  int64_t total = 0, widest = 0;
  for (int64_t r = 0; r < rows; ++r) {
    int64_t product = columns.empty() ? 0 : 1;
    for (const Column& c : columns) {
      ctx.require(!__builtin_mul_overflow(product, c.count[static_cast<size_t>(r)], &product),
                  "too many combinations in row ", r);
    }
    ctx.require(!__builtin_add_overflow(total, product, &total), "too many combinations");
    counts.push_back(product);
    widest = std::max(widest, product);
  }
  auto* index = ctx.output(0, Shape{total, 2}).data<int64_t>();
  Tensor& out = ctx.output(1, Shape{total});
  int64_t at = 0;
  std::vector<int64_t> pick(columns.size());
  for (int64_t r = 0; r < rows; ++r) {
    pick.assign(columns.size(), 0);
    for (int64_t k = 0; k < counts[static_cast<size_t>(r)]; ++k, ++at) {
      *index++ = r;
      *index++ = k;
      if (how.hashed) {
        uint64_t h = how.key;
        for (size_t c = 0; c < columns.size(); ++c) {
          h = fingerprint_cat(h, columns[c].hash(r, pick[c]));
        }
        const uint64_t most = how.buckets > 0 ? how.buckets : static_cast<uint64_t>(INT64_MAX);
        out.data<int64_t>()[at] = static_cast<int64_t>(h % most);
      } else {
        std::string text;
        for (size_t c = 0; c < columns.size(); ++c) {
          if (c > 0) text += how.separator;
          text += columns[c].text(r, pick[c]);
        }
        out.data<std::string>()[at] = std::move(text);
      }
      for (size_t c = columns.size(); c-- > 0;) {  // the last column turns fastest
        if (++pick[c] < columns[c].count[static_cast<size_t>(r)]) break;
        pick[c] = 0;
      }
    }
  }
  auto* shape = ctx.output(2, Shape{2}).data<int64_t>();
  shape[0] = rows;
  shape[1] = widest;
}

void run(KernelContext& ctx) {
  CrossOutput how;
  how.hashed = ctx.attr<bool>("hashed_output");
  how.buckets = static_cast<uint64_t>(ctx.attr<int64_t>("num_buckets"));
  how.key = static_cast<uint64_t>(ctx.attr<int64_t>("hash_key"));
  ctx.require(how.hashed == (ctx.output_dtype(1) == DType::int64), "hashed_output ", how.hashed,
              " does not go with out_type ", ctx.output_dtype(1));
  write_crosses(ctx, ctx.num_inputs() - 3 * static_cast<int>(ctx.attr<int64_t>("N")), how);
}

// The separator is an input.
void run_v2(KernelContext& ctx) {
  const int last = ctx.num_inputs() - 1;
  ctx.require(ctx.input(last).size() == 1, "sep must be a scalar, got shape ",
              ctx.input(last).shape());
  CrossOutput how;
  how.separator = *ctx.input(last).data<std::string>();
  write_crosses(ctx, last - 3 * static_cast<int>(ctx.attr<int64_t>("N")), how);
}

void infer(ShapeContext& ctx) {
  ctx.set_output(0, Shape{-1, 2});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{2});
}

constexpr DType kKeys[] = {DType::int64, DType::string};

}  // namespace

void register_sparse_cross(OpRegistry& registry) {
  registry.add({.signature =
                    "SparseCross(indices: N*int64, values: list(sparse_types), shapes: N*int64, "
                    "dense_inputs: list(dense_types)) -> (output_indices: int64, output_values: "
                    "out_type, output_shape: int64)",
                .attrs = {int_attr("N"), bool_attr("hashed_output"), int_attr("num_buckets"),
                          int_attr("hash_key"), type_list_attr("sparse_types"),
                          type_list_attr("dense_types"), type_attr("out_type", kKeys),
                          type_attr("internal_type", kKeys)},
                .shape = infer,
                .kernel = run,
                .not_differentiable = true});
  registry.add(
      {.signature = "SparseCrossV2(indices: N*int64, values: list(sparse_types), shapes: "
                    "N*int64, dense_inputs: list(dense_types), sep: string) -> "
                    "(output_indices: int64, output_values: string, output_shape: int64)",
       .attrs = {int_attr("N"), type_list_attr("sparse_types"), type_list_attr("dense_types")},
       .shape = infer,
       .kernel = run_v2,
       .not_differentiable = true});
}

}  // namespace rill
