// KerasTensor: a placeholder of the functional API. It has a shape (with the batch), a dtype and a
// history, and no value: layers called on it record how a model is wired.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rill/tensor.hpp"

namespace rill::keras {

struct Node;

class RILL_API KerasTensor {
 public:
  KerasTensor() = default;
  KerasTensor(std::shared_ptr<Node> node, int index) : node_(std::move(node)), index_(index) {}

  explicit operator bool() const noexcept { return node_ != nullptr; }
  const Shape& shape() const;
  DType dtype() const;
  const std::string& name() const;
  // The layer call that made it, and which of its outputs it is.
  const std::shared_ptr<Node>& node() const { return node_; }
  int index() const { return index_; }
  bool operator==(const KerasTensor& other) const noexcept {
    return node_ == other.node_ && index_ == other.index_;
  }
  bool operator<(const KerasTensor& other) const noexcept {
    return node_ != other.node_ ? node_ < other.node_ : index_ < other.index_;
  }

 private:
  std::shared_ptr<Node> node_;
  int index_ = 0;
};

struct InputOptions {
  std::string name = {};
  std::string dtype = "float32";
  std::optional<int64_t> batch_size = {};
  OptionalShape batch_shape = {};  // instead of a shape: with the batch dimension
};
// `shape` is without the batch dimension; -1 is an unknown dimension.
RILL_API KerasTensor Input(const Shape& shape, const InputOptions& options = {});

// Elementwise arithmetic on placeholders, recorded as the operations that Keras records.
RILL_API KerasTensor operator+(const KerasTensor& a, const KerasTensor& b);
RILL_API KerasTensor operator-(const KerasTensor& a, const KerasTensor& b);
RILL_API KerasTensor operator*(const KerasTensor& a, const KerasTensor& b);
RILL_API KerasTensor operator/(const KerasTensor& a, const KerasTensor& b);

}  // namespace rill::keras
