// The parts of layers as functions: convolutions, poolings, normalisations, attention, losses.
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::constant_like;
using op::unary;

Value network_operand(const OperationCall& c) {
  return c.required(0, {"inputs", "x", "input", "value", "query"});
}
bool first_channels(const OperationCall& c) {
  const std::string format = c.word(9, {"data_format"}, "channels_last");
  return channels_first(format) || format.starts_with("NC");
}
// Numbers for the spatial dimensions, given once, for each, or with batch and channels
// (TensorFlow).
Ints spatial(const OperationCall& c, size_t position, OperationCall::Names names, int rank,
             const Ints& otherwise) {
  const auto given = c.ints(position, names);
  if (!given) return otherwise;
  if (static_cast<int>(given->size()) == rank + 2) {
    return Ints(std::vector<int64_t>(given->begin() + 1, given->end() - 1));
  }
  return per_dimension(*names.begin(), Ints(*given), rank);
}
Ints every(int rank, int64_t n) { return Ints(std::vector<int64_t>(static_cast<size_t>(rank), n)); }

// Sequences are images of one row.
template <typename Function>
Values as_image(const OperationCall& c, const Value& given, Function function) {
  const bool first = first_channels(c);
  Value x = first ? op::to_channels_last(given) : given;
  const bool row = x.rank() == 3;
  if (row) x = op::expand_dims(x, 1);
  Value y = function(x);
  if (row) y = op::squeeze(y, 1);
  return {first ? op::to_channels_first(y) : y};
}

template <bool kMax>
Values pool(const OperationCall& c) {
  const Value x = network_operand(c);
  const int rank = x.rank() - 2;
  const Ints size = spatial(c, 1, {"pool_size", "ksize"}, rank, every(rank, 2));
  const Ints strides = spatial(c, 2, {"strides"}, rank, c.tensorflow ? every(rank, 1) : size);
  const AttrMap attrs{{"ksize", with_batch_and_channels(size)},
                      {"strides", with_batch_and_channels(strides)},
                      {"padding", upper(c.word(3, {"padding"}, "valid"))}};
  const char* kind =
      rank == 3 ? (kMax ? "MaxPool3D" : "AvgPool3D") : (kMax ? "MaxPool" : "AvgPool");
  return as_image(c, x, [&](const Value& image) { return emit(kind, {image}, attrs); });
}
Values pool2d(const OperationCall& c) {
  const bool most = c.word(5, {"pool_mode"}, "max") == std::string("max");
  return most ? pool<true>(c) : pool<false>(c);
}

Value kernel_of(const OperationCall& c, size_t position, OperationCall::Names names,
                const Value& x) {
  const Value kernel = c.required(position, names);
  return op::cast(kernel.without_weakness(), x.dtype());
}
AttrMap conv_attrs(const OperationCall& c, int rank) {
  const Ints strides = spatial(c, 2, {"strides", "stride"}, rank, every(rank, 1));
  const Ints rates = spatial(c, 5, {"dilation_rate", "dilations"}, rank, every(rank, 1));
  return {{"strides", with_batch_and_channels(strides)},
          {"dilations", with_batch_and_channels(rates)},
          {"padding", upper(c.word(3, {"padding"}, "valid"))}};
}
Values conv(const OperationCall& c) {
  const Value x = network_operand(c);
  const int rank = x.rank() - 2;
  Value kernel = kernel_of(c, 1, {"kernel", "filters", "filter"}, x);
  if (rank == 1) kernel = op::expand_dims(kernel, 0);
  const AttrMap attrs = conv_attrs(c, rank);
  return as_image(c, x, [&](const Value& image) {
    return emit(rank == 3 ? "Conv3D" : "Conv2D", {image, kernel}, attrs);
  });
}
Values depthwise_conv(const OperationCall& c) {
  const Value x = network_operand(c);
  Value kernel = kernel_of(c, 1, {"kernel", "filter"}, x);
  if (x.rank() == 3) kernel = op::expand_dims(kernel, 0);
  const AttrMap attrs = conv_attrs(c, x.rank() - 2);
  return as_image(c, x, [&](const Value& image) {
    return emit("DepthwiseConv2dNative", {image, kernel}, attrs);
  });
}
Values separable_conv(const OperationCall& c) {
  const Value x = network_operand(c);
  if (x.rank() != 4) fail(Code::unimplemented, c.layer, ": an input of rank ", x.rank());
  const Value depthwise = kernel_of(c, 1, {"depthwise_kernel", "depthwise_filter"}, x);
  const Value pointwise = kernel_of(c, 2, {"pointwise_kernel", "pointwise_filter"}, x);
  const Ints strides = spatial(c, 3, {"strides"}, 2, every(2, 1));
  const Ints rates = spatial(c, 6, {"dilation_rate"}, 2, every(2, 1));
  return as_image(c, x, [&](const Value& image) {
    const Value y = emit("DepthwiseConv2dNative", {image, depthwise},
                         {{"strides", with_batch_and_channels(strides)},
                          {"dilations", with_batch_and_channels(rates)},
                          {"padding", upper(c.word(4, {"padding"}, "valid"))}});
    return emit("Conv2D", {y, pointwise},
                {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "VALID"}});
  });
}
Values bias_add(const OperationCall& c) {
  const Value x = network_operand(c);
  return as_image(
      c, x, [&](const Value& image) { return op::add(image, kernel_of(c, 1, {"bias"}, image)); });
}

