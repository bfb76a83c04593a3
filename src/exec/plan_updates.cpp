// Updates of variables, as optimizers make them: a step whose every output replaces the value of a
// variable that it also reads runs in place where nobody else holds that value. For that the step
// and its assignments stand together, behind all that still reads the old values.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "exec/plan_builder.h"
#include "op/node_access.h"
#include "op/variable.h"

namespace rill {
namespace {

bool is_assignment(const Step& step) { return step.def->name == "AssignVariableOp"; }

std::string variable_name(const Step& handle) {
  const NodeAccess access(*handle.def, handle.node->attrs, handle.node->name);
  const std::string shared = access.attr_or<std::string>("shared_name", "");
  return access.attr_or<std::string>("container", "") + "|" +
         (shared.empty() ? handle.node->name : shared);
}

// Which steps of a plan are updates, and the order they need. Steps stand in regions, that end
// before the next effect other than an assignment; updates go to the end of theirs.
class Updates {
 public:
  struct Candidate {
    size_t step = 0;
    std::vector<size_t> assignments;
    std::vector<Update> updates;  // empty: it reads what others overwrite, in a circle
  };

  Updates(const std::vector<Step>& steps, const std::vector<Slot>& slots,
          const std::vector<int>& fetches)
      : steps_(steps), slots_(slots) {
    for (const int s : fetches) fetched_.insert(root(s));
    bool outside = false;
    for (size_t i = 0; i < steps.size(); ++i) {
      const Step& step = steps[i];
      if (step.def->stateful && !is_assignment(step)) ++region_;
      region_of_.push_back(region_);
      for (const int s : step.inputs) readers_[root(s)].push_back(i);
      if (step.def->name == "VarHandleOp") names_[step.outputs[0]] = variable_name(step);
      if (step.variable == Step::reads) handle_of_[step.outputs[0]] = step.inputs[0];
      if (step.variable == Step::assigns) taker_[step.inputs[1]] = i;
      if (!is_assignment(step)) continue;
      const auto name = names_.find(step.inputs[0]);
      // Whether two handles that come from outside are of one variable, nobody knows.
      if (name == names_.end()) {
        outside = true;
      } else {
        ++assignments_[name->second];
      }
    }
    for (size_t i = 0; i < steps.size() && !outside; ++i) {
      if (auto c = candidate(i)) candidates_[region_of_[i]].push_back(std::move(*c));
    }
    for (auto& [region, list] : candidates_) sort(list);
  }

  size_t region(size_t step) const { return region_of_[step]; }
  const std::map<size_t, std::vector<Candidate>>& by_region() const { return candidates_; }

 private:
  const Slot& slot(int s) const { return slots_[static_cast<size_t>(s)]; }
  int root(int s) const {
    while (slot(s).alias >= 0) s = slot(s).alias;
    return s;
  }

  std::optional<Candidate> candidate(size_t i) const {
    const Step& step = steps_[i];
    if (!step.prepared || step.outputs.empty()) return std::nullopt;
    Candidate out{i, {}, {}};
    for (const int made : step.outputs) {
      const auto taker = taker_.find(made);
      if (taker == taker_.end() || region_of_[taker->second] != region_of_[i]) return std::nullopt;
      const int own = own_input(i, steps_[taker->second].inputs[0], made);
      if (own < 0) return std::nullopt;
      out.assignments.push_back(taker->second);
      out.updates.push_back({steps_[taker->second].inputs[0], own, made});
    }
    if (out.updates.size() > VariableState::kMostHeld) return std::nullopt;
    return out;
  }

