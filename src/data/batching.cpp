// batch, padded_batch, ragged_batch, unbatch.
#include <algorithm>
#include <cstring>

#include "base/fail.h"
#include "data/stages.h"

namespace rill::data {
namespace {

// Rows [0, width) of `from` to `to` + offset, in elements; plain memory or strings.
void copy_elements(const Tensor& from, int64_t begin, Tensor& to, int64_t offset, int64_t count) {
  if (count == 0) return;
  if (from.dtype() == DType::string) {
    std::copy_n(from.data<std::string>() + begin, count, to.data<std::string>() + offset);
    return;
  }
  const size_t width = dtype_size(from.dtype());
  std::memcpy(static_cast<char*>(to.raw()) + static_cast<size_t>(offset) * width,
              static_cast<const char*>(from.raw()) + static_cast<size_t>(begin) * width,
              static_cast<size_t>(count) * width);
}

void check_alike(const std::vector<Values>& elements, const char* what) {
  for (const Values& e : elements) {
    if (e.size() != elements[0].size()) {
      fail(Code::invalid_argument, what, "(): an element has ", e.size(), " components, the first ",
           elements[0].size());
    }
    for (size_t c = 0; c < e.size(); ++c) {
      if (!e[c].is_dense()) {
        fail(Code::invalid_argument, what, "(): component ", c,
             " of an element is no dense tensor");
      }
      if (e[c].dtype() != elements[0][c].dtype()) {
        fail(Code::invalid_argument, what, "(): component ", c, " of an element is ", e[c].dtype(),
             ", of the first one ", elements[0][c].dtype());
      }
    }
  }
}

Shape with_rows(int64_t rows, const Shape& shape) {
  Shape out{rows};
  for (int i = 0; i < shape.rank(); ++i) out.push_back(shape[i]);
  return out;
}

}  // namespace

Values stack(const std::vector<Values>& elements, const char* what) {
  check_alike(elements, what);
  Values out;
  const auto rows = static_cast<int64_t>(elements.size());
  for (size_t c = 0; c < elements[0].size(); ++c) {
    const Shape& shape = elements[0][c].shape();
    const int64_t width = shape.num_elements();
    Tensor all(elements[0][c].dtype(), with_rows(rows, shape));
    for (int64_t i = 0; i < rows; ++i) {
      const Tensor& part = elements[static_cast<size_t>(i)][c];
      if (!(part.shape() == shape)) {
        fail(Code::invalid_argument, what, "(): element ", i, " of the batch has shape ",
             part.shape(), " in component ", c, ", the first one ", shape,
             "; padded_batch() takes elements of different shapes");
      }
      copy_elements(part, 0, all, i * width, width);
    }
    out.push_back(std::move(all));
  }
  return out;
}

namespace {

std::optional<int64_t> batches(std::optional<int64_t> n, int64_t size, bool drop) {
  if (!n || *n == kEndless) return n;
  return *n / size + (!drop && *n % size != 0 ? 1 : 0);
}

// Collects `size` elements and joins them.
template <typename Join>
StagePtr batches_of(StagePtr input, int64_t size, bool drop, Join join) {
  if (size < 1) fail(Code::invalid_argument, "a batch must have a positive size, not ", size);
  const auto count = batches(input->cardinality(), size, drop);
  return stage_of(
      [input = std::move(input), size, drop, join] {
        const auto cursor = std::shared_ptr<Cursor>(input->start());
        return cursor_of([cursor, size, drop, join](Values& element) {
          std::vector<Values> elements;
          Values one;
          while (static_cast<int64_t>(elements.size()) < size && cursor->next(one)) {
            elements.push_back(std::move(one));
          }
          if (elements.empty() || (drop && static_cast<int64_t>(elements.size()) < size)) {
            return false;
          }
          element = join(elements);
          return true;
        });
      },
      count);
}

Shape padded_shape(const std::vector<Values>& elements, size_t c, const PaddedBatchOptions& o) {
  const Shape first = elements[0][c].shape();
  Shape out = o.padded_shapes.empty() ? Shape::unknown_rank() : o.padded_shapes.at(c);
  if (out.rank() < 0) {
    out = Shape{};
    for (int d = 0; d < first.rank(); ++d) out.push_back(Shape::kUnknownDim);
  }
  std::vector<int64_t> longest(static_cast<size_t>(std::max(out.rank(), 0)), 0);
  for (const Values& e : elements) {
    const Shape& shape = e[c].shape();
    if (shape.rank() != out.rank()) {
      fail(Code::invalid_argument, "padded_batch(): component ", c, " of an element has shape ",
           shape, "; rank ", out.rank(), " is expected");
    }
    for (int d = 0; d < shape.rank(); ++d) {
      auto& at = longest[static_cast<size_t>(d)];
      at = std::max(at, shape[d]);
      if (out[d] >= 0 && shape[d] > out[d]) {
        fail(Code::invalid_argument, "padded_batch(): component ", c, " of an element has shape ",
             shape, ", which does not fit into ", out);
      }
    }
  }
  for (int d = 0; d < out.rank(); ++d) {
    if (out[d] < 0) out[d] = longest[static_cast<size_t>(d)];
  }
  return out;
}

Tensor padding_of(DType dtype, size_t c, const PaddedBatchOptions& o) {
  for (size_t i = 0; i < o.padding_values.size(); ++i) {
    const Tensor& value = o.padding_values[i];
    if (o.padding_values.size() > 1 && i != c) continue;
    if (value.dtype() == dtype && value.size() == 1) return value;
    if (o.padding_values.size() == 1 && c != 0) break;  // one value: for those of its dtype
    fail(Code::invalid_argument, "padded_batch(): the padding value of component ", c,
         " must be a scalar of ", dtype);
  }
  return Tensor::zeros(dtype, Shape{});
}

Tensor pad_and_stack(const std::vector<Values>& elements, size_t c, const PaddedBatchOptions& o) {
  const Shape shape = padded_shape(elements, c, o);
  const DType dtype = elements[0][c].dtype();
  const auto rows = static_cast<int64_t>(elements.size());
  Tensor all(dtype, with_rows(rows, shape));
  const Tensor padding = padding_of(dtype, c, o);
  for (int64_t i = 0; i < all.size(); ++i) copy_elements(padding, 0, all, i, 1);
  const int rank = shape.rank();
  const int64_t width = shape.num_elements();
  for (int64_t i = 0; i < rows; ++i) {
    const Tensor& part = elements[static_cast<size_t>(i)][c];
    if (part.size() == 0) continue;
    const int64_t run = rank == 0 ? 1 : part.dim(rank - 1);
    std::vector<int64_t> at(static_cast<size_t>(rank), 0);
    for (int64_t done = 0; done < part.size(); done += run) {
      int64_t target = 0;
      for (int d = 0; d < rank; ++d) target = target * shape[d] + at[static_cast<size_t>(d)];
      copy_elements(part, done, all, i * width + target, run);
      for (int d = rank - 2; d >= 0; --d) {
        if (++at[static_cast<size_t>(d)] < part.dim(d)) break;
        at[static_cast<size_t>(d)] = 0;
      }
    }
  }
  return all;
}

// The rows of all elements after each other, and where those of each begin and end.
void put_ragged(const std::vector<Values>& elements, size_t c, DType splits_dtype, Values& out) {
  const Tensor& first = elements[0][c];
  Shape shape = first.shape();
  std::vector<int64_t> splits{0};
  for (const Values& e : elements) {
    Shape like_first = e[c].shape();
    if (like_first.rank() > 0) like_first[0] = shape[0];
    if (!(like_first == shape)) {
      fail(Code::invalid_argument, "ragged_batch(): component ", c, " has shape ", e[c].shape(),
           ", the first one ", shape, "; only the first dimension may differ");
    }
    splits.push_back(splits.back() + e[c].dim(0));
  }
  shape[0] = splits.back();
  Tensor values(first.dtype(), shape);
  int64_t at = 0;
  for (const Values& e : elements) {
    copy_elements(e[c], 0, values, at, e[c].size());
    at += e[c].size();
  }
  out.push_back(std::move(values));
  if (splits_dtype == DType::int64) {
    out.push_back(Tensor::vector(splits));
  } else {
    out.push_back(Tensor::vector(std::vector<int32_t>(splits.begin(), splits.end())));
  }
}

}  // namespace

StagePtr ragged_batch(StagePtr input, int64_t size, const RaggedBatchOptions& options) {
  const DType dtype = options.row_splits_dtype;
  if (dtype != DType::int64 && dtype != DType::int32) {
    fail(Code::invalid_argument, "ragged_batch(): row_splits_dtype must be int64 or int32, not ",
         dtype);
  }
  return batches_of(std::move(input), size, options.drop_remainder,
                    [dtype](const std::vector<Values>& elements) {
                      check_alike(elements, "ragged_batch");
                      Values out;
                      for (size_t c = 0; c < elements[0].size(); ++c) {
                        if (elements[0][c].rank() > 0) {
                          put_ragged(elements, c, dtype, out);
                          continue;
                        }
                        std::vector<Values> scalars;
                        for (const Values& e : elements) scalars.push_back({e[c]});
                        out.push_back(stack(scalars, "ragged_batch")[0]);
                      }
                      return out;
                    });
}

StagePtr batch(StagePtr input, int64_t size, const BatchOptions& options) {
  return batches_of(std::move(input), size, options.drop_remainder,
                    [](const std::vector<Values>& elements) { return stack(elements, "batch"); });
}

StagePtr padded_batch(StagePtr input, int64_t size, const PaddedBatchOptions& options) {
  return batches_of(std::move(input), size, options.drop_remainder,
                    [options](const std::vector<Values>& elements) {
                      check_alike(elements, "padded_batch");
                      const size_t count = elements[0].size();
                      if (!options.padded_shapes.empty() && options.padded_shapes.size() != count) {
                        fail(Code::invalid_argument,
                             "padded_batch(): ", options.padded_shapes.size(),
                             " shapes are given for ", count, " components");
                      }
                      Values out;
                      for (size_t c = 0; c < count; ++c)
                        out.push_back(pad_and_stack(elements, c, options));
                      return out;
                    });
}

StagePtr unbatch(StagePtr input) {
  return stage_of([input = std::move(input)] {
    const auto cursor = std::shared_ptr<Cursor>(input->start());
    Values now;
    int64_t at = 0;
    return cursor_of([cursor, now, at](Values& element) mutable {
      while (now.empty() || at >= now[0].dim(0)) {
        if (!cursor->next(now)) return false;
        at = 0;
        for (const Tensor& t : now) {
          if (t.rank() == 0 || t.dim(0) != now[0].dim(0)) {
            fail(Code::invalid_argument,
                 "unbatch(): the components have no rows in common: ", t.shape(), " and ",
                 now[0].shape());
          }
        }
        if (now.empty()) return false;
      }
      element.clear();
      for (const Tensor& t : now) {
        Shape row;
        for (int d = 1; d < t.rank(); ++d) row.push_back(t.dim(d));
        element.push_back(t.rows(at, at + 1).reshaped(row));
      }
      ++at;
      return true;
    });
  });
}

}  // namespace rill::data
