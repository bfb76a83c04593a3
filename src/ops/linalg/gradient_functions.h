// Gradient functions that are too long for the files of their ops.
#pragma once

#include "op/emit.h"

namespace rill::linalg {

Values einsum_gradient(const GradContext& ctx);
Values qr_gradient(const GradContext& ctx);
Values svd_gradient(const GradContext& ctx);
Values self_adjoint_eigen_gradient(const GradContext& ctx);

}  // namespace rill::linalg
