// The operations of src/ops/random as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Values AllCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AllCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Values ComputeAccidentalHits(const Value& true_classes, const Value& sampled_candidates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ComputeAccidentalHits", {true_classes, sampled_candidates}, std::move(attrs), node);
}
inline Values FixedUnigramCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FixedUnigramCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Values LearnedUnigramCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LearnedUnigramCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Values LogUniformCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogUniformCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Value Multinomial(const Value& logits, const Value& num_samples, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Multinomial", {logits, num_samples}, std::move(attrs), node)[0];
}
inline Value NonDeterministicInts(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NonDeterministicInts", {shape}, std::move(attrs), node)[0];
}
inline Value ParameterizedTruncatedNormal(const Value& shape, const Value& means, const Value& stdevs, const Value& minvals, const Value& maxvals, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParameterizedTruncatedNormal", {shape, means, stdevs, minvals, maxvals}, std::move(attrs), node)[0];
}
inline Value RandomGamma(const Value& shape, const Value& alpha, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomGamma", {shape, alpha}, std::move(attrs), node)[0];
}
inline Value RandomIndexShuffle(const Value& index, const Value& seed, const Value& max_index, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomIndexShuffle", {index, seed, max_index}, std::move(attrs), node)[0];
}
inline Value RandomPoisson(const Value& shape, const Value& rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomPoisson", {shape, rate}, std::move(attrs), node)[0];
}
inline Value RandomPoissonV2(const Value& shape, const Value& rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomPoissonV2", {shape, rate}, std::move(attrs), node)[0];
}
inline Value RandomShuffle(const Value& value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomShuffle", {value}, std::move(attrs), node)[0];
}
inline Value RandomStandardNormal(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomStandardNormal", {shape}, std::move(attrs), node)[0];
}
inline Value RandomUniform(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomUniform", {shape}, std::move(attrs), node)[0];
}
inline Value RandomUniformInt(const Value& shape, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RandomUniformInt", {shape, minval, maxval}, std::move(attrs), node)[0];
}
inline Value RngReadAndSkip(const Value& resource, const Value& alg, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RngReadAndSkip", {resource, alg, delta}, std::move(attrs), node)[0];
}
inline void RngSkip(const Value& resource, const Value& algorithm, const Value& delta, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("RngSkip", {resource, algorithm, delta}, std::move(attrs), node);
}
inline Values SampleDistortedBoundingBox(const Value& image_size, const Value& bounding_boxes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SampleDistortedBoundingBox", {image_size, bounding_boxes}, std::move(attrs), node);
}
inline Values SampleDistortedBoundingBoxV2(const Value& image_size, const Value& bounding_boxes, const Value& min_object_covered, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SampleDistortedBoundingBoxV2", {image_size, bounding_boxes, min_object_covered}, std::move(attrs), node);
}
inline Value SobolSample(const Value& dim, const Value& num_results, const Value& skip, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SobolSample", {dim, num_results, skip}, std::move(attrs), node)[0];
}
inline Value StatefulRandomBinomial(const Value& resource, const Value& algorithm, const Value& shape, const Value& counts, const Value& probs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulRandomBinomial", {resource, algorithm, shape, counts, probs}, std::move(attrs), node)[0];
}
inline Value StatefulStandardNormalV2(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulStandardNormalV2", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulTruncatedNormal(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulTruncatedNormal", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulUniform(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulUniform", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulUniformFullInt(const Value& resource, const Value& algorithm, const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulUniformFullInt", {resource, algorithm, shape}, std::move(attrs), node)[0];
}
inline Value StatefulUniformInt(const Value& resource, const Value& algorithm, const Value& shape, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulUniformInt", {resource, algorithm, shape, minval, maxval}, std::move(attrs), node)[0];
}
inline Value StatelessMultinomial(const Value& logits, const Value& num_samples, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessMultinomial", {logits, num_samples, seed}, std::move(attrs), node)[0];
}
inline Value StatelessParameterizedTruncatedNormal(const Value& shape, const Value& seed, const Value& means, const Value& stddevs, const Value& minvals, const Value& maxvals, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessParameterizedTruncatedNormal", {shape, seed, means, stddevs, minvals, maxvals}, std::move(attrs), node)[0];
}
inline Value StatelessRandomBinomial(const Value& shape, const Value& seed, const Value& counts, const Value& probs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomBinomial", {shape, seed, counts, probs}, std::move(attrs), node)[0];
}
inline Value StatelessRandomGammaV2(const Value& shape, const Value& seed, const Value& alpha, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGammaV2", {shape, seed, alpha}, std::move(attrs), node)[0];
}
inline Value StatelessRandomGammaV3(const Value& shape, const Value& key, const Value& counter, const Value& alg, const Value& alpha, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGammaV3", {shape, key, counter, alg, alpha}, std::move(attrs), node)[0];
}
inline Value StatelessRandomGetAlg(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGetAlg", {}, std::move(attrs), node)[0];
}
inline Values StatelessRandomGetKeyCounter(const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGetKeyCounter", {seed}, std::move(attrs), node);
}
inline Values StatelessRandomGetKeyCounterAlg(const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomGetKeyCounterAlg", {seed}, std::move(attrs), node);
}
inline Value StatelessRandomNormal(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomNormal", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessRandomNormalV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomNormalV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Value StatelessRandomPoisson(const Value& shape, const Value& seed, const Value& lam, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomPoisson", {shape, seed, lam}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniform(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniform", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformFullInt(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformFullInt", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformFullIntV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformFullIntV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformInt(const Value& shape, const Value& seed, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformInt", {shape, seed, minval, maxval}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformIntV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, const Value& minval, const Value& maxval, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformIntV2", {shape, key, counter, alg, minval, maxval}, std::move(attrs), node)[0];
}
inline Value StatelessRandomUniformV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessRandomUniformV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Values StatelessSampleDistortedBoundingBox(const Value& image_size, const Value& bounding_boxes, const Value& min_object_covered, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessSampleDistortedBoundingBox", {image_size, bounding_boxes, min_object_covered, seed}, std::move(attrs), node);
}
inline Value StatelessTruncatedNormal(const Value& shape, const Value& seed, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessTruncatedNormal", {shape, seed}, std::move(attrs), node)[0];
}
inline Value StatelessTruncatedNormalV2(const Value& shape, const Value& key, const Value& counter, const Value& alg, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessTruncatedNormalV2", {shape, key, counter, alg}, std::move(attrs), node)[0];
}
inline Values ThreadUnsafeUnigramCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ThreadUnsafeUnigramCandidateSampler", {true_classes}, std::move(attrs), node);
}
inline Value TruncatedNormal(const Value& shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TruncatedNormal", {shape}, std::move(attrs), node)[0];
}
inline Values UniformCandidateSampler(const Value& true_classes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UniformCandidateSampler", {true_classes}, std::move(attrs), node);
}

}  // namespace rill::raw_ops
// clang-format on
