// CTCGreedyDecoder and CTCBeamSearchDecoder: the likeliest label sequences, as sparse tensors.
// Source of the search: tensorflow/core/util/ctc/ctc_beam_search.h.
#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <map>

#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/type_sets.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

using Labels = std::vector<int64_t>;

// The sequences of a batch as indices, values and dense shape.
void write_sparse(KernelContext& ctx, int indices_at, int values_at, int shape_at,
                  const std::vector<Labels>& batch) {
  int64_t count = 0, longest = 0;
  for (const Labels& labels : batch) {
    count += static_cast<int64_t>(labels.size());
    longest = std::max(longest, static_cast<int64_t>(labels.size()));
  }
  int64_t* indices = ctx.output(indices_at, Shape{count, 2}).data<int64_t>();
  int64_t* values = ctx.output(values_at, Shape{count}).data<int64_t>();
  for (size_t b = 0; b < batch.size(); ++b) {
    for (size_t i = 0; i < batch[b].size(); ++i) {
      *indices++ = static_cast<int64_t>(b);
      *indices++ = static_cast<int64_t>(i);
      *values++ = batch[b][i];
    }
  }
  int64_t* shape = ctx.output(shape_at, Shape{2}).data<int64_t>();
  shape[0] = static_cast<int64_t>(batch.size());
  shape[1] = longest;
}

void check_inputs(const KernelContext& ctx) {
  const Shape& shape = ctx.input(0).shape();
  const Tensor& lengths = ctx.input(1);
  ctx.require(shape.rank() == 3, "inputs is not a 3-Tensor, got shape ", shape);
  ctx.require(shape[0] > 0, "max_time is 0");
  ctx.require(shape.num_elements() > 0, "inputs must not be empty, got shape ", shape);
  ctx.require(lengths.rank() == 1, "sequence_length is not a vector, got shape ", lengths.shape());
  if (lengths.size() != shape[1]) {
    ctx.fail(Code::failed_precondition,
             "len(sequence_length) != batch_size. len(sequence_length): ", lengths.shape(),
             " batch_size: ", shape[1]);
  }
  for (int64_t b = 0; b < shape[1]; ++b) {
    const int32_t n = lengths.data<int32_t>()[b];
    if (n > shape[0]) {
      ctx.fail(Code::failed_precondition, "sequence_length(", b, ") <= ", shape[0], ", got ", n);
    }
  }
}

template <typename T>
void greedy(KernelContext& ctx) {
  const Shape& shape = ctx.input(0).shape();
  const int64_t batch = shape[1], classes = shape[2];
  const bool merge = ctx.attr<bool>("merge_repeated");
  auto blank = ctx.attr<int64_t>("blank_index");
  if (blank < 0) blank += classes;
  ctx.require(blank >= 0 && blank < classes, "blank_index ", ctx.attr<int64_t>("blank_index"),
              " is not in [-", classes, ", ", classes, ")");
  const T* in = ctx.input(0).data<T>();
  T* score = ctx.output(3, Shape{batch, 1}).data<T>();
  std::vector<Labels> decoded(static_cast<size_t>(batch));
  for (int64_t b = 0; b < batch; ++b) {
    score[b] = 0;
    int64_t before = -1;
    for (int64_t t = 0; t < ctx.input(1).data<int32_t>()[b]; ++t) {
      const T* row = in + (t * batch + b) * classes;
      const int64_t best = std::max_element(row, row + classes) - row;
      score[b] -= row[best];
      if (best != blank && !(merge && best == before)) {
        decoded[static_cast<size_t>(b)].push_back(best);
      }
      before = best;
    }
  }
  write_sparse(ctx, 0, 1, 2, decoded);
}

// The prefix tree of the search. A node is alive while its newest total is above zero.
template <typename T>
class BeamSearch {
 public:
  BeamSearch(int64_t width, int64_t classes)
      : width_(static_cast<size_t>(width)), classes_(classes) {
    nodes_.push_back(Node{});
    nodes_[0].now = {T{0}, T{0}, kZero};
    leaves_.push_back(&nodes_[0]);
  }

  void step(const T* row) {
    const T most = *std::max_element(row, row + classes_);
    T sum = 0;
    for (int64_t c = 0; c < classes_; ++c) sum += std::exp(row[c] - most);
    const T offset = most + std::log(sum);
    const int64_t blank = classes_ - 1;

    std::vector<Node*> branches;
    branches.swap(leaves_);
    for (Node* b : branches) b->old = b->now;
    for (Node* b : branches) {
      if (b->parent) {
        if (b->parent->alive()) {
          const T before =
              b->label == b->parent->label ? b->parent->old.blank : b->parent->old.total;
          b->now.label = log_add(b->now.label, before);
        }
        b->now.label += row[b->label] - offset;
      }
      b->now.blank = b->old.total + row[blank] - offset;
      b->now.total = log_add(b->now.blank, b->now.label);
      push(b);
    }
    for (Node* b : branches) {
      if (!candidate(b->old)) continue;
      for (int64_t c = 0; c < classes_; ++c) {
        if (c == blank) continue;
        const auto found = b->children.find(c);
        if (found != b->children.end() && found->second->alive()) continue;
        Probability p;
        p.label = row[c] - offset + (c == b->label ? b->old.blank : b->old.total);
        p.total = p.label;
        Node* child = found != b->children.end() ? found->second : nullptr;
        if (!candidate(p)) {
          if (child) child->old = child->now = {};
          continue;
        }
        if (!child) {
          child = &nodes_.emplace_back();
          child->parent = b;
          child->label = c;
          b->children.emplace(c, child);
        }
        child->now = p;  // one that fell out in this step keeps `old`: it may still grow
        if (leaves_.size() == width_) {
          leaves_.back()->now = {};
          leaves_.pop_back();
        }
        push(child);
      }
    }
  }

