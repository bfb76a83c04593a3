// rill diff A B: weights and outputs of two models.
#include <cmath>

#include "base/fail.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/description.h"
#include "cli/output.h"
#include "rill/keras.hpp"

namespace rill::cli {
namespace {

struct WeightsResult {
  size_t equal = 0;
  size_t count = 0;
  std::string text;
};

bool within(const Tensor& a, const Tensor& b, const Arguments& arguments) {
  if (!(a.shape() == b.shape()) || a.dtype() != b.dtype()) return false;
  if (a.dtype() != DType::float32) return true;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double u = a.data<float>()[i], v = b.data<float>()[i];
    if (std::isnan(u) && std::isnan(v)) continue;
    if (!(std::fabs(u - v) <= arguments.atol + arguments.rtol * std::fabs(v))) return false;
  }
  return true;
}

// Of two Keras models, in the order of Keras.
std::optional<WeightsResult> compare_weights(const Arguments& arguments) {
  rill::keras::Model a, b;
  try {
    a = rill::keras::load_model(arguments.file);
    b = rill::keras::load_model(arguments.target);
  } catch (const Error&) {
    if (arguments.weights) throw;
    return std::nullopt;  // graphs are compared by what they give
  }
  const std::vector<Tensor> x = a.get_weights(), y = b.get_weights();
  WeightsResult out;
  out.count = std::max(x.size(), y.size());
  const std::vector<Value> names = a.weights();
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (within(x[i], y[i], arguments)) {
      ++out.equal;
    } else {
      out.text += str("  differs: weight ", i, " ", x[i].dtype(), x[i].shape().to_string(), " and ",
                      y[i].dtype(), y[i].shape().to_string(), "\n");
    }
  }
  out.text = str("weights  ", out.equal, "/", out.count, " tensors equal\n") + out.text;
  return out;
}

}  // namespace

int diff(const Arguments& arguments) {
  bool same = true;
  if (const std::optional<WeightsResult> weights = compare_weights(arguments)) {
    same = weights->equal == weights->count;
    print(weights->text);
  }
  if (!arguments.weights) {
    const Comparison outputs = compare_outputs(arguments.file, arguments.target, arguments);
    same = same && outputs.equal;
    print(outputs.text);
  }
  print(same ? "same\n" : "different\n");
  return same ? 0 : 1;
}

}  // namespace rill::cli