  // The slot from which step `i` reads the variable of `handle`, if it may write `made` there: -1
  // when not.
  int own_input(size_t i, int handle, int made) const {
    const auto name = names_.find(handle);
    if (name == names_.end() || assignments_.at(name->second) != 1) return -1;
    const Step& step = steps_[i];
    for (size_t k = 0; k < step.inputs.size() && k < 32; ++k) {
      const int in = step.inputs[k];
      const auto read = handle_of_.find(in);
      if (((step.in_place >> k) & 1U) == 0 || read == handle_of_.end() || read->second != handle ||
          !(slot(in).shape == slot(made).shape)) {
        continue;
      }
      const std::vector<size_t>& readers = readers_.at(in);
      const bool last = std::all_of(readers.begin(), readers.end(),
                                    [&](size_t r) { return region_of_[r] <= region_of_[i]; });
      if (last && !fetched_.contains(in) && std::count(readers.begin(), readers.end(), i) == 1)
        return in;
    }
    return -1;
  }

  // Who reads a value comes before who overwrites it.
  void sort(std::vector<Candidate>& list) const {
    std::vector<Candidate> sorted;
    while (!list.empty()) {
      const auto free = [&](const Candidate& c) {
        return std::none_of(list.begin(), list.end(), [&](const Candidate& other) {
          return other.step != c.step && reads_own(other, c);
        });
      };
      auto next = std::find_if(list.begin(), list.end(), free);
      if (next == list.end()) {
        next = list.begin();
        next->updates.clear();
      }
      sorted.push_back(std::move(*next));
      list.erase(next);
    }
    list = std::move(sorted);
  }

  bool reads_own(const Candidate& reader, const Candidate& writer) const {
    return std::any_of(writer.updates.begin(), writer.updates.end(), [&](const Update& update) {
      const std::vector<size_t>& readers = readers_.at(update.own);
      return std::find(readers.begin(), readers.end(), reader.step) != readers.end();
    });
  }

  const std::vector<Step>& steps_;
  const std::vector<Slot>& slots_;
  size_t region_ = 0;
  std::vector<size_t> region_of_;               // by step
  std::map<int, std::vector<size_t>> readers_;  // by root
  std::set<int> fetched_;                       // roots
  std::map<int, std::string> names_;            // handle -> variable
  std::map<int, int> handle_of_;                // value read -> handle
  std::map<int, size_t> taker_;             // value that only goes into a variable -> assignment
  std::map<std::string, int> assignments_;  // of a variable
  std::map<size_t, std::vector<Candidate>> candidates_;  // by region, in order
};

}  // namespace

// What has no effect does not see when a variable is assigned. Late assignments let the steps
// between them fuse.
void PlanBuilder::sink_assignments() {
  std::vector<Step> sunk, held;
  const auto flush = [&] {
    std::move(held.begin(), held.end(), std::back_inserter(sunk));
    held.clear();
  };
  for (Step& step : plan_->steps_) {
    if (!is_assignment(step) && step.def->stateful) flush();
    (is_assignment(step) ? held : sunk).push_back(std::move(step));
  }
  flush();
  plan_->steps_ = std::move(sunk);
}

void PlanBuilder::gather_updates() {
  std::vector<Step>& steps = plan_->steps_;
  const Updates found(steps, plan_->slots_, plan_->fetches_);
  std::vector<char> moved(steps.size(), 0);
  for (const auto& [region, list] : found.by_region()) {
    for (const Updates::Candidate& c : list) {
      moved[c.step] = 1;
      for (const size_t a : c.assignments) moved[a] = 1;
    }
  }
  std::vector<Step> ordered;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!moved[i]) ordered.push_back(std::move(steps[i]));
    const bool ends = i + 1 == steps.size() || found.region(i + 1) != found.region(i);
    const auto list = found.by_region().find(found.region(i));
    if (!ends || list == found.by_region().end()) continue;
    for (const Updates::Candidate& c : list->second) {
      ordered.push_back(std::move(steps[c.step]));
      ordered.back().updates = c.updates;
      for (const size_t a : c.assignments) ordered.push_back(std::move(steps[a]));
    }
  }
  steps = std::move(ordered);
  for (const Step& step : steps) {
    if (step.variable == Step::assigns) plan_->assigned_.push_back(step.inputs[1]);
  }
  for (const Step& step : steps) {
    for (const Update& update : step.updates) std::erase(plan_->assigned_, update.output);
  }
}

}  // namespace rill
