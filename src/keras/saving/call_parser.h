// How inbound_nodes of a config say what a layer was called on.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "codec/json.h"
#include "keras/core/node.h"

namespace rill::keras {

struct ParsedCall {
  CallSpec spec;
  std::vector<KerasTensor> inputs;
};

// Finds the output `tensor` of call `node` of the layer `name`. Null: there is no such layer.
// An empty placeholder: that call was not made yet.
using FindTensor = std::function<std::optional<KerasTensor>(const std::string& name, int64_t node,
                                                            int64_t tensor)>;

// Nothing when an input does not exist yet. Throws INVALID_ARGUMENT for an unknown layer or a
// shape of config that cannot be right.
std::optional<ParsedCall> parse_call(const Json& node, const std::string& class_name,
                                     const FindTensor& find);

// Layers whose call takes named tensors get them in the order of its signature, all of them.
void order_arguments(const std::string& class_name, CallSpec& spec,
                     std::vector<KerasTensor>& inputs);

}  // namespace rill::keras
