#include "op/kernel_context.h"

#include <cstring>

#include "op/prepared.h"
#include "op/result_size.h"
#include "op/variable.h"

namespace rill {

ResourceStore::~ResourceStore() = default;
Callable::~Callable() = default;
Runtime::~Runtime() = default;

const Tensor& KernelContext::input(int i) const {
  return inputs_[checked("input", i, inputs_.size())];
}
DType KernelContext::output_dtype(int i) const {
  return output_dtypes_[checked("output", i, output_dtypes_.size())];
}
bool KernelContext::has_output(int i) const {
  return static_cast<bool>(outputs_[checked("output", i, outputs_.size())]);
}

Tensor& KernelContext::output(int i, const Shape& shape, ReuseInput reuse) {
  Tensor& out = outputs_[checked("output", i, outputs_.size())];
  if (i < 32 && ((placed >> i) & 1U)) {
    if (!(out.shape() == shape)) {
      fail(Code::internal, "output ", i, " has shape ", shape, " but was planned as ", out.shape());
    }
    return out;
  }
  const DType dtype = output_dtype(i);
  if (reuse.input >= 0 && reuse.input < 32 && ((consumable >> reuse.input) & 1U)) {
    Tensor& in = inputs_[checked("input", reuse.input, inputs_.size())];
    if (in.is_unique() && is_plain(dtype) && dtype_size(in.dtype()) == dtype_size(dtype) &&
        in.shape().num_elements() == shape.num_elements()) {
      out = Tensor::from_buffer(dtype, shape, in.rep()->buffer,
                                static_cast<size_t>(static_cast<char*>(in.rep()->data) -
                                                    static_cast<char*>(in.rep()->buffer->data())));
      return out;
    }
  }
  if (result_bytes(dtype, shape) > kLargeResult) {
    std::vector<ShapeContext::Input> inputs;
    for (const Tensor& t : inputs_) inputs.push_back({t.shape(), t.dtype()});
    check_result_size(*this, i, dtype, shape, inputs, output_dtypes_);
  }
  out = Tensor(dtype, shape);
  return out;
}

void KernelContext::set_output(int i, Tensor value) {
  Tensor& out = outputs_[checked("output", i, outputs_.size())];
  if (i < 32 && ((placed >> i) & 1U)) {
    if (!(out.shape() == value.shape()) || out.dtype() != value.dtype()) {
      fail(Code::internal, "output ", i, " is ", value.dtype(), value.shape(),
           " but was planned as ", out.dtype(), out.shape());
    }
    // Memory that is only borrowed (another part of the arena) may be gone before its last reader.
    if (!value.rep()->buffer->borrowed()) {
      out = std::move(value);
    } else if (out.bytes() > 0 && out.raw() != value.raw()) {
      std::memmove(out.raw(), value.raw(), out.bytes());
    }
    return;
  }
  out = value.owned();
}

std::shared_ptr<Opaque> KernelContext::opaque(int i) const {
  const Tensor& t = input(i);
  if (t.dtype() != DType::resource && t.dtype() != DType::variant) {
    fail(Code::invalid_argument, "input ", i, " is ", t.dtype(), ", not a resource");
  }
  if (t.size() != 1) fail(Code::invalid_argument, "input ", i, " is not a scalar resource");
  return t.opaque_at(0);
}

void KernelContext::bad_resource(int i) const {
  const std::shared_ptr<Opaque> found = opaque(i);
  if (!found) {
    fail(Code::failed_precondition, "the resource of input ", i, " does not exist");
  }
  fail(Code::invalid_argument, "the resource of input ", i, " is a ", found->type_name(),
       ", which does not fit");
}

}  // namespace rill
