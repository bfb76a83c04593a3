// keras/src/layers/preprocessing/image_preprocessing/clahe.py: histograms of tiles, clipped, summed
// up and interpolated between the tiles.
#include <cmath>

#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

constexpr int64_t kLevels = 256;

// Of each place along one side: the tiles before and behind it (0: the border), and how far it is
// on the way.
struct Places {
  Value before, behind, weight;
};
Places places(int64_t tile, int64_t count) {
  std::vector<int32_t> before, behind;
  std::vector<float> weight;
  for (int64_t i = 0; i < tile * count; ++i) {
    const float at =
        (static_cast<float>(i) - static_cast<float>(tile) / 2) / static_cast<float>(tile) + 1.0f;
    const float low = std::floor(at), last = static_cast<float>(count + 1);
    before.push_back(static_cast<int32_t>(std::min(std::max(low, 0.0f), last)));
    behind.push_back(static_cast<int32_t>(std::min(std::max(low + 1, 0.0f), last)));
    weight.push_back(at - low);
  }
  return {Tensor::vector(std::move(before)), Tensor::vector(std::move(behind)),
          Tensor::vector(std::move(weight))};
}

class ClaheLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("value_range", range_);
    v("clip_limit", clip_limit_);
    v("tile_grid_size", grid_);
    v("data_format", data_format_);
    if (v.reading() && (grid_.size() != 2 || grid_[0] <= 0 || grid_[1] <= 0 || grid_[0] > 4096 ||
                        grid_[1] > 4096)) {
      fail(Code::invalid_argument, "tile_grid_size must be two positive numbers");
    }
  }
  bool autocast() const override { return false; }

  Value call(const Value& given, const CallContext&) override {
    const bool first = data_format_ == "channels_first", single = given.rank() == 3;
    if (given.rank() != 3 && given.rank() != 4) {
      fail(Code::invalid_argument, "expected images of rank 3 or 4, found ", given.shape());
    }
    Value x = single ? op::expand_dims(given, 0) : given;
    if (first) x = op::transpose(x, {0, 2, 3, 1});
    const std::vector<double> range = range_.value_or(std::vector<double>{0, 255});
    if (range.size() != 2) fail(Code::invalid_argument, "value_range must be two numbers");
    x = op::cast(x, DType::float32);
    const Value low = op::constant_like(range[0], x);
    const Value width = op::constant_like(range[1] - range[0], x), full = number(255, x);
    x = op::mul(op::div(op::sub(x, low), width), full);
    x = equalized(x);
    x = op::cast(op::add(op::mul(op::div(x, full), width), low), given.dtype());
    if (first) x = op::transpose(x, {0, 3, 1, 2});
    return single ? op::squeeze(x, 0) : x;
  }

 private:
  static Value number(double v, const Value& like) { return op::constant_like(v, like); }

  Value equalized(const Value& x) const {
    const Shape& shape = x.shape();
    const int64_t h = shape[1], w = shape[2], c = shape[3], gh = grid_[0], gw = grid_[1];
    if (h <= 0 || w <= 0 || c <= 0) fail(Code::unimplemented, "images of unknown size");
    const int64_t th = (h + gh - 1) / gh, tw = (w + gw - 1) / gw;
    Value padded = x;
    if (th * gh != h || tw * gw != w) {
      const auto below = static_cast<int32_t>(th * gh - h),
                 beside = static_cast<int32_t>(tw * gw - w);
      const Tensor pads = Tensor::of<int32_t>({0, 0, 0, below, 0, beside, 0, 0}, Shape{4, 2});
      padded = emit("MirrorPad", {x, pads}, {{"mode", "SYMMETRIC"}});
    }
    const Value levels =
        op::cast(op::binary("Maximum", op::binary("Minimum", padded, number(255, x)), number(0, x)),
                 DType::int32);
    const Value tiles = op::reshape(
        op::transpose(op::reshape(op::cast(padded, DType::int32), {-1, gh, th, gw, tw, c}),
                      {0, 1, 3, 5, 2, 4}),
        {-1, gh, gw, c, th * tw});
    const Value cdf = border(border(distribution(tiles, static_cast<double>(th * tw)), 1), 2);
    const Places rows = places(th, gh), columns = places(tw, gw);
    const Value wy = op::reshape(rows.weight, {1, th * gh, 1, 1});
    const Value wx = op::reshape(columns.weight, {1, 1, tw * gw, 1});
    const auto blend = [&](const Value& a, const Value& b, const Value& weight) {
      return op::add(op::mul(a, op::sub(number(1, weight), weight)), op::mul(b, weight));
    };
    // Where the levels of each pixel begin in the flat table, but for its tile.
    const auto strided = [](int64_t count, int64_t stride) {
      std::vector<int32_t> out;
      for (int64_t i = 0; i < count; ++i) out.push_back(static_cast<int32_t>(i * stride));
      return Tensor::vector(std::move(out));
    };
    const int64_t across = c * kLevels, down = across * (gw + 2);
    const Value count = op::reshape(op::shape_vector({op::dim(x, 0)}), {});
    const Value image =
        op::mul(emit("Range", {Tensor::scalar(int32_t{0}), count, Tensor::scalar(int32_t{1})}),
                Tensor::scalar(static_cast<int32_t>(down * (gh + 2))));
    const Value base = op::add(op::add(levels, op::reshape(strided(c, kLevels), {1, 1, 1, c})),
                               op::reshape(image, {-1, 1, 1, 1}));
    const Value table = op::reshape(cdf, {-1});
    const auto at = [&](const Value& y, const Value& x) {
      const Value row = op::mul(y, Tensor::scalar(static_cast<int32_t>(down)));
      const Value column = op::mul(x, Tensor::scalar(static_cast<int32_t>(across)));
      return op::gather(table,
                        op::add(base, op::add(op::reshape(row, {1, th * gh, 1, 1}),
                                              op::reshape(column, {1, 1, tw * gw, 1}))),
                        0);
    };
    const auto row = [&](const Value& y) {
      return blend(at(y, columns.before), at(y, columns.behind), wx);
    };
    const Value y = blend(row(rows.before), row(rows.behind), wy);
    return op::slice(y, {{}, {0, h, 1}, {0, w, 1}, {}});
  }

  // The first and the last tile again, along `axis`.
  static Value border(const Value& x, int axis) {
    std::vector<op::Range> first(5), last(5);
    first[static_cast<size_t>(axis)] = {0, 1, 1};
    last[static_cast<size_t>(axis)] = {-1, INT64_MAX, 1};
    return op::concat({op::slice(x, first), x, op::slice(x, last)}, axis);
  }

  // [n, gh, gw, c, pixels] -> [n, gh, gw, c, 256]
  Value distribution(const Value& tiles, double pixels) const {
    const Value clipped_tiles =
        op::binary("Maximum", op::binary("Minimum", tiles, op::constant_like(255, tiles)),
                   op::constant_like(0, tiles));
    Value counts = op::reduce("Sum",
                              emit("OneHot",
                                   {clipped_tiles, Tensor::scalar(static_cast<int32_t>(kLevels)),
                                    Tensor::scalar(1.0f), Tensor::scalar(0.0f)},
                                   {{"axis", -1}}),
                              {4});
    if (clip_limit_ > 0) {
      const Value limit = number(clip_limit_ * pixels / 256.0, counts);
      const Value clipped = op::binary("Minimum", counts, limit);
      const Value excess = op::reduce("Sum", op::sub(counts, clipped), {4}, true);
      counts = op::add(clipped, op::div(excess, number(256, excess)));
    }
    const Value cdf = emit("Cumsum", {counts, Tensor::scalar(int32_t{4})});
    const Value least = op::reduce("Min", cdf, {4}, true);
    const Value rest = op::sub(number(pixels, cdf), least);
    const Value divisor =
        op::select(op::binary("Equal", rest, number(0, rest)), number(1, rest), rest);
    const Value y = op::div(op::mul(op::sub(cdf, least), number(255, cdf)), divisor);
    return op::binary("Maximum", op::binary("Minimum", y, number(255, y)), number(0, y));
  }

  std::optional<std::vector<double>> range_;
  double clip_limit_ = 4;
  Ints grid_ = Ints{8, 8};
  std::string data_format_ = "channels_last";
};

}  // namespace

void register_clahe(LayerRegistry& registry) {
  registry.add<ClaheLayer>("ContrastLimitedAdaptiveHistogramEqualization");
}

}  // namespace rill::keras
