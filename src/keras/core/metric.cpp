#include "keras/core/metric.h"

#include <typeinfo>

#include "base/fail.h"
#include "graph/graph.h"
#include "keras/core/config.h"
#include "keras/core/object_config.h"
#include "keras/core/per_sample.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "op/emit.h"
#include "rill/keras/custom_objects.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {

// Within a graph that is being traced, what the variable will hold after the updates so far: later
// reads take that value, so nothing depends on the order in which reads and assignments run.
struct Metric::Variable {
  Value value;
  std::string name;
  mutable std::weak_ptr<GraphImpl> graph;
  mutable Value pending;
  mutable int assignment = -1;
};

Metric::Metric() = default;
Metric::~Metric() = default;
void Metric::visit_config(ConfigVisitor&) {}
void Metric::build() {}
std::string Metric::class_name() const {
  return class_name_.empty() ? type_name_of(typeid(*this).name()) : class_name_;
}
void Metric::update_state_masked(const Value& y_true, const Value& y_pred,
                                 const Value& sample_weight, const Value&) {
  update_state(y_true, y_pred, sample_weight);
}

void Metric::ensure_built() {
  if (built_) return;
  built_ = true;
  if (name_.empty()) name_ = default_metric_name(class_name());
  if (dtype_ == DType::invalid) dtype_ = DType::float32;
  build();
}

Value Metric::operator()(const Value& y_true, const Value& y_pred, const Value& sample_weight) {
  ensure_built();
  update_state(y_true, y_pred, sample_weight);
  return result();
}

std::vector<Value> Metric::variables() const {
  std::vector<Value> out;
  for (const auto& v : variables_) out.push_back(v->value);
  return out;
}
std::vector<std::string> Metric::variable_names() const {
  std::vector<std::string> out;
  for (const auto& v : variables_) out.push_back(v->name);
  return out;
}

Metric::Slot Metric::add_variable(const std::string& name, const Shape& shape, DType dtype) {
  auto variable = std::make_unique<Variable>();
  if (dtype == DType::invalid) dtype = DType::float32;
  // Made eagerly even while a graph is traced: the state belongs to the metric.
  auto state = std::make_shared<VariableState>(name_ + "/" + name, dtype, shape);
  state->assign(Tensor::zeros(dtype, shape));
  state->set_trainable(false);
  variable->value = Tensor::of_variable(std::move(state), dtype, shape);
  variable->name = name;
  variables_.push_back(std::move(variable));
  return static_cast<Slot>(variables_.size()) - 1;
}

Value Metric::read(Slot slot) const {
  const Variable& v = *variables_.at(static_cast<size_t>(slot));
  const auto& graph = current_graph();
  if (!graph) return v.value;
  if (v.pending && v.graph.lock() == graph) return v.pending;
  return v.value;
}

void Metric::assign(Slot slot, const Value& value) {
  const Variable& v = *variables_.at(static_cast<size_t>(slot));
  const Value fitting = op::cast(value, v.value.dtype());
  const std::shared_ptr<GraphImpl> graph = current_graph();
  if (!graph) {
    // A value that a graph computes, though no graph is being traced, has its own.
    emit("AssignVariableOp", {v.value, fitting});
    return;
  }
  // The last assignment wins: each waits for the one before.
  const bool again = v.pending && v.graph.lock() == graph;
  std::vector<Operation> before;
  if (again) before.emplace_back(graph, v.assignment);
  const ControlDependencies after(before);
  const Value kept = to_graph(graph, fitting);
  emit("AssignVariableOp", {v.value, kept});
  v.graph = graph;
  v.pending = kept;
  v.assignment = graph->num_nodes() - 1;
}

void Metric::add(Slot slot, const Value& delta) {
  const Value before = read(slot);
  assign(slot, before + op::cast(delta, before.dtype()));
}

void Metric::reset_state() {
  for (size_t i = 0; i < variables_.size(); ++i) {
    const Value& v = variables_[i]->value;
    if (current_graph()) {
      assign(static_cast<Slot>(i), Tensor::zeros(v.dtype(), v.shape()));
    } else {
      variable_state(v).assign(Tensor::zeros(v.dtype(), v.shape()));
    }
  }
}

// -- Means. ------------------------------------------------------------------------------------

Samplewise samplewise(const Value& given, const Value& sample_weight, DType dtype,
                      std::string_view op) {
  const auto from = [](int first, int rank) {
    std::vector<int> axes;
    for (int i = first; i < rank; ++i) axes.push_back(i);
    return axes;
  };
  Value values = op::cast(given, dtype), weight;
  if (sample_weight) {
    std::tie(values, weight) = to_same_rank(values, op::cast(sample_weight, dtype));
    const int rank = weight.rank();
    if (values.rank() > rank) values = op::reduce(op, values, from(rank, values.rank()));
    std::vector<op::Dim> dims;
    for (int i = 0; i < values.rank(); ++i) dims.push_back(op::dim(values, i));
    weight = op::broadcast_to(weight, dims);
    values = values * weight;
    if (rank > 1) weight = op::reduce(op, weight, from(1, rank));
  }
  if (values.rank() > 1) values = op::reduce(op, values, from(1, values.rank()));
  return {values, weight};
}

