#include "exec/frame_executor.h"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

#include "base/fail.h"
#include "exec/plan.h"
#include "op/node_access.h"

namespace rill {
namespace {

std::string_view base_op(std::string_view op) {
  if (op.starts_with("Ref")) op.remove_prefix(3);
  return op;
}

}  // namespace

bool is_control_flow_v1(std::string_view op) {
  op = base_op(op);
  return op == "Switch" || op == "Merge" || op == "Enter" || op == "Exit" ||
         op == "NextIteration" || op == "LoopCond";
}

bool has_control_flow_v1(const GraphImpl& graph) {
  for (int id = 0; id < graph.num_nodes(); ++id) {
    if (is_control_flow_v1(graph.node(id).op)) return true;
  }
  return false;
}

FrameExecutor::FrameExecutor(const ProgramGraph& program)
    : graph_(program.graph), nodes_(static_cast<size_t>(graph_->num_nodes())) {
  for (int id = 0; id < graph_->num_nodes(); ++id) {
    const Node& node = graph_->node(id);
    NodeInfo& info = nodes_[static_cast<size_t>(id)];
    if (node.def == nullptr) {
      fail(Code::unimplemented, "the graph needs 1 op that rill lacks: ", node.op, " (node ",
           quoted(node.name), ")");
    }
    const std::string_view op = base_op(node.op);
    info.may_wait = may_wait(node);
    if (op == "Merge") info.role = Role::merge;
    if (op == "Switch") info.role = Role::switch_;
    if (op == "Exit") info.role = Role::exit;
    if (op == "NextIteration") info.role = Role::next_iteration;
    if (op == "Enter") {
      info.role = Role::enter;
      const NodeAccess access(*node.def, node.attrs, node.name);
      info.frame = access.attr<std::string>("frame_name");
      info.invariant = access.attr<bool>("is_constant");
    }
    if (node.def->kernel == nullptr) info.cache = std::make_unique<PreparedCache>();
    info.data_inputs = static_cast<int>(node.inputs.size());
    info.controls = static_cast<int>(node.controls.size());
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      nodes_[static_cast<size_t>(node.inputs[i].node)].consumers.push_back(
          {id, static_cast<int>(i), node.inputs[i].output});
    }
    for (const int c : node.controls) {
      nodes_[static_cast<size_t>(c)].consumers.push_back({id, -1, -1});
    }
    if (node.inputs.empty() && node.controls.empty()) sources_.push_back(id);
  }
  for (size_t i = 0; i < program.args.size(); ++i) {
    NodeInfo& info = nodes_[static_cast<size_t>(program.args[i])];
    info.role = Role::argument;
    info.argument = static_cast<int>(i);
  }
  for (size_t i = 0; i < program.fetches.size(); ++i) {
    const Endpoint e = program.fetches[i];
    nodes_[static_cast<size_t>(e.node)].fetches.emplace_back(e.output, static_cast<int>(i));
  }
  fetches_ = program.fetches;
  find_frames();
}

// Which frame each Exit leaves: names flow from Enter along the edges, Exit goes back outside.
void FrameExecutor::find_frames() {
  const int n = graph_->num_nodes();
  std::vector<std::vector<std::string>> stack(static_cast<size_t>(n));
  std::vector<char> seen(static_cast<size_t>(n), 0);
  std::vector<int> work = sources_;
  for (const int id : sources_) seen[static_cast<size_t>(id)] = 1;
  for (size_t at = 0; at < work.size(); ++at) {
    const int id = work[at];
    const NodeInfo& info = nodes_[static_cast<size_t>(id)];
    std::vector<std::string> inside = stack[static_cast<size_t>(id)];
    if (info.role == Role::enter) inside.push_back(info.frame);
    if (info.role == Role::exit) {
      if (inside.empty()) {
        fail(Code::invalid_argument, "Exit node ", quoted(graph_->node(id).name), " is in no loop");
      }
      exits_[inside.back()].push_back(id);
      inside.pop_back();
    }
    for (const Edge& edge : info.consumers) {
      if (seen[static_cast<size_t>(edge.node)]) continue;
      seen[static_cast<size_t>(edge.node)] = 1;
      stack[static_cast<size_t>(edge.node)] = inside;
      work.push_back(edge.node);
    }
  }
}

