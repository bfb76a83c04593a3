// Crosses of columns: every combination of one feature of each column, joined as text or hashed.
// tensorflow/core/kernels/{sparse,ragged}_cross_op.cc and platform/fingerprint.h
// (FingerprintCat64).
#include <algorithm>
#include <array>
#include <optional>

#include "base/thread_pool.h"
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

  uint64_t hash(int64_t row, int64_t k, const uint64_t* salt) const {
    const int64_t at = begin[static_cast<size_t>(row)] + k;
    if (values->dtype() == DType::string) {
      const std::string& text = values->data<std::string>()[at];
      return salt == nullptr ? fingerprint64(text) : sip_hash(salt[0], salt[1], text);
    }
    const int64_t& number = values->data<int64_t>()[at];
    constexpr size_t kHashed = 4;  // of its bytes: TensorFlow takes the size of an enumerator
    return salt == nullptr
               ? static_cast<uint64_t>(number)
               : sip_hash(salt[0], salt[1], {reinterpret_cast<const char*>(&number), kHashed});
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
  uint64_t buckets = 0;
  std::optional<uint64_t> key;  // what the first hash is joined to
  std::optional<std::array<uint64_t, 2>> salt;
  std::string separator = "_X_";
};

// How many combinations each row has.
std::vector<int64_t> count_crosses(const NodeAccess& node, const std::vector<Column>& columns,
                                   int64_t rows, int64_t& total) {
  std::vector<int64_t> counts;
  total = 0;
  for (int64_t r = 0; r < rows; ++r) {
    int64_t product = columns.empty() ? 0 : 1;
    for (const Column& c : columns) {
      node.require(!__builtin_mul_overflow(product, c.count[static_cast<size_t>(r)], &product),
                   "too many combinations in row ", r);
    }
    node.require(!__builtin_add_overflow(total, product, &total), "too many combinations");
    counts.push_back(product);
  }
  return counts;
}

// The combinations of all rows, one behind the other; the last column turns fastest.
void put_crosses(const std::vector<Column>& columns, const std::vector<int64_t>& counts,
                 const CrossOutput& how, Tensor& out) {
  std::vector<int64_t> first(counts.size() + 1, 0);
  for (size_t r = 0; r < counts.size(); ++r) first[r + 1] = first[r] + counts[r];
  const auto rows = static_cast<int64_t>(counts.size());
  const int64_t each = std::max<int64_t>(1, first.back() / std::max<int64_t>(rows, 1));
  parallel_for(rows, std::max<int64_t>(1, 4096 / each), [&](int64_t begin, int64_t end) {
    std::vector<int64_t> pick(columns.size());
    for (int64_t r = begin; r < end; ++r) {
      pick.assign(columns.size(), 0);
      for (int64_t at = first[static_cast<size_t>(r)]; at < first[static_cast<size_t>(r) + 1];
           ++at) {
        if (how.hashed) {
          std::optional<uint64_t> h = how.key;
          for (size_t c = 0; c < columns.size(); ++c) {
            const uint64_t next =
                columns[c].hash(r, pick[c], how.salt ? how.salt->data() : nullptr);
            h = h ? fingerprint_cat(*h, next) : next;
          }
          const uint64_t most = how.buckets > 0 ? how.buckets : static_cast<uint64_t>(INT64_MAX);
          out.data<int64_t>()[at] = static_cast<int64_t>(h.value_or(0) % most);
        } else {
          std::string text;
          for (size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) text += how.separator;
            text += columns[c].text(r, pick[c]);
          }
          out.data<std::string>()[at] = std::move(text);
        }
        for (size_t c = columns.size(); c-- > 0;) {
          if (++pick[c] < columns[c].count[static_cast<size_t>(r)]) break;
          pick[c] = 0;
        }
      }
    }
  });
}

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
  int64_t total = 0;
  const std::vector<int64_t> counts = count_crosses(ctx, columns, rows, total);
  auto* index = ctx.output(0, Shape{total, 2}).data<int64_t>();
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t k = 0; k < counts[static_cast<size_t>(r)]; ++k) {
      *index++ = r;
      *index++ = k;
    }
  }
  put_crosses(columns, counts, how, ctx.output(1, Shape{total}));
  const int64_t widest = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
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

