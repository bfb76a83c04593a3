#include "op/prepared.h"

namespace rill {

const PrepareContext::Input& PrepareContext::at(int input) const {
  return inputs_[checked("input", input, inputs_.size())];
}
const Shape& PrepareContext::output(int i) const {
  return output_shapes_[checked("output", i, output_shapes_.size())];
}
DType PrepareContext::output_dtype(int i) const {
  return output_dtypes_[checked("output", i, output_dtypes_.size())];
}

}  // namespace rill
