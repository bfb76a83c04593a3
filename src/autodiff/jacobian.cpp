// Jacobians: one backward sweep an element of the target.
#include "autodiff/recorder.h"
#include "base/fail.h"
#include "op/emit.h"
#include "rill/autodiff.hpp"

namespace rill {
namespace {

std::vector<int64_t> dims_of(const Shape& shape) {
  std::vector<int64_t> dims;
  for (int i = 0; i < shape.rank(); ++i) dims.push_back(shape[i]);
  return dims;
}

void require_known(const Value& value, const char* what) {
  if (!value || !value.shape().is_fully_defined()) {
    fail(Code::invalid_argument, "the shape of the ", what, " of a jacobian must be known; it is ",
         value ? value.shape() : Shape::unknown_rank());
  }
}

// All zeros but for ones where the flat index is in [k * step, ...) of every row.
Tensor one_hot(DType dtype, const Shape& shape, int64_t rows, int64_t k) {
  Tensor flags(DType::float64, shape);
  const int64_t inner = rows == 0 ? 0 : flags.size() / rows;
  for (int64_t i = 0; i < flags.size(); ++i) {
    flags.data<double>()[i] = inner > 0 && i % inner == k ? 1.0 : 0.0;
  }
  return emit("Cast", {flags}, {{"SrcT", DType::float64}, {"DstT", dtype}});
}

Value stacked(const Values& rows, int64_t axis, const Shape& shape) {
  const Value all = emit("Pack", rows, {{"axis", axis}});
  return emit("Reshape", {all, Tensor::vector(dims_of(shape))});
}

Shape joined(const Shape& first, const Shape& second, int from) {
  std::vector<int64_t> dims = dims_of(first);
  for (int i = from; i < second.rank(); ++i) dims.push_back(second[i]);
  return Shape(dims);
}

}  // namespace

Values Tape::jacobian(const Value& target, const Values& sources, const GradientOptions& options) {
  if (!options.grad_ys.empty()) {
    fail(Code::invalid_argument, "a jacobian has grad_ys of its own; none may be given");
  }
  require_known(target, "target");
  for (const Value& source : sources) require_known(source, "source");
  recorder_->use();
  autodiff::BackpropRequest request;
  request.targets = {target};
  request.sources = sources;
  request.stops = options.stop_gradients;
  request.unconnected_zeros = options.unconnected_zeros;
  std::vector<Values> rows(sources.size());
  for (int64_t k = 0; k < target.size(); ++k) {
    request.seeds = {one_hot(target.dtype(), target.shape(), 1, k)};
    const Values row = recorder_->gradients(request);
    for (size_t i = 0; i < rows.size(); ++i) rows[i].push_back(row[i]);
  }
  Values out;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Shape shape = joined(target.shape(), sources[i].shape(), 0);
    if (rows[i].empty()) {
      out.push_back(Tensor::zeros(sources[i].dtype(), shape));
    } else {
      out.push_back(rows[i][0] ? stacked(rows[i], 0, shape) : Value());
    }
  }
  return out;
}

Value Tape::jacobian(const Value& target, const Value& source, const GradientOptions& options) {
  return jacobian(target, Values{source}, options)[0];
}

Value Tape::batch_jacobian(const Value& target, const Value& source) {
  require_known(target, "target");
  require_known(source, "source");
  if (target.rank() < 1 || source.rank() < 1 || target.dim(0) != source.dim(0)) {
    fail(Code::invalid_argument, "batch_jacobian: the first dimensions of the target ",
         target.shape(), " and the source ", source.shape(), " must be the same batch");
  }
  const Shape shape = joined(target.shape(), source.shape(), 1);
  const int64_t batch = target.dim(0);
  const int64_t n = batch == 0 ? 0 : target.size() / batch;
  recorder_->use();
  autodiff::BackpropRequest request;
  request.targets = {target};
  request.sources = {source};
  request.unconnected_zeros = true;
  Values rows;
  for (int64_t k = 0; k < n; ++k) {
    request.seeds = {one_hot(target.dtype(), target.shape(), batch, k)};
    rows.push_back(recorder_->gradients(request)[0]);
  }
  if (rows.empty()) return Tensor::zeros(source.dtype(), shape);
  return stacked(rows, 1, shape);
}

}  // namespace rill
