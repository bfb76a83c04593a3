#include <cstdint>

#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

extern "C" float sinf(float);
extern "C" float cosf(float);
extern "C" float powf(float, float);

namespace rill::kernels::RILL_ISA {
namespace {

template <typename F>
float one(float x, float alpha) {
  return F::f(x, alpha);
}
float one_sin(float x, float) { return abs1(x) <= kSinLimit ? sin_cos1(x, 0) : sinf(x); }
float one_cos(float x, float) { return abs1(x) <= kSinLimit ? sin_cos1(x, 1) : cosf(x); }

template <typename F>
float two(float a, float b, float alpha) {
  return F::f(a, b, alpha);
}
template <typename F>
float two_compare(float a, float b, float) {
  return F::f(a, b) ? 1.0f : 0.0f;
}
float two_pow(float a, float b, float) { return is_plain_power(a, b) ? pow1(a, b) : powf(a, b); }

using One = float (*)(float, float);
using Two = float (*)(float, float, float);

struct Scalars {
  One one[kUnaryOps];
  Two two[kBinaryOps];
};
Scalars scalars;  // filled once by fill_fused(), before the table is seen by anybody

void run_scalar(const FusedInstruction* code, int count, const float* const* inputs,
                float* const* outputs) {
  float r[kFusedRegisters];
  for (const FusedInstruction* i = code; i != code + count; ++i) {
    switch (i->kind) {
      case FusedInstruction::load:
        r[i->dst] = inputs[i->index][0];
        break;
      case FusedInstruction::constant:
        r[i->dst] = i->value;
        break;
      case FusedInstruction::unary:
        r[i->dst] = scalars.one[i->op](r[i->a], i->value);
        break;
      case FusedInstruction::binary:
        switch (static_cast<BinaryOp>(i->op)) {
          case BinaryOp::add:
            r[i->dst] = r[i->a] + r[i->b];
            break;
          case BinaryOp::sub:
            r[i->dst] = r[i->a] - r[i->b];
            break;
          case BinaryOp::mul:
            r[i->dst] = r[i->a] * r[i->b];
            break;
          default:
            r[i->dst] = scalars.two[i->op](r[i->a], r[i->b], i->value);
        }
        break;
      case FusedInstruction::compare:
        r[i->dst] = scalars.two[i->op](r[i->a], r[i->b], i->value);
        break;
      case FusedInstruction::choose:
        r[i->dst] = r[i->a] != 0.0f ? r[i->b] : r[i->c];
        break;
      case FusedInstruction::store:
        outputs[i->index][0] = r[i->a];
        break;
    }
  }
}

void choose(const float* c, const float* a, const float* b, float* y, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    const float x = a[i];
    const float z = b[i];
    y[i] = c[i] != 0.0f ? x : z;
  }
}

template <typename F>
void compare_float(const float* a, const float* b, float* y, int64_t n, BinaryMode mode, float) {
  const float sa = *a;
  const float sb = *b;
  if (mode == BinaryMode::vector_vector) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = F::f(a[i], b[i]) ? 1.0f : 0.0f;
  } else if (mode == BinaryMode::scalar_vector) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = F::f(sa, b[i]) ? 1.0f : 0.0f;
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = F::f(a[i], sb) ? 1.0f : 0.0f;
  }
}

}  // namespace

void fill_fused(SimdTable& table);
void fill_fused(SimdTable& table) {
  for_each_unary([&]<UnaryOp op, typename F>() { scalars.one[static_cast<int>(op)] = one<F>; });
  scalars.one[static_cast<int>(UnaryOp::sin)] = one_sin;
  scalars.one[static_cast<int>(UnaryOp::cos)] = one_cos;
  for_each_binary([&]<BinaryOp op, typename F>() { scalars.two[static_cast<int>(op)] = two<F>; });
  scalars.two[static_cast<int>(BinaryOp::pow)] = two_pow;
  for_each_comparison([&]<BinaryOp op, typename F>() {
    scalars.two[static_cast<int>(op)] = two_compare<F>;
    table.compare_float[static_cast<int>(op)] = compare_float<F>;
  });
  table.fused_scalar = run_scalar;
  table.choose = choose;
}

}  // namespace rill::kernels::RILL_ISA
