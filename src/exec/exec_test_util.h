// Small programs for the tests of the executor.
#pragma once

#include <string>
#include <vector>

#include "exec/program.h"
#include "op/emit.h"

namespace rill {

inline Tensor input(const char* name, const Shape& shape, DType dtype = DType::float32) {
  return emit("Placeholder", {}, {{"dtype", dtype}, {"shape", shape}}, name);
}

// A graph that grows while this lives, and programs over it.
class ExecTest {
 public:
  ExecTest() : store(make_resource_store()), scope_(graph.impl()) {}

  std::shared_ptr<Program> program(const std::vector<Tensor>& fetches,
                                   const std::vector<Tensor>& feeds = {},
                                   const std::vector<Tensor>& targets = {}) {
    ProgramSpec spec;
    spec.graph = graph.impl();
    for (const Tensor& t : fetches) spec.fetches.push_back({t.rep()->node, t.rep()->output});
    for (const Tensor& t : feeds) spec.feeds.push_back({t.rep()->node, t.rep()->output});
    for (const Tensor& t : targets) spec.targets.push_back(t.rep()->node);
    return Program::make(std::move(spec), store, options);
  }

  Graph graph;
  ExecOptions options;
  std::shared_ptr<ResourceStore> store;

 private:
  GraphScope scope_;
};

}  // namespace rill
