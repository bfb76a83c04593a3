// What holds tensors behind a handle (a list, a TensorArray) and may know that all of them have one
// shape: loops that take such a handle are planned with it.
#pragma once

#include "rill/tensor.hpp"

namespace rill {

class ElementShapes {
 public:
  virtual ~ElementShapes() = default;
  // The shape of every element that can be read; unknown when they differ or one is missing. It
  // stays so as long as the handle is not changed, and for good where it is that of one resource.
  virtual Shape every_element() const = 0;
};

}  // namespace rill
