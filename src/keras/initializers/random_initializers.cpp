// Random initializers, with TensorFlow's stateless generators (keras/src/initializers/
// random_initializers.py, keras/src/backend/tensorflow/random.py).
#include <cmath>

#include "base/fail.h"
#include "keras/core/initializer.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/core/seeds.h"
#include "rill/keras/initializers.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

using Seed = initializers::Seed;

class RandomFunction : public InitializerFunction {
 public:
  Seed seed;
  bool draws() const override { return true; }
  void set_seed(int64_t drawn) override { seed = drawn; }

 protected:
  Value draw(const char* op, const Shape& shape, DType dtype) const {
    return emit(op,
                {Tensor::vector(std::vector<int64_t>(shape.begin(), shape.end())),
                 seed_pair(seed ? *seed : default_seed())},
                {{"dtype", dtype}});
  }
  Tensor uniform(const Shape& shape, DType dtype, double low, double high) const {
    const Value a = op::constant(low, dtype), b = op::constant(high, dtype);
    return draw("StatelessRandomUniform", shape, dtype) * (b - a) + a;
  }
  Tensor normal(const char* op, const Shape& shape, DType dtype, double mean, double stddev) const {
    return draw(op, shape, dtype) * op::constant(stddev, dtype) + op::constant(mean, dtype);
  }
};

struct UniformFunction final : RandomFunction {
  double minval = -0.05, maxval = 0.05;
  void visit_config(ConfigVisitor& v) override {
    v("seed", seed);
    v("minval", minval);
    v("maxval", maxval);
  }
  Tensor make(const Shape& shape, DType dtype) const override {
    return uniform(shape, dtype, minval, maxval);
  }
};

template <bool Truncated>
struct NormalFunction final : RandomFunction {
  double mean = 0, stddev = 0.05;
  void visit_config(ConfigVisitor& v) override {
    v("seed", seed);
    v("mean", mean);
    v("stddev", stddev);
  }
  Tensor make(const Shape& shape, DType dtype) const override {
    return normal(Truncated ? "StatelessTruncatedNormal" : "StatelessRandomNormal", shape, dtype,
                  mean, stddev);
  }
};

// Glorot and Bengio (2010), He et al. (2015), LeCun (1998).
struct ScalingFunction : RandomFunction {
  double scale = 1;
  std::string mode = "fan_in";
  std::string distribution = "truncated_normal";
  std::optional<Ints> input_axes, output_axes;

  bool has_axes() const override { return true; }
  void visit_config(ConfigVisitor& v) override {
    v("scale", scale);
    v("mode", mode);
    v("distribution", distribution);
    v("seed", seed);
    visit_axes(v);
  }
  void check() const override {
    if (!(scale > 0)) fail(Code::invalid_argument, class_name(), ": scale must be above 0");
    if (mode != "fan_in" && mode != "fan_out" && mode != "fan_avg") {
      fail(Code::invalid_argument, "VarianceScaling: mode must be fan_in, fan_out or fan_avg, not ",
           quoted(mode), did_you_mean(mode, {"fan_in", "fan_out", "fan_avg"}));
    }
    if (distribution != "uniform" && distribution != "normal" &&
        distribution != "truncated_normal" && distribution != "untruncated_normal") {
      fail(Code::invalid_argument, "VarianceScaling: distribution must be uniform, ",
           "truncated_normal or untruncated_normal, not ", quoted(distribution),
           did_you_mean(distribution, {"uniform", "truncated_normal", "untruncated_normal"}));
    }
  }
  Tensor make(const Shape& shape, DType dtype) const override {
    const auto [in, out] = fans(shape);
    const double fan = mode == "fan_in" ? in : mode == "fan_out" ? out : (in + out) / 2;
    const double variance = scale / std::max(1.0, fan);
    if (distribution == "uniform") {
      const double limit = std::sqrt(3 * variance);
      return uniform(shape, dtype, -limit, limit);
    }
    if (distribution == "untruncated_normal") {
      return normal("StatelessRandomNormal", shape, dtype, 0, std::sqrt(variance));
    }
    // The deviation of a normal that is cut at two deviations.
    return normal("StatelessTruncatedNormal", shape, dtype, 0,
                  std::sqrt(variance) / .87962566103423978);
  }

 protected:
  void visit_axes(ConfigVisitor& v) {
    if (v.reading() || input_axes) v("input_axes", input_axes);
    if (v.reading() || output_axes) v("output_axes", output_axes);
  }

 private:
  static double product(const Shape& shape, const Ints& axes) {
    double out = 1;
    for (const int64_t axis : axes) {
      out *= static_cast<double>(shape[op::axis_of("VarianceScaling", axis, shape.rank())]);
    }
    return out;
  }
  std::pair<double, double> fans(const Shape& shape) const {
    if (input_axes && output_axes) {
      return {product(shape, *input_axes), product(shape, *output_axes)};
    }
    if (shape.rank() < 1) return {1, 1};
    if (shape.rank() == 1) {
      const auto n = static_cast<double>(shape[0]);
      return {n, n};
    }
    double field = 1;
    for (int i = 0; i + 2 < shape.rank(); ++i) field *= static_cast<double>(shape[i]);
    return {field * static_cast<double>(shape[shape.rank() - 2]),
            field * static_cast<double>(shape.back())};
  }
};

