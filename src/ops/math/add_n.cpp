#include "kernels/complex_elementwise.h"
#include "kernels/elementwise.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/args.h"
#include "ops/gradient_tools.h"
#include "ops/ragged_value.h"
#include "ops/tensor_list.h"
#include "ops/type_sets.h"
#include "rill/ops/math.hpp"
#include "tensor/storage_dtype.h"

#include <algorithm>
#include <cstring>

namespace rill {
namespace {

void infer_add_n(ShapeContext& ctx) {
  Shape shape = Shape::unknown_rank();
  for (int i = 0; i < ctx.num_inputs(); ++i) shape = ctx.merge(shape, ctx.input(i));
  ctx.set_output(0, shape);
}

// Adds in the order of the inputs: out = in0 + in1, out += in2, ...
struct AddNRun {
  kernels::Binary add;
  int inputs;
  size_t bytes;
  void operator()(const RunArgs& args) const {
    if (inputs == 1) {
      if (bytes > 0 && args.out[0] != args.in[0]) std::memcpy(args.out[0], args.in[0], bytes);
      return;
    }
    add.run(args.in[0], args.in[1], args.out[0]);
    for (int i = 2; i < inputs; ++i) add.run(args.out[0], args.in[i], args.out[0]);
  }
};

// Lists of equal length: element by element, what was not set counts as zero. Ragged tensors of the
// same splits: their values.
struct AddVariants {
  int inputs;
  int64_t count;
  std::string node;

  void operator()(const RunArgs& args) const {
    auto* out = static_cast<std::shared_ptr<Opaque>*>(args.out[0]);
    for (int64_t k = 0; k < count; ++k) {
      std::shared_ptr<Opaque> sum = static_cast<const std::shared_ptr<Opaque>*>(args.in[0])[k];
      for (int i = 1; i < inputs; ++i) {
        const auto& other = static_cast<const std::shared_ptr<Opaque>*>(args.in[i])[k];
        const auto* a = dynamic_cast<const TensorList*>(sum.get());
        const auto* b = dynamic_cast<const TensorList*>(other.get());
        const auto* x = dynamic_cast<const RaggedValue*>(sum.get());
        const auto* y = dynamic_cast<const RaggedValue*>(other.get());
        if (a && b) {
          sum = add(*a, *b);
        } else if (x && y) {
          sum = add(*x, *y);
        } else {
          fail(Code::invalid_argument, node,
               "only lists of tensors and ragged tensors can be added");
        }
      }
      out[k] = std::move(sum);
    }
  }

  static Tensor sum_of(const Tensor& x, const Tensor& y) {
    return run_eagerly(require_op("AddV2"), {{"T", x.dtype()}}, Values{x, y})[0];
  }

  std::shared_ptr<Opaque> add(const RaggedValue& a, const RaggedValue& b) const {
    const auto same = [](const Tensor& x, const Tensor& y) {
      return x.shape() == y.shape() && x.to_vector<int64_t>() == y.to_vector<int64_t>();
    };
    if (!std::equal(a.splits.begin(), a.splits.end(), b.splits.begin(), b.splits.end(), same) ||
        a.values.dtype() != b.values.dtype() || !(a.values.shape() == b.values.shape())) {
      fail(Code::invalid_argument, node, "cannot add ragged tensors of other splits or types");
    }
    return std::make_shared<RaggedValue>(a.splits, sum_of(a.values, b.values));
  }

  std::shared_ptr<Opaque> add(const TensorList& a, const TensorList& b) const {
    const auto same = [&](bool condition, const auto&... parts) {
      if (!condition) fail(Code::invalid_argument, node, "cannot add two lists of ", parts...);
    };
    same(a.dtype == b.dtype, a.dtype, " and ", b.dtype);
    same(a.items.size() == b.items.size(), a.items.size(), " and ", b.items.size(), " elements");
    same(a.shape.is_compatible_with(b.shape), "shapes ", a.shape, " and ", b.shape);
    auto sum =
        std::make_shared<TensorList>(a.dtype, a.shape.is_fully_defined() ? a.shape : b.shape);
    for (size_t i = 0; i < a.items.size(); ++i) {
      const Tensor &x = a.items[i], &y = b.items[i];
      if (!x || !y) {
        sum->items.push_back(x ? x : y);
        continue;
      }
      sum->items.push_back(sum_of(x, y));
    }
    return sum;
  }
};

Prepared prepare_add_n(const PrepareContext& ctx) {
  const DType dtype = storage_dtype(ctx.input_dtype(0));
  const Shape& shape = ctx.output(0);
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    ctx.require(ctx.input(i) == shape, "inputs must have one shape, but input ", i, " has ",
                ctx.input(i), " and input 0 has ", ctx.input(0));
  }
  if (dtype == DType::variant) {
    return prepared(AddVariants{ctx.num_inputs(), shape.num_elements(), who(ctx)});
  }
  AddNRun run;
  run.add = is_complex(dtype)
                ? kernels::prepare_complex_binary(kernels::BinaryOp::add, dtype, shape, shape)
                : kernels::prepare_binary(kernels::BinaryOp::add, dtype, shape, shape);
  run.inputs = ctx.num_inputs();
  run.bytes = static_cast<size_t>(shape.num_elements()) * dtype_size(dtype);
  return prepared(run);
}

Values add_n_gradient(const GradContext& ctx) {
  return Values(static_cast<size_t>(ctx.num_inputs()), ctx.raw_output_gradient(0));
}

}  // namespace

Value ops::add_n(const Values& inputs, std::string_view name) {
  return emit("AddN", inputs, {}, name);
}

void register_add_n(OpRegistry& registry) {
  const AttrDef n = int_attr("N");
  AttrDef at_least_one = n;
  at_least_one.minimum = 1;
  static constexpr DType kTypes[] = {
      DType::float32,    DType::float64,   DType::int32,  DType::uint8,   DType::int16,
      DType::int8,       DType::complex64, DType::int64,  DType::qint8,   DType::quint8,
      DType::qint32,     DType::bfloat16,  DType::qint16, DType::quint16, DType::uint16,
      DType::complex128, DType::float16,   DType::uint32, DType::uint64,  DType::variant};
  // Input 1 must not be overwritten before it is read, and it is read first: 0 and 1 are safe.
  registry.add({.signature = "AddN(inputs: N*T) -> (sum: T)",
                .attrs = {at_least_one, type_attr("T", kTypes)},
                .shape = infer_add_n,
                .prepare = prepare_add_n,
                .gradient = add_n_gradient,
                .in_place = 3});
  registry.add({.signature = "AccumulateNV2(inputs: N*T) -> (sum: T)",
                .attrs = {at_least_one, type_attr("T", kNumericTypes), shape_attr("shape")},
                .shape = infer_add_n,
                .prepare = prepare_add_n,
                .gradient = add_n_gradient,
                .in_place = 3});
}

}  // namespace rill
