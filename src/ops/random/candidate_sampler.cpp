// The candidate samplers of sampled softmax and noise-contrastive estimation, and
// ComputeAccidentalHits. Draws and expected counts are TensorFlow's.
// Source: tensorflow/core/kernels/candidate_sampler_ops.cc, range_sampler.cc.
#include <limits>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/random/range_sampler.h"
#include "ops/random_state.h"

namespace rill {
namespace {

constexpr int64_t kBlocksPerSample = 512;  // of four 32-bit numbers

struct CandidateSamplerSizes {
  int64_t sampled, true_count;
  bool unique;
};
CandidateSamplerSizes sizes_of(const NodeAccess& node, int64_t range) {
  const CandidateSamplerSizes sizes{node.attr<int64_t>("num_sampled"),
                                    node.attr<int64_t>("num_true"), node.attr<bool>("unique")};
  node.require(sizes.sampled > 0 && sizes.sampled <= INT32_MAX,
               "num_sampled must be positive and at most ", INT32_MAX, ", got ", sizes.sampled);
  node.require(!sizes.unique || sizes.sampled <= range, "Sampler's range is too small: ", range,
               " cannot give ", sizes.sampled, " different candidates");
  return sizes;
}

void infer_candidate_sampler(ShapeContext& ctx) {
  const auto sampled = ctx.attr<int64_t>("num_sampled"), n = ctx.attr<int64_t>("num_true");
  ctx.require(sampled >= 1 && n >= 1, "num_sampled and num_true must be at least 1, got ", sampled,
              " and ", n);
  ctx.require_rank_exactly(0, 2);
  const Shape& classes = ctx.input(0);
  ctx.set_output(0, Shape{sampled});
  ctx.set_output(1, Shape{classes.has_rank() ? classes[0] : -1, n});
  ctx.set_output(2, Shape{sampled});
}

// The chance that a candidate is among the samples, given how often was drawn.
float expected_count(float p, int64_t sampled, int64_t tries) {
  if (tries == sampled) return p * static_cast<float>(sampled);
  return -std::expm1(static_cast<float>(tries) * std::log1p(-p));
}

void sample(KernelContext& ctx, RangeSampler& sampler) {
  const CandidateSamplerSizes sizes = sizes_of(ctx, sampler.range());
  const Tensor& classes = ctx.input(0);
  ctx.require(classes.rank() == 2 && classes.dim(1) == sizes.true_count,
              "true_classes must be a matrix of num_true = ", sizes.true_count,
              " columns, got shape ", classes.shape());
  for (const int64_t c : classes.flat<int64_t>()) {
    ctx.require(c >= 0 && c < sampler.range(), "`true_candidate` out of range [0, ",
                sampler.range(), "), received ", c);
  }
  auto chosen = ctx.output(0, Shape{sizes.sampled}).flat<int64_t>();
  auto true_expected = ctx.output(1, classes.shape()).flat<float>();
  auto expected = ctx.output(2, Shape{sizes.sampled}).flat<float>();

  SimplePhilox random(reserve_blocks(ctx, static_cast<uint64_t>(sizes.sampled * kBlocksPerSample)));
  int64_t tries = sizes.sampled;
  if (sampler.takes_all()) {
    for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = static_cast<int64_t>(i);
    std::fill(expected.begin(), expected.end(), 1.0F);
    std::fill(true_expected.begin(), true_expected.end(), 1.0F);
    return;
  }
  std::unordered_set<int64_t> used;
  size_t count = 0;
  for (int64_t drawn = 0; count < chosen.size(); ++drawn) {
    if (drawn % 4096 == 4095) ctx.runtime().check_cancelled();
    if (drawn >= INT32_MAX) {
      ctx.fail(Code::resource_exhausted, "no ", sizes.sampled,
               " different candidates were found in ", drawn, " draws");
    }
    const int64_t value = sampler.sample(random);
    if (!sizes.unique || used.insert(value).second) chosen[count++] = value;
    if (sizes.unique) tries = drawn + 1;
  }
  for (size_t i = 0; i < chosen.size(); ++i) {
    expected[i] = expected_count(sampler.probability(chosen[i]), sizes.sampled, tries);
  }
  const auto given = classes.flat<int64_t>();
  for (size_t i = 0; i < given.size(); ++i) {
    true_expected[i] = expected_count(sampler.probability(given[i]), sizes.sampled, tries);
  }
  sampler.update(given);
}

// What a node keeps between runs: the weights it learnt, or the tables of its distribution.
class Kept final : public Opaque {
 public:
  explicit Kept(std::unique_ptr<RangeSampler> made) : sampler(std::move(made)) {}
  std::string_view type_name() const override { return "CandidateSampler"; }
  std::mutex mutex;
  std::unique_ptr<RangeSampler> sampler;
};

template <typename Make>
void sample_kept(KernelContext& ctx, Make make) {
  const auto found = ctx.runtime().resources().find_or_make(
      "rill.candidates", ctx.node_name(),
      [&]() -> std::shared_ptr<Opaque> { return std::make_shared<Kept>(make()); });
  auto& kept = static_cast<Kept&>(*found);
  std::lock_guard lock(kept.mutex);
  sample(ctx, *kept.sampler);
}

int64_t range_of(const NodeAccess& node) {
  const auto range = node.attr<int64_t>("range_max");
  node.require(range > 0, "range_max must be positive, got ", range);
  return range;
}

void uniform(KernelContext& ctx) {
  UniformSampler sampler(range_of(ctx));
  sample(ctx, sampler);
}
void log_uniform(KernelContext& ctx) {
  LogUniformSampler sampler(range_of(ctx));
  sample(ctx, sampler);
}
void all(KernelContext& ctx) {
  AllSampler sampler(ctx.attr<int64_t>("num_sampled"));
  sample(ctx, sampler);
}
void learned_unigram(KernelContext& ctx) {
  const int64_t range = range_of(ctx);
  ctx.require(range < INT32_MAX, "range_max must be less than ", INT32_MAX,
              " for unigram samplers, got ", range);
  sample_kept(ctx, [&] { return std::make_unique<UnigramSampler>(range); });
}
void fixed_unigram(KernelContext& ctx) {
  sample_kept(ctx, [&] { return make_fixed_unigram_sampler(ctx); });
}

void hits(KernelContext& ctx) {
  const Tensor &classes = ctx.input(0), &sampled = ctx.input(1);
  const auto n = ctx.attr<int64_t>("num_true");
  ctx.require(classes.rank() == 2 && classes.dim(1) == n,
              "true_candidates must be a batch_size * num_true matrix, got shape ",
              classes.shape());
  ctx.require(sampled.rank() == 1, "sampled_candidates must be a vector, got shape ",
              sampled.shape());
  std::unordered_map<int64_t, int64_t> places;
  for (int64_t i = 0; i < sampled.size(); ++i) places[sampled.data<int64_t>()[i]] = i;
  std::vector<int32_t> rows;
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < classes.size(); ++i) {
    const auto found = places.find(classes.data<int64_t>()[i]);
    if (found == places.end()) continue;
    rows.push_back(static_cast<int32_t>(i / n));
    ids.push_back(found->second);
  }
  const Shape shape{static_cast<int64_t>(ids.size())};
  std::copy(rows.begin(), rows.end(), ctx.output(0, shape).data<int32_t>());
  std::copy(ids.begin(), ids.end(), ctx.output(1, shape).data<int64_t>());
  auto weights = ctx.output(2, shape).flat<float>();
  std::fill(weights.begin(), weights.end(), -std::numeric_limits<float>::max());
}

void hits_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 1);
  if (ctx.input(0).has_rank()) ctx.merge_dim(ctx.input(0)[1], ctx.attr<int64_t>("num_true"));
  for (int i = 0; i < 3; ++i) ctx.set_output(i, Shape{-1});
}

}  // namespace

