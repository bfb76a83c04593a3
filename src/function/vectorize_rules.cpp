// Rules follow TensorFlow's meaning (python/ops/parallel_for/pfor.py): what a rule returns for row
// i is what the op gives for row i of its stacked inputs.
#include "function/vectorize_rules.h"

#include <algorithm>

#include "op/emit.h"

namespace rill::vectorized {
namespace {

Value ints(const std::vector<int64_t>& items, DType dtype = DType::int32) {
  if (dtype == DType::int64) return Tensor::vector(items);
  return Tensor::vector(std::vector<int32_t>(items.begin(), items.end()));
}

// `first` in front of a vector (or of the rows of a matrix), in the dtype of the latter.
Value before(const Value& first, const Value& rest) {
  const Value same =
      first.dtype() == rest.dtype() ? first : emit("Cast", {first}, {{"DstT", rest.dtype()}});
  return emit("ConcatV2", {same, rest, Tensor::scalar<int32_t>(0)});
}

Value rows_vector(const Call& call) { return emit("Reshape", {call.rows, ints({1})}); }

// The shape vector of all rows of results of one row's shape.
Value with_rows(const Call& call, const Shape& row) {
  if (!row.is_fully_defined()) throw NoRule();
  std::vector<int64_t> dims;
  for (int i = 0; i < row.rank(); ++i) dims.push_back(row[i]);
  return before(rows_vector(call), ints(dims));
}

AttrMap attrs_of(const Call& call) {
  AttrMap attrs = call.node.attrs;
  attrs.erase("_output_shapes");
  return attrs;
}

Values values(const Call& call) {
  Values out;
  for (const Item& item : call.in) out.push_back(item.value);
  return out;
}

Values same(const Call& call, const Values& inputs) {
  return emit_all(call.node.op, inputs, attrs_of(call));
}

void require(bool condition) {
  if (!condition) throw NoRule();
}

// An input that says how: the same for all rows.
const Value& parameter(const Call& call, size_t i) {
  require(!call.in.at(i).stacked);
  return call.in[i].value;
}

// The elements of a parameter that the trace knows.
std::vector<int64_t> known_ints(const Call& call, size_t i) {
  parameter(call, i);
  const Node& from = call.body.node(call.node.inputs[i].node);
  const AttrValue* value = from.op == "Const" ? from.attrs.find("value") : nullptr;
  const Tensor* tensor = value ? value->get_if<Tensor>() : nullptr;
  require(tensor != nullptr);
  return tensor->to_vector<int64_t>();
}

int64_t shifted(int64_t axis, int rank) {
  const int64_t from_front = axis < 0 ? axis + rank : axis;
  require(from_front >= 0 && from_front <= rank);
  return from_front + 1;
}

// Parameter i, axes of something of `rank` dimensions a row.
Value shifted_axes(const Call& call, size_t i, int rank) {
  std::vector<int64_t> axes = known_ints(call, i);
  for (int64_t& axis : axes) axis = shifted(axis, rank);
  const Value& given = call.in[i].value;
  const Value vector = ints(axes, given.dtype());
  return given.shape().rank() == 0 ? emit("Reshape", {vector, ints({})}) : vector;
}

// Dimensions of 1 behind the rows, so that the row broadcasts as one of `rank` dimensions.
Value aligned(const Call& call, size_t i, int rank) {
  Value value = call.in[i].value;
  if (!call.in[i].stacked) return value;
  for (int r = call.row_rank(i); r < rank; ++r) {
    value = emit("ExpandDims", {value, Tensor::scalar<int32_t>(1)});
  }
  return value;
}

Values all_aligned(const Call& call) {
  int rank = 0;
  for (size_t i = 0; i < call.in.size(); ++i) rank = std::max(rank, call.row_rank(i));
  Values out;
  for (size_t i = 0; i < call.in.size(); ++i) out.push_back(aligned(call, i, rank));
  return out;
}

Value stacked(const Call& call, size_t i) {
  return call.in[i].stacked ? call.in[i].value : repeated(call.in[i].value, call.rows);
}

// --- rules ---

// Elements meet elements, shapes broadcast.
Values elementwise(const Call& call) { return same(call, all_aligned(call)); }

// The last dimensions are the op's own; what lies before them are rows already.
Values batched(const Call& call) {
  Values inputs{call.in[0].value};
  require(call.in[0].stacked);
  for (size_t i = 1; i < call.in.size(); ++i) inputs.push_back(parameter(call, i));
  return same(call, inputs);
}
Values batched_pair(const Call& call) {
  require(call.row_rank(0) == call.row_rank(1));
  return same(call, {stacked(call, 0), stacked(call, 1)});
}

Values add_n(const Call& call) {
  Value sum = call.in[0].value;
  for (size_t i = 1; i < call.in.size(); ++i) sum = emit("AddV2", {sum, call.in[i].value});
  return {sum};
}

// The old Select takes rows by a vector; only the part that broadcasts is served.
Values select(const Call& call) {
  require(call.row_rank(0) == 0 || call.row_rank(0) == call.row_rank(1));
  return emit_all("SelectV2", all_aligned(call));
}

Values bias_add(const Call& call) {
  const AttrValue* format = call.node.attrs.find("data_format");
  const auto* name = format ? format->get_if<std::string>() : nullptr;
  require(name == nullptr || *name == "NHWC");
  return emit_all("AddV2", all_aligned(call));
}

template <size_t kAxes>
Values along_axes(const Call& call) {
  constexpr size_t kData = kAxes == 0 ? 1 : 0;
  Values inputs = values(call);
  require(call.in[kData].stacked);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (i != kData) parameter(call, i);
  }
  inputs[kAxes] = shifted_axes(call, kAxes, call.row_rank(kData));
  return same(call, inputs);
}

Values expand_dims(const Call& call) {
  return same(call, {call.in[0].value, shifted_axes(call, 1, call.row_rank(0) + 1)});
}

Values squeeze(const Call& call) {
  const Shape& row = call.row_shape(0);
  require(row.has_rank());
  std::vector<int64_t> axes;
  const AttrValue* given = call.node.attrs.find("squeeze_dims");
  if (const auto* list = given ? given->get_if<std::vector<int64_t>>() : nullptr) axes = *list;
  if (axes.empty()) {
    require(row.is_fully_defined());
    for (int i = 0; i < row.rank(); ++i) {
      if (row[i] == 1) axes.push_back(i);
    }
    if (axes.empty()) return {emit("Identity", {call.in[0].value})};
  }
  for (int64_t& axis : axes) axis = shifted(axis, row.rank());
  AttrMap attrs = attrs_of(call);
  attrs.set("squeeze_dims", axes);
  return emit_all("Squeeze", {call.in[0].value}, std::move(attrs));
}

Values reshape(const Call& call) {
  const Value& shape = parameter(call, 1);
  const bool known = call.row_result().is_fully_defined();
  return {emit("Reshape", {call.in[0].value, known ? with_rows(call, call.row_result())
                                                   : before(rows_vector(call), shape)})};
}

Values transpose(const Call& call) {
  std::vector<int64_t> order{0};
  for (const int64_t axis : known_ints(call, 1)) order.push_back(shifted(axis, call.row_rank(0)));
  return same(call, {call.in[0].value, ints(order)});
}

Values with_shifted_axis_attr(const Call& call, const Values& inputs, int rank) {
  AttrMap attrs = attrs_of(call);
  const AttrValue* axis = attrs.find("axis");
  attrs.set("axis", shifted(axis ? *axis->get_if<int64_t>() : 0, rank));
  return emit_all(call.node.op, inputs, std::move(attrs));
}

Values pack(const Call& call) {
  Values inputs;
  for (size_t i = 0; i < call.in.size(); ++i) inputs.push_back(stacked(call, i));
  return with_shifted_axis_attr(call, inputs, call.row_rank(0) + 1);
}
Values unpack(const Call& call) {
  return with_shifted_axis_attr(call, {call.in[0].value}, call.row_rank(0));
}

Values concat(const Call& call) {
  Values inputs;
  const size_t last = call.in.size() - 1;
  for (size_t i = 0; i < last; ++i) inputs.push_back(stacked(call, i));
  inputs.push_back(shifted_axes(call, last, call.row_rank(0)));
  return same(call, inputs);
}

Values slice(const Call& call) {
  return same(call, {call.in[0].value, before(ints({0}), parameter(call, 1)),
                     before(ints({-1}), parameter(call, 2))});
}

Values strided_slice(const Call& call) {
  AttrMap attrs = attrs_of(call);
  for (const char* mask :
       {"begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"}) {
    const AttrValue* given = attrs.find(mask);
    const int64_t bits = given ? *given->get_if<int64_t>() : 0;
    const std::string_view name(mask);
    attrs.set(mask, bits * 2 + (name == "begin_mask" || name == "end_mask" ? 1 : 0));
  }
  return emit_all("StridedSlice",
                  {call.in[0].value, before(ints({0}), parameter(call, 1)),
                   before(ints({0}), parameter(call, 2)), before(ints({1}), parameter(call, 3))},
                  std::move(attrs));
}

Values broadcast_to(const Call& call) {
  require(call.row_result().has_rank());
  return {emit("BroadcastTo", {aligned(call, 0, call.row_result().rank()),
                               before(rows_vector(call), parameter(call, 1))})};
}

Values tile(const Call& call) {
  return same(call, {call.in[0].value, before(ints({1}), parameter(call, 1))});
}

Values pad(const Call& call) {
  require(call.in[0].stacked);
  Values inputs = values(call);
  const Value none = Tensor::vector<int32_t>({0, 0}).reshaped(Shape{1, 2});
  inputs[1] = before(none, parameter(call, 1));
  if (inputs.size() > 2) parameter(call, 2);
  return same(call, inputs);
}

Values one_hot(const Call& call) {
  for (const size_t i : {1U, 2U, 3U}) parameter(call, i);
  AttrMap attrs = attrs_of(call);
  const AttrValue* given = attrs.find("axis");
  const int64_t axis = given ? *given->get_if<int64_t>() : -1;
  attrs.set("axis", axis < 0 ? axis : axis + 1);
  return emit_all("OneHot", values(call), std::move(attrs));
}

Values gather(const Call& call) {
  const AttrValue* given = call.node.attrs.find("batch_dims");
  const int64_t batch_dims = given ? *given->get_if<int64_t>() : 0;
  const bool from_rows = call.in[0].stacked;
  if (!from_rows) {
    require(batch_dims == 0 && known_ints(call, 2).at(0) == 0);
    return same(call, values(call));
  }
  require(batch_dims >= 0);
  AttrMap attrs = attrs_of(call);
  attrs.set("batch_dims", batch_dims + (call.in[1].stacked ? 1 : 0));
  require(call.in[1].stacked || batch_dims == 0);
  return emit_all("GatherV2",
                  {call.in[0].value, call.in[1].value, shifted_axes(call, 2, call.row_rank(0))},
                  std::move(attrs));
}

Values mat_mul(const Call& call) {
  require(!is_complex(call.in[0].value.dtype()));  // adjoint is not transposed there
  const auto flag = [&](const char* name) {
    const AttrValue* value = call.node.attrs.find(name);
    return value != nullptr && *value->get_if<bool>();
  };
  return emit_all("BatchMatMulV2", all_aligned(call),
                  {{"adj_x", flag("transpose_a")}, {"adj_y", flag("transpose_b")}});
}
Values batch_mat_mul(const Call& call) {
  return emit_all(call.node.op == "BatchMatMul" ? "BatchMatMulV2" : call.node.op, all_aligned(call),
                  attrs_of(call));
}

// The rows become part of the batch in front and are taken out of it again. kData: how many inputs
// have a batch.
template <size_t kData>
Values in_batch(const Call& call) {
  Values inputs = values(call);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (i >= kData) {
      parameter(call, i);
      continue;
    }
    const Shape& row = call.row_shape(i);
    require(row.is_fully_defined() && row.rank() > 0 && row.num_elements() > 0);
    std::vector<int64_t> dims{-1};
    for (int d = 1; d < row.rank(); ++d) dims.push_back(row[d]);
    inputs[i] = emit("Reshape", {stacked(call, i), ints(dims)});
  }
  Values out = same(call, inputs);
  for (size_t k = 0; k < out.size(); ++k) {
    out[k] = emit("Reshape", {out[k], with_rows(call, call.node.output_shapes[k])});
  }
  return out;
}

