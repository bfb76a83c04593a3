#include "keras/layers/operation_table.h"

#include <map>

#include "base/fail.h"
#include "keras/core/object_config.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

// Numbers, or nested lists of numbers, as a tensor.
void flatten(const Json& json, int depth, Shape& shape, std::vector<double>& out, bool& integers) {
  if (json.is_array() && depth < 16) {
    if (shape.rank() == depth) shape.push_back(static_cast<int64_t>(json.size()));
    for (const Json& item : json.as_array()) flatten(item, depth + 1, shape, out, integers);
    return;
  }
  if (json.is_bool()) {
    out.push_back(json.as_bool() ? 1 : 0);
    return;
  }
  integers = integers && json.is_int();
  out.push_back(json.as_double());
}

Value tensor_of(const Json& json) {
  if (json.is_bool()) return Tensor::scalar(json.as_bool());
  if (json.is_int()) return Tensor(json.as_int());  // weak
  if (json.is_double()) return Tensor(json.as_double());
  if (json.is_string()) return Tensor(json.as_string());
  if (const Json* config = json.find("config")) {
    if (const Json* inner = config->find("value")) {
      const Value made = tensor_of(*inner);
      const Json* dtype = config->find("dtype");
      const DType wanted =
          dtype && dtype->is_string() ? dtype_from_name(dtype->as_string()) : DType::invalid;
      return wanted == DType::invalid ? made : op::cast(made.without_weakness(), wanted);
    }
  }
  Shape shape;
  std::vector<double> numbers;
  bool integers = true;
  flatten(json, 0, shape, numbers, integers);
  return op::cast(Tensor::of(numbers, shape), integers ? DType::int32 : DType::float32);
}

template <const char* kOp>
Values one(const OperationCall& c) {
  return {op::unary(kOp, c.required(0, "x"))};
}
template <const char* kOp>
Values two(const OperationCall& c) {
  Value a = c.value(0, "x1"), b = c.value(1, "x2");
  if (!a) a = c.required(0, "x");
  if (!b) b = c.required(1, "y");
  if (a && b && !a.is_weak() && !b.is_weak() && a.dtype() != b.dtype()) {
    // A tensor from a list of a config follows the other operand.
    if (is_floating(a.dtype()) || !is_floating(b.dtype())) {
      b = op::cast(b, a.dtype());
    } else {
      a = op::cast(a, b.dtype());
    }
  }
  return {op::binary(kOp, a, b)};
}
template <const char* kOp>
Values reduced(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "input_tensor");
  std::vector<int> axes;
  if (const auto given = c.ints(1, "axis")) {
    axes = op::axes_of(c.layer, *given, x.rank());
  } else {
    for (int i = 0; i < x.rank(); ++i) axes.push_back(i);
  }
  return {op::reduce(kOp, x, axes, c.flag(2, "keepdims", false))};
}
template <const char* kName>
Values activated(const OperationCall& c) {
  Value x = c.value(0, "x");
  for (const char* name : {"features", "logits"}) {
    if (!x) x = c.value(0, name);
  }
  if (!x) x = c.required(0, "x");
  ObjectConfig settings;
  settings.name = kName;
  settings.settings = c.config;
  for (const auto& [key, a] : c.spec.kwargs) {
    if (a.kind == Argument::Kind::constant) settings.settings.set(key, a.constant);
  }
  return {object_registry().activation(kName)(x, settings)};
}

