#include "autodiff/recorder.h"

#include <utility>

#include "base/fail.h"
#include "op/variable.h"

namespace rill::autodiff {
namespace {

class Row final : public EmitListener {
 public:
  void emitted(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs,
               std::span<const Value> outputs) override {
    for (Recorder* recorder : open) recorder->record(def, attrs, inputs, outputs, nullptr);
  }
  std::vector<Recorder*> open;
};

bool is_trainable_variable(const Value& value) {
  if (!value.is_variable()) return false;
  const auto* state = dynamic_cast<const VariableState*>(value.rep()->variable.get());
  return state == nullptr || state->trainable();
}

Row& row() {
  thread_local Row all;
  return all;
}

}  // namespace

void Recorder::open() {
  Row& all = row();
  if (all.open.empty()) set_emit_listener(&all);
  all.open.push_back(this);
}

void Recorder::close() {
  Row& all = row();
  if (std::erase(all.open, this) > 0 && all.open.empty()) set_emit_listener(nullptr);
}

void Recorder::record(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs,
                      std::span<const Value> outputs,
                      std::shared_ptr<const CustomGradient> custom) {
  if (paused) return;
  bool depends = false;
  for (const Value& input : inputs) {
    if (!is_differentiable(input.dtype())) continue;
    const ValueKey key = key_of(input);
    if (options_.watch_accessed_variables && is_trainable_variable(input) &&
        active_.insert(key).second) {
      variables_.push_back(input);
    }
    depends = depends || active_.contains(key);
  }
  if (!depends || (def.not_differentiable && !custom)) return;
  for (const Value& output : outputs) {
    if (is_differentiable(output.dtype())) active_.insert(key_of(output));
  }
  records_.push_back({&def, attrs, Values(inputs.begin(), inputs.end()),
                      Values(outputs.begin(), outputs.end()), std::move(custom)});
}

void Recorder::watch(const Value& value) {
  if (!value || !(is_floating(value.dtype()) || is_complex(value.dtype()) ||
                  value.dtype() == DType::resource)) {
    fail(Code::invalid_argument, "a tape watches floating or complex tensors; this one is ",
         value ? dtype_name(value.dtype()) : "empty");
  }
  // A C++ number would be converted, and so be another value, where it is used.
  if (value.is_weak()) value.rep()->weak = false;
  if (value.is_variable() && active_.insert(key_of(value)).second) variables_.push_back(value);
  active_.insert(key_of(value));
  watched_.push_back(value);
}

void Recorder::reset() {
  records_.clear();
  active_.clear();
  variables_.clear();
  watched_.clear();
  used_ = false;
}

void Recorder::use() {
  if (used_ && !options_.persistent) {
    fail(Code::failed_precondition,
         "a tape that is not persistent gives one gradient only; make it with {.persistent = "
         "true}");
  }
  used_ = true;
  if (!options_.persistent) close();
}

Values Recorder::gradients(const BackpropRequest& request) {
  struct Quiet {
    bool& paused;
    bool before = std::exchange(paused, true);
    ~Quiet() { paused = before; }
  };
  const Quiet quiet{paused};
  return backprop(records_, request);
}

StopAllRecorders::StopAllRecorders() : before_(set_emit_listener(nullptr)) {}
StopAllRecorders::~StopAllRecorders() { set_emit_listener(before_); }

bool is_recording() { return !row().open.empty(); }

void record_call(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs,
                 std::span<const Value> outputs,
                 const std::shared_ptr<const CustomGradient>& custom) {
  for (Recorder* recorder : row().open) recorder->record(def, attrs, inputs, outputs, custom);
}

}  // namespace rill::autodiff
