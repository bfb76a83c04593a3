// The resource behind TensorArray handles: write-once elements that live for one step.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "op/element_shapes.h"
#include "op/kernel_context.h"

namespace rill {

class TensorArray final : public Opaque, public ElementShapes {
 public:
  struct Options {
    DType dtype = DType::float32;
    Shape element_shape = Shape::unknown_rank();
    bool dynamic_size = false;
    bool clear_after_read = true;
    bool identical_element_shapes = false;
    bool accumulates = false;  // gradients: a second write adds
  };
  TensorArray(Options options, int64_t size);
  std::string_view type_name() const override { return "TensorArray"; }

  DType dtype() const { return options_.dtype; }
  int64_t size() const;
  // All throw INVALID_ARGUMENT naming the node.
  void write(const NodeAccess& node, int64_t i, Tensor value);
  Tensor read(const NodeAccess& node, int64_t i);
  // Makes room for n elements: a fixed size must be n.
  void require_size(const NodeAccess& node, int64_t n);
  Shape element_shape() const;
  // What is not of the shape known cannot be written.
  Shape every_element() const override { return element_shape(); }
  void close();

  // The array that gathers the gradients of this one for `source`; `prefix` goes before the shape
  // of each element.
  std::shared_ptr<TensorArray> gradient(const NodeAccess& node, const std::string& source,
                                        const Shape& prefix);

 private:
  struct Element {
    Tensor value;
    bool written = false;
    bool cleared = false;
  };
  void grow(const NodeAccess& node, int64_t n);

  mutable std::mutex mutex_;
  Options options_;
  std::vector<Element> elements_;
  std::map<std::string, std::shared_ptr<TensorArray>> gradients_;
  bool closed_ = false;
};

}  // namespace rill
