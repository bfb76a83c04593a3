// What a C++ program writes for the preprocessing layers.
#include "rill/keras/layers/preprocessing.hpp"

#include "keras/layers/configured.h"

namespace rill::keras::layers {
namespace {

// What the two lookups have in common: all but the type of a token.
template <typename Options>
Config lookup_config(const Options& o) {
  return Config()
      .set("max_tokens", o.max_tokens)
      .set("num_oov_indices", o.num_oov_indices)
      .set("mask_token", o.mask_token)
      .set("oov_token", o.oov_token)
      .set("vocabulary", given(o.vocabulary))
      .set("idf_weights", given(o.idf_weights))
      .set("invert", o.invert)
      .set("output_mode", o.output_mode)
      .set("pad_to_max_tokens", o.pad_to_max_tokens);
}

// Keras refuses another policy for indices.
template <typename Options>
Options of_indices(Options o) {
  if (o.dtype.empty() && o.output_mode == "int") o.dtype = "int64";
  return o;
}

}  // namespace

StringLookup::StringLookup(const StringLookupOptions& o)
    : VocabularyLayer(configured("StringLookup", o, lookup_config(o))) {}

IntegerLookup::IntegerLookup(const IntegerLookupOptions& o)
    : VocabularyLayer(configured("IntegerLookup", o, lookup_config(o))) {}

TextVectorization::TextVectorization(const TextVectorizationOptions& o)
    : VocabularyLayer(configured("TextVectorization", o,
                                 Config()
                                     .set("max_tokens", o.max_tokens)
                                     .set("standardize", o.standardize)
                                     .set("split", o.split)
                                     .set("ngrams", o.ngrams)
                                     .set("output_mode", o.output_mode)
                                     .set("output_sequence_length", o.output_sequence_length)
                                     .set("pad_to_max_tokens", o.pad_to_max_tokens)
                                     .set("vocabulary", given(o.vocabulary))
                                     .set("idf_weights", given(o.idf_weights)))) {}

Hashing::Hashing(int64_t num_bins, const HashingOptions& o)
    : LayerPtr(configured("Hashing", of_indices(o),
                          Config()
                              .set("num_bins", num_bins)
                              .set("mask_value", o.mask_value)
                              .set("salt", given(o.salt))
                              .set("output_mode", o.output_mode))) {}

HashedCrossing::HashedCrossing(int64_t num_bins, const HashedCrossingOptions& o)
    : LayerPtr(configured("HashedCrossing", of_indices(o),
                          Config().set("num_bins", num_bins).set("output_mode", o.output_mode))) {}

Discretization::Discretization(const std::vector<double>& bin_boundaries,
                               const DiscretizationOptions& o)
    : AdaptableLayer(configured(
          "Discretization", o,
          Config().set("bin_boundaries", bin_boundaries).set("output_mode", o.output_mode))) {}

Discretization Discretization::with_num_bins(int64_t num_bins, double epsilon,
                                             const DiscretizationOptions& o) {
  return Discretization(configured("Discretization", o,
                                   Config()
                                       .set("num_bins", num_bins)
                                       .set("epsilon", epsilon)
                                       .set("output_mode", o.output_mode)));
}

MelSpectrogram::MelSpectrogram(const MelSpectrogramOptions& o)
    : LayerPtr(configured("MelSpectrogram", o,
                          Config()
                              .set("fft_length", o.fft_length)
                              .set("sequence_stride", o.sequence_stride)
                              .set("sequence_length", o.sequence_length)
                              .set("window", o.window)
                              .set("sampling_rate", o.sampling_rate)
                              .set("num_mel_bins", o.num_mel_bins)
                              .set("min_freq", o.min_freq)
                              .set("max_freq", o.max_freq)
                              .set("power_to_db", o.power_to_db)
                              .set("top_db", o.top_db)
                              .set("mag_exp", o.mag_exp)
                              .set("min_power", o.min_power)
                              .set("ref_power", o.ref_power))) {}

STFTSpectrogram::STFTSpectrogram(const STFTSpectrogramOptions& o)
    : LayerPtr(configured("STFTSpectrogram", o,
                          Config()
                              .set("mode", o.mode)
                              .set("frame_length", o.frame_length)
                              .set("frame_step", o.frame_step)
                              .set("fft_length", o.fft_length)
                              .set("window", o.window)
                              .set("periodic", o.periodic)
                              .set("scaling", o.scaling)
                              .set("padding", o.padding)
                              .set("expand_dims", o.expand_dims)
                              .set("data_format", o.data_format))) {}

}  // namespace rill::keras::layers
