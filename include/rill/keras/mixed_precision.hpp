// Whether the policies mixed_bfloat16 and mixed_float16 are followed.
#pragma once

#include "rill/export.hpp"

namespace rill::keras {

// Layers with such a policy compute in float32 unless this is asked for; then products,
// convolutions, pooling and what is elementwise compute in the policy's dtype, and everything that
// needs more (normalisation, recurrence, attention) in float32 with results of that dtype. Weights,
// their gradients and optimizers stay float32. Process-wide; for models that are made or loaded
// after it.
RILL_API void set_mixed_precision(bool follow);
RILL_API bool mixed_precision();

}  // namespace rill::keras
