// Connectionist temporal classification; class 0 is the blank, and pads the labels
// (keras/src/losses/losses.py ctc).
#include "keras/core/loss.h"

#include "base/fail.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {

// The op counts the blank as the last class, so classes and labels move down by one.
Value losses::ctc(const Value& y_true, const Value& y_pred) {
  if (y_true.rank() != 2 || y_pred.rank() != 3) {
    fail(Code::invalid_argument, "ctc: y_true must be (batch, length) and y_pred (batch, steps, ",
         "classes); they are ", y_true.shape(), " and ", y_pred.shape());
  }
  const Value labels = op::cast(y_true, DType::int32);
  const Value logits = op::cast(y_pred, DType::float32);
  const Value used = op::cast(ops::not_equal(labels, Value(0)), DType::int32);
  const Value length = ops::reduce_sum(used, -1, true);
  const op::Dim width = op::dim(labels, 1);
  const Value position =
      ops::range(Value(0), width.value ? width.value : Value(static_cast<int>(width.size)));
  const Value indices = ops::where(op::expand_dims(position, 0) < length);
  const Value values = ops::gather_nd(labels, indices) - Value(1);
  const Value rolled =
      op::concat({op::slice(logits, {{}, {}, {1}}), op::slice(logits, {{}, {}, {0, 1}})}, 2);
  const op::Dim batch = op::dim(logits, 0), steps = op::dim(logits, 1);
  const Value step_count = steps.value ? steps.value : Value(static_cast<int>(steps.size));
  const Value lengths = ops::fill(op::shape_vector({batch}), step_count);
  return emit("CTCLoss", {op::transpose(rolled, {1, 0, 2}), indices, values, lengths});
}

void register_ctc_loss(ObjectRegistry& r) { r.losses.add<PlainLoss<losses::ctc>>("CTC", {"ctc"}); }

LossPtr losses::CTC(const Options& o) { return make_loss<PlainLoss<ctc>>("CTC", o); }

}  // namespace rill::keras
