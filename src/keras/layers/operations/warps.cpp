// Images moved, bent, blurred and cut into patches by keras.ops (keras/src/backend/tensorflow/
// image.py and nn.py).
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/augment.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::binary;
using op::constant_like;
using op::unary;

Value warp_operand(const OperationCall& c) {
  return c.required(0, {"images", "inputs", "input", "x"});
}
// Runs on a batch with the channels last.
template <typename Function>
Values on_batch(const OperationCall& c, Function function) {
  Value x = warp_operand(c);
  const bool single = x.rank() == 3;
  const bool first = channels_first(c.word(99, {"data_format"}, "channels_last"));
  if (single) x = op::expand_dims(x, 0);
  if (first) x = op::to_channels_last(x);
  Value y = function(x);
  if (first) y = op::to_channels_first(y);
  return {single ? op::squeeze(y, 0) : y};
}

Value projected(const OperationCall& c, const Value& x, const Value& transforms,
                const std::string& fill_mode) {
  return emit("ImageProjectiveTransformV3",
              {x, transforms, op::shape_vector({op::dim(x, 1), op::dim(x, 2)}),
               op::constant(c.number(99, {"fill_value"}, 0), DType::float32)},
              {{"interpolation", upper(c.word(99, {"interpolation"}, "bilinear"))},
               {"fill_mode", upper(fill_mode)}});
}
Value float_rows(const Value& given, int rank) {
  const Value x = op::cast(given.without_weakness(), DType::float32);
  return x.rank() < rank ? op::expand_dims(x, 0) : x;
}
Values affine_transform(const OperationCall& c) {
  const Value transforms = float_rows(c.required(1, {"transform"}), 2);
  return on_batch(c, [&](const Value& x) {
    return projected(c, x, transforms, c.word(99, {"fill_mode"}, "constant"));
  });
}
Values perspective_transform(const OperationCall& c) {
  const Value from = float_rows(c.required(1, {"start_points"}), 3);
  const Value to = float_rows(c.required(2, {"end_points"}), 3);
  return on_batch(
      c, [&](const Value& x) { return projected(c, x, homography(from, to), "constant"); });
}

Values gaussian_blur(const OperationCall& c) {
  const auto sizes = c.ints(1, {"kernel_size"}).value_or(std::vector<int64_t>{3, 3});
  auto sigma = c.numbers(2, {"sigma"}).value_or(std::vector<double>{1});
  sigma.resize(2, sigma.empty() ? 1 : sigma[0]);
  if (sizes.size() != 2 || sizes[0] < 1 || sizes[1] < 1 || sizes[0] * sizes[1] > (1 << 20)) {
    fail(Code::invalid_argument, c.layer, ": kernel_size of a blur");
  }
  // The first size and deviation are those of the columns of the kernel.
  const auto bell = [&](size_t side) {
    std::vector<double> out;
    double sum = 0;
    for (int64_t i = 0; i < sizes[side]; ++i) {
      const double x = static_cast<double>(i) - static_cast<double>(sizes[side] - 1) / 2;
      out.push_back(std::exp(-0.5 * x * x / (sigma[side] * sigma[side])));
      sum += out.back();
    }
    for (double& v : out) v /= sum;
    return out;
  };
  std::vector<float> kernel;
  for (const double y : bell(1)) {
    for (const double x : bell(0)) kernel.push_back(static_cast<float>(x * y));
  }
  const Tensor weights = Tensor::of(kernel, Shape{sizes[0], sizes[1]});
  return on_batch(c, [&](const Value& x) { return filtered(x, op::cast(weights, x.dtype())); });
}

