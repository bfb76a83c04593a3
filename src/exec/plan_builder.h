#pragma once

#include <map>
#include <memory>
#include <vector>

#include "exec/plan.h"
#include "op/shape_context.h"

namespace rill {

// Folded constants of more elements are made when they are needed.
inline constexpr int64_t kDeferredElements = 16384;

class PlanBuilder {
 public:
  PlanBuilder(const ProgramGraph& program, std::vector<FeedType> feeds, Runtime& runtime);
  std::shared_ptr<Plan> build();

 private:
  struct NodeFacts;  // what shape inference says of one node
  void add_feeds();
  void add_node(int id);
  void infer(const Node& node, NodeFacts& facts) const;
  bool fold(const Node& node, const NodeFacts& facts);
  bool alias_view(const Node& node, const NodeFacts& facts);
  void add_step(const Node& node, const NodeFacts& facts);
  void prepare_steps();
  void prepare_step(Step& step);
  // The elements of a constant slot; computes them when that was put off.
  const Tensor& value_of(int slot);
  void forget_values();
  int new_slot(DType dtype, const Shape& shape, SlotKind kind);
  int slot_of(Endpoint e) const;
  int root(int slot) const;

  void drop_unused();
  void check_sizes() const;
  void sink_assignments();
  void fuse_elementwise();
  void mark_fetches();
  void mark_variables();
  void gather_updates();
  void find_lifetimes();
  void share_in_place();
  void place();
  void lay_out_pointers();

  const ProgramGraph& program_;
  const GraphImpl& graph_;
  Runtime& runtime_;
  std::shared_ptr<Plan> plan_;
  std::vector<std::vector<int>> slots_of_node_;
  // Large constants that are computed when a step asks for them, and not kept when it packs them.
  std::map<int, const Node*> deferred_;
  std::vector<int> last_use_;  // by root slot: step index; steps_.size() when fetched
  std::vector<int> first_use_;
  std::vector<int> buffer_;  // by root slot: the root whose memory it takes
};

}  // namespace rill
