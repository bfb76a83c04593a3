#include "rill/ops/indexing.hpp"

#include "base/fail.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill::ops {

Index Index::range(std::optional<int64_t> begin, std::optional<int64_t> end, int64_t step) {
  Index index(0);
  index.kind = Kind::range;
  index.begin = begin;
  index.end = end;
  index.step = step;
  return index;
}

Index Index::ellipsis() {
  Index index(0);
  index.kind = Kind::ellipsis;
  return index;
}

Index Index::new_axis() {
  Index index(0);
  index.kind = Kind::new_axis;
  return index;
}

Value at(const Value& x, const std::vector<Index>& parts) {
  if (parts.size() > 32) fail(Code::invalid_argument, "at: more than 32 indices");
  std::vector<int64_t> begin, end, step;
  StridedSliceMasks masks;
  bool symbolic = false;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Index& part = parts[i];
    const int64_t bit = int64_t{1} << i;
    const bool item = part.kind == Index::Kind::item;
    symbolic = symbolic || part.value;
    begin.push_back(part.begin.value_or(0));
    end.push_back(item ? begin.back() + 1 : part.end.value_or(0));
    step.push_back(item ? 1 : part.step);
    if (item) masks.shrink_axis |= bit;
    if (part.kind == Index::Kind::ellipsis) masks.ellipsis |= bit;
    if (part.kind == Index::Kind::new_axis) masks.new_axis |= bit;
    if (part.kind == Index::Kind::range && !part.begin) masks.begin |= bit;
    if (part.kind == Index::Kind::range && !part.end) masks.end |= bit;
  }
  if (!symbolic) {
    return strided_slice(x, Tensor::vector(begin), Tensor::vector(end), Tensor::vector(step),
                         masks);
  }
  Values begins, ends;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].value) {
      begins.push_back(Tensor::scalar(begin[i]));
      ends.push_back(Tensor::scalar(end[i]));
      continue;
    }
    begins.push_back(cast(parts[i].value, DType::int64));
    ends.push_back(add(begins.back(), Tensor::scalar(int64_t{1})));
  }
  return strided_slice(x, stack(begins), stack(ends), Tensor::vector(step), masks);
}

}  // namespace rill::ops
