// A 1x1 convolution, a depthwise one and a 1x1 one in a row (the block of MobileNet), by strips of
// rows: what lies between them, several times as large as what goes in and comes out, never leaves
// the second cache. The first or the last of the three may be missing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/conv.h"
#include "kernels/packed.h"

namespace rill::kernels {

struct ConvChainSpec {
  bool expands = true, projects = true;
  // Two-dimensional, channels last; each reads what the one before makes. act is used of all three,
  // threads of the depthwise one.
  ConvSpec expand, depthwise, project;
};

class ConvChain {
 public:
  // Products deeper than this would sum in another order than the single convolutions.
  static constexpr int64_t kMostChannels = 1024;

  // The filters are packed here and not needed afterwards; those of missing parts are ignored.
  // Equal to the three convolutions one after the other, bit by bit.
  ConvChain(const ConvChainSpec& spec, const float* expand_filter, const float* depthwise_filter,
            const float* project_filter);

  size_t scratch_bytes() const noexcept { return slot_bytes_ * static_cast<size_t>(threads_); }
  struct Args {
    const float* x;
    // Each may be null.
    const float *expand_bias, *depthwise_bias, *project_bias;
    const float* residual;  // laid out as y, added before the last activation
    float* y;               // may be the residual, but not x
  };
  void run(const Args& args, void* scratch) const;

 private:
  struct Slot {
    float *expanded, *filtered;
    const float** from;
    float** to;
  };
  Slot slot_at(void* scratch, int slot) const noexcept;
  void rows(const Args& args, int64_t image, int64_t first, int64_t last, const Slot& slot) const;
  void product(const float* x, const float* packed, int64_t k, int64_t n, int64_t pixels,
               const float* bias, Activation act, const float* residual, float* y,
               const Slot& slot) const;

  ConvChainSpec spec_;
  AlignedFloats expand_, depthwise_, project_;
  int threads_ = 1;
  int64_t parts_ = 1;          // of an image: tasks
  int64_t strip_ = 1;          // output rows
  int64_t expanded_rows_ = 0;  // that a strip reads
  size_t expanded_bytes_ = 0, filtered_bytes_ = 0, pointer_bytes_ = 0, slot_bytes_ = 0;
};

}  // namespace rill::kernels
