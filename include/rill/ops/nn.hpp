// Neural network operations, named as in TensorFlow's tf.nn. Floating dtypes unless another is
// named; all throw INVALID_ARGUMENT for dtypes or shapes that do not go together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/ops/math.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Activations: of each element, of the shape and dtype of x. relu and relu6 take integers, too.
RILL_API Value relu(const Value& x, std::string_view name = {});
RILL_API Value relu6(const Value& x, std::string_view name = {});
RILL_API Value elu(const Value& x, std::string_view name = {});
RILL_API Value selu(const Value& x, std::string_view name = {});
// x < 0 ? alpha x : x
RILL_API Value leaky_relu(const Value& x, float alpha = 0.2f, std::string_view name = {});
RILL_API Value softplus(const Value& x, std::string_view name = {});
RILL_API Value softsign(const Value& x, std::string_view name = {});
// x Phi(x), or its approximation by tanh.
RILL_API Value gelu(const Value& x, bool approximate = false);
// x sigmoid(beta x), also called swish.
RILL_API Value silu(const Value& x, double beta = 1.0);
// exp(x) / sum(exp(x)) along an axis, and its logarithm.
RILL_API Value softmax(const Value& x, int64_t axis = -1, std::string_view name = {});
RILL_API Value log_softmax(const Value& x, int64_t axis = -1, std::string_view name = {});

// x + bias, one a channel: bias [channels].
// data_format: NHWC (also NWC, NDHWC: channels last) or NCHW (channels first).
RILL_API Value bias_add(const Value& x, const Value& bias, std::string_view data_format = "NHWC",
                        std::string_view name = {});
// sum(x^2) / 2, a scalar.
RILL_API Value l2_loss(const Value& x, std::string_view name = {});
// Local response normalisation of [batch, height, width, channels]: each element divided by
// (bias + alpha * sum of squares over 2 * depth_radius + 1 channels)^beta.
RILL_API Value lrn(const Value& x, int64_t depth_radius = 5, float bias = 1.0f, float alpha = 1.0f,
                   float beta = 0.5f, std::string_view name = {});

struct Moments {
  Value mean;
  Value variance;
};
// Of the population, over `axes`, dropped or kept as 1. Halves are summed as float32.
RILL_API Moments moments(const Value& x, const Axes& axes, bool keep_dims = false);
// x / sqrt(max(sum(x^2), epsilon)), the sum over `axes`.
RILL_API Value l2_normalize(const Value& x, const Axes& axes, double epsilon = 1e-12);
// Elements are 0 with probability `rate`, the others divided by 1 - rate. seed 0: other elements
// each time. Throws INVALID_ARGUMENT for a rate outside [0, 1).
RILL_API Value dropout(const Value& x, double rate, int64_t seed = 0);
// Rows of params by number: ids.shape + params.shape[1:].
RILL_API Value embedding_lookup(const Value& params, const Value& ids);

// -labels log(sigmoid(logits)) - (1 - labels) log(1 - sigmoid(logits)), for each element.
RILL_API Value sigmoid_cross_entropy_with_logits(const Value& labels, const Value& logits);
// One loss a row: [...]. labels are probabilities [..., classes], or class numbers [...] (int32,
// int64) of the sparse form; logits [..., classes].
RILL_API Value softmax_cross_entropy_with_logits(const Value& labels, const Value& logits,
                                                 std::string_view name = {});
RILL_API Value sparse_softmax_cross_entropy_with_logits(const Value& labels, const Value& logits,
                                                        std::string_view name = {});

struct TopK {
  Value values;   // [..., k]
  Value indices;  // [..., k], int32
};
// The k greatest of each row, best first unless `sorted` is off; of equal ones the first. Throws
// INVALID_ARGUMENT when rows have fewer than k.
RILL_API TopK top_k(const Value& x, const Value& k = Value(1), bool sorted = true,
                    std::string_view name = {});
// Is the target of each row among its k best predictions? targets [batch], predictions [batch,
// classes] float32; gives bool [batch].
RILL_API Value in_top_k(const Value& targets, const Value& predictions, const Value& k,
                        std::string_view name = {});

struct FusedBatchNormResult {
  Value y;
  Value mean;
  Value variance;
};
// (x - mean) / sqrt(variance + epsilon) * scale + offset, a channel: x [batch, height, width,
// channels], the others [channels], float32 for half x.
// Training normalises with the statistics of the batch and gives the updated running ones.
RILL_API FusedBatchNormResult fused_batch_norm(
    const Value& x, const Value& scale, const Value& offset, const Value& mean,
    const Value& variance, float epsilon = 1e-3f, std::string_view data_format = "NHWC",
    bool is_training = true, float exponential_avg_factor = 1.0f, std::string_view name = {});

struct ConvOptions {
  // One number, one a dimension of space, or one a dimension.
  std::vector<int64_t> strides = {1};
  std::string padding = "VALID";  // or SAME
  std::string data_format = {};   // channels last when empty
  std::vector<int64_t> dilations = {1};
};
// x [batch, (depth,) height, width, channels]; filter [(depth,) height, width, channels of x /
// groups, channels of the result]. The result's size: VALID ceil((size - (kernel - 1) * dilation) /
// stride), SAME ceil(size / stride).
RILL_API Value conv2d(const Value& x, const Value& filter, const ConvOptions& options = {},
                      std::string_view name = {});
RILL_API Value conv3d(const Value& x, const Value& filter, const ConvOptions& options = {},
                      std::string_view name = {});
// filter [height, width, channels, multiplier] gives channels * multiplier channels.
RILL_API Value depthwise_conv2d(const Value& x, const Value& filter,
                                const ConvOptions& options = {}, std::string_view name = {});
// The gradient of conv2d as a layer: filter [height, width, channels of the result, channels of x],
// output_shape [4].
RILL_API Value conv2d_transpose(const Value& x, const Value& filter, const Value& output_shape,
                                const std::vector<int64_t>& strides,
                                std::string_view padding = "SAME",
                                std::string_view data_format = "NHWC", std::string_view name = {});

// The greatest, or the mean of what lies inside, of each window. Shapes as of convolutions.
// ksize and strides: one number, one a dimension of space, or one a dimension.
RILL_API Value max_pool2d(const Value& x, const std::vector<int64_t>& ksize,
                          const std::vector<int64_t>& strides, std::string_view padding = "VALID",
                          std::string_view data_format = "NHWC", std::string_view name = {});
RILL_API Value avg_pool2d(const Value& x, const std::vector<int64_t>& ksize,
                          const std::vector<int64_t>& strides, std::string_view padding = "VALID",
                          std::string_view data_format = "NHWC", std::string_view name = {});
RILL_API Value max_pool3d(const Value& x, const std::vector<int64_t>& ksize,
                          const std::vector<int64_t>& strides, std::string_view padding = "VALID",
                          std::string_view data_format = "NDHWC", std::string_view name = {});
RILL_API Value avg_pool3d(const Value& x, const std::vector<int64_t>& ksize,
                          const std::vector<int64_t>& strides, std::string_view padding = "VALID",
                          std::string_view data_format = "NDHWC", std::string_view name = {});

}  // namespace rill::ops
