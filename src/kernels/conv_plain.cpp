#include "kernels/conv_plain.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "kernels/accumulate.h"
#include "kernels/conv_f64.h"
#include "kernels/conv_windows.h"
#include "kernels/extreme.h"
#include "kernels/parallel.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <typename T>
void forward(const ConvSpec& s, const T* x, const T* w, T* y) {
  using A = Accumulator<T>;
  const PixelLayout in(s.in, s.in_channels, s.channels_first);
  const PixelLayout out(s.out, s.out_channels, s.channels_first);
  const int64_t group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  const int64_t pixels = volume(s.out);
  const bool depthwise = group_in == 1 && group_out == 1 && in.channel == 1;
  parallel_for(s.batch * pixels, 16, [&](int64_t begin, int64_t end) {
    std::vector<A> sum(static_cast<size_t>(s.out_channels));
    for (int64_t p = begin; p < end; ++p) {
      std::fill(sum.begin(), sum.end(), A{});
      const T* image = x + p / pixels * in.image;
      each_in_window(s.in, s.kernel, s.stride, s.dilation, s.pad, position(s.out, p % pixels),
                     [&](int64_t pixel, int64_t tap) {
                       if (depthwise) {  // one channel to one: a loop over neighbours
                         const T* values = image + pixel * in.pixel;
                         const T* row = w + tap * s.out_channels;
                         for (int64_t o = 0; o < s.out_channels; ++o) {
                           sum[static_cast<size_t>(o)] +=
                               static_cast<A>(values[o]) * static_cast<A>(row[o]);
                         }
                         return;
                       }
                       for (int64_t c = 0; c < s.in_channels; ++c) {
                         const A value = static_cast<A>(image[pixel * in.pixel + c * in.channel]);
                         const int64_t first = c / group_in * group_out;
                         const T* row = w + (tap * group_in + c % group_in) * s.out_channels;
                         for (int64_t o = first; o < first + group_out; ++o) {
                           sum[static_cast<size_t>(o)] += value * static_cast<A>(row[o]);
                         }
                       }
                     });
      T* to = y + p / pixels * out.image + p % pixels * out.pixel;
      for (int64_t o = 0; o < s.out_channels; ++o) {
        to[o * out.channel] = static_cast<T>(sum[static_cast<size_t>(o)]);
      }
    }
  });
}

template <typename T>
void input_gradient(const ConvSpec& s, const T* dy, const T* w, T* dx) {
  using A = Accumulator<T>;
  const PixelLayout in(s.in, s.in_channels, s.channels_first);
  const PixelLayout out(s.out, s.out_channels, s.channels_first);
  const int64_t group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  // Groups never meet, so they and the images are what threads share.
  parallel_for(s.batch * s.groups, 1, [&](int64_t begin, int64_t end) {
    std::vector<A> sum(static_cast<size_t>(volume(s.in) * group_in));
    for (int64_t task = begin; task < end; ++task) {
      const int64_t image = task / s.groups, group = task % s.groups;
      std::fill(sum.begin(), sum.end(), A{});
      for (int64_t p = 0; p < volume(s.out); ++p) {
        const T* from = dy + image * out.image + p * out.pixel + group * group_out * out.channel;
        each_in_window(
            s.in, s.kernel, s.stride, s.dilation, s.pad, position(s.out, p),
            [&](int64_t pixel, int64_t tap) {
              for (int64_t c = 0; c < group_in; ++c) {
                const T* row = w + (tap * group_in + c) * s.out_channels + group * group_out;
                A total{};
                for (int64_t o = 0; o < group_out; ++o) {
                  total += static_cast<A>(from[o * out.channel]) * static_cast<A>(row[o]);
                }
                sum[static_cast<size_t>(pixel * group_in + c)] += total;
              }
            });
      }
      T* to = dx + image * in.image + group * group_in * in.channel;
      for (int64_t p = 0; p < volume(s.in); ++p) {
        for (int64_t c = 0; c < group_in; ++c) {
          to[p * in.pixel + c * in.channel] =
              static_cast<T>(sum[static_cast<size_t>(p * group_in + c)]);
        }
      }
    }
  });
}

