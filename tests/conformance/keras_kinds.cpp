// Kinds that open Keras models.
#include "case.h"

namespace rill::conformance {

void run_keras_load(const Pack&, const Json&, Answer&) { throw Unsupported{"Keras models"}; }

}  // namespace rill::conformance
