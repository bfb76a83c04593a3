// Short-time Fourier transforms, frames, cosine transforms: keras/src/backend/tensorflow/math.py
// and tensorflow/python/ops/signal.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/framing.h"
#include "keras/layers/operation_table.h"

namespace rill::keras {
namespace {

using op::constant_like;
using op::unary;

constexpr int64_t kLongest = int64_t{1} << 24;

Value signal_operand(const OperationCall& c) {
  return c.required(0, {"x", "signal", "signals", "stfts", "input", "tensor", "input_tensor"});
}
int64_t length_given(const OperationCall& c, size_t position, OperationCall::Names names,
                     int64_t otherwise) {
  const int64_t n = c.integer(position, names, otherwise);
  if (n < 1 || n > kLongest) {
    fail(Code::invalid_argument, c.layer, ": ", *names.begin(), " is ", n);
  }
  return n;
}
Value fourier_length(int64_t n) {
  return Tensor::vector(std::vector<int32_t>{static_cast<int32_t>(n)});
}
AttrMap complex_like(const Value& x) {
  const bool wide = x.dtype() == DType::float64;
  return {{"Tcomplex", wide ? DType::complex128 : DType::complex64}};
}
Value with_zeros_behind(const Value& x, int64_t count) {
  std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()), {0, 0});
  pads.back().second = count;
  return op::pad(x, pads);
}
// The last dimension of this length: cut, or with zeros behind.
Value fitted(const Value& x, int64_t length) {
  const int64_t size = x.shape()[x.rank() - 1];
  if (size == length) return x;
  std::vector<op::Range> ranges(static_cast<size_t>(x.rank()));
  ranges.back().end = length;
  const int64_t missing = size < 0 ? length : std::max<int64_t>(0, length - size);
  return op::slice(with_zeros_behind(x, missing), ranges);
}
// Keras gives and takes pairs of real and imaginary parts.
Value complex_of(const OperationCall& c) {
  if (c.inputs.size() != 2) fail(Code::invalid_argument, c.layer, " takes two parts");
  return emit("Complex", {c.inputs[0], c.inputs[1]});
}
Values parts_of(const Value& x) { return {unary("Real", x), unary("Imag", x)}; }
template <Text kOp>
Values transformed(const OperationCall& c) {
  if (c.tensorflow) return {unary(kOp.value, signal_operand(c))};
  return parts_of(unary(kOp.value, complex_of(c)));
}
// The length of a real transform: the last of what is given, or that of the operand.
int64_t real_length(const OperationCall& c, const Value& x, bool inverse) {
  if (const auto given = c.ints(1, {"fft_length"}); given && !given->empty()) return given->back();
  const int64_t n = x.shape()[x.rank() - 1];
  if (n < 0) fail(Code::unimplemented, c.layer, ": a transform of unknown length");
  return inverse ? 2 * (n - 1) : n;
}
Values rfft(const OperationCall& c) {
  const Value x = signal_operand(c);
  const int64_t length = real_length(c, x, false);
  const Value y = emit("RFFT", {fitted(x, length), fourier_length(length)}, complex_like(x));
  return c.tensorflow ? Values{y} : parts_of(y);
}
Values irfft(const OperationCall& c) {
  const Value x = c.tensorflow ? signal_operand(c) : complex_of(c);
  const int64_t length = real_length(c, x, true);
  return {emit("IRFFT", {fitted(x, length / 2 + 1), fourier_length(length)})};
}

// What a short-time transform is made with. A window that is empty is none.
struct ShortTime {
  int64_t frame = 0;
  int64_t step = 1;
  int64_t fourier = 0;
  std::vector<float> window;
};

