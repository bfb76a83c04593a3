// Formulas: tensorflow/python/keras/optimizer_v2/{legacy_learning_rate_decay,
// learning_rate_schedule}.py.
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "rill/train_tools.hpp"
#include "train/nodes.h"

namespace rill::train {
namespace {

constexpr DType kRate = DType::float32;

// The graph of a step, in which a schedule's nodes are added below one name.
class Schedule {
 public:
  Schedule(const Value& global_step, std::string name)
      : graph_(graph_of(global_step)), scope_(graph_.impl()), name_(std::move(name)) {
    step_ =
        global_step.dtype() == kRate ? global_step : emit("Cast", {global_step}, {{"DstT", kRate}});
  }
  const Value& step() const { return step_; }
  Value number(const Rate& rate) const { return rate.as(graph_, kRate, name_ + "/number"); }

 private:
  static Graph graph_of(const Value& step) {
    if (!step || !step.is_symbolic()) {
      fail(Code::invalid_argument, "the global step must be a tensor of a graph");
    }
    return Graph(step.rep()->graph);
  }

  Graph graph_;
  GraphScope scope_;
  std::string name_;
  Value step_;
};

Value add(const Value& a, const Value& b) { return emit("AddV2", {a, b}); }
Value sub(const Value& a, const Value& b) { return emit("Sub", {a, b}); }
Value mul(const Value& a, const Value& b) { return emit("Mul", {a, b}); }
Value div(const Value& a, const Value& b) { return emit("RealDiv", {a, b}); }
Value power(const Value& a, const Value& b) { return emit("Pow", {a, b}); }
Value floor(const Value& x) { return emit("Floor", {x}); }

Value part_of(const Schedule& s, const Rate& decay_steps, const DecayOptions& options) {
  const Value p = div(s.step(), s.number(decay_steps));
  return options.staircase ? floor(p) : p;
}

// (1 + cos(pi x)) / 2
Value half_wave(const Schedule& s, const Value& x) {
  const Value cosine = emit("Cos", {mul(s.number(std::numbers::pi), x)});
  return mul(s.number(0.5), add(s.number(1), cosine));
}

}  // namespace

Value exponential_decay(const Rate& learning_rate, const Value& global_step,
                        const Rate& decay_steps, const Rate& decay_rate,
                        const DecayOptions& options) {
  const Schedule s(global_step, "ExponentialDecay");
  return mul(s.number(learning_rate),
             power(s.number(decay_rate), part_of(s, decay_steps, options)));
}

Value natural_exp_decay(const Rate& learning_rate, const Value& global_step,
                        const Rate& decay_steps, const Rate& decay_rate,
                        const DecayOptions& options) {
  const Schedule s(global_step, "NaturalExpDecay");
  const Value rate = emit("Exp", {emit("Neg", {s.number(decay_rate)})});
  return mul(s.number(learning_rate), power(rate, part_of(s, decay_steps, options)));
}

Value inverse_time_decay(const Rate& learning_rate, const Value& global_step,
                         const Rate& decay_steps, const Rate& decay_rate,
                         const DecayOptions& options) {
  const Schedule s(global_step, "InverseTimeDecay");
  const Value slow = mul(s.number(decay_rate), part_of(s, decay_steps, options));
  return div(s.number(learning_rate), add(s.number(1), slow));
}

Value piecewise_constant(const Value& global_step, const std::vector<double>& boundaries,
                         const std::vector<double>& values) {
  if (values.size() != boundaries.size() + 1) {
    fail(Code::invalid_argument, "The length of boundaries should be 1 less than the length of ",
         "values, not ", boundaries.size(), " and ", values.size());
  }
  const Schedule s(global_step, "PiecewiseConstant");
  Value rate = s.number(values.back());
  for (size_t i = boundaries.size(); i-- > 0;) {
    const Value before = emit("LessEqual", {s.step(), s.number(boundaries[i])});
    rate = emit("SelectV2", {before, s.number(values[i]), rate});
  }
  return rate;
}

Value polynomial_decay(const Rate& learning_rate, const Value& global_step, const Rate& decay_steps,
                       const PolynomialDecayOptions& options) {
  const Schedule s(global_step, "PolynomialDecay");
  Value steps = s.number(decay_steps);
  Value step = s.step();
  if (options.cycle) {  // to the first multiple of the steps that is not before this one
    const Value zero = emit("Equal", {step, s.number(0)});
    const Value cycles = emit("Ceil", {div(step, steps)});
    steps = mul(steps, emit("SelectV2", {zero, s.number(1), cycles}));
  } else {
    step = emit("Minimum", {step, steps});
  }
  const Value end = s.number(options.end_learning_rate);
  const Value left = power(sub(s.number(1), div(step, steps)), s.number(options.power));
  return add(mul(sub(s.number(learning_rate), end), left), end);
}

Value cosine_decay(const Rate& learning_rate, const Value& global_step, const Rate& decay_steps,
                   const CosineDecayOptions& options) {
  const Schedule s(global_step, "CosineDecay");
  const Value steps = s.number(decay_steps);
  const Value wave = half_wave(s, div(emit("Minimum", {s.step(), steps}), steps));
  const Value decayed = add(mul(s.number(1 - options.alpha), wave), s.number(options.alpha));
  return mul(s.number(learning_rate), decayed);
}

Value cosine_decay_restarts(const Rate& learning_rate, const Value& global_step,
                            const Rate& first_decay_steps,
                            const CosineDecayRestartsOptions& options) {
  const Schedule s(global_step, "SGDRDecay");
  Value done = div(s.step(), s.number(first_decay_steps));
  Value restarts;
  if (options.t_mul == 1) {
    restarts = floor(done);
    done = sub(done, restarts);
  } else {
    const Value one = s.number(1), t = s.number(options.t_mul),
                shrink = s.number(1 - options.t_mul);
    restarts = floor(div(emit("Log", {sub(one, mul(done, shrink))}), emit("Log", {t})));
    const Value length = power(t, restarts);
    done = div(sub(done, div(sub(one, length), shrink)), length);
  }
  const Value height = power(s.number(options.m_mul), restarts);
  const Value wave = mul(height, half_wave(s, done));
  const Value decayed = add(mul(s.number(1 - options.alpha), wave), s.number(options.alpha));
  return mul(s.number(learning_rate), decayed);
}

Value linear_cosine_decay(const Rate& learning_rate, const Value& global_step,
                          const Rate& decay_steps, const LinearCosineDecayOptions& options) {
  const Schedule s(global_step, "LinearCosineDecay");
  const Value steps = s.number(decay_steps);
  const Value step = emit("Minimum", {s.step(), steps});
  const Value linear = div(sub(steps, step), steps);
  const Value wave = half_wave(s, mul(s.number(2 * options.num_periods), div(step, steps)));
  const Value decayed =
      add(mul(add(s.number(options.alpha), linear), wave), s.number(options.beta));
  return mul(s.number(learning_rate), decayed);
}

}  // namespace rill::train