void metrics::MeanMetric::build() {
  total_ = add_variable("total", Shape{}, dtype());
  count_ = add_variable("count", Shape{}, dtype());
}
void metrics::MeanMetric::update(const Value& values, const Value& sample_weight) {
  ensure_built();
  const Samplewise s = samplewise(values, sample_weight, dtype(), "Mean");
  add(total_, ops::reduce_sum(s.values));
  if (s.weight) {
    add(count_, ops::reduce_sum(s.weight));
  } else if (s.values.rank() >= 1) {
    const op::Dim n = op::dim(s.values, 0);
    add(count_,
        n.value ? op::cast(n.value, dtype()) : op::constant(static_cast<double>(n.size), dtype()));
  } else {
    add(count_, op::constant(1, dtype()));
  }
}
void metrics::MeanMetric::update_state(const Value& values, const Value&,
                                       const Value& sample_weight) {
  update(values, sample_weight);
}
Value metrics::MeanMetric::result() const { return ops::divide_no_nan(read(total_), read(count_)); }

std::shared_ptr<metrics::MeanMetric> metrics::make_mean(const std::string& name) {
  auto mean = std::make_shared<MeanMetric>();
  mean->set_name(name);
  mean->ensure_built();
  return mean;
}

void MeanOfSamples::update_state(const Value& y_true, const Value& y_pred,
                                 const Value& sample_weight) {
  update_state_masked(y_true, y_pred, sample_weight, {});
}
void MeanOfSamples::update_state_masked(const Value& y_true, const Value& y_pred,
                                        const Value& sample_weight, const Value& mask) {
  ensure_built();
  try {
    const Samples samples = per_sample_masked(y_true, y_pred);
    Value weight = masked_weight(sample_weight, mask, dtype());
    // Keras counts the mask of the function itself only beside weights.
    if (weight && samples.mask) weight = masked_weight(weight, samples.mask, dtype());
    update(samples.values, weight);
  } catch (const InvalidArgumentError& error) {
    rethrow_with_context(error, str("metric ", quoted(name()), " of y_true ", y_true.shape(),
                                    " and y_pred ", y_pred.shape()));
  }
}

// -- By name. ----------------------------------------------------------------------------------

std::string default_metric_name(const std::string& class_name) {
  if (class_name == "LogCoshError") return "logcosh";
  if (class_name == "FBetaScore") return "fbeta_score";
  static constexpr std::string_view kNumbered[] = {"AUC",
                                                   "Precision",
                                                   "Recall",
                                                   "IoU",
                                                   "MeanIoU",
                                                   "OneHotIoU",
                                                   "BinaryIoU",
                                                   "OneHotMeanIoU",
                                                   "TruePositives",
                                                   "TrueNegatives",
                                                   "FalsePositives",
                                                   "FalseNegatives",
                                                   "PrecisionAtRecall",
                                                   "RecallAtPrecision",
                                                   "SensitivityAtSpecificity",
                                                   "SpecificityAtSensitivity",
                                                   "MeanMetricWrapper"};
  for (const std::string_view numbered : kNumbered) {
    if (class_name == numbered) return unique_layer_name(class_name);
  }
  return to_snake_case(class_name);
}

namespace {

class FunctionMetric final : public MeanOfSamples {
 public:
  explicit FunctionMetric(MetricPtr::Function function) : function_(std::move(function)) {}
  std::string class_name() const override { return "MeanMetricWrapper"; }

 protected:
  Value per_sample(const Value& y_true, const Value& y_pred) const override {
    return function_(y_true, y_pred);
  }

 private:
  MetricPtr::Function function_;
};

const CustomObjects* const* both(const CustomObjects* custom, const CustomObjects* (&list)[2]) {
  list[0] = custom;
  list[1] = &registered_objects();
  return list;
}

}  // namespace

std::shared_ptr<Metric> make_metric_by_name(const std::string& name, const CustomObjects* custom) {
  const CustomObjects* list[2];
  both(custom, list);
  for (const CustomObjects* objects : list) {
    if (objects == nullptr) continue;
    if (auto metric = objects->make_metric(name)) return metric;
  }
  std::shared_ptr<Metric> metric = object_registry().metrics.make(name);
  if (!metric) {
    std::vector<std::string> names = {"accuracy"};  // one of several, by the shapes
    for (std::string& known : object_registry().metrics.names()) names.push_back(known);
    fail(Code::invalid_argument, "unknown metric ", quoted(name), did_you_mean(name, names),
         "; give it as a custom object: CustomObjects{}.metric(name, function)");
  }
  return metric;
}

