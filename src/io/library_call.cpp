#include "io/library_call.h"

namespace rill::io {

Values call_function(const Functions& functions, const std::string& function, const Values& inputs,
                     const std::vector<DType>& outputs, const std::string& name) {
  std::shared_ptr<GraphImpl> graph = current_graph();
  std::vector<DType> types;
  for (const Value& x : inputs) {
    if (x.is_symbolic()) graph = x.rep()->graph;
    types.push_back(x.is_variable() ? DType::resource : x.dtype());
  }
  {
    std::lock_guard lock(graph->library->mutex);
    graph->library->functions.insert(functions.begin(), functions.end());
  }
  return emit_all("StatefulPartitionedCall", inputs,
                  {{"Tin", types}, {"Tout", outputs}, {"f", NameAttrList{function, nullptr}}},
                  name);
}

}  // namespace rill::io