Values identity(const OperationCall& c) { return {c.required(0, "x")}; }
Values cast(const OperationCall& c) {
  const std::string dtype = c.word(1, "dtype", "float32");
  return {op::cast(c.required(0, "x"), dtype_from_name(dtype))};
}
Values concatenate(const OperationCall& c) {
  Values list = c.values(0, "xs");
  if (list.empty()) list = c.values(0, "values");
  const Value& first = list.at(0);
  return {op::concat(
      list, op::axis_of(c.layer, static_cast<int64_t>(c.number(1, "axis", -1)), first.rank()))};
}
Values stack(const OperationCall& c) {
  Values list = c.values(0, "x");
  if (list.empty()) list = c.values(0, "values");
  const int axis = static_cast<int>(c.number(1, "axis", 0));
  return {op::stack(list, axis < 0 ? axis + list.at(0).rank() + 1 : axis)};
}
Values expand_dims(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "input");
  const int axis = static_cast<int>(c.number(1, "axis", -1));
  return {op::expand_dims(x, axis < 0 ? axis + x.rank() + 1 : axis)};
}
Values squeeze(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "input");
  std::vector<int64_t> axes = c.ints(1, "axis").value_or(std::vector<int64_t>{});
  return {emit("Squeeze", {x}, {{"squeeze_dims", axes}})};
}
Values reshape(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "tensor");
  auto shape = c.ints(1, "newshape");
  if (!shape) shape = c.ints(1, "shape");
  if (!shape) fail(Code::unimplemented, c.layer, ": a reshape to a shape that is a tensor");
  return {op::reshape(x, std::vector<op::Dim>(shape->begin(), shape->end()))};
}
Values transpose(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "a");
  auto given = c.ints(1, "axes");
  if (!given) given = c.ints(1, "perm");
  std::vector<int> order;
  if (given) order = op::axes_of(c.layer, *given, x.rank());
  for (int i = x.rank() - 1; !given && i >= 0; --i) order.push_back(i);
  return {op::transpose(x, order)};
}
Values swapaxes(const OperationCall& c) {
  const Value x = c.required(0, "x");
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  const int a = op::axis_of(c.layer, static_cast<int64_t>(c.number(1, "axis1", 0)), x.rank());
  const int b = op::axis_of(c.layer, static_cast<int64_t>(c.number(2, "axis2", 1)), x.rank());
  std::swap(order[static_cast<size_t>(a)], order[static_cast<size_t>(b)]);
  return {op::transpose(x, order)};
}
Values matmul(const OperationCall& c) {
  Value a = c.value(0, "x1"), b = c.value(1, "x2");
  if (!a) a = c.required(0, "a");
  if (!b) b = c.required(1, "b");
  const bool ta = c.flag(2, "transpose_a", false), tb = c.flag(3, "transpose_b", false);
  if (b.rank() == 2 && a.rank() > 2 && !ta && !tb) return {op::dense(a, b)};
  return {op::batch_matmul(a, b, ta, tb)};
}
Values einsum(const OperationCall& c) {
  const Json* equation = c.constant(0, "equation");
  if (!equation) equation = c.constant(0, "subscripts");
  if (!equation || !equation->is_string()) fail(Code::invalid_argument, "einsum has no equation");
  return {op::einsum(equation->as_string(), c.inputs)};
}
Values clip(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "t");
  Value low = c.value(1, "x_min"), high = c.value(2, "x_max");
  if (!low) low = c.required(1, "clip_value_min");
  if (!high) high = c.required(2, "clip_value_max");
  return {op::binary("Maximum", op::binary("Minimum", x, high), low)};
}
Values where(const OperationCall& c) {
  return {op::select(c.required(0, "condition"), c.required(1, "x1"), c.required(2, "x2"))};
}
Values split(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "value");
  const Json* parts = c.constant(1, "indices_or_sections");
  if (!parts) parts = c.constant(1, "num_or_size_splits");
  if (!parts || !parts->is_int()) fail(Code::unimplemented, c.layer, ": split into uneven parts");
  return op::split(x, static_cast<int>(parts->as_int()),
                   op::axis_of(c.layer, static_cast<int64_t>(c.number(2, "axis", 0)), x.rank()));
}
Values tile(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "input");
  auto times = c.ints(1, "repeats");
  if (!times) times = c.ints(1, "multiples");
  if (!times) fail(Code::unimplemented, c.layer, ": tile by a tensor");
  return {op::tile(x, *times)};
}
Values one_hot(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "indices");
  double depth = c.number(1, "num_classes", 0);
  if (depth == 0) depth = c.number(1, "depth", 0);
  return {emit("OneHot",
               {op::cast(x, DType::int64), Tensor::scalar(static_cast<int32_t>(depth)),
                Tensor::scalar(1.0f), Tensor::scalar(0.0f)},
               {{"axis", -1}})};
}
Values argmax(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "input");
  const auto axis = static_cast<int32_t>(c.number(1, "axis", 0));
  return {emit("ArgMax", {x, Tensor::scalar(axis)}, {{"output_type", DType::int64}})};
}
Values l2_normalize(const OperationCall& c) {
  const Value x = c.required(0, "x");
  const std::vector<int> axes =
      op::axes_of(c.layer, c.ints(1, "axis").value_or(std::vector<int64_t>{-1}), x.rank());
  const Value sum = op::reduce("Sum", op::unary("Square", x), axes, true);
  return {op::mul(x, op::unary("Rsqrt", op::binary("Maximum", sum, op::constant_like(1e-12, x))))};
}

