// Scales and zero points of the UniformQuantized ops, and the fixed-point factors between them.
// Source: tensorflow/core/kernels/uniform_quant_ops/,
// core/util/quantization/uniform_quant_ops_params.
#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "op/kernel_context.h"
#include "ops/attrs.h"

namespace rill {

// A factor as mantissa * 2^(shift - 31), as TensorFlow Lite has it.
struct FixedFactor {
  int64_t mantissa = 0;
  int shift = 0;

  FixedFactor(const NodeAccess& node, double factor);
  int64_t operator()(int64_t x) const {
    const int by = 31 - shift;
    const __int128 rounded = static_cast<__int128>(x) * mantissa + (int64_t{1} << (by - 1));
    return static_cast<int64_t>(rounded >> by);
  }
};

// The scales and zero points of input `i` and the next: one, or one for each of `channels`.
struct UniformGrid {
  UniformGrid(const KernelContext& ctx, int i, const char* axis_attr, int64_t channels);
  float scale(int64_t c) const { return scales.data<float>()[scales.size() > 1 ? c : 0]; }
  int64_t zero(int64_t c) const { return zeros.data<int32_t>()[zeros.size() > 1 ? c : 0]; }

  const Tensor& scales;
  const Tensor& zeros;
};

// From sums of products of levels to levels of `out`, for each channel of `right`; `left` has one.
inline std::vector<FixedFactor> product_factors(const NodeAccess& node, const UniformGrid& left,
                                                const UniformGrid& right, const UniformGrid& out,
                                                int64_t channels) {
  std::vector<FixedFactor> factors;
  for (int64_t c = 0; c < channels; ++c) {
    const double product = static_cast<double>(left.scale(0)) * static_cast<double>(right.scale(c));
    factors.emplace_back(node, product / static_cast<double>(out.scale(c)));
  }
  return factors;
}

// The levels that a result may have, by the attributes "<of>_quantization_min_val" and _max_val.
struct LevelRange {
  LevelRange(const NodeAccess& node, const std::string& of);
  int32_t operator()(int64_t level) const {
    return static_cast<int32_t>(std::clamp(level, low, high));
  }
  int64_t low, high;
};

// "<of>_quantization_axis", "_min_val" and "_max_val" for each.
std::vector<AttrDef> uniform_attrs(std::vector<AttrDef> attrs,
                                   std::initializer_list<const char*> names);

}  // namespace rill
