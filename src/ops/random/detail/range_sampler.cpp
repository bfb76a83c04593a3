#include "ops/random/range_sampler.h"

#include <charconv>
#include <fstream>

#include "ops/files.h"

namespace rill {

// The cumulative sums of 1 + seen are searched without writing them down.
int64_t UnigramSampler::sample(SimplePhilox& random) {
  auto at = static_cast<int64_t>(random.below(static_cast<uint32_t>(total_)));
  int64_t extra = 0;  // of the classes before
  for (const auto& [value, count] : seen_) {
    if (at < value + extra) break;
    if (at <= value + extra + count) return value;
    extra += count;
  }
  return at - extra;
}

float UnigramSampler::probability(int64_t value) const {
  const auto found = seen_.find(value);
  const int64_t weight = 1 + (found == seen_.end() ? 0 : found->second);
  return static_cast<float>(weight) / static_cast<float>(total_);
}

void UnigramSampler::update(std::span<const int64_t> values) {
  for (const int64_t value : values) {
    if (total_ >= INT32_MAX) return;
    ++seen_[value];
    ++total_;
  }
}

namespace {

// Walker's alias method.
class FixedUnigramSampler final : public RangeSampler {
 public:
  explicit FixedUnigramSampler(std::vector<float> weights)
      : RangeSampler(static_cast<int64_t>(weights.size())), weights_(std::move(weights)) {
    const size_t n = weights_.size();
    double sum = 0;
    for (const float w : weights_) {
      sum += static_cast<double>(w);
      total_ += w;
    }
    std::vector<double> share(n);
    std::vector<size_t> high, low;
    chance_.resize(n);
    other_.resize(n);
    for (size_t i = 0; i < n; ++i) {
      share[i] = static_cast<double>(weights_[i] * static_cast<float>(n)) / sum;
      (share[i] < 1.0 ? low : high).push_back(i);
      other_[i] = i;
    }
    while (!high.empty() && !low.empty()) {
      const size_t l = low.back(), h = high.back();
      low.pop_back();
      high.pop_back();
      other_[l] = h;
      share[h] -= 1.0 - share[l];
      (share[h] < 1.0 ? low : high).push_back(h);
    }
    for (size_t i = 0; i < n; ++i) chance_[i] = static_cast<float>(share[i]);
    for (const auto* rest : {&high, &low}) {  // 1 but for rounding
      for (const size_t i : *rest) {
        chance_[i] = 1;
        other_[i] = i;
      }
    }
  }
  int64_t sample(SimplePhilox& random) override {
    const float r = random.number();
    const size_t i = random.below(static_cast<uint32_t>(weights_.size()));
    return static_cast<int64_t>(r < chance_[i] ? i : other_[i]);
  }
  float probability(int64_t value) const override {
    return weights_[static_cast<size_t>(value)] / total_;
  }

 private:
  std::vector<float> weights_;
  float total_ = 0;
  std::vector<float> chance_;
  std::vector<size_t> other_;
};

// The last field of each line.
std::vector<float> read_weights(const KernelContext& ctx, const std::string& path) {
  std::ifstream file = open_to_read(ctx, path);
  std::vector<float> weights;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const size_t comma = line.rfind(',');
    const std::string field = comma == std::string::npos ? line : line.substr(comma + 1);
    float weight = 0;
    const char* end = field.data() + field.size();
    const auto parsed = std::from_chars(field.data(), end, weight);
    ctx.require(parsed.ec == std::errc() && parsed.ptr == end,
                "Wrong vocabulary format at line: ", quoted(line));
    weights.push_back(weight);
  }
  return weights;
}

}  // namespace

std::unique_ptr<RangeSampler> make_fixed_unigram_sampler(const KernelContext& ctx) {
  const auto range = ctx.attr<int64_t>("range_max");
  const std::string& path = ctx.attr<std::string>("vocab_file");
  const auto& given = ctx.attr<std::vector<float>>("unigrams");
  ctx.require(path.empty() != given.empty(),
              "Must provide one of vocab_file and unigrams, and not both.");
  const auto shards = ctx.attr<int64_t>("num_shards"), shard = ctx.attr<int64_t>("shard");
  const auto reserved = ctx.attr<int64_t>("num_reserved_ids");
  ctx.require(shards >= 1 && shard >= 0 && shard < shards, "shard ", shard,
              " must be in [0, num_shards = ", shards, ")");
  ctx.require(range > 0 && range <= INT32_MAX && reserved >= 0 && reserved / shards <= range,
              "num_reserved_ids ", reserved, " does not fit range_max ", range);
  std::vector<float> weights;
  for (int64_t id = shard; id < reserved; id += shards) weights.push_back(0);
  const float distortion = ctx.attr<float>("distortion");
  auto id = static_cast<int64_t>(weights.size());
  const std::vector<float> all = path.empty() ? given : read_weights(ctx, path);
  double sum = 0;
  for (const float w : all) {
    if (id++ % shards != shard) continue;
    weights.push_back(std::pow(w, distortion));
    ctx.require(weights.back() >= 0, "the weight ", w, " to the power of ", distortion,
                " is not a positive number");
    sum += static_cast<double>(weights.back());
  }
  ctx.require(static_cast<int64_t>(weights.size()) == range, "range is ", range,
              " must be equal to weights size  ", weights.size());
  ctx.require(sum > 0 && std::isfinite(sum), "the weights must sum to a positive number, not ",
              sum);
  return std::make_unique<FixedUnigramSampler>(std::move(weights));
}

}  // namespace rill
