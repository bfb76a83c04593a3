// What holds tensors behind a handle (a list) and may know that all of them have one shape: loops
// that take such a handle are planned with it.
#pragma once

#include "rill/tensor.hpp"

namespace rill {

class ElementShapes {
 public:
  virtual ~ElementShapes() = default;
  // The shape of every element there is; unknown when they differ or one is missing. As long as the
  // handle is not changed it stays so.
  virtual const Shape& every_element() const = 0;
};

}  // namespace rill
