// Optimizers since Keras 2.11 keep a list of variables behind the count of iterations
// (tf_keras/src/optimizers/optimizer.py), those of Keras 3 perhaps other optimizers with such lists
// (keras/src/optimizers/loss_scale_optimizer.py, multi_optimizer.py in rill's own), those before it
// one slot after another, each for all weights (optimizer_v2.py).
#include "io/checkpoint_optimizer.h"

#include <map>

#include "base/fail.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "io/keras_checkpoint.h"

namespace rill::io {
namespace {

class Variables final : public keras::WeightSource {
 public:
  explicit Variables(std::unique_ptr<formats::CheckpointSource> source)
      : source_(std::move(source)) {
    const formats::TrackableGraph graph = read_object_graph(*source_);
    const int optimizer = graph.find("optimizer");
    if (optimizer < 0) return;
    if (add_listed(graph, "optimizer")) {
      add_listed(graph, "optimizer/inner_optimizer");
      for (int i = 0; graph.find(str("optimizer/_inner_optimizers/", i)) >= 0; ++i) {
        add_listed(graph, str("optimizer/_inner_optimizers/", i));
      }
    } else if (add(graph, graph.find("optimizer/iter"))) {
      add(graph, graph.find("optimizer/momentum_cache"));  // of Nadam
      add_slots(graph, optimizer);
    }
    for (const char* path : {"optimizer/_learning_rate", "optimizer/learning_rate"}) {
      const std::string* key = key_of(graph, graph.find(path));
      if (key != nullptr) keys_.emplace("optimizer/learning_rate", *key);
    }
  }
  bool empty() const { return keys_.empty(); }

  bool contains(const std::string& path) const override { return keys_.contains(path); }
  Tensor read(const std::string& path) const override { return source_->read(keys_.at(path)); }
  std::vector<std::string> names(const std::string&, const std::string&) const override {
    return {};
  }
  std::string text(const std::string&, const std::string&) const override { return ""; }
  std::string describe() const override { return source_->prefix(); }

 private:
  // The count of iterations, and the list behind it. False when there is no count.
  bool add_listed(const formats::TrackableGraph& graph, const std::string& optimizer) {
    if (!add(graph, graph.find(optimizer + "/_iterations"))) return false;
    for (size_t i = 1; add(graph, graph.find(str(optimizer, "/_variables/", i))); ++i) {
    }
    return true;
  }

  // One slot of all weights after the other, as the graph has them. The two of Ftrl lie side by
  // side among an optimizer's variables (tf_keras/src/optimizers/legacy/ftrl.py).
  void add_slots(const formats::TrackableGraph& graph, int optimizer) {
    const auto& slots = graph.nodes[static_cast<size_t>(optimizer)].slot_variables;
    const size_t half = slots.size() / 2;
    const bool ftrl =
        half > 0 && slots[0].slot_name == "accumulator" && slots[half].slot_name == "linear";
    for (size_t i = 0; i < slots.size(); ++i) {
      add(graph, slots[ftrl ? i / 2 + i % 2 * half : i].slot_variable_node_id);
    }
  }

  // Null when the node is no variable that the checkpoint holds.
  const std::string* key_of(const formats::TrackableGraph& graph, int node) const {
    if (node < 0 || static_cast<size_t>(node) >= graph.nodes.size()) return nullptr;
    for (const auto& attribute : graph.nodes[static_cast<size_t>(node)].attributes) {
      if (source_->find(attribute.checkpoint_key) != nullptr) return &attribute.checkpoint_key;
    }
    return nullptr;
  }

  // False when there is no such variable.
  bool add(const formats::TrackableGraph& graph, int node) {
    const std::string* key = key_of(graph, node);
    if (key != nullptr) keys_.emplace(str("optimizer/vars/", keys_.size()), *key);
    return key != nullptr;
  }

  std::unique_ptr<formats::CheckpointSource> source_;
  std::map<std::string, std::string> keys_;
};

}  // namespace

std::shared_ptr<const keras::WeightSource> checkpoint_optimizer(const std::string& prefix) {
  auto variables = std::make_shared<Variables>(formats::open_checkpoint(prefix));
  if (variables->empty()) return nullptr;
  return variables;
}

}  // namespace rill::io
