// Special functions of one variable: computed in double precision whatever the dtype.
#include "kernels/bessel.h"
#include "kernels/integral_functions.h"
#include "ops/math/elementwise.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

using Function = double (*)(double);

template <typename T, Function function>
struct Run {
  int64_t n;
  void operator()(const RunArgs& args) const {
    const T* x = static_cast<const T*>(args.in[0]);
    T* y = static_cast<T*>(args.out[0]);
    for (int64_t i = 0; i < n; ++i) y[i] = static_cast<T>(function(static_cast<double>(x[i])));
  }
};

template <Function function>
Prepared prepare(const PrepareContext& ctx) {
  Prepared made;
  dispatch_float(ctx.input_dtype(0), ctx.op().c_str(), [&]<typename T>() {
    made = prepared(Run<T, function>{ctx.input(0).num_elements()});
  });
  return made;
}

template <Function function>
void add(OpRegistry& registry, const char* name) {
  OpDef def;
  def.signature = str(name, "(x: T) -> (y: T)");
  def.attrs = {type_attr("T", kFloatTypes)};
  def.shape = shapes::unchanged;
  def.prepare = prepare<function>;
  def.in_place = 1;
  registry.add(std::move(def));
}

}  // namespace

void register_special_unary(OpRegistry& registry) {
  add<kernels::bessel_i0>(registry, "BesselI0");
  add<kernels::bessel_i0e>(registry, "BesselI0e");
  add<kernels::bessel_i1>(registry, "BesselI1");
  add<kernels::bessel_i1e>(registry, "BesselI1e");
  add<kernels::bessel_k0>(registry, "BesselK0");
  add<kernels::bessel_k0e>(registry, "BesselK0e");
  add<kernels::bessel_k1>(registry, "BesselK1");
  add<kernels::bessel_k1e>(registry, "BesselK1e");
  add<kernels::bessel_j0>(registry, "BesselJ0");
  add<kernels::bessel_j1>(registry, "BesselJ1");
  add<kernels::bessel_y0>(registry, "BesselY0");
  add<kernels::bessel_y1>(registry, "BesselY1");
  add<kernels::dawson>(registry, "Dawsn");
  add<kernels::exponential_integral>(registry, "Expint");
  add<kernels::fresnel_cos>(registry, "FresnelCos");
  add<kernels::fresnel_sin>(registry, "FresnelSin");
  add<kernels::spence>(registry, "Spence");
}

}  // namespace rill
