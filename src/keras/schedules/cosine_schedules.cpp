// CosineDecay with warm-up and CosineDecayRestarts: Loshchilov and Hutter, SGDR (2017)
// (keras/src/optimizers/schedules/learning_rate_schedule.py). All in float32, as Keras.
#include <cmath>

#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/schedules/arithmetic.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

// 0.5 (1 + cos(pi x)), between alpha and one.
Value cosine(const Value& fraction, double alpha, const Value& height) {
  const Value pi = float_scalar(std::acos(-1.0));
  const Value wave = float_scalar(0.5) * height * (float_scalar(1.0) + ops::cos(pi * fraction));
  return float_scalar(1 - alpha) * wave + float_scalar(alpha);
}

class Cosine final : public LearningRateSchedule {
 public:
  Cosine() = default;
  Cosine(double initial, int64_t steps, const schedules::CosineOptions& o)
      : initial_(initial), steps_(steps), o_(o) {
    if (o_.name.empty()) o_.name = "CosineDecay";
  }
  void visit_config(ConfigVisitor& v) override {
    v("initial_learning_rate", initial_);
    v("decay_steps", steps_);
    v("alpha", o_.alpha);
    v("name", o_.name);
    v("warmup_target", o_.warmup_target);
    v("warmup_steps", o_.warmup_steps);
  }
  void check() const override {
    if (steps_ <= 0) fail(Code::invalid_argument, "decay_steps must be above 0; it is ", steps_);
  }
  Value call(const Value& step) const override {
    const Value all = float_scalar(static_cast<double>(steps_)), one = float_scalar(1.0);
    const Value initial = float_scalar(initial_);
    if (!o_.warmup_target) {
      const Value at = ops::minimum(float_step(step), all);
      return initial * cosine(at / all, o_.alpha, one);
    }
    const Value target = float_scalar(*o_.warmup_target);
    const Value warm = float_scalar(static_cast<double>(o_.warmup_steps));
    const Value at = ops::minimum(float_step(step), all + warm);
    const Value rising = (target - initial) * ops::divide_no_nan(at, warm) + initial;
    return ops::where(at < warm, rising, target * cosine((at - warm) / all, o_.alpha, one));
  }

 private:
  double initial_ = 0.001;
  int64_t steps_ = 0;
  schedules::CosineOptions o_{.name = "CosineDecay"};
};

class Restarts final : public LearningRateSchedule {
 public:
  Restarts() = default;
  Restarts(double initial, int64_t steps, const schedules::CosineRestartsOptions& o)
      : initial_(initial), steps_(steps), o_(o) {
    if (o_.name.empty()) o_.name = "SGDRDecay";
  }
  void visit_config(ConfigVisitor& v) override {
    v("initial_learning_rate", initial_);
    v("first_decay_steps", steps_);
    v("t_mul", o_.t_mul);
    v("m_mul", o_.m_mul);
    v("alpha", o_.alpha);
    v("name", o_.name);
  }
  void check() const override {
    if (steps_ <= 0) {
      fail(Code::invalid_argument, "first_decay_steps must be above 0; it is ", steps_);
    }
  }
  Value call(const Value& step) const override {
    Value done = float_step(step) / float_scalar(static_cast<double>(steps_));
    const Value one = float_scalar(1.0), growth = float_scalar(o_.t_mul);
    Value restart;
    if (static_cast<float>(o_.t_mul) == 1.0f) {
      restart = ops::floor(done);
      done = done - restart;
    } else {
      restart = ops::floor(ops::log(one - done * (one - growth)) / ops::log(growth));
      const Value length = ops::pow(growth, restart);
      done = (done - (one - length) / (one - growth)) / length;
    }
    return float_scalar(initial_) *
           cosine(done, o_.alpha, ops::pow(float_scalar(o_.m_mul), restart));
  }

 private:
  double initial_ = 0.001;
  int64_t steps_ = 0;
  schedules::CosineRestartsOptions o_{.name = "SGDRDecay"};
};

}  // namespace

void register_cosine_schedules(ObjectRegistry& r) {
  r.schedules.add<Cosine>("CosineDecay");
  r.schedules.add<Restarts>("CosineDecayRestarts");
}

namespace schedules {
SchedulePtr CosineDecay(double initial, int64_t steps, const CosineOptions& o) {
  return make_schedule<Cosine>("CosineDecay", initial, steps, o);
}
SchedulePtr CosineDecayRestarts(double initial, int64_t steps, const CosineRestartsOptions& o) {
  return make_schedule<Restarts>("CosineDecayRestarts", initial, steps, o);
}
}  // namespace schedules

}  // namespace rill::keras
