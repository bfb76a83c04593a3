// Every attribute of a node that ran, with what does not belong there: the op answers or refuses,
// whether the shapes are known while the graph grows or come with the feed.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "conformance/case.h"
#include "conformance/hostile_values.h"
#include "contract/hostile_calls.h"
#include "contract/no_faults.h"
#include "op/waits.h"
#include "rill/session.hpp"

namespace rill::conformance {
namespace {

// One attribute of one node of a case.
struct Target {
  const Pack* pack;
  const Json* test;
  size_t node;
  const OpDef* def;
  size_t attr;
  AttrValue value;
};

// Nodes of each op in the packs of the repository, all their attributes and all values.
class Targets {
 public:
  Targets() {
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(RILL_TEST_DATA) / "conformance" / "ops")) {
      if (std::filesystem::exists(entry.path() / "cases.json")) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    packs_.reserve(folders.size());
    for (const auto& folder : folders) {
      packs_.push_back(read_pack(folder));
      for (const Json& test : packs_.back().cases.as_array()) {
        if (test.at("kind").as_string() == "graph") take(packs_.back(), test);
      }
    }
  }

  // Each twice: with shapes as in the file, and unknown to the graph.
  int64_t count() const { return 2 * static_cast<int64_t>(all_.size()); }
  size_t num_ops() const { return cases_of_.size(); }
  static bool shapes_known(int64_t i) { return i % 2 == 0; }
  const Target& operator[](int64_t i) const { return all_[static_cast<size_t>(i / 2)]; }

  std::string describe(int64_t i) const {
    const Target& t = (*this)[i];
    return str(t.test->at("name").as_string(), ": ", t.def->name, ".", t.def->attrs[t.attr].name,
               " = ", t.value.to_string(), shapes_known(i) ? "" : ", shapes unknown");
  }

 private:
  void take(const Pack& pack, const Json& test) {
    const GraphDef graph = graph_of(pack, test.at("artefact"));
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
      const NodeDef& node = graph.nodes[n];
      const OpDef* def = op_registry().find(node.op);
      if (def == nullptr || def->attrs.empty() || !wanted(node.op, test)) continue;
      for (size_t a = 0; a < def->attrs.size(); ++a) {
        const AttrValue* now = node.attrs.find(def->attrs[a].name);
        for (AttrValue& value : hostile_values(def->attrs[a], now ? *now : AttrValue())) {
          all_.push_back({&pack, &test, n, def, a, std::move(value)});
        }
      }
    }
  }

  // One node of each op in each of the first cases that have it.
  bool wanted(const std::string& op, const Json& test) {
    constexpr size_t kCases = 2;
    auto& cases = cases_of_[op];
    if (cases.size() == kCases || (!cases.empty() && cases.back() == &test)) return false;
    cases.push_back(&test);
    return true;
  }

  std::vector<Pack> packs_;
  std::map<std::string, std::vector<const Json*>> cases_of_;
  std::vector<Target> all_;
};

GraphDef hostile_graph(const Target& target, bool shapes_known) {
  GraphDef graph = graph_of(*target.pack, target.test->at("artefact"));
  graph.nodes[target.node].attrs.set(target.def->attrs[target.attr].name, target.value);
  for (NodeDef& node : graph.nodes) {
    node.attrs.erase("_output_shapes");
    if (!shapes_known && node.op == "Placeholder") node.attrs.set("shape", Shape::unknown_rank());
  }
  return graph;
}

TEST(HostileAttributes, AnswerOrRefuse) {
  const Targets targets;
  EXPECT_GT(targets.num_ops(), 600U);
  const auto run = [&](int64_t i) {
    Graph graph;
    graph.import(hostile_graph(targets[i], Targets::shapes_known(i)));
    const Session session(graph);
    RunLimits limits;
    limits.timeout = std::chrono::milliseconds(100);
    const WaitLimit alone(std::chrono::milliseconds(1));  // no other run comes to answer it
    Answer answer;
    run_steps(*targets[i].pack, *targets[i].test, session, answer, limits);
  };
  test::expect_no_faults(
      test::run_sandboxed(targets.count(), run, [&](int64_t i) { return targets.describe(i); }));
}

}  // namespace
}  // namespace rill::conformance
