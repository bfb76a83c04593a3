#include "keras/core/weights.h"

#include <map>
#include <mutex>
#include <set>

#include "base/fail.h"
#include "keras/core/initializer.h"

namespace rill::keras {
namespace {

thread_local bool deferred = false;

// What an uninitialised variable will start with: kept with the variable, not in the layer.
struct Pending {
  std::mutex mutex;
  std::map<std::weak_ptr<Opaque>, Initializer, std::owner_less<>> items;
};
Pending& pending() {
  static Pending& made = *new Pending();
  return made;
}

}  // namespace

VariableState& variable_state(const Value& variable) {
  return static_cast<VariableState&>(*variable.rep()->variable);
}

Value make_variable(const std::string& name, DType dtype, const Shape& shape,
                    const Initializer& initializer) {
  auto state = std::make_shared<VariableState>(name, dtype, shape);
  const Initializer initial = seeded(initializer);
  if (deferred) {
    Pending& all = pending();
    std::lock_guard lock(all.mutex);
    all.items.emplace(std::weak_ptr<Opaque>(state), initial);
  } else {
    state->assign(initial_value(initial, shape, dtype));
  }
  return Tensor::of_variable(std::move(state), dtype, shape);
}

DeferInitializers::DeferInitializers() : before_(deferred) { deferred = true; }
DeferInitializers::~DeferInitializers() { deferred = before_; }

void initialize_missing(Layer& layer) {
  Pending& all = pending();
  for (const Value& variable : layer.weights()) {
    VariableState& state = variable_state(variable);
    Initializer initializer;
    {
      std::lock_guard lock(all.mutex);
      const auto found = all.items.find(std::weak_ptr<Opaque>(variable.rep()->variable));
      if (found != all.items.end()) {
        initializer = found->second;
        all.items.erase(found);
      }
    }
    if (!state.initialized()) {
      state.assign(initial_value(initializer, state.shape(), state.dtype()));
    }
  }
}

// -- Lists of weights, in Keras' order. --------------------------------------------------------

void Layer::collect(std::vector<Value>& out, bool trainable, bool frozen) const {
  const bool all_frozen = frozen || !trainable_;
  const auto take = [&](bool own_trainable) {
    for (const Weight& w : weights_) {
      if (w.trainable == own_trainable) out.push_back(w.value);
    }
  };
  if (trainable) {
    if (!all_frozen) take(true);
  } else {
    if (all_frozen) take(true);
    take(false);
  }
  for (const auto& [attribute, layer] : sublayers_) layer->collect(out, trainable, all_frozen);
  for (const auto& layer : layers()) layer->collect(out, trainable, all_frozen);
}

namespace {
std::vector<Value> without_repeats(std::vector<Value> values) {
  std::set<const Opaque*> seen;
  std::vector<Value> out;
  for (Value& v : values) {
    if (seen.insert(v.rep()->variable.get()).second) out.push_back(std::move(v));
  }
  return out;
}
}  // namespace

std::vector<Value> Layer::trainable_weights() const {
  std::vector<Value> out;
  collect(out, true, false);
  return without_repeats(std::move(out));
}

std::vector<Value> Layer::non_trainable_weights() const {
  std::vector<Value> out;
  collect(out, false, false);
  return without_repeats(std::move(out));
}

std::vector<Value> Layer::weights() const {
  std::vector<Value> out;
  for (const bool trainable : {true, false}) {
    for (const Weight& w : weights_) {
      if (w.among_trainable == trainable) out.push_back(w.value);
    }
  }
  const auto add = [&out](const Layer& layer) {
    for (Value& v : layer.weights()) out.push_back(std::move(v));
  };
  for (const auto& [attribute, layer] : sublayers_) add(*layer);
  for (const auto& layer : layers()) add(*layer);
  return without_repeats(std::move(out));
}

int64_t Layer::count_params() const {
  int64_t count = 0;
  for (const Value& v : weights()) count += v.shape().num_elements();
  return count;
}

std::vector<Tensor> Layer::get_weights() const {
  std::vector<Tensor> out;
  for (const Value& v : weights()) out.push_back(variable_state(v).read().clone());
  return out;
}

void Layer::set_weights(const std::vector<Tensor>& values) {
  const std::vector<Value> own = weights();
  if (own.size() != values.size()) {
    fail(Code::invalid_argument, "layer ", quoted(name_), " (", class_name(), ") has ", own.size(),
         " weights; ", values.size(), " were given");
  }
  for (size_t i = 0; i < own.size(); ++i) {
    const VariableState& state = variable_state(own[i]);
    if (!(state.shape() == values[i].shape())) {
      fail(Code::invalid_argument, "layer ", quoted(name_), " (", class_name(), "): weight ",
           quoted(state.name()), " has shape ", state.shape(), "; a value of shape ",
           values[i].shape(), " was given");
    }
  }
  for (size_t i = 0; i < own.size(); ++i) variable_state(own[i]).assign(values[i]);
}

}  // namespace rill::keras