// x[a:b:c, i, ..., newaxis] as one StridedSlice.
Values getitem(const OperationCall& c) {
  Value x = c.value(0, "x");
  if (!x) x = c.required(0, "tensor");
  const Json* key = c.constant(1, "slice_spec");
  if (!key) key = c.constant(1, "key");
  if (!key) fail(Code::unimplemented, c.layer, ": an index that is a tensor");
  Json single = Json::array();
  const bool list = key->is_array();
  if (!list) single.push_back(*key);
  const Json& items = list ? *key : single;
  std::vector<int32_t> begin, end, step;
  int64_t begin_mask = 0, end_mask = 0, shrink = 0, new_axis = 0, ellipsis = 0;
  for (const Json& raw : items.as_array()) {
    const int64_t bit = int64_t{1} << begin.size();
    begin.push_back(0);
    end.push_back(0);
    step.push_back(1);
    const Json* class_name = raw.find("class_name");
    const std::string kind = class_name && class_name->is_string() ? class_name->as_string() : "";
    const Json& item = raw.contains("config") ? raw.at("config") : raw;
    if (raw.is_int()) {
      begin.back() = static_cast<int32_t>(raw.as_int());
      end.back() = begin.back() + 1;
      shrink |= bit;
    } else if (raw.is_null()) {
      new_axis |= bit;
    } else if (kind == "__ellipsis__" ||
               (raw.is_string() && raw.as_string().find("llipsis") != std::string::npos)) {
      ellipsis |= bit;
    } else if (item.is_object()) {
      const auto part = [&](const char* name, int32_t& out) {
        const Json* v = item.find(name);
        if (!v || v->is_null()) return false;
        out = static_cast<int32_t>(v->as_int());
        return true;
      };
      if (!part("start", begin.back())) begin_mask |= bit;
      if (!part("stop", end.back())) end_mask |= bit;
      part("step", step.back());
    } else {
      fail(Code::unimplemented, c.layer, ": an index of kind ", raw.kind());
    }
  }
  return {emit("StridedSlice",
               {x, Tensor::vector(begin), Tensor::vector(end), Tensor::vector(step)},
               {{"begin_mask", begin_mask},
                {"end_mask", end_mask},
                {"shrink_axis_mask", shrink},
                {"new_axis_mask", new_axis},
                {"ellipsis_mask", ellipsis}})};
}

