// Flatten, Reshape, Permute, RepeatVector, cropping, zero padding, up-sampling.
#include <cmath>

#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/resize.h"
#include "rill/keras/layers/shaping.hpp"

namespace rill::keras {
namespace {

// What was resized, in the dtype of the images: integers are rounded and stay within their range.
Value in_dtype_of(const Value& images, const Value& resized) {
  const DType dtype = images.dtype();
  if (!is_integer(dtype)) return op::cast(resized, dtype);
  const bool sign = is_signed_integer(dtype);
  const double most = std::ldexp(1.0, static_cast<int>(8 * dtype_size(dtype)) - (sign ? 1 : 0));
  const Value round = op::unary("Round", resized);
  const Value low = op::binary("Maximum", round, op::constant_like(sign ? -most : 0, round));
  return op::cast(
      dtype_size(dtype) > 2 ? low : op::binary("Minimum", low, op::constant_like(most - 1, low)),
      dtype);
}

using layers::ImageOptions;

class FlattenLayer final : public Layer {
 public:
  FlattenLayer() = default;
  explicit FlattenLayer(const ImageOptions& o) : data_format_(o.data_format) {}
  void visit_config(ConfigVisitor& v) override { v("data_format", data_format_); }
  Value call(const Value& input, const CallContext&) override {
    Value x = input;
    if (channels_first(data_format_) && x.rank() > 1) x = op::to_channels_last(x);
    if (x.rank() < 2) return op::expand_dims(x, x.rank());
    int64_t size = 1;
    for (int i = 1; i < x.rank(); ++i)
      size = x.shape()[i] < 0 || size < 0 ? -1 : size * x.shape()[i];
    if (size >= 0) return op::reshape(x, {op::dim(x, 0), size});
    return op::reshape(x, {op::dim(x, 0), -1});
  }

 private:
  std::string data_format_ = "channels_last";
};

class ReshapeLayer final : public Layer {
 public:
  ReshapeLayer() = default;
  explicit ReshapeLayer(Ints target) : target_(std::move(target)) {}
  void visit_config(ConfigVisitor& v) override { v("target_shape", target_); }
  Value call(const Value& x, const CallContext&) override {
    int64_t size = 1, known = 1;
    for (int i = 1; i < x.rank(); ++i)
      size = x.shape()[i] < 0 || size < 0 ? -1 : size * x.shape()[i];
    int open = -1;
    for (size_t i = 0; i < target_.size(); ++i) {
      if (target_[i] < 0) {
        if (open >= 0) {
          fail(Code::invalid_argument, "the target shape ", Shape(target_),
               " has more than one unknown dimension");
        }
        open = static_cast<int>(i);
      } else {
        known *= target_[i];
      }
    }
    std::vector<op::Dim> dims{op::dim(x, 0)};
    for (const int64_t d : target_) dims.emplace_back(d);
    if (open >= 0 && size >= 0 && known > 0) dims[static_cast<size_t>(open) + 1] = size / known;
    if (size >= 0 && (open < 0 ? size != known : known == 0 || size % known != 0)) {
      fail(Code::invalid_argument, "cannot reshape an input of shape ", x.shape(),
           " into the target shape ", Shape(target_));
    }
    return op::reshape(x, dims);
  }

 private:
  Ints target_;
};

class PermuteLayer final : public Layer {
 public:
  PermuteLayer() = default;
  explicit PermuteLayer(Ints dims) : dims_(std::move(dims)) {}
  void visit_config(ConfigVisitor& v) override { v("dims", dims_); }
  Value call(const Value& x, const CallContext&) override {
    if (static_cast<int>(dims_.size()) + 1 != x.rank()) {
      fail(Code::invalid_argument, "dims = ", Shape(dims_), " do not fit an input of shape ",
           x.shape());
    }
    std::vector<int> permutation{0};
    for (const int64_t d : dims_) permutation.push_back(static_cast<int>(d));
    return op::transpose(x, permutation);
  }

 private:
  Ints dims_;
};

class RepeatVectorLayer final : public Layer {
 public:
  RepeatVectorLayer() = default;
  explicit RepeatVectorLayer(int64_t n) : n_(n) {}
  void visit_config(ConfigVisitor& v) override { v("n", n_); }
  Value call(const Value& x, const CallContext&) override {
    return op::tile(op::expand_dims(x, 1), {1, n_, 1});
  }