// (x - mean) / sqrt(variance + epsilon) * scale + offset
Value normalized(const Value& x, const Value& mean, const Value& variance, double epsilon,
                 const Value& scale, const Value& offset) {
  Value factor = unary("Rsqrt", op::add(variance, constant_like(epsilon, variance)));
  if (scale) factor = op::mul(factor, scale);
  const Value y = op::mul(op::sub(x, mean), factor);
  return offset ? op::add(y, offset) : y;
}
Values batch_normalization(const OperationCall& c) {
  const Value x = network_operand(c);
  const int axis = c.axis(9, {"axis"}, -1, x.rank());
  const auto part = [&](size_t position, OperationCall::Names names) {
    Value v = c.value(position, names);
    if (!v) return v;
    v = op::cast(v.without_weakness(), x.dtype());
    if (v.rank() != 1) return v;
    std::vector<op::Dim> dims(static_cast<size_t>(x.rank()), op::Dim(1));
    dims[static_cast<size_t>(axis)] = -1;
    return op::reshape(v, dims);
  };
  const Value mean = part(1, {"mean"}), variance = part(2, {"variance"});
  if (!mean || !variance) fail(Code::invalid_argument, c.layer, ": mean or variance is missing");
  const double epsilon = c.number(5, {"epsilon", "variance_epsilon"}, 1e-3);
  // The operation of Keras takes (x, mean, variance, offset, scale), as TensorFlow does.
  return {normalized(x, mean, variance, epsilon, part(4, {"scale"}), part(3, {"offset"}))};
}
Values layer_normalization(const OperationCall& c) {
  const Value x = network_operand(c);
  const auto given = c.ints(3, {"axis"}).value_or(std::vector<int64_t>{-1});
  const std::vector<int> axes = op::axes_of(c.layer, given, x.rank());
  const Value mean = op::reduce("Mean", x, axes, true);
  const Value variance = op::reduce("Mean", unary("Square", op::sub(x, mean)), axes, true);
  return {normalized(x, mean, variance, c.number(4, {"epsilon"}, 1e-7), c.value(1, {"gamma"}),
                     c.value(2, {"beta"}))};
}
Values rms_normalization(const OperationCall& c) {
  const Value x = network_operand(c);
  const auto given = c.ints(2, {"axis"}).value_or(std::vector<int64_t>{-1});
  const Value square =
      op::reduce("Mean", unary("Square", x), op::axes_of(c.layer, given, x.rank()), true);
  const double epsilon = c.number(3, {"epsilon"}, 1e-6);
  const Value y = op::mul(x, unary("Rsqrt", op::add(square, constant_like(epsilon, square))));
  const Value scale = c.value(1, {"scale"});
  return {scale ? op::mul(y, scale) : y};
}
Values local_response_normalization(const OperationCall& c) {
  return {emit("LRN", {network_operand(c)},
               {{"depth_radius", c.integer(1, {"depth_radius"}, 5)},
                {"bias", static_cast<float>(c.number(2, {"bias"}, 1))},
                {"alpha", static_cast<float>(c.number(3, {"alpha"}, 1))},
                {"beta", static_cast<float>(c.number(4, {"beta"}, 0.5))}})};
}