template <typename T>
void filter_gradient(const ConvSpec& s, const T* x, const T* dy, T* dw) {
  using A = Accumulator<T>;
  const PixelLayout in(s.in, s.in_channels, s.channels_first);
  const PixelLayout out(s.out, s.out_channels, s.channels_first);
  const int64_t group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  const int64_t taps = volume(s.kernel);
  parallel_for(group_in, 1, [&](int64_t begin, int64_t end) {
    std::vector<A> sum(static_cast<size_t>(taps * s.out_channels));
    for (int64_t c = begin; c < end; ++c) {
      std::fill(sum.begin(), sum.end(), A{});
      for (int64_t p = 0; p < s.batch * volume(s.out); ++p) {
        const int64_t image = p / volume(s.out), at = p % volume(s.out);
        const T* from = dy + image * out.image + at * out.pixel;
        each_in_window(s.in, s.kernel, s.stride, s.dilation, s.pad, position(s.out, at),
                       [&](int64_t pixel, int64_t tap) {
                         const T* values = x + image * in.image + pixel * in.pixel;
                         for (int64_t o = 0; o < s.out_channels; ++o) {
                           const int64_t channel = o / group_out * group_in + c;
                           sum[static_cast<size_t>(tap * s.out_channels + o)] +=
                               static_cast<A>(values[channel * in.channel]) *
                               static_cast<A>(from[o * out.channel]);
                         }
                       });
      }
      for (int64_t tap = 0; tap < taps; ++tap) {
        T* to = dw + (tap * group_in + c) * s.out_channels;
        for (int64_t o = 0; o < s.out_channels; ++o) {
          to[o] = static_cast<T>(sum[static_cast<size_t>(tap * s.out_channels + o)]);
        }
      }
    }
  });
}

template <typename T>
void convolve(const ConvSpec& spec, ConvPart part, const void* a, const void* b, void* result) {
  const T* first = static_cast<const T*>(a);
  const T* second = static_cast<const T*>(b);
  T* to = static_cast<T*>(result);
  switch (part) {
    case ConvPart::forward:
      return forward<T>(spec, first, second, to);
    case ConvPart::input_gradient:
      return input_gradient<T>(spec, first, second, to);
    case ConvPart::filter_gradient:
      return filter_gradient<T>(spec, first, second, to);
  }
}

constexpr Dims3 kOnes{1, 1, 1};

// The pixels of one output's window that lie inside the image; for maxima over volumes kOutside
// stands for what does not.
constexpr int64_t kOutside = -1;
using Taps = std::span<const int64_t>;
// f(image, offset of y's channels, window)
using PerOutput = FunctionRef<void(int64_t, int64_t, Taps)>;

void each_output_of(const PoolSpec& s, int64_t image, PerOutput f, bool with_outside = false) {
  const int64_t pixels = volume(s.out);
  std::vector<int64_t> window;
  for (int64_t p = 0; p < pixels; ++p) {
    window.clear();
    int64_t next = 0;
    const auto reach = [&](int64_t tap) {
      if (tap != next && with_outside) window.push_back(kOutside);
      next = tap + 1;
    };
    each_in_window(s.in, s.kernel, s.stride, kOnes, s.pad, position(s.out, p),
                   [&](int64_t pixel, int64_t tap) {
                     reach(tap);
                     window.push_back(pixel * s.channels);
                   });
    reach(volume(s.kernel));
    f(image, (image * pixels + p) * s.channels, window);
  }
}

// One task an image.
void each_output(const PoolSpec& s, PerOutput f, bool with_outside = false) {
  parallel_for(s.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t image = begin; image < end; ++image) each_output_of(s, image, f, with_outside);
  });
}

// Where the first largest element of the window is; NaN is the largest where it comes first.
template <typename T>
int64_t largest(const T* channel, Taps window) {
  int64_t best = window.empty() ? -1 : window[0];
  for (const int64_t at : window) {
    if (channel[at] > channel[best]) best = at;
  }
  return best;
}

template <typename T>
void pool_of(const PoolSpec& s, const T* x, T* y) {
  using A = Accumulator<T>;
  const int64_t image_size = volume(s.in) * s.channels;
  const T lowest = extreme<T>(true);
  const bool of_volume = !s.average && s.maximum == Maximum::of_volume;
  T start = lowest;
  if constexpr (!std::is_integral_v<T>) {
    if (of_volume) start = static_cast<T>(-HUGE_VALF);
  }
  const int64_t outputs = s.batch * volume(s.out) * s.channels;
  const auto one = [&](int64_t image, int64_t to, Taps window) {
    const T* from = x + image * image_size;
    if (!s.average && !of_volume) {
      T* const top = y + to;
      if (s.maximum == Maximum::from_first && !window.empty()) {
        std::copy_n(from + window[0], s.channels, top);
      } else {
        std::fill_n(top, s.channels, start);
      }
      for (const int64_t at : window) {
        for (int64_t c = 0; c < s.channels; ++c)
          top[c] = from[at + c] > top[c] ? from[at + c] : top[c];
      }
      return;
    }
    for (int64_t c = 0; c < s.channels; ++c, ++from) {
      if (of_volume) {
        const bool latest = is_latest(to + c, outputs, c, s.channels);
        T top = start;
        for (const int64_t at : window) {
          const T value = at == kOutside ? lowest : from[at];
          if (latest ? !(top > value) : value > top) top = value;
        }
        y[to + c] = top;
        continue;
      }
      A sum{};
      for (const int64_t at : window) sum += static_cast<A>(from[at]);
      y[to + c] = static_cast<T>(sum / static_cast<A>(window.size()));
    }
  };
  each_output(s, one, of_volume);
}

