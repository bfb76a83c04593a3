// ExponentialDecay, InverseTimeDecay, PolynomialDecay, PiecewiseConstantDecay
// (keras/src/optimizers/schedules/learning_rate_schedule.py). All in float32, as Keras.
#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/schedules/arithmetic.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

void check_steps(int64_t steps) {
  if (steps <= 0) fail(Code::invalid_argument, "decay_steps must be above 0; it is ", steps);
}

template <bool Exponential>
class TimeDecay final : public LearningRateSchedule {
 public:
  TimeDecay() = default;
  TimeDecay(double initial, int64_t steps, double rate, const schedules::DecayOptions& o)
      : initial_(initial), steps_(steps), rate_(rate), staircase_(o.staircase) {
    if (!o.name.empty()) name_ = o.name;
  }
  void visit_config(ConfigVisitor& v) override {
    v("initial_learning_rate", initial_);
    v("decay_steps", steps_);
    v("decay_rate", rate_);
    v("staircase", staircase_);
    v("name", name_);
  }
  void check() const override { check_steps(steps_); }
  Value call(const Value& step) const override {
    Value p = float_step(step) / float_scalar(steps_);
    if (staircase_) p = ops::floor(p);
    if (Exponential) return float_scalar(initial_) * ops::pow(float_scalar(rate_), p);
    return float_scalar(initial_) / (float_scalar(1.0) + float_scalar(rate_) * p);
  }

 private:
  double initial_ = 0.001;
  int64_t steps_ = 0;
  double rate_ = 1;
  bool staircase_ = false;
  std::string name_ = Exponential ? "ExponentialDecay" : "InverseTimeDecay";
};

class Polynomial final : public LearningRateSchedule {
 public:
  Polynomial() = default;
  Polynomial(double initial, int64_t steps, const schedules::PolynomialOptions& o)
      : initial_(initial), steps_(steps), o_(o) {
    if (o_.name.empty()) o_.name = "PolynomialDecay";
  }
  void visit_config(ConfigVisitor& v) override {
    v("initial_learning_rate", initial_);
    v("decay_steps", steps_);
    v("end_learning_rate", o_.end_learning_rate);
    v("power", o_.power);
    v("cycle", o_.cycle);
    v("name", o_.name);
  }
  void check() const override { check_steps(steps_); }
  Value call(const Value& step) const override {
    Value at = float_step(step), all = float_scalar(steps_);
    if (o_.cycle) {
      const Value first = ops::equal(at, float_scalar(0.0));
      all = all * ops::where(first, float_scalar(1.0), ops::ceil(at / all));
    } else {
      at = ops::minimum(at, all);
    }
    const Value end = float_scalar(o_.end_learning_rate);
    return (float_scalar(initial_) - end) *
               ops::pow(float_scalar(1.0) - at / all, float_scalar(o_.power)) +
           end;
  }

 private:
  double initial_ = 0.001;
  int64_t steps_ = 0;
  schedules::PolynomialOptions o_{.name = "PolynomialDecay"};
};

class Piecewise final : public LearningRateSchedule {
 public:
  Piecewise() = default;
  Piecewise(const std::vector<double>& boundaries, const std::vector<double>& values,
            const std::string& name)
      : boundaries_(boundaries), values_(values), name_(name) {}
  void visit_config(ConfigVisitor& v) override {
    v("boundaries", boundaries_);
    v("values", values_);
    v("name", name_);
  }
  void check() const override {
    if (!boundaries_ || !values_ || boundaries_->size() + 1 != values_->size()) {
      fail(Code::invalid_argument, "PiecewiseConstantDecay takes one value more than boundaries; ",
           values_ ? values_->size() : 0, " values and ", boundaries_ ? boundaries_->size() : 0,
           " boundaries were given");
    }
  }
  // As Keras: a sum of the values, each times whether the step is in its range.
  Value call(const Value& given) const override {
    const Value step = given.without_weakness();
    const auto at = [&](size_t i) { return op::constant((*boundaries_)[i], step.dtype()); };
    const auto when = [](const Value& condition, double value) {
      return op::cast(condition, DType::float32) * float_scalar(value);
    };
    const size_t n = boundaries_->size();
    if (n == 0) return float_scalar(values_->front());
    Value sum = when(step <= at(0), values_->front()) + when(step > at(n - 1), values_->back());
    for (size_t i = 0; i + 1 < n; ++i) {
      sum = sum + when(ops::logical_and(step > at(i), step <= at(i + 1)), (*values_)[i + 1]);
    }
    return sum;
  }

 private:
  std::optional<std::vector<double>> boundaries_, values_;
  std::string name_ = "PiecewiseConstant";
};

}  // namespace

void register_decay_schedules(ObjectRegistry& r) {
  r.schedules.add<TimeDecay<true>>("ExponentialDecay");
  r.schedules.add<TimeDecay<false>>("InverseTimeDecay");
  r.schedules.add<Polynomial>("PolynomialDecay");
  r.schedules.add<Piecewise>("PiecewiseConstantDecay");
}

namespace schedules {
SchedulePtr ExponentialDecay(double initial, int64_t steps, double rate, const DecayOptions& o) {
  return make_schedule<TimeDecay<true>>("ExponentialDecay", initial, steps, rate, o);
}
SchedulePtr InverseTimeDecay(double initial, int64_t steps, double rate, const DecayOptions& o) {
  return make_schedule<TimeDecay<false>>("InverseTimeDecay", initial, steps, rate, o);
}
SchedulePtr PolynomialDecay(double initial, int64_t steps, const PolynomialOptions& o) {
  return make_schedule<Polynomial>("PolynomialDecay", initial, steps, o);
}
SchedulePtr PiecewiseConstantDecay(const std::vector<double>& boundaries,
                                   const std::vector<double>& values, const std::string& name) {
  return make_schedule<Piecewise>("PiecewiseConstantDecay", boundaries, values, name);
}
}  // namespace schedules

}  // namespace rill::keras
