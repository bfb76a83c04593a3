// Gradients: of graphs (tf.gradients) and of what ran under a tape (tf.GradientTape).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/tensor.hpp"

namespace rill {

namespace autodiff {
class Recorder;
}

struct GradientOptions {
  // What flows into each y: of its shape and dtype. None (or an empty tensor in a place): ones.
  Values grad_ys = {};
  // Taken as constants: nothing flows back through them.
  Values stop_gradients = {};
  // A source that no target depends on: zeros of its shape; else an empty tensor.
  bool unconnected_zeros = false;
  // Keep gradients of gathers as IndexedSlices (what optimizers take); else they are dense.
  bool indexed_slices = false;
};

// d(sum of ys)/dx for each x, as new nodes of the graph that the ys belong to. An x is a tensor of
// that graph, a variable, or the handle of one. Second order: call it on its own results.
// Throws UNIMPLEMENTED naming an op on the way that has no gradient, INVALID_ARGUMENT when a
// tensor belongs to another graph or a grad_y does not fit.
RILL_API Values gradients(const Values& ys, const Values& xs, const GradientOptions& options = {});

struct TapeOptions {
  bool persistent = false;               // gradient() may be called more than once
  bool watch_accessed_variables = true;  // else only what watch() names
};

// Records the ops of this thread while it lives; runs eagerly and inside traced functions alike.
// Tapes nest: an outer one records the gradients that an inner one computes.
class RILL_API Tape {
 public:
  explicit Tape(const TapeOptions& options = {});
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  ~Tape();

  // Gradients will be asked with respect to `value`. Throws INVALID_ARGUMENT unless it is floating
  // or complex.
  void watch(const Value& value);
  void watch(const Values& values);

  // d(sum of targets)/d(source), of the source's shape; an empty tensor where nothing connects
  // them. A tape that is not persistent stops recording and gives one answer: FAILED_PRECONDITION
  // on the second.
  Values gradient(const Values& targets, const Values& sources,
                  const GradientOptions& options = {});
  Values gradient(const Value& target, const Values& sources, const GradientOptions& options = {});
  Value gradient(const Value& target, const Value& source, const GradientOptions& options = {});

  // d target[i...] / d source[j...], of shape target.shape + source.shape; empty where nothing
  // connects them. Counts as one gradient. Shapes must be known.
  Value jacobian(const Value& target, const Value& source, const GradientOptions& options = {});
  Values jacobian(const Value& target, const Values& sources, const GradientOptions& options = {});
  // The same a row of the batch: [b, ...] and [b, ...] -> [b, target..., source...], where row i of
  // the target depends on row i of the source only. Zeros where nothing connects them.
  Value batch_jacobian(const Value& target, const Value& source);

  // Forgets everything recorded, and records on.
  void reset();
  Values watched_variables() const;

  // While it lives the tape does not record.
  class RILL_API Pause {
   public:
    explicit Pause(Tape& tape);
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause();

   private:
    Tape& tape_;
    bool before_;
  };
  [[nodiscard]] Pause stop_recording() { return Pause(*this); }

 private:
  std::unique_ptr<autodiff::Recorder> recorder_;
};

// The gradient of one call, as a user's gradient function sees it.
struct GradientCall {
  const AttrMap& attrs;
  const Values& inputs;
  const Values& outputs;
  const Values& output_gradients;  // dense; zeros where nothing flows
};
// One gradient an input; an empty tensor where there is none.
using GradientFunction = std::function<Values(const GradientCall& call)>;

// Runs `forward` on `inputs` and makes `backward` its gradient (tf.custom_gradient). What the
// function computes inside is not differentiated.
RILL_API Values custom_gradient(const std::function<Values(const Values& inputs)>& forward,
                                const GradientFunction& backward, const Values& inputs);

// Gives nodes whose attribute _gradient_op_type is `name`, or, when `name` is that of an op, all
// nodes of the op, this gradient instead of rill's own (tf.RegisterGradient). Process-wide.
RILL_API void register_gradient(const std::string& name, GradientFunction function);

}  // namespace rill
