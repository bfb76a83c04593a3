// StatelessWhile over the steps, the outputs in a TensorList: what Keras' rnn() gives in a graph
// (keras/src/backend/tensorflow/rnn.py).
#include "ops/rnn/rnn_decompose.h"

#include "op/emit.h"
#include "op/to_function.h"
#include "ops/rnn/rnn_layout.h"

namespace rill {
namespace {

Tensor ints(std::initializer_list<int32_t> values) { return Tensor::vector(values); }
Tensor number(int32_t value) { return Tensor::scalar(value); }

Value real(double value, DType dtype) {
  const GraphScope eager(nullptr);
  return emit("Cast", {Tensor::scalar(value)}, {{"DstT", dtype}});
}

Value rnn_decompose_add(const Value& a, const Value& b) { return emit("AddV2", {a, b}); }
Value mul(const Value& a, const Value& b) { return emit("Mul", {a, b}); }

Value activate(const DecomposeContext& ctx, const char* attr, const Value& x) {
  const std::string& name = ctx.attr<std::string>(attr);
  const DType dtype = x.dtype();
  const auto clip = [&](const Value& v, double low, double high) {
    return emit("Minimum", {emit("Maximum", {v, real(low, dtype)}), real(high, dtype)});
  };
  constexpr std::pair<const char*, const char*> kOps[] = {
      {"relu", "Relu"},         {"relu6", "Relu6"},     {"selu", "Selu"},
      {"sigmoid", "Sigmoid"},   {"tanh", "Tanh"},       {"softplus", "Softplus"},
      {"softsign", "Softsign"}, {"exponential", "Exp"}, {"elu", "Elu"}};
  for (const auto& [known, op] : kOps) {
    if (name == known) return emit(op, {x});
  }
  if (name == "linear") return x;
  if (name == "silu" || name == "swish") return mul(x, emit("Sigmoid", {x}));
  if (name == "hard_sigmoid") {
    return mul(emit("Relu6", {rnn_decompose_add(x, real(3, dtype))}), real(1.0 / 6, dtype));
  }
  if (name == "hard_sigmoid_keras2") {
    return clip(rnn_decompose_add(mul(x, real(0.2, dtype)), real(0.5, dtype)), 0, 1);
  }
  ctx.fail(Code::unimplemented, "activation ", quoted(name), " cannot be written as public ops");
}

// One tensor that goes round the loop.
struct Carried {
  Value start;
  Shape shape;
};

// The step: the new output and states from the input's share, the states and the weights.
struct Step {
  const DecomposeContext& ctx;
  int64_t units;
  bool lstm, gru, reset_after;
  DType dtype;

  Values split(const Value& x, int64_t count) const {
    return emit_all("Split", {number(1), x}, {{"num_split", count}});
  }
  Value columns(const Value& w, int64_t first, int64_t count) const {
    const auto at = static_cast<int32_t>(first * units);
    return emit("Slice", {w, ints({0, at}), ints({-1, static_cast<int32_t>(count * units)})},
                {{"Index", DType::int32}});
  }
  Value act(const Value& x) const { return activate(ctx, "activation", x); }
  Value gate(const Value& x) const { return activate(ctx, "recurrent_activation", x); }

