// Tensor: a value handle. Copies share the storage.
//
// A tensor is one of
//   none      default constructed: no value
//   dense     dtype, shape, elements in memory
//   symbolic  an output of a graph node: dtype and a shape that may be partial, no elements
//   variable  stands for the present value of a variable: read when it is used
// Ops and layers take and give all of them alike, so one text runs eagerly and traces into a graph.
#pragma once

#include <atomic>
#include <complex>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "rill/dtype.hpp"
#include "rill/export.hpp"
#include "rill/shape.hpp"

namespace rill {

class Opaque;
class Tensor;
class Operation;
class GraphImpl;

namespace detail {

// Memory that tensors share. Subclasses own it (heap, mapped file, strings) or borrow it.
class RILL_API Buffer {
 public:
  Buffer(void* data, size_t bytes) : data_(data), bytes_(bytes) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  virtual ~Buffer();
  void* data() const noexcept { return data_; }
  size_t bytes() const noexcept { return bytes_; }
  // The memory lives only as long as somebody else says (an arena, a caller's span).
  virtual bool borrowed() const noexcept { return false; }
  // The memory must not be written (a mapped file, a constant).
  virtual bool read_only() const noexcept { return false; }

 protected:
  void* data_;
  size_t bytes_;
};

// stored: dense, but the elements still lie in a file where their type may not be read; the first
// use of data() or raw() copies them and makes the tensor dense.
enum class TensorKind : uint8_t { dense, stored, symbolic, variable };

struct TensorRep {
  std::atomic<int32_t> references{1};
  std::atomic<TensorKind> kind{TensorKind::dense};
  DType dtype = DType::invalid;
  bool weak = false;  // a C++ number: takes the dtype of the other operand
  int output = 0;     // symbolic: which output of the node
  int node = -1;      // symbolic
  Shape shape;
  void* data = nullptr;
  std::shared_ptr<Buffer> buffer;
  std::shared_ptr<GraphImpl> graph;  // symbolic
  std::shared_ptr<Opaque> variable;  // variable: a VariableState
};

}  // namespace detail

// Base of what resource and variant tensors hold: variables, tables, tensor lists, ...
class RILL_API Opaque {
 public:
  Opaque() = default;
  Opaque(const Opaque&) = delete;
  Opaque& operator=(const Opaque&) = delete;
  virtual ~Opaque();
  virtual std::string_view type_name() const = 0;
};

class RILL_API Tensor {
 public:
  Tensor() noexcept = default;
  // Elements are not initialised, except that strings are empty. Throws INVALID_ARGUMENT for a
  // shape that is not fully defined, RESOURCE_EXHAUSTED when there is no memory.
  Tensor(DType dtype, const Shape& shape);
  // A scalar. A plain C++ number is "weak": beside another tensor it takes that tensor's dtype.
  template <typename T>
  requires(std::is_arithmetic_v<T>) Tensor(T value)
      : Tensor(scalar(value)) {  // NOLINT: 2.0f must read as a tensor
    rep_->weak = true;
  }
  Tensor(const char* text);         // NOLINT: a string scalar
  Tensor(const std::string& text);  // NOLINT
  Tensor(const Tensor& other) noexcept : rep_(other.rep_) { retain(); }
  Tensor(Tensor&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }
  Tensor& operator=(const Tensor& other) noexcept {
    Tensor copy(other);
    std::swap(rep_, copy.rep_);
    return *this;
  }
  Tensor& operator=(Tensor&& other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }
  ~Tensor() { release(); }

