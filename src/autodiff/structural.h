// Gradients of the ops that run functions.
#pragma once

#include "autodiff/split.h"

namespace rill::autodiff {

// The node behind an op's outputs, in a graph; false when it ran eagerly.
struct CallSite {
  std::shared_ptr<GraphImpl> graph;
  int node = -1;
};
bool find_site(const GradContext& ctx, CallSite& site);

// Which of the outputs [first, first + count) have a gradient, and which inputs need one.
std::vector<char> flowing(const GradContext& ctx, size_t count);
std::vector<char> wanted(const GradContext& ctx, size_t first);

// Gives the node more outputs.
void add_outputs(GraphImpl& graph, int node, const std::string& types_attr,
                 const std::vector<DType>& dtypes, const std::vector<Shape>& shapes);

std::string forward_name(const GraphImpl& graph, const std::string& function);
std::string gradient_name(const GraphImpl& graph, const std::string& function);
std::string backward_name(const GraphImpl& graph, const std::string& function);

Values gradient_of_call(const GradContext& ctx);
Values gradient_of_branches(const GradContext& ctx);  // If, Case
Values gradient_of_while(const GradContext& ctx);
Values gradient_of_switch(const GradContext& ctx);
Values gradient_of_merge(const GradContext& ctx);

// The same for a call that ran eagerly: its ops run once more, under a recorder.
Values gradient_of_eager_call(const GradContext& ctx);

}  // namespace rill::autodiff
