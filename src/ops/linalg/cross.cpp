#include "base/thread_pool.h"
#include "kernels/accumulate.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "rill/ops/linalg.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_cross(ShapeContext& ctx) {
  ctx.require_rank(0, 1);
  const Shape shape = ctx.merge(ctx.input(0), ctx.input(1));
  ctx.require(!shape.has_rank() || shape.back() < 0 || shape.back() == 3,
              "Cross-products are only defined for 3-element vectors, not ", shape);
  ctx.set_output(0, shape);
}

template <typename T>
struct CrossRun {
  int64_t vectors;
  void operator()(const RunArgs& args) const {
    using Acc = kernels::Accumulator<T>;
    parallel_for(vectors, grain_of(16), [&](int64_t begin, int64_t end) {
      for (int64_t v = begin; v < end; ++v) {
        const T* p = static_cast<const T*>(args.in[0]) + 3 * v;
        const T* q = static_cast<const T*>(args.in[1]) + 3 * v;
        T* out = static_cast<T*>(args.out[0]) + 3 * v;
        const Acc a[3] = {static_cast<Acc>(p[0]), static_cast<Acc>(p[1]), static_cast<Acc>(p[2])};
        const Acc b[3] = {static_cast<Acc>(q[0]), static_cast<Acc>(q[1]), static_cast<Acc>(q[2])};
        for (int i = 0; i < 3; ++i) {
          const int j = (i + 1) % 3, k = (i + 2) % 3;
          out[i] = static_cast<T>(a[j] * b[k] - a[k] * b[j]);
        }
      }
    });
  }
};

Prepared prepare_cross(const PrepareContext& ctx) {
  Prepared result;
  dispatch_number(ctx.output_dtype(0), "Cross", [&]<typename T>() {
    result = prepared(CrossRun<T>{ctx.output(0).num_elements() / 3});
  });
  return result;
}

Values cross_gradient(const GradContext& ctx) {
  const Value& dy = ctx.output_gradient(0);
  return {emit("Cross", {ctx.input(1), dy}), emit("Cross", {dy, ctx.input(0)})};
}

}  // namespace

Value ops::cross(const Value& a, const Value& b, std::string_view name) {
  return emit("Cross", {a, b}, {}, name);
}

void register_cross(OpRegistry& registry) {
  registry.add({.signature = "Cross(a: T, b: T) -> (product: T)",
                .attrs = {type_attr("T", kRealTypes)},
                .shape = infer_cross,
                .prepare = prepare_cross,
                .gradient = cross_gradient});
}

}  // namespace rill