// One run: the frames that are open and the nodes that wait in them.
class FrameRun {
 public:
  FrameRun(const FrameExecutor& executor, std::span<const Tensor> feeds, std::span<Tensor> outputs,
           Runtime& runtime)
      : exec_(executor), feeds_(feeds), outputs_(outputs), runtime_(runtime) {}

  void run() {
    frames_.push_back(std::make_unique<Frame>());
    Frame& top = *frames_.front();
    for (const int id : exec_.sources_) ready_.push_back({id, &top, 0, false, {}});
    while (true) {
      while (!ready_.empty()) {
        // An op that may wait goes last: what it waits for may be ready too.
        const auto at = std::find_if(ready_.begin(), ready_.end(), [&](const Ready& r) {
          return r.dead || !exec_.nodes_[static_cast<size_t>(r.node)].may_wait;
        });
        Ready next = std::move(at == ready_.end() ? ready_.front() : *at);
        ready_.erase(at == ready_.end() ? ready_.begin() : at);
        fire(next);
      }
      if (!close_a_frame()) break;
    }
    for (size_t i = 0; i < outputs_.size(); ++i) {
      if (!got_[i]) {
        const Endpoint e = exec_.fetches_[i];
        fail(Code::invalid_argument, "tensor ",
             quoted(str(exec_.graph_->node(e.node).name, ":", e.output)),
             " has no value: it lies on a branch that was not taken");
      }
    }
  }

 private:
  struct Waiting {
    int missing_data = 0;
    int missing_controls = 0;
    int dead_inputs = 0;
    bool dead = false;
    int live_input = -1;  // Merge
    std::vector<Tensor> inputs;
  };
  struct Frame {
    Frame* parent = nullptr;
    int64_t parent_iteration = 0;
    std::string name;
    std::unordered_map<int64_t, std::unordered_map<int, Waiting>> iterations;
    int64_t latest = 0;
    std::vector<std::pair<int, Tensor>> invariants;  // Enter node, value
    std::map<int, bool> exits;                       // that have fired
    bool closed = false;
  };
  struct Ready {
    int node;
    Frame* frame;
    int64_t iteration;
    bool dead;
    std::vector<Tensor> inputs;
    int live_input = -1;
  };
  using Role = FrameExecutor::Role;

  Frame& child(Frame* parent, int64_t iteration, const std::string& name) {
    for (const auto& frame : frames_) {
      if (frame->parent == parent && frame->parent_iteration == iteration && frame->name == name &&
          !frame->closed) {
        return *frame;
      }
    }
    constexpr size_t kMostFrames = 100000;
    if (frames_.size() > kMostFrames) fail(Code::resource_exhausted, "too many open loops");
    auto frame = std::make_unique<Frame>();
    frame->parent = parent;
    frame->parent_iteration = iteration;
    frame->name = name;
    frames_.push_back(std::move(frame));
    return *frames_.back();
  }

