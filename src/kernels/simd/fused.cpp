#include <cstdint>

#include "kernels/simd/functions.h"
#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

template <typename F>
float one(float x, float alpha) {
  return F::f(x, alpha);
}
template <typename F>
float two(float a, float b, float alpha) {
  return F::f(a, b, alpha);
}
template <typename F>
float two_compare(float a, float b, float) {
  return F::f(a, b) ? 1.0f : 0.0f;
}

using One = float (*)(float, float);
using Two = float (*)(float, float, float);

// Functions of some instructions have a copy for one element; the others are called in the table.
struct Scalars {
  One one[kUnaryOps];
  Two two[kBinaryOps];
  const SimdTable* table;
};
Scalars scalars;  // filled once by fill_fused(), before the table is seen by anybody

float unary(const FusedInstruction& i, float x) {
  if (const One one = scalars.one[i.op]) return one(x, i.value);
  float y;
  scalars.table->unary[i.op](&x, &y, 1, i.value);
  return y;
}

float binary(const FusedInstruction& i, float a, float b) {
  if (const Two two = scalars.two[i.op]) return two(a, b, i.value);
  float y;
  scalars.table->binary[i.op](&a, &b, &y, 1, BinaryMode::vector_vector, i.value);
  return y;
}

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
        r[i->dst] = unary(*i, r[i->a]);
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
            r[i->dst] = binary(*i, r[i->a], r[i->b]);
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

}  // namespace

void fill_fused(SimdTable& table);
void fill_fused(SimdTable& table) {
  for_each_cheap_unary(
      [&]<UnaryOp op, typename F>() { scalars.one[static_cast<int>(op)] = one<F>; });
  for_each_cheap_binary(
      [&]<BinaryOp op, typename F>() { scalars.two[static_cast<int>(op)] = two<F>; });
  for_each_comparison(
      [&]<BinaryOp op, typename F>() { scalars.two[static_cast<int>(op)] = two_compare<F>; });
  scalars.table = &table;
  table.fused_scalar = run_scalar;
  table.choose = choose;
}

}  // namespace rill::kernels::RILL_ISA