constexpr char kNameCelu[] = "celu";
constexpr char kNameElu[] = "elu";
constexpr char kNameGelu[] = "gelu";
constexpr char kNameGlu[] = "glu";
constexpr char kNameHardShrink[] = "hard_shrink";
constexpr char kNameHardSigmoid[] = "hard_sigmoid";
constexpr char kNameHardSilu[] = "hard_silu";
constexpr char kNameHardTanh[] = "hard_tanh";
constexpr char kNameLeakyRelu[] = "leaky_relu";
constexpr char kNameLogSigmoid[] = "log_sigmoid";
constexpr char kNameLogSoftmax[] = "log_softmax";
constexpr char kNameMish[] = "mish";
constexpr char kNameRelu[] = "relu";
constexpr char kNameRelu6[] = "relu6";
constexpr char kNameSelu[] = "selu";
constexpr char kNameSigmoid[] = "sigmoid";
constexpr char kNameSilu[] = "silu";
constexpr char kNameSoftShrink[] = "soft_shrink";
constexpr char kNameSoftmax[] = "softmax";
constexpr char kNameSoftplus[] = "softplus";
constexpr char kNameSoftsign[] = "softsign";
constexpr char kNameSparsePlus[] = "sparse_plus";
constexpr char kNameSquareplus[] = "squareplus";
constexpr char kNameSwish[] = "swish";
constexpr char kNameTanh[] = "tanh";
constexpr char kNameTanhShrink[] = "tanh_shrink";
constexpr char kOpAbs[] = "Abs";
constexpr char kOpAcos[] = "Acos";
constexpr char kOpAddV2[] = "AddV2";
constexpr char kOpAll[] = "All";
constexpr char kOpAny[] = "Any";
constexpr char kOpAsin[] = "Asin";
constexpr char kOpAtan[] = "Atan";
constexpr char kOpAtan2[] = "Atan2";
constexpr char kOpCeil[] = "Ceil";
constexpr char kOpCos[] = "Cos";
constexpr char kOpCosh[] = "Cosh";
constexpr char kOpEqual[] = "Equal";
constexpr char kOpErf[] = "Erf";
constexpr char kOpExp[] = "Exp";
constexpr char kOpExpm1[] = "Expm1";
constexpr char kOpFloor[] = "Floor";
constexpr char kOpFloorDiv[] = "FloorDiv";
constexpr char kOpFloorMod[] = "FloorMod";
constexpr char kOpGreater[] = "Greater";
constexpr char kOpGreaterEqual[] = "GreaterEqual";
constexpr char kOpIsNan[] = "IsNan";
constexpr char kOpLess[] = "Less";
constexpr char kOpLessEqual[] = "LessEqual";
constexpr char kOpLog[] = "Log";
constexpr char kOpLog1p[] = "Log1p";
constexpr char kOpLogicalAnd[] = "LogicalAnd";
constexpr char kOpLogicalNot[] = "LogicalNot";
constexpr char kOpLogicalOr[] = "LogicalOr";
constexpr char kOpMax[] = "Max";
constexpr char kOpMaximum[] = "Maximum";
constexpr char kOpMean[] = "Mean";
constexpr char kOpMin[] = "Min";
constexpr char kOpMinimum[] = "Minimum";
constexpr char kOpMul[] = "Mul";
constexpr char kOpNeg[] = "Neg";
constexpr char kOpNotEqual[] = "NotEqual";
constexpr char kOpOnesLike[] = "OnesLike";
constexpr char kOpPow[] = "Pow";
constexpr char kOpProd[] = "Prod";
constexpr char kOpRealDiv[] = "RealDiv";
constexpr char kOpReciprocal[] = "Reciprocal";
constexpr char kOpRound[] = "Round";
constexpr char kOpRsqrt[] = "Rsqrt";
constexpr char kOpSign[] = "Sign";
constexpr char kOpSin[] = "Sin";
constexpr char kOpSinh[] = "Sinh";
constexpr char kOpSqrt[] = "Sqrt";
constexpr char kOpSquare[] = "Square";
constexpr char kOpSquaredDifference[] = "SquaredDifference";
constexpr char kOpStopGradient[] = "StopGradient";
constexpr char kOpSub[] = "Sub";
constexpr char kOpSum[] = "Sum";
constexpr char kOpTan[] = "Tan";
constexpr char kOpZerosLike[] = "ZerosLike";

