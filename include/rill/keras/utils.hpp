// What prepares numbers for training: keras.utils.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::keras::utils {

// Classes, whole numbers of any dtype and shape (a last dimension of 1 goes away), as rows of 0 and
// 1 along a new last dimension; float32. `num_classes` 0: one more than the greatest. As in Keras,
// -1 is the last class. Throws INVALID_ARGUMENT for a class outside of [-num_classes, num_classes)
// and where there is none to tell how many there are.
RILL_API Tensor to_categorical(const Tensor& x, int64_t num_classes = 0);

struct PadOptions {
  std::optional<int64_t> maxlen = {};  // none: as long as the longest
  DType dtype = DType::int32;
  std::string padding = "pre";     // "pre", "post": where `value` goes
  std::string truncating = "pre";  // "pre", "post": where longer ones are cut
  double value = 0;
};

// Sequences of different lengths, one below the other: (sequences, maxlen, dimensions of an
// element). Throws INVALID_ARGUMENT for elements of different shapes, other words, a `maxlen` below
// 1, and for no sequences without `maxlen`.
RILL_API Tensor pad_sequences(const std::vector<Tensor>& sequences, const PadOptions& options = {});
template <typename T>
requires(std::is_arithmetic_v<T>) Tensor
    pad_sequences(const std::vector<std::vector<T>>& sequences, const PadOptions& options = {}) {
  std::vector<Tensor> rows;
  for (const std::vector<T>& row : sequences) rows.push_back(Tensor::vector(row));
  return pad_sequences(rows, options);
}

}  // namespace rill::keras::utils