  template <typename T>
  static Tensor scalar(const T& value) {
    Tensor t(dtype_of<T>, Shape{});
    *t.template data<T>() = value;
    return t;
  }
  // A vector, or `values` in row-major order under `shape`.
  template <typename T>
  static Tensor of(std::span<const T> values, const Shape& shape);
  template <typename T>
  static Tensor of(const std::vector<T>& values, const Shape& shape) {
    if constexpr (std::is_same_v<T, bool>) {
      Tensor t(DType::bool_, shape);
      for (size_t i = 0; i < values.size() && static_cast<int64_t>(i) < t.size(); ++i) {
        t.data<bool>()[i] = values[i];
      }
      return t;
    } else {
      return of(std::span<const T>(values), shape);
    }
  }
  template <typename T>
  static Tensor of(std::initializer_list<T> values, const Shape& shape) {
    return of(std::span<const T>(values.begin(), values.size()), shape);
  }
  template <typename T>
  static Tensor vector(const std::vector<T>& values) {
    return of(values, Shape{static_cast<int64_t>(values.size())});
  }
  template <typename T>
  static Tensor vector(std::initializer_list<T> values) {
    return of(values, Shape{static_cast<int64_t>(values.size())});
  }
  static Tensor zeros(DType dtype, const Shape& shape);
  static Tensor zeros(const Shape& shape) { return zeros(DType::float32, shape); }
  // float32, uniform in [0, 1), from a fixed stream: for trying a model out.
  static Tensor random(const Shape& shape, uint64_t seed = 0);
  // Reads and writes the caller's memory, which must outlive every copy. No copy is made.
  template <typename T>
  static Tensor view(std::span<T> memory, const Shape& shape);
  // Shares any owned memory.
  static Tensor from_buffer(DType dtype, const Shape& shape, std::shared_ptr<detail::Buffer> buffer,
                            size_t byte_offset = 0);
  static Tensor symbolic(std::shared_ptr<GraphImpl> graph, int node, int output, DType dtype,
                         const Shape& shape);
  static Tensor of_variable(std::shared_ptr<Opaque> state, DType dtype, const Shape& shape);
  // A scalar of dtype resource or variant.
  static Tensor opaque(DType dtype, std::shared_ptr<Opaque> value);

  explicit operator bool() const noexcept { return rep_ != nullptr; }
  bool is_dense() const noexcept { return rep_ && rep_->kind <= detail::TensorKind::stored; }
  bool is_symbolic() const noexcept { return rep_ && rep_->kind == detail::TensorKind::symbolic; }
  bool is_variable() const noexcept { return rep_ && rep_->kind == detail::TensorKind::variable; }
  bool is_weak() const noexcept { return rep_ && rep_->weak; }
  // "dense/MatMul:0" of a symbolic tensor; of a variable the name it was made with, "dense/kernel".
  // Throws FAILED_PRECONDITION for others: elements have no name.
  std::string name() const;
  // What computes a symbolic tensor (rill/graph.hpp). Throws FAILED_PRECONDITION for others.
  Operation op() const;

  DType dtype() const noexcept { return rep_ ? rep_->dtype : DType::invalid; }
  const Shape& shape() const noexcept;
  int rank() const noexcept { return shape().rank(); }
  int64_t dim(int i) const noexcept { return shape()[i < 0 ? i + rank() : i]; }
  int64_t size() const { return shape().num_elements(); }  // elements
  size_t bytes() const;                                    // of the elements; 0 unless plain

  // The elements in row-major order. Throws INVALID_ARGUMENT when T is not the dtype,
  // FAILED_PRECONDITION when the tensor has no elements in memory (symbolic).
  template <typename T>
  T* data() {
    check(dtype_of<T>);
    return static_cast<T*>(rep_->data);
  }
  template <typename T>
  const T* data() const {
    check(dtype_of<T>);
    return static_cast<const T*>(rep_->data);
  }
  void* raw() {
    check_dense();
    return rep_->data;
  }
  const void* raw() const {
    check_dense();
    return rep_->data;
  }
  template <typename T>
  std::span<const T> flat() const {
    return {data<T>(), static_cast<size_t>(size())};
  }
  template <typename T>
  std::span<T> flat() {
    return {data<T>(), static_cast<size_t>(size())};
  }
  // The only element, converted to T where the conversion keeps the value's kind.
  // Throws INVALID_ARGUMENT unless there is exactly one.
  template <typename T>
  T item() const;
  // All elements as T (numbers of any dtype are converted).
  template <typename T>
  std::vector<T> to_vector() const;
  const std::shared_ptr<Opaque>& opaque_at(int64_t i = 0) const;
  std::shared_ptr<Opaque>* opaque_data();

