// How a node of a function says where its gradient is kept: the custom gradients that a SavedModel
// of TensorFlow 2 carries along (FunctionDefLibrary.registered_gradients).
#pragma once

namespace rill {

// A NameAttrList: the gradient function, which takes a gradient for each output of the node and
// then the tensors that it captured. Its attributes are the two lists below. The names hold in the
// function that the node stands in, so nodes that move elsewhere lose the attribute.
inline constexpr char kSavedGradient[] = "_saved_gradient";
// list(string): names of the captured tensors, "Exp:0".
inline constexpr char kSavedGradientCaptures[] = "captures";
// list(int): for each input of the node the result that is its gradient, or -1.
inline constexpr char kSavedGradientResults[] = "results";

}  // namespace rill
