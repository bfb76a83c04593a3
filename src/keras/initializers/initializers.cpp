// Initializers: the distributions of Keras, drawn from a generator of our own.
#include <cmath>
#include <random>

#include "base/fail.h"
#include "keras/core/object_config.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"

namespace rill::keras {
namespace {

double setting(const ObjectConfig& config, const char* key, double otherwise) {
  const Json* found = config.settings.find(key);
  return found && found->is_number() ? found->as_double() : otherwise;
}
std::string text(const ObjectConfig& config, const char* key, const char* otherwise) {
  const Json* found = config.settings.find(key);
  return found && found->is_string() ? found->as_string() : otherwise;
}

std::mt19937_64& generator(const ObjectConfig& config) {
  thread_local std::mt19937_64 shared(std::random_device{}());
  thread_local std::mt19937_64 seeded;
  const Json* seed = config.settings.find("seed");
  if (!seed || !seed->is_int()) return shared;
  seeded.seed(static_cast<uint64_t>(seed->as_int()));
  return seeded;
}

template <typename Draw>
Tensor filled(const Shape& shape, DType dtype, Draw&& draw) {
  Tensor t(DType::float32, shape);
  for (float& v : t.flat<float>()) v = static_cast<float>(draw());
  return dtype == DType::float32 ? t : op::cast(t, dtype);
}

Tensor constant(const Shape& shape, DType dtype, double value) {
  return filled(shape, dtype, [value] { return value; });
}
Tensor zeros(const Shape& shape, DType dtype, const ObjectConfig&) {
  return is_plain(dtype) ? Tensor::zeros(dtype, shape) : Tensor(dtype, shape);
}
Tensor ones(const Shape& shape, DType dtype, const ObjectConfig&) {
  return constant(shape, dtype, 1);
}
Tensor constant_of(const Shape& shape, DType dtype, const ObjectConfig& config) {
  return constant(shape, dtype, setting(config, "value", 0));
}

// Sines or cosines under a window (keras/src/initializers/constant_initializers.py STFT).
Tensor fourier_kernel(const Shape& shape, DType dtype, const ObjectConfig& config) {
  if (shape.rank() != 3) fail(Code::invalid_argument, "STFT makes kernels of rank 3, not ", shape);
  const int64_t n = shape[0], bands = shape[2];
  const Json* named = config.settings.find("window");
  const std::string window = named && named->is_string() ? named->as_string() : "";
  if (named && !named->is_null() && window != "hann" && window != "hamming") {
    fail(Code::unimplemented, "the window of STFT must be hann or hamming, not ", named->dump());
  }
  const Json* periodic = config.settings.find("periodic");
  const bool round = periodic && periodic->is_bool() && periodic->as_bool();
  const double pi = std::acos(-1.0), span = static_cast<double>(round ? n : n - 1);
  std::vector<double> w(static_cast<size_t>(n), 1.0);
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < n; ++i) {
    double& v = w[static_cast<size_t>(i)];
    const double a = window == "hann" ? 0.5 : 0.54;
    if (!window.empty() && n > 1)
      v = a - (1 - a) * std::cos(2 * pi * static_cast<double>(i) / span);
    sum += std::abs(v);
    squares += v * v;
  }
  const std::string scaling = text(config, "scaling", "");
  double scale = 1;
  if (!window.empty() && scaling == "density") scale = std::sqrt(squares);
  if (!window.empty() && scaling == "spectrum") scale = sum;
  const bool real = text(config, "side", "real") == "real";
  int64_t at = 0;
  return filled(shape, dtype, [&] {
    const int64_t i = at / (bands * shape[1]), k = at % bands;
    ++at;
    const double phase = -2 * pi * static_cast<double>(i) * static_cast<double>(k) /
                         static_cast<double>(2 * (bands - 1));
    return (real ? std::cos(phase) : std::sin(phase)) * w[static_cast<size_t>(i)] / scale;
  });
}

double truncated(std::mt19937_64& g, double mean, double stddev) {
  std::normal_distribution<double> normal;
  double z;
  do z = normal(g);
  while (std::abs(z) > 2);
  return mean + stddev * z;
}

Tensor random_uniform(const Shape& shape, DType dtype, const ObjectConfig& config) {
  std::mt19937_64& g = generator(config);
  std::uniform_real_distribution<double> d(setting(config, "minval", -0.05),
                                           setting(config, "maxval", 0.05));
  return filled(shape, dtype, [&] { return d(g); });
}
Tensor random_normal(const Shape& shape, DType dtype, const ObjectConfig& config) {
  std::mt19937_64& g = generator(config);
  std::normal_distribution<double> d(setting(config, "mean", 0), setting(config, "stddev", 0.05));
  return filled(shape, dtype, [&] { return d(g); });
}
Tensor truncated_normal(const Shape& shape, DType dtype, const ObjectConfig& config) {
  std::mt19937_64& g = generator(config);
  const double mean = setting(config, "mean", 0), stddev = setting(config, "stddev", 0.05);
  return filled(shape, dtype, [&] { return truncated(g, mean, stddev); });
}

// Fans as in keras/src/initializers/random_initializers.py compute_fans().
Tensor scaled(const Shape& shape, DType dtype, const ObjectConfig& config, double scale,
              const std::string& mode, const std::string& distribution) {
  double in = 1, out = 1;
  if (shape.rank() == 1) {
    in = out = static_cast<double>(shape[0]);
  } else if (shape.rank() >= 2) {
    double field = 1;
    for (int i = 0; i + 2 < shape.rank(); ++i) field *= static_cast<double>(shape[i]);
    in = field * static_cast<double>(shape[shape.rank() - 2]);
    out = field * static_cast<double>(shape.back());
  }
  const double fan = mode == "fan_in" ? in : mode == "fan_out" ? out : (in + out) / 2;
  scale /= std::max(1.0, fan);
  std::mt19937_64& g = generator(config);
  if (distribution == "uniform") {
    const double limit = std::sqrt(3 * scale);
    std::uniform_real_distribution<double> d(-limit, limit);
    return filled(shape, dtype, [&] { return d(g); });
  }
  if (distribution == "untruncated_normal") {
    std::normal_distribution<double> d(0, std::sqrt(scale));
    return filled(shape, dtype, [&] { return d(g); });
  }
  const double stddev = std::sqrt(scale) / .87962566103423978;
  return filled(shape, dtype, [&] { return truncated(g, 0, stddev); });
}
Tensor variance_scaling(const Shape& shape, DType dtype, const ObjectConfig& config) {
  return scaled(shape, dtype, config, setting(config, "scale", 1), text(config, "mode", "fan_in"),
                text(config, "distribution", "truncated_normal"));
}
Tensor glorot_uniform(const Shape& s, DType d, const ObjectConfig& c) {
  return scaled(s, d, c, 1, "fan_avg", "uniform");
}
Tensor glorot_normal(const Shape& s, DType d, const ObjectConfig& c) {
  return scaled(s, d, c, 1, "fan_avg", "truncated_normal");
}
Tensor he_uniform(const Shape& s, DType d, const ObjectConfig& c) {
  return scaled(s, d, c, 2, "fan_in", "uniform");
}
Tensor he_normal(const Shape& s, DType d, const ObjectConfig& c) {
  return scaled(s, d, c, 2, "fan_in", "truncated_normal");
}
Tensor lecun_uniform(const Shape& s, DType d, const ObjectConfig& c) {
  return scaled(s, d, c, 1, "fan_in", "uniform");
}
Tensor lecun_normal(const Shape& s, DType d, const ObjectConfig& c) {
  return scaled(s, d, c, 1, "fan_in", "truncated_normal");
}

Tensor identity(const Shape& shape, DType dtype, const ObjectConfig& config) {
  if (shape.rank() != 2) fail(Code::invalid_argument, "Identity makes matrices, not ", shape);
  Tensor t = Tensor::zeros(shape);
  const auto gain = static_cast<float>(setting(config, "gain", 1));
  for (int64_t i = 0; i < std::min(shape[0], shape[1]); ++i) {
    t.data<float>()[i * shape[1] + i] = gain;
  }
  return op::cast(t, dtype);
}

// Rows made orthonormal by the modified Gram-Schmidt process.
Tensor orthogonal(const Shape& shape, DType dtype, const ObjectConfig& config) {
  if (shape.rank() < 2) fail(Code::invalid_argument, "Orthogonal needs rank 2, not ", shape);
  std::mt19937_64& g = generator(config);
  std::normal_distribution<double> normal;
  const int64_t cols = shape.back();
  const int64_t rows = cols == 0 ? 0 : shape.num_elements() / cols;
  const bool flip = rows > cols;
  const int64_t n = flip ? cols : rows, m = flip ? rows : cols;
  std::vector<double> q(static_cast<size_t>(n * m));
  for (int64_t i = 0; i < n; ++i) {
    double* row = q.data() + i * m;
    for (int64_t j = 0; j < m; ++j) row[j] = normal(g);
    for (int64_t k = 0; k < i; ++k) {
      const double* other = q.data() + k * m;
      double dot = 0;
      for (int64_t j = 0; j < m; ++j) dot += row[j] * other[j];
      for (int64_t j = 0; j < m; ++j) row[j] -= dot * other[j];
    }
    double norm = 0;
    for (int64_t j = 0; j < m; ++j) norm += row[j] * row[j];
    norm = std::sqrt(norm);
    for (int64_t j = 0; j < m; ++j) row[j] /= norm;
  }
  const double gain = setting(config, "gain", 1);
  Tensor t(DType::float32, shape);
  float* out = t.data<float>();
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < cols; ++c) {
      out[r * cols + c] =
          static_cast<float>(gain * q[static_cast<size_t>(flip ? c * m + r : r * m + c)]);
    }
  }
  return op::cast(t, dtype);
}

}  // namespace