// One neighbour of each point along an axis: its place, its share, whether it lies inside.
struct Neighbour {
  Value place;
  Value share;
  Value inside;  // empty: it always counts
};
Value within(const OperationCall& c, const Value& place, const Value& size,
             const std::string& mode) {
  const auto number = [&](int64_t n) { return constant_like(static_cast<double>(n), place); };
  if (mode == "constant" || mode == "nearest") {
    return binary("Minimum", binary("Maximum", place, number(0)), op::sub(size, number(1)));
  }
  if (mode == "wrap") return binary("FloorMod", place, size);
  if (mode != "mirror" && mode != "reflect") {
    fail(Code::unimplemented, c.layer, ": fill mode ", quoted(mode));
  }
  const Value twice = op::add(size, size);
  const Value turn = binary("FloorMod", unary("Abs", place), twice);
  const Value over = op::sub(op::sub(twice, number(mode == "reflect" ? 1 : 0)), turn);
  return op::select(binary("Less", turn, size), turn, over);
}
Values map_coordinates(const OperationCall& c) {
  const Value x = warp_operand(c);
  const Value points = c.required(1, {"coordinates"}).without_weakness();
  const std::string mode = c.word(3, {"fill_mode"}, "constant");
  const int64_t order = c.integer(2, {"order"}, 1);
  const int rank = x.rank();
  if (order > 1 || rank > 8) fail(Code::unimplemented, c.layer, ": splines of order ", order);
  const Value along = op::to_floating(points);
  std::vector<std::vector<Neighbour>> axes;
  for (int axis = 0; axis < rank; ++axis) {
    const op::Dim n = op::dim(x, axis);
    const Value size = n.value ? n.value : Value(Tensor::scalar(static_cast<int32_t>(n.size)));
    const Value at = op::unstack(along, rank, 0)[static_cast<size_t>(axis)];
    const Value low = unary(order == 0 ? "Round" : "Floor", at);
    std::vector<Neighbour> near;
    for (int64_t step = 0; step <= order; ++step) {
      const Value part = op::sub(at, low), one = constant_like(1, at);
      const Value share = order == 0 ? one : step == 0 ? op::sub(one, part) : part;
      const Value place =
          op::add(op::cast(low, DType::int32), Tensor::scalar(static_cast<int32_t>(step)));
      Value inside;
      if (mode == "constant") {
        inside = binary("LogicalAnd", binary("GreaterEqual", place, constant_like(0, place)),
                        binary("Less", place, size));
      }
      near.push_back({within(c, place, size, mode), share, inside});
    }
    axes.push_back(std::move(near));
  }
  Value sum;
  const size_t choices = size_t{1} << (order == 0 ? 0 : rank);
  for (size_t choice = 0; choice < choices; ++choice) {
    Values places;
    Value share, inside;
    for (int axis = 0; axis < rank; ++axis) {
      const Neighbour& n = axes[static_cast<size_t>(axis)][(choice >> axis) & 1];
      places.push_back(n.place);
      share = share ? op::mul(share, n.share) : n.share;
      if (n.inside) inside = inside ? binary("LogicalAnd", inside, n.inside) : n.inside;
    }
    Value seen =
        op::cast(emit("GatherNd", {x, op::stack(places, places[0].rank())}), along.dtype());
    if (inside) {
      const Value outside = constant_like(c.number(4, {"fill_value"}, 0), seen);
      seen = op::select(inside, seen, outside);
    }
    const Value part = op::mul(seen, share);
    sum = sum ? op::add(sum, part) : part;
  }
  if (!is_floating(x.dtype())) sum = unary("Round", sum);
  return {op::cast(sum, x.dtype())};
}

