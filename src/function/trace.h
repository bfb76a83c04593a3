// One trace: part of a graph with feeds and fetches, run as a Program; and the same with what its
// gradient needs.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "autodiff/backprop.h"
#include "exec/program.h"

namespace rill {

class Trace {
 public:
  // `variables`: values of kind variable that the graph reads or writes, in the order of `handles`.
  struct Parts {
    std::shared_ptr<GraphImpl> graph;
    std::vector<Endpoint> feeds;
    std::vector<Endpoint> fetches;
    std::vector<int> targets;
    Values variables;
    std::vector<Endpoint> handles;
  };
  Trace(Parts parts, const ExecOptions& options);

  // Under an open recorder the call is recorded with its gradient, which is a Trace too: so it has
  // a gradient in turn.
  Values run(const Values& inputs);

 private:
  struct Gradient;
  std::shared_ptr<Gradient> gradient();
  Values run_recorded(const Values& inputs);
  std::shared_ptr<Program> compile(std::vector<Endpoint> feeds, std::vector<Endpoint> fetches,
                                   std::vector<int> targets, bool freeze) const;

  Parts parts_;
  ExecOptions options_;
  std::mutex mutex_;
  std::shared_ptr<Program> program_;
  std::shared_ptr<Gradient> gradient_;
};

}  // namespace rill
