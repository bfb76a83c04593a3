// What tests/contract/gradients_test.cpp checks gradients on. Each file of gradient_cases/ holds
// the cases of some families; its register_<file name>() is called by itself.
#pragma once

#include <complex>
#include <functional>
#include <string>
#include <vector>

#include "contract/op_samples.h"
#include "op/emit.h"

namespace rill::test {

// One op on given inputs. All floating inputs are differentiated; float64 is checked sharply,
// float32 as far as it goes.
struct GradientCase {
  std::string op;
  Values inputs;
  AttrMap attrs = {};
  std::vector<int> without = {};  // floating inputs for which TensorFlow gives None
  // Is the gradient differentiated once more? False where TensorFlow has no second order.
  bool second = true;
  // Does it work with shapes that nobody knows before the run? False: dimensions may be open, but
  // ranks are known.
  bool unknown_rank = true;
  double step = 0;       // of the central differences; 0: as the dtype suggests
  double tolerance = 0;  // 0: as the dtype suggests
};

// A function of tensors for ops that have no tensors (lists, arrays, variables): `ops` are checked
// by it.
struct GradientProgram {
  std::string name;
  std::vector<std::string> ops;
  Values inputs;
  std::function<Value(const Values&)> run;
};

class GradientCases {
 public:
  void add(GradientCase c) { singles.push_back(std::move(c)); }
  void add(GradientProgram p) { programs.push_back(std::move(p)); }
  // The op has a gradient that no differences can tell; the reason.
  void leave_out(std::string op, std::string reason) {
    left_out.emplace_back(std::move(op), std::move(reason));
  }

  std::vector<GradientCase> singles;
  std::vector<GradientProgram> programs;
  std::vector<std::pair<std::string, std::string>> left_out;
};

// Written by CMake: calls all of them.
void register_all_gradient_cases(GradientCases& cases);

// Different numbers in [low, high), in a random order. Each call gives others.
Tensor real(const Shape& shape, double low = -2, double high = 2, DType dtype = DType::float64);
Tensor complex(const Shape& shape, double low = -2, double high = 2);
inline Tensor ints(const std::vector<int32_t>& items) { return Tensor::vector(items); }
inline Tensor ints(const std::vector<int32_t>& items, const Shape& shape) {
  return Tensor::of(items, shape);
}
inline Tensor longs(const std::vector<int64_t>& items) { return Tensor::vector(items); }
inline Tensor longs(const std::vector<int64_t>& items, const Shape& shape) {
  return Tensor::of(items, shape);
}
inline Tensor doubles(const std::vector<double>& items, const Shape& shape) {
  return Tensor::of(items, shape);
}
inline Tensor number(int32_t item) { return Tensor::scalar(item); }

inline bool continuous(DType dtype) { return is_floating(dtype) || is_complex(dtype); }

// A gradient function called by itself, with what a sweep would give it.
class CallContext final : public GradContext {
 public:
  CallContext(const OpDef& def, AttrMap attrs, Values inputs, Values outputs, Values flowing)
      : def_(def),
        attrs_(std::move(attrs)),
        inputs_(std::move(inputs)),
        outputs_(std::move(outputs)),
        flowing_(std::move(flowing)) {}
  const OpDef& def() const override { return def_; }
  const AttrMap& attrs() const override { return attrs_; }
  int num_inputs() const override { return static_cast<int>(inputs_.size()); }
  const Value& input(int i) const override { return inputs_.at(static_cast<size_t>(i)); }
  int num_outputs() const override { return static_cast<int>(outputs_.size()); }
  const Value& output(int i) const override { return outputs_.at(static_cast<size_t>(i)); }
  const Value& output_gradient(int i) const override { return flowing_.at(static_cast<size_t>(i)); }
  const Value& raw_output_gradient(int i) const override { return output_gradient(i); }
  bool needs_gradient(int i) const override { return continuous(input(i).dtype()); }

 private:
  const OpDef& def_;
  AttrMap attrs_;
  Values inputs_, outputs_, flowing_;
};

}  // namespace rill::test
