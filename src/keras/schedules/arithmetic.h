// What schedules compute with: float32, whatever the step's type is, as Keras.
#pragma once

#include <memory>
#include <utility>

#include "base/make_shared_as.h"
#include "keras/core/ops.h"
#include "rill/keras/schedules.hpp"

namespace rill::keras {

template <typename T>
Value float_scalar(T value) {
  return Tensor::scalar(static_cast<float>(value));
}

inline Value float_step(const Value& step) {
  return op::cast(step.without_weakness(), DType::float32);
}

// A checked schedule of a class `T`.
template <typename T, typename... Args>
SchedulePtr make_schedule(const char* class_name, Args&&... args) {
  auto schedule = make_shared_as<LearningRateSchedule, T>(std::forward<Args>(args)...);
  schedule->set_class_name(class_name);
  schedule->check();
  return SchedulePtr(std::move(schedule));
}

}  // namespace rill::keras
