// LocallyConnected1D and 2D of Keras 2: a convolution whose kernel is another one at each place.
// Implementation 1 has a product for each place, 2 one with a matrix of all inputs and outputs that
// a mask makes sparse, 3 one with a sparse matrix (tf_keras/src/layers/locally_connected).
#include <algorithm>

#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "rill/keras/layers/conv.hpp"

namespace rill::keras {
namespace {

constexpr int64_t kMostConnections = int64_t{1} << 26;  // in the table of implementations 2 and 3

template <int kRank>
class LocallyConnectedLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("filters", filters_);
    v("kernel_size", kernel_size_);
    v("strides", o_.strides);
    v("padding", o_.padding);
    v("data_format", o_.data_format);
    v("activation", o_.activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    v("implementation", implementation_);
    if (!v.reading()) return;
    kernel_size_ = per_dimension("kernel_size", kernel_size_, kRank);
    o_.strides = per_dimension("strides", o_.strides, kRank);
  }

  void build(const Shape& input) override {
    require_rank(input, kRank + 2);
    if (implementation_ < 1 || implementation_ > 3) {
      fail(Code::invalid_argument, "implementation ", implementation_, "; expected 1, 2 or 3");
    }
    const bool same = upper(o_.padding) == "SAME";
    if (upper(o_.padding) != "VALID" && (!same || implementation_ == 1)) {
      fail(Code::invalid_argument, "padding ", quoted(o_.padding),
           implementation_ == 1 ? "; expected 'valid' in implementation 1"
                                : "; expected 'valid' or 'same'");
    }
    in_channels_ = channels(input, o_.data_format);
    in_ = out_ = Shape{};
    // Tables are made before the file's weights show that the sizes are true.
    double connections = implementation_ == 3
                             ? static_cast<double>(in_channels_) * static_cast<double>(filters_)
                             : 1.0;
    for (int i = 0; i < kRank; ++i) {
      const auto k = static_cast<size_t>(i);
      const int64_t size = input[i + (first() ? 2 : 1)];
      if (size < (same ? 1 : kernel_size_[k])) {
        fail(Code::invalid_argument, "the size of the input must be known and at least that of ",
             "the kernel; it has shape ", input);
      }
      if (kernel_size_[k] < 1 || o_.strides[k] < 1) {
        fail(Code::invalid_argument, "kernel_size and strides must be positive, not ",
             kernel_size_[k], " and ", o_.strides[k]);
      }
      in_.push_back(size);
      out_.push_back((size - (same ? 1 : kernel_size_[k])) / o_.strides[k] + 1);
      connections *= static_cast<double>(out_[i]) *
                     static_cast<double>(implementation_ == 2 ? size : kernel_size_[k]);
    }
    if (implementation_ != 1 && !(connections <= static_cast<double>(kMostConnections))) {
      fail(Code::resource_exhausted, "an input of shape ", input, " has more than ",
           kMostConnections, " connections in implementation ", implementation_,
           "; implementation 1 keeps no table of them");
    }
    kernel_ = add_weight("kernel", kernel_shape(), o_.kernel_initializer);
    connect();
    if (!o_.use_bias) return;
    Shape bias = out_;
    bias.push_back(filters_);
    bias_ = add_weight("bias", bias, o_.bias_initializer);
  }

  Value call(const Value& input, const CallContext&) override {
    Value y = implementation_ == 1 ? by_place(input) : by_matrix(input);
    if (bias_) {
      // Read anew, not turned round, where the channels come first: as tf_keras' bias_add does.
      std::vector<op::Dim> dims = output_dims(op::Dim(1));
      y = op::add(y, op::reshape(bias_, dims));
    }
    return op::activate(o_.activation, y);
  }

 private:
  bool first() const { return channels_first(o_.data_format); }
  static int64_t volume(const Shape& shape) {
    int64_t n = 1;
    for (const int64_t d : shape) n *= d;
    return n;
  }
  std::vector<op::Dim> output_dims(const op::Dim& batch) const {
    std::vector<op::Dim> dims{batch};
    if (first()) dims.emplace_back(filters_);
    for (const int64_t d : out_) dims.emplace_back(d);
    if (!first()) dims.emplace_back(filters_);
    return dims;
  }

  Shape kernel_shape() const {
    Shape shape;
    if (implementation_ == 1) {
      int64_t features = in_channels_;
      for (const int64_t k : kernel_size_) features *= k;
      return {volume(out_), features, filters_};
    }
    if (implementation_ == 3) {
      int64_t pairs = 0;
      each_pair([&](int64_t, int64_t) { ++pairs; });
      return {pairs * in_channels_ * filters_};
    }
    const auto add = [&](const Shape& spatial, int64_t channels) {
      if (first()) shape.push_back(channels);
      for (const int64_t d : spatial) shape.push_back(d);
      if (!first()) shape.push_back(channels);
    };
    add(in_, in_channels_);
    add(out_, filters_);
    return shape;
  }