  // Gives h, and c of an LSTM.
  Values operator()(const Value& in, const Value& h, const Value& c, const Value& recurrent,
                    const Value& inner_bias) const {
    if (lstm) {
      const Values g = split(rnn_decompose_add(in, emit("MatMul", {h, recurrent})), 4);
      const Value next = rnn_decompose_add(mul(gate(g[1]), c), mul(gate(g[0]), act(g[2])));
      return {mul(gate(g[3]), act(next)), next};
    }
    if (!gru) return {act(rnn_decompose_add(in, emit("MatMul", {h, recurrent})))};
    const Values x = split(in, 3);
    Value z, candidate;
    if (reset_after) {
      Value b = emit("MatMul", {h, recurrent});
      if (inner_bias) b = rnn_decompose_add(b, inner_bias);
      const Values inner = split(b, 3);
      z = gate(rnn_decompose_add(x[0], inner[0]));
      candidate =
          act(rnn_decompose_add(x[2], mul(gate(rnn_decompose_add(x[1], inner[1])), inner[2])));
    } else {
      const Values inner = split(emit("MatMul", {h, columns(recurrent, 0, 2)}), 2);
      z = gate(rnn_decompose_add(x[0], inner[0]));
      const Value reset = mul(gate(rnn_decompose_add(x[1], inner[1])), h);
      candidate = act(rnn_decompose_add(x[2], emit("MatMul", {reset, columns(recurrent, 2, 1)})));
    }
    return {rnn_decompose_add(mul(z, h), mul(emit("Sub", {real(1, dtype), z}), candidate))};
  }
};

// Traces `body` on arguments of these dtypes into the library of `graph`.
template <typename Body>
NameAttrList trace_function(const std::shared_ptr<GraphImpl>& graph, const char* prefix,
                            const std::vector<Carried>& arguments, Body&& body) {
  auto inner = std::make_shared<GraphImpl>();
  inner->library.own(graph->library.owner());
  FunctionEnds ends;
  {
    const GraphScope scope(inner);
    Values args;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const std::string name = str("arg", i);
      Value arg =
          emit("Placeholder", {},
               {{"dtype", arguments[i].start.dtype()}, {"shape", arguments[i].shape}}, "/" + name);
      ends.inputs.emplace_back(arg.rep()->node, name);
      args.push_back(std::move(arg));
    }
    size_t i = 0;
    for (const Value& y : body(args)) {
      const Value out = to_graph(inner, y);
      ends.outputs.push_back({{out.rep()->node, out.rep()->output}, str("result", i++)});
    }
  }
  std::string name;
  for (int n = 0; name.empty() || graph->library->functions.contains(name); ++n) {
    name = str(prefix, n);
  }
  graph->library->functions[name] =
      std::make_shared<const FunctionDef>(to_function(*inner, name, ends));
  return {name, nullptr};
}

}  // namespace