void register_candidate_sampler(OpRegistry& registry) {
  const auto add = [&](std::string_view name, std::vector<AttrDef> more, KernelFn kernel) {
    std::vector<AttrDef> attrs = {at_least(1, int_attr("num_true")),
                                  at_least(1, int_attr("num_sampled")), bool_attr("unique")};
    attrs.insert(attrs.end(), more.begin(), more.end());
    attrs.push_back(int_attr("seed", 0));
    attrs.push_back(int_attr("seed2", 0));
    registry.add({.signature = str(name,
                                   "(true_classes: int64) -> (sampled_candidates: int64, "
                                   "true_expected_count: float32, sampled_expected_count: "
                                   "float32)"),
                  .attrs = std::move(attrs),
                  .shape = infer_candidate_sampler,
                  .kernel = kernel,
                  .stateful = true});
  };
  const AttrDef range = at_least(1, int_attr("range_max"));
  add("UniformCandidateSampler", {range}, uniform);
  add("LogUniformCandidateSampler", {range}, log_uniform);
  add("LearnedUnigramCandidateSampler", {range}, learned_unigram);
  add("ThreadUnsafeUnigramCandidateSampler", {range}, learned_unigram);
  add("FixedUnigramCandidateSampler",
      {range, string_attr("vocab_file", ""), float_attr("distortion", 1.0F),
       int_attr("num_reserved_ids", 0), int_attr("num_shards", 1, 1), int_attr("shard", 0, 0),
       float_list_attr("unigrams", {})},
      fixed_unigram);
  add("AllCandidateSampler", {}, all);
  registry.add({.signature = "ComputeAccidentalHits(true_classes: int64, sampled_candidates: "
                             "int64) -> (indices: int32, ids: int64, weights: float32)",
                .attrs = {int_attr("num_true"), int_attr("seed", 0), int_attr("seed2", 0)},
                .shape = hits_shape,
                .kernel = hits});
}

}  // namespace rill
