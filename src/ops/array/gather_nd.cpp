#include <algorithm>
#include <cstring>

#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/nd_index.h"
#include "rill/ops/array.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_gather_nd(ShapeContext& ctx) {
  ctx.require_rank(0, 1);
  ctx.set_output(0, nd_updates_shape(ctx, ctx.input(0), ctx.input(1)));
}

void gather_elements(DType dtype, const void* from, const int64_t* offsets, int64_t n, void* to) {
  dispatch_by_size(dtype, "GatherNd", [&]<typename T>() {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = offsets[i];
      static_cast<T*>(to)[i] = at == NdIndex::kIgnored ? T{} : static_cast<const T*>(from)[at];
    }
  });
}

// Rows of 16 bytes times `lines`, from `offsets` times `size` bytes on: short ones are copied
// before memcpy has found out how.
void gather_lines(int64_t lines, const void* from, const int64_t* offsets, int64_t n, size_t size,
                  void* to) {
  constexpr int64_t kLine = 16;
  auto* out = static_cast<char*>(to);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t at = offsets[i];
    const char* row = static_cast<const char*>(from) + at * static_cast<int64_t>(size);
    for (int64_t k = 0; k < lines; ++k, out += kLine) {
      if (at == NdIndex::kIgnored) {
        std::memset(out, 0, kLine);
      } else {
        std::memcpy(out, row + k * kLine, kLine);
      }
    }
  }
}

Prepared prepare_gather_nd(const PrepareContext& ctx) {
  const NdIndex index(ctx, ctx.input(0), ctx.input(1), ctx.input_dtype(1));
  ctx.require(index.count() == 0 || ctx.input(0).num_elements() > 0,
              "Requested more than 0 entries, but params is empty.  Params shape: ", ctx.input(0));
  const kernels::Mover bytes(ctx.output_dtype(0));
  const int64_t row = index.slice() * static_cast<int64_t>(bytes.size());
  const bool short_rows =
      bytes.kind() == kernels::Mover::Kind::bytes && row % 16 == 0 && row <= 256;
  return prepared([index, lines = short_rows ? row / 16 : 0, dtype = ctx.output_dtype(0),
                   mover = bytes](const RunArgs& args) {
    const auto gather = [&](int64_t begin, int64_t end) {
      constexpr int64_t kBlock = 512;
      int64_t offsets[kBlock];
      for (int64_t first = begin; first < end; first += kBlock) {
        const int64_t last = std::min(end, first + kBlock);
        index.offsets(args.in[1], first, last, offsets);
        if (index.slice() == 1) {
          gather_elements(dtype, args.in[0], offsets, last - first, mover.at(args.out[0], first));
          continue;
        }
        if (lines > 0) {
          gather_lines(lines, args.in[0], offsets, last - first, mover.size(),
                       mover.at(args.out[0], first * index.slice()));
          continue;
        }
        for (int64_t i = first; i < last; ++i) {
          const int64_t at = offsets[i - first];
          void* to = mover.at(args.out[0], i * index.slice());
          if (at == NdIndex::kIgnored) {
            mover.clear(to, index.slice());
          } else {
            mover.copy(mover.at(args.in[0], at), to, index.slice());
          }
        }
      }
    };
    try {
      parallel_for(index.count(), grain_of(8 + index.slice()), gather);
    } catch (const Error&) {
      gather(0, index.count());  // names the first index that is wrong, not the first one found
      throw;
    }
  });
}

// Sparse when whole rows were taken (tensorflow/python/ops/array_grad.py).
Values gather_nd_gradient(const GradContext& ctx) {
  const Value &params = ctx.input(0), &indices = ctx.input(1), &dy = ctx.output_gradient(0);
  const Value shape = grads::shape_of(params, indices.dtype());
  const Shape& at = indices.shape();
  if (at.has_rank() && at.rank() == 2 && at[1] == 1) {
    const Value rows = emit("Squeeze", {indices}, {{"squeeze_dims", std::vector<int64_t>{-1}}});
    return {make_indexed_slices({dy, rows, shape}, params.shape()), {}};
  }
  return {emit("ScatterNd", {indices, dy, shape},
               {{"bad_indices_policy", ctx.attr<std::string>("bad_indices_policy")}}),
          {}};
}

}  // namespace

Value ops::gather_nd(const Value& params, const Value& indices) {
  return emit("GatherNd", {params, indices});
}

void register_gather_nd(OpRegistry& registry) {
  registry.add({.signature = "GatherNd(params: Tparams, indices: Tindices) -> (output: Tparams)",
                .attrs = {type_attr("Tparams"),
                          type_attr("Tindices", type_set<DType::int32, DType::int16, DType::int64>),
                          string_attr("bad_indices_policy", "")},
                .shape = infer_gather_nd,
                .prepare = prepare_gather_nd,
                .gradient = gather_nd_gradient});
}

}  // namespace rill
