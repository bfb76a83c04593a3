// Graphs as text for the tests of passes.
#pragma once

#include <string>
#include <vector>

#include "exec/prune.h"
#include "op/emit.h"
#include "passes/pipeline.h"

namespace rill::passes {

inline Tensor input(const char* name, const Shape& shape, DType dtype = DType::float32) {
  return emit("Placeholder", {}, {{"dtype", dtype}, {"shape", shape}}, name);
}

inline Tensor constant(const char* name, const Tensor& value) {
  return emit("Const", {}, {{"value", value}, {"dtype", value.dtype()}}, name);
}

// "name = Op(inputs)" a line, without attributes and constants.
inline std::string shape_of(const GraphImpl& graph) {
  std::string out;
  std::string text = dump(graph);
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.find(" = Const(") != std::string::npos || line.find(" = _Arg(") != std::string::npos) {
      continue;
    }
    if (const size_t brace = line.find(" {"); brace != std::string::npos) line.resize(brace);
    out += line + "\n";
  }
  return out;
}

// One graph under test; nodes made while it lives go into it.
class GraphUnderTest {
 public:
  GraphUnderTest() : scope_(graph_.impl()) {}

  // The graph of these fetches after the passes of these names.
  std::string after(std::initializer_list<std::string_view> names,
                    const std::vector<Tensor>& fetches, const std::vector<Tensor>& feeds = {}) {
    program(fetches, feeds);
    for (const std::string_view name : names) {
      for (const Pass& pass : pipeline()) {
        if (pass.name == name) {
          pass.run(program_);
          break;
        }
      }
    }
    compact(program_);
    return shape_of(*program_.graph);
  }
  std::string before(const std::vector<Tensor>& fetches, const std::vector<Tensor>& feeds = {}) {
    return after({}, fetches, feeds);
  }
  // The whole text of the last graph.
  std::string text() const { return dump(*program_.graph); }
  ProgramGraph& program() { return program_; }

 private:
  void program(const std::vector<Tensor>& fetches, const std::vector<Tensor>& feeds) {
    ProgramSpec spec;
    spec.graph = graph_.impl();
    for (const Tensor& t : fetches) spec.fetches.push_back({t.rep()->node, t.rep()->output});
    for (const Tensor& t : feeds) spec.feeds.push_back({t.rep()->node, t.rep()->output});
    program_ = prune(spec);
  }

  Graph graph_;
  GraphScope scope_;
  ProgramGraph program_;
};

}  // namespace rill::passes
