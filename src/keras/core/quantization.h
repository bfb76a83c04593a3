// Kernels in few bits: what the configs of Keras 3 say of them (keras/src/dtype_policies,
// keras/src/quantizers), and the arithmetic of keras/src/quantizers/quantizers.py.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/json.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// The policy `mode`_from_`source`. Throws INVALID_ARGUMENT for what Keras does not know.
DTypePolicy quantized_policy(const std::string& mode, const std::string& source);
// As Keras 3 writes it.
Json policy_json(const DTypePolicy& policy);

// A layer whose kernel may be quantised.
struct Quantizable {
  virtual ~Quantizable() = default;
  // Gives a layer that is built the policy `mode`, and its weights in it. `mode` is as in
  // DTypePolicy; "int4" is "int4/128". False when the layer knows no such form.
  virtual bool quantize(const std::string& mode) = 0;
  // Takes the form of the variables that a file holds: Keras writes no policy for the layers inside
  // of an attention.
  virtual void take_form_of(const std::vector<Tensor>& stored) = 0;
  // Of the config: null, or a QuantizationConfig.
  Json quantization_config;
  // TimeDistributed of Keras 3 calls its layer past the arithmetic of quantised ones: the steps
  // stand for the kernel.
  bool takes_steps = false;
};

// The numbers of a quantizers.AbsMaxQuantizer.
struct AbsMax {
  double low = -127;
  double high = 127;
  double epsilon = 1e-7;
};

struct Quantization {
  enum class Mode : uint8_t { none, int8, int4, float8, gptq, awq };
  Mode mode = Mode::none;
  int64_t bits = 4;    // of gptq
  int64_t block = -1;  // rows with one scale; -1: all
  // For inputs; none: they stay as they are.
  std::optional<AbsMax> inputs;

  // Of a layer with this policy and config. Throws INVALID_ARGUMENT.
  static Quantization of(const DTypePolicy& policy, const Json& config);
  int64_t groups(int64_t rows) const { return block < 0 || rows < 1 ? 1 : (rows - 1) / block + 1; }
};
// What Model::quantize(mode) leaves in the configs of its layers.
Json default_quantization_config(const std::string& mode);

namespace op {

struct Quantized {
  Value values, scale, zero;
};
// Steps of 1 / scale, as floating numbers; the scale keeps the reduced axes.
Quantized abs_max_quantize(const Value& x, const std::vector<int>& axes, const AbsMax& range);
// Of [rows, columns]: each `block` rows have a scale and a zero point a column.
Quantized quantize_blocks(const Value& x, int64_t block);
// The last axis (axis 0 of `unpack_int4`, when it is 0) in half the bytes: low nibbles first.
Value pack_int4(const Value& x);
// The way back: `length` items along `axis`, as numbers of the dtype `as`.
Value unpack_int4(const Value& packed, int64_t length, int axis, bool is_signed, DType as);
// (x - zero) * scale with those of the groups that each index of `axis` belongs to.
Value dequantize_groups(const Value& x, const Quantized& map, const Value& groups, int axis);
// In which sums of `count` products of steps of int8 are exact.
constexpr DType exact_dtype(int64_t count) {
  return count > 1024 ? DType::float64 : DType::float32;
}
// Rounded to float8_e4m3fn in steps of `scale`.
Value round_to_float8(const Value& x, const Value& scale);

}  // namespace op
}  // namespace rill::keras
