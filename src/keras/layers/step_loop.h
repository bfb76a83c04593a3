// Running a step along a sequence: unrolled when it is short and its length known, else as a loop.
#pragma once

#include <functional>

#include "keras/core/ops.h"

namespace rill::keras {

struct StepSequence {
  Value x = {};        // [batch, time, ...]
  Value mask = {};     // [batch, time] of bool; may be empty
  Values states = {};  // initial ones
  bool go_backwards = false;
  // A masked step gives zeros; else it repeats the output before it. States are kept either way
  // (keras/src/backend/tensorflow/rnn.py).
  bool zero_output_for_mask = false;
  bool unroll = false;
};

struct StepResults {
  Value sequence;  // [batch, time, ...], in the order of processing; empty without any step
  Value last;
  Values states;
};

// The output, then the new states.
using StepFn = std::function<Values(const Value& x, const Values& states)>;

StepResults run_steps(const StepSequence& sequence, const StepFn& step);

// The same with values that every step sees as they are.
using StepBesideFn =
    std::function<Values(const Value& x, const Values& states, const Values& beside)>;
StepResults run_steps_beside(const StepSequence& sequence, const Values& beside,
                             const StepBesideFn& step);

}  // namespace rill::keras
