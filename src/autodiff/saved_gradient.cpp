#include "autodiff/saved_gradient.h"

#include "autodiff/structural.h"
#include "base/fail.h"
#include "op/import.h"
#include "op/saved_gradient.h"

namespace rill::autodiff {
namespace {

template <typename List>
const List* list_of(const NameAttrList& gradient, const char* name) {
  const AttrValue* value = gradient.attrs ? gradient.attrs->find(name) : nullptr;
  return value ? value->get_if<List>() : nullptr;
}

Value captured(const CallSite& site, const std::string& tensor) {
  const auto [name, port] = split_tensor_name(tensor);
  const int id = site.graph->find(name);
  if (id < 0 || port < 0 ||
      static_cast<size_t>(port) >= site.graph->node(id).output_dtypes.size()) {
    fail(Code::data_loss, "node ", quoted(site.graph->node(site.node).name),
         ": its gradient function uses ", quoted(tensor), ", which is not there");
  }
  return site.graph->tensor({id, port});
}

Values call_saved(const GradContext& ctx, const NameAttrList& gradient) {
  CallSite site;
  if (!find_site(ctx, site)) {
    fail(Code::unimplemented, "the saved gradient of a ", ctx.def().name, " outside its function");
  }
  Values inputs;
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    const Value& flow = ctx.output_gradient(i);
    inputs.push_back(flow ? flow : zeros_of(ctx.output(i)));
  }
  if (const auto* names = list_of<std::vector<std::string>>(gradient, kSavedGradientCaptures)) {
    for (const std::string& name : *names) inputs.push_back(captured(site, name));
  }
  const NameAttrList function{gradient.name, nullptr};
  const std::shared_ptr<FunctionBody> body = function_body(*site.graph, function);
  std::vector<DType> types;
  for (const int id : body->returns) {
    types.push_back(body->graph->tensor(body->graph->node(id).inputs[0]).dtype());
  }
  const Values made = emit_all(body->stateful ? "StatefulPartitionedCall" : "PartitionedCall",
                               inputs, {{"Tout", types}, {"f", function}});
  Values out(static_cast<size_t>(ctx.num_inputs()));
  const auto* results = list_of<std::vector<int64_t>>(gradient, kSavedGradientResults);
  for (size_t i = 0; results && i < out.size() && i < results->size(); ++i) {
    const int64_t at = (*results)[i];
    if (at >= 0 && static_cast<size_t>(at) < made.size()) out[i] = made[static_cast<size_t>(at)];
  }
  return out;
}

}  // namespace

std::shared_ptr<const CustomGradient> saved_gradient(const AttrMap& attrs) {
  const AttrValue* attr = attrs.find(kSavedGradient);
  const auto* gradient = attr ? attr->get_if<NameAttrList>() : nullptr;
  if (gradient == nullptr) return nullptr;
  return std::make_shared<const CustomGradient>(
      [gradient = *gradient](const GradContext& ctx) { return call_saved(ctx, gradient); });
}

}  // namespace rill::autodiff
