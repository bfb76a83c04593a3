// Learning-rate schedules inside.
#pragma once

#include <memory>

#include "codec/json.h"
#include "rill/keras/schedules.hpp"

namespace rill::keras {

Json schedule_to_json(LearningRateSchedule& schedule);
// Null for null. Throws INVALID_ARGUMENT for an unknown class (nearest name) or setting.
std::shared_ptr<LearningRateSchedule> schedule_from_json(const Json& json);

}  // namespace rill::keras
