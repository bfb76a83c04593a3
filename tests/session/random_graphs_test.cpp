// What is planned (fused, shared memory, views, constants moved) gives what the same ops give one
// by one. Graphs are random: small, with many dimensions of one, where views and broadcasts abound.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "base/str.h"
#include "rill/ops/call.hpp"
#include "rill/rill.hpp"

namespace rill {
namespace {

using Step = std::function<Value(const Values&)>;

struct Node {
  Step step;  // empty: an input
  std::vector<size_t> inputs;
  std::string name;
};

Value call(const char* op, const Values& inputs, const AttrMap& attrs = {}) {
  return ops::call(op, inputs, attrs)[0];
}
Value integers(const std::vector<int32_t>& values) { return Tensor::vector<int32_t>(values); }
Value integer(int64_t value) { return Tensor(static_cast<int32_t>(value)); }

bool broadcast(const Shape& a, const Shape& b) {
  for (int i = 1; i <= std::min(a.rank(), b.rank()); ++i) {
    const int64_t x = a[a.rank() - i], y = b[b.rank() - i];
    if (x != y && x != 1 && y != 1) return false;
  }
  return true;
}

class RandomGraph {
 public:
  explicit RandomGraph(uint32_t seed) : random_(seed) {
    const int inputs = 1 + below(3);
    for (int i = 0; i < inputs; ++i) {
      Shape shape;
      for (int rank = below(4); rank > 0; --rank) shape.push_back(std::max(1, below(6) - 1));
      add({{}, {}, "input"}, draw(shape));
    }
    for (int i = 3 + below(14); i > 0; --i) grow();
  }