  void fire(Ready& r) {
    const FrameExecutor::NodeInfo& info = exec_.nodes_[static_cast<size_t>(r.node)];
    const Node& node = exec_.graph_->node(r.node);
    const size_t n_out = node.output_dtypes.size();
    std::vector<Tensor> outputs(n_out);
    std::vector<char> dead(n_out, r.dead ? 1 : 0);
    switch (info.role) {
      case Role::argument:
        outputs[0] = feeds_[static_cast<size_t>(info.argument)];
        break;
      case Role::merge:
        if (!r.dead) {
          outputs[0] = r.inputs[static_cast<size_t>(r.live_input)];
          if (n_out > 1) outputs[1] = Tensor::scalar<int32_t>(r.live_input);
        }
        break;
      case Role::switch_:
        if (!r.dead) {
          if (r.inputs[1].rank() != 0) {
            fail(Code::invalid_argument, "node ", quoted(node.name),
                 ": the pred of a Switch must be a scalar, got shape ", r.inputs[1].shape());
          }
          const bool taken = *r.inputs[1].data<bool>();
          outputs[taken ? 1 : 0] = r.inputs[0];
          dead[taken ? 0 : 1] = 1;
        }
        break;
      case Role::enter:
      case Role::exit:
      case Role::next_iteration:
        if (!r.dead) outputs[0] = r.inputs[0];
        break;
      case Role::plain:
        if (!r.dead) compute(node, r.inputs, outputs);
        break;
    }
    remember_fetches(info, r, outputs, dead);
    send(info, r, outputs, dead);
  }

  void compute(const Node& node, std::vector<Tensor>& inputs, std::vector<Tensor>& outputs) {
    if (node.op == "Const") {
      outputs[0] = *node.attrs.find("value")->get_if<Tensor>();
      return;
    }
    if (node.op == "LoopCond") {
      outputs[0] = inputs[0];
      return;
    }
    if (node.op == "NoOp" || node.op == "ControlTrigger" || node.op == "_Retval") return;
    runtime_.check_cancelled();
    run_op(*node.def, node.attrs, node.name, inputs, outputs, node.output_dtypes, runtime_, 0, 0,
           exec_.nodes_[static_cast<size_t>(node.id)].cache.get());
  }

  void remember_fetches(const FrameExecutor::NodeInfo& info, const Ready& r,
                        const std::vector<Tensor>& outputs, const std::vector<char>& dead) {
    for (const auto& [output, place] : info.fetches) {
      if (r.frame->parent != nullptr && info.role != Role::exit) continue;
      if (dead[static_cast<size_t>(output)]) continue;
      outputs_[static_cast<size_t>(place)] = outputs[static_cast<size_t>(output)].owned();
      got_[static_cast<size_t>(place)] = 1;
    }
  }

  // Where the outputs go: the same iteration, or across the border of a frame.
  void send(const FrameExecutor::NodeInfo& info, const Ready& r, const std::vector<Tensor>& outputs,
            const std::vector<char>& dead) {
    Frame* frame = r.frame;
    int64_t iteration = r.iteration;
    if (info.role == Role::enter) {
      frame = &child(r.frame, r.iteration, info.frame);
      iteration = 0;
      if (info.invariant && !r.dead) {
        frame->invariants.emplace_back(r.node, outputs[0]);
        for (int64_t i = 1; i <= frame->latest; ++i) deliver(info, frame, i, outputs, dead, false);
      }
    } else if (info.role == Role::exit) {
      if (r.dead) return;  // a later iteration may leave alive; see close_a_frame
      r.frame->exits[r.node] = true;
      frame = r.frame->parent;
      iteration = r.frame->parent_iteration;
      if (frame == nullptr) fail(Code::invalid_argument, "an Exit outside of any loop");
    } else if (info.role == Role::next_iteration) {
      if (r.dead) return;
      if (frame->parent == nullptr) {
        fail(Code::invalid_argument, "node ", quoted(exec_.graph_->node(r.node).name),
             ": a NextIteration outside of any loop");
      }
      runtime_.check_cancelled();
      ++iteration;
      start_iteration(*frame, iteration);
    }
    deliver(info, frame, iteration, outputs, dead, r.dead);
  }

  void start_iteration(Frame& frame, int64_t iteration) {
    if (iteration <= frame.latest) return;
    frame.latest = iteration;
    for (const auto& [enter, value] : frame.invariants) {
      const FrameExecutor::NodeInfo& info = exec_.nodes_[static_cast<size_t>(enter)];
      deliver(info, &frame, iteration, {value}, {0}, false);
    }
  }

