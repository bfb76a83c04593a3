#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rill/export.hpp"

namespace rill {

// The dimensions of a tensor. A dimension may be unknown (-1), and so may the rank: the shapes of
// tensors with data are always fully defined, those of symbolic tensors need not be.
class RILL_API Shape {
 public:
  static constexpr int64_t kUnknownDim = -1;
  static constexpr int kMaxRank = 254;  // TensorFlow's limit

  Shape() noexcept = default;  // a scalar: rank 0
  Shape(std::initializer_list<int64_t> dims) : Shape(dims.begin(), dims.size()) {}
  explicit Shape(std::span<const int64_t> dims) : Shape(dims.data(), dims.size()) {}
  explicit Shape(const std::vector<int64_t>& dims) : Shape(dims.data(), dims.size()) {}
  Shape(const int64_t* dims, size_t rank);
  Shape(const Shape& other);
  Shape(Shape&& other) noexcept;
  Shape& operator=(const Shape& other);
  Shape& operator=(Shape&& other) noexcept;
  ~Shape() { release(); }

  static Shape unknown_rank();
  // Rank known, every dimension unknown.
  static Shape unknown_dims(int rank);

  bool has_rank() const noexcept { return rank_ >= 0; }
  int rank() const noexcept { return rank_; }  // -1 when unknown
  bool is_fully_defined() const noexcept;

  // No negative index here: canonical_axis() is where axes from users are checked.
  int64_t operator[](int i) const noexcept { return data()[i]; }
  int64_t& operator[](int i) noexcept { return data()[i]; }
  int64_t back() const noexcept { return data()[rank_ - 1]; }
  const int64_t* begin() const noexcept { return data(); }
  const int64_t* end() const noexcept { return data() + (rank_ > 0 ? rank_ : 0); }
  std::span<const int64_t> dims() const noexcept { return {begin(), end()}; }

  // -1 when not fully defined. Throws INVALID_ARGUMENT when the product does not fit 63 bits.
  int64_t num_elements() const;

  void push_back(int64_t dim);
  void insert(int position, int64_t dim);
  void erase(int position);
  void resize(int rank, int64_t fill);

  // Same rank and dimensions; two unknowns are equal here.
  bool operator==(const Shape& other) const noexcept;
  // Could be the same once everything is known.
  bool is_compatible_with(const Shape& other) const noexcept;

  // "(2, 3)", "(None, 3)", "(4,)", "()", "<unknown>" as Python prints a shape.
  std::string to_string() const;
  // "[2,3]", "[?,3]", "[]", "<unknown>" as TensorFlow's messages print it.
  std::string debug_string() const;

 private:
  static constexpr int kInline = 6;
  const int64_t* data() const noexcept { return rank_ > kInline ? heap_ : inline_; }
  int64_t* data() noexcept { return rank_ > kInline ? heap_ : inline_; }
  void release() noexcept {
    if (rank_ > kInline) delete[] heap_;
  }

  int rank_ = 0;
  union {
    int64_t inline_[kInline] = {};
    int64_t* heap_;
  };
};

// A shape or none, among options: {.input_shape = {28, 28, 1}}.
struct OptionalShape : std::optional<Shape> {
  OptionalShape() noexcept = default;
  OptionalShape(std::nullopt_t) noexcept {}
  OptionalShape(Shape shape) : optional(std::move(shape)) {}
  OptionalShape(std::optional<Shape> shape) : optional(std::move(shape)) {}
  OptionalShape(std::initializer_list<int64_t> dims) : optional(Shape(dims)) {}
};

// Prints debug_string(): lets str() and fail() take shapes.
RILL_API void append_to(std::string& out, const Shape& shape);

}  // namespace rill
