#include "keras/layers/augment.h"

#include <algorithm>

#include "base/fail.h"
#include "op/emit.h"

namespace rill::keras {

Value Draws::uniform(const std::vector<op::Dim>& dims, Between range) const {
  const Value draw = emit("StatelessRandomUniform", {op::shape_vector(dims), seeds_->next()},
                          {{"dtype", DType::float32}});
  const float width = static_cast<float>(range.high) - static_cast<float>(range.low);
  return op::add(op::mul(draw, op::constant_like(width, draw)), op::constant_like(range.low, draw));
}

Value Draws::normal(const std::vector<op::Dim>& dims) const {
  return emit("StatelessRandomNormal", {op::shape_vector(dims), seeds_->next()},
              {{"dtype", DType::float32}});
}

Value Draws::integers(const std::vector<op::Dim>& dims, Between range) const {
  return emit("StatelessRandomUniformInt",
              {op::shape_vector(dims), seeds_->next(), op::constant(range.low, DType::int64),
               op::constant(range.high, DType::int64)},
              {{"dtype", DType::int64}});
}

Value Draws::happens(const op::Dim& rows, Between probability) const {
  const Value wanted = uniform({rows}, probability), threshold = uniform({rows}, {0, 1});
  return op::binary("Less", threshold, wanted);
}

void RandomImageLayer::build(const Shape&) {
  const Json* seed = kept.find("seed");
  seeds_ = SeedGenerator(seed != nullptr && seed->is_int() ? std::optional(seed->as_int())
                                                           : std::nullopt);
}

Value RandomImageLayer::call(const Value& x, const CallContext& context) {
  Value images = op::cast(x, dtype_policy().variable);
  if (!context.training) return images;
  const int rank = images.rank();
  if (rank != 3 && rank != 4) {
    fail(Code::invalid_argument, class_name(), " wants images of rank 3 or 4, not ", x.shape());
  }
  const bool channels_first = text("data_format", "channels_last") == "channels_first";
  if (rank == 3) images = op::expand_dims(images, 0);
  if (channels_first) images = op::to_channels_last(images);
  images = change(images, Draws(seeds_));
  if (channels_first) images = op::to_channels_first(images);
  return rank == 3 ? op::squeeze(images, 0) : images;
}

bool RandomImageLayer::given(const char* key) const {
  const Json* found = kept.find(key);
  return found != nullptr && !found->is_null();
}

double RandomImageLayer::number(const char* key, double otherwise) const {
  return given(key) ? kept.at(key).as_double() : otherwise;
}

std::string RandomImageLayer::text(const char* key, const std::string& otherwise) const {
  return given(key) ? kept.at(key).as_string() : otherwise;
}

Between RandomImageLayer::range(const char* key, Between otherwise, double least) const {
  if (!given(key)) return otherwise;
  const Json& value = kept.at(key);
  if (!value.is_array()) {
    const double f = std::abs(value.as_double());
    return {std::max(-f, least), f};
  }
  if (value.size() != 2) {
    fail(Code::invalid_argument, class_name(), ": ", quoted(key), " must be a number or a pair");
  }
  const double a = value.at(size_t{0}).as_double(), b = value.at(size_t{1}).as_double();
  return {std::min(a, b), std::max(a, b)};
}

Value as_float(const op::Dim& dim) {
  return dim.value ? op::cast(dim.value, DType::float32)
                   : op::constant(static_cast<double>(dim.size), DType::float32);
}

Value clipped(const Value& x, Between range) {
  return op::binary("Maximum", op::binary("Minimum", x, op::constant_like(range.high, x)),
                    op::constant_like(range.low, x));
}

Value per_image(const Value& x) { return op::reshape(x, {-1, 1, 1, 1}); }

Value rescaled(const Value& images, Between from, Between to) {
  if (from.low == to.low && from.high == to.high) return images;
  const auto scalar = [&](double v) { return op::constant_like(v, images); };
  const Value unit = op::div(op::sub(images, scalar(from.low)), scalar(from.high - from.low));
  return op::add(op::mul(unit, scalar(to.high - to.low)), scalar(to.low));
}

Value gray(const Value& images) {
  if (images.shape().back() == 1) return images;
  const Value weights = Tensor::of<float>({0.2989F, 0.587F, 0.114F}, {3, 1});
  return op::dense(images, op::cast(weights, images.dtype()));
}

Value filtered(const Value& images, const Value& kernel) {
  const Value one = op::expand_dims(op::expand_dims(kernel, 2), 3);
  return emit("DepthwiseConv2dNative", {images, op::tile(one, {1, 1, images.shape().back(), 1})},
              {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "SAME"}});
}

}  // namespace rill::keras