  size_t leaves() const { return leaves_.size(); }
  T score(size_t path) const { return leaves_[path]->now.total; }
  Labels labels(size_t path, bool merge_repeated) const {
    Labels found;
    int64_t before = -1;
    for (const Node* n = leaves_[path]; n->parent; n = n->parent) {
      if (!merge_repeated || n->label != before) found.push_back(n->label);
      before = n->label;
    }
    std::reverse(found.begin(), found.end());
    return found;
  }

 private:
  static constexpr T kZero = -std::numeric_limits<T>::infinity();
  struct Probability {  // logarithms
    T total = kZero, blank = kZero, label = kZero;
  };
  struct Node {
    Node* parent = nullptr;
    int64_t label = -1;
    Probability old, now;
    std::map<int64_t, Node*> children;
    bool alive() const { return now.total != kZero; }
  };

  static T log_add(T a, T b) {
    if (a == kZero) return b;
    if (b == kZero) return a;
    return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
  }
  bool candidate(const Probability& p) const {
    return p.total > kZero && (leaves_.size() < width_ || p.total > leaves_.back()->now.total);
  }
  void push(Node* node) {  // kept in falling order
    leaves_.insert(
        std::upper_bound(leaves_.begin(), leaves_.end(), node,
                         [](const Node* a, const Node* b) { return a->now.total > b->now.total; }),
        node);
  }

  size_t width_;
  int64_t classes_;
  std::deque<Node> nodes_;
  std::vector<Node*> leaves_;
};

template <typename T>
void beam(KernelContext& ctx) {
  const Shape& shape = ctx.input(0).shape();
  const int64_t batch = shape[1], classes = shape[2];
  const auto width = ctx.attr<int64_t>("beam_width"), top = ctx.attr<int64_t>("top_paths");
  ctx.require(top <= width, "top_paths ", top, " exceeds beam_width ", width);
  const bool merge = ctx.attr<bool>("merge_repeated");
  const T* in = ctx.input(0).data<T>();
  const int paths = static_cast<int>(top);
  T* score = ctx.output(3 * paths, Shape{batch, top}).data<T>();
  std::vector<std::vector<Labels>> decoded(static_cast<size_t>(top),
                                           std::vector<Labels>(static_cast<size_t>(batch)));
  for (int64_t b = 0; b < batch; ++b) {
    BeamSearch<T> search(width, classes);
    for (int64_t t = 0; t < ctx.input(1).data<int32_t>()[b]; ++t) {
      ctx.runtime().check_cancelled();
      search.step(in + (t * batch + b) * classes);
    }
    ctx.require(search.leaves() >= static_cast<size_t>(top),
                "Less leaves in the beam search than requested: ", search.leaves(), " < ", top);
    for (size_t p = 0; p < static_cast<size_t>(top); ++p) {
      decoded[p][static_cast<size_t>(b)] = search.labels(p, merge);
      score[b * top + static_cast<int64_t>(p)] = search.score(p);
    }
  }
  for (int p = 0; p < paths; ++p) {
    write_sparse(ctx, p, paths + p, 2 * paths + p, decoded[static_cast<size_t>(p)]);
  }
}

void run_greedy(KernelContext& ctx) {
  check_inputs(ctx);
  ctx.input(0).dtype() == DType::float64 ? greedy<double>(ctx) : greedy<float>(ctx);
}
void run_beam(KernelContext& ctx) {
  check_inputs(ctx);
  ctx.input(0).dtype() == DType::float64 ? beam<double>(ctx) : beam<float>(ctx);
}

void infer_ctc_decoder(ShapeContext& ctx, int64_t paths) {
  ctx.require_rank_exactly(0, 3);
  ctx.require_rank_exactly(1, 1);
  const int64_t batch = ctx.merge_dim(ctx.input(0).has_rank() ? ctx.input(0)[1] : -1,
                                      ctx.input(1).has_rank() ? ctx.input(1)[0] : -1);
  const int n = static_cast<int>(paths);
  if (ctx.num_outputs() != 3 * n + 1) return;
  for (int p = 0; p < n; ++p) {
    ctx.set_output(p, Shape{-1, 2});
    ctx.set_output(n + p, Shape{-1});
    ctx.set_output(2 * n + p, Shape{2});
  }
  ctx.set_output(3 * n, Shape{batch, paths});
}

}  // namespace

void register_ctc_decoder(OpRegistry& registry) {
  registry.add({.signature = "CTCGreedyDecoder(inputs: T, sequence_length: int32) -> "
                             "(decoded_indices: int64, decoded_values: int64, decoded_shape: "
                             "int64, log_probability: T)",
                .attrs = {bool_attr("merge_repeated", false), int_attr("blank_index", -1),
                          type_attr("T", kSingleDouble, DType::float32)},
                .shape = [](ShapeContext& ctx) { infer_ctc_decoder(ctx, 1); },
                .kernel = run_greedy});
  registry.add(
      {.signature = "CTCBeamSearchDecoder(inputs: T, sequence_length: int32) -> "
                    "(decoded_indices: top_paths*int64, decoded_values: top_paths*int64, "
                    "decoded_shape: top_paths*int64, log_probability: T)",
       .attrs = {at_least(1, int_attr("beam_width")), at_least(1, int_attr("top_paths")),
                 bool_attr("merge_repeated", true), type_attr("T", kSingleDouble, DType::float32)},
       .shape = [](ShapeContext& ctx) { infer_ctc_decoder(ctx, ctx.attr<int64_t>("top_paths")); },
       .kernel = run_beam});
}

}  // namespace rill
