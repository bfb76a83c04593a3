// Signal processing, named as in TensorFlow's tf.signal.
#pragma once

#include <string_view>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Of the last dimension; any length.
RILL_API Value fft(const Value& x, std::string_view name = {});
RILL_API Value ifft(const Value& x, std::string_view name = {});
// fft_length [1]: the number of reals; the spectrum has fft_length / 2 + 1 elements.
RILL_API Value rfft(const Value& x, const Value& fft_length, std::string_view name = {});
RILL_API Value irfft(const Value& x, const Value& fft_length, std::string_view name = {});

}  // namespace rill::ops