Values decompose_rnn(const DecomposeContext& ctx) {
  const RnnLayout at(ctx);
  const Value& x = ctx.input(0);
  const Value& recurrent = ctx.input(at.recurrent());
  const Shape& weights = recurrent.shape();
  if (!weights.is_fully_defined() || weights.rank() != 2) {
    ctx.fail(Code::unimplemented, "needs weights of known shape to be written as public ops");
  }
  const int64_t units = weights[0];
  const int64_t width = weights[1];
  Step step{ctx,
            units,
            ctx.op() == "_RillLSTM",
            ctx.op() == "_RillGRU",
            ctx.attr_or<bool>("reset_after", false),
            x.dtype()};
  const bool backwards = ctx.attr<bool>("go_backwards");
  const bool zero_masked = ctx.attr<bool>("zero_output_for_mask");
  const Shape known = x.shape().has_rank() ? x.shape() : Shape{-1, -1, -1};

  // Time first, in the order of processing.
  const auto in_time = [&](const Value& v, const Tensor& permutation) {
    const Value t = emit("Transpose", {v, permutation});
    return backwards ? emit("ReverseV2", {t, ints({0})}) : t;
  };
  const Value xt = in_time(x, ints({1, 0, 2}));
  const Value shape = emit("Shape", {xt}, {{"out_type", DType::int32}});
  const auto dim = [&](int32_t i) {
    return emit("StridedSlice", {shape, ints({i}), ints({i + 1}), ints({1})},
                {{"shrink_axis_mask", 1}, {"Index", DType::int32}});
  };
  const Value steps = dim(0);
  const Value batch = dim(1);
  Value bias, inner_bias;
  if (at.bias > 0) bias = ctx.input(at.bias_at());
  if (bias && step.gru && step.reset_after) {
    const Values rows =
        emit_all("Unpack", {emit("Reshape", {bias, ints({2, static_cast<int32_t>(width)})})},
                 {{"num", 2}, {"axis", 0}});
    bias = rows[0];
    inner_bias = rows[1];
  }
  Value share = emit("MatMul", {emit("Reshape", {xt, emit("Pack", {number(-1), dim(2)})}),
                                ctx.input(at.kernel())});
  if (bias) {
    share = emit("BiasAdd", {share, emit("Reshape", {bias, ints({static_cast<int32_t>(width)})})});
  }
  const Value count = number(static_cast<int32_t>(width));
  share = emit("Reshape", {share, emit("Pack", {steps, batch, count})});

  const Value state_shape = emit("Pack", {batch, number(static_cast<int32_t>(units))});
  const Value zeros = emit("Fill", {state_shape, real(0, x.dtype())});
  const Shape state{known[0], units};
  const Value list = emit("TensorListReserve", {state_shape, steps},
                          {{"element_dtype", x.dtype()}, {"shape_type", DType::int32}});
  std::vector<Carried> carried = {{number(0), {}},  // the step
                                  {steps, {}},
                                  {list, {}},
                                  {zeros, state},  // the output before
                                  {at.states > 0 ? ctx.input(1) : zeros, state}};
  size_t c_at = 0, mask_at = 0, inner_bias_at = 0;
  const auto carry = [&](const Value& value, const Shape& of) {
    carried.push_back({value, of});
    return carried.size() - 1;
  };
  if (step.lstm) c_at = carry(at.states > 1 ? ctx.input(2) : zeros, state);
  const size_t share_at = carry(share, {known[1], known[0], width});
  const size_t recurrent_at = carry(recurrent, weights);
  if (inner_bias) inner_bias_at = carry(inner_bias, {width});
  if (at.masks > 0) {
    mask_at = carry(in_time(ctx.input(at.mask_at()), ints({1, 0})), {known[1], known[0]});
  }

  const std::shared_ptr<GraphImpl> graph = current_graph() ? current_graph() : share.rep()->graph;
  const NameAttrList cond = trace_function(graph, "rill_rnn_cond_", carried, [](const Values& a) {
    return Values{emit("Less", {a[0], a[1]})};
  });
  const NameAttrList body = trace_function(graph, "rill_rnn_body_", carried, [&](const Values& a) {
    const Value in = emit("GatherV2", {a[share_at], a[0], number(0)});
    Values next = step(in, a[4], c_at > 0 ? a[c_at] : Value(), a[recurrent_at],
                       inner_bias ? a[inner_bias_at] : Value());
    Value y = next[0];
    if (mask_at > 0) {
      const Value row = emit("GatherV2", {a[mask_at], a[0], number(0)});
      const Value keep = emit("ExpandDims", {row, number(1)});
      const Value other = zero_masked ? emit("ZerosLike", {y}) : a[3];
      y = emit("SelectV2", {keep, y, other});
      next[0] = emit("SelectV2", {keep, next[0], a[4]});
      if (c_at > 0) next[1] = emit("SelectV2", {keep, next[1], a[c_at]});
    }
    Values out = a;
    out[0] = emit("AddV2", {a[0], number(1)});
    out[2] = emit("TensorListSetItem", {a[2], a[0], y}, {{"element_dtype", y.dtype()}});
    out[3] = y;
    out[4] = next[0];
    if (c_at > 0) out[c_at] = next[1];
    return out;
  });
  Values start;
  std::vector<Shape> shapes;
  for (const Carried& c : carried) {
    start.push_back(c.start);
    shapes.push_back(c.shape);
  }
  const Values end = emit_all(
      "StatelessWhile", start,
      {{"cond", cond}, {"body", body}, {"output_shapes", shapes}, {"parallel_iterations", 32}});
  const Value stacked = emit("TensorListStack", {end[2], state_shape},
                             {{"element_dtype", x.dtype()}, {"num_elements", -1}});
  // The loop hides what is known of the shapes; layers behind it may need it.
  const Value sequence = emit("EnsureShape", {emit("Transpose", {stacked, ints({1, 0, 2})})},
                              {{"shape", Shape{known[0], known[1], units}}});
  Values out = {sequence, end[3], end[4]};
  if (c_at > 0) out.push_back(end[c_at]);
  return out;
}

}  // namespace rill