  // f(place of the output, place of the input that it sees), by output and then by input.
  template <typename F>
  void each_pair(F&& f) const {
    const bool same = upper(o_.padding) == "SAME";
    for (int64_t o = 0; o < volume(out_); ++o) {
      int64_t begin[kRank], end[kRank], rest = o;
      for (int i = kRank; i-- > 0;) {
        const auto k = static_cast<size_t>(i);
        const int64_t half = kernel_size_[k] / 2;
        const int64_t center = rest % out_[i] * o_.strides[k] + (same ? 0 : half);
        rest /= out_[i];
        begin[i] = std::max<int64_t>(0, center - half);
        end[i] = std::min(in_[i], center - half + kernel_size_[k]);
      }
      for (int64_t y = begin[0]; y < end[0]; ++y) {
        if constexpr (kRank == 1) {
          f(o, y);
        } else {
          for (int64_t x = begin[1]; x < end[1]; ++x) f(o, y * in_[1] + x);
        }
      }
    }
  }

  // Which inputs and outputs the weights connect.
  void connect() {
    if (implementation_ == 2) {
      Tensor mask = Tensor::zeros(DType::float32, Shape{volume(in_), volume(out_)});
      each_pair(
          [&](int64_t o, int64_t i) { mask.template data<float>()[i * volume(out_) + o] = 1.0f; });
      Shape dims;
      const auto add = [&](const Shape& spatial) {
        if (first()) dims.push_back(1);
        for (const int64_t d : spatial) dims.push_back(d);
        if (!first()) dims.push_back(1);
      };
      add(in_);
      add(out_);
      connected_ = mask.reshaped(dims);
    } else if (implementation_ == 3) {
      connected_ = sorted_pairs();
    }
  }

  // Rows and columns of the sparse matrix [outputs, inputs], in order.
  Tensor sorted_pairs() const {
    const int64_t in = volume(in_), out = volume(out_);
    std::vector<std::pair<int64_t, int64_t>> pairs;
    pairs.reserve(static_cast<size_t>(kernel_.size()));
    each_pair([&](int64_t o, int64_t i) {
      for (int64_t c = 0; c < in_channels_; ++c) {
        for (int64_t f = 0; f < filters_; ++f) {
          pairs.emplace_back(first() ? f * out + o : o * filters_ + f,
                             first() ? c * in + i : i * in_channels_ + c);
        }
      }
    });
    std::sort(pairs.begin(), pairs.end());
    Tensor indices(DType::int64, Shape{static_cast<int64_t>(pairs.size()), 2});
    auto* to = indices.data<int64_t>();
    for (const auto& [row, column] : pairs) {
      *to++ = row;
      *to++ = column;
    }
    return indices;
  }

  Value by_matrix(const Value& input) const {
    const int64_t ins = volume(in_) * in_channels_, outs = volume(out_) * filters_;
    const Value flat = op::reshape(input, {op::dim(input, 0), ins});
    Value y;
    if (implementation_ == 2) {
      const Value masked = op::mul(op::cast(connected_, kernel_.dtype()), kernel_);
      y = op::matmul(flat, op::reshape(masked, {ins, outs}));
    } else {
      y = op::transpose(emit("SparseTensorDenseMatMul",
                             {connected_, kernel_, Tensor::vector<int64_t>({outs, ins}), flat},
                             {{"adjoint_b", true}}),
                        {1, 0});
    }
    return op::reshape(y, output_dims(op::dim(input, 0)));
  }

  Value by_place(const Value& input) const {
    Value x = first() ? op::to_channels_last(input) : input;
    if (kRank == 1) x = op::expand_dims(x, 1);
    const Value patches = emit("ExtractImagePatches", {x},
                               {{"ksizes", with_batch_and_channels(kernel_size_)},
                                {"strides", with_batch_and_channels(o_.strides)},
                                {"rates", std::vector<int64_t>{1, 1, 1, 1}},
                                {"padding", "VALID"}});
    const int64_t places = kernel_.shape()[0], features = kernel_.shape()[1];
    Value p = op::reshape(patches, {op::dim(x, 0), places, features});
    if (first()) {
      // Keras orders a patch as the data are: channels before places.
      const int64_t in = x.shape()[3], window = features / in;
      p = op::reshape(
          op::transpose(op::reshape(p, {op::dim(x, 0), places, window, in}), {0, 1, 3, 2}),
          {op::dim(x, 0), places, features});
    }
    Value y = op::transpose(op::batch_matmul(op::transpose(p, {1, 0, 2}), kernel_), {1, 0, 2});
    std::vector<op::Dim> dims{op::dim(x, 0)};
    for (const int64_t d : out_) dims.emplace_back(d);
    dims.emplace_back(filters_);
    y = op::reshape(y, dims);
    return first() ? op::to_channels_first(y) : y;
  }

  int64_t filters_ = 0;
  int64_t implementation_ = 1;
  Ints kernel_size_ = 1;
  layers::ConvOptions o_;
  int64_t in_channels_ = 0;
  Shape in_, out_;  // places
  Tensor connected_;
  Value kernel_;
  Value bias_;
};

}  // namespace

void register_locally_connected(LayerRegistry& registry) {
  registry.add<LocallyConnectedLayer<1>>("LocallyConnected1D");
  registry.add<LocallyConnectedLayer<2>>("LocallyConnected2D");
}

}  // namespace rill::keras
