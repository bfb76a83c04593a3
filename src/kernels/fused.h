// A chain (or small graph) of float operations run in one pass over the data, block by block, so
// that what lies between them stays in the first-level cache. For one element it runs as straight
// scalar code: graphs of scalars cost nanoseconds a step.
//
//   FusedProgram::Builder b(2);                       // two inputs
//   int x = b.input(0, FusedRead::elements);
//   int s = b.input(1, FusedRead::scalar);
//   b.output(b.unary(UnaryOp::tanh, b.binary(BinaryOp::add, x, s)));
//   FusedProgram p = b.build(n);  p.run(inputs, outputs);
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op_codes.h"
#include "kernels/simd/table.h"

namespace rill::kernels {

// How an input is read for output element i of n.
enum class FusedRead : uint8_t {
  elements,  // x[i]
  scalar,    // x[0]
  row,       // x[i % period]: shape [.., period] against [period]
  column,    // x[i / period]: shape [rows, period] against [rows, 1]
};

// Immutable once built; any number of threads may run it at once.
class FusedProgram {
 public:
  class Builder;

  FusedProgram() = default;
  // outputs[i]: n floats each. An output may be the memory of an input that is read by elements.
  // Does not allocate or throw.
  void run(const float* const* inputs, float* const* outputs) const noexcept;

  int64_t size() const noexcept { return n_; }
  int registers() const noexcept { return registers_; }
  const std::vector<FusedInstruction>& code() const noexcept { return code_; }

 private:
  void run_range(const float* const* inputs, float* const* outputs, int64_t begin,
                 int64_t end) const noexcept;

  std::vector<FusedInstruction> code_;
  int64_t n_ = 0;
  int64_t period_ = 1;
  int64_t grain_ = 0;
  int registers_ = 0;
  int64_t block_ = 0;
};

// Every call gives the number of a value. Throws INVALID_ARGUMENT for a value or operation that
// does not exist (see can_fuse), RESOURCE_EXHAUSTED when more than kFusedRegisters values live at
// once.
class FusedProgram::Builder {
 public:
  explicit Builder(int inputs) : inputs_(inputs) {}

  int input(int index, FusedRead read);
  int constant(float value);
  int unary(UnaryOp op, int a, float alpha = 1.0f);
  int binary(BinaryOp op, int a, int b, float alpha = 0.0f);
  // Comparisons (BinaryOp::equal, ...) give 1.0f or 0.0f; choose takes anything but 0 as true.
  int choose(int condition, int a, int b);
  // The next output; its elements are those of `value`.
  void output(int value);

  // n elements; `period`: the row length for FusedRead::row and column.
  FusedProgram build(int64_t n, int64_t period = 1) const;

 private:
  int add(FusedInstruction instruction);
  void check(int value) const;

  int inputs_;
  int outputs_ = 0;
  std::vector<FusedInstruction> code_;  // operands are values: positions in code_
};

bool can_fuse(UnaryOp op) noexcept;
bool can_fuse(BinaryOp op) noexcept;

}  // namespace rill::kernels
