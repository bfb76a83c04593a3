// How much memory one tensor may take.
#pragma once

#include <cstddef>

namespace rill {

// Bytes of one tensor: what RILL_TENSOR_BYTES says, else three quarters of the memory there is.
// More would not fail at once, as memory is promised freely, but later and by the death of the
// process.
size_t largest_tensor();

// Bytes of a result of which only a value says how large it is (Fill, Range, Bincount, ...): a few
// bytes of a file or a feed ask for all of it. What RILL_TENSOR_BYTES says, else a quarter of the
// memory, and at most 4 GiB.
size_t largest_asked_tensor();

}  // namespace rill
