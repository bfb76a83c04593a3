// What passes are written with: who uses what, constants, new nodes, and uses moved from one value
// to another. Counts stay right while the graph changes; nodes that nothing needs any more are
// forgotten at once and removed by the next compact().
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "exec/program.h"
#include "op/node_access.h"

namespace rill::passes {

struct Use {
  int node;
  int input;
};

class Rewriter {
 public:
  explicit Rewriter(ProgramGraph& program);

  int num_nodes() const { return graph_.num_nodes(); }
  const Node& node(int id) const { return graph_.node(id); }
  const Node& node(Endpoint e) const { return graph_.node(e.node); }
  // For attributes only: edges are changed through this class.
  Node& edit(int id) { return graph_.mutable_node(id); }
  const GraphImpl& graph() const { return graph_; }
  bool alive(int id) const { return alive_[static_cast<size_t>(id)] != 0; }
  // The live nodes, inputs first.
  std::vector<int> order() const;

  const std::vector<Use>& uses(int id) const { return uses_[static_cast<size_t>(id)]; }
  // Readers of one output; a fetch counts.
  int num_uses(Endpoint e) const;
  // Nobody reads any output but this one.
  bool only_output(Endpoint e) const;
  // Somebody waits for it by a control edge, or it is a target of the program.
  bool waited_for(int id) const { return waiters_[static_cast<size_t>(id)] > 0; }
  // No control edges in or out, and exactly one reader of its outputs: it may melt into its reader.
  bool melts(Endpoint e) const;

  Shape shape(Endpoint e) const;
  DType dtype(Endpoint e) const;
  // The elements of a Const without control inputs; else null.
  const Tensor* constant(Endpoint e) const;
  // The only element of a constant float32 tensor.
  bool constant_float(Endpoint e, float& value) const;

  // A new node without control inputs; the op must exist.
  Endpoint add(std::string_view op, std::string_view name, std::vector<Endpoint> inputs,
               AttrMap attrs = {});
  Endpoint add_constant(std::string_view name, const Tensor& value);
  // All readers of `from` (and fetches) read `to`. Then `from`'s node goes when nothing needs it.
  void replace(Endpoint from, Endpoint to);
  void set_input(int id, int input, Endpoint to);
  void drop_control(int id, int from);
  // Forgets the node, and what only it needed, unless something still needs it.
  void release(int id);

  ProgramGraph& program() { return program_; }

 private:
  void find_needed();
  void grow();

  ProgramGraph& program_;
  GraphImpl& graph_;
  std::vector<std::vector<Use>> uses_;
  std::vector<int> waiters_;
  std::vector<int> fetches_;  // by node: fetches of any output
  std::vector<char> alive_;
  std::vector<char> kept_;  // targets and arguments
};

bool has_op(std::string_view name);
// The attribute of a node, or a fallback.
template <typename T>
T attr_or(const Node& node, std::string_view name, T fallback) {
  const AttrValue* value = node.attrs.find(name);
  const T* found = value ? value->get_if<T>() : nullptr;
  return found ? *found : fallback;
}
bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops);
// Works out the dtypes and shapes of a node from its inputs; keeps what was known when that fails.
void refresh_shapes(GraphImpl& graph, int id);

}  // namespace rill::passes
