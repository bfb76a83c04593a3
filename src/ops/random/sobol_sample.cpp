// SobolSample: points that fill the unit cube evenly, from the direction numbers of S. Joe and
// F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections" (2008).
// Source of the order of the points: tensorflow/core/kernels/sobol_op.cc.
#include <array>
#include <bit>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr int kDims = 40;
constexpr int kDigits = 32;

// The primitive polynomial (degree and inner coefficients) and the first direction numbers.
struct Start {
  uint8_t degree;
  uint8_t coefficients;
  uint8_t numbers[8];
};
constexpr Start kStarts[kDims - 1] = {
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
    {7, 7, {1, 1, 3, 13, 7, 35, 63}},
    {7, 8, {1, 3, 5, 9, 1, 25, 53}},
    {7, 14, {1, 3, 1, 13, 9, 35, 107}},
    {7, 19, {1, 3, 1, 5, 27, 61, 31}},
    {7, 21, {1, 1, 5, 11, 19, 41, 61}},
    {7, 28, {1, 3, 5, 3, 3, 13, 69}},
    {7, 31, {1, 1, 7, 13, 1, 19, 1}},
    {7, 32, {1, 3, 7, 5, 13, 19, 59}},
    {7, 37, {1, 1, 3, 9, 25, 29, 41}},
    {7, 41, {1, 3, 5, 13, 23, 1, 55}},
    {7, 42, {1, 3, 7, 3, 13, 59, 17}},
    {7, 50, {1, 3, 1, 3, 5, 53, 69}},
    {7, 55, {1, 1, 5, 5, 23, 33, 13}},
    {7, 56, {1, 1, 7, 7, 1, 61, 123}},
    {7, 59, {1, 1, 7, 9, 13, 61, 49}},
    {7, 62, {1, 3, 3, 5, 3, 55, 33}},
    {8, 14, {1, 3, 1, 15, 31, 13, 49, 245}},
    {8, 21, {1, 3, 5, 15, 31, 59, 63, 97}},
    {8, 22, {1, 3, 1, 11, 11, 11, 77, 249}},
};

using Directions = std::array<std::array<uint32_t, kDigits>, kDims>;

// Number k of a dimension, as the top k + 1 of kDigits digits of a binary fraction.
Directions make_directions() {
  Directions v{};
  for (int k = 0; k < kDigits; ++k) v[0][static_cast<size_t>(k)] = 1U << (kDigits - 1 - k);
  for (size_t dim = 1; dim < kDims; ++dim) {
    const Start& start = kStarts[dim - 1];
    auto& row = v[dim];
    for (size_t k = 0; k < kDigits; ++k) {
      if (k < start.degree) {
        row[k] = uint32_t{start.numbers[k]} << (kDigits - 1 - k);
        continue;
      }
      row[k] = row[k - start.degree] ^ (row[k - start.degree] >> start.degree);
      for (size_t i = 1; i < start.degree; ++i) {
        if ((start.coefficients >> (start.degree - 1U - i)) & 1U) row[k] ^= row[k - i];
      }
    }
  }
  return v;
}
const Directions& directions() {
  static const Directions v = make_directions();
  return v;
}

struct SobolSampleSizes {
  int64_t dim, count, skip;
};
SobolSampleSizes read_sizes(const NodeAccess& node, int64_t dim, int64_t count, int64_t skip) {
  node.require(dim >= 1, "dim must be at least one, got ", dim);
  node.require(dim <= kDims, "dim must be at most ", kDims, ", got ", dim);
  node.require(count >= 1, "num_results must be at least one, got ", count);
  node.require(skip >= 0, "skip must be non-negative, got ", skip);
  node.require(count < INT32_MAX - skip, "num_results+skip must be less than ", INT32_MAX);
  return {dim, count, skip};
}

void infer_sobol_sample(ShapeContext& ctx) {
  for (int i = 0; i < 3; ++i) ctx.require_rank_exactly(i, 0);
  const auto dim = ctx.int_scalar(0), count = ctx.int_scalar(1);
  ctx.require(!dim || *dim >= 1, "dim must be at least one");
  ctx.require(!count || *count >= 1, "num_results must be at least one");
  ctx.set_output(0, Shape{count.value_or(-1), dim.value_or(-1)});
}

void run_sobol_sample(KernelContext& ctx) {
  for (int i = 0; i < 3; ++i) {
    ctx.require(ctx.input(i).rank() == 0, "dim, num_results and skip must be scalars, got shape ",
                ctx.input(i).shape());
  }
  const SobolSampleSizes sizes =
      read_sizes(ctx, *ctx.input(0).data<int32_t>(), *ctx.input(1).data<int32_t>(),
                 *ctx.input(2).data<int32_t>());
  Tensor& out = ctx.output(0, Shape{sizes.count, sizes.dim});
  const Directions& v = directions();
  const auto dims = static_cast<size_t>(sizes.dim);
  std::vector<uint32_t> point(dims);
  const auto first = static_cast<uint32_t>(sizes.skip + 1);
  for (uint32_t gray = first ^ (first >> 1); gray != 0; gray &= gray - 1) {
    for (size_t d = 0; d < dims; ++d) point[d] ^= v[d][static_cast<size_t>(std::countr_zero(gray))];
  }
  // TensorFlow scales integers of just as many digits as the sequence needs.
  const int digits = std::bit_width(static_cast<uint32_t>(sizes.skip + sizes.count + 1));
  dispatch_float(out.dtype(), "SobolSample", [&]<typename T>() {
    T* to = out.data<T>();
    const double scale = 1.0 / static_cast<double>(uint64_t{1} << digits);
    for (int64_t i = 0; i < sizes.count; ++i) {
      if (i > 0) {
        const auto changed =
            static_cast<size_t>(std::countr_one(static_cast<uint32_t>(i + sizes.skip)));
        for (size_t d = 0; d < dims; ++d) point[d] ^= v[d][changed];
      }
      for (size_t d = 0; d < dims; ++d) {
        const auto whole = static_cast<float>(point[d] >> (kDigits - digits));
        *to++ = static_cast<T>(sizeof(T) == 8
                                   ? static_cast<double>(point[d] >> (kDigits - digits)) * scale
                                   : static_cast<double>(whole) * scale);
      }
    }
  });
}

}  // namespace

void register_sobol_sample(OpRegistry& registry) {
  registry.add(
      {.signature = "SobolSample(dim: int32, num_results: int32, skip: int32) -> "
                    "(samples: dtype)",
       .attrs = {type_attr("dtype", type_set<DType::float32, DType::float64>, DType::float32)},
       .shape = infer_sobol_sample,
       .kernel = run_sobol_sample});
}

}  // namespace rill
