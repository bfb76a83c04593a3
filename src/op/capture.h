// Bodies of functions that are traced inside another graph: what they use of the outside becomes an
// argument.
#pragma once

#include <memory>
#include <vector>

#include "graph/graph.h"

namespace rill {

// While it lives, a value of another graph (or a variable, or a table) that an op inside
// `body.graph` takes is captured: the body gets one more _Arg for it. Scopes nest.
class CaptureScope {
 public:
  // `outer`: the graph in which the body will be called.
  CaptureScope(FunctionBody& body, std::shared_ptr<GraphImpl> outer);
  CaptureScope(const CaptureScope&) = delete;
  CaptureScope& operator=(const CaptureScope&) = delete;
  ~CaptureScope();

  // Values of the outer graph, one for each argument that was added.
  const Values& captured() const { return captured_; }
  // The argument that stands for a value of the outside.
  Value capture(const Value& value);
  const std::shared_ptr<GraphImpl>& outer() const { return outer_; }

  // The scope whose body is `graph`; null: none.
  static CaptureScope* of(const GraphImpl* graph);

 private:
  FunctionBody& body_;
  std::shared_ptr<GraphImpl> outer_;
  Values captured_;
  Values arguments_;
  CaptureScope* before_;
};

}  // namespace rill
