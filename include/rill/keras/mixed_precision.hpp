// In what layers with the policies mixed_bfloat16 and mixed_float16 compute.
#pragma once

#include "rill/export.hpp"

namespace rill::keras {

// Such layers take and give numbers of the policy's dtype, as in Keras, and compute in float32
// inside unless this is asked for; then products, convolutions, pooling and what is elementwise
// compute in the policy's dtype. Weights, their gradients and optimizers stay float32.
// Process-wide; for models that are made or loaded after it.
RILL_API void set_mixed_precision(bool follow);
RILL_API bool mixed_precision();

}  // namespace rill::keras
