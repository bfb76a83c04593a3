// A small graph of float ops over one iteration shape in one step, made by the plan when all shapes
// are known. Never in a file.
//
// Values are numbered: the inputs, then the result of each op in turn. ops[i] reads the values
// operands[2 i] and operands[2 i + 1] (-1: none); results are the values that leave.
#include "kernels/fused.h"
#include "op/elementwise_names.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"

namespace rill {
namespace {

using kernels::BinaryOp;
using kernels::FusedProgram;
using kernels::FusedRead;
using kernels::UnaryOp;

template <typename Op>
struct Named {
  std::string_view name;
  Op op;
};

constexpr Named<UnaryOp> kUnary[] = {{"Abs", UnaryOp::abs},
                                     {"Acos", UnaryOp::acos},
                                     {"Acosh", UnaryOp::acosh},
                                     {"Asin", UnaryOp::asin},
                                     {"Asinh", UnaryOp::asinh},
                                     {"Atan", UnaryOp::atan},
                                     {"Atanh", UnaryOp::atanh},
                                     {"Ceil", UnaryOp::ceil},
                                     {"Cos", UnaryOp::cos},
                                     {"Cosh", UnaryOp::cosh},
                                     {"Elu", UnaryOp::elu},
                                     {"Erf", UnaryOp::erf},
                                     {"Erfc", UnaryOp::erfc},
                                     {"Exp", UnaryOp::exp},
                                     {"Expm1", UnaryOp::expm1},
                                     {"Floor", UnaryOp::floor},
                                     {"Inv", UnaryOp::reciprocal},
                                     {"LeakyRelu", UnaryOp::leaky_relu},
                                     {"Log", UnaryOp::log},
                                     {"Log1p", UnaryOp::log1p},
                                     {"Neg", UnaryOp::neg},
                                     {"Reciprocal", UnaryOp::reciprocal},
                                     {"Relu", UnaryOp::relu},
                                     {"Relu6", UnaryOp::relu6},
                                     {"Rint", UnaryOp::rint},
                                     {"Round", UnaryOp::rint},
                                     {"Rsqrt", UnaryOp::rsqrt},
                                     {"Selu", UnaryOp::selu},
                                     {"Sigmoid", UnaryOp::sigmoid},
                                     {"Sign", UnaryOp::sign},
                                     {"Sin", UnaryOp::sin},
                                     {"Sinh", UnaryOp::sinh},
                                     {"Softplus", UnaryOp::softplus},
                                     {"Softsign", UnaryOp::softsign},
                                     {"Sqrt", UnaryOp::sqrt},
                                     {"Square", UnaryOp::square},
                                     {"Tan", UnaryOp::tan},
                                     {"Tanh", UnaryOp::tanh},
                                     {"_Gelu", UnaryOp::gelu},
                                     {"_GeluApproximate", UnaryOp::gelu_tanh},
                                     {"_HardSwish", UnaryOp::hard_swish},
                                     {"_Swish", UnaryOp::silu}};

constexpr Named<BinaryOp> kBinary[] = {{"Add", BinaryOp::add},
                                       {"AddV2", BinaryOp::add},
                                       {"BiasAdd", BinaryOp::add},
                                       {"Div", BinaryOp::div},
                                       {"DivNoNan", BinaryOp::div_no_nan},
                                       {"FloorDiv", BinaryOp::floor_div},
                                       {"FloorMod", BinaryOp::floor_mod},
                                       {"Maximum", BinaryOp::maximum},
                                       {"Minimum", BinaryOp::minimum},
                                       {"Mul", BinaryOp::mul},
                                       {"MulNoNan", BinaryOp::mul_no_nan},
                                       {"Pow", BinaryOp::pow},
                                       {"RealDiv", BinaryOp::div},
                                       {"SquaredDifference", BinaryOp::squared_difference},
                                       {"Sub", BinaryOp::sub},
                                       {"Xdivy", BinaryOp::xdivy},
                                       {"Xlogy", BinaryOp::xlogy}};

template <typename Op, size_t n>
const Named<Op>* find(const Named<Op> (&table)[n], std::string_view name) {
  for (const Named<Op>& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

struct FusedElementwiseRun {
  FusedProgram program;
  void operator()(const RunArgs& args) const {
    program.run(reinterpret_cast<const float* const*>(args.in),
                reinterpret_cast<float* const*>(args.out));
  }
};

// How an input of shape `x` is read over `shape`; `period` is set for rows and columns.
FusedRead reading(const PrepareContext& ctx, const Shape& x, const Shape& shape, int64_t& period) {
  if (x == shape) return FusedRead::elements;
  if (x.num_elements() == 1) return FusedRead::scalar;
  const auto take = [&](int64_t p) {
    ctx.require(period == 0 || period == p, "inputs of shape ", x,
                " and others do not go together");
    period = p;
  };
  // Trailing dimensions, perhaps behind ones.
  int64_t row = 1;
  bool is_row = true;
  for (int i = 0; i < x.rank(); ++i) {
    const int64_t have = x[x.rank() - 1 - i];
    if (i >= shape.rank()) {
      is_row = is_row && have == 1;
    } else if (row == x.num_elements()) {
      is_row = is_row && have == 1;
    } else {
      is_row = is_row && have == shape[shape.rank() - 1 - i];
      row *= have;
    }
  }
  if (is_row && row == x.num_elements()) {
    take(row);
    return FusedRead::row;
  }
  // Leading dimensions, ones behind them.
  ctx.require(x.rank() == shape.rank(), "an input of shape ", x, " cannot be read over ", shape);
  int64_t behind = 1;
  int i = x.rank() - 1;
  for (; i >= 0 && x[i] == 1; --i) behind *= shape[i];
  for (; i >= 0; --i) {
    ctx.require(x[i] == shape[i], "an input of shape ", x, " cannot be read over ", shape);
  }
  take(behind);
  return FusedRead::column;
}

Prepared prepare_fused_elementwise(const PrepareContext& ctx) {
  const Shape& shape = ctx.output(0);
  const auto& ops = ctx.attr<std::vector<std::string>>("ops");
  const auto& operands = ctx.attr<std::vector<int64_t>>("operands");
  const auto& alphas = ctx.attr<std::vector<float>>("alphas");
  ctx.require(operands.size() == 2 * ops.size() && alphas.size() == ops.size(),
              "attributes do not fit each other");
  const auto& results = ctx.attr<std::vector<int64_t>>("results");
  ctx.require(results.size() == static_cast<size_t>(ctx.num_outputs()), "there are ",
              results.size(), " results for ", ctx.num_outputs(), " outputs");
  FusedProgram::Builder builder(ctx.num_inputs());
  std::vector<int> values;
  int64_t period = 0;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const FusedRead read = reading(ctx, ctx.input(i), shape, period);
    const Tensor* fixed = ctx.constant(i);
    values.push_back(read == FusedRead::scalar && fixed ? builder.constant(*fixed->data<float>())
                                                        : builder.input(i, read));
  }
  const auto value = [&](int64_t v) {
    ctx.require(v >= 0 && v < static_cast<int64_t>(values.size()), "there is no value ", v);
    return values[static_cast<size_t>(v)];
  };
  for (size_t i = 0; i < ops.size(); ++i) {
    if (const auto* unary = find(kUnary, ops[i])) {
      values.push_back(builder.unary(unary->op, value(operands[2 * i]), alphas[i]));
    } else if (const auto* binary = find(kBinary, ops[i])) {
      values.push_back(
          builder.binary(binary->op, value(operands[2 * i]), value(operands[2 * i + 1])));
    } else {
      ctx.fail(Code::unimplemented, "op ", ops[i], " cannot be fused");
    }
  }
  for (const int64_t r : results) builder.output(value(r));
  return prepared(
      FusedElementwiseRun{builder.build(shape.num_elements(), std::max<int64_t>(period, 1))});
}

void infer_fused_elementwise(ShapeContext& ctx) {
  Shape shape = ctx.input(0);
  for (int i = 1; i < ctx.num_inputs(); ++i) shape = broadcast_shapes(ctx, shape, ctx.input(i));
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, shape);
}

constexpr DType kFloat32[] = {DType::float32};

AttrDef at_least_one(const char* name) {
  AttrDef def = int_attr(name);
  def.minimum = 1;
  return def;
}

}  // namespace

void register_fused_elementwise(OpRegistry& registry) {
  registry.add(
      {.signature = "_FusedElementwise(inputs: num_inputs*T) -> (outputs: num_outputs*T)",
       .attrs = {type_attr("T", kFloat32, DType::float32), at_least_one("num_inputs"),
                 at_least_one("num_outputs"), string_list_attr("ops"), int_list_attr("operands"),
                 float_list_attr("alphas", {}), int_list_attr("results")},
       .shape = infer_fused_elementwise,
       .prepare = prepare_fused_elementwise});
}

}  // namespace rill
