// The operations of src/ops/image as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value AdjustContrast(const Value& images, const Value& contrast_factor, const Value& min_value, const Value& max_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustContrast", {images, contrast_factor, min_value, max_value}, std::move(attrs), node)[0];
}
inline Value AdjustContrastv2(const Value& images, const Value& contrast_factor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustContrastv2", {images, contrast_factor}, std::move(attrs), node)[0];
}
inline Value AdjustHue(const Value& images, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustHue", {images, delta}, std::move(attrs), node)[0];
}
inline Value AdjustSaturation(const Value& images, const Value& scale, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AdjustSaturation", {images, scale}, std::move(attrs), node)[0];
}
inline Values CombinedNonMaxSuppression(const Value& boxes, const Value& scores, const Value& max_output_size_per_class, const Value& max_total_size, const Value& iou_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CombinedNonMaxSuppression", {boxes, scores, max_output_size_per_class, max_total_size, iou_threshold, score_threshold}, std::move(attrs), node);
}
inline Value CropAndResize(const Value& image, const Value& boxes, const Value& box_ind, const Value& crop_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CropAndResize", {image, boxes, box_ind, crop_size}, std::move(attrs), node)[0];
}
inline Value CropAndResizeGradBoxes(const Value& grads, const Value& image, const Value& boxes, const Value& box_ind, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CropAndResizeGradBoxes", {grads, image, boxes, box_ind}, std::move(attrs), node)[0];
}
inline Value CropAndResizeGradImage(const Value& grads, const Value& boxes, const Value& box_ind, const Value& image_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CropAndResizeGradImage", {grads, boxes, box_ind, image_size}, std::move(attrs), node)[0];
}
inline Value DecodeAndCropJpeg(const Value& contents, const Value& crop_window, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeAndCropJpeg", {contents, crop_window}, std::move(attrs), node)[0];
}
inline Value DecodeBmp(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeBmp", {contents}, std::move(attrs), node)[0];
}
inline Value DecodeGif(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeGif", {contents}, std::move(attrs), node)[0];
}
inline Value DecodeImage(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeImage", {contents}, std::move(attrs), node)[0];
}
inline Value DecodeJpeg(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeJpeg", {contents}, std::move(attrs), node)[0];
}
inline Value DecodePng(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodePng", {contents}, std::move(attrs), node)[0];
}
inline Value DrawBoundingBoxes(const Value& images, const Value& boxes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DrawBoundingBoxes", {images, boxes}, std::move(attrs), node)[0];
}
inline Value DrawBoundingBoxesV2(const Value& images, const Value& boxes, const Value& colors, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DrawBoundingBoxesV2", {images, boxes, colors}, std::move(attrs), node)[0];
}
inline Value EncodeJpeg(const Value& image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeJpeg", {image}, std::move(attrs), node)[0];
}
inline Value EncodeJpegVariableQuality(const Value& images, const Value& quality, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeJpegVariableQuality", {images, quality}, std::move(attrs), node)[0];
}
inline Value EncodePng(const Value& image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodePng", {image}, std::move(attrs), node)[0];
}
inline Value ExtractGlimpse(const Value& input, const Value& size, const Value& offsets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractGlimpse", {input, size, offsets}, std::move(attrs), node)[0];
}
inline Value ExtractGlimpseV2(const Value& input, const Value& size, const Value& offsets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractGlimpseV2", {input, size, offsets}, std::move(attrs), node)[0];
}
inline Value ExtractImagePatches(const Value& images, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractImagePatches", {images}, std::move(attrs), node)[0];
}
inline Value ExtractJpegShape(const Value& contents, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractJpegShape", {contents}, std::move(attrs), node)[0];
}
inline Value ExtractVolumePatches(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ExtractVolumePatches", {input}, std::move(attrs), node)[0];
}
inline Value HSVToRGB(const Value& images, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HSVToRGB", {images}, std::move(attrs), node)[0];
}
inline Value ImageProjectiveTransformV2(const Value& images, const Value& transforms, const Value& output_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ImageProjectiveTransformV2", {images, transforms, output_shape}, std::move(attrs), node)[0];
}
inline Value ImageProjectiveTransformV3(const Value& images, const Value& transforms, const Value& output_shape, const Value& fill_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ImageProjectiveTransformV3", {images, transforms, output_shape, fill_value}, std::move(attrs), node)[0];
}
inline Value NonMaxSuppression(const Value& boxes, const Value& scores, const Value& max_output_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppression", {boxes, scores, max_output_size}, std::move(attrs), node)[0];
}
inline Value NonMaxSuppressionV2(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV2", {boxes, scores, max_output_size, iou_threshold}, std::move(attrs), node)[0];
}
inline Value NonMaxSuppressionV3(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV3", {boxes, scores, max_output_size, iou_threshold, score_threshold}, std::move(attrs), node)[0];
}
inline Values NonMaxSuppressionV4(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV4", {boxes, scores, max_output_size, iou_threshold, score_threshold}, std::move(attrs), node);
}
inline Values NonMaxSuppressionV5(const Value& boxes, const Value& scores, const Value& max_output_size, const Value& iou_threshold, const Value& score_threshold, const Value& soft_nms_sigma, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionV5", {boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma}, std::move(attrs), node);
}
inline Value NonMaxSuppressionWithOverlaps(const Value& overlaps, const Value& scores, const Value& max_output_size, const Value& overlap_threshold, const Value& score_threshold, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonMaxSuppressionWithOverlaps", {overlaps, scores, max_output_size, overlap_threshold, score_threshold}, std::move(attrs), node)[0];
}
inline Value RGBToHSV(const Value& images, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RGBToHSV", {images}, std::move(attrs), node)[0];
}
inline Value ResizeArea(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeArea", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeBicubic(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBicubic", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeBicubicGrad(const Value& grads, const Value& original_image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBicubicGrad", {grads, original_image}, std::move(attrs), node)[0];
}
inline Value ResizeBilinear(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBilinear", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeBilinearGrad(const Value& grads, const Value& original_image, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeBilinearGrad", {grads, original_image}, std::move(attrs), node)[0];
}
inline Value ResizeNearestNeighbor(const Value& images, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeNearestNeighbor", {images, size}, std::move(attrs), node)[0];
}
inline Value ResizeNearestNeighborGrad(const Value& grads, const Value& size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ResizeNearestNeighborGrad", {grads, size}, std::move(attrs), node)[0];
}
inline Value ScaleAndTranslate(const Value& images, const Value& size, const Value& scale, const Value& translation, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScaleAndTranslate", {images, size, scale, translation}, std::move(attrs), node)[0];
}
inline Value ScaleAndTranslateGrad(const Value& grads, const Value& original_image, const Value& scale, const Value& translation, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScaleAndTranslateGrad", {grads, original_image, scale, translation}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
