// Losses inside: how the classes of Keras are made, read and written.
#pragma once

#include <memory>
#include <string>

#include "base/make_shared_as.h"
#include "codec/json.h"
#include "keras/core/naming.h"
#include "rill/keras/losses.hpp"

namespace rill::keras {

class CustomObjects;

// Keras' LossFunctionWrapper: y_true and y_pred are given the same rank first.
class PerSampleLoss : public Loss {
 public:
  Value call(const Value& y_true, const Value& y_pred) const override {
    return call_masked(y_true, y_pred).values;
  }
  Samples call_masked(const Value& y_true, const Value& y_pred) const override;

 protected:
  virtual Value per_sample(const Value& y_true, const Value& y_pred) const = 0;
  virtual Samples per_sample_masked(const Value& y_true, const Value& y_pred) const {
    return {per_sample(y_true, y_pred), {}};
  }
};

// A class without settings.
template <Value (*F)(const Value&, const Value&)>
class PlainLoss final : public PerSampleLoss {
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return F(y_true, y_pred);
  }
};

// What the options structs share goes to the loss itself; `T` takes the others.
template <typename T, typename Options, typename... Args>
LossPtr make_loss(const char* class_name, const Options& options, Args&&... args) {
  auto loss = make_shared_as<Loss, T>(std::forward<Args>(args)...);
  loss->set_class_name(class_name);
  if (!options.name.empty()) {
    loss->set_name(options.name);
  } else if (loss->name().empty()) {
    loss->set_name(to_snake_case(class_name));
  }
  loss->set_reduction(options.reduction);
  return LossPtr(std::move(loss));
}

// Throws INVALID_ARGUMENT "WHO: y_true ... and y_pred ... must have the same shape" unless they
// have, as far as is known, and at least `least_rank` dimensions.
void check_same_shapes(const char* who, const Value& y_true, const Value& y_pred,
                       int least_rank = 0);

// {"module", "class_name", "config", "registered_name"}.
Json loss_to_json(Loss& loss);
// Null for null. Throws INVALID_ARGUMENT for an unknown class (nearest name) or setting.
std::shared_ptr<Loss> loss_from_json(const Json& json, const CustomObjects* custom = nullptr);
std::shared_ptr<Loss> make_loss_by_name(const std::string& name, const CustomObjects* custom);

}  // namespace rill::keras