// keras.ops: the window stands in the middle of the frame, which is as long as the transform.
ShortTime short_time_of_keras(const OperationCall& c) {
  ShortTime out;
  const int64_t length = length_given(c, 1, {"sequence_length"}, 1);
  out.step = length_given(c, 2, {"sequence_stride"}, 1);
  out.fourier = out.frame = length_given(c, 3, {"fft_length"}, length);
  if (out.frame < length) {
    fail(Code::invalid_argument, c.layer, ": fft_length ", out.frame, " is less than ", length);
  }
  const Json* window = c.constant(99, {"window"});
  if (!window) return out;
  std::vector<float> inner;
  if (window->is_string()) {
    inner = periodic_window(window->as_string(), length);
  } else {
    const auto numbers = c.numbers(99, {"window"}).value_or(std::vector<double>{});
    if (static_cast<int64_t>(numbers.size()) != length) {
      fail(Code::invalid_argument, c.layer, ": a window of ", numbers.size(), " for ", length);
    }
    inner.assign(numbers.begin(), numbers.end());
  }
  out.window.assign(static_cast<size_t>(out.frame), 0.0F);
  std::copy(inner.begin(), inner.end(), out.window.begin() + (out.frame - length) / 2);
  return out;
}
// tf.signal: the transform is as long as the next power of two.
ShortTime short_time_of_tensorflow(const OperationCall& c) {
  ShortTime out;
  out.frame = length_given(c, 1, {"frame_length"}, 1);
  out.step = length_given(c, 2, {"frame_step"}, 1);
  const auto enclosing = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(out.frame)));
  out.fourier = length_given(c, 3, {"fft_length"}, enclosing);
  const Argument* given = c.spec.keyword("window_fn");
  const Json* name = c.constant(4, {"window_fn"});
  if (given && !name) return out;  // None
  std::string window = name && name->is_string() ? name->as_string() : "hann_window";
  if (window.ends_with("_window")) window.resize(window.size() - std::string("_window").size());
  out.window = periodic_window(window, out.frame);
  return out;
}
Value windowed(const Value& frames, const std::vector<float>& window) {
  if (window.empty()) return frames;
  return op::mul(frames, op::cast(Tensor::vector(window), frames.dtype()));
}

// With half a frame of mirrored numbers at both ends.
Value with_mirrored_ends(const Value& x, int64_t frame) {
  std::vector<int32_t> pads(static_cast<size_t>(x.rank()) * 2, 0);
  pads[pads.size() - 1] = pads[pads.size() - 2] = static_cast<int32_t>(frame / 2);
  return emit("MirrorPad", {x, Tensor::of(pads, Shape{x.rank(), 2})}, {{"mode", "REFLECT"}});
}
Values stft(const OperationCall& c) {
  Value x = signal_operand(c);
  const ShortTime made = c.tensorflow ? short_time_of_tensorflow(c) : short_time_of_keras(c);
  if (!c.tensorflow && c.flag(99, {"center"}, true)) x = with_mirrored_ends(x, made.frame);
  if (c.flag(5, {"pad_end"}, false)) x = with_zeros_behind(x, made.frame - 1);
  const Value frames = windowed(framed(x, made.frame, made.step), made.window);
  const Value y =
      emit("RFFT", {fitted(frames, made.fourier), fourier_length(made.fourier)}, complex_like(x));
  return c.tensorflow ? Values{y} : parts_of(y);
}

// The window that undoes another after frames are added up (inverse_stft_window_fn).
std::vector<float> inverse_window(const std::vector<float>& window, int64_t step) {
  std::vector<double> sums(static_cast<size_t>(step), 0.0);
  for (size_t i = 0; i < window.size(); ++i) {
    sums[i % sums.size()] += static_cast<double>(window[i]) * static_cast<double>(window[i]);
  }
  std::vector<float> out;
  for (size_t i = 0; i < window.size(); ++i) {
    out.push_back(static_cast<float>(static_cast<double>(window[i]) / sums[i % sums.size()]));
  }
  return out;
}
Values istft(const OperationCall& c) {
  ShortTime made = short_time_of_keras(c);
  if (!made.window.empty()) made.window = inverse_window(made.window, made.step);
  const Value frames = emit("IRFFT", {complex_of(c), fourier_length(made.fourier)});
  const Value y = overlap_added(windowed(fitted(frames, made.frame), made.window), made.step);
  const bool center = c.flag(99, {"center"}, true);
  std::vector<op::Range> ranges(static_cast<size_t>(y.rank()));
  ranges.back().begin = center ? made.fourier / 2 : 0;
  if (const Json* length = c.constant(99, {"length"})) {
    ranges.back().end = ranges.back().begin + length->as_int();
  } else if (center) {
    ranges.back().end = -(made.fourier / 2);
  }
  return {op::slice(y, ranges)};
}
Values inverse_stft(const OperationCall& c) {
  const ShortTime made = short_time_of_tensorflow(c);
  const Value frames = emit("IRFFT", {signal_operand(c), fourier_length(made.fourier)});
  return {overlap_added(windowed(fitted(frames, made.frame), made.window), made.step)};
}

