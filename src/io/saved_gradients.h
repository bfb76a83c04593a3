// The custom gradients of a SavedModel (registered_gradients), tied to the nodes that use them.
#pragma once

#include "formats/saved_model/saved_model.h"

namespace rill::io {

// Gives nodes whose _gradient_op_type the library knows the attribute of op/saved_gradient.h. Nodes
// whose gradient captures a tensor that is not in their function stay as they are: TensorFlow has
// no gradient for them either. A variable that only the gradient uses becomes an argument.
void bind_registered_gradients(formats::SavedModel& model);

}  // namespace rill::io
