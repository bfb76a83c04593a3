// keras/src/optimizers/multi_optimizer.py
#include <algorithm>

#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/arithmetic.h"
#include "keras/optimizers/detail/make.h"
#include "ops/regex.h"

namespace rill::keras {
namespace {

using namespace arithmetic;  // NOLINT: formulas

class Multi final : public Optimizer, public HoldsOptimizers {
 public:
  void read_inner(const Json& config) override {
    const Json& map = config.at("optimizer_map");
    const Json& inner = map.contains("config") ? map.at("config") : map;
    map_.default_optimizer = optimizer_from_json(inner.at("default_optimizer"));
    for (const auto& [pattern, json] : inner.at("optimizer_map").as_object()) {
      map_.by_name.emplace_back(pattern, optimizer_from_json(json));
    }
    list();
  }
  void write_inner(Json& config) override {
    Json by_name = Json::object();
    for (const auto& [pattern, optimizer] : map_.by_name) {
      by_name.set(pattern, optimizer_to_json(*optimizer));
    }
    Json inner = Json::object();
    inner.set("default_optimizer",
              map_.default_optimizer ? optimizer_to_json(*map_.default_optimizer) : Json());
    inner.set("optimizer_map", std::move(by_name));
    Json map = Json::object();
    map.set("module", "keras.optimizers");
    map.set("class_name", "OptimizerMap");
    map.set("config", std::move(inner));
    map.set("registered_name", Json());
    config.set("optimizer_map", std::move(map));
    config.set("loss_scale_factor", Json());
  }
  void set_map(optimizers::OptimizerMap map) {
    map_ = std::move(map);
    inner_.clear();
    list();
  }

  std::vector<OptimizerPtr> inner() const override { return inner_; }

  void build(const std::vector<Value>& variables, bool start) override {
    if (built()) return;
    std::vector<std::vector<Value>> theirs(inner_.size());
    for (const Value& v : variables) {
      const size_t at = choose(variable_state(v).name());
      owner_[v.rep()->variable.get()] = at;
      theirs[at].push_back(v);
    }
    for (size_t i = 0; i < inner_.size(); ++i) {
      if (!theirs[i].empty()) inner_[i]->build(theirs[i], start);
    }
    Optimizer::build(variables, start);
  }
  void build_slots(const std::vector<Value>&) override {}
  void update(UpdateStep&, const Value&, const Value&, size_t) override {}

  void apply(UpdateStep& step, std::vector<Value> gradients,
             std::vector<Value> variables) override {
    build(variables, true);
    std::vector<std::vector<Value>> their_gradients(inner_.size()), theirs(inner_.size());
    for (size_t i = 0; i < variables.size() && i < gradients.size(); ++i) {
      const auto at = owner_.find(variables[i].rep()->variable.get());
      if (at == owner_.end()) {
        fail(Code::invalid_argument, "MultiOptimizer does not know the variable ",
             quoted(variable_state(variables[i]).name()));
      }
      their_gradients[at->second].push_back(gradients[i]);
      theirs[at->second].push_back(variables[i]);
    }
    for (size_t i = 0; i < inner_.size(); ++i) {
      if (!theirs[i].empty()) inner_[i]->apply(step, their_gradients[i], theirs[i]);
    }
    step.set(iterations(), step.get(iterations()) + 1);
  }

  std::vector<Value> variables() const override {
    std::vector<Value> out = Optimizer::variables();
    for (const OptimizerPtr& o : inner_) {
      for (const Value& v : o->variables()) out.push_back(v);
    }
    return out;
  }
  double learning_rate() const override {
    fail(Code::invalid_argument,
         "the learning rate of a MultiOptimizer is that of each of its "
         "optimizers");
  }
  void set_learning_rate(double) override { learning_rate(); }
  void finalize_variable_values() override {
    for (const OptimizerPtr& o : inner_) o->finalize_variable_values();
  }
  double default_learning_rate() const override { return 0; }

 private:
  void list() {
    const auto add = [&](const OptimizerPtr& o) {
      const auto same = [&](const OptimizerPtr& x) { return x.get() == o.get(); };
      if (std::none_of(inner_.begin(), inner_.end(), same)) inner_.push_back(o);
    };
    for (const auto& [pattern, o] : map_.by_name) add(o);
    add(map_.default_optimizer);
  }
  size_t choose(const std::string& name) const {
    const OptimizerPtr* chosen = &map_.default_optimizer;
    int matches = 0;
    for (const auto& [pattern, o] : map_.by_name) {
      if (pattern != name && !Regex(pattern).full_match(name)) continue;
      chosen = &o;
      ++matches;
      if (pattern == name) break;
    }
    if (matches > 1) {
      fail(Code::invalid_argument, "several optimizers are meant for variable ", quoted(name));
    }
    for (size_t i = 0; i < inner_.size(); ++i) {
      if (inner_[i].get() == chosen->get()) return i;
    }
    fail(Code::internal, "an optimizer that is not listed");
  }

  optimizers::OptimizerMap map_;
  std::vector<OptimizerPtr> inner_;
  std::map<const Opaque*, size_t> owner_;
};

}  // namespace

optimizers::MultiOptimizer::MultiOptimizer(const OptimizerMap& map)
    : OptimizerPtr([&] {
        Json inner = Json::object();
        inner.set("default_optimizer", optimizer_to_json(*map.default_optimizer));
        inner.set("optimizer_map", Json::object());
        Json config = Json::object();
        config.set("optimizer_map", std::move(inner));
        Json json = Json::object();
        json.set("class_name", "MultiOptimizer");
        json.set("config", std::move(config));
        OptimizerPtr made = optimizer_from_json(json);
        static_cast<Multi&>(*made).set_map(map);
        return made;
      }()) {}

void register_multi_optimizer(ObjectRegistry& registry) {
  registry.add_optimizer<Multi>("MultiOptimizer");
}

}  // namespace rill::keras