struct Entry {
  const char* name;
  OperationFn fn;
};
constexpr Entry kOperations[] = {
    {"__add__", two<kOpAddV2>},
    {"abs", one<kOpAbs>},
    {"absolute", one<kOpAbs>},
    {"acos", one<kOpAcos>},
    {"add", two<kOpAddV2>},
    {"all", reduced<kOpAll>},
    {"amax", reduced<kOpMax>},
    {"amin", reduced<kOpMin>},
    {"any", reduced<kOpAny>},
    {"arccos", one<kOpAcos>},
    {"arcsin", one<kOpAsin>},
    {"arctan", one<kOpAtan>},
    {"arctan2", two<kOpAtan2>},
    {"arg_max", argmax},
    {"argmax", argmax},
    {"asin", one<kOpAsin>},
    {"atan", one<kOpAtan>},
    {"atan2", two<kOpAtan2>},
    {"cast", cast},
    {"cast_to", cast},
    {"ceil", one<kOpCeil>},
    {"celu", activated<kNameCelu>},
    {"clip", clip},
    {"clip_by_value", clip},
    {"concat", concatenate},
    {"concatenate", concatenate},
    {"convert_to_tensor", identity},
    {"cos", one<kOpCos>},
    {"cosh", one<kOpCosh>},
    {"divide", two<kOpRealDiv>},
    {"einsum", einsum},
    {"elu", activated<kNameElu>},
    {"equal", two<kOpEqual>},
    {"erf", one<kOpErf>},
    {"exp", one<kOpExp>},
    {"expand_dims", expand_dims},
    {"expm1", one<kOpExpm1>},
    {"floor", one<kOpFloor>},
    {"floor_divide", two<kOpFloorDiv>},
    {"floordiv", two<kOpFloorDiv>},
    {"floormod", two<kOpFloorMod>},
    {"gelu", activated<kNameGelu>},
    {"get_item", getitem},
    {"getitem", getitem},
    {"glu", activated<kNameGlu>},
    {"greater", two<kOpGreater>},
    {"greater_equal", two<kOpGreaterEqual>},
    {"hard_shrink", activated<kNameHardShrink>},
    {"hard_sigmoid", activated<kNameHardSigmoid>},
    {"hard_silu", activated<kNameHardSilu>},
    {"hard_tanh", activated<kNameHardTanh>},
    {"identity", identity},
    {"is_nan", one<kOpIsNan>},
    {"isnan", one<kOpIsNan>},
    {"l2_normalize", l2_normalize},
    {"leaky_relu", activated<kNameLeakyRelu>},
    {"less", two<kOpLess>},
    {"less_equal", two<kOpLessEqual>},
    {"log", one<kOpLog>},
    {"log1p", one<kOpLog1p>},
    {"log_sigmoid", activated<kNameLogSigmoid>},
    {"log_softmax", activated<kNameLogSoftmax>},
    {"logical_and", two<kOpLogicalAnd>},
    {"logical_not", one<kOpLogicalNot>},
    {"logical_or", two<kOpLogicalOr>},
    {"matmul", matmul},
    {"max", reduced<kOpMax>},
    {"maximum", two<kOpMaximum>},
    {"mean", reduced<kOpMean>},
    {"min", reduced<kOpMin>},
    {"minimum", two<kOpMinimum>},
    {"mish", activated<kNameMish>},
    {"mod", two<kOpFloorMod>},
    {"multiply", two<kOpMul>},
    {"neg", one<kOpNeg>},
    {"negative", one<kOpNeg>},
    {"not_equal", two<kOpNotEqual>},
    {"one_hot", one_hot},
    {"ones_like", one<kOpOnesLike>},
    {"pow", two<kOpPow>},
    {"power", two<kOpPow>},
    {"prod", reduced<kOpProd>},
    {"reciprocal", one<kOpReciprocal>},
    {"reduce_all", reduced<kOpAll>},
    {"reduce_any", reduced<kOpAny>},
    {"reduce_max", reduced<kOpMax>},
    {"reduce_mean", reduced<kOpMean>},
    {"reduce_min", reduced<kOpMin>},
    {"reduce_prod", reduced<kOpProd>},
    {"reduce_sum", reduced<kOpSum>},
    {"relu", activated<kNameRelu>},
    {"relu6", activated<kNameRelu6>},
    {"reshape", reshape},
    {"round", one<kOpRound>},
    {"rsqrt", one<kOpRsqrt>},
    {"selu", activated<kNameSelu>},
    {"sigmoid", activated<kNameSigmoid>},
    {"sign", one<kOpSign>},
    {"silu", activated<kNameSilu>},
    {"sin", one<kOpSin>},
    {"sinh", one<kOpSinh>},
    {"soft_shrink", activated<kNameSoftShrink>},
    {"softmax", activated<kNameSoftmax>},
    {"softplus", activated<kNameSoftplus>},
    {"softsign", activated<kNameSoftsign>},
    {"sparse_plus", activated<kNameSparsePlus>},
    {"split", split},
    {"sqrt", one<kOpSqrt>},
    {"square", one<kOpSquare>},
    {"squared_difference", two<kOpSquaredDifference>},
    {"squareplus", activated<kNameSquareplus>},
    {"squeeze", squeeze},
    {"stack", stack},
    {"stop_gradient", one<kOpStopGradient>},
    {"subtract", two<kOpSub>},
    {"sum", reduced<kOpSum>},
    {"swapaxes", swapaxes},
    {"swish", activated<kNameSwish>},
    {"tan", one<kOpTan>},
    {"tanh", activated<kNameTanh>},
    {"tanh_shrink", activated<kNameTanhShrink>},
    {"tile", tile},
    {"transpose", transpose},
    {"true_divide", two<kOpRealDiv>},
    {"truediv", two<kOpRealDiv>},
    {"where", where},
    {"where_v2", where},
    {"zeros_like", one<kOpZerosLike>},
};

}  // namespace

