#include "exec/varying_plan.h"

#include <algorithm>
#include <utility>

namespace rill {
namespace {

// What the two have in common, in `a`; true when that is less than before.
bool narrow(Shape& a, const Shape& b) {
  if (!a.has_rank() || a == b) return false;
  if (!b.has_rank() || a.rank() != b.rank()) {
    a = Shape::unknown_rank();
    return true;
  }
  Shape common;
  for (int d = 0; d < a.rank(); ++d) common.push_back(a[d] == b[d] ? a[d] : -1);
  return !(std::exchange(a, common) == common);
}

}  // namespace

std::shared_ptr<Plan> VaryingPlan::plan_for(const std::vector<FeedType>& feeds,
                                            const ProgramGraph& program, Runtime& runtime) {
  constexpr int kPatience = 4;
  if (needs_packing_) return nullptr;
  const bool repeated = last_ == feeds;
  last_ = feeds;
  if (++new_shapes_ == 1) common_.clear();
  const bool comparable =
      std::equal(common_.begin(), common_.end(), feeds.begin(), feeds.end(),
                 [](const FeedType& a, const FeedType& b) { return a.dtype == b.dtype; });
  if (!comparable) {
    common_ = feeds;
    plan_ = nullptr;
  }
  for (size_t i = 0; i < feeds.size(); ++i) {
    const bool less = narrow(common_[i].shape, feeds[i].shape);
    if (narrow(common_[i].behind, feeds[i].behind) || less) plan_ = nullptr;
  }
  if (repeated || new_shapes_ < kPatience) return nullptr;
  if (!plan_) {
    plan_ = Plan::make(program, common_, runtime);
    needs_packing_ = plan_->lacks_packing();
    if (needs_packing_) plan_ = nullptr;
  }
  return plan_;
}

}  // namespace rill