  void deliver(const FrameExecutor::NodeInfo& info, Frame* frame, int64_t iteration,
               const std::vector<Tensor>& outputs, const std::vector<char>& dead, bool node_dead) {
    for (const FrameExecutor::Edge& edge : info.consumers) {
      const bool is_dead =
          edge.output < 0 ? node_dead : dead[static_cast<size_t>(edge.output)] != 0;
      arrive(edge, frame, iteration,
             edge.output < 0 || is_dead ? Tensor() : outputs[static_cast<size_t>(edge.output)],
             is_dead);
    }
  }

  void arrive(const FrameExecutor::Edge& edge, Frame* frame, int64_t iteration, const Tensor& value,
              bool is_dead) {
    const FrameExecutor::NodeInfo& to = exec_.nodes_[static_cast<size_t>(edge.node)];
    auto& waiting = frame->iterations[iteration];
    auto [it, fresh] = waiting.try_emplace(edge.node);
    Waiting& w = it->second;
    if (fresh) {
      w.missing_data = to.data_inputs;
      w.missing_controls = to.controls;
      w.inputs.resize(static_cast<size_t>(to.data_inputs));
    }
    if (edge.input < 0) {
      --w.missing_controls;
      if (to.role != Role::merge) w.dead |= is_dead;
    } else {
      --w.missing_data;
      w.inputs[static_cast<size_t>(edge.input)] = value;
      if (is_dead) {
        ++w.dead_inputs;
      } else if (w.live_input < 0) {
        w.live_input = edge.input;
      }
      if (to.role != Role::merge) w.dead |= is_dead;
    }
    bool ready = w.missing_controls == 0 && w.missing_data == 0;
    bool dead_now = w.dead;
    if (to.role == Role::merge) {
      // One living input is enough; a Merge dies only when all its inputs did.
      dead_now = w.dead_inputs == to.data_inputs;
      ready = w.missing_controls == 0 && (w.live_input >= 0 || dead_now);
    }
    if (!ready) return;
    ready_.push_back({edge.node, frame, iteration, dead_now, std::move(w.inputs), w.live_input});
    waiting.erase(it);
    if (waiting.empty()) frame->iterations.erase(iteration);
  }

  // Nothing can fire any more: the innermost open frame is done, and its exits that never fired
  // send their dead tokens out. False when no frame is left.
  bool close_a_frame() {
    for (size_t i = frames_.size(); i-- > 1;) {
      Frame& frame = *frames_[i];
      if (frame.closed) continue;
      const bool has_open_child =
          std::any_of(frames_.begin(), frames_.end(),
                      [&](const auto& other) { return other->parent == &frame && !other->closed; });
      if (has_open_child) continue;
      frame.closed = true;
      frame.iterations.clear();
      frame.invariants.clear();
      const auto exits = exec_.exits_.find(frame.name);
      if (exits == exec_.exits_.end()) return true;
      for (const int id : exits->second) {
        if (frame.exits.contains(id)) continue;
        const FrameExecutor::NodeInfo& info = exec_.nodes_[static_cast<size_t>(id)];
        deliver(info, frame.parent, frame.parent_iteration, {Tensor()}, {1}, true);
      }
      return true;
    }
    return false;
  }

  const FrameExecutor& exec_;
  std::span<const Tensor> feeds_;
  std::span<Tensor> outputs_;
  Runtime& runtime_;
  std::vector<std::unique_ptr<Frame>> frames_;
  std::deque<Ready> ready_;
  std::vector<char> got_ = std::vector<char>(outputs_.size(), 0);
};

void FrameExecutor::run(std::span<const Tensor> feeds, std::span<Tensor> outputs,
                        Runtime& runtime) const {
  FrameRun(*this, feeds, outputs, runtime).run();
}

}  // namespace rill