 private:
  int64_t n_ = 1;
};

// (before, after) for each of `rank` dimensions.
std::vector<std::pair<int64_t, int64_t>> sides(const char* key, const std::vector<Ints>& given,
                                               int rank) {
  std::vector<std::pair<int64_t, int64_t>> out;
  const auto bad = [&] {
    fail(Code::invalid_argument, key, " must be one number, ", rank,
         " numbers, or a pair for each of ", rank, " dimensions");
  };
  if (given.size() == 1 && given[0].size() == 1) {
    out.assign(static_cast<size_t>(rank), {given[0][0], given[0][0]});
  } else if (rank == 1 && given.size() == 2 && given[0].size() == 1 && given[1].size() == 1) {
    out.emplace_back(given[0][0], given[1][0]);
  } else if (rank == 1 && given.size() == 1 && given[0].size() == 2) {
    out.emplace_back(given[0][0], given[0][1]);
  } else if (given.size() == static_cast<size_t>(rank)) {
    for (const Ints& pair : given) {
      if (pair.empty() || pair.size() > 2) bad();
      out.emplace_back(pair[0], pair.back());
    }
  } else {
    bad();
  }
  return out;
}

template <int kRank, bool kPad>
class BorderLayer final : public Layer {
 public:
  BorderLayer() = default;
  BorderLayer(std::vector<Ints> amounts, std::string data_format)
      : amounts_(std::move(amounts)), data_format_(std::move(data_format)) {
    spread();
  }
  void visit_config(ConfigVisitor& v) override {
    if (kRank == 1 && !v.reading()) {
      v(kKey, amounts_[0]);
    } else {
      v(kKey, amounts_);
    }
    if (kRank > 1 || kPad) v("data_format", data_format_);
    if (v.reading()) spread();
  }
  Value call(const Value& x, const CallContext&) override {
    require_rank(x.shape(), kRank + 2);
    const auto amounts = sides(kKey, amounts_, kRank);
    const int first = channels_first(data_format_) ? 2 : 1;
    std::vector<std::pair<int64_t, int64_t>> pads(kRank + 2, {0, 0});
    std::vector<op::Range> ranges(kRank + 2);
    for (int i = 0; i < kRank; ++i) {
      const auto at = static_cast<size_t>(first + i);
      const auto [before, after] = amounts[static_cast<size_t>(i)];
      const int64_t length = x.shape()[first + i];
      if (before < 0 || after < 0 || (!kPad && length >= 0 && before + after >= length)) {
        fail(Code::invalid_argument, kKey, " (", before, ", ", after, ") of dimension ", first + i,
             " does not fit an input of shape ", x.shape());
      }
      pads[at] = {before, after};
      ranges[at] = {before, after == 0 ? INT64_MAX : -after, 1};
    }
    return kPad ? op::pad(x, pads) : op::slice(x, ranges);
  }

 private:
  static constexpr const char* kKey = kPad ? "padding" : "cropping";
  void spread() {
    std::vector<Ints> pairs;
    for (const auto& [before, after] : sides(kKey, amounts_, kRank)) {
      pairs.push_back(Ints{before, after});
    }
    amounts_ = std::move(pairs);
  }
  std::vector<Ints> amounts_{Ints(kPad || kRank != 2 ? 1 : 0)};
  std::string data_format_ = "channels_last";
};

// Each row is repeated: a new dimension of `times` copies beside the old one, then both become one.
Value repeat(const Value& x, int axis, int64_t times) {
  if (times == 1) return x;
  std::vector<int64_t> multiples(static_cast<size_t>(x.rank()) + 1, 1);
  multiples[static_cast<size_t>(axis) + 1] = times;
  std::vector<op::Dim> dims;
  for (int i = 0; i < x.rank(); ++i) {
    op::Dim d = op::dim(x, i);
    if (i == axis) {
      d = d.value ? op::Dim(op::mul(d.value, Tensor::scalar(static_cast<int32_t>(times))))
                  : op::Dim(d.size * times);
    }
    dims.push_back(d);
  }
  return op::reshape(op::tile(op::expand_dims(x, axis + 1), multiples), dims);
}

template <int kRank>
class UpSamplingLayer final : public Layer {
 public:
  UpSamplingLayer() = default;
  UpSamplingLayer(Ints size, std::string interpolation, std::string data_format)
      : size_(std::move(size)),
        interpolation_(std::move(interpolation)),
        data_format_(std::move(data_format)) {
    size_ = per_dimension("size", size_, kRank);
  }
  void visit_config(ConfigVisitor& v) override {
    if (kRank == 1) {
      if (v.reading()) v("length", size_);
      v.axis("size", size_);
    } else {
      v("size", size_);
      v("data_format", data_format_);
    }
    if (kRank == 2) v("interpolation", interpolation_);
    if (v.reading()) v("floats_keras2", floats_);  // of legacy/upgrade.cpp, never written
    if (v.reading()) size_ = per_dimension("size", size_, kRank);
  }
  Value call(const Value& x, const CallContext&) override {
    require_rank(x.shape(), kRank + 2);
    const bool first = kRank > 1 && channels_first(data_format_);
    if (kRank == 2 && interpolation_ != "nearest") {
      const Value last = first ? op::to_channels_last(x) : x;
      const auto scaled = [&](int axis) {
        const op::Dim d = op::dim(last, axis);
        const int64_t times = size_[static_cast<size_t>(axis) - 1];
        return d.value ? op::Dim(op::mul(d.value, Tensor::scalar(static_cast<int32_t>(times))))
                       : op::Dim(d.size * times);
      };
      Value y = resize_images(last, scaled(1), scaled(2), interpolation_);
      if (!floats_) y = in_dtype_of(x, y);
      return first ? op::to_channels_first(y) : y;
    }
    Value y = x;
    for (int i = 0; i < kRank; ++i)
      y = repeat(y, i + (first ? 2 : 1), size_[static_cast<size_t>(i)]);
    return y;
  }

