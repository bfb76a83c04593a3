#include "keras/core/loss_collector.h"

#include <set>

#include "graph/graph.h"
#include "keras/core/field_finder.h"
#include "keras/core/ops.h"
#include "rill/keras/regularizers.hpp"

namespace rill::keras {
namespace {

LossCollector*& innermost() {
  thread_local LossCollector* collector = nullptr;
  return collector;
}

// Null when nobody collects, or for a value inside of a loop's body: it belongs to another graph.
LossCollector* collector_of(const Value& value) {
  if (value.is_symbolic() && value.rep()->graph != current_graph()) return nullptr;
  return innermost();
}

// Reads the handles among a layer's settings.
class HandleFinder final : public FieldFinder {
 public:
  using FieldFinder::operator();
  void operator()(std::string_view key, Regularizer& field) override {
    if (field) regularizers.emplace_back(key, field);
  }
  void operator()(std::string_view key, Constraint& field) override {
    if (field) constraints.emplace_back(key, field);
  }

  std::vector<std::pair<std::string, Regularizer>> regularizers;
  std::vector<std::pair<std::string, Constraint>> constraints;
};

// "kernel_regularizer" is about the weight "kernel"; "depthwise_regularizer" about
// "depthwise_kernel" or, in DepthwiseConv, "kernel".
bool is_about(const std::string& key, std::string_view suffix, const std::string& weight) {
  if (key.size() <= suffix.size() || !std::string_view(key).ends_with(suffix)) return false;
  const std::string stem = key.substr(0, key.size() - suffix.size());
  return weight == stem || weight == stem + "_kernel" ||
         (stem == "depthwise" && weight == "kernel");
}

void find_rules(Layer& layer, const HandleFinder* outer, std::set<const Opaque*>& seen,
                std::vector<WeightRules>& out) {
  HandleFinder finder;
  layer.visit_config(finder);
  for (const Weight& w : layer.own_weights()) {
    WeightRules rules{w.value, {}, {}};
    for (const HandleFinder* f : {outer, static_cast<const HandleFinder*>(&finder)}) {
      if (!f) continue;
      for (const auto& [key, r] : f->regularizers) {
        if (is_about(key, "_regularizer", w.name)) rules.regularizer = r;
      }
      for (const auto& [key, c] : f->constraints) {
        if (is_about(key, "_constraint", w.name)) rules.constraint = c;
      }
    }
    if (!seen.insert(w.value.rep()->variable.get()).second) continue;
    if (rules.regularizer || rules.constraint) out.push_back(std::move(rules));
  }
  // Parts of a layer (cells, the projections of attention) follow its settings.
  for (const auto& [attribute, part] : layer.sublayers()) find_rules(*part, &finder, seen, out);
  for (const auto& inner : layer.layers()) find_rules(*inner, nullptr, seen, out);
}

}  // namespace

LossCollector::LossCollector() : before_(innermost()) { innermost() = this; }
LossCollector::~LossCollector() { innermost() = before_; }

bool collecting_losses() { return innermost() != nullptr; }

void collect_loss(const Value& loss) {
  if (LossCollector* collector = collector_of(loss)) collector->add(loss);
}

void collect_metric(const std::string& name, const Value& value) {
  if (LossCollector* collector = collector_of(value)) collector->add_metric(name, value);
}

void collect_activity_losses(const Regularizer& regularizer, const Value& y) {
  Value loss = regularizers::apply(regularizer, y);
  if (y.rank() > 0) {
    const op::Dim rows = op::dim(y, 0);
    const Value count = rows.value ? op::cast(rows.value, loss.dtype())
                                   : op::constant(static_cast<double>(rows.size), loss.dtype());
    loss = emit("DivNoNan", {loss, count});
  }
  collect_loss(loss);
}

namespace {
std::vector<Regularizer> activity_regularizers(Layer& layer) {
  std::vector<Regularizer> out;
  // It is for the projections of an attention, not for what the layer gives.
  const std::string& kind = layer.class_name();
  if (kind == "MultiHeadAttention" || kind == "GroupQueryAttention") return out;
  HandleFinder finder;
  layer.visit_config(finder);
  for (const auto& [key, regularizer] : finder.regularizers) {
    if (key == "activity_regularizer") out.push_back(regularizer);
  }
  if (layer.activity_regularizer()) out.push_back(layer.activity_regularizer());
  return out;
}
}  // namespace

bool has_activity_loss(Layer& layer) {
  return layer.class_name() == "ActivityRegularization" || !activity_regularizers(layer).empty();
}

void collect_activity_losses(Layer& layer, const Values& outputs) {
  if (!collecting_losses()) return;
  for (const Regularizer& regularizer : activity_regularizers(layer)) {
    for (const Value& y : outputs) {
      if (y && is_floating(y.dtype())) collect_activity_losses(regularizer, y);
    }
  }
}

std::vector<WeightRules> weight_rules(Layer& layer) {
  std::vector<WeightRules> out;
  std::set<const Opaque*> seen;
  find_rules(layer, nullptr, seen, out);
  return out;
}

}  // namespace rill::keras