template <typename T>
void pool_gradient_of(const PoolSpec& s, const T* x, const T* y, const T* dy, T* dx) {
  using A = Accumulator<T>;
  const int64_t image_size = volume(s.in) * s.channels;
  parallel_for(s.batch, 1, [&](int64_t begin, int64_t end) {
    std::vector<A> sum(static_cast<size_t>(image_size));
    for (int64_t image = begin; image < end; ++image) {
      std::fill(sum.begin(), sum.end(), A{});
      each_output_of(s, image, [&](int64_t, int64_t to, Taps window) {
        for (int64_t c = 0; c < s.channels; ++c) {
          const auto gradient = static_cast<A>(dy[to + c]);
          A* const sums = sum.data() + c;
          if (s.average) {
            const A part = gradient / static_cast<A>(window.size());
            for (const int64_t at : window) sums[at] += part;
            continue;
          }
          const T* from = x + image * image_size + c;
          if (!y) {
            sums[largest(from, window)] += gradient;
            continue;
          }
          for (const int64_t at : window) {
            const auto off = static_cast<float>(static_cast<T>(from[at] - y[to + c]));
            if (std::fabs(off) < static_cast<float>(static_cast<T>(1e-5f))) sums[at] += gradient;
          }
        }
      });
      for (int64_t i = 0; i < image_size; ++i) {
        dx[image * image_size + i] = static_cast<T>(sum[static_cast<size_t>(i)]);
      }
    }
  });
}

template <typename T>
void take_at_maxima_of(const PoolSpec& s, const T* x, const T* y, const T* from, T* to) {
  const int64_t image_size = volume(s.in) * s.channels;
  each_output(s, [&](int64_t image, int64_t at, Taps window) {
    for (int64_t c = 0; c < s.channels; ++c) {
      const T* values = x + image * image_size + c;
      const auto found = std::find_if(window.begin(), window.end(),
                                      [&](int64_t pixel) { return values[pixel] == y[at + c]; });
      to[at + c] = found == window.end() ? T{} : from[image * image_size + *found + c];
    }
  });
}

}  // namespace

PlainConvolution prepare_plain_convolution(DType dtype, const ConvSpec& spec, ConvPart part) {
  PlainConvolution result{spec, part, nullptr};
  switch (dtype) {
    case DType::float32:
      result.fn = convolve<float>;
      break;
    case DType::float64:
      result.fn = is_worth_products(spec) ? convolve_f64 : convolve<double>;
      break;
    case DType::int32:
      result.fn = convolve<int32_t>;
      break;
    default:
      unsupported_dtype("convolution", dtype);
  }
  return result;
}

void plain_pool(DType dtype, const PoolSpec& spec, const void* x, void* y) {
  dispatch_number(dtype, "pooling", [&]<typename T>() {
    pool_of<T>(spec, static_cast<const T*>(x), static_cast<T*>(y));
  });
}

void plain_pool_gradient(DType dtype, const PoolSpec& spec, const void* x, const void* y,
                         const void* dy, void* dx) {
  dispatch_number(dtype, "the gradient of pooling", [&]<typename T>() {
    pool_gradient_of<T>(spec, static_cast<const T*>(x), static_cast<const T*>(y),
                        static_cast<const T*>(dy), static_cast<T*>(dx));
  });
}

void plain_take_at_maxima(DType dtype, const PoolSpec& s, const void* x, const void* y,
                          const void* from, void* to) {
  dispatch_number(dtype, "the second gradient of pooling", [&]<typename T>() {
    take_at_maxima_of<T>(s, static_cast<const T*>(x), static_cast<const T*>(y),
                         static_cast<const T*>(from), static_cast<T*>(to));
  });
}

void plain_max_pool_argmax(DType dtype, const PoolSpec& s, const void* x, void* y, int64_t* argmax,
                           bool with_batch) {
  dispatch_number(dtype, "max pooling", [&]<typename T>() {
    const int64_t image_size = volume(s.in) * s.channels;
    each_output(s, [&](int64_t image, int64_t to, Taps window) {
      const T* from = static_cast<const T*>(x) + image * image_size;
      for (int64_t c = 0; c < s.channels; ++c) {
        const int64_t at = largest(from + c, window) + c;
        argmax[to + c] = at + (with_batch ? image * image_size : 0);
        if (y) static_cast<T*>(y)[to + c] = from[at];
      }
    });
  });
}

}  // namespace rill::kernels