enum class Fan { in, avg };
// A name for settings that are fixed.
template <int Scale, Fan Mode, bool Uniform>
struct NamedScaling final : ScalingFunction {
  NamedScaling() {
    scale = Scale;
    mode = Mode == Fan::in ? "fan_in" : "fan_avg";
    distribution = Uniform ? "uniform" : "truncated_normal";
  }
  void visit_config(ConfigVisitor& v) override {
    v("seed", seed);
    visit_axes(v);
  }
};
using GlorotUniformFunction = NamedScaling<1, Fan::avg, true>;
using GlorotNormalFunction = NamedScaling<1, Fan::avg, false>;
using HeUniformFunction = NamedScaling<2, Fan::in, true>;
using HeNormalFunction = NamedScaling<2, Fan::in, false>;
using LecunUniformFunction = NamedScaling<1, Fan::in, true>;
using LecunNormalFunction = NamedScaling<1, Fan::in, false>;

// Saxe et al. (2014): Q of a random matrix, its signs made those of R.
struct OrthogonalFunction final : RandomFunction {
  double gain = 1;
  void visit_config(ConfigVisitor& v) override {
    v("gain", gain);
    v("seed", seed);
  }
  Tensor make(const Shape& shape, DType dtype) const override {
    if (shape.rank() < 2) fail(Code::invalid_argument, "Orthogonal needs rank 2, not ", shape);
    const int64_t cols = shape.back();
    int64_t rows = 1;
    for (int i = 0; i + 1 < shape.rank(); ++i) rows *= shape[i];
    // The decomposition is there in single and double precision.
    const DType wide = dtype == DType::float64 ? dtype : DType::float32;
    const Value a =
        op::cast(normal("StatelessRandomNormal", Shape{std::max(rows, cols), std::min(rows, cols)},
                        is_floating(dtype) ? dtype : wide, 0, 1),
                 wide);
    const auto [q, r] = ops::qr(a);
    Value signed_q = q * ops::sign(ops::matrix_diag_part(r));
    if (rows < cols) signed_q = ops::transpose(signed_q, {1, 0});
    return op::cast((op::constant(gain, wide) * signed_q).reshaped(shape), dtype);
  }
};

template <typename T>
Initializer seeded(const char* name, Seed seed) {
  T object;
  object.seed = seed;
  return Initializer(object_of(object, name));
}

template <typename T>
Initializer normal_handle(const char* name, double mean, double stddev, Seed seed) {
  T object;
  object.mean = mean;
  object.stddev = stddev;
  object.seed = seed;
  return Initializer(object_of(object, name));
}

}  // namespace

void register_random_initializers(ObjectRegistry& r) {
  auto& i = r.initializers;
  i.add<UniformFunction>("RandomUniform", {"random_uniform", "Uniform", "uniform"});
  i.add<NormalFunction<false>>("RandomNormal", {"random_normal", "Normal", "normal"});
  i.add<NormalFunction<true>>("TruncatedNormal", {"truncated_normal"});
  i.add<ScalingFunction>("VarianceScaling", {"variance_scaling"});
  i.add<GlorotUniformFunction>("GlorotUniform", {"glorot_uniform"});
  i.add<GlorotNormalFunction>("GlorotNormal", {"glorot_normal"});
  i.add<HeUniformFunction>("HeUniform", {"he_uniform"});
  i.add<HeNormalFunction>("HeNormal", {"he_normal"});
  i.add<LecunUniformFunction>("LecunUniform", {"lecun_uniform"});
  i.add<LecunNormalFunction>("LecunNormal", {"lecun_normal"});
  i.add<OrthogonalFunction>("Orthogonal",
                            {"orthogonal", "OrthogonalInitializer", "orthogonal_initializer"});
}

namespace initializers {
Initializer RandomUniform(double minval, double maxval, Seed seed) {
  UniformFunction object;
  object.minval = minval;
  object.maxval = maxval;
  object.seed = seed;
  return Initializer(object_of(object, "RandomUniform"));
}
Initializer RandomNormal(double mean, double stddev, Seed seed) {
  return normal_handle<NormalFunction<false>>("RandomNormal", mean, stddev, seed);
}
Initializer TruncatedNormal(double mean, double stddev, Seed seed) {
  return normal_handle<NormalFunction<true>>("TruncatedNormal", mean, stddev, seed);
}
Initializer VarianceScaling(double scale, const std::string& mode, const std::string& distribution,
                            Seed seed) {
  ScalingFunction object;
  object.scale = scale;
  object.mode = mode;
  object.distribution = distribution;
  object.seed = seed;
  return Initializer(object_of(object, "VarianceScaling"));
}
Initializer GlorotUniform(Seed seed) {
  return seeded<GlorotUniformFunction>("GlorotUniform", seed);
}
Initializer GlorotNormal(Seed seed) { return seeded<GlorotNormalFunction>("GlorotNormal", seed); }
Initializer HeUniform(Seed seed) { return seeded<HeUniformFunction>("HeUniform", seed); }
Initializer HeNormal(Seed seed) { return seeded<HeNormalFunction>("HeNormal", seed); }
Initializer LecunUniform(Seed seed) { return seeded<LecunUniformFunction>("LecunUniform", seed); }
Initializer LecunNormal(Seed seed) { return seeded<LecunNormalFunction>("LecunNormal", seed); }
Initializer Orthogonal(double gain, Seed seed) {
  OrthogonalFunction object;
  object.gain = gain;
  object.seed = seed;
  return Initializer(object_of(object, "Orthogonal"));
}
}  // namespace initializers

}  // namespace rill::keras
