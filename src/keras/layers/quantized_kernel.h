// Layers with a kernel that may be kept in few bits (keras/src/layers/core/dense.py,
// einsum_dense.py, embedding.py).
#pragma once

#include <string>
#include <vector>

#include "keras/core/quantization.h"
#include "keras/layers/kernel_layer.h"

namespace rill::keras {

class QuantizableLayer : public KernelLayer, public Quantizable {
 public:
  bool quantize(const std::string& mode) override;
  void take_form_of(const std::vector<Tensor>& stored) override;
  Values stored_variables() const override;
  Tensor stored_value(const Value& variable) const override;

 protected:
  using Mode = Quantization::Mode;
  bool quantized() const { return q_.mode != Mode::none; }
  virtual bool knows(Mode mode) const = 0;
  // A kernel in the form in which it is kept.
  virtual op::Quantized steps_of(const Value& kernel) const = 0;
  // The kernel as its steps have it, without the adapter.
  virtual Value float_kernel(DType dtype) const = 0;
  void read_quantization();
  // The weights anew, without values.
  void rebuild(DTypePolicy policy);
  // A weight that is not trained, behind the others in files.
  Value add_fixed(const std::string& name, const Shape& shape, const char* initializer,
                  DType dtype = DType::invalid);
  // The group to which each row belongs.
  void add_groups(int64_t rows);
  void assign_groups();

  Quantization q_;
  Value scale_, zero_, groups_;
  Values stored_;  // in the order of files, the kernel and the bias in front
};

// Dense and EinsumDense.
class QuantizedKernelLayer : public QuantizableLayer {
 protected:
  struct Layout {
    Shape kernel;
    int64_t rows = 0, columns = 0;  // of the matrices that int4, gptq and awq keep
    // Those that the product sums over.
    std::vector<int> input_axes, kernel_axes;
    Shape scale;  // of int8
    // Whether int4 is scaled behind the product, as int8 is.
    bool scaled_late = false;
    const char* zero_name = "kernel_zero";
  };
  // To be called before the bias is added, and finish_weights() behind it.
  void add_kernel_of(Layout layout, const Initializer& initializer);
  void finish_weights();
  bool knows(Mode) const override { return true; }
  op::Quantized steps_of(const Value& kernel) const override;
  Value float_kernel(DType dtype) const override;
  // product(x, kernel()).
  Value multiplied(const Value& x, bool training) const;
  Value bias() const;

  virtual Value product(const Value& x, const Value& kernel) const = 0;
  // The scale of inputs, reduced over input_axes, as it meets the output.
  virtual Value scale_of_output(const Value& scale) const = 0;
  // A scale of the kernel, reduced over kernel_axes, in the shape in which it is kept; and back.
  virtual Value kept_scale(const Value& scale) const = 0;
  virtual Value reduced_scale(const Value& scale) const = 0;

  Value bias_;

 private:
  void add_float8();
  Value bare_kernel(DType dtype) const;
  Value on_steps(const Value& x) const;

  Layout layout_;
  Value awq_scales_;
};

}  // namespace rill::keras
