#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/ragged_splits.h"
#include "rill/ops/math.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// The partitions as splits, outermost first. VALUE_ROWIDS says the row of each value; how many
// rows there are comes from FIRST_DIM_SIZE or from the level before.
std::vector<Splits> read_partitions(const KernelContext& ctx) {
  const auto& types = ctx.attr<std::vector<std::string>>("row_partition_types");
  ctx.require(static_cast<int>(types.size()) == ctx.num_inputs() - 3, "got ", types.size(),
              " row_partition_types for ", ctx.num_inputs() - 3, " row partitions");
  std::vector<Splits> levels;
  int64_t rows = -1;
  for (size_t k = 0; k < types.size(); ++k) {
    const int i = 3 + static_cast<int>(k);
    const Tensor& t = ctx.input(i);
    if (types[k] == "FIRST_DIM_SIZE" && k == 0) {
      ctx.require(t.rank() == 0, "FIRST_DIM_SIZE must be a scalar, got shape ", t.shape());
      rows = t.item<int64_t>();
      ctx.require(rows >= 0, "the first dimension must not be negative, is ", rows);
      continue;
    }
    if (types[k] == "ROW_SPLITS") {
      levels.push_back(splits_input(ctx, i));
      ctx.require(rows < 0 || static_cast<int64_t>(levels.back().size()) == rows + 1,
                  "row partition ", k, " has ", levels.back().size() - 1, " rows, not ", rows);
    } else if (types[k] == "VALUE_ROWIDS") {
      ctx.require(t.rank() == 1, "VALUE_ROWIDS must be a vector, got shape ", t.shape());
      ctx.require(rows >= 0, "VALUE_ROWIDS needs FIRST_DIM_SIZE before it");
      Splits splits(static_cast<size_t>(rows) + 1, 0);
      int64_t before = 0;
      for (const int64_t row : t.to_vector<int64_t>()) {
        ctx.require(row >= before && row < rows, "value_rowids must be sorted and in [0, ", rows,
                    "), but one is ", row);
        ++splits[static_cast<size_t>(row) + 1];
        before = row;
      }
      for (size_t r = 1; r < splits.size(); ++r) splits[r] += splits[r - 1];
      levels.push_back(std::move(splits));
    } else {
      ctx.fail(Code::invalid_argument, "Unsupported row partition type: ", quoted(types[k]));
    }
    rows = levels.back().back();
  }
  ctx.require(!levels.empty(), "there must be at least one row partition");
  return levels;
}

struct Placer {
  const std::vector<Splits>& levels;
  std::vector<int64_t> steps;  // elements of one row of the result, by level
  std::vector<int64_t> sizes;  // the result's dimensions
  int64_t unit;

  // One level of the call for each partition; their number is that of the op's inputs.
  template <typename T>
  void place(size_t level, int64_t row, const T* from, T* to) const {
    const int64_t begin = levels[level][static_cast<size_t>(row)];
    const int64_t end = levels[level][static_cast<size_t>(row) + 1];
    const int64_t n = std::min(end - begin, sizes[level + 1]);
    if (level + 1 == levels.size()) {
      std::copy_n(from + begin * unit, n * unit, to);
      return;
    }
    for (int64_t k = 0; k < n; ++k) place(level + 1, begin + k, from, to + k * steps[level + 1]);
  }
};

