#include "keras/core/schedule.h"

#include <typeinfo>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/naming.h"
#include "keras/core/object_config.h"
#include "keras/core/registry.h"

namespace rill::keras {

LearningRateSchedule::LearningRateSchedule() = default;
LearningRateSchedule::~LearningRateSchedule() = default;
void LearningRateSchedule::visit_config(ConfigVisitor&) {}
void LearningRateSchedule::check() const {}
std::string LearningRateSchedule::class_name() const {
  return class_name_.empty() ? type_name_of(typeid(*this).name()) : class_name_;
}

Json schedule_to_json(LearningRateSchedule& schedule) {
  Json config = Json::object();
  write_fields(config, [&](ConfigVisitor& v) { schedule.visit_config(v); });
  Json out = Json::object();
  const bool own = object_registry().schedules.contains(schedule.class_name());
  out.set("module", own ? Json("keras.optimizers.schedules") : Json());
  out.set("class_name", schedule.class_name());
  out.set("config", std::move(config));
  out.set("registered_name", own ? Json() : Json(schedule.class_name()));
  return out;
}

std::shared_ptr<LearningRateSchedule> schedule_from_json(const Json& json) {
  if (json.is_null()) return nullptr;
  const auto object = object_from_json(json, "a learning-rate schedule");
  auto schedule = object_registry().schedules.make(object->name);
  if (!schedule) {
    fail(Code::invalid_argument, "unknown learning-rate schedule ", quoted(object->name),
         did_you_mean(object->name, object_registry().schedules.class_names()));
  }
  read_fields(object->settings, schedule->class_name(),
              [&](ConfigVisitor& v) { schedule->visit_config(v); }, {"name"});
  schedule->check();
  return schedule;
}

std::string schedules::to_json(const SchedulePtr& schedule) {
  return schedule ? schedule_to_json(*schedule).dump() : "null";
}
SchedulePtr schedules::from_json(const std::string& text) {
  return SchedulePtr(schedule_from_json(Json::parse(text, "the config of a schedule")));
}

}  // namespace rill::keras
