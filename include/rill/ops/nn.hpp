// Neural network operations, named as in TensorFlow's tf.nn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Activations.
RILL_API Value relu(const Value& x, std::string_view name = {});
RILL_API Value relu6(const Value& x, std::string_view name = {});
RILL_API Value elu(const Value& x, std::string_view name = {});
RILL_API Value selu(const Value& x, std::string_view name = {});
RILL_API Value leaky_relu(const Value& x, float alpha = 0.2f, std::string_view name = {});
RILL_API Value softplus(const Value& x, std::string_view name = {});
RILL_API Value softsign(const Value& x, std::string_view name = {});
RILL_API Value softmax(const Value& x, int64_t axis = -1, std::string_view name = {});
RILL_API Value log_softmax(const Value& x, int64_t axis = -1, std::string_view name = {});

// data_format: NHWC (also NWC, NDHWC: channels last) or NCHW (channels first).
RILL_API Value bias_add(const Value& x, const Value& bias, std::string_view data_format = "NHWC",
                        std::string_view name = {});
RILL_API Value l2_loss(const Value& x, std::string_view name = {});
RILL_API Value lrn(const Value& x, int64_t depth_radius = 5, float bias = 1.0f, float alpha = 1.0f,
                   float beta = 0.5f, std::string_view name = {});

// One loss a row.
RILL_API Value softmax_cross_entropy_with_logits(const Value& labels, const Value& logits,
                                                 std::string_view name = {});
RILL_API Value sparse_softmax_cross_entropy_with_logits(const Value& labels, const Value& logits,
                                                        std::string_view name = {});

struct TopK {
  Value values;
  Value indices;
};
RILL_API TopK top_k(const Value& x, const Value& k = Value(1), bool sorted = true,
                    std::string_view name = {});
RILL_API Value in_top_k(const Value& targets, const Value& predictions, const Value& k,
                        std::string_view name = {});

struct FusedBatchNormResult {
  Value y;
  Value mean;
  Value variance;
};
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
RILL_API Value conv2d(const Value& x, const Value& filter, const ConvOptions& options = {},
                      std::string_view name = {});
RILL_API Value conv3d(const Value& x, const Value& filter, const ConvOptions& options = {},
                      std::string_view name = {});
RILL_API Value depthwise_conv2d(const Value& x, const Value& filter,
                                const ConvOptions& options = {}, std::string_view name = {});
// filter: [height, width, channels of the result, channels of x].
RILL_API Value conv2d_transpose(const Value& x, const Value& filter, const Value& output_shape,
                                const std::vector<int64_t>& strides,
                                std::string_view padding = "SAME",
                                std::string_view data_format = "NHWC", std::string_view name = {});

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
