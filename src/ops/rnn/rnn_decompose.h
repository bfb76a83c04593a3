#pragma once

#include "op/decompose.h"

namespace rill {

// A recurrent op as a loop over public ops, for files.
Values decompose_rnn(const DecomposeContext& ctx);

}  // namespace rill
