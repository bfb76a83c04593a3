// What convolutions, poolings and their relatives share. They compute with the channels last.
#pragma once

#include <string>
#include <vector>

#include "base/fail.h"
#include "keras/core/ops.h"

namespace rill::keras {

inline bool channels_first(const std::string& data_format) {
  return data_format == "channels_first";
}

// One integer or `rank` of them. Throws INVALID_ARGUMENT naming the key.
inline Ints per_dimension(std::string_view key, const Ints& given, int rank) {
  if (given.size() == 1) return Ints(std::vector<int64_t>(static_cast<size_t>(rank), given[0]));
  if (given.size() != static_cast<size_t>(rank)) {
    fail(Code::invalid_argument, key, " needs 1 or ", rank, " numbers, not ", given.size());
  }
  return given;
}

// {1, a, b, 1}; a single spatial dimension becomes the second of two.
inline std::vector<int64_t> with_batch_and_channels(const Ints& spatial) {
  std::vector<int64_t> out{1};
  if (spatial.size() == 1) out.push_back(1);
  out.insert(out.end(), spatial.begin(), spatial.end());
  out.push_back(1);
  return out;
}

inline std::string upper(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

inline int64_t channels(const Shape& input, const std::string& data_format) {
  const int64_t n = channels_first(data_format) ? input[1] : input.back();
  if (n < 0) {
    fail(Code::invalid_argument, "the number of channels must be known; the input has shape ",
         input);
  }
  return n;
}

// The windows of a convolution or pooling without padding lie inside of `input`, whose channels are
// last. Keras refuses others, where the result would be empty.
inline void require_windows(const Shape& input, const Ints& sizes, const Ints& dilations,
                            std::string_view padding) {
  for (size_t k = 0; k < sizes.size() && padding == "VALID"; ++k) {
    const int64_t span = (sizes[k] - 1) * dilations[k] + 1;
    const int64_t length = input[static_cast<int>(k) + 1];
    if (length >= 0 && length < span) {
      fail(Code::invalid_argument, "a window of ", span, " is longer than dimension ", k + 1,
           " of the input, whose shape is ", input);
    }
  }
}

inline void require_rank(const Shape& input, int rank) {
  if (!input.has_rank() || input.rank() != rank) {
    fail(Code::invalid_argument, "expected an input of rank ", rank, ", found one of shape ",
         input);
  }
}

}  // namespace rill::keras