// The numbers are inputs, and each feature has a hash of its own.
void run_hashed(KernelContext& ctx) {
  const int last = ctx.num_inputs() - 3;
  for (int i = 0; i < 2; ++i) {
    ctx.require(ctx.input(last + i).size() == 1, "num_buckets and strong_hash must be scalars");
  }
  const Tensor& salt = ctx.input(last + 2);
  ctx.require(salt.size() == 2, "Input \"salt\" must have length 2 but has length ", salt.size());
  CrossOutput how;
  how.hashed = true;
  how.buckets = static_cast<uint64_t>(std::max<int64_t>(0, *ctx.input(last).data<int64_t>()));
  if (*ctx.input(last + 1).data<bool>()) {
    how.salt = {static_cast<uint64_t>(salt.data<int64_t>()[0]),
                static_cast<uint64_t>(salt.data<int64_t>()[1])};
  }
  write_crosses(ctx, last - 3 * static_cast<int>(ctx.attr<int64_t>("N")), how);
}

Column ragged_column(const KernelContext& ctx, const Tensor& values, const Tensor& splits) {
  ctx.require(values.rank() == 1 && splits.rank() == 1,
              "tf.ragged.cross only supports inputs with rank=2.");
  const std::vector<int64_t> ends = splits.to_vector<int64_t>();
  ctx.require(!ends.empty() && ends.front() == 0 && ends.back() == values.size(),
              "row splits must begin with 0 and end with the number of values, ", values.size());
  Column c{&values, {}, {}};
  for (size_t r = 0; r + 1 < ends.size(); ++r) {
    ctx.require(ends[r] <= ends[r + 1], "row splits must be sorted, but ", ends[r], " > ",
                ends[r + 1]);
    c.begin.push_back(ends[r]);
    c.count.push_back(ends[r + 1] - ends[r]);
  }
  return c;
}

