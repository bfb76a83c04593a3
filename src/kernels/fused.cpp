#include "kernels/fused.h"

#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/dispatch.h"

namespace rill::kernels {
namespace {

using Instruction = FusedInstruction;

bool reads(const Instruction& i, int operand) {
  switch (i.kind) {
    case Instruction::load:
    case Instruction::constant:
      return false;
    case Instruction::unary:
    case Instruction::store:
      return operand == 0;
    case Instruction::binary:
    case Instruction::compare:
      return operand < 2;
    case Instruction::choose:
      return true;
  }
  return false;
}

uint16_t& operand_of(Instruction& i, int operand) {
  return operand == 0 ? i.a : (operand == 1 ? i.b : i.c);
}

// y[k] = x[(begin + k) % period]
void load_row(const float* x, float* y, int64_t begin, int64_t n, int64_t period) {
  int64_t at = begin % period;
  for (int64_t k = 0; k < n;) {
    const int64_t length = std::min(n - k, period - at);
    std::copy(x + at, x + at + length, y + k);
    k += length;
    at = 0;
  }
}

// y[k] = x[(begin + k) / period]
void load_column(const float* x, float* y, int64_t begin, int64_t n, int64_t period) {
  int64_t row = begin / period;
  int64_t left = period - begin % period;
  for (int64_t k = 0; k < n;) {
    const int64_t length = std::min(n - k, left);
    std::fill(y + k, y + k + length, x[row]);
    k += length;
    ++row;
    left = period;
  }
}

void power(const float* a, const float* b, float* y, int64_t n, BinaryMode mode, float alpha) {
  if (mode == BinaryMode::vector_scalar && *b == 2.0f) {
    for (int64_t i = 0; i < n; ++i) y[i] = a[i] * a[i];
    return;
  }
  simd().binary[static_cast<int>(BinaryOp::pow)](a, b, y, n, mode, alpha);
}

}  // namespace

bool can_fuse(UnaryOp op) noexcept {
  return static_cast<int>(op) < kUnaryOps && simd().unary[static_cast<int>(op)] != nullptr;
}

bool can_fuse(BinaryOp op) noexcept {
  if (static_cast<int>(op) >= kBinaryOps) return false;
  return simd().binary[static_cast<int>(op)] != nullptr ||
         simd().compare_float[static_cast<int>(op)] != nullptr;
}

void FusedProgram::Builder::check(int value) const {
  if (value < 0 || value >= static_cast<int>(code_.size()) ||
      code_[static_cast<size_t>(value)].kind == Instruction::store) {
    fail(Code::invalid_argument, "Fused program: there is no value ", value);
  }
}

int FusedProgram::Builder::add(Instruction instruction) {
  if (code_.size() >= 60000) fail(Code::resource_exhausted, "Fused program: too many steps");
  code_.push_back(instruction);
  return static_cast<int>(code_.size()) - 1;
}

int FusedProgram::Builder::input(int index, FusedRead read) {
  if (index < 0 || index >= inputs_) {
    fail(Code::invalid_argument, "Fused program: there is no input ", index);
  }
  Instruction i;
  i.kind = Instruction::load;
  i.op = static_cast<uint8_t>(read);
  i.index = static_cast<uint16_t>(index);
  return add(i);
}

int FusedProgram::Builder::constant(float value) {
  Instruction i;
  i.kind = Instruction::constant;
  i.value = value;
  return add(i);
}

int FusedProgram::Builder::unary(UnaryOp op, int a, float alpha) {
  check(a);
  if (!can_fuse(op)) {
    fail(Code::invalid_argument, "Fused program: unary operation ", static_cast<int>(op),
         " cannot be fused");
  }
  Instruction i;
  i.kind = Instruction::unary;
  i.op = static_cast<uint8_t>(op);
  i.a = static_cast<uint16_t>(a);
  i.value = alpha;
  return add(i);
}

int FusedProgram::Builder::binary(BinaryOp op, int a, int b, float alpha) {
  check(a);
  check(b);
  if (!can_fuse(op)) {
    fail(Code::invalid_argument, "Fused program: binary operation ", static_cast<int>(op),
         " cannot be fused");
  }
  Instruction i;
  i.kind = simd().compare_float[static_cast<int>(op)] != nullptr ? Instruction::compare
                                                                 : Instruction::binary;
  i.op = static_cast<uint8_t>(op);
  i.a = static_cast<uint16_t>(a);
  i.b = static_cast<uint16_t>(b);
  i.value = alpha;
  return add(i);
}

int FusedProgram::Builder::choose(int condition, int a, int b) {
  check(condition);
  check(a);
  check(b);
  Instruction i;
  i.kind = Instruction::choose;
  i.a = static_cast<uint16_t>(condition);
  i.b = static_cast<uint16_t>(a);
  i.c = static_cast<uint16_t>(b);
  return add(i);
}

void FusedProgram::Builder::output(int value) {
  check(value);
  // An input is read in place, and an output may be an input's memory.
  if (code_[static_cast<size_t>(value)].kind == Instruction::load) {
    value = unary(UnaryOp::identity, value);
  }
  Instruction i;
  i.kind = Instruction::store;
  i.a = static_cast<uint16_t>(value);
  i.index = static_cast<uint16_t>(outputs_++);
  add(i);
}

// Values become registers: a register is free again after the last step that reads it. Stores come
// last, so that an output may be the memory of an input.
FusedProgram FusedProgram::Builder::build(int64_t n, int64_t period) const {
  std::vector<size_t> order;
  for (const bool stores : {false, true}) {
    for (size_t v = 0; v < code_.size(); ++v) {
      if ((code_[v].kind == Instruction::store) == stores) order.push_back(v);
    }
  }
  std::vector<size_t> last_use(code_.size(), 0);
  for (size_t at = 0; at < order.size(); ++at) {
    Instruction i = code_[order[at]];
    for (int o = 0; o < 3; ++o) {
      if (reads(i, o)) last_use[operand_of(i, o)] = at;
    }
  }
  FusedProgram program;
  program.n_ = n;
  program.period_ = std::max<int64_t>(period, 1);
  std::vector<uint16_t> place(code_.size(), 0);
  std::vector<uint16_t> free;
  for (size_t at = 0; at < order.size(); ++at) {
    const size_t v = order[at];
    Instruction i = code_[v];
    if (i.kind != Instruction::store && last_use[v] == 0) continue;  // nobody reads it
    for (int o = 0; o < 3; ++o) {
      if (!reads(i, o)) continue;
      const size_t value = operand_of(i, o);
      operand_of(i, o) = place[value];
      if (last_use[value] == at) {
        free.push_back(place[value]);
        last_use[value] = order.size();  // freed once, though it may be read twice here
      }
    }
    if (i.kind != Instruction::store) {
      if (free.empty()) {
        if (program.registers_ == kFusedRegisters) {
          fail(Code::resource_exhausted, "Fused program: more than ", kFusedRegisters,
               " values live at once");
        }
        free.push_back(static_cast<uint16_t>(program.registers_++));
      }
      i.dst = place[v] = free.back();
      free.pop_back();
    }
    program.code_.push_back(i);
  }
  // Short blocks: memory is read ahead better while earlier blocks are computed.
  program.block_ =
      std::min<int64_t>(512, kFusedScratch / std::max(program.registers_, 4) / 16 * 16);
  const auto steps = static_cast<int64_t>(program.code_.size());
  const int64_t blocks = std::max<int64_t>(1, 65536 / std::max<int64_t>(steps, 4) / program.block_);
  program.grain_ = blocks * program.block_;
  return program;
}

void FusedProgram::run(const float* const* inputs, float* const* outputs) const noexcept {
  if (n_ == 1) {
    return simd().fused_scalar(code_.data(), static_cast<int>(code_.size()), inputs, outputs);
  }
  parallel_for(n_, grain_,
               [&](int64_t begin, int64_t end) { run_range(inputs, outputs, begin, end); });
}

namespace {

// The registers of one range: a block of scratch each, or elements of an input read in place. What
// depends on scalars alone stays a scalar.
struct Registers {
  alignas(64) float scratch[kFusedScratch];
  const float* at[kFusedRegisters];
  bool scalar[kFusedRegisters];
};

}  // namespace

void FusedProgram::run_range(const float* const* inputs, float* const* outputs, int64_t begin,
                             int64_t end) const noexcept {
  Registers r;
  const SimdTable& table = simd();
  for (; begin < end; begin += block_) {
    const int64_t n = std::min(block_, end - begin);
    for (size_t step = 0; step < code_.size(); ++step) {
      const Instruction& i = code_[step];
      float* y = r.scratch + i.dst * block_;
      // The last value goes straight to the only output. (With several, one may be an input of
      // another.)
      const bool last = step + 2 == code_.size() && code_[step + 1].a == i.dst;
      const auto put = [&](bool scalar) {
        if (last && !scalar && i.kind >= Instruction::unary)
          y = outputs[code_[step + 1].index] + begin;
        r.at[i.dst] = y;
        r.scalar[i.dst] = scalar;
      };
      const auto spread = [&](uint16_t operand) {
        if (!r.scalar[operand]) return r.at[operand];
        float* block = r.scratch + operand * block_;
        std::fill(block, block + n, *r.at[operand]);
        r.at[operand] = block;
        r.scalar[operand] = false;
        return r.at[operand];
      };
      switch (i.kind) {
        case Instruction::load: {
          const float* x = inputs[i.index];
          const auto read = static_cast<FusedRead>(i.op);
          put(read == FusedRead::scalar);
          if (read == FusedRead::elements) r.at[i.dst] = x + begin;
          if (read == FusedRead::scalar) *y = *x;
          if (read == FusedRead::row) load_row(x, y, begin, n, period_);
          if (read == FusedRead::column) load_column(x, y, begin, n, period_);
          break;
        }
        case Instruction::constant:
          put(true);
          *y = i.value;
          break;
        case Instruction::unary: {
          const float* a = r.at[i.a];
          const bool scalar = r.scalar[i.a];
          put(scalar);
          table.unary[i.op](a, y, scalar ? 1 : n, i.value);
          break;
        }
        case Instruction::binary:
        case Instruction::compare: {
          const bool scalar_a = r.scalar[i.a];
          const bool scalar_b = r.scalar[i.b];
          const bool both = scalar_a && scalar_b;
          const BinaryMode mode = both || scalar_a == scalar_b ? BinaryMode::vector_vector
                                  : scalar_a                   ? BinaryMode::scalar_vector
                                                               : BinaryMode::vector_scalar;
          const float* a = r.at[i.a];
          const float* b = r.at[i.b];
          put(both);
          const auto fn = i.kind == Instruction::compare                ? table.compare_float[i.op]
                          : i.op == static_cast<uint8_t>(BinaryOp::pow) ? power
                                                                        : table.binary[i.op];
          fn(a, b, y, both ? 1 : n, mode, i.value);
          break;
        }
        case Instruction::choose: {
          const float* a = spread(i.a);
          const float* b = spread(i.b);
          const float* c = spread(i.c);
          put(false);
          table.choose(a, b, c, y, n);
          break;
        }
        case Instruction::store: {
          float* to = outputs[i.index] + begin;
          if (r.scalar[i.a]) {
            std::fill(to, to + n, *r.at[i.a]);
          } else if (r.at[i.a] != to) {
            std::copy(r.at[i.a], r.at[i.a] + n, to);
          }
          break;
        }
      }
    }
  }
}

}  // namespace rill::kernels