void run(KernelContext& ctx) {
  const Tensor& values = ctx.input(1);
  const Tensor& standard = ctx.input(2);
  ctx.require(values.rank() >= 1, "values must have at least one dimension");
  const std::vector<Splits> levels = read_partitions(ctx);
  ctx.require(levels.back().back() == values.dim(0), "the row partitions hold ",
              levels.back().back(), " values, but values has ", values.dim(0));
  const Shape inner = sub_shape(values.shape(), 1, values.rank());
  const size_t depth = levels.size() + 1;
  std::vector<int64_t> sizes(depth + static_cast<size_t>(inner.rank()), -1);
  const Tensor& wanted = ctx.input(0);
  if (wanted.rank() == 1) {
    const auto dims = wanted.to_vector<int64_t>();
    ctx.require(dims.size() == sizes.size(), "shape has ", dims.size(),
                " dimensions, but the ragged tensor has ", sizes.size());
    for (const int64_t dim : dims) ctx.require(dim >= -1, "shape must not hold ", dim);
    sizes = dims;
  } else {
    ctx.require(wanted.rank() == 0 && wanted.item<int64_t>() == -1,
                "the only valid scalar shape is the fully unknown shape specified as -1.");
  }
  if (sizes[0] < 0) sizes[0] = static_cast<int64_t>(levels[0].size()) - 1;
  for (size_t k = 0; k < levels.size(); ++k) {
    if (sizes[k + 1] >= 0) continue;
    sizes[k + 1] = 0;
    for (size_t r = 1; r < levels[k].size(); ++r) {
      sizes[k + 1] = std::max(sizes[k + 1], levels[k][r] - levels[k][r - 1]);
    }
  }
  for (int d = 0; d < inner.rank(); ++d) {
    int64_t& size = sizes[depth + static_cast<size_t>(d)];
    ctx.require(size < 0 || size == inner[d], "shape asks for ", size, " where the values have ",
                inner[d]);
    size = inner[d];
  }
  require_valid_shape(ctx, sizes);
  const int64_t unit = inner.num_elements();
  Placer placer{levels, std::vector<int64_t>(levels.size()), sizes, unit};
  int64_t step = unit;
  for (size_t k = levels.size(); k-- > 0;) {
    step *= sizes[k + 1];
    placer.steps[k] = step;
  }
  // The default fills all elements; it may have any of the inner dimensions, from the right.
  ctx.require(standard.rank() <= inner.rank(), "default_value has shape ", standard.shape(),
              ", values have ", values.shape());
  for (int d = 1; d <= standard.rank(); ++d) {
    ctx.require(standard.dim(standard.rank() - d) == 1 ||
                    standard.dim(standard.rank() - d) == inner[inner.rank() - d],
                "default_value of shape ", standard.shape(), " cannot be broadcast to ", inner);
  }
  Tensor& out = ctx.output(0, Shape(sizes));
  dispatch_by_size(values.dtype(), "RaggedTensorToTensor", [&]<typename T>() {
    T* to = static_cast<T*>(out.raw());
    const T* filler = static_cast<const T*>(standard.raw());
    const int64_t first = std::min(unit, out.size());  // the others are as the first one
    for (int64_t i = 0; i < first; ++i) {
      int64_t rest = i, offset = 0, scale = 1;
      for (int d = 1; d <= standard.rank(); ++d) {
        const int64_t size = standard.dim(standard.rank() - d);
        offset += (size == 1 ? 0 : rest % inner[inner.rank() - d]) * scale;
        rest /= inner[inner.rank() - d];
        scale *= size;
      }
      to[i] = filler[offset];
    }
    if (unit == 1 && out.size() > 0) std::fill(to + 1, to + out.size(), *to);
    for (int64_t i = unit; unit > 1 && i < out.size(); i += unit) std::copy_n(to, unit, to + i);
    const int64_t rows = std::min(sizes[0], static_cast<int64_t>(levels[0].size()) - 1);
    for (int64_t r = 0; r < rows && out.size() > 0; ++r) {
      placer.place(0, r, static_cast<const T*>(values.raw()), to + r * placer.steps[0]);
    }
  });
}

void infer_shape(ShapeContext& ctx) {
  const Shape& wanted = ctx.input(0);
  if (wanted.rank() == 1) ctx.set_output(0, ctx.shape_from_value(0));
}

// The default is broadcast; leading dimensions of 1 count for nothing.
Value default_gradient(const Value& dy, const Value& given) {
  const Shape& shape = given.shape();
  if (!shape.is_fully_defined()) return grads::sum_to_shape_of(dy, given);
  std::vector<int64_t> dims(shape.begin(), shape.end());
  while (!dims.empty() && dims.front() == 1) dims.erase(dims.begin());
  const Value core = grads::reshape(given, grads::int_vector(dims));
  return grads::reshape_like(grads::sum_to_shape_of(dy, core), given);
}

// The op once more on the numbers of the values tells where each of them went
// (tensorflow/python/ops/ragged/ragged_conversion_ops.py).
Values gradient(const GradContext& ctx) {
  const Value &values = ctx.input(1), &dy = ctx.output_gradient(0);
  const auto& types = ctx.attr<std::vector<std::string>>("row_partition_types");
  const auto ragged = std::count_if(
      types.begin(), types.end(), [](const std::string& type) { return type != "FIRST_DIM_SIZE"; });
  const Value shape = grads::shape_of(values), minus = Tensor::scalar<int32_t>(-1);
  Values inputs = {grads::sub_vector(grads::shape_of(dy), 0, 1 + ragged),
                   grads::range(Value(0), grads::item(shape, 0)), minus};
  for (int i = 3; i < ctx.num_inputs(); ++i) inputs.push_back(ctx.input(i));
  const Value numbers = emit("RaggedTensorToTensor", inputs, {{"row_partition_types", types}});
  const Value is_default = ops::equal(numbers, minus);
  Values out = grads::none(ctx);
  const Value from_values = emit("Where", {ops::logical_not(is_default)});
  out[1] = make_indexed_slices(
      {grads::gather_nd(dy, from_values), grads::gather_nd(numbers, from_values), shape},
      values.shape());
  if (ctx.needs_gradient(2)) {
    const Value rest = grads::gather_nd(dy, emit("Where", {is_default}));
    out[2] = default_gradient(rest, ctx.input(2));
  }
  return out;
}

}  // namespace

void register_ragged_tensor_to_tensor(OpRegistry& registry) {
  registry.add(
      {.signature = "RaggedTensorToTensor(shape: Tshape, values: T, default_value: T, "
                    "row_partition_tensors: num_row_partition_tensors*Tindex) -> (result: "
                    "T)",
       .attrs = {type_attr("T"), type_attr("Tindex", kIndexTypes), type_attr("Tshape", kIndexTypes),
                 at_least(1, int_attr("num_row_partition_tensors")),
                 string_list_attr("row_partition_types")},
       .shape = infer_shape,
       .kernel = run,
       .gradient = gradient});
}

}  // namespace rill
