// rill convert --self-test.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "base/str.h"
#include "cli/conversion.h"
#include "cli/describe_parts.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "io/variables.h"
#include "rill/keras.hpp"
#include "rill/saver.hpp"

namespace rill::cli {
namespace {

constexpr float kLeastHalf = 6.2e-5f;  // smaller float16 lie at equal distances

// Files of values alone cannot be run: what was written is read back and compared.
Comparison compare_values(const std::vector<Tensor>& wanted, const std::vector<Tensor>& read,
                          double tolerance) {
  size_t equal = 0;
  for (size_t i = 0; i < std::min(wanted.size(), read.size()); ++i) {
    const Tensor& a = wanted[i];
    const Tensor& b = read[i];
    bool same = a.dtype() == b.dtype() && a.shape() == b.shape();
    if (same && a.dtype() == DType::float32) {
      for (int64_t k = 0; same && k < a.size(); ++k) {
        const float u = a.data<float>()[k], v = b.data<float>()[k];
        same = (std::isnan(u) && std::isnan(v)) || u == v ||
               std::fabs(u - v) <= tolerance * std::max(std::fabs(u), kLeastHalf);
      }
    } else if (same && is_plain(a.dtype())) {
      same = std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
    }
    equal += same ? 1 : 0;
  }
  Comparison out;
  out.equal = equal == wanted.size() && read.size() == wanted.size();
  out.text = str("read back: ", equal, "/", wanted.size(), " tensors equal\n");
  return out;
}

Comparison read_back_weights(const Arguments& a, Target target) {
  const rill::keras::Model model = rill::keras::load_model(a.file);
  const std::vector<Tensor> wanted = model.get_weights();
  std::vector<Tensor> nothing;
  for (const Tensor& t : wanted) nothing.push_back(Tensor::zeros(t.dtype(), t.shape()));
  model.set_weights(nothing);
  model.load_weights(target == Target::weights ? a.target : prefix_of(a.target));
  return compare_values(wanted, model.get_weights(), a.fp16 ? 1e-3 : 0);
}

Comparison read_back_checkpoint(const Arguments& a, const Description& d) {
  const auto source = formats::open_checkpoint(checkpoint_prefix(a.file, d.kind));
  const auto written = formats::open_checkpoint(prefix_of(a.target));
  std::vector<Tensor> wanted, read;
  for (const formats::CheckpointEntry& entry : source->entries()) {
    wanted.push_back(source->read(entry.name));
    read.push_back(written->read(entry.name));
  }
  return compare_values(wanted, read, 0);
}

Comparison read_back_variables(const Arguments& a, const Description& d) {
  const OpenGraph graph = open_graph(a, d);
  const auto written = formats::open_checkpoint(prefix_of(a.target));
  std::vector<Tensor> wanted, read;
  const Saver saver = saver_of(graph);
  for (const Saver::Item& item : saver.items()) {
    wanted.push_back(io::find_variable(graph.session, item.operation)->read());
    Tensor value = written->read(item.key);
    if (!item.full_shape.empty()) value = io::part_of(value, item, wanted.back().shape());
    read.push_back(std::move(value));
  }
  return compare_values(wanted, read, 0);
}

// freeze() names a result of a call that it resolved "call_1" for "call:1".
std::vector<std::string> frozen_names(std::vector<std::string> outputs, const GraphDef& frozen) {
  std::set<std::string> nodes;
  for (const NodeDef& node : frozen.nodes) nodes.insert(node.name);
  for (std::string& output : outputs) {
    std::string name = output;
    std::replace(name.begin(), name.end(), ':', '_');
    if (nodes.contains(name)) output = name;
  }
  return outputs;
}

}  // namespace

Comparison self_test(const Arguments& a, const Description& d, Target target, bool layers) {
  if (is_checkpoint(d.kind)) return read_back_checkpoint(a, d);
  if (layers && (target == Target::weights || target == Target::checkpoint)) {
    return read_back_weights(a, target);
  }
  if (target == Target::checkpoint) return read_back_variables(a, d);
  // A frozen graph has tensors, where a SavedModel has a signature.
  const bool named = target == Target::graph && d.kind == formats::FileKind::saved_model && !layers;
  return compare_outputs(
      a.file, a.target, a,
      named ? frozen_names(outputs_of(open_graph(a, d), a), GraphDef::load(a.target))
            : std::vector<std::string>());
}

}  // namespace rill::cli
