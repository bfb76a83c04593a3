// tf.GradientTape.
#include "autodiff/backprop.h"
#include "autodiff/recorder.h"
#include "base/fail.h"
#include "op/registry.h"

namespace rill {

using autodiff::Recorder;

Tape::Tape(const TapeOptions& options) : recorder_(std::make_unique<Recorder>(options)) {
  recorder_->open();
}

Tape::~Tape() = default;

void Tape::watch(const Value& value) { recorder_->watch(value); }

void Tape::watch(const Values& values) {
  for (const Value& v : values) recorder_->watch(v);
}

Values Tape::gradient(const Values& targets, const Values& sources,
                      const GradientOptions& options) {
  recorder_->use();
  autodiff::BackpropRequest request;
  request.targets = targets;
  request.sources = sources;
  request.stops = options.stop_gradients;
  request.seeds = options.grad_ys;
  request.unconnected_zeros = options.unconnected_zeros;
  request.indexed_slices = options.indexed_slices;
  return recorder_->gradients(request);
}

Values Tape::gradient(const Value& target, const Values& sources, const GradientOptions& options) {
  return gradient(Values{target}, sources, options);
}

Value Tape::gradient(const Value& target, const Value& source, const GradientOptions& options) {
  return gradient(Values{target}, Values{source}, options)[0];
}

void Tape::reset() { recorder_->reset(); }

Values Tape::watched_variables() const { return recorder_->variables(); }

Tape::Pause::Pause(Tape& tape)
    : tape_(tape), before_(std::exchange(tape.recorder_->paused, true)) {}
Tape::Pause::~Pause() { tape_.recorder_->paused = before_; }

Values custom_gradient(const std::function<Values(const Values& inputs)>& forward,
                       const GradientFunction& backward, const Values& inputs) {
  Values outputs;
  {
    const autodiff::StopAllRecorders quiet;
    outputs = forward(inputs);
  }
  // A result that is an input, or that leaves twice, must be a value of its own.
  for (Value& y : outputs) y = emit("Identity", {y});
  autodiff::record_call(require_op("IdentityN"), {}, inputs, outputs, autodiff::custom(backward));
  return outputs;
}

}  // namespace rill
