// Learning-rate schedules, named as in keras.optimizers.schedules.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rill/keras/config_visitor.hpp"
#include "rill/tensor.hpp"

namespace rill::keras {

// What users subclass.
class RILL_API LearningRateSchedule {
 public:
  LearningRateSchedule();
  LearningRateSchedule(const LearningRateSchedule&) = delete;
  LearningRateSchedule& operator=(const LearningRateSchedule&) = delete;
  virtual ~LearningRateSchedule();
  // The rate at a step: a scalar (any number or tensor of numbers), giving float32.
  virtual Value call(const Value& step) const = 0;
  virtual void visit_config(ConfigVisitor& visitor);
  virtual std::string class_name() const;
  // Called once, when the config is known. Throws INVALID_ARGUMENT for one that cannot be right.
  virtual void check() const;
  void set_class_name(std::string name) { class_name_ = std::move(name); }

 private:
  std::string class_name_;
};

// A shared handle.
class RILL_API SchedulePtr {
 public:
  SchedulePtr() = default;
  template <typename T>
  requires(std::is_base_of_v<LearningRateSchedule, T>) SchedulePtr(std::shared_ptr<T> s)  // NOLINT
      : schedule_(std::move(s)) {}
  explicit operator bool() const noexcept { return schedule_ != nullptr; }
  LearningRateSchedule* operator->() const noexcept { return schedule_.get(); }
  LearningRateSchedule& operator*() const noexcept { return *schedule_; }
  const std::shared_ptr<LearningRateSchedule>& get() const noexcept { return schedule_; }
  Value operator()(const Value& step) const { return schedule_->call(step); }

 private:
  std::shared_ptr<LearningRateSchedule> schedule_;
};

namespace schedules {

// {"class_name": .., "config": ..} as text, and back. Throws INVALID_ARGUMENT.
RILL_API std::string to_json(const SchedulePtr& schedule);
RILL_API SchedulePtr from_json(const std::string& text);

struct DecayOptions {
  bool staircase = false;
  std::string name = {};
};
struct PolynomialOptions {
  double end_learning_rate = 0.0001;
  double power = 1.0;
  bool cycle = false;
  std::string name = {};
};
struct CosineOptions {
  double alpha = 0.0;
  std::optional<double> warmup_target = {};
  int64_t warmup_steps = 0;
  std::string name = {};
};
struct CosineRestartsOptions {
  double t_mul = 2.0;
  double m_mul = 1.0;
  double alpha = 0.0;
  std::string name = {};
};

RILL_API SchedulePtr ExponentialDecay(double initial_learning_rate, int64_t decay_steps,
                                      double decay_rate, const DecayOptions& options = {});
RILL_API SchedulePtr InverseTimeDecay(double initial_learning_rate, int64_t decay_steps,
                                      double decay_rate, const DecayOptions& options = {});
RILL_API SchedulePtr PiecewiseConstantDecay(const std::vector<double>& boundaries,
                                            const std::vector<double>& values,
                                            const std::string& name = "PiecewiseConstant");
RILL_API SchedulePtr PolynomialDecay(double initial_learning_rate, int64_t decay_steps,
                                     const PolynomialOptions& options = {});
RILL_API SchedulePtr CosineDecay(double initial_learning_rate, int64_t decay_steps,
                                 const CosineOptions& options = {});
RILL_API SchedulePtr CosineDecayRestarts(double initial_learning_rate, int64_t first_decay_steps,
                                         const CosineRestartsOptions& options = {});

}  // namespace schedules
}  // namespace rill::keras
