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

}  // namespace

void adopt_into_session(const keras::Model& model, const Session& session) {
  const std::shared_ptr<GraphImpl> graph = session.graph().impl();
  const std::shared_ptr<ResourceStore> resources = session.impl()->resources();
  {
    std::lock_guard lock(graph->mutex());
    for (const Value& variable : model.weights()) bind_variable(graph, *resources, variable);
  }
  std::weak_ptr<SessionImpl> owner = session.impl();
  model.impl()->set_guard([owner, name = model.name(), session_name = session.name()] {
    const std::shared_ptr<SessionImpl> alive = owner.lock();
    if (alive && !alive->closed()) return;
    fail(Code::failed_precondition, "model ", quoted(name), " lives in ", session_name,
         ", and the session is closed");
  });
}

}  // namespace rill::io
