// A resource that a graph can capture like a variable: it says which node stands for it.
#pragma once

#include "rill/graph.hpp"

namespace rill {

class BindableResource : public Opaque {
 public:
  // The op of the node and its attributes, without shared_name and container.
  virtual const char* handle_op() const = 0;
  virtual AttrMap handle_attrs() const = 0;
};

}  // namespace rill
