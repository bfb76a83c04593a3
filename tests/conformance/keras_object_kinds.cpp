// Kinds that make one object of Keras from its config and call it: eagerly, and once more traced
// into a graph, which must give the same.
#include <cmath>

#include "case.h"
#include "function/traced.h"
#include "keras/core/loss.h"
#include "keras/core/metric.h"
#include "keras/core/object_config.h"
#include "keras/core/schedule.h"
#include "rill/error.hpp"
#include "rill/keras/constraints.hpp"
#include "rill/keras/initializers.hpp"
#include "rill/keras/regularizers.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill::conformance {
namespace {

std::vector<Tensor> feeds_of(const Pack& pack, const Json& test) {
  std::vector<Tensor> out;
  for (const Json& feed : test.at("steps").at(size_t{0}).at("feeds").as_array()) {
    out.push_back(feed_value(pack, feed));
  }
  return out;
}

const Json& fetch_of(const Json& test) {
  return test.at("steps").at(size_t{0}).at("fetches").at(size_t{0});
}

void check_equal(const Tensor& eager, const Tensor& traced) {
  const std::vector<double> a = eager.to_vector<double>(), b = traced.to_vector<double>();
  bool same = eager.shape() == traced.shape();
  for (size_t i = 0; same && i < a.size(); ++i) {
    same = (std::isnan(a[i]) && std::isnan(b[i])) || a[i] == b[i] ||
           std::abs(a[i] - b[i]) <= 1e-6 + 1e-5 * std::abs(a[i]);
  }
  if (!same) {
    throw InternalError("traced it gives " + traced.to_string() + ", eagerly " + eager.to_string());
  }
}

// The value of `body` on the inputs; traced it must be the same.
template <typename Body>
Tensor call(const std::vector<Tensor>& inputs, Body&& body) {
  const Tensor eager = body(Values(inputs));
  Traced traced([&](const Values& x) { return Values{body(x)}; });
  check_equal(eager, traced(inputs).at(0));
  return eager;
}

template <typename Handle>
Handle handle_of(const Json& test) {
  return Handle(keras::object_from_json(test.at("object"), "the object"));
}

}  // namespace

void run_keras_loss(const Pack& pack, const Json& test, Answer& answer) {
  const auto loss = keras::loss_from_json(test.at("object"));
  // What is written is read back as the same.
  const Json written = keras::loss_to_json(*loss);
  const auto again = keras::loss_from_json(written);
  if (!(keras::loss_to_json(*again) == written)) throw InternalError("the config changes");
  answer.put(fetch_of(test), call(feeds_of(pack, test), [&](const Values& x) {
               return (*again)(x.at(0), x.at(1), x.size() > 2 ? x[2] : Value());
             }));
}

// Updates and reads; again with y_true reversed; both stacked.
void run_keras_metric(const Pack& pack, const Json& test, Answer& answer) {
  const auto make = [&] {
    return keras::metric_from_json(
        keras::metric_to_json(*keras::metric_from_json(test.at("object"))));
  };
  const std::vector<Tensor> inputs = feeds_of(pack, test);
  const auto both = [](keras::Metric& metric, const Values& x) {
    metric.update_state(x.at(0), x.at(1));
    const Value first = ops::identity(metric.result());
    metric.update_state(ops::reverse(x.at(0), {0}), x.at(1));
    return ops::stack({first, ops::identity(metric.result())});
  };
  const auto eager = make();
  const Tensor expected = both(*eager, inputs);
  const auto state = eager->variables();
  // Both updates in one graph, after a step that was taken back.
  const auto other = make();
  other->update_state(inputs.at(0), inputs.at(1));
  other->reset_state();
  Traced traced([&](const Values& x) { return Values{both(*other, x)}; });
  check_equal(expected, traced(inputs).at(0));
  for (size_t i = 0; i < state.size(); ++i) {
    check_equal(ops::identity(state[i]), ops::identity(other->variables().at(i)));
  }
  answer.put(fetch_of(test), expected);
}

void run_keras_schedule(const Pack& pack, const Json& test, Answer& answer) {
  const auto schedule = keras::schedule_from_json(test.at("object"));
  const Tensor steps = feeds_of(pack, test).at(0);
  std::vector<float> out;
  for (int64_t i = 0; i < steps.size(); ++i) {
    const Tensor step = steps.rows(i, i + 1).reshaped(Shape{});
    out.push_back(
        call({step}, [&](const Values& x) { return schedule->call(x.at(0)); }).item<float>());
  }
  answer.put(fetch_of(test), Tensor::vector(out));
}

void run_keras_regularizer(const Pack& pack, const Json& test, Answer& answer) {
  const auto regularizer = handle_of<keras::Regularizer>(test);
  answer.put(fetch_of(test), call(feeds_of(pack, test), [&](const Values& x) {
               return keras::regularizers::apply(regularizer, x.at(0));
             }));
}

void run_keras_constraint(const Pack& pack, const Json& test, Answer& answer) {
  const auto constraint = handle_of<keras::Constraint>(test);
  answer.put(fetch_of(test), call(feeds_of(pack, test), [&](const Values& x) {
               return keras::constraints::apply(constraint, x.at(0));
             }));
}

void run_keras_initializer(const Pack& pack, const Json& test, Answer& answer) {
  const Shape shape(feeds_of(pack, test).at(0).to_vector<int64_t>());
  answer.put(fetch_of(test),
             keras::initializers::apply(handle_of<keras::Initializer>(test), shape));
}

}  // namespace rill::conformance