// The share of each old place (rows) in each new one (columns).
double kernel_at(const std::string& method, double x) {
  constexpr double kPi = std::numbers::pi;
  if (method == "cubic") {
    if (x >= 2) return 0;
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : ((1.5 * x - 2.5) * x) * x + 1;
  }
  if (method == "linear") return std::max(0.0, 1 - x);
  const double radius = method == "lanczos3" ? 3 : 5;
  if (x > radius) return 0;
  if (x <= 1e-3) return 1;
  return radius * std::sin(kPi * x) * std::sin(kPi * x / radius) / (kPi * kPi * x * x);
}
Tensor moving_matrix(int64_t from, int64_t to, double scale, double shift,
                     const std::string& method, bool antialias) {
  const double inverse = 1 / scale, width = antialias ? std::max(inverse, 1.0) : 1;
  std::vector<float> out(static_cast<size_t>(from * to), 0.0F);
  for (int64_t j = 0; j < to; ++j) {
    const double at = (static_cast<double>(j) + 0.5) * inverse - shift * inverse - 0.5;
    if (at < -0.5 || at > static_cast<double>(from) - 0.5) continue;
    std::vector<double> column;
    double sum = 0;
    for (int64_t i = 0; i < from; ++i) {
      column.push_back(kernel_at(method, std::abs(at - static_cast<double>(i)) / width));
      sum += column.back();
    }
    if (std::abs(sum) <= 1000.0 * 1.1920929e-07) continue;
    for (int64_t i = 0; i < from; ++i) {
      out[static_cast<size_t>(i * to + j)] =
          static_cast<float>(column[static_cast<size_t>(i)] / sum);
    }
  }
  return Tensor::of(out, Shape{from, to});
}
std::vector<double> numbers_given(const OperationCall& c, size_t position, const char* name) {
  const auto given = c.numbers(position, {name});
  if (!given) fail(Code::unimplemented, c.layer, ": ", name, " that is a tensor");
  return *given;
}
Values scale_and_translate(const OperationCall& c) {
  const Value x = warp_operand(c);
  const auto shape = c.ints(1, {"output_shape"});
  const auto scale = numbers_given(c, 2, "scale"), shift = numbers_given(c, 3, "translation");
  const std::vector<int> axes = c.axes(4, {"spatial_dims"}, x.rank());
  std::string method = c.word(5, {"method"}, "linear");
  if (method == "bilinear" || method == "trilinear" || method == "triangle") method = "linear";
  if (method == "bicubic" || method == "tricubic") method = "cubic";
  if (!shape || scale.size() < axes.size() || shift.size() < axes.size() ||
      static_cast<int>(shape->size()) != x.rank()) {
    fail(Code::invalid_argument, c.layer, ": shape, scale and translation do not fit");
  }
  Value y = op::to_floating(x);
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t from = x.shape()[axes[i]], to = shape->at(static_cast<size_t>(axes[i]));
    if (from < 0 || to < 0 || (to > 0 && from > (int64_t{1} << 24) / to)) {
      fail(Code::unimplemented, c.layer, ": images of unknown size");
    }
    const Tensor matrix =
        moving_matrix(from, to, scale[i], shift[i], method, c.flag(99, {"antialias"}, true));
    y = axis_from_end(op::dense(axis_to_end(y, axes[i]), op::cast(matrix, y.dtype())), axes[i]);
  }
  if (is_floating(x.dtype())) return {y};
  std::vector<int> all;
  for (int i = 0; i < x.rank(); ++i) all.push_back(i);
  const Value most = op::cast(op::reduce("Max", x, all), y.dtype());
  const Value least = op::cast(op::reduce("Min", x, all), y.dtype());
  return {
      op::cast(binary("Maximum", binary("Minimum", unary("Round", y), most), least), x.dtype())};
}

// Patches of images with the channels first, a column a patch (torch.nn.functional.unfold).
Values unfold(const OperationCall& c) {
  const auto pair = [&](size_t position, const char* name, int64_t otherwise) {
    auto given = c.ints(position, {name}).value_or(std::vector<int64_t>{otherwise});
    given.resize(2, given.empty() ? otherwise : given[0]);
    return given;
  };
  const auto size = pair(1, "kernel_size", 1), rate = pair(2, "dilation", 1);
  const auto border = pair(3, "padding", 0), stride = pair(4, "stride", 1);
  Value x = warp_operand(c);
  require_rank(x.shape(), 4);
  x = op::pad(x, {{0, 0}, {0, 0}, {border[0], border[0]}, {border[1], border[1]}});
  const auto full = [](const std::vector<int64_t>& v) {
    return std::vector<int64_t>{1, v[0], v[1], 1};
  };
  const Value patches = emit("ExtractImagePatches", {op::to_channels_last(x)},
                             {{"ksizes", full(size)},
                              {"strides", full(stride)},
                              {"rates", full(rate)},
                              {"padding", "VALID"}});
  const op::Dim channels = op::dim(x, 1);
  const int64_t places = size[0] * size[1];
  if (channels.size < 0) fail(Code::unimplemented, c.layer, ": an unknown number of channels");
  const Value rows = op::reshape(patches, {op::dim(x, 0), -1, places, channels.size});
  return {op::reshape(op::transpose(rows, {0, 3, 2, 1}),
                      {op::dim(x, 0), channels.size * places, op::Dim(-1)})};
}

constexpr Operation kWarpOperations[] = {
    {"affine_transform", affine_transform},       {"gaussian_blur", gaussian_blur},
    {"map_coordinates", map_coordinates},         {"perspective_transform", perspective_transform},
    {"scale_and_translate", scale_and_translate}, {"unfold", unfold},
};

}  // namespace

std::span<const Operation> warp_operations() { return kWarpOperations; }

}  // namespace rill::keras