namespace {

// Keras 2 saves the metrics that compile() was given by name as the function that they are the
// mean of: a name, or {"class_name": "function", "config": name}.
std::string metric_class(const ObjectConfig& object) {
  const Json* function = object.settings.find("fn");
  if (object.name != "MeanMetricWrapper" || function == nullptr) return object.name;
  if (function->is_object()) function = function->find("config");
  return function != nullptr && function->is_string() ? function->as_string() : object.name;
}

}  // namespace

std::shared_ptr<Metric> metric_from_json(const Json& json, const CustomObjects* custom) {
  if (json.is_null()) return nullptr;
  const auto object = object_from_json(json, "a metric");
  std::shared_ptr<Metric> metric = make_metric_by_name(metric_class(*object), custom);
  const Json& config = object->settings;
  std::string name;
  read_fields(config, metric->class_name(),
              [&](ConfigVisitor& v) {
                v("name", name);
                metric->visit_config(v);
              },
              {"dtype", "fn"});
  if (!name.empty()) metric->set_name(name);
  const Json* d = config.find("dtype");
  const Json* policy = d ? d->find("config") : nullptr;
  const std::string dtype = d && d->is_string() ? d->as_string()
                            : policy            ? policy->value<std::string>("name", "")
                                                : "";
  if (dtype == "int" || dtype == "float") {
    metric->set_dtype(dtype == "int" ? DType::int64 : DType::float32);
  } else if (!dtype.empty()) {
    metric->set_dtype(DTypePolicy::parse(dtype).compute);
  }
  metric->ensure_built();
  return metric;
}

Json metric_to_json(Metric& metric) {
  metric.ensure_built();
  Json config = Json::object();
  config.set("name", metric.name());
  config.set("dtype", std::string(dtype_name(metric.dtype())));
  write_fields(config, [&](ConfigVisitor& v) { metric.visit_config(v); });
  Json out = Json::object();
  const bool own = object_registry().metrics.contains(metric.class_name());
  out.set("module", own ? Json("keras.metrics") : Json());
  out.set("class_name", metric.class_name());
  out.set("config", std::move(config));
  out.set("registered_name", own ? Json() : Json(metric.class_name()));
  return out;
}

std::shared_ptr<Metric> compile_metric(const Json& json, const Value& y_true, const Value& y_pred,
                                       const CustomObjects* custom) {
  if (!json.is_string()) return metric_from_json(json, custom);
  const std::string& name = json.as_string();
  std::string chosen = name;
  if (name == "accuracy" || name == "acc" || name == "Accuracy" || name == "ACC") {
    const Labels kind = labels_of(y_true, y_pred);
    chosen = kind == Labels::binary   ? "BinaryAccuracy"
             : kind == Labels::sparse ? "SparseCategoricalAccuracy"
                                      : "CategoricalAccuracy";
  } else if (name == "crossentropy" || name == "ce") {
    const Labels kind = labels_of(y_true, y_pred);
    chosen = kind == Labels::binary   ? "BinaryCrossentropy"
             : kind == Labels::sparse ? "SparseCategoricalCrossentropy"
                                      : "CategoricalCrossentropy";
  }
  std::shared_ptr<Metric> metric = make_metric_by_name(chosen, custom);
  metric->set_name(name);
  metric->ensure_built();
  return metric;
}

MetricPtr::MetricPtr(const char* name) : MetricPtr(std::string(name)) {}
MetricPtr::MetricPtr(const std::string& name) : metric_(make_metric_by_name(name, nullptr)) {
  // A short name is kept: "mae".
  if (name != metric_->class_name()) metric_->set_name(name);
  metric_->ensure_built();
}
MetricPtr::MetricPtr(const std::string& name, Function per_sample)
    : metric_(std::make_shared<FunctionMetric>(std::move(per_sample))) {
  metric_->set_name(name);
  metric_->ensure_built();
}

std::string metrics::to_json(const MetricPtr& metric) {
  return metric ? metric_to_json(*metric).dump() : "null";
}
MetricPtr metrics::from_json(const std::string& text) {
  return MetricPtr(metric_from_json(Json::parse(text, "the config of a metric"), nullptr));
}
MetricPtr metrics::get(const std::string& name) { return MetricPtr(name); }
MetricPtr metrics::get(const std::string& name, const Value& y_true, const Value& y_pred) {
  return MetricPtr(compile_metric(Json(name), y_true, y_pred));
}
MetricPtr metrics::MeanMetricWrapper(MetricPtr::Function function, const Options& options) {
  return make_metric<FunctionMetric>("MeanMetricWrapper", options, std::move(function));
}

}  // namespace rill::keras
