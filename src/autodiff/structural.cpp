#include "autodiff/structural.h"

#include "base/fail.h"
#include "op/function_def.h"

namespace rill::autodiff {
namespace {

struct Structural {
  const char* op;
  GradientFn gradient;
};

constexpr Structural kRows[] = {
    {"PartitionedCall", gradient_of_call}, {"StatefulPartitionedCall", gradient_of_call},
    {"If", gradient_of_branches},          {"StatelessIf", gradient_of_branches},
    {"Case", gradient_of_branches},        {"StatelessCase", gradient_of_branches},
    {"While", gradient_of_while},          {"StatelessWhile", gradient_of_while},
    {"Switch", gradient_of_switch},        {"RefSwitch", gradient_of_switch},
    {"Merge", gradient_of_merge},          {"RefMerge", gradient_of_merge},
};

}  // namespace

GradientFn structural_gradient(const std::string& op) {
  for (const Structural& row : kRows) {
    if (op == row.op) return row.gradient;
  }
  return nullptr;
}

bool find_site(const GradContext& ctx, CallSite& site) {
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    if (!ctx.output(i).is_symbolic()) return false;
    site = {ctx.output(i).rep()->graph, ctx.output(i).rep()->node};
  }
  return site.graph != nullptr;
}

std::vector<char> flowing(const GradContext& ctx, size_t count) {
  std::vector<char> out(count, 0);
  for (size_t i = 0; i < count && static_cast<int>(i) < ctx.num_outputs(); ++i) {
    out[i] = static_cast<bool>(ctx.output_gradient(static_cast<int>(i)));
  }
  return out;
}

std::vector<char> wanted(const GradContext& ctx, size_t first) {
  std::vector<char> out;
  for (int i = static_cast<int>(first); i < ctx.num_inputs(); ++i) {
    out.push_back(ctx.needs_gradient(i));
  }
  return out;
}

void add_outputs(GraphImpl& graph, int node, const std::string& types_attr,
                 const std::vector<DType>& dtypes, const std::vector<Shape>& shapes) {
  Node& n = graph.mutable_node(node);
  n.output_dtypes.insert(n.output_dtypes.end(), dtypes.begin(), dtypes.end());
  n.output_shapes.resize(n.output_dtypes.size() - dtypes.size(), Shape::unknown_rank());
  n.output_shapes.insert(n.output_shapes.end(), shapes.begin(), shapes.end());
  n.attrs.set(types_attr, n.output_dtypes);
  if (const AttrValue* given = n.attrs.find("output_shapes")) {
    if (const auto* list = given->get_if<std::vector<Shape>>()) {
      std::vector<Shape> all = *list;
      all.resize(n.output_dtypes.size() - dtypes.size(), Shape::unknown_rank());
      all.insert(all.end(), shapes.begin(), shapes.end());
      n.attrs.set("output_shapes", std::move(all));
    }
  }
  ++graph.version;
}

std::string forward_name(const GraphImpl& graph, const std::string& function) {
  return unique_function_name(*graph.library, "__forward_" + function);
}

std::string gradient_name(const GraphImpl& graph, const std::string& function) {
  return unique_function_name(*graph.library, "__gradient_" + function);
}

std::string backward_name(const GraphImpl& graph, const std::string& function) {
  return unique_function_name(*graph.library, "__backward_" + function);
}

}  // namespace rill::autodiff