Values frame(const OperationCall& c) {
  Value x = signal_operand(c);
  const int64_t length = length_given(c, 1, {"frame_length", "sequence_length"}, 1);
  const int64_t step = length_given(c, 2, {"frame_step", "sequence_stride"}, 1);
  if (c.axis(5, {"axis"}, -1, x.rank()) != x.rank() - 1) {
    fail(Code::unimplemented, c.layer, ": frames along another axis than the last");
  }
  if (c.flag(3, {"pad_end"}, false)) x = with_zeros_behind(x, length - 1);
  return {framed(x, length, step)};
}
Values overlap_and_add(const OperationCall& c) {
  return {overlap_added(signal_operand(c), length_given(c, 1, {"frame_step"}, 1))};
}

// The factor of number n in coefficient k of a cosine transform of type I to IV.
double cosine(int64_t type, int64_t n, int64_t k, int64_t size) {
  const auto at = static_cast<double>(n), of = static_cast<double>(k);
  const auto all = static_cast<double>(size);
  constexpr double kPi = std::numbers::pi;
  if (type == 1) {
    const bool end = n == 0 || n == size - 1;
    return (end ? 1 : 2) * std::cos(kPi * of * at / (all - 1));
  }
  if (type == 2) return 2 * std::cos(kPi * (2 * at + 1) * of / (2 * all));
  if (type == 3) return (n == 0 ? 1 : 2) * std::cos(kPi * at * (2 * of + 1) / (2 * all));
  return 2 * std::cos(kPi * (2 * at + 1) * (2 * of + 1) / (4 * all));
}
// What makes the transform orthonormal.
double orthonormal(int64_t type, int64_t n, int64_t k, int64_t size) {
  const double usual = std::sqrt(0.5 / static_cast<double>(size));
  const bool first = (type == 2 && k == 0) || (type == 3 && n == 0);
  if (!first) return usual;
  return type == 2 ? usual * std::numbers::sqrt2 / 2 : usual * std::numbers::sqrt2;
}
Value cosine_transform(const OperationCall& c, const Value& given, int64_t type, bool normed) {
  const int64_t size = c.integer(2, {"n"}, given.shape()[given.rank() - 1]);
  constexpr int64_t kMost = 8192;
  if (size < 1 || size > kMost) {
    fail(Code::unimplemented, c.layer, ": a cosine transform of ", size, " numbers");
  }
  if (type < 1 || type > 4 || (type == 1 && (normed || size < 2))) {
    fail(Code::invalid_argument, c.layer, ": a cosine transform of type ", type);
  }
  const Value x = fitted(given, size);
  std::vector<float> matrix;
  for (int64_t n = 0; n < size; ++n) {
    for (int64_t k = 0; k < size; ++k) {
      const double scale = normed ? orthonormal(type, n, k, size) : 1;
      matrix.push_back(static_cast<float>(cosine(type, n, k, size) * scale));
    }
  }
  return op::dense(x, op::cast(Tensor::of(matrix, Shape{size, size}), x.dtype()));
}
template <bool kInverse>
Values dct(const OperationCall& c) {
  int64_t type = c.integer(1, {"type"}, 2);
  if (kInverse && (type == 2 || type == 3)) type = 5 - type;
  return {cosine_transform(c, signal_operand(c), type, c.word(4, {"norm"}, "") == "ortho")};
}
// Both ways a modified cosine transform has this window; none is a constant one.
Value modified_window(const OperationCall& c, size_t position, const Value& frames,
                      int64_t length) {
  const Argument* given = c.spec.find(position, "window_fn");
  const Json* name = c.constant(position, {"window_fn"});
  if (given && !name) return op::mul(frames, constant_like(std::numbers::sqrt2 / 2, frames));
  if (name &&
      !(name->is_string() && name->as_string().find("vorbis_window") != std::string::npos)) {
    fail(Code::unimplemented, c.layer, ": window ", name->dump(), "; known is vorbis_window");
  }
  std::vector<float> window;
  for (int64_t i = 0; i < length; ++i) {
    const double inner =
        std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length));
    window.push_back(static_cast<float>(std::sin(std::numbers::pi / 2 * inner * inner)));
  }
  return windowed(frames, window);
}
Value backwards(const Value& x) { return op::reverse(x, {x.rank() - 1}); }
Values mdct(const OperationCall& c) {
  Value x = signal_operand(c);
  const int64_t length = length_given(c, 1, {"frame_length"}, 0);
  if (length % 4 != 0) {
    fail(Code::invalid_argument, c.layer, ": frame_length is ", length, ", not a multiple of 4");
  }
  if (c.flag(3, {"pad_end"}, false)) x = with_zeros_behind(x, length - 1);
  const Value frames = modified_window(c, 2, framed(x, length, length / 2), length);
  const std::vector<Value> quarters = op::split(frames, 4, frames.rank() - 1);
  const Value first = op::sub(unary("Neg", backwards(quarters[2])), quarters[3]);
  const Value second = op::sub(quarters[0], backwards(quarters[1]));
  return {cosine_transform(c, op::concat({first, second}, frames.rank() - 1), 4,
                           c.word(4, {"norm"}, "") == "ortho")};
}
Values inverse_mdct(const OperationCall& c) {
  const Value x = c.required(0, {"mdcts"});
  const int64_t half = x.shape()[x.rank() - 1];
  const bool normed = c.word(2, {"norm"}, "") == "ortho";
  Value y = cosine_transform(c, x, 4, normed);
  if (!normed) y = op::mul(y, constant_like(0.5 / static_cast<double>(half), y));
  const std::vector<Value> halves = op::split(y, 2, y.rank() - 1);
  const Value frames = op::concat({halves[1], unary("Neg", backwards(halves[1])),
                                   unary("Neg", backwards(halves[0])), unary("Neg", halves[0])},
                                  y.rank() - 1);
  return {overlap_added(modified_window(c, 1, frames, 2 * half), half)};
}
Values mfccs(const OperationCall& c) {
  const Value x = c.required(0, {"log_mel_spectrograms"});
  const Value y = cosine_transform(c, x, 2, false);
  const auto bins = static_cast<double>(x.shape()[x.rank() - 1]);
  return {op::mul(y, constant_like(1 / std::sqrt(2 * bins), y))};
}

