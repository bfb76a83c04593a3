// What the recurrent ops and their gradients share: where the inputs stand, and what they must be.
#pragma once

#include <string_view>

#include "kernels/rnn.h"
#include "op/prepared.h"

namespace rill {

// x, states, kernel, recurrent kernel, bias?, mask?. When R is 1 the layer has one output more,
// what its gradient would compute again otherwise; the pass keep_rnn_state makes such pairs.
struct RnnLayout {
  int states, bias, masks;
  explicit RnnLayout(const NodeAccess& node);
  int kernel() const { return 1 + states; }
  int recurrent() const { return 2 + states; }
  int bias_at() const { return 3 + states; }
  int mask_at() const { return 3 + states + bias; }
};

// `op`: _RillLSTM, _RillGRU or _RillSimpleRNN. Checks dtype and shapes of the inputs.
kernels::RnnSpec rnn_spec(const PrepareContext& ctx, const RnnLayout& at, std::string_view op);

// Floats that the layer keeps for its gradient when R is 1.
int64_t rnn_kept_floats(const NodeAccess& node, std::string_view op, int64_t batch, int64_t steps,
                        int64_t units);

// The attributes of such an op.
std::vector<AttrDef> rnn_attrs(bool gated, bool gru);

}  // namespace rill
