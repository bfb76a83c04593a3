// Optimizers from names, options and configs, and configs of optimizers.
#include "keras/optimizers/detail/make.h"

#include <algorithm>
#include <mutex>

#include "base/ascii.h"
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/naming.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"

namespace rill::keras {

// The door to what all optimizers have.
class OptimizerFactory {
 public:
  using Flavour = Optimizer::Flavour;

  static std::shared_ptr<Optimizer> make(const std::string& given, const Json& config);
  static Json config_of(Optimizer& o);
  static void write_legacy(const Optimizer& o, const Json& fields, const Json& rate, Json& config);
  static void visit(Optimizer& o, ConfigVisitor& v);
  static void set_rate(Optimizer& o, const LearningRate& rate);
  static void set_inner_scale(Optimizer& o, std::optional<double> factor) {
    o.loss_scale_factor_ = factor;
  }

 private:
  static Flavour flavour_of(const Json& config);
  static void check(const Optimizer& o);
};

namespace {

// "Custom>Adam", "Experimental>SGD", "experimentalAdam": what versions of Keras 2 wrote.
std::string plain_name(std::string name) {
  if (const size_t at = name.find('>'); at != std::string::npos) name = name.substr(at + 1);
  return name;
}

// Keys that mean nothing here, or that older versions wrote.
bool is_ignored(const std::string& key) {
  static constexpr const char* kIgnored[] = {
      "jit_compile",    "is_legacy_optimizer", "name",    "learning_rate", "lr", "decay",
      "schedule_decay", "adaptive_epsilon",    "foreach", "build_config"};
  return std::any_of(std::begin(kIgnored), std::end(kIgnored),
                     [&](const char* known) { return key == known; });
}

}  // namespace

OptimizerFactory::Flavour OptimizerFactory::flavour_of(const Json& config) {
  if (const Json* inner = config.find("inner_optimizer")) {
    const Json* settings = inner->is_object() ? inner->find("config") : nullptr;
    return settings ? flavour_of(*settings) : Flavour::keras3;
  }
  if (const Json* legacy = config.find("is_legacy_optimizer")) {
    return legacy->is_bool() && legacy->as_bool() ? Flavour::legacy : Flavour::keras2;
  }
  if (config.contains("jit_compile")) return Flavour::keras2;
  // Before tf_keras 2.11 every config had a decay, or the short "lr".
  if (config.contains("decay") || config.contains("lr")) return Flavour::legacy;
  return Flavour::keras3;
}

void OptimizerFactory::set_rate(Optimizer& o, const LearningRate& rate) {
  o.rate_ = rate;
  o.rate_variable_ = Value();
  if (rate.function()) return;
  o.rate_variable_ = Optimizer::hidden_variable(str(o.name_, "/learning_rate"),
                                                Tensor::scalar(static_cast<float>(rate.value())));
}

void OptimizerFactory::visit(Optimizer& o, ConfigVisitor& v) {
  v("weight_decay", o.weight_decay_);
  v("clipnorm", o.clipnorm_);
  v("global_clipnorm", o.global_clipnorm_);
  v("clipvalue", o.clipvalue_);
  v("use_ema", o.use_ema_);
  v("ema_momentum", o.ema_momentum_);
  v("ema_overwrite_frequency", o.ema_overwrite_frequency_);
  if (v.reading() || o.flavour_ == Flavour::keras3) {
    v("loss_scale_factor", o.loss_scale_factor_);
    v("gradient_accumulation_steps", o.accumulation_steps_);
  }
  o.visit_config(v);
}

void OptimizerFactory::check(const Optimizer& o) {
  const auto refuse = [&](auto&&... what) {
    fail(Code::invalid_argument, "optimizer ", o.class_name_, ": ", what...);
  };
  if (o.accumulation_steps_ && *o.accumulation_steps_ < 2) {
    refuse("gradient_accumulation_steps must be at least 2, not ", *o.accumulation_steps_);
  }
  if (o.use_ema_ && (o.ema_momentum_ > 1 || o.ema_momentum_ < 0)) {
    refuse("ema_momentum must be in [0, 1], not ", o.ema_momentum_);
  }
  if (o.ema_overwrite_frequency_ && *o.ema_overwrite_frequency_ < 1) {
    refuse("ema_overwrite_frequency must be at least 1, not ", *o.ema_overwrite_frequency_);
  }
  const int clips = (o.clipnorm_ ? 1 : 0) + (o.clipvalue_ ? 1 : 0) + (o.global_clipnorm_ ? 1 : 0);
  if (clips > 1 && o.flavour_ == Flavour::keras3) {
    refuse("only one of clipnorm, clipvalue and global_clipnorm can be set");
  }
  if (o.loss_scale_factor_ && !(*o.loss_scale_factor_ > 0)) {
    refuse("loss_scale_factor must be positive, not ", *o.loss_scale_factor_);
  }
}

std::shared_ptr<Optimizer> OptimizerFactory::make(const std::string& given, const Json& config) {
  const std::string wanted = plain_name(given);
  const auto& known = object_registry().optimizers();
  std::shared_ptr<Optimizer> made;
  std::vector<std::string> names;
  for (const auto& [name, maker] : known) {
    if (ascii::lower(name) == ascii::lower(wanted)) {
      made = maker();
      made->class_name_ = name;
    }
    names.push_back(name);
  }
  if (!made) {
    fail(Code::invalid_argument, "unknown optimizer ", quoted(given), did_you_mean(wanted, names));
  }
  Optimizer& o = *made;
  o.flavour_ = flavour_of(config);
  const Json* name = config.find("name");
  o.name_ = name && name->is_string() && !name->as_string().empty()
                ? name->as_string()
                : unique_layer_name(o.class_name_);
  o.iterations_ =
      Optimizer::hidden_variable(o.flavour_ == Flavour::keras3   ? str(o.name_, "/iteration")
                                 : o.flavour_ == Flavour::keras2 ? std::string("iteration")
                                                                 : str(o.name_, "/iter"),
                                 Tensor::scalar(int64_t{0}));

  Json allowed = Json::object();
  write_fields(allowed, [&](ConfigVisitor& v) { visit(o, v); });
  auto* holder = dynamic_cast<HoldsOptimizers*>(made.get());
  if (holder) holder->write_inner(allowed);
  std::vector<std::string> keys;
  for (const auto& [key, value] : allowed.as_object()) keys.push_back(key);
  keys.push_back("learning_rate");
  keys.push_back("loss_scale_factor");
  keys.push_back("gradient_accumulation_steps");
  for (const auto& [key, value] : config.as_object()) {
    if (is_ignored(key) || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    fail(Code::invalid_argument, "optimizer ", o.class_name_, " has no argument ", quoted(key),
         did_you_mean(key, keys));
  }
  try {
    read_fields(config, [&](ConfigVisitor& v) { visit(o, v); });
    LearningRate rate(o.default_learning_rate());
    const Json* given_rate = config.find("learning_rate");
    if (!given_rate) given_rate = config.find("lr");
    if (given_rate && given_rate->is_object() && given_rate->contains("class_name") &&
        !given_rate->at("config").contains("value")) {
      rate = LearningRate(schedules::from_json(given_rate->dump()));
    } else if (given_rate && given_rate->is_number()) {
      rate = LearningRate(given_rate->as_double());
    } else if (given_rate && !given_rate->is_null()) {
      // A tensor: {"class_name": "__tensor__", "config": {"value": 0.1}}.
      double value = rate.value();
      read_fields(config, [&](ConfigVisitor& v) { v("learning_rate", value); });
      rate = LearningRate(value);
    }
    set_rate(o, rate);
    // That of Nadam is another one: its momentum schedule.
    if (o.flavour_ == Flavour::legacy && o.class_name_ != "Nadam") {
      o.legacy_decay_ = config.value("decay", 0.0);
    }
    if (holder) holder->read_inner(config);
  } catch (const InvalidArgumentError& error) {
    rethrow_with_context(error, str("optimizer ", o.class_name_));
  }
  check(o);
  return made;
}

// tf_keras/src/optimizers/legacy/optimizer_v2.py: what it does not know it refuses, and settings of
// gradients are there only when they are given.
void OptimizerFactory::write_legacy(const Optimizer& o, const Json& fields, const Json& rate,
                                    Json& config) {
  config.set("learning_rate", rate);
  if (o.class_name_ != "Nadam") config.set("decay", o.legacy_decay_);
  for (const auto& [key, value] : fields.as_object()) {
    const bool clips = key.starts_with("clip") || key == "global_clipnorm";
    const bool newer = key == "weight_decay" || key.find("ema") != std::string::npos;
    if (!newer && !(clips && value.is_null())) config.set(key, value);
  }
}

Json OptimizerFactory::config_of(Optimizer& o) {
  Json config = Json::object();
  auto* holder = dynamic_cast<HoldsOptimizers*>(&o);
  // tf_keras refuses a name for what holds another one.
  if (!holder || o.flavour_ == Flavour::keras3) config.set("name", o.name_);
  if (holder) {
    holder->write_inner(config);
    return config;
  }
  const bool last = o.flavour_ != Flavour::keras3;
  Json rate;
  if (o.rate_.schedule()) {
    rate = Json::parse(schedules::to_json(o.rate_.schedule()));
  } else if (!o.rate_.function()) {
    rate = o.learning_rate();
  } else {
    rate = 0.5;  // as Keras writes a function
  }
  if (!last) config.set("learning_rate", rate);
  Json fields = Json::object();
  write_fields(fields, [&](ConfigVisitor& v) { visit(o, v); });
  if (o.flavour_ == Flavour::legacy) {
    write_legacy(o, fields, rate, config);
    return config;
  }
  bool rate_written = !last;
  for (const auto& [key, value] : fields.as_object()) {
    config.set(key, value);
    if (key == "ema_overwrite_frequency" && !rate_written) {
      config.set("jit_compile", false);
      config.set("is_legacy_optimizer", o.flavour_ == Flavour::legacy);
      config.set("learning_rate", rate);
      rate_written = true;
    }
  }
  return config;
}

Json optimizer_to_json(Optimizer& optimizer) {
  Json out = Json::object();
  out.set("module", "keras.optimizers");
  out.set("class_name", optimizer.class_name());
  out.set("config", OptimizerFactory::config_of(optimizer));
  out.set("registered_name", Json());
  return out;
}

OptimizerPtr optimizer_from_json(const Json& json) {
  if (json.is_string()) return OptimizerPtr(json.as_string());
  const Json* name = json.find("class_name");
  if (!name || !name->is_string()) {
    fail(Code::invalid_argument, "an optimizer's config has no class_name");
  }
  const Json* config = json.find("config");
  return OptimizerPtr(OptimizerFactory::make(
      name->as_string(), config && config->is_object() ? *config : Json::object()));
}

OptimizerPtr optimizer_from_json(const std::string& text) {
  return optimizer_from_json(Json::parse(text, "the config of an optimizer"));
}

std::string Optimizer::to_json() const {
  return optimizer_to_json(const_cast<Optimizer&>(*this)).dump();
}

OptimizerPtr::OptimizerPtr(const char* name) : OptimizerPtr(std::string(name)) {}
OptimizerPtr::OptimizerPtr(const std::string& name)
    : optimizer_(OptimizerFactory::make(name, Json::object())) {}

void set_loss_scale_factor(Optimizer& optimizer, std::optional<double> factor) {
  OptimizerFactory::set_inner_scale(optimizer, factor);
}

OptimizerPtr make_optimizer(const std::string& class_name, const OptimizerOptions& o) {
  Json config = Json::object();
  const auto put = [&](const char* key, const auto& field) {
    if (field) config.set(key, Json(*field));
  };
  if (!o.name.empty()) config.set("name", o.name);
  put("momentum", o.momentum);
  put("nesterov", o.nesterov);
  put("rho", o.rho);
  put("centered", o.centered);
  put("beta_1", o.beta_1);
  put("beta_2", o.beta_2);
  put("epsilon", o.epsilon);
  put("amsgrad", o.amsgrad);
  put("initial_accumulator_value", o.initial_accumulator_value);
  put("learning_rate_power", o.learning_rate_power);
  put("l1_regularization_strength", o.l1_regularization_strength);
  put("l2_regularization_strength", o.l2_regularization_strength);
  put("l2_shrinkage_regularization_strength", o.l2_shrinkage_regularization_strength);
  put("beta", o.beta);
  put("beta_2_decay", o.beta_2_decay);
  put("epsilon_1", o.epsilon_1);
  put("epsilon_2", o.epsilon_2);
  put("clip_threshold", o.clip_threshold);
  put("relative_step", o.relative_step);
  put("warmup_steps", o.warmup_steps);
  put("adam_beta_1", o.adam_beta_1);
  put("adam_beta_2", o.adam_beta_2);
  put("adam_weight_decay", o.adam_weight_decay);
  put("adam_lr_ratio", o.adam_lr_ratio);
  put("ns_steps", o.ns_steps);
  put("rms_rate", o.rms_rate);
  put("exclude_embeddings", o.exclude_embeddings);
  put("weight_decay", o.weight_decay);
  put("clipnorm", o.clipnorm);
  put("clipvalue", o.clipvalue);
  put("global_clipnorm", o.global_clipnorm);
  put("use_ema", o.use_ema);
  put("ema_momentum", o.ema_momentum);
  put("ema_overwrite_frequency", o.ema_overwrite_frequency);
  put("loss_scale_factor", o.loss_scale_factor);
  put("gradient_accumulation_steps", o.gradient_accumulation_steps);
  auto made = OptimizerFactory::make(class_name, config);
  if (o.learning_rate) OptimizerFactory::set_rate(*made, *o.learning_rate);
  return OptimizerPtr(std::move(made));
}

namespace optimizers {
SGD::SGD(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("SGD", o)) {}
RMSprop::RMSprop(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("RMSprop", o)) {}
Adam::Adam(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Adam", o)) {}
AdamW::AdamW(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("AdamW", o)) {}
Adadelta::Adadelta(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Adadelta", o)) {}
Adagrad::Adagrad(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Adagrad", o)) {}
Adamax::Adamax(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Adamax", o)) {}
Adafactor::Adafactor(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Adafactor", o)) {}
Nadam::Nadam(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Nadam", o)) {}
Ftrl::Ftrl(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Ftrl", o)) {}
Lion::Lion(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Lion", o)) {}
Lamb::Lamb(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Lamb", o)) {}
Muon::Muon(const OptimizerOptions& o) : OptimizerPtr(make_optimizer("Muon", o)) {}
ScheduleFreeAdamW::ScheduleFreeAdamW(const OptimizerOptions& o)
    : OptimizerPtr(make_optimizer("ScheduleFreeAdamW", o)) {}
}  // namespace optimizers
}  // namespace rill::keras