// Half of each axis to the other side.
template <bool kInverse>
Values shifted(const OperationCall& c) {
  Value x = signal_operand(c);
  for (const int axis : c.axes(1, {"axes"}, x.rank())) {
    const op::Dim n = op::dim(x, axis);
    const Value size = n.value ? n.value : Value(Tensor::scalar(static_cast<int32_t>(n.size)));
    const Value half = op::binary("FloorDiv", size, Tensor::scalar(int32_t{2}));
    x = emit("Roll",
             {x, kInverse ? unary("Neg", half) : half, Tensor::scalar(static_cast<int32_t>(axis))});
  }
  return {x};
}

constexpr Operation kSignalOperations[] = {
    {"dct", dct<false>},
    {"extract_sequences", frame},
    {"fft", transformed<"FFT">},
    {"fft2", transformed<"FFT2D">},
    {"fftshift", shifted<false>},
    {"frame", frame},
    {"idct", dct<true>},
    {"ifft", transformed<"IFFT">},
    {"ifft2", transformed<"IFFT2D">},
    {"ifftshift", shifted<true>},
    {"inverse_mdct", inverse_mdct},
    {"inverse_stft", inverse_stft},
    {"irfft", irfft},
    {"istft", istft},
    {"mdct", mdct},
    {"mfccs_from_log_mel_spectrograms", mfccs},
    {"overlap_and_add", overlap_and_add},
    {"rfft", rfft},
    {"stft", stft},
};

}  // namespace

std::span<const Operation> signal_operations() { return kSignalOperations; }

}  // namespace rill::keras
