// Keras models that live in a session.
#include "base/fail.h"
#include "graph/graph.h"
#include "io/keras_formats.h"
#include "keras/core/weights.h"
#include "keras/models/model_layer.h"
#include "op/emit.h"
#include "op/registry.h"
#include "session/session_impl.h"

namespace rill::io {
namespace {

// The node under which calls on symbolic tensors find the variable.
void bind_variable(const std::shared_ptr<GraphImpl>& graph, ResourceStore& resources,
                   const Value& variable) {
  const VariableState& state = keras::variable_state(variable);
  const std::string name = graph->unique_name(state.name().empty() ? "Variable" : state.name());
  add_op_node(graph, require_op("VarHandleOp"), {},
              {{"dtype", state.dtype()},
               {"shape", state.shape()},
               {"shared_name", name},
               {"container", ""}},
              "/" + name);
  graph->bound_resources[name] = variable.rep()->variable;
  resources.put("", name, variable.rep()->variable);
}

// Runs of the model are runs of the session: closing waits for them.
class SessionGuard final : public keras::RunGuard {
 public:
  SessionGuard(const Session& session, std::string model)
      : session_(session.impl()), session_name_(session.name()), model_(std::move(model)) {}

  std::shared_ptr<void> enter() override {
    std::shared_ptr<SessionImpl> session = session_.lock();
    if (!session || !session->enter()) {
      fail(Code::failed_precondition, "model ", quoted(model_), " lives in ", session_name_,
           ", and the session is closed");
    }
    return session;
  }
  void leave(void* held) noexcept override { static_cast<SessionImpl*>(held)->leave(); }

 private:
  std::weak_ptr<SessionImpl> session_;
  std::string session_name_;
  std::string model_;
};

}  // namespace

void adopt_into_session(const keras::Model& model, const Session& session) {
  const std::shared_ptr<GraphImpl> graph = session.graph().impl();
  const std::shared_ptr<ResourceStore> resources = session.impl()->resources();
  {
    std::lock_guard lock(graph->mutex());
    for (const Value& variable : model.weights()) bind_variable(graph, *resources, variable);
  }
  model.impl()->set_guard(std::make_unique<SessionGuard>(session, model.name()));
}

}  // namespace rill::io
