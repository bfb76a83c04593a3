#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

// For each letter of dst_format its place in src_format.
std::vector<int64_t> places(const NodeAccess& node) {
  const std::string& src = node.attr<std::string>("src_format");
  const std::string& dst = node.attr<std::string>("dst_format");
  node.require((src.size() == 4 || src.size() == 5) && src.size() == dst.size(),
               "Source format must be of length 4 or 5 and as long as the destination format, got ",
               quoted(src), " and ", quoted(dst));
  std::vector<int64_t> out;
  for (const char c : dst) {
    const size_t at = src.find(c);
    node.require(at != std::string::npos,
                 "Destination and source format must determine a "
                 "permutation, got ",
                 quoted(src), " and ", quoted(dst));
    out.push_back(static_cast<int64_t>(at));
  }
  return out;
}

template <typename T>
void put(Tensor& out, int64_t i, int64_t v) {
  out.data<T>()[i] = static_cast<T>(v);
}

void map_dim(KernelContext& ctx) {
  const auto from = places(ctx);
  const Tensor& in = ctx.input(0);
  Tensor& out = ctx.output(0, in.shape());
  const auto n = static_cast<int64_t>(from.size());
  const auto values = in.to_vector<int64_t>();
  for (size_t i = 0; i < values.size(); ++i) {
    int64_t v = values[i];
    ctx.require(v >= -n && v < n, "dimension ", v, " is out of range [", -n, ", ", n, ")");
    if (v < 0) v += n;
    const auto at = std::find(from.begin(), from.end(), v) - from.begin();
    if (out.dtype() == DType::int64) {
      put<int64_t>(out, static_cast<int64_t>(i), at);
    } else {
      put<int32_t>(out, static_cast<int64_t>(i), at);
    }
  }
}

// A vector with an item a dimension, or only the spatial ones, or pairs of these.
void permute_vector(KernelContext& ctx) {
  auto from = places(ctx);
  const Tensor& in = ctx.input(0);
  ctx.require(in.rank() == 1 || (in.rank() == 2 && in.shape()[1] == 2),
              "input must be a vector or 2D tensor with 2 columns, but got shape ", in.shape());
  const auto rows = in.shape()[0];
  const auto n = static_cast<int64_t>(from.size());
  ctx.require(rows == n || rows == n - 2, "1D input must be of size ", n - 2, " or ", n,
              ", but got shape ", in.shape());
  if (rows == n - 2) {
    // Leave N and C out of both formats.
    const std::string& src = ctx.attr<std::string>("src_format");
    std::vector<int64_t> spatial;
    for (const int64_t at : from) {
      const char c = src[static_cast<size_t>(at)];
      if (c == 'N' || c == 'C') continue;
      int64_t rank = 0;
      for (int64_t k = 0; k < at; ++k) {
        rank += src[static_cast<size_t>(k)] != 'N' && src[static_cast<size_t>(k)] != 'C' ? 1 : 0;
      }
      spatial.push_back(rank);
    }
    from = spatial;
  }
  Tensor& out = ctx.output(0, in.shape());
  const auto values = in.to_vector<int64_t>();
  const int64_t columns = in.rank() == 2 ? 2 : 1;
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t c = 0; c < columns; ++c) {
      const int64_t v = values[static_cast<size_t>(from[static_cast<size_t>(i)] * columns + c)];
      if (out.dtype() == DType::int64) {
        put<int64_t>(out, i * columns + c, v);
      } else {
        put<int32_t>(out, i * columns + c, v);
      }
    }
  }
}

}  // namespace

void register_data_format(OpRegistry& registry) {
  registry.add({.signature = "DataFormatDimMap(x: T) -> (y: T)",
                .attrs = {type_attr("T", kIndexTypes, DType::int32),
                          string_attr("src_format", "NHWC"), string_attr("dst_format", "NCHW")},
                .shape = shapes::unchanged,
                .kernel = map_dim});
  registry.add({.signature = "DataFormatVecPermute(x: T) -> (y: T)",
                .attrs = {type_attr("T", kIndexTypes, DType::int32),
                          string_attr("src_format", "NHWC"), string_attr("dst_format", "NCHW")},
                .shape = shapes::unchanged,
                .kernel = permute_vector});
}

}  // namespace rill