// Inputs: values and splits of the ragged columns, indices, values and shapes of the sparse ones,
// the dense ones; "input_order" says which of these comes when ("R", "S", "D").
void run_ragged(KernelContext& ctx) {
  const int ragged = static_cast<int>(ctx.attr<std::vector<DType>>("ragged_values_types").size());
  const int sparse = static_cast<int>(ctx.attr<int64_t>("Nsparse"));
  const int first_sparse = 2 * ragged, first_dense = first_sparse + 3 * sparse;
  const int dense = ctx.num_inputs() - first_dense;
  const auto& order = ctx.attr<std::string>("input_order");
  ctx.require(
      ctx.attr<std::vector<DType>>("ragged_splits_types").size() == static_cast<size_t>(ragged) &&
          ctx.attr<std::vector<DType>>("sparse_values_types").size() == static_cast<size_t>(sparse),
      "values must come with their splits or indices");
  ctx.require(order.size() == static_cast<size_t>(ragged + sparse + std::max(dense, 0)),
              "Invalid length for input_order");
  int64_t rows = -1;
  const auto same_rows = [&](int64_t n) {
    ctx.require(n >= 0 && (rows < 0 || rows == n), "inputs must all have the same batch size");
    rows = n;
  };
  for (int i = 0; i < ragged; ++i) same_rows(ctx.input(ragged + i).size() - 1);
  for (int i = 0; i < sparse; ++i) {
    const Tensor& shape = ctx.input(first_sparse + 2 * sparse + i);
    ctx.require(shape.size() == 2, "tf.ragged.cross only supports inputs with rank=2.");
    same_rows(shape.data<int64_t>()[0]);
  }
  for (int i = 0; i < dense; ++i) {
    const Tensor& values = ctx.input(first_dense + i);
    ctx.require(values.rank() == 2, "tf.ragged.cross only supports inputs with rank=2.");
    same_rows(values.shape()[0]);
  }
  rows = std::max<int64_t>(rows, 0);
  ctx.require(rows <= (int64_t{1} << 31), "columns with ", rows, " rows");
  std::vector<Column> columns;
  int taken[3] = {0, 0, 0};
  for (const char kind : order) {
    const size_t which = std::string_view("RSD").find(kind);
    ctx.require(which < 3, "Unexpected input_order value.");
    const int i = taken[which]++;
    const int counts[3] = {ragged, sparse, dense};
    ctx.require(i < counts[which], "Unexpected input_order value.");
    if (kind == 'R') {
      columns.push_back(ragged_column(ctx, ctx.input(i), ctx.input(ragged + i)));
    } else if (kind == 'S') {
      columns.push_back(sparse_column(ctx, ctx.input(first_sparse + i),
                                      ctx.input(first_sparse + sparse + i), rows));
    } else {
      columns.push_back(dense_column(ctx, ctx.input(first_dense + i), rows));
    }
  }
  CrossOutput how;
  how.hashed = ctx.output_dtype(0) == DType::int64;
  how.buckets = static_cast<uint64_t>(ctx.attr<int64_t>("num_buckets"));
  how.key = static_cast<uint64_t>(ctx.attr<int64_t>("hash_key"));
  int64_t total = 0;
  const std::vector<int64_t> counts = count_crosses(ctx, columns, rows, total);
  const bool narrow = ctx.output_dtype(1) == DType::int32;
  ctx.require(!narrow || total <= INT32_MAX,
              "Row splits would overflow. Use out_row_splits_type int64.");
  put_crosses(columns, counts, how, ctx.output(0, Shape{total}));
  Tensor& splits = ctx.output(1, Shape{rows + 1});
  int64_t at = 0;
  for (int64_t r = 0; r <= rows; ++r) {
    if (narrow) {
      splits.data<int32_t>()[r] = static_cast<int32_t>(at);
    } else {
      splits.data<int64_t>()[r] = at;
    }
    if (r < rows) at += counts[static_cast<size_t>(r)];
  }
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
  registry.add(
      {.signature = "SparseCrossHashed(indices: N*int64, values: list(sparse_types), shapes: "
                    "N*int64, dense_inputs: list(dense_types), num_buckets: int64, strong_hash: "
                    "bool, salt: int64) -> (output_indices: int64, output_values: int64, "
                    "output_shape: int64)",
       .attrs = {int_attr("N"), type_list_attr("sparse_types"), type_list_attr("dense_types")},
       .shape = infer,
       .kernel = run_hashed,
       .not_differentiable = true});
  registry.add(
      {.signature = "RaggedCross(ragged_values: list(ragged_values_types), ragged_row_splits: "
                    "list(ragged_splits_types), sparse_indices: Nsparse*int64, sparse_values: "
                    "list(sparse_values_types), sparse_shape: Nsparse*int64, dense_inputs: "
                    "list(dense_types)) -> (output_values: out_values_type, output_row_splits: "
                    "out_row_splits_type)",
       .attrs = {int_attr("Nsparse"), string_attr("input_order"), bool_attr("hashed_output"),
                 at_least(0, int_attr("num_buckets")), int_attr("hash_key"),
                 type_list_attr("ragged_values_types"), type_list_attr("ragged_splits_types"),
                 type_list_attr("sparse_values_types"), type_list_attr("dense_types"),
                 type_attr("out_values_type", kKeys),
                 type_attr("out_row_splits_type", kIndexTypes)},
       .shape = shapes::unknown,
       .kernel = run_ragged,
       .not_differentiable = true});
}

}  // namespace rill
