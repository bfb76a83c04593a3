#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {

const DenseTable& dense_kernels() {
  static constexpr DenseTable kTable = {
      .vector = kVector,
      .panel_width = kVector * kPanelVectors,
      .pack = pack,
      .panels = panels,
      .gemv = gemv,
      .outer = outer,
      .matrices = matrix_kernels,
      .dot_rows = dot_rows,
      .transpose = transpose,
      .activate = activate,
      .winograd_input = winograd_input,
      .winograd_output = winograd_output,
      .winograd_filter = winograd_filter,
      .depthwise = depthwise,
      .depthwise_filter_gradient = depthwise_filter_gradient,
      .depthwise_input_gradient = depthwise_input_gradient,
      .pool = pool,
      .pool_gradient = pool_gradient,
      .norm_moments = norm_moments,
      .norm_products = norm_products,
      .norm_gradient = norm_gradient,
      .fft_pass = fft_pass,
      .fft_join = fft_join,
      .fft_part = fft_part,
      .fft_split = fft_split,
      .fft_merge = fft_merge,
      .fft_times = fft_times,
      .lstm_step = lstm_step,
      .gru_step = gru_step,
  };
  return kTable;
}

}  // namespace rill::kernels::RILL_ISA
