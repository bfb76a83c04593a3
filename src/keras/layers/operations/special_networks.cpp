// Convolutions back, morphology, pooling by name, losses on logits and decoders
// (tensorflow/python/ops/nn_ops.py, nn_impl.py; keras/src/backend/tensorflow/nn.py).
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/operation_table.h"

namespace rill::keras {
namespace {

using op::constant_like;
using op::unary;

Value special_operand(const OperationCall& c) {
  return c.required(0, {"input", "inputs", "value", "x"});
}
Value beside(const OperationCall& c, size_t position, OperationCall::Names names, const Value& x) {
  return op::cast(c.required(position, names).without_weakness(), x.dtype());
}
// Numbers of the spatial dimensions with 1 for batch and channels.
std::vector<int64_t> with_ends(const OperationCall& c, size_t position, OperationCall::Names names,
                               int rank, int64_t otherwise) {
  std::vector<int64_t> given = c.ints(position, names).value_or(std::vector<int64_t>{otherwise});
  if (static_cast<int>(given.size()) == rank + 2) {
    given.erase(given.begin());
    given.pop_back();
  }
  const Ints each = per_dimension(*names.begin(), Ints(given), rank);
  return with_batch_and_channels(each);
}
void require_channels_last(const OperationCall& c) {
  if (c.word(99, {"data_format"}, "NHWC").starts_with("NC")) {
    fail(Code::unimplemented, c.layer, ": channels first");
  }
}

// The gradient of a convolution as a layer: the size of what comes out is given.
template <int kRank>
Values transposed_conv(const OperationCall& c) {
  require_channels_last(c);
  Value x = special_operand(c);
  Value kernel = beside(c, 1, {"filters", "filter"}, x);
  const Value size = c.shape(2, {"output_shape"});
  const std::vector<int64_t> strides = with_ends(c, 3, {"strides"}, kRank, 1);
  const std::vector<int64_t> rates = with_ends(c, 6, {"dilations"}, kRank, 1);
  Values sides = op::unstack(size, kRank + 2, 0);
  if (kRank == 1) {
    x = op::expand_dims(x, 1);
    kernel = op::expand_dims(kernel, 0);
    sides.insert(sides.begin() + 1, Tensor::scalar(int32_t{1}));
  }
  const Value y = emit(kRank == 3 ? "Conv3DBackpropInputV2" : "Conv2DBackpropInput",
                       {op::stack(sides, 0), kernel, x},
                       {{"strides", strides},
                        {"dilations", rates},
                        {"padding", upper(c.word(4, {"padding"}, "SAME"))}});
  return {kRank == 1 ? op::squeeze(y, 1) : y};
}

Values dilated(const OperationCall& c, const Value& x, const Value& kernel) {
  require_channels_last(c);
  return {emit("Dilation2D", {x, kernel},
               {{"strides", with_ends(c, 2, {"strides"}, 2, 1)},
                {"rates", with_ends(c, 5, {"dilations", "rates"}, 2, 1)},
                {"padding", upper(c.word(3, {"padding"}, "VALID"))}})};
}
Values dilation2d(const OperationCall& c) {
  const Value x = special_operand(c);
  return dilated(c, x, beside(c, 1, {"filters", "filter"}, x));
}
Values erosion2d(const OperationCall& c) {
  const Value x = c.required(0, {"value"});
  const Value kernel = op::reverse(beside(c, 1, {"filters", "kernel"}, x), {0, 1});
  return {unary("Neg", dilated(c, unary("Neg", x), kernel)[0])};
}

// tf.nn.pool: windows of any number of dimensions.
Values pool_by_name(const OperationCall& c) {
  const Value x = special_operand(c);
  const bool most = c.word(2, {"pooling_type"}, "MAX") == "MAX";
  const int rank = x.rank() - 2;
  for (const int64_t rate :
       c.ints(99, {"dilation_rate", "dilations"}).value_or(std::vector<int64_t>{})) {
    if (rate != 1) fail(Code::unimplemented, c.layer, ": pooling with holes");
  }
  if (rank != 2 && rank != 3) fail(Code::unimplemented, c.layer, ": an input of rank ", x.rank());
  require_channels_last(c);
  const char* kind =
      rank == 3 ? (most ? "MaxPool3D" : "AvgPool3D") : (most ? "MaxPool" : "AvgPool");
  return {emit(kind, {x},
               {{"ksize", with_ends(c, 1, {"window_shape"}, rank, 1)},
                {"strides", with_ends(c, 4, {"strides"}, rank, 1)},
                {"padding", upper(c.word(3, {"padding"}, "VALID"))}})};
}

Values sparse_softmax_loss(const OperationCall& c) {
  const Value logits = c.required(1, {"logits"});
  const Value labels = op::cast(c.required(0, {"labels"}).without_weakness(), DType::int64);
  const int64_t classes = logits.shape()[logits.rank() - 1];
  const Value flat = op::reshape(logits, {-1, classes});
  const Value losses =
      emit_all("SparseSoftmaxCrossEntropyWithLogits", {flat, op::reshape(labels, {-1})})[0];
  return {op::reshape(losses, op::dims(labels))};
}
// (1 - z) x + (1 + (weight - 1) z) (log(1 + exp(-|x|)) + max(-x, 0))
Values weighted_loss(const OperationCall& c) {
  const Value x = c.required(1, {"logits"}), z = beside(c, 0, {"labels"}, x);
  const Value weight = beside(c, 2, {"pos_weight"}, x), one = constant_like(1, x);
  const Value factor = op::add(one, op::mul(op::sub(weight, one), z));
  const Value tail = op::add(unary("Log1p", unary("Exp", unary("Neg", unary("Abs", x)))),
                             unary("Relu", unary("Neg", x)));
  return {op::add(op::mul(op::sub(one, z), x), op::mul(factor, tail))};
}
// exp(x) - x z, with Stirling's approximation of log z! where it is asked for.
Values log_poisson_loss(const OperationCall& c) {
  const Value z = c.required(0, {"targets"}), x = beside(c, 1, {"log_input"}, z);
  const Value loss = op::sub(unary("Exp", x), op::mul(x, z));
  if (!c.flag(2, {"compute_full_loss"}, false)) return {loss};
  const Value around = op::mul(constant_like(2 * std::numbers::pi, z), z);
  const Value half = op::mul(constant_like(0.5, z), unary("Log", around));
  const Value stirling = op::add(op::sub(op::mul(z, unary("Log", z)), z), half);
  const Value zero = unary("ZerosLike", z), one = constant_like(1, z);
  const Value small = op::binary("LogicalAnd", op::binary("GreaterEqual", z, zero),
                                 op::binary("LessEqual", z, one));
  return {op::add(loss, op::select(small, zero, stirling))};
}
// Nothing is dropped at a rate of 0; any other draws numbers at each call.
Values dropout_at_rest(const OperationCall& c) {
  if (c.number(1, {"rate"}, 0) != 0 || c.number(99, {"keep_prob"}, 1) != 1) {
    fail(Code::unimplemented, c.layer, ": dropout as a function, which is random at inference too");
  }
  return {special_operand(c)};
}

// The paths as rows that end in -1, then their scores.
Values dense_paths(const Values& decoded, size_t paths, const Value& x) {
  Values rows;
  const Value size = op::cast(op::shape_vector({op::dim(x, 0), op::dim(x, 1)}), DType::int64);
  for (size_t i = 0; i < paths; ++i) {
    const Value none = Tensor::scalar(int64_t{-1});
    rows.push_back(emit("SparseToDense", {decoded[i], size, decoded[paths + i], none}));
  }
  return {op::cast(op::stack(rows, 0), DType::int32), decoded.back()};
}
Values ctc_decode(const OperationCall& c) {
  const Value x = op::to_floating(special_operand(c));
  const Value lengths =
      op::cast(c.required(1, {"sequence_lengths"}).without_weakness(), DType::int32);
  const int64_t classes = x.shape()[x.rank() - 1];
  const int64_t mask = c.integer(6, {"mask_index"}, 0);
  const Value steps = op::transpose(x, {1, 0, 2});
  if (c.word(2, {"strategy"}, "greedy") == "greedy") {
    return dense_paths(
        emit_all("CTCGreedyDecoder", {steps, lengths},
                 {{"merge_repeated", c.flag(5, {"merge_repeated"}, true)}, {"blank_index", mask}}),
        1, x);
  }
  if (classes < 1) fail(Code::unimplemented, c.layer, ": an unknown number of classes");
  // The blank comes last for the decoder: what stands behind its place moves down, and back.
  const int64_t blank = mask < 0 ? mask + classes : mask;
  const auto part = [&](int64_t begin, int64_t end) {
    return op::slice(steps, {{}, {}, {begin, end, 1}});
  };
  const Value turned =
      op::concat({part(0, blank), part(blank + 1, classes), part(blank, blank + 1)}, 2);
  const int64_t paths = c.integer(4, {"top_paths"}, 1);
  if (paths < 1 || paths > 4096) fail(Code::invalid_argument, c.layer, ": ", paths, " paths");
  Values out = dense_paths(emit_all("CTCBeamSearchDecoder", {turned, lengths},
                                    {{"beam_width", c.integer(3, {"beam_width"}, 100)},
                                     {"top_paths", paths},
                                     {"merge_repeated", false}}),
                           static_cast<size_t>(paths), x);
  const Value place = constant_like(static_cast<double>(blank), out[0]);
  out[0] = op::select(op::binary("GreaterEqual", out[0], place),
                      op::add(out[0], constant_like(1, out[0])), out[0]);
  return out;
}

constexpr Operation kSpecialNetworkOperations[] = {
    {"conv1d_transpose", transposed_conv<1>},
    {"conv2d_transpose", transposed_conv<2>},
    {"conv2d_transpose_v2", transposed_conv<2>},
    {"conv3d_transpose", transposed_conv<3>},
    {"conv3d_transpose_v2", transposed_conv<3>},
    {"ctc_decode", ctc_decode},
    {"dilation2d", dilation2d},
    {"dilation2d_v2", dilation2d},
    {"dropout", dropout_at_rest},
    {"dropout_v2", dropout_at_rest},
    {"erosion2d", erosion2d},
    {"erosion2d_v2", erosion2d},
    {"log_poisson_loss", log_poisson_loss},
    {"pool", pool_by_name},
    {"pool_v2", pool_by_name},
    {"sparse_softmax_cross_entropy_with_logits", sparse_softmax_loss},
    {"weighted_cross_entropy_with_logits", weighted_loss},
    {"weighted_cross_entropy_with_logits_v2", weighted_loss},
};

}  // namespace

std::span<const Operation> special_network_operations() { return kSpecialNetworkOperations; }

}  // namespace rill::keras