 private:
  Ints size_ = 2;
  std::string interpolation_ = "nearest";
  std::string data_format_ = "channels_last";
  bool floats_ = false;  // integers are resized to floats, as Keras 2 does
};

}  // namespace

namespace layers {
Flatten::Flatten(const ImageOptions& o) : LayerPtr(make_layer<FlattenLayer>("Flatten", o, o)) {}
Reshape::Reshape(const Ints& target_shape, const PlainOptions& o)
    : LayerPtr(make_layer<ReshapeLayer>("Reshape", o, target_shape)) {}
Permute::Permute(const Ints& dims, const PlainOptions& o)
    : LayerPtr(make_layer<PermuteLayer>("Permute", o, dims)) {}
RepeatVector::RepeatVector(int64_t n, const PlainOptions& o)
    : LayerPtr(make_layer<RepeatVectorLayer>("RepeatVector", o, n)) {}
Cropping1D::Cropping1D(const Amounts& cropping, const PlainOptions& o)
    : LayerPtr(make_layer<BorderLayer<1, false>>("Cropping1D", o, cropping, "channels_last")) {}
Cropping2D::Cropping2D(const Amounts& cropping, const ImageOptions& o)
    : LayerPtr(make_layer<BorderLayer<2, false>>("Cropping2D", o, cropping, o.data_format)) {}
Cropping3D::Cropping3D(const Amounts& cropping, const ImageOptions& o)
    : LayerPtr(make_layer<BorderLayer<3, false>>("Cropping3D", o, cropping, o.data_format)) {}
ZeroPadding1D::ZeroPadding1D(const Amounts& padding, const ImageOptions& o)
    : LayerPtr(make_layer<BorderLayer<1, true>>("ZeroPadding1D", o, padding, o.data_format)) {}
ZeroPadding2D::ZeroPadding2D(const Amounts& padding, const ImageOptions& o)
    : LayerPtr(make_layer<BorderLayer<2, true>>("ZeroPadding2D", o, padding, o.data_format)) {}
ZeroPadding3D::ZeroPadding3D(const Amounts& padding, const ImageOptions& o)
    : LayerPtr(make_layer<BorderLayer<3, true>>("ZeroPadding3D", o, padding, o.data_format)) {}
UpSampling1D::UpSampling1D(int64_t size, const PlainOptions& o)
    : LayerPtr(make_layer<UpSamplingLayer<1>>("UpSampling1D", o, Ints(size), "nearest",
                                              "channels_last")) {}
UpSampling2D::UpSampling2D(const Ints& size, const UpSamplingOptions& o)
    : LayerPtr(make_layer<UpSamplingLayer<2>>("UpSampling2D", o, size, o.interpolation,
                                              o.data_format)) {}
UpSampling3D::UpSampling3D(const Ints& size, const ImageOptions& o)
    : LayerPtr(make_layer<UpSamplingLayer<3>>("UpSampling3D", o, size, "nearest", o.data_format)) {}
}  // namespace layers

void register_reshaping(LayerRegistry& registry) {
  registry.add<FlattenLayer>("Flatten");
  registry.add<ReshapeLayer>("Reshape");
  registry.add<PermuteLayer>("Permute");
  registry.add<RepeatVectorLayer>("RepeatVector");
  registry.add<BorderLayer<1, false>>("Cropping1D");
  registry.add<BorderLayer<2, false>>("Cropping2D");
  registry.add<BorderLayer<3, false>>("Cropping3D");
  registry.add<BorderLayer<1, true>>("ZeroPadding1D");
  registry.add<BorderLayer<2, true>>("ZeroPadding2D");
  registry.add<BorderLayer<3, true>>("ZeroPadding3D");
  registry.add<UpSamplingLayer<1>>("UpSampling1D");
  registry.add<UpSamplingLayer<2>>("UpSampling2D");
  registry.add<UpSamplingLayer<3>>("UpSampling3D");
}

}  // namespace rill::keras
