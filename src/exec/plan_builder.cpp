#include "exec/plan_builder.h"

#include <algorithm>

#include "base/fail.h"
#include "exec/prune.h"
#include "op/element_shapes.h"
#include "op/import.h"
#include "op/one_for_scalar.h"
#include "op/result_size.h"
#include "op/variable.h"
#include "tensor/buffer.h"

namespace rill {
namespace {

constexpr int64_t kLargestFold = int64_t{256} << 20;  // bytes

// A tensor with a shape and no memory, for kernels that look at shapes only.
Tensor shape_only_tensor(DType dtype, const Shape& shape) {
  if (!is_plain(dtype)) return Tensor(dtype, Shape{0});
  return Tensor::from_buffer(dtype, shape,
                             std::make_shared<detail::BorrowedBuffer>(nullptr, SIZE_MAX / 2));
}

bool nothing_to_run(const Node& node) {
  return node.op == "NoOp" || node.op == "ControlTrigger" || node.op == "_Retval";
}

}  // namespace

FeedType feed_type(const Tensor& feed) {
  FeedType type{feed.dtype(), feed.shape()};
  if (is_plain(type.dtype) || type.dtype == DType::string || !feed.is_dense() || feed.size() != 1) {
    return type;
  }
  const Opaque* behind = feed.opaque_at(0).get();
  if (const auto* variable = dynamic_cast<const VariableState*>(behind)) {
    type.behind = variable->shape();
  } else if (const auto* list = dynamic_cast<const ElementShapes*>(behind)) {
    type.behind = list->every_element();
  }
  return type;
}

struct PlanBuilder::NodeFacts {
  std::vector<int> inputs;  // slots
  std::vector<Shape> shapes;
  bool inputs_constant = true;
  bool inputs_static = true;  // every shape known, every dtype plain
  bool outputs_static = true;
};

PlanBuilder::PlanBuilder(const ProgramGraph& program, std::vector<FeedType> feeds, Runtime& runtime)
    : program_(program),
      graph_(*program.graph),
      runtime_(runtime),
      plan_(std::make_shared<Plan>()),
      slots_of_node_(static_cast<size_t>(graph_.num_nodes())) {
  plan_->feed_types_ = std::move(feeds);
}

std::shared_ptr<Plan> PlanBuilder::build() {
  plan_->graph_ = program_.graph;
  add_feeds();
  for (const int id : topological_order(graph_)) add_node(id);
  drop_unused();
  check_sizes();
  sink_assignments();
  fuse_elementwise();
  prepare_steps();
  mark_fetches();
  mark_variables();
  gather_updates();
  find_lifetimes();
  share_in_place();
  place();
  lay_out_pointers();
  return plan_;
}

int PlanBuilder::new_slot(DType dtype, const Shape& shape, SlotKind kind) {
  Slot slot;
  slot.kind = kind;
  slot.dtype = dtype;
  slot.shape = shape;
  plan_->slots_.push_back(std::move(slot));
  return static_cast<int>(plan_->slots_.size()) - 1;
}

int PlanBuilder::slot_of(Endpoint e) const {
  const auto& slots = slots_of_node_[static_cast<size_t>(e.node)];
  if (static_cast<size_t>(e.output) >= slots.size()) {
    fail(Code::internal, "node ", quoted(graph_.node(e.node).name), " has no output ", e.output);
  }
  return slots[static_cast<size_t>(e.output)];
}

int PlanBuilder::root(int slot) const {
  while (plan_->slots_[static_cast<size_t>(slot)].alias >= 0) {
    slot = plan_->slots_[static_cast<size_t>(slot)].alias;
  }
  return slot;
}

void PlanBuilder::add_feeds() {
  for (size_t i = 0; i < program_.args.size(); ++i) {
    const FeedType& feed = plan_->feed_types_[i];
    const int slot =
        new_slot(feed.dtype, feed.shape, is_plain(feed.dtype) ? SlotKind::feed : SlotKind::dynamic);
    plan_->slots_[static_cast<size_t>(slot)].feed = static_cast<int>(i);
    plan_->feeds_.push_back(slot);
    slots_of_node_[static_cast<size_t>(program_.args[i])] = {slot};
  }
}

void PlanBuilder::infer(const Node& node, NodeFacts& facts) const {
  std::vector<ShapeContext::Input> inputs(node.inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const int s = slot_of(node.inputs[i]);
    const Slot& slot = plan_->slots_[static_cast<size_t>(s)];
    facts.inputs.push_back(s);
    inputs[i].shape = shape_at_run(*node.def, i, inputs.size(), slot.shape);
    inputs[i].dtype = slot.dtype;
    inputs[i].value = slot.kind == SlotKind::constant && slot.value ? &slot.value : nullptr;
    facts.inputs_constant &= slot.kind == SlotKind::constant;
    // A ref carries the handle of its variable, whatever dtype it declares.
    facts.inputs_static &= slot.shape.is_fully_defined() && is_plain(slot.dtype) &&
                           !output_is_ref(graph_.node(node.inputs[i].node),
                                          static_cast<size_t>(node.inputs[i].output));
    if (slot.feed >= 0) {
      inputs[i].handle_shape = plan_->feed_types_[static_cast<size_t>(slot.feed)].behind;
    } else if (slot.dtype == DType::resource) {
      inputs[i].handle_shape = handle_shape(graph_, node.inputs[i]);
    }
  }
  ShapeContext ctx(*node.def, node.attrs, node.name, inputs, node.output_dtypes);
  if (node.def->shape != nullptr && !node.def->claims_shapes) node.def->shape(ctx);
  for (size_t i = 0; i < node.output_dtypes.size(); ++i) {
    facts.shapes.push_back(ctx.output(static_cast<int>(i)));
    facts.outputs_static &= facts.shapes.back().is_fully_defined() &&
                            is_plain(node.output_dtypes[i]) && !output_is_ref(node, i);
  }
}

void PlanBuilder::add_node(int id) {
  const Node& node = graph_.node(id);
  if (!slots_of_node_[static_cast<size_t>(id)].empty() || nothing_to_run(node)) return;
  if (node.def == nullptr) {
    fail(Code::unimplemented, "the graph needs 1 op that rill lacks: ", node.op, " (node ",
         quoted(node.name), ")");
  }
  if (node.op == "_Arg") {
    fail(Code::internal, "argument ", quoted(node.name), " is not fed");
  }
  if (node.op == "Const") {
    const AttrValue* value = node.attrs.find("value");
    const Tensor* tensor = value ? value->get_if<Tensor>() : nullptr;
    if (tensor == nullptr)
      fail(Code::invalid_argument, "Const node ", quoted(node.name), " has no value");
    const int slot = new_slot(tensor->dtype(), tensor->shape(), SlotKind::constant);
    plan_->slots_[static_cast<size_t>(slot)].value = *tensor;
    slots_of_node_[static_cast<size_t>(id)] = {slot};
    return;
  }
  NodeFacts facts;
  infer(node, facts);
  if (fold(node, facts) || alias_view(node, facts)) return;
  add_step(node, facts);
}

bool PlanBuilder::fold(const Node& node, const NodeFacts& facts) {
  if (node.def->stateful || node.output_dtypes.empty()) return false;
  const bool by_shape = node.def->shape_only && facts.inputs_static;
  if (!facts.inputs_constant && !by_shape) return false;
  for (size_t i = 0; i < facts.shapes.size(); ++i) {
    const DType dtype = node.output_dtypes[i];
    if (dtype == DType::variant || dtype == DType::resource) return false;
    if (facts.shapes[i].is_fully_defined() && facts.shapes[i].num_elements() > kLargestFold / 4) {
      return false;
    }
  }
  std::vector<int>& slots = slots_of_node_[static_cast<size_t>(node.id)];
  if (facts.inputs_constant && facts.outputs_static && facts.shapes.size() == 1 &&
      facts.shapes[0].num_elements() > kDeferredElements) {
    slots = {new_slot(node.output_dtypes[0], facts.shapes[0], SlotKind::constant)};
    deferred_.emplace(slots[0], &node);
    return true;
  }
  std::vector<Tensor> inputs;
  for (const int s : facts.inputs) {
    const Slot& slot = plan_->slots_[static_cast<size_t>(s)];
    inputs.push_back(slot.kind == SlotKind::constant && !by_shape ? value_of(s)
                     : slot.kind == SlotKind::constant && slot.value
                         ? slot.value
                         : shape_only_tensor(slot.dtype, slot.shape));
  }
  std::vector<Tensor> outputs(node.output_dtypes.size());
  run_op(*node.def, node.attrs, node.name, inputs, outputs, node.output_dtypes, runtime_);
  for (Tensor& out : outputs) {
    slots.push_back(new_slot(out.dtype(), out.shape(), SlotKind::constant));
    plan_->slots_.back().value = std::move(out);
  }
  return true;
}

// Identity, Reshape and the like of memory that is planned: no step at all; sums of single elements
// too. What is asked of the view must be known now: nothing checks it later.
bool PlanBuilder::alias_view(const Node& node, const NodeFacts& facts) {
  if (!node.def->view || !facts.outputs_static || facts.shapes.size() != 1) return false;
  for (size_t i = 1; i < facts.inputs.size(); ++i) {
    const Slot& asked = plan_->slots_[static_cast<size_t>(facts.inputs[i])];
    if (asked.kind != SlotKind::constant) return false;
  }
  const Slot& from = plan_->slots_[static_cast<size_t>(facts.inputs[0])];
  if (!is_plain(from.dtype) || from.dtype != node.output_dtypes[0] ||
      !from.shape.is_fully_defined() ||
      from.shape.num_elements() != facts.shapes[0].num_elements()) {
    return false;
  }
  const int source = facts.inputs[0];
  const SlotKind kind = from.kind;
  if (kind == SlotKind::constant) {
    const Tensor value = value_of(source).reshaped(facts.shapes[0]);
    const int slot = new_slot(value.dtype(), value.shape(), SlotKind::constant);
    plan_->slots_[static_cast<size_t>(slot)].value = value;
    slots_of_node_[static_cast<size_t>(node.id)] = {slot};
    return true;
  }
  const int slot = new_slot(node.output_dtypes[0], facts.shapes[0], kind);
  plan_->slots_[static_cast<size_t>(slot)].alias = root(source);
  slots_of_node_[static_cast<size_t>(node.id)] = {slot};
  return true;
}

void PlanBuilder::add_step(const Node& node, const NodeFacts& facts) {
  Step step;
  step.def = node.def;
  step.node = &node;
  step.inputs = facts.inputs;
  step.dynamic = !facts.outputs_static;
  step.in_place = node.def->in_place;
  step.can_prepare = facts.outputs_static && facts.inputs_static && node.def->prepare != nullptr;
  std::vector<int>& slots = slots_of_node_[static_cast<size_t>(node.id)];
  for (size_t i = 0; i < node.output_dtypes.size(); ++i) {
    const bool fixed =
        facts.shapes[i].is_fully_defined() && is_plain(node.output_dtypes[i]) && !step.dynamic;
    slots.push_back(new_slot(node.output_dtypes[i], facts.shapes[i],
                             fixed ? SlotKind::arena : SlotKind::dynamic));
  }
  step.outputs = slots;
  plan_->steps_.push_back(std::move(step));
}

// Before anything of the plan asks for memory.
void PlanBuilder::check_sizes() const {
  for (const Step& step : plan_->steps_) {
    for (size_t i = 0; i < step.outputs.size(); ++i) {
      const Slot& slot = plan_->slots_[static_cast<size_t>(step.outputs[i])];
      if (slot.kind != SlotKind::arena || result_bytes(slot.dtype, slot.shape) <= kLargeResult) {
        continue;
      }
      std::vector<ShapeContext::Input> inputs;
      for (const int s : step.inputs) {
        const Slot& in = plan_->slots_[static_cast<size_t>(s)];
        inputs.push_back({in.shape, in.dtype});
      }
      check_result_size(NodeAccess(*step.def, step.node->attrs, step.node->name),
                        static_cast<int>(i), slot.dtype, slot.shape, inputs,
                        step.node->output_dtypes);
    }
  }
}

// Steps without an effect whose results nobody uses: what folding left behind.
void PlanBuilder::drop_unused() {
  std::vector<char> used(plan_->slots_.size(), 0);
  const auto use = [&](int slot) {
    used[static_cast<size_t>(slot)] = 1;
    used[static_cast<size_t>(root(slot))] = 1;
  };
  for (const Endpoint& e : program_.fetches) use(slot_of(e));
  std::vector<Step> kept;
  for (size_t i = plan_->steps_.size(); i-- > 0;) {
    Step& step = plan_->steps_[i];
    const bool needed = step.def->stateful || step.outputs.empty() ||
                        std::any_of(step.outputs.begin(), step.outputs.end(),
                                    [&](int s) { return used[static_cast<size_t>(s)] != 0; });
    if (!needed) continue;
    for (const int s : step.inputs) use(s);
    kept.push_back(std::move(step));
  }
  std::reverse(kept.begin(), kept.end());
  plan_->steps_ = std::move(kept);
}

void PlanBuilder::mark_fetches() {
  for (const Endpoint& e : program_.fetches) {
    const int slot = slot_of(e);
    plan_->fetches_.push_back(slot);
    Slot& base = plan_->slots_[static_cast<size_t>(root(slot))];
    if (base.kind == SlotKind::arena) {
      base.kind = SlotKind::fetch;
      plan_->fetch_roots_.push_back(root(slot));
    }
  }
}

// Which steps the plan does itself, and which values need no copy into their variable: what one
// prepared step makes and nothing but one assignment uses.
void PlanBuilder::mark_variables() {
  std::vector<int> uses(plan_->slots_.size(), 0);  // by root
  std::vector<char> prepared(plan_->slots_.size(), 0);
  for (const Step& step : plan_->steps_) {
    for (const int s : step.inputs) ++uses[static_cast<size_t>(root(s))];
    for (const int s : step.outputs) prepared[static_cast<size_t>(s)] = step.prepared ? 1 : 0;
  }
  for (Step& step : plan_->steps_) {
    const auto plain = [&](int s) { return root(s) == s; };
    if (step.def->name == "ReadVariableOp" && !step.prepared && plain(step.inputs[0]) &&
        plain(step.outputs[0])) {
      step.variable = Step::reads;
      // The variable's own memory: none is planned.
      SlotKind& kind = plan_->slots_[static_cast<size_t>(step.outputs[0])].kind;
      if (kind == SlotKind::arena) kind = SlotKind::dynamic;
    }
    if (step.def->name == "VarHandleOp" && step.outputs[0] >= 0 && plain(step.outputs[0])) {
      step.variable = Step::finds;
      step.handle = plan_->num_handles_++;
    }
    if (step.def->name != "AssignVariableOp" || !plain(step.inputs[0])) continue;
    const int s = step.inputs[1];
    Slot& slot = plan_->slots_[static_cast<size_t>(s)];
    if (plain(s) && slot.kind == SlotKind::arena && uses[static_cast<size_t>(s)] == 1 &&
        prepared[static_cast<size_t>(s)] != 0) {
      slot.kind = SlotKind::assigned;
      step.variable = Step::assigns;
    }
  }
}

void PlanBuilder::find_lifetimes() {
  const size_t n = plan_->slots_.size();
  last_use_.assign(n, -1);
  first_use_.assign(n, -1);
  for (size_t i = 0; i < plan_->steps_.size(); ++i) {
    Step& step = plan_->steps_[i];
    for (const int s : step.inputs) last_use_[static_cast<size_t>(root(s))] = static_cast<int>(i);
    for (const int s : step.outputs) {
      first_use_[static_cast<size_t>(s)] = static_cast<int>(i);
      last_use_[static_cast<size_t>(s)] = static_cast<int>(i);
    }
  }
  std::vector<char> from_kernel(n, 0);  // may be memory of a variable: not held longer than needed
  for (const Step& step : plan_->steps_) {
    for (const int s : step.outputs) from_kernel[static_cast<size_t>(s)] = step.prepared ? 0 : 1;
  }
  const int end = static_cast<int>(plan_->steps_.size());
  for (const int s : plan_->fetches_) last_use_[static_cast<size_t>(root(s))] = end;
  for (size_t i = 0; i < plan_->steps_.size(); ++i) {
    Step& step = plan_->steps_[i];
    std::vector<int> roots;
    for (const int s : step.inputs) roots.push_back(root(s));
    for (const int s : step.outputs) roots.push_back(s);
    std::sort(roots.begin(), roots.end());
    roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
    for (const int r : roots) {
      const Slot& slot = plan_->slots_[static_cast<size_t>(r)];
      const bool held = slot.kind == SlotKind::dynamic ||
                        (slot.kind == SlotKind::arena && from_kernel[static_cast<size_t>(r)]);
      if (held && slot.feed < 0 && last_use_[static_cast<size_t>(r)] == static_cast<int>(i)) {
        step.release.push_back(r);
      }
    }
    for (size_t k = 0; k < step.inputs.size() && k < 32; ++k) {
      const int r = root(step.inputs[k]);
      const Slot& slot = plan_->slots_[static_cast<size_t>(r)];
      const bool once = std::count_if(step.inputs.begin(), step.inputs.end(),
                                      [&](int s) { return root(s) == r; }) == 1;
      const bool ours = slot.feed < 0 || slot.dtype == DType::variant;  // see run_consuming
      if (slot.kind == SlotKind::dynamic && ours && step.inputs[k] == r && once &&
          last_use_[static_cast<size_t>(r)] == static_cast<int>(i)) {
        step.consumable |= 1U << k;
      }
    }
  }
}

// An output takes the memory of an input that dies in the same step.
void PlanBuilder::share_in_place() {
  buffer_.resize(plan_->slots_.size());
  for (size_t i = 0; i < buffer_.size(); ++i) buffer_[i] = static_cast<int>(i);
  std::vector<int> ends = last_use_;  // by buffer
  const auto bytes = [&](const Slot& s) {
    return s.shape.num_elements() * static_cast<int64_t>(dtype_size(s.dtype));
  };
  for (size_t i = 0; i < plan_->steps_.size(); ++i) {
    const Step& step = plan_->steps_[i];
    if (!step.prepared || step.in_place == 0 || step.outputs.size() != 1) continue;
    const int out = step.outputs[0];
    const Slot& slot = plan_->slots_[static_cast<size_t>(out)];
    if (slot.kind != SlotKind::arena) continue;
    for (size_t k = 0; k < step.inputs.size() && k < 32; ++k) {
      if (((step.in_place >> k) & 1U) == 0) continue;
      const int r = root(step.inputs[k]);
      const Slot& in = plan_->slots_[static_cast<size_t>(r)];
      if (in.kind != SlotKind::arena || bytes(in) != bytes(slot)) continue;
      const int b = buffer_[static_cast<size_t>(r)];
      if (ends[static_cast<size_t>(b)] != static_cast<int>(i)) continue;
      // The same memory must not be read in another form by this step, nor by an input that is
      // still read after output elements are written.
      bool clash = false;
      for (size_t j = 0; j < step.inputs.size(); ++j) {
        const int s = step.inputs[j];
        const bool allowed = j < 32 && ((step.in_place >> j) & 1U) != 0 &&
                             plan_->slots_[static_cast<size_t>(s)].shape == slot.shape;
        clash = clash || (j != k && buffer_[static_cast<size_t>(root(s))] == b && !allowed);
      }
      if (clash) continue;
      buffer_[static_cast<size_t>(out)] = b;
      ends[static_cast<size_t>(b)] = last_use_[static_cast<size_t>(out)];
      break;
    }
  }
  // From here on a lifetime is that of the whole buffer.
  for (size_t s = 0; s < buffer_.size(); ++s) {
    last_use_[s] = std::max(last_use_[s], ends[static_cast<size_t>(buffer_[s])]);
  }
}

// Greedy by size: the largest buffers first, each at the lowest offset where no buffer that lives
// at the same time is.
void PlanBuilder::place() {
  struct Piece {
    int slot;
    size_t bytes;
    int first;
    int last;
    size_t offset;
  };
  constexpr size_t kAlign = 64;
  std::vector<Piece> pieces;
  for (size_t s = 0; s < plan_->slots_.size(); ++s) {
    const Slot& slot = plan_->slots_[s];
    if (slot.kind != SlotKind::arena || slot.alias >= 0 || first_use_[s] < 0) continue;
    if (buffer_[s] != static_cast<int>(s)) continue;
    const size_t bytes = static_cast<size_t>(slot.shape.num_elements()) * dtype_size(slot.dtype);
    pieces.push_back({static_cast<int>(s), (bytes + kAlign - 1) / kAlign * kAlign, first_use_[s],
                      last_use_[s], 0});
  }
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.bytes > b.bytes; });
  std::vector<const Piece*> placed;  // by offset
  size_t total = 0;
  for (Piece& piece : pieces) {
    size_t offset = 0;
    for (const Piece* other : placed) {
      if (other->last < piece.first || piece.last < other->first) continue;
      if (offset + piece.bytes <= other->offset) break;
      offset = std::max(offset, other->offset + other->bytes);
    }
    piece.offset = offset;
    total = std::max(total, offset + piece.bytes);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), offset,
                                   [](size_t o, const Piece* p) { return o < p->offset; }),
                  &piece);
    plan_->slots_[static_cast<size_t>(piece.slot)].offset = offset;
  }
  for (size_t s = 0; s < plan_->slots_.size(); ++s) {
    Slot& slot = plan_->slots_[s];
    if (slot.kind == SlotKind::arena && slot.alias < 0) {
      slot.offset = plan_->slots_[static_cast<size_t>(buffer_[s])].offset;
    }
  }
  plan_->arena_bytes_ = total;
  for (const Step& step : plan_->steps_) {
    plan_->scratch_bytes_ = std::max(plan_->scratch_bytes_, step.prepared.scratch_bytes);
  }
}

void PlanBuilder::lay_out_pointers() {
  uint32_t next = 0;
  for (Step& step : plan_->steps_) {
    if (!step.prepared) continue;
    step.first_pointer = next;
    step.num_inputs = static_cast<uint32_t>(step.inputs.size());
    step.num_outputs = static_cast<uint32_t>(step.outputs.size());
    const auto point = [&](int s) {
      plan_->slots_[static_cast<size_t>(root(s))].patches.push_back(next++);
    };
    for (const int s : step.inputs) point(s);
    for (const int s : step.outputs) point(s);
  }
  plan_->num_pointers_ = next;
}

std::shared_ptr<Plan> Plan::make(const ProgramGraph& program, std::vector<FeedType> feeds,
                                 Runtime& runtime) {
  return PlanBuilder(program, std::move(feeds), runtime).build();
}

}  // namespace rill