// [batch, length, heads, size]
Values dot_product_attention(const OperationCall& c) {
  const Value q = network_operand(c), k = c.required(1, {"key"}), v = c.required(2, {"value"});
  const Value scale = c.value(5, {"scale"});
  const double size = static_cast<double>(q.shape().back());
  Value scores = op::einsum("btnh,bsnh->bnts", {q, k});
  scores = op::mul(scores, scale ? op::cast(scale.without_weakness(), q.dtype())
                                 : constant_like(1 / std::sqrt(size), q));
  if (const Value bias = c.value(3, {"bias"})) scores = op::add(scores, bias);
  const Value never = constant_like(-3e38 / 4, scores);
  const Value mask = c.value(4, {"mask"});
  if (mask) scores = op::select(op::cast(mask, DType::bool_), scores, never);
  if (c.flag(9, {"is_causal"}, false)) {
    const Value ones = emit("OnesLike", {scores});
    const Value lower =
        emit("MatrixBandPart", {ones, Tensor::scalar(int64_t{-1}), Tensor::scalar(int64_t{0})});
    scores = op::select(op::cast(lower, DType::bool_), scores, never);
  }
  return {op::einsum("bnts,bsnh->btnh", {unary("Softmax", scores), v})};
}

Value clipped_share(const Value& x) {
  constexpr double kLeast = 1e-7;
  return op::binary("Minimum", op::binary("Maximum", x, constant_like(kLeast, x)),
                    constant_like(1 - kLeast, x));
}
// max(x, 0) - x z + log(1 + exp(-|x|))
Value cross_entropy_of_logits(const Value& z, const Value& x) {
  const Value tail = unary("Log1p", unary("Exp", unary("Neg", unary("Abs", x))));
  return op::add(op::sub(unary("Relu", x), op::mul(x, z)), tail);
}
Values binary_crossentropy(const OperationCall& c) {
  Value x = c.required(1, {"output"});
  const Value target = op::cast(c.required(0, {"target"}).without_weakness(), x.dtype());
  if (c.flag(2, {"from_logits"}, false)) return {cross_entropy_of_logits(target, x)};
  x = clipped_share(x);
  const Value one = constant_like(1, x);
  // Keras 2 adds the least share once more.
  const auto log = [&](const Value& share) {
    return unary("Log", c.tensorflow ? op::add(share, constant_like(1e-7, share)) : share);
  };
  const Value y =
      op::add(op::mul(target, log(x)), op::mul(op::sub(one, target), log(op::sub(one, x))));
  return {unary("Neg", y)};
}
Value log_share(const OperationCall& c, const Value& x, int axis) {
  if (c.flag(2, {"from_logits"}, false)) {
    if (axis != x.rank() - 1) fail(Code::unimplemented, c.layer, ": classes along axis ", axis);
    return unary("LogSoftmax", x);
  }
  const Value share = op::div(x, op::reduce("Sum", x, {axis}, true));
  return unary("Log", clipped_share(share));
}
Values categorical_crossentropy(const OperationCall& c) {
  const Value x = c.required(1, {"output"});
  const int axis = c.axis(3, {"axis"}, -1, x.rank());
  const Value y = op::mul(c.required(0, {"target"}), log_share(c, x, axis));
  return {unary("Neg", op::reduce("Sum", y, {axis}))};
}
Values sparse_categorical_crossentropy(const OperationCall& c) {
  const Value x = c.required(1, {"output"});
  const int axis = c.axis(3, {"axis"}, -1, x.rank());
  Value target = op::cast(c.required(0, {"target"}), DType::int64);
  if (target.rank() == x.rank() && target.shape().back() == 1) {
    target = op::squeeze(target, target.rank() - 1);
  }
  const int64_t classes = x.shape()[axis];
  if (classes < 1) fail(Code::invalid_argument, c.layer, ": the number of classes is not known");
  const Value hot = emit("OneHot",
                         {target, Tensor::scalar(static_cast<int32_t>(classes)),
                          constant_like(1, x), constant_like(0, x)},
                         {{"axis", axis == x.rank() - 1 ? -1 : axis}});
  // Shares are made ones after they were cut.
  const bool logits = c.flag(2, {"from_logits"}, false);
  const Value cut = logits ? x : clipped_share(x);
  const Value log =
      logits ? log_share(c, x, axis)
             : op::sub(unary("Log", cut), unary("Log", op::reduce("Sum", cut, {axis}, true)));
  return {unary("Neg", op::reduce("Sum", op::mul(hot, log), {axis}))};
}
Values softmax_loss(const OperationCall& c) {
  Value labels = c.required(0, {"labels"}), logits = c.required(1, {"logits"});
  const int axis = c.axis(2, {"axis", "dim"}, -1, logits.rank());
  labels = axis_to_end(op::cast(labels, logits.dtype()), axis);
  logits = axis_to_end(logits, axis);
  const Value y = op::mul(labels, unary("LogSoftmax", logits));
  return {unary("Neg", op::reduce("Sum", y, {logits.rank() - 1}))};
}
Values sigmoid_loss(const OperationCall& c) {
  return {cross_entropy_of_logits(c.required(0, {"labels"}), c.required(1, {"logits"}))};
}

