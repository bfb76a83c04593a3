// EditDistance: Levenshtein's, between the sequences of two sparse tensors.
// Source of the rules: tensorflow/core/kernels/edit_distance_op.cc.
#include <algorithm>
#include <limits>
#include <map>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

// Where each sequence lies: the coordinate without its last part -> entries, in order.
using Sequences = std::map<std::vector<int64_t>, std::vector<int64_t>>;

Sequences sequences_of(const SparseInput& sparse) {
  Sequences found;
  std::vector<int64_t>* last = nullptr;  // entries of a sequence mostly follow each other
  for (int64_t i = 0; i < sparse.count; ++i) {
    const int64_t* at = sparse.at(i);
    const int64_t* before = sparse.at(i > 0 ? i - 1 : 0);
    if (last == nullptr || !std::equal(at, at + sparse.rank - 1, before)) {
      last = &found[std::vector<int64_t>(at, at + sparse.rank - 1)];
    }
    last->push_back(i);
  }
  return found;
}

template <typename T>
int64_t distance(const T* a, const std::vector<int64_t>& in_a, const T* b,
                 const std::vector<int64_t>& in_b) {
  std::vector<int64_t> row(in_b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j) row[j] = static_cast<int64_t>(j);
  for (size_t i = 0; i < in_a.size(); ++i) {
    const T& here = a[in_a[i]];
    int64_t diagonal = row[0], left = static_cast<int64_t>(i) + 1;
    row[0] = left;
    for (size_t j = 0; j < in_b.size(); ++j) {
      const int64_t changed = diagonal + (here == b[in_b[j]] ? 0 : 1);
      diagonal = row[j + 1];
      left = std::min(changed, std::min(left, diagonal) + 1);
      row[j + 1] = left;
    }
  }
  return row.back();
}

Shape output_shape(const NodeAccess& node, const std::vector<int64_t>& hypothesis,
                   const std::vector<int64_t>& truth) {
  node.require(hypothesis.size() == truth.size(), "Expected hypothesis and truth of one rank, got ",
               hypothesis.size(), " and ", truth.size());
  node.require(hypothesis.size() >= 2, "EditDistance needs a rank of at least 2, got ",
               hypothesis.size());
  std::vector<int64_t> dims;
  for (size_t d = 0; d + 1 < truth.size(); ++d) dims.push_back(std::max(hypothesis[d], truth[d]));
  require_valid_shape(node, dims);
  return Shape(dims);
}

void infer(ShapeContext& ctx) {
  for (const int i : {0, 3}) {
    ctx.require_rank_exactly(i, 2);
    ctx.require_rank_exactly(i + 1, 1);
    ctx.require_rank_exactly(i + 2, 1);
  }
  const auto hypothesis = ctx.ints(2), truth = ctx.ints(5);
  if (hypothesis && truth) ctx.set_output(0, output_shape(ctx, *hypothesis, *truth));
}

void run(KernelContext& ctx) {
  const SparseInput hypothesis = sparse_input(ctx, 0, 1, 2), truth = sparse_input(ctx, 3, 4, 5);
  const Shape shape = output_shape(ctx, hypothesis.shape, truth.shape);
  for (const SparseInput* s : {&hypothesis, &truth}) require_in_bounds(ctx, *s);
  const bool normalize = ctx.attr<bool>("normalize");
  Tensor& out = ctx.output(0, shape);
  float* to = out.data<float>();
  std::fill_n(to, out.size(), 0.0F);
  const auto place = [&](const std::vector<int64_t>& group) {
    int64_t at = 0;
    for (size_t d = 0; d < group.size(); ++d) at = at * shape[static_cast<int>(d)] + group[d];
    return at;
  };
  const Sequences said = sequences_of(hypothesis), meant = sequences_of(truth);
  for (const auto& [group, entries] : said) {
    if (meant.contains(group)) continue;
    to[place(group)] =
        normalize ? std::numeric_limits<float>::infinity() : static_cast<float>(entries.size());
  }
  const auto compare = [&]<typename T>() {
    for (const auto& [group, entries] : meant) {
      const auto other = said.find(group);
      const auto length = static_cast<float>(entries.size());
      float d = length;
      if (other != said.end()) {
        d = static_cast<float>(distance(truth.values->data<T>(), entries,
                                        hypothesis.values->data<T>(), other->second));
      }
      to[place(group)] = normalize ? d / length : d;
    }
  };
  if (truth.values->dtype() == DType::string) return compare.template operator()<std::string>();
  dispatch_any_number(truth.values->dtype(), "EditDistance", compare);
}

}  // namespace

void register_edit_distance(OpRegistry& registry) {
  registry.add({.signature = "EditDistance(hypothesis_indices: int64, hypothesis_values: T, "
                             "hypothesis_shape: int64, truth_indices: int64, truth_values: T, "
                             "truth_shape: int64) -> (output: float32)",
                .attrs = {bool_attr("normalize", true), type_attr("T")},
                .shape = infer,
                .kernel = run,
                .not_differentiable = true});
}

}  // namespace rill
