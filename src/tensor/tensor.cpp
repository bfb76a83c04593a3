#include "rill/tensor.hpp"

#include <cstring>
#include <ostream>

#include "base/fail.h"
#include "tensor/buffer.h"
#include "tensor/dispatch.h"
#include "tensor/stored.h"

template class std::vector<rill::Tensor>;

namespace rill {

using detail::TensorKind;
using detail::TensorRep;

namespace {

constexpr size_t kLargestTensor = size_t{1} << 62;

size_t checked_bytes(DType dtype, const Shape& shape) {
  const int64_t elements = shape.num_elements();
  if (elements < 0) {
    fail(Code::invalid_argument, "a tensor needs a fully defined shape, not ", shape);
  }
  const size_t item = is_plain(dtype) ? dtype_size(dtype) : sizeof(std::string);
  size_t bytes;
  if (__builtin_mul_overflow(static_cast<size_t>(elements), item, &bytes) ||
      bytes > kLargestTensor) {
    fail(Code::resource_exhausted, "a tensor of shape ", shape, " and type ", dtype,
         " is too large");
  }
  return bytes;
}

const Shape& no_shape() {
  static const Shape shape = Shape::unknown_rank();
  return shape;
}

}  // namespace

void Tensor::destroy(detail::TensorRep* rep) noexcept { delete rep; }

Tensor::Tensor(DType dtype, const Shape& shape) {
  const size_t bytes = checked_bytes(dtype, shape);
  const auto count = static_cast<size_t>(shape.num_elements());
  std::shared_ptr<detail::Buffer> buffer;
  if (dtype == DType::string) {
    buffer = allocate_strings(count);
  } else if (dtype == DType::resource || dtype == DType::variant) {
    buffer = allocate_opaques(count);
  } else if (is_plain(dtype)) {
    buffer = allocate_buffer(bytes);
  } else {
    fail(Code::invalid_argument, "a tensor needs a dtype");
  }
  rep_ = new TensorRep;
  rep_->dtype = dtype;
  rep_->shape = shape;
  rep_->data = buffer->data();
  rep_->buffer = std::move(buffer);
}

Tensor::Tensor(const char* text) : Tensor(std::string(text)) {}
Tensor::Tensor(const std::string& text) : Tensor(DType::string, Shape{}) {
  *data<std::string>() = text;
}

Tensor Tensor::zeros(DType dtype, const Shape& shape) {
  Tensor t(dtype, shape);
  if (is_plain(dtype)) std::memset(t.raw(), 0, t.bytes());
  return t;
}

Tensor Tensor::random(const Shape& shape, uint64_t seed) {
  Tensor t(DType::float32, shape);
  uint64_t state = seed * 0x9e3779b97f4a7c15u + 0x2545f4914f6cdd1du;
  for (float& x : t.flat<float>()) {  // splitmix64 (Steele, Lea, Flood 2014)
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    x = static_cast<float>((z ^ (z >> 31)) >> 40) * 0x1p-24F;
  }
  return t;
}

Tensor Tensor::from_buffer(DType dtype, const Shape& shape, std::shared_ptr<detail::Buffer> buffer,
                           size_t byte_offset) {
  const size_t bytes = checked_bytes(dtype, shape);
  if (byte_offset > buffer->bytes() || bytes > buffer->bytes() - byte_offset) {
    fail(Code::internal, "a tensor of ", bytes, " bytes at offset ", byte_offset,
         " does not fit a buffer of ", buffer->bytes());
  }
  Tensor t;
  t.rep_ = new TensorRep;
  t.rep_->dtype = dtype;
  t.rep_->shape = shape;
  t.rep_->data = static_cast<char*>(buffer->data()) + byte_offset;
  t.rep_->buffer = std::move(buffer);
  return t;
}

Tensor Tensor::symbolic(std::shared_ptr<GraphImpl> graph, int node, int output, DType dtype,
                        const Shape& shape) {
  Tensor t;
  t.rep_ = new TensorRep;
  t.rep_->kind = TensorKind::symbolic;
  t.rep_->dtype = dtype;
  t.rep_->shape = shape;
  t.rep_->graph = std::move(graph);
  t.rep_->node = node;
  t.rep_->output = output;
  return t;
}

Tensor Tensor::of_variable(std::shared_ptr<Opaque> state, DType dtype, const Shape& shape) {
  Tensor t;
  t.rep_ = new TensorRep;
  t.rep_->kind = TensorKind::variable;
  t.rep_->dtype = dtype;
  t.rep_->shape = shape;
  t.rep_->variable = std::move(state);
  return t;
}

Tensor Tensor::opaque(DType dtype, std::shared_ptr<Opaque> value) {
  Tensor t(dtype, Shape{});
  *t.opaque_data() = std::move(value);
  return t;
}

const Shape& Tensor::shape() const noexcept { return rep_ ? rep_->shape : no_shape(); }

size_t Tensor::bytes() const {
  return is_plain(dtype()) ? static_cast<size_t>(size()) * dtype_size(dtype()) : 0;
}

const std::shared_ptr<Opaque>& Tensor::opaque_at(int64_t i) const {
  check_dense();
  if (dtype() != DType::resource && dtype() != DType::variant) complain(DType::variant);
  return static_cast<const std::shared_ptr<Opaque>*>(rep_->data)[i];
}

std::shared_ptr<Opaque>* Tensor::opaque_data() {
  check_dense();
  if (dtype() != DType::resource && dtype() != DType::variant) complain(DType::variant);
  return static_cast<std::shared_ptr<Opaque>*>(rep_->data);
}

Tensor Tensor::reshaped(const Shape& shape) const {
  if (!is_dense()) complain(dtype());
  if (shape.num_elements() != size()) {
    fail(Code::invalid_argument, "cannot reshape a tensor of shape ", this->shape(), " to ", shape);
  }
  Tensor t;
  t.rep_ = new TensorRep;
  t.rep_->dtype = rep_->dtype;
  t.rep_->shape = shape;
  t.rep_->buffer = rep_->buffer;
  share_data(*rep_, *t.rep_);
  return t;
}

Tensor Tensor::rows(int64_t begin, int64_t end) const {
  check_dense();
  if (rank() < 1 || begin < 0 || end < begin || end > dim(0)) {
    fail(Code::out_of_range, "rows [", begin, ", ", end, ") of a tensor of shape ", shape());
  }
  Shape part = shape();
  part[0] = 1;
  const int64_t row = part.num_elements();
  part[0] = end - begin;
  size_t item = dtype_size(dtype());
  if (dtype() == DType::string) item = sizeof(std::string);
  if (dtype() == DType::resource || dtype() == DType::variant)
    item = sizeof(std::shared_ptr<Opaque>);
  Tensor t;
  t.rep_ = new TensorRep;
  t.rep_->dtype = rep_->dtype;
  t.rep_->shape = part;
  t.rep_->data = static_cast<char*>(rep_->data) + static_cast<size_t>(begin * row) * item;
  t.rep_->buffer = rep_->buffer;
  return t;
}

Tensor Tensor::clone() const {
  check_dense();
  Tensor t(dtype(), shape());
  const auto count = static_cast<size_t>(size());
  if (dtype() == DType::string) {
    for (size_t i = 0; i < count; ++i) t.data<std::string>()[i] = data<std::string>()[i];
  } else if (is_plain(dtype())) {
    if (count > 0) std::memcpy(t.rep_->data, rep_->data, bytes());
  } else {
    for (size_t i = 0; i < count; ++i) t.opaque_data()[i] = opaque_at(static_cast<int64_t>(i));
  }
  return t;
}

Tensor Tensor::owned() const {
  return is_dense() && rep_->buffer && rep_->buffer->borrowed() ? clone() : *this;
}

bool Tensor::is_unique() const noexcept {
  return is_dense() && rep_->references.load(std::memory_order_acquire) == 1 && rep_->buffer &&
         rep_->buffer.use_count() == 1 && !rep_->buffer->read_only() && !rep_->buffer->borrowed();
}

Tensor Tensor::without_weakness() const { return is_weak() ? reshaped(shape()) : *this; }

void Tensor::settle(DType wanted) const {
  if (!is_dense() || rep_->dtype != wanted) complain(wanted);
  settle_stored(*rep_);
}

void Tensor::complain(DType wanted) const {
  if (!rep_) fail(Code::failed_precondition, "the tensor is empty: it has no value");
  if (rep_->kind == TensorKind::symbolic) {
    fail(Code::failed_precondition,
         "a symbolic tensor has no elements; run a session to get its value");
  }
  if (rep_->kind == TensorKind::variable) {
    fail(Code::failed_precondition, "a variable's tensor has no elements until it is read");
  }
  fail(Code::invalid_argument, "the tensor holds ", dtype(), ", not ", wanted);
}

namespace detail {

void check_count(size_t given, const Shape& shape) {
  if (shape.num_elements() != static_cast<int64_t>(given)) {
    fail(Code::invalid_argument, given, " values do not fill the shape ", shape);
  }
}

double item_as_double(const Tensor& t, int64_t i) {
  double value = 0;
  dispatch_real(t.dtype(), "item",
                [&]<typename T>() { value = static_cast<double>(t.data<T>()[i]); });
  return value;
}

int64_t item_as_int(const Tensor& t, int64_t i) {
  int64_t value = 0;
  dispatch_real(t.dtype(), "item",
                [&]<typename T>() { value = static_cast<int64_t>(t.data<T>()[i]); });
  return value;
}

}  // namespace detail
}  // namespace rill
