#include "op/capture.h"

#include "op/emit.h"
#include "op/registry.h"

namespace rill {
namespace {

CaptureScope*& innermost() {
  thread_local CaptureScope* scope = nullptr;
  return scope;
}

}  // namespace

CaptureScope::CaptureScope(FunctionBody& body, std::shared_ptr<GraphImpl> outer)
    : body_(body), outer_(std::move(outer)), before_(innermost()) {
  innermost() = this;
}

CaptureScope::~CaptureScope() { innermost() = before_; }

CaptureScope* CaptureScope::of(const GraphImpl* graph) {
  for (CaptureScope* scope = innermost(); scope != nullptr; scope = scope->before_) {
    if (scope->body_.graph.get() == graph) return scope;
  }
  return nullptr;
}

Value CaptureScope::capture(const Value& value) {
  // A value from further outside comes in through each body on the way.
  const Value outside = to_graph(outer_, value);
  for (size_t i = 0; i < captured_.size(); ++i) {
    if (captured_[i].rep()->node == outside.rep()->node &&
        captured_[i].rep()->output == outside.rep()->output) {
      return arguments_[i];
    }
  }
  AttrMap attrs{{"T", outside.dtype()}, {"index", static_cast<int64_t>(body_.args.size())}};
  if (outside.shape().has_rank()) {
    attrs.set("_output_shapes", std::vector<Shape>{outside.shape()});
  }
  Values argument = add_op_node(body_.graph, require_op("_Arg"), {}, std::move(attrs), "/captured");
  body_.args.push_back(argument[0].rep()->node);
  captured_.push_back(outside);
  arguments_.push_back(argument[0]);
  return argument[0];
}

}  // namespace rill
