// Numbers drawn at random (tensorflow/python/ops/random_ops.py) and boxes that suppress each other
// (tensorflow/python/ops/image_ops_impl.py).
#include <limits>

#include "base/fail.h"
#include "keras/layers/operation_table.h"

namespace rill::keras {
namespace {

using op::constant_like;

// `op` draws around 0, or in [0, 1).
Value draw(const OperationCall& c, const char* op, DType dtype) {
  return emit(op, {c.shape(0, {"shape"})},
              {{"dtype", dtype}, {"seed", c.integer(4, {"seed"}, 0)}, {"seed2", 0}});
}
Value scaled(const Value& x, double factor, double offset) {
  return op::add(op::mul(x, constant_like(factor, x)), constant_like(offset, x));
}

template <Text op_name>
Values around_mean(const OperationCall& c) {
  const Value x = draw(c, op_name.value, c.dtype(3, {"dtype"}, DType::float32));
  return {scaled(x, c.number(2, {"stddev"}, 1), c.number(1, {"mean"}, 0))};
}

Values uniform(const OperationCall& c) {
  const DType dtype = c.dtype(3, {"dtype"}, DType::float32);
  if (dtype == DType::int32 || dtype == DType::int64) {
    const auto bound = [&](size_t at, const char* name) {
      return op::cast(c.required(at, {name}).without_weakness(), dtype);
    };
    return {emit("RandomUniformInt",
                 {c.shape(0, {"shape"}), bound(1, "minval"), bound(2, "maxval")},
                 {{"seed", c.integer(4, {"seed"}, 0)}, {"seed2", 0}})};
  }
  const double low = c.number(1, {"minval"}, 0), high = c.number(2, {"maxval"}, 1);
  return {scaled(draw(c, "RandomUniform", dtype), high - low, low)};
}

// Each image as it is, or turned around along `kAxis` (from the end).
template <int kAxis>
Values random_flip(const OperationCall& c) {
  const Value image = c.required(0, {"image", "images"});
  const int axis = image.rank() + kAxis;
  if (image.rank() != 3 && image.rank() != 4) {
    fail(Code::invalid_argument, c.layer, ": an image must have 3 or 4 dimensions, not ",
         image.shape());
  }
  std::vector<op::Dim> dims(static_cast<size_t>(image.rank()), op::Dim(1));
  if (image.rank() == 4) dims[0] = op::dim(image, 0);
  const Value chance =
      emit("RandomUniform", {op::shape_vector(dims)},
           {{"dtype", DType::float32}, {"seed", c.integer(1, {"seed"}, 0)}, {"seed2", 0}});
  return {op::select(op::binary("Less", chance, Tensor::scalar(0.5f)), op::reverse(image, {axis}),
                     image)};
}

Value number_or(const OperationCall& c, size_t at, const char* name, double otherwise) {
  const Value given = c.value(at, {name});
  return given ? op::cast(given.without_weakness(), DType::float32)
               : Value(Tensor::scalar(static_cast<float>(otherwise)));
}
Value count(const OperationCall& c, size_t at, const char* name) {
  return op::cast(c.required(at, {name}).without_weakness(), DType::int32);
}
constexpr double kNoThreshold = -std::numeric_limits<double>::infinity();

Values non_max_suppression(const OperationCall& c) {
  return {emit(
      "NonMaxSuppressionV3",
      {c.required(0, {"boxes"}), c.required(1, {"scores"}), count(c, 2, "max_output_size"),
       number_or(c, 3, "iou_threshold", 0.5), number_or(c, 4, "score_threshold", kNoThreshold)})};
}
// The boxes that stay, and their scores, which close boxes have lowered.
Values non_max_suppression_with_scores(const OperationCall& c) {
  const Values kept = emit_all(
      "NonMaxSuppressionV5",
      {c.required(0, {"boxes"}), c.required(1, {"scores"}), count(c, 2, "max_output_size"),
       number_or(c, 3, "iou_threshold", 0.5), number_or(c, 4, "score_threshold", kNoThreshold),
       number_or(c, 5, "soft_nms_sigma", 0)},
      {{"pad_to_max_output_size", false}});
  return {kept[0], kept[1]};
}
// The boxes that stay, and how many do.
Values non_max_suppression_padded(const OperationCall& c) {
  const Value boxes = c.required(0, {"boxes"});
  if (boxes.rank() != 2 || c.flag(6, {"sorted_input"}, false) ||
      c.flag(7, {"canonicalized_coordinates"}, false)) {
    fail(Code::unimplemented, c.layer, ": boxes of several images, or sorted ones");
  }
  return emit_all(
      "NonMaxSuppressionV4",
      {boxes, c.required(1, {"scores"}), count(c, 2, "max_output_size"),
       number_or(c, 3, "iou_threshold", 0.5), number_or(c, 4, "score_threshold", kNoThreshold)},
      {{"pad_to_max_output_size", c.flag(5, {"pad_to_max_output_size"}, false)}});
}
Values combined_non_max_suppression(const OperationCall& c) {
  return emit_all(
      "CombinedNonMaxSuppression",
      {c.required(0, {"boxes"}), c.required(1, {"scores"}),
       count(c, 2, "max_output_size_per_class"), count(c, 3, "max_total_size"),
       number_or(c, 4, "iou_threshold", 0.5), number_or(c, 5, "score_threshold", kNoThreshold)},
      {{"pad_per_class", c.flag(6, {"pad_per_class"}, false)},
       {"clip_boxes", c.flag(7, {"clip_boxes"}, true)}});
}

constexpr Operation kDrawOperations[] = {
    {"combined_non_max_suppression", combined_non_max_suppression},
    {"non_max_suppression", non_max_suppression},
    {"non_max_suppression_padded", non_max_suppression_padded},
    {"non_max_suppression_with_scores", non_max_suppression_with_scores},
    {"normal", around_mean<"RandomStandardNormal">},
    {"random_flip_left_right", random_flip<-2>},
    {"random_flip_up_down", random_flip<-3>},
    {"truncated_normal", around_mean<"TruncatedNormal">},
    {"uniform", uniform},
};

}  // namespace

std::span<const Operation> draw_operations() { return kDrawOperations; }

}  // namespace rill::keras
