#pragma once

#include <string>

#include "keras/core/ops.h"

namespace rill::keras {

// tf.image.resize with half-pixel centres on NHWC images; the result is float.
// Throws UNIMPLEMENTED for an unknown interpolation.
Value resize_images(const Value& x, const op::Dim& height, const op::Dim& width,
                    const std::string& interpolation);

}  // namespace rill::keras
