#include "keras/layers/framing.h"

#include <cmath>

#include "base/fail.h"

namespace rill::keras {
namespace {

Tensor framing_number(int64_t n) { return Tensor::scalar(static_cast<int32_t>(n)); }

// 0, step, 2 * step, ... as a column, plus 0 ... length - 1.
Value places_of(const Value& frames, int64_t length, int64_t step) {
  const Value starts =
      op::mul(emit("Range", {framing_number(0), frames, framing_number(1)}), framing_number(step));
  const Value inside =
      emit("Range", {framing_number(0), framing_number(length), framing_number(1)});
  return op::add(op::expand_dims(starts, 1), op::expand_dims(inside, 0));
}
Value count_along(const Value& x, int axis) {
  const op::Dim n = op::dim(x, axis);
  return n.value ? n.value : Value(framing_number(n.size));
}

}  // namespace

Value framed(const Value& x, int64_t length, int64_t step) {
  const int last = x.rank() - 1;
  const Value rest = op::sub(count_along(x, last), framing_number(length));
  const Value count =
      op::add(op::binary("FloorDiv", rest, framing_number(step)), framing_number(1));
  const Value frames = op::binary("Maximum", count, framing_number(0));
  return op::gather(x, places_of(frames, length, step), last);
}

Value overlap_added(const Value& frames, int64_t step) {
  const int rank = frames.rank();
  const int64_t length = rank < 2 ? -1 : frames.shape()[rank - 1];
  if (length < 0) fail(Code::unimplemented, "frames of unknown length");
  const Value count = count_along(frames, rank - 2);
  const Value size = op::add(op::mul(op::sub(count, framing_number(1)), framing_number(step)),
                             framing_number(length));
  const Value places = op::reshape(places_of(count, length, step), {-1});
  // The frames' numbers come first, as segments are along the first dimension.
  std::vector<int> order = {rank - 2, rank - 1};
  std::vector<op::Dim> flat = {-1};
  for (int i = 0; i < rank - 2; ++i) {
    order.push_back(i);
    flat.push_back(op::dim(frames, i));
  }
  const Value rows = op::reshape(op::transpose(frames, order), flat);
  const Value sums = emit("UnsortedSegmentSum", {rows, places, size});
  std::vector<int> back;
  for (int i = 1; i < rank - 1; ++i) back.push_back(i);
  back.push_back(0);
  return op::transpose(sums, back);
}

std::vector<float> periodic_window(const std::string& name, int64_t length) {
  if (name != "hann" && name != "hamming") {
    fail(Code::unimplemented, "unknown window ", quoted(name));
  }
  const double a = name == "hamming" ? 0.54 : 0.5;
  const auto span = static_cast<double>(length % 2 == 0 ? length : length - 1);
  std::vector<float> out;
  for (int64_t i = 0; i < length; ++i) {
    const double angle = 2 * std::acos(-1.0) * static_cast<double>(i) / span;
    out.push_back(length == 1 ? 1 : static_cast<float>(a - (1 - a) * std::cos(angle)));
  }
  return out;
}

}  // namespace rill::keras