  // Same elements, other dimensions: shares the storage. Throws INVALID_ARGUMENT on another size.
  Tensor reshaped(const Shape& shape) const;
  // Rows [begin, end) of the first dimension: shares the storage.
  Tensor rows(int64_t begin, int64_t end) const;
  Tensor clone() const;
  // *this, or a copy when the storage is only borrowed. Call it before keeping a tensor.
  Tensor owned() const;
  // Nobody else holds this storage and it may be written.
  bool is_unique() const noexcept;
  Tensor without_weakness() const;

  // Like NumPy prints: values, at most a few of a large tensor.
  std::string to_string() const;

  detail::TensorRep* rep() const noexcept { return rep_; }

 private:
  void retain() const noexcept {
    if (rep_) rep_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    if (rep_ && rep_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      destroy(rep_);
    }
  }
  void check(DType wanted) const {
    if (!rep_ || rep_->dtype != wanted || rep_->kind != detail::TensorKind::dense) {
      settle(wanted);
    }
  }
  void check_dense() const {
    if (!rep_ || rep_->kind != detail::TensorKind::dense) settle(dtype());
  }
  void settle(DType wanted) const;  // stored becomes dense, anything else complains
  static void destroy(detail::TensorRep* rep) noexcept;
  [[noreturn]] void complain(DType wanted) const;
  static Tensor of_bytes(DType dtype, const Shape& shape, const void* source, size_t count);

  detail::TensorRep* rep_ = nullptr;
};

// A tensor that may be symbolic: what ops and layers take and return.
using Value = Tensor;
using Values = std::vector<Tensor>;

RILL_API std::ostream& operator<<(std::ostream& out, const Tensor& tensor);
RILL_API std::ostream& operator<<(std::ostream& out, const Shape& shape);
RILL_API std::ostream& operator<<(std::ostream& out, DType dtype);
// A template so that nothing converts to a tensor on the way here.
template <typename T>
requires(std::is_same_v<T, Tensor>) void append_to(std::string& out, const T& tensor) {
  out += tensor.to_string();
}
inline void append_to(std::string& out, DType dtype) { out += dtype_name(dtype); }

namespace detail {
RILL_API void check_count(size_t given, const Shape& shape);
RILL_API double item_as_double(const Tensor& t, int64_t i);
RILL_API int64_t item_as_int(const Tensor& t, int64_t i);
class RILL_API BorrowedBuffer final : public Buffer {
 public:
  using Buffer::Buffer;
  bool borrowed() const noexcept override { return true; }
};
}  // namespace detail

template <typename T>
Tensor Tensor::of(std::span<const T> values, const Shape& shape) {
  detail::check_count(values.size(), shape);
  Tensor t(dtype_of<T>, shape);
  T* out = t.template data<T>();
  for (size_t i = 0; i < values.size(); ++i) out[i] = values[i];
  return t;
}

template <typename T>
Tensor Tensor::view(std::span<T> memory, const Shape& shape) {
  detail::check_count(memory.size(), shape);
  using Plain = std::remove_const_t<T>;
  return from_buffer(dtype_of<Plain>, shape,
                     std::make_shared<detail::BorrowedBuffer>(const_cast<Plain*>(memory.data()),
                                                              memory.size_bytes()));
}

template <typename T>
T Tensor::item() const {
  detail::check_count(1, Shape{size()});
  if constexpr (std::is_same_v<T, std::string>) {
    return *data<std::string>();
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(detail::item_as_int(*this, 0));
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(detail::item_as_double(*this, 0));
  } else {
    return *data<T>();
  }
}

template <typename T>
std::vector<T> Tensor::to_vector() const {
  const int64_t n = size();
  std::vector<T> out;
  out.reserve(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    if constexpr (std::is_integral_v<T>) {
      out.push_back(static_cast<T>(detail::item_as_int(*this, i)));
    } else if constexpr (std::is_floating_point_v<T>) {
      out.push_back(static_cast<T>(detail::item_as_double(*this, i)));
    } else {
      out.push_back(data<T>()[i]);
    }
  }
  return out;
}

}  // namespace rill

extern template class RILL_API std::vector<rill::Tensor>;
