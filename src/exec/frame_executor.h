// Runs graphs with the control flow of TensorFlow 1: Switch, Merge, Enter, Exit, NextIteration.
//
// A token machine: a node fires when all its inputs have arrived; the side of a Switch that was not
// taken sends "dead" tokens, which kill what they reach until a Merge. Each Enter opens a frame
// (a loop), each NextIteration moves to the frame's next iteration
// (Yu et al., Dynamic Control Flow in Large-Scale Machine Learning, EuroSys 2018, section 4).
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "exec/plan.h"

namespace rill {

// Switch, Merge, Enter, Exit, NextIteration, LoopCond and their forms for references: ops without
// a kernel, which a FrameExecutor knows.
bool is_control_flow_v1(std::string_view op);

class FrameExecutor {
 public:
  explicit FrameExecutor(const ProgramGraph& program);

  // Any number of threads at once.
  void run(std::span<const Tensor> feeds, std::span<Tensor> outputs, Runtime& runtime) const;

 private:
  friend class FrameRun;
  enum class Role : uint8_t { plain, merge, switch_, enter, exit, next_iteration, argument };
  struct Edge {
    int node;
    int input;   // -1: control
    int output;  // of the producer; -1: control
  };
  struct NodeInfo {
    Role role = Role::plain;
    int data_inputs = 0;
    int controls = 0;
    bool may_wait = false;
    bool invariant = false;  // Enter with is_constant
    std::string frame;       // Enter: the frame it opens
    int argument = -1;
    std::unique_ptr<PreparedCache> cache;  // ops that are prepared: loops do it once
    std::vector<Edge> consumers;
    std::vector<std::pair<int, int>> fetches;  // output, place
  };

  void find_frames();

  std::shared_ptr<GraphImpl> graph_;
  std::vector<NodeInfo> nodes_;
  std::vector<int> sources_;  // nodes without any input
  // The Exit nodes of each frame, by the name of the frame.
  std::map<std::string, std::vector<int>> exits_;
  std::vector<Endpoint> fetches_;
};

// Whether the graph needs this executor.
bool has_control_flow_v1(const GraphImpl& graph);

}  // namespace rill
