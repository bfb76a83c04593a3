#include "rill/shape.hpp"

#include <algorithm>
#include <utility>

#include "base/fail.h"

namespace rill {

Shape::Shape(const int64_t* dims, size_t rank) {
  if (rank > static_cast<size_t>(kMaxRank)) {
    fail(Code::invalid_argument, "a shape has ", rank, " dimensions; at most ", kMaxRank,
         " are supported");
  }
  rank_ = static_cast<int>(rank);
  if (rank_ > kInline) heap_ = new int64_t[rank];
  std::copy(dims, dims + rank, data());
}

Shape::Shape(const Shape& other) : rank_(other.rank_) {
  if (rank_ > kInline) heap_ = new int64_t[static_cast<size_t>(rank_)];
  if (rank_ > 0) std::copy(other.begin(), other.end(), data());
}

Shape::Shape(Shape&& other) noexcept : rank_(other.rank_) {
  if (rank_ > kInline) {
    heap_ = other.heap_;
    other.rank_ = 0;
  } else {
    std::copy(other.inline_, other.inline_ + kInline, inline_);
  }
}

Shape& Shape::operator=(const Shape& other) {
  if (this != &other) *this = Shape(other);
  return *this;
}

Shape& Shape::operator=(Shape&& other) noexcept {
  if (this == &other) return *this;
  release();
  rank_ = other.rank_;
  if (rank_ > kInline) {
    heap_ = other.heap_;
    other.rank_ = 0;
  } else {
    std::copy(other.inline_, other.inline_ + kInline, inline_);
  }
  return *this;
}

Shape Shape::unknown_rank() {
  Shape shape;
  shape.rank_ = -1;
  return shape;
}

Shape Shape::unknown_dims(int rank) {
  return Shape(std::vector<int64_t>(static_cast<size_t>(rank), kUnknownDim));
}

bool Shape::is_fully_defined() const noexcept {
  return rank_ >= 0 && std::all_of(begin(), end(), [](int64_t d) { return d >= 0; });
}

int64_t Shape::num_elements() const {
  if (!is_fully_defined()) return -1;
  int64_t product = 1;
  bool overflow = false;
  for (const int64_t dim : *this) {
    if (dim == 0) return 0;
    overflow |= __builtin_mul_overflow(product, dim, &product);
  }
  if (overflow) fail(Code::invalid_argument, "shape ", *this, " has more than 2^63 - 1 elements");
  return product;
}

void Shape::push_back(int64_t dim) { insert(rank_, dim); }

void Shape::insert(int position, int64_t dim) {
  std::vector<int64_t> dims(begin(), end());
  dims.insert(dims.begin() + position, dim);
  *this = Shape(dims);
}

void Shape::erase(int position) {
  std::vector<int64_t> dims(begin(), end());
  dims.erase(dims.begin() + position);
  *this = Shape(dims);
}

void Shape::resize(int rank, int64_t fill) {
  std::vector<int64_t> dims(begin(), end());
  dims.resize(static_cast<size_t>(rank), fill);
  *this = Shape(dims);
}

bool Shape::operator==(const Shape& other) const noexcept {
  return rank_ == other.rank_ && std::equal(begin(), end(), other.begin());
}

bool Shape::is_compatible_with(const Shape& other) const noexcept {
  if (rank_ < 0 || other.rank_ < 0) return true;
  if (rank_ != other.rank_) return false;
  for (int i = 0; i < rank_; ++i) {
    if ((*this)[i] >= 0 && other[i] >= 0 && (*this)[i] != other[i]) return false;
  }
  return true;
}

std::string Shape::to_string() const {
  if (rank_ < 0) return "<unknown>";
  std::string out = "(";
  for (int i = 0; i < rank_; ++i) {
    if (i > 0) out += ", ";
    out += (*this)[i] < 0 ? "None" : std::to_string((*this)[i]);
  }
  if (rank_ == 1) out += ",";
  return out + ")";
}

std::string Shape::debug_string() const {
  if (rank_ < 0) return "<unknown>";
  std::string out = "[";
  for (int i = 0; i < rank_; ++i) {
    if (i > 0) out += ",";
    out += (*this)[i] < 0 ? "?" : std::to_string((*this)[i]);
  }
  return out + "]";
}

void append_to(std::string& out, const Shape& shape) { out += shape.debug_string(); }

}  // namespace rill