// The shape of one row is the same for all.
Values shape_of(const Call& call) {
  AttrMap attrs = attrs_of(call);
  const Value whole = emit_all("Shape", {call.in[0].value}, std::move(attrs))[0];
  return {
      emit("StridedSlice", {whole, ints({1}), ints({0}), ints({1})}, {{"end_mask", int64_t{1}}})};
}

struct Row {
  std::string_view op;
  Rule rule;
};

constexpr std::string_view kElementwise[] = {
    "Abs",          "Acos",        "Acosh",      "Add",
    "AddV2",        "Angle",       "Asin",       "Asinh",
    "Atan",         "Atan2",       "Atanh",      "BitwiseAnd",
    "BitwiseOr",    "BitwiseXor",  "Cast",       "Ceil",
    "Complex",      "ComplexAbs",  "Conj",       "Cos",
    "Cosh",         "Digamma",     "Div",        "DivNoNan",
    "Elu",          "Equal",       "Erf",        "Erfc",
    "Erfinv",       "Exp",         "Expm1",      "Floor",
    "FloorDiv",     "FloorMod",    "Greater",    "GreaterEqual",
    "Identity",     "Igamma",      "Igammac",    "Imag",
    "Inv",          "Invert",      "IsFinite",   "IsInf",
    "IsNan",        "LeakyRelu",   "LeftShift",  "Less",
    "LessEqual",    "Lgamma",      "Log",        "Log1p",
    "LogicalAnd",   "LogicalNot",  "LogicalOr",  "Maximum",
    "Minimum",      "Mod",         "Mul",        "MulNoNan",
    "Ndtri",        "Neg",         "NextAfter",  "NotEqual",
    "OnesLike",     "Polygamma",   "Pow",        "PreventGradient",
    "Real",         "RealDiv",     "Reciprocal", "Relu",
    "Relu6",        "RightShift",  "Rint",       "Round",
    "Rsqrt",        "SelectV2",    "Selu",       "Sigmoid",
    "Sign",         "Sin",         "Sinh",       "Softplus",
    "Softsign",     "Sqrt",        "Square",     "SquaredDifference",
    "StopGradient", "Sub",         "Tan",        "Tanh",
    "TruncateDiv",  "TruncateMod", "Xdivy",      "Xlog1py",
    "Xlogy",        "ZerosLike",   "Zeta"};

