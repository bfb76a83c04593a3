// Metrics inside: how the classes of Keras are made, read and written.
#pragma once

#include <memory>
#include <string>

#include "base/make_shared_as.h"
#include "codec/json.h"
#include "keras/core/naming.h"
#include "rill/keras/metrics.hpp"

namespace rill::keras {

class CustomObjects;

// Keras' MeanMetricWrapper: the mean of a function of each sample.
class MeanOfSamples : public metrics::MeanMetric {
 public:
  std::string class_name() const override { return Metric::class_name(); }
  void update_state(const Value& y_true, const Value& y_pred,
                    const Value& sample_weight = {}) override;
  void update_state_masked(const Value& y_true, const Value& y_pred, const Value& sample_weight,
                           const Value& mask) override;

 protected:
  struct Samples {
    Value values;
    Value mask;
  };
  virtual Value per_sample(const Value& y_true, const Value& y_pred) const = 0;
  virtual Samples per_sample_masked(const Value& y_true, const Value& y_pred) const {
    return {per_sample(y_true, y_pred), {}};
  }
};

// A class without settings.
template <Value (*F)(const Value&, const Value&)>
class PlainMean final : public MeanOfSamples {
 protected:
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return F(y_true, y_pred);
  }
};

// Keras' default names: that of the class, and for some a number after it.
std::string default_metric_name(const std::string& class_name);

// What the options structs share goes to the metric itself; `T` takes the others.
template <typename T, typename Options, typename... Args>
MetricPtr make_metric(const char* class_name, const Options& options, Args&&... args) {
  auto metric = make_shared_as<Metric, T>(std::forward<Args>(args)...);
  metric->set_class_name(class_name);
  metric->set_name(options.name.empty() ? default_metric_name(class_name) : options.name);
  if constexpr (requires { options.dtype; }) {
    if (!options.dtype.empty()) metric->set_dtype(dtype_from_name(options.dtype));
  }
  return MetricPtr(std::move(metric));
}

// Values and weights reduced to one a sample (keras/src/metrics/reduction_metrics.py
// reduce_to_samplewise_values). `op`: Sum or Mean.
struct Samplewise {
  Value values;
  Value weight;  // empty when there is none
};
Samplewise samplewise(const Value& values, const Value& sample_weight, DType dtype,
                      std::string_view op);

Json metric_to_json(Metric& metric);
// Null for null. Throws INVALID_ARGUMENT for an unknown class (nearest name) or setting.
std::shared_ptr<Metric> metric_from_json(const Json& json, const CustomObjects* custom = nullptr);
std::shared_ptr<Metric> make_metric_by_name(const std::string& name, const CustomObjects* custom);
// As compile() reads what stands for a metric: a name or {class_name, config}.
std::shared_ptr<Metric> compile_metric(const Json& json, const Value& y_true, const Value& y_pred,
                                       const CustomObjects* custom = nullptr);

}  // namespace rill::keras