void register_initializers(ObjectRegistry& r) {
  r.add_initializer("STFT", fourier_kernel);
  r.add_initializer("Zeros", zeros);
  r.add_initializer("Ones", ones);
  r.add_initializer("Constant", constant_of);
  r.add_initializer("RandomUniform", random_uniform);
  r.add_initializer("RandomNormal", random_normal);
  r.add_initializer("TruncatedNormal", truncated_normal);
  r.add_initializer("VarianceScaling", variance_scaling);
  r.add_initializer("GlorotUniform", glorot_uniform);
  r.add_initializer("GlorotNormal", glorot_normal);
  r.add_initializer("HeUniform", he_uniform);
  r.add_initializer("HeNormal", he_normal);
  r.add_initializer("LecunUniform", lecun_uniform);
  r.add_initializer("LecunNormal", lecun_normal);
  r.add_initializer("Identity", identity);
  r.add_initializer("IdentityInitializer", identity);
  r.add_initializer("Orthogonal", orthogonal);
  r.add_initializer("OrthogonalInitializer", orthogonal);
  // Spellings of old files.
  r.add_initializer("Zero", zeros);
  r.add_initializer("One", ones);
  r.add_initializer("Uniform", random_uniform);
  r.add_initializer("Normal", random_normal);
}

Tensor initial_value(const Initializer& initializer, const Shape& shape, DType dtype) {
  static const ObjectConfig& standard = *new ObjectConfig{"glorot_uniform", {}, {}, {}};
  const ObjectConfig& config = initializer ? *initializer.config() : standard;
  const auto fn = object_registry().initializer(config.name);
  if (!fn) {
    fail(Code::invalid_argument, "unknown initializer ", quoted(config.name),
         did_you_mean(config.name, object_registry().initializer_names()));
  }
  return fn(shape, dtype, config);
}

}  // namespace rill::keras