constexpr Row kRows[] = {
    {"AddN", {add_n}},
    {"All", {along_axes<1>}},
    {"Any", {along_axes<1>}},
    {"ArgMax", {along_axes<1>}},
    {"ArgMin", {along_axes<1>}},
    {"AvgPool", {in_batch<1>}},
    {"BatchMatMul", {batch_mat_mul}},
    {"BatchMatMulV2", {batch_mat_mul}},
    {"BatchMatMulV3", {batch_mat_mul}},
    {"BiasAdd", {bias_add}},
    {"BroadcastTo", {broadcast_to}},
    {"Cholesky", {batched}},
    {"ConcatV2", {concat}},
    {"Conv2D", {in_batch<1>}},
    {"Conv3D", {in_batch<1>}},
    {"Cumprod", {along_axes<1>}},
    {"Cumsum", {along_axes<1>}},
    {"DepthwiseConv2dNative", {in_batch<1>}},
    {"EuclideanNorm", {along_axes<1>}},
    {"ExpandDims", {expand_dims}},
    {"FFT", {batched}},
    {"FFT2D", {batched}},
    {"GatherV2", {gather}},
    {"IFFT", {batched}},
    {"IFFT2D", {batched}},
    {"IRFFT", {batched}},
    {"LogSoftmax", {batched}},
    {"MatMul", {mat_mul}},
    {"MatrixBandPart", {batched}},
    {"MatrixDeterminant", {batched}},
    {"MatrixDiag", {batched}},
    {"MatrixDiagPart", {batched}},
    {"MatrixInverse", {batched}},
    {"MatrixSolve", {batched_pair}},
    {"MatrixTriangularSolve", {batched_pair}},
    {"Max", {along_axes<1>}},
    {"MaxPool", {in_batch<1>}},
    {"Mean", {along_axes<1>}},
    {"Min", {along_axes<1>}},
    {"MirrorPad", {pad}},
    {"OneHot", {one_hot}},
    {"Pack", {pack}},
    {"Pad", {pad}},
    {"PadV2", {pad}},
    {"Prod", {along_axes<1>}},
    {"Qr", {batched}},
    {"RFFT", {batched}},
    {"Reshape", {reshape}},
    {"ReverseV2", {along_axes<1>}},
    {"Roll", {along_axes<2>}},
    {"Select", {select}},
    {"SelfAdjointEigV2", {batched}},
    {"Shape", {shape_of, false}},
    {"Slice", {slice}},
    {"Softmax", {batched}},
    {"SoftmaxCrossEntropyWithLogits", {in_batch<2>}},
    {"SparseSoftmaxCrossEntropyWithLogits", {in_batch<2>}},
    {"Split", {along_axes<0>}},
    {"SplitV", {along_axes<2>}},
    {"Squeeze", {squeeze}},
    {"StridedSlice", {strided_slice}},
    {"Sum", {along_axes<1>}},
    {"Svd", {batched}},
    {"Tile", {tile}},
    {"TopKV2", {batched}},
    {"Transpose", {transpose}},
    {"Unpack", {unpack}},
};

constexpr Rule kElementwiseRule{elementwise};

}  // namespace

const Shape& Call::row_shape(size_t i) const {
  const Endpoint e = node.inputs.at(i);
  return body.node(e.node).output_shapes.at(static_cast<size_t>(e.output));
}

int Call::row_rank(size_t i) const {
  require(row_shape(i).has_rank());
  return row_shape(i).rank();
}

const Rule* find_rule(std::string_view op) {
  const auto by_name = [](const Row& row, std::string_view name) { return row.op < name; };
  const auto row = std::lower_bound(std::begin(kRows), std::end(kRows), op, by_name);
  if (row != std::end(kRows) && row->op == op) return &row->rule;
  const bool broadcasts = std::binary_search(std::begin(kElementwise), std::end(kElementwise), op);
  return broadcasts ? &kElementwiseRule : nullptr;
}

Value repeated(const Value& value, const Value& rows) {
  const Value one = emit("ExpandDims", {value, Tensor::scalar<int32_t>(0)});
  const Value rest = emit("OnesLike", {emit("Shape", {value})});
  return emit("Tile", {one, before(emit("Reshape", {rows, ints({1})}), rest)});
}

}  // namespace rill::vectorized
