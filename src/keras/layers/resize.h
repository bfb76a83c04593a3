#pragma once

#include <string>

#include "keras/core/ops.h"

namespace rill::keras {

// tf.image.resize with half-pixel centres on NHWC images; the result is float.
// Throws UNIMPLEMENTED for an unknown interpolation.
Value resize_images(const Value& x, const op::Dim& height, const op::Dim& width,
                    const std::string& interpolation, bool antialias = false);

// The middle of NHWC images, or the images with borders of `value`, in the ratio height : width
// (keras/src/backend/tensorflow/image.py resize).
Value cropped_to_ratio(const Value& x, int64_t height, int64_t width);
Value padded_to_ratio(const Value& x, int64_t height, int64_t width, double value);
// The middle of NHWC images; of smaller ones the largest part in that ratio, resized.
Value center_crop(const Value& x, int64_t height, int64_t width);

}  // namespace rill::keras