const Json* OperationCall::constant(size_t position, const char* name) const {
  const Argument* a = spec.find(position, name);
  if (a && a->kind == Argument::Kind::constant) return &a->constant;
  if (a && position < spec.args.size() && &spec.args[position] == a) {
    const Argument* keyword = spec.keyword(name);
    if (keyword && keyword->kind == Argument::Kind::constant) return &keyword->constant;
  }
  const Json* found = config.find(name);
  return found && !found->is_null() ? found : nullptr;
}

Value OperationCall::value(size_t position, const char* name) const {
  const Argument* a = spec.find(position, name);
  if (!a) return {};
  if (a->kind == Argument::Kind::tensor) return inputs[static_cast<size_t>(a->tensor)];
  if (a->kind == Argument::Kind::constant) return tensor_of(a->constant);
  return {};
}

Value OperationCall::required(size_t position, const char* name) const {
  Value found = value(position, name);
  if (!found) {
    fail(Code::invalid_argument, "layer ", quoted(layer), ": the argument ", quoted(name),
         " is missing");
  }
  return found;
}

Values OperationCall::values(size_t position, const char* name) const {
  const Argument* a = spec.find(position, name);
  Values out;
  if (!a) return out;
  if (a->is_tensor()) return inputs;
  for (const Argument& item : a->items) {
    if (item.is_tensor()) out.push_back(inputs[static_cast<size_t>(item.tensor)]);
    if (item.kind == Argument::Kind::constant) out.push_back(tensor_of(item.constant));
  }
  return out;
}

double OperationCall::number(size_t position, const char* name, double otherwise) const {
  const Json* found = constant(position, name);
  return found && found->is_number() ? found->as_double() : otherwise;
}
bool OperationCall::flag(size_t position, const char* name, bool otherwise) const {
  const Json* found = constant(position, name);
  return found && found->is_bool() ? found->as_bool() : otherwise;
}
std::string OperationCall::word(size_t position, const char* name, const char* otherwise) const {
  const Json* found = constant(position, name);
  return found && found->is_string() ? found->as_string() : otherwise;
}
std::optional<std::vector<int64_t>> OperationCall::ints(size_t position, const char* name) const {
  const Json* found = constant(position, name);
  if (!found) return std::nullopt;
  if (found->is_int()) return std::vector<int64_t>{found->as_int()};
  if (!found->is_array()) return std::nullopt;
  std::vector<int64_t> out;
  for (const Json& item : found->as_array()) out.push_back(item.is_null() ? -1 : item.as_int());
  return out;
}

OperationFn find_operation(const std::string& name) {
  for (const Entry& e : kOperations) {
    if (name == e.name) return e.fn;
  }
  return nullptr;
}

std::vector<std::string> operation_names() {
  std::vector<std::string> out;
  for (const Entry& e : kOperations) out.emplace_back(e.name);
  return out;
}

void register_operation_table(LayerRegistry&) {}  // see operation.cpp

}  // namespace rill::keras
