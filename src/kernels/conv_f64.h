// Convolutions of double precision and their two gradients as products of matrices.
#pragma once

#include "kernels/conv_plain.h"

namespace rill::kernels {

// Whether windows and outputs are wide enough for products to be the faster way.
bool is_worth_products(const ConvSpec& spec);

// A PlainConvolution::Fn.
void convolve_f64(const ConvSpec& spec, ConvPart part, const void* a, const void* b, void* result);

}  // namespace rill::kernels
