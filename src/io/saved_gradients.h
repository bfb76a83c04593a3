// The custom gradients of a SavedModel (registered_gradients), tied to the nodes that use them.
#pragma once

#include "formats/saved_model/saved_model.h"

namespace rill::io {

// Gives nodes whose _gradient_op_type the library knows the attribute of op/saved_gradient.h. Nodes
// whose gradient captures something that is not in their function stay as they are: TensorFlow has
// no gradient for them either.
void bind_registered_gradients(formats::SavedModel& model);

}  // namespace rill::io