  // Two fetches of some nodes with fresh inputs, and the ops one by one.
  void compare() {
    const Graph graph;
    const std::vector<Value> nodes = build(graph);
    const Session session(graph);
    std::vector<size_t> chosen = {nodes_.size() - 1};
    for (int i = below(4); i > 0; --i) chosen.push_back(pick());
    std::vector<TensorName> fetches;
    for (const size_t i : chosen) fetches.emplace_back(nodes[i]);
    for (int run = 0; run < 2; ++run) {
      Feeds feeds;
      values_.resize(count_inputs());
      for (size_t i = 0; i < values_.size(); ++i) {
        values_[i] = draw(values_[i].shape());
        feeds.push_back({nodes[i], values_[i]});
      }
      while (values_.size() < nodes_.size())
        values_.push_back(apply(nodes_[values_.size()], values_));
      const std::vector<Tensor> found = session.run(fetches, feeds);
      for (size_t k = 0; k < chosen.size(); ++k) {
        ASSERT_TRUE(equal(found[k], values_[chosen[k]])) << "node " << chosen[k] << " of" << text();
      }
    }
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  // The last ones more often: deep graphs.
  size_t pick() {
    const size_t recent = std::min<size_t>(3, nodes_.size());
    const auto from = [&](size_t n) { return static_cast<size_t>(below(static_cast<int>(n))); };
    return below(2) == 0 ? from(nodes_.size()) : nodes_.size() - 1 - from(recent);
  }
  Tensor draw(const Shape& shape) {
    Tensor out(DType::float32, shape);
    for (int64_t i = 0; i < out.size(); ++i) {
      out.data<float>()[i] = static_cast<float>(below(2001) - 1000) / 500;
    }
    return out;
  }
  size_t count_inputs() const {
    return static_cast<size_t>(
        std::count_if(nodes_.begin(), nodes_.end(), [](const Node& n) { return !n.step; }));
  }
  void add(Node node, const Value& value) {
    nodes_.push_back(std::move(node));
    values_.push_back(value);
  }
  static Value apply(const Node& node, const Values& values) {
    Values inputs;
    for (const size_t i : node.inputs) inputs.push_back(values[i]);
    return node.step(inputs);
  }

  void grow() {
    Node node;
    const size_t a = pick();
    node.inputs = {a};
    choose(node, values_[a].shape());
    if (!node.step) return;
    const Value value = apply(node, values_);
    if (value.shape().num_elements() <= 3000 && value.rank() <= 5) add(std::move(node), value);
  }

  template <size_t n>
  const char* any(const char* const (&names)[n]) {
    return names[below(static_cast<int>(n))];
  }
  // Another node that fits, as the second input; false when none was met.
  bool joined(Node& node, const std::function<bool(const Shape&)>& fits) {
    for (int tries = 0; tries < 8; ++tries) {
      const size_t b = pick();
      if (!fits(values_[b].shape())) continue;
      node.inputs.push_back(b);
      return true;
    }
    return false;
  }

  void choose(Node& node, const Shape& shape) {
    const int rank = shape.rank();
    const int kind = below(12);
    const int axis = rank > 0 ? below(rank) : 0;
    if (kind < 2) {
      const char* op = any({"Relu", "Neg", "Tanh", "Sigmoid", "Square", "Abs", "Exp", "Identity",
                            "Floor", "Softplus"});
      set(node, op, [op](const Values& v) { return call(op, v); });
    } else if (kind < 5) {
      if (!joined(node, [&](const Shape& other) { return broadcast(shape, other); })) return;
      const char* op = any({"AddV2", "Sub", "Mul", "Maximum", "RealDiv", "SquaredDifference"});
      set(node, op, [op](const Values& v) { return call(op, v); });
    } else if (kind == 5) {
      const auto size = static_cast<int32_t>(shape.num_elements());
      const std::vector<std::vector<int32_t>> all = {{size}, {1, size}, {size, 1}, {-1}};
      set(node, "Reshape", [to = all[static_cast<size_t>(below(4))]](const Values& v) {
        return call("Reshape", {v[0], integers(to)});
      });
    } else if (kind == 6) {
      if (below(2) == 0) {
        set(node, "Squeeze", [](const Values& v) { return call("Squeeze", v); });
      } else if (rank < 5) {
        set(node, "ExpandDims", [axis](const Values& v) {
          return call("ExpandDims", {v[0], integer(axis)});
        });
      }
    } else if (rank > 0 && kind < 9) {
      const char* op = any({"Sum", "Mean", "Max", "Prod"});
      set(node, op, [op, axis, keep = below(2) == 0](const Values& v) {
        return call(op, {v[0], integers({axis})}, {{"keep_dims", keep}});
      });
    } else if (rank > 0 && kind == 9) {
      std::vector<int32_t> begin, size;
      for (const int64_t n : shape) {
        begin.push_back(below(static_cast<int>(n)));
        size.push_back(static_cast<int32_t>(n) - begin.back());
      }
      set(node, "Slice", [begin, size](const Values& v) {
        return call("Slice", {v[0], integers(begin), integers(size)});
      });
    } else if (rank > 0 && kind == 10) {
      const auto same_but_axis = [&](const Shape& other) {
        if (other.rank() != rank) return false;
        for (int i = 0; i < rank; ++i) {
          if (i != axis && other[i] != shape[i]) return false;
        }
        return true;
      };
      if (!joined(node, same_but_axis)) return;
      set(node, "ConcatV2", [axis](const Values& v) {
        return call("ConcatV2", {v[0], v[1], integer(axis)});
      });
    } else if (rank > 1) {
      std::vector<int32_t> order(static_cast<size_t>(rank));
      for (int i = 0; i < rank; ++i) order[static_cast<size_t>(i)] = (i + 1 + axis) % rank;
      set(node, "Transpose", [order](const Values& v) {
        return call("Transpose", {v[0], integers(order)});
      });
    }
  }
  static void set(Node& node, const char* name, Step step) {
    node.name = name;
    node.step = std::move(step);
  }

  std::vector<Value> build(const Graph& graph) const {
    const auto scope = graph.as_default();
    std::vector<Value> out;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      out.push_back(nodes_[i].step
                        ? apply(nodes_[i], out)
                        : train::placeholder(str("x", i), DType::float32, values_[i].shape()));
    }
    return out;
  }

  static bool equal(const Tensor& a, const Tensor& b) {
    if (a.shape() != b.shape()) return false;
    for (int64_t i = 0; i < a.size(); ++i) {
      const double x = a.data<float>()[i], y = b.data<float>()[i];
      const bool same = x == y || (std::isnan(x) && std::isnan(y));
      if (!same && !(std::abs(x - y) <= 1e-6 + 2e-4 * std::max(std::abs(x), std::abs(y))))
        return false;
    }
    return true;
  }

  std::string text() const {
    std::string out;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      out += str("\n  ", i, ": ", nodes_[i].name, " ", values_[i].shape(), " of");
      for (const size_t k : nodes_[i].inputs) out += str(" ", k);
    }
    return out;
  }

  std::mt19937 random_;
  std::vector<Node> nodes_;
  Values values_;
};

TEST(RandomGraphs, GiveWhatTheirOpsGiveOneByOne) {
  for (uint32_t seed = 0; seed < 1500 && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomGraph(seed).compare();
  }
}

}  // namespace
}  // namespace rill
