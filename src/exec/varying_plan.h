// One plan for feeds that come in a new shape each time: the body of a loop whose tensors grow. To
// plan each shape anew would take longer than to run it. Results are the same on either plan: a
// program that would have to do without packed weights gets no such plan.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "exec/plan.h"

namespace rill {

class VaryingPlan {
 public:
  // A run found a plan of its own. Any thread.
  void met_again() { new_shapes_ = 0; }
  // For feeds that have no plan of their own: the plan for all the shapes that came lately. Null
  // when these deserve one: few new shapes came in a row, or these twice. One thread at a time.
  std::shared_ptr<Plan> plan_for(const std::vector<FeedType>& feeds, const ProgramGraph& program,
                                 Runtime& runtime);

 private:
  std::atomic<int> new_shapes_ = 0;
  bool needs_packing_ = false;
  std::vector<FeedType> last_;
  std::vector<FeedType> common_;  // what all of them have in common
  std::shared_ptr<Plan> plan_;    // for common_; null: not made yet
};

}  // namespace rill
