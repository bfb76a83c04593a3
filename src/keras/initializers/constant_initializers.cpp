// Zeros, Ones, Constant, Identity, STFT (keras/src/initializers/constant_initializers.py).
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/core/initializer.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/initializers.hpp"

namespace rill::keras {
namespace {

Tensor float_filled(const Shape& shape, DType dtype, double value) {
  Tensor t(DType::float32, shape);
  std::fill_n(t.data<float>(), t.size(), static_cast<float>(value));
  return op::cast(t, dtype);
}

struct ZerosFunction final : InitializerFunction {
  Tensor make(const Shape& shape, DType dtype) const override {
    return is_plain(dtype) ? Tensor::zeros(dtype, shape) : Tensor(dtype, shape);
  }
};

struct OnesFunction final : InitializerFunction {
  Tensor make(const Shape& shape, DType dtype) const override {
    return float_filled(shape, dtype, 1);
  }
};

// One number, or as many as the weight has, or those of its last dimensions.
struct ConstantFunction final : InitializerFunction {
  std::optional<std::vector<double>> value = std::vector<double>{0.0};
  ConstantFunction() = default;
  explicit ConstantFunction(double number) : value(std::vector<double>{number}) {}
  void visit_config(ConfigVisitor& v) override {
    double number = value && value->size() == 1 ? value->front() : 0.0;
    if (!v.reading() && value && value->size() == 1) {
      v("value", number);
    } else {
      v("value", value);
    }
  }
  Tensor make(const Shape& shape, DType dtype) const override {
    const std::vector<double> values = value.value_or(std::vector<double>{0.0});
    if (values.size() == 1) return float_filled(shape, dtype, values[0]);
    const int64_t n = shape.num_elements(), m = static_cast<int64_t>(values.size());
    if (m == 0 || n % m != 0) {
      fail(Code::invalid_argument, "a constant of ", m, " numbers does not fit a weight of shape ",
           shape);
    }
    Tensor t(DType::float64, shape);
    for (int64_t i = 0; i < n; ++i) t.data<double>()[i] = values[static_cast<size_t>(i % m)];
    return op::cast(t, dtype);
  }
};

struct IdentityFunction final : InitializerFunction {
  double gain = 1;
  IdentityFunction() = default;
  explicit IdentityFunction(double g) : gain(g) {}
  void visit_config(ConfigVisitor& v) override { v("gain", gain); }
  Tensor make(const Shape& shape, DType dtype) const override {
    if (shape.rank() != 2) fail(Code::invalid_argument, "Identity makes matrices, not ", shape);
    Tensor t = Tensor::zeros(shape);
    for (int64_t i = 0; i < std::min(shape[0], shape[1]); ++i) {
      t.data<float>()[i * shape[1] + i] = static_cast<float>(gain);
    }
    return op::cast(t, dtype);
  }
};

// Sines or cosines under a window.
struct FourierFunction final : InitializerFunction {
  std::string side = "real";
  std::optional<std::string> window = "hann";
  std::optional<std::string> scaling = "density";
  bool periodic = false;
  void visit_config(ConfigVisitor& v) override {
    v("side", side);
    v("window", window);
    v("scaling", scaling);
    v("periodic", periodic);
  }
  void check() const override {
    if (window && *window != "hann" && *window != "hamming") {
      fail(Code::unimplemented, "the window of STFT must be hann or hamming, not ",
           quoted(*window));
    }
  }
  Tensor make(const Shape& shape, DType dtype) const override {
    if (shape.rank() != 3)
      fail(Code::invalid_argument, "STFT makes kernels of rank 3, not ", shape);
    const int64_t n = shape[0], bands = shape[2];
    const double pi = std::acos(-1.0), span = static_cast<double>(periodic ? n : n - 1);
    std::vector<double> w(static_cast<size_t>(n), 1.0);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; ++i) {
      double& v = w[static_cast<size_t>(i)];
      if (window && n > 1) {
        const double a = *window == "hann" ? 0.5 : 0.54;
        v = a - (1 - a) * std::cos(2 * pi * static_cast<double>(i) / span);
      }
      sum += std::abs(v);
      squares += v * v;
    }
    double scale = 1;
    if (window && scaling == "density") scale = std::sqrt(squares);
    if (window && scaling == "spectrum") scale = sum;
    Tensor t(DType::float32, shape);
    for (int64_t at = 0; at < t.size(); ++at) {
      const int64_t i = at / (bands * shape[1]), k = at % bands;
      const double phase = -2 * pi * static_cast<double>(i) * static_cast<double>(k) /
                           static_cast<double>(2 * (bands - 1));
      t.data<float>()[at] = static_cast<float>(
          (side == "real" ? std::cos(phase) : std::sin(phase)) * w[static_cast<size_t>(i)] / scale);
    }
    return op::cast(t, dtype);
  }
};

}  // namespace

void register_constant_initializers(ObjectRegistry& r) {
  auto& i = r.initializers;
  // The short ones are spellings of old files.
  i.add<ZerosFunction>("Zeros", {"zeros", "Zero", "zero"});
  i.add<OnesFunction>("Ones", {"ones", "One", "one"});
  i.add<ConstantFunction>("Constant", {"constant"});
  i.add<IdentityFunction>("Identity",
                          {"identity", "IdentityInitializer", "identity_initializer", "eye"});
  i.add<FourierFunction>("STFT", {"stft"});
}

namespace initializers {
Initializer Zeros() { return initializer_handle<ZerosFunction>("Zeros"); }
Initializer Ones() { return initializer_handle<OnesFunction>("Ones"); }
Initializer Constant(double value) {
  return initializer_handle<ConstantFunction>("Constant", value);
}
Initializer Identity(double gain) { return initializer_handle<IdentityFunction>("Identity", gain); }
}  // namespace initializers

}  // namespace rill::keras
