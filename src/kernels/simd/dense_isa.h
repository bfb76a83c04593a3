// The dense kernels of one instruction set; dense_table_isa.cpp puts them in a table.
#pragma once

#include "kernels/dense_table.h"

#ifndef RILL_ISA
#define RILL_ISA base
#endif

namespace rill::kernels::RILL_ISA {

void pack(const float* b, int64_t row, int64_t col, int64_t k, int64_t n, float* out,
          int64_t k_first, int64_t k_total);
void panels(const PanelJob& job);
void gemv(const PanelJob& job);
void outer(const OuterJob& job);
const MatrixTable& matrix_kernels();
void dot_rows(const float* a, int64_t m, int64_t k, const float* b, float* c);
void transpose(const float* from, int64_t from_row, int64_t rows, int64_t columns, float* to,
               int64_t to_row);
void activate(float* x, int64_t n, Activation act);
void winograd_input(const WinogradTiles& job);
void winograd_output(const WinogradResult& job);
void winograd_filter(const float* w, int64_t in_channels, int64_t out_channels, int64_t first,
                     int64_t last, float* u);
void depthwise(const DepthwiseRows& job);
void depthwise_filter_gradient(const DepthwiseBack& job, int64_t first_row, int64_t last_row,
                               int64_t first, int64_t last);
void depthwise_input_gradient(const DepthwiseBack& job, int64_t image, int64_t row);
void pool(const PoolRows& job);
void pool_gradient(const PoolBack& job);
void norm_moments(const NormBlock& job);
void norm_products(const NormBlock& job);
void norm_gradient(const NormBack& job);
void fft_pass(const FftPass& job);
void fft_join(const FftHalves& job);
void fft_part(const FftHalves& job);
void fft_split(const FftColumns& job);
void fft_merge(const FftColumns& job);
void fft_times(const float* x, const float* w, int64_t count, float sign, float scale, float* y);
void lstm_step(const CellStep& job);
void gru_step(const CellStep& job);

}  // namespace rill::kernels::RILL_ISA
