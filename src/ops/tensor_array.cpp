#include "ops/tensor_array.h"

#include <algorithm>

#include "op/result_size.h"
#include "ops/args.h"
#include "ops/scatter.h"
#include "ops/tensor_list.h"
#include "tensor/memory_limit.h"

namespace rill {

TensorArray::TensorArray(Options options, int64_t size)
    : options_(std::move(options)), elements_(static_cast<size_t>(size)) {}

int64_t TensorArray::size() const {
  std::lock_guard lock(mutex_);
  return static_cast<int64_t>(elements_.size());
}

Shape TensorArray::element_shape() const {
  std::lock_guard lock(mutex_);
  return options_.element_shape;
}

void TensorArray::grow(const NodeAccess& node, int64_t n) {
  if (n > kMaxListLength) {
    node.fail(Code::resource_exhausted, "a TensorArray of ", n, " elements is too long");
  }
  elements_.resize(static_cast<size_t>(n));
}

void TensorArray::write(const NodeAccess& node, int64_t i, Tensor value) {
  std::lock_guard lock(mutex_);
  node.require(!closed_, "TensorArray has already been closed.");
  node.require(value.dtype() == options_.dtype, "Could not write to TensorArray index ", i,
               " because the value dtype is ", value.dtype(), " but TensorArray dtype is ",
               options_.dtype, ".");
  const auto n = static_cast<int64_t>(elements_.size());
  node.require(i >= 0, "Tried to write to index ", i, ", which is negative");
  if (i >= n) {
    node.require(options_.dynamic_size, "Tried to write to index ", i,
                 " but array is not resizeable and size is: ", n);
    grow(node, i + 1);
  }
  node.require(options_.element_shape.is_compatible_with(value.shape()),
               "Could not write to TensorArray index ", i, " because the value shape is ",
               value.shape(),
               " which is incompatible with the TensorArray's inferred element "
               "shape: ",
               options_.element_shape, " (consider setting infer_shape=False).");
  if (options_.identical_element_shapes) options_.element_shape = value.shape();
  Element& element = elements_[static_cast<size_t>(i)];
  node.require(!element.cleared, "Could not write to TensorArray index ", i,
               " because it has already been read.");
  if (element.written) {
    node.require(options_.accumulates, "Could not write to TensorArray index ", i,
                 " because it has already been written to.");
    node.require(element.value.shape() == value.shape(),
                 "Could not aggregate to TensorArray "
                 "index ",
                 i, " because the existing shape is ", element.value.shape(),
                 " but the new input shape is ", value.shape(), ".");
    Tensor sum = element.value.clone();
    combine_fn(ScatterMode::add, options_.dtype, "TensorArray")(sum.raw(), value.raw(),
                                                                value.size(), 1);
    element.value = std::move(sum);
    return;
  }
  element.value = value.owned();
  element.written = true;
}

Tensor TensorArray::read(const NodeAccess& node, int64_t i) {
  std::lock_guard lock(mutex_);
  node.require(!closed_, "TensorArray has already been closed.");
  node.require(i >= 0 && i < static_cast<int64_t>(elements_.size()), "Tried to read from index ", i,
               " but array size is: ", elements_.size());
  Element& element = elements_[static_cast<size_t>(i)];
  node.require(!element.cleared, "Could not read index ", i,
               " twice because it was cleared after "
               "a previous read (perhaps try setting clear_after_read = false?).");
  if (!element.written) {
    node.require(
        options_.element_shape.is_fully_defined(), "Could not read from TensorArray index ", i,
        ".  Furthermore, the element shape is not fully defined: ", options_.element_shape);
    return Tensor::zeros(options_.dtype, options_.element_shape);
  }
  Tensor value = element.value;
  if (options_.clear_after_read) {
    element.value = Tensor();
    element.cleared = true;
  }
  return value;
}

void TensorArray::require_size(const NodeAccess& node, int64_t n) {
  std::lock_guard lock(mutex_);
  const auto have = static_cast<int64_t>(elements_.size());
  if (n == have) return;
  node.require(options_.dynamic_size && n > have,
               "TensorArray's size is not equal to the size of lengths (", have, " vs. ", n,
               "), and the TensorArray is not marked as dynamically resizeable");
  grow(node, n);
}

void TensorArray::close() {
  std::lock_guard lock(mutex_);
  elements_.clear();
  closed_ = true;
}

std::shared_ptr<TensorArray> TensorArray::gradient(const NodeAccess& node,
                                                   const std::string& source, const Shape& prefix) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<TensorArray>& found = gradients_[source];
  if (!found) {
    Options options = options_;
    options.dynamic_size = false;
    options.clear_after_read = false;
    options.accumulates = true;
    options.element_shape = join(prefix, options_.element_shape);
    found = std::make_shared<TensorArray>(options, static_cast<int64_t>(elements_.size()));
    size_t bytes = 0;
    // Elements that get no gradient read as zero in the shape of what was written.
    for (size_t i = 0; i < elements_.size(); ++i) {
      const Element& element = elements_[i];
      if (!element.written || element.cleared) continue;
      const Shape shape = join(prefix, element.value.shape());
      bytes += static_cast<size_t>(std::min(result_bytes(options.dtype, shape), INT64_MAX / 2));
      if (bytes > largest_asked_tensor() && prefix.rank() > 0) {
        node.fail(Code::resource_exhausted, "gradients of shape ", shape, " take too much memory");
      }
      found->elements_[i].value = Tensor::zeros(options.dtype, shape);
      found->elements_[i].written = true;
    }
  }
  return found;
}

}  // namespace rill
