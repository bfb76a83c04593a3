// The gradient of a function that the library names none for: what SymbolicGradient nodes ask for.
#pragma once

#include "graph/graph.h"

namespace rill {

// A function in the library of `library_of`: the arguments x and the gradients dy of the results go
// in, dx come out, zeros where nothing flows. autodiff implements it.
NameAttrList derive_gradient(GraphImpl& library_of, const NameAttrList& function);

}  // namespace rill
