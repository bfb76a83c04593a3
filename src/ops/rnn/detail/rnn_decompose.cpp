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

Value add(const Value& a, const Value& b) { return emit("AddV2", {a, b}); }
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
    return mul(emit("Relu6", {add(x, real(3, dtype))}), real(1.0 / 6, dtype));
  }
  if (name == "hard_sigmoid_keras2") {
    return clip(add(mul(x, real(0.2, dtype)), real(0.5, dtype)), 0, 1);
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
  const DecomposeContext* ctx = nullptr;
  int64_t units = 0;
  bool lstm = false, gru = false, reset_after = false;
  DType dtype = DType::float32;

  Values split(const Value& x, int64_t count) const {
    return emit_all("Split", {number(1), x}, {{"num_split", count}});
  }
  Value columns(const Value& w, int64_t first, int64_t count) const {
    const auto at = static_cast<int32_t>(first * units);
    return emit("Slice", {w, ints({0, at}), ints({-1, static_cast<int32_t>(count * units)})},
                {{"Index", DType::int32}});
  }
  Value act(const Value& x) const { return activate(*ctx, "activation", x); }
  Value gate(const Value& x) const { return activate(*ctx, "recurrent_activation", x); }

  // Gives h, and c of an LSTM.
  Values operator()(const Value& in, const Value& h, const Value& c, const Value& recurrent,
                    const Value& inner_bias) const {
    if (lstm) {
      const Values g = split(add(in, emit("MatMul", {h, recurrent})), 4);
      const Value next = add(mul(gate(g[1]), c), mul(gate(g[0]), act(g[2])));
      return {mul(gate(g[3]), act(next)), next};
    }
    if (!gru) return {act(add(in, emit("MatMul", {h, recurrent})))};
    const Values x = split(in, 3);
    Value z, candidate;
    if (reset_after) {
      Value b = emit("MatMul", {h, recurrent});
      if (inner_bias) b = add(b, inner_bias);
      const Values inner = split(b, 3);
      z = gate(add(x[0], inner[0]));
      candidate = act(add(x[2], mul(gate(add(x[1], inner[1])), inner[2])));
    } else {
      const Values inner = split(emit("MatMul", {h, columns(recurrent, 0, 2)}), 2);
      z = gate(add(x[0], inner[0]));
      const Value reset = mul(gate(add(x[1], inner[1])), h);
      candidate = act(add(x[2], emit("MatMul", {reset, columns(recurrent, 2, 1)})));
    }
    return {add(mul(z, h), mul(emit("Sub", {real(1, dtype), z}), candidate))};
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

// The loop over time that one layer is.
class RnnLoop {
 public:
  explicit RnnLoop(const DecomposeContext& ctx)
      : ctx_(ctx),
        at_(ctx),
        x_(ctx.input(0)),
        recurrent_(ctx.input(at_.recurrent())),
        known_(x_.shape().has_rank() ? x_.shape() : Shape{-1, -1, -1}) {
    const Shape& weights = recurrent_.shape();
    if (!weights.is_fully_defined() || weights.rank() != 2) {
      ctx.fail(Code::unimplemented, "needs weights of known shape to be written as public ops");
    }
    units_ = weights[0];
    width_ = weights[1];
    step_ = {&ctx,
             units_,
             ctx.op() == "_RillLSTM",
             ctx.op() == "_RillGRU",
             ctx.attr_or<bool>("reset_after", false),
             x_.dtype()};
  }

  Values build() {
    project();
    state_shape_ = emit("Pack", {batch_, number(static_cast<int32_t>(units_))});
    begin();
    const std::shared_ptr<GraphImpl> graph =
        current_graph() ? current_graph() : share_.rep()->graph;
    const NameAttrList cond =
        trace_function(graph, "rill_rnn_cond_", carried_, [](const Values& a) {
          return Values{emit("Less", {a[0], a[1]})};
        });
    const NameAttrList body =
        trace_function(graph, "rill_rnn_body_", carried_, [&](const Values& a) { return turn(a); });
    Values start;
    std::vector<Shape> shapes;
    for (const Carried& c : carried_) {
      start.push_back(c.start);
      shapes.push_back(c.shape);
    }
    return results(emit_all(
        "StatelessWhile", start,
        {{"cond", cond}, {"body", body}, {"output_shapes", shapes}, {"parallel_iterations", 32}}));
  }

 private:
  // Time first, in the order of processing.
  Value in_time(const Value& v, const Tensor& permutation) const {
    const Value t = emit("Transpose", {v, permutation});
    return ctx_.attr<bool>("go_backwards") ? emit("ReverseV2", {t, ints({0})}) : t;
  }

  // The input's share of all steps at once: x W + b.
  void project() {
    const Value xt = in_time(x_, ints({1, 0, 2}));
    const Value shape = emit("Shape", {xt}, {{"out_type", DType::int32}});
    const auto dim = [&](int32_t i) {
      return emit("StridedSlice", {shape, ints({i}), ints({i + 1}), ints({1})},
                  {{"shrink_axis_mask", 1}, {"Index", DType::int32}});
    };
    steps_ = dim(0);
    batch_ = dim(1);
    const auto width = static_cast<int32_t>(width_);
    Value bias;
    if (at_.bias > 0) bias = ctx_.input(at_.bias_at());
    if (bias && step_.gru && step_.reset_after) {
      const Values rows = emit_all("Unpack", {emit("Reshape", {bias, ints({2, width})})},
                                   {{"num", 2}, {"axis", 0}});
      bias = rows[0];
      inner_bias_ = rows[1];
    }
    share_ = emit("MatMul", {emit("Reshape", {xt, emit("Pack", {number(-1), dim(2)})}),
                             ctx_.input(at_.kernel())});
    if (bias) share_ = emit("BiasAdd", {share_, emit("Reshape", {bias, ints({width})})});
    share_ = emit("Reshape", {share_, emit("Pack", {steps_, batch_, number(width)})});
  }

  size_t carry(const Value& value, const Shape& shape) {
    carried_.push_back({value, shape});
    return carried_.size() - 1;
  }

  void begin() {
    const Value zeros = emit("Fill", {state_shape_, real(0, x_.dtype())});
    const Shape state{known_[0], units_};
    carry(number(0), {});
    carry(steps_, {});
    carry(emit("TensorListReserve", {state_shape_, steps_},
               {{"element_dtype", x_.dtype()}, {"shape_type", DType::int32}}),
          {});
    carry(zeros, state);
    carry(at_.states > 0 ? ctx_.input(1) : zeros, state);
    if (step_.lstm) c_at_ = carry(at_.states > 1 ? ctx_.input(2) : zeros, state);
    share_at_ = carry(share_, {known_[1], known_[0], width_});
    recurrent_at_ = carry(recurrent_, recurrent_.shape());
    if (inner_bias_) inner_bias_at_ = carry(inner_bias_, {width_});
    if (at_.masks > 0) {
      mask_at_ = carry(in_time(ctx_.input(at_.mask_at()), ints({1, 0})), {known_[1], known_[0]});
    }
  }

  // Where begin() carries what all layers have.
  enum : size_t { kStep, kSteps, kOutputs, kOutput, kState };

  Values turn(const Values& a) const {
    const Value in = emit("GatherV2", {a[share_at_], a[kStep], number(0)});
    Values next = step_(in, a[kState], c_at_ > 0 ? a[c_at_] : Value(), a[recurrent_at_],
                        inner_bias_ ? a[inner_bias_at_] : Value());
    Value y = next[0];
    if (mask_at_ > 0) {
      const Value row = emit("GatherV2", {a[mask_at_], a[kStep], number(0)});
      const Value keep = emit("ExpandDims", {row, number(1)});
      const bool zero = ctx_.attr<bool>("zero_output_for_mask");
      y = emit("SelectV2", {keep, y, zero ? emit("ZerosLike", {y}) : a[kOutput]});
      next[0] = emit("SelectV2", {keep, next[0], a[kState]});
      if (c_at_ > 0) next[1] = emit("SelectV2", {keep, next[1], a[c_at_]});
    }
    Values out = a;
    out[kStep] = add(a[kStep], number(1));
    out[kOutputs] =
        emit("TensorListSetItem", {a[kOutputs], a[kStep], y}, {{"element_dtype", y.dtype()}});
    out[kOutput] = y;
    out[kState] = next[0];
    if (c_at_ > 0) out[c_at_] = next[1];
    return out;
  }

  Values results(const Values& end) const {
    const Value stacked = emit("TensorListStack", {end[kOutputs], state_shape_},
                               {{"element_dtype", x_.dtype()}, {"num_elements", -1}});
    // The loop hides what is known of the shapes; layers behind it may need it.
    const Value sequence = emit("EnsureShape", {emit("Transpose", {stacked, ints({1, 0, 2})})},
                                {{"shape", Shape{known_[0], known_[1], units_}}});
    Values out = {sequence, end[kOutput], end[kState]};
    if (c_at_ > 0) out.push_back(end[c_at_]);
    return out;
  }

  const DecomposeContext& ctx_;
  const RnnLayout at_;
  const Value x_, recurrent_;
  const Shape known_;  // of x
  int64_t units_ = 0, width_ = 0;
  Step step_;
  Value steps_, batch_, share_, inner_bias_, state_shape_;
  std::vector<Carried> carried_;
  // Where they are carried; 0: not at all.
  size_t c_at_ = 0, share_at_ = 0, recurrent_at_ = 0, inner_bias_at_ = 0, mask_at_ = 0;
};

}  // namespace

Values decompose_rnn(const DecomposeContext& ctx) { return RnnLoop(ctx).build(); }

}  // namespace rill
