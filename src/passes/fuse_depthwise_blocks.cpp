// The blocks of MobileNets become one op, so that their wide middle stays in the cache:
//
//   _FusedConv2D 1x1 {BiasAdd, Relu6}             x [h, w, c]
//   _FusedDepthwiseConv2dNative {BiasAdd, Relu6}    [h, w, 6c]
//   _FusedConv2D 1x1 {BiasAdd, Add}                 [h, w, c]     ->  _FusedDepthwiseBlock
//
// Only where the middle would not stay there anyway and the weights do not push it out: the early,
// large layers.
#include <algorithm>

#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {
namespace {

constexpr int64_t kLargeMiddle = 100'000;  // floats of one image
constexpr int64_t kSmallWeights = 32'000;  // floats
constexpr int64_t kMostChannels = 1024;    // ConvChain::kMostChannels

struct Part {
  const Node* node = nullptr;
  Shape filter;
  std::string activation = "Identity";
  bool adds = false;
  explicit operator bool() const { return node != nullptr; }
};

class BlockFuser {
 public:
  explicit BlockFuser(ProgramGraph& program) : graph_(program) {}

  void run() {
    if (!has_op("_FusedDepthwiseBlock")) return;
    for (const int id : graph_.order()) {
      if (graph_.alive(id) && graph_.node(id).op == "_FusedDepthwiseConv2dNative") fuse(id);
    }
  }

 private:
  // The same in every run; folded once shapes are fixed, if not now.
  bool is_fixed(Endpoint e, int depth = 4) const {
    const Node& node = graph_.node(e);
    if (node.op == "Const") return true;
    if (depth == 0 || node.def == nullptr || node.def->stateful || node.inputs.empty())
      return false;
    return std::all_of(node.inputs.begin(), node.inputs.end(),
                       [&](Endpoint input) { return is_fixed(input, depth - 1); });
  }

  // [BiasAdd] [Add] [activation], channels last, its filter fixed.
  Part part_of(const Node& node) const {
    Part part;
    if (!node.controls.empty() || !is_fixed(node.inputs[1])) return part;
    if (attr_or<std::string>(node, "data_format", "NHWC") != "NHWC") return part;
    const auto ops = attr_or<std::vector<std::string>>(node, "fused_ops", {});
    if (ops.empty() || ops[0] != "BiasAdd" || ops.size() > 3) return part;
    size_t at = 1;
    if (at < ops.size() && ops[at] == "Add") {
      part.adds = true;
      ++at;
    }
    if (at < ops.size()) part.activation = ops[at++];
    part.filter = graph_.shape(node.inputs[1]);
    if (at != ops.size() || part.activation == "LeakyRelu" || !part.filter.is_fully_defined() ||
        part.filter.rank() != 4) {
      return part;
    }
    part.node = &node;
    return part;
  }

  Part pointwise(const Node& node) const {
    if (node.op != "_FusedConv2D") return {};
    Part part = part_of(node);
    if (!part || part.filter[0] != 1 || part.filter[1] != 1) return {};
    if (attr_or<std::string>(node, "padding", "") == "EXPLICIT") return {};
    for (const int64_t s : attr_or<std::vector<int64_t>>(node, "strides", {})) {
      if (s != 1) return {};
    }
    const Shape x = graph_.shape(node.inputs[0]);
    return x.rank() == 4 && x[3] == part.filter[2] ? part : Part{};
  }

  void fuse(int id) {
    const Part depthwise = part_of(graph_.node(id));
    if (!depthwise || depthwise.adds || depthwise.filter[3] != 1) return;
    const Endpoint in = depthwise.node->inputs[0];
    Part expand, project;
    if (graph_.melts(in)) expand = pointwise(graph_.node(in));
    if (expand.adds) expand = {};
    if (graph_.melts({id, 0})) {
      const Use use = graph_.uses(id)[0];
      if (use.input == 0) project = pointwise(graph_.node(use.node));
    }
    if (!expand && !project) return;
    const Shape middle = graph_.shape(expand ? in : Endpoint{id, 0});
    if (middle.rank() != 4 || middle[1] < 0 || middle[2] < 0 || middle[3] <= 0) return;
    if (middle[3] > kMostChannels || middle[1] * middle[2] < kLargeMiddle / middle[3]) return;
    const auto weights = [](const Part& p) { return p ? p.filter[2] * p.filter[3] : 0; };
    if (weights(expand) > kSmallWeights || weights(project) > kSmallWeights ||
        weights(expand) + weights(project) > kSmallWeights) {
      return;
    }
    replace(id, expand, depthwise, project);
  }

  void replace(int id, const Part& expand, const Part& depthwise, const Part& project) {
    std::vector<Endpoint> inputs{(expand ? expand : depthwise).node->inputs[0]};
    for (const Part* part : {&expand, &depthwise, &project}) {
      if (!*part) continue;
      inputs.push_back(part->node->inputs[1]);
      inputs.push_back(part->node->inputs[2]);
    }
    if (project.adds) inputs.push_back(project.node->inputs[3]);
    const int last = project ? project.node->id : id;
    AttrMap attrs{{"T", DType::float32},
                  {"num_args", static_cast<int64_t>(inputs.size()) - 1},
                  {"expands", static_cast<bool>(expand)},
                  {"projects", static_cast<bool>(project)},
                  {"adds", project.adds},
                  {"activations", std::vector<std::string>{expand.activation, depthwise.activation,
                                                           project.activation}}};
    for (const char* name : {"strides", "padding", "explicit_paddings", "dilations"}) {
      if (const AttrValue* value = depthwise.node->attrs.find(name)) attrs.set(name, *value);
    }
    const std::string name = graph_.node(last).name;
    graph_.replace({last, 0}, graph_.add("_FusedDepthwiseBlock", name, inputs, std::move(attrs)));
  }

  Rewriter graph_;
};

}  // namespace

void fuse_depthwise_blocks(ProgramGraph& program) { BlockFuser(program).run(); }

}  // namespace rill::passes
