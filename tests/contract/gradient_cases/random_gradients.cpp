#include "contract/gradient_cases.h"

namespace rill::test {

// A sampler takes other paths when its parameters move; the gradient is that of the sample which
// keeps its place in the distribution. sample_gradients_test checks that.
void register_random_gradients(GradientCases& cases) {
  for (const char* op : {"RandomGamma", "StatelessRandomGammaV2", "StatelessRandomGammaV3",
                         "StatelessParameterizedTruncatedNormal"}) {
    cases.leave_out(op, "sample_gradients_test checks it");
  }
}

}  // namespace rill::test
