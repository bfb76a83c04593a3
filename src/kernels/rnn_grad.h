// The gradient of a recurrent layer over a whole sequence. The gates are computed again, or kept by
// a forward pass in training; then the steps are walked backwards, each worker with its part of the
// batch; the weights' gradients are three products at the end.
#pragma once

#include "kernels/gemm.h"
#include "kernels/rnn.h"

namespace rill::kernels {

// Null: what flows back is nothing, or nobody wants the result.
struct RnnGradCall {
  const float* x = nullptr;  // [batch, steps, inputs]
  const float* h0 = nullptr;
  const float* c0 = nullptr;
  const bool* mask = nullptr;
  const float* kernel = nullptr;
  const float* recurrent = nullptr;
  const float* bias = nullptr;
  const float* dsequence = nullptr;  // [batch, steps, units], in the order of processing
  const float* dlast_output = nullptr;
  const float* dlast_h = nullptr;
  const float* dlast_c = nullptr;

  float* dx = nullptr;
  float* dh0 = nullptr;
  float* dc0 = nullptr;
  float* dkernel = nullptr;
  float* drecurrent = nullptr;
  float* dbias = nullptr;
};

// What the layer gives. Null: not wanted.
struct RnnResults {
  float* sequence = nullptr;  // [batch, steps, units], in the order of processing
  float* last_output = nullptr;
  float* last_h = nullptr;
  float* last_c = nullptr;
};

// Immutable once made; time_major of the spec is not supported.
class RnnGradient {
 public:
  explicit RnnGradient(const RnnSpec& spec);
  size_t scratch_bytes() const noexcept { return kept_bytes_ + work_bytes_; }
  void run(const RnnGradCall& call, void* scratch) const;

  // The two halves of run(), with work_bytes() of scratch each: forward() leaves in `kept` what
  // backward() uses up. The results are those of a layer without a mask.
  static int64_t kept_floats(const RnnSpec& spec);
  size_t work_bytes() const noexcept { return work_bytes_; }
  void forward(const RnnGradCall& call, const RnnResults& results, float* kept,
               void* scratch) const;
  void backward(const RnnGradCall& call, float* kept, void* scratch) const;

 private:
  struct Memory;
  struct Lane;
  Memory memory(float* kept, void* scratch) const;
  Lane lane(const Memory& memory, int slot) const;
  template <typename F>
  void for_lanes(const Memory& m, F&& f) const;
  void forward_lane(const RnnGradCall& call, const RnnResults& results, const Memory& m,
                    const Lane& l, int64_t first, int64_t last) const;
  void backward_lane(const RnnGradCall& call, const Memory& m, const Lane& l, int64_t first,
                     int64_t last) const;
  void forward_row(const Memory& m, int64_t at, float* h, float* c) const;
  void backward_row(const Memory& m, int64_t at, float* dh, float* dc) const;
  void multiply(const Lane& l, int64_t rows, const float* packed, int64_t k, int64_t n,
                bool accumulate, const float* bias) const;
  void weights(const RnnGradCall& call, const Memory& m) const;
  int64_t row_of(int64_t b, int64_t step) const {
    return b * spec_.steps + (spec_.go_backwards ? spec_.steps - 1 - step : step);
  }
  RnnSpec spec_;
  int64_t gates_ = 1;
  int64_t rows_ = 1;  // batch rows of a worker
  int slots_ = 1;
  bool keep_sums_ = false;  // an activation whose slope is not a function of its value
  MatMul project_, by_kernel_, by_recurrent_, by_input_, by_candidate_;
  size_t product_bytes_ = 0, lane_bytes_ = 0, kept_bytes_ = 0, work_bytes_ = 0;
};

}  // namespace rill::kernels
