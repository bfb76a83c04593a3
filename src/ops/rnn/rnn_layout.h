// What the recurrent ops and their gradients share: where the inputs stand, and what they must be.
#pragma once

#include <string_view>

#include "kernels/rnn.h"
#include "op/prepared.h"

namespace rill {

// x, states, kernel, recurrent kernel, bias?, mask?.
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

// The attributes of such an op.
std::vector<AttrDef> rnn_attrs(bool gated, bool gru);

}  // namespace rill