constexpr Operation kNetworkOperations[] = {
    {"average_pool", pool<false>},
    {"avg_pool", pool<false>},
    {"avg_pool1d", pool<false>},
    {"avg_pool2d", pool<false>},
    {"avg_pool3d", pool<false>},
    {"avg_pool_v2", pool<false>},
    {"batch_norm", batch_normalization},
    {"batch_normalization", batch_normalization},
    {"bias_add", bias_add},
    {"binary_crossentropy", binary_crossentropy},
    {"categorical_crossentropy", categorical_crossentropy},
    {"conv", conv},
    {"conv1d", conv},
    {"conv1d_v2", conv},
    {"conv2d", conv},
    {"conv2d_v2", conv},
    {"conv3d", conv},
    {"conv3d_v2", conv},
    {"convolution", conv},
    {"convolution_v2", conv},
    {"depthwise_conv", depthwise_conv},
    {"depthwise_conv2d", depthwise_conv},
    {"depthwise_conv2d_v2", depthwise_conv},
    {"dot_product_attention", dot_product_attention},
    {"layer_norm", layer_normalization},
    {"layer_normalization", layer_normalization},
    {"local_response_normalization", local_response_normalization},
    {"lrn", local_response_normalization},
    {"max_pool", pool<true>},
    {"max_pool1d", pool<true>},
    {"max_pool2d", pool<true>},
    {"max_pool3d", pool<true>},
    {"max_pool_v2", pool<true>},
    {"pool2d", pool2d},
    {"rms_norm", rms_normalization},
    {"rms_normalization", rms_normalization},
    {"separable_conv", separable_conv},
    {"separable_conv2d", separable_conv},
    {"separable_conv2d_v2", separable_conv},
    {"sigmoid_cross_entropy_with_logits", sigmoid_loss},
    {"softmax_cross_entropy_with_logits", softmax_loss},
    {"softmax_cross_entropy_with_logits_v2", softmax_loss},
    {"sparse_categorical_crossentropy", sparse_categorical_crossentropy},
};

}  // namespace

std::span<const Operation> network_operations() { return kNetworkOperations; }

}  // namespace rill::keras
