#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill {
class Dataset;
}

namespace rill::keras::layers {

// A layer that learns from data what it needs: moments, a vocabulary, boundaries. To be done before
// a model with it runs: one that did keeps what the layer had then, as in Keras.
class RILL_API AdaptableLayer : public LayerPtr {
 public:
  // Also a layer of a model: AdaptableLayer(model.get_layer("norm")). Throws INVALID_ARGUMENT for
  // one that learns nothing.
  explicit AdaptableLayer(const LayerPtr& layer);
  // From all of `data`; what was learned before is forgotten. Throws FAILED_PRECONDITION for a
  // layer that was given its vocabulary, moments or boundaries, INVALID_ARGUMENT for data that does
  // not fit it.
  void adapt(const Tensor& data) const;
  // Batch by batch, no more than `steps`. Of elements with several tensors the first counts.
  void adapt(const Dataset& batches, std::optional<int64_t> steps = {}) const;
};

class RILL_API VocabularyLayer : public AdaptableLayer {
 public:
  // Throws INVALID_ARGUMENT for a layer without a vocabulary.
  explicit VocabularyLayer(const LayerPtr& layer);
  // Strings or int64, by index: the mask's token and those for what is unknown first.
  Tensor get_vocabulary(bool include_special_tokens = true) const;
  int64_t vocabulary_size() const;
  // With the special tokens first, or without. Throws INVALID_ARGUMENT for repeated tokens and more
  // than max_tokens.
  void set_vocabulary(const Tensor& vocabulary, const Tensor& idf_weights = {}) const;
};

// x * scale + offset.
struct RILL_API Rescaling : LayerPtr {
  explicit Rescaling(double scale, double offset = 0, const PlainOptions& options = {});
};
struct NormalizationOptions {
  std::optional<Ints> axis = Ints(-1);
  std::optional<std::vector<double>> mean = {};
  std::optional<std::vector<double>> variance = {};
  bool invert = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// (x - mean) / sqrt(variance) along `axis`, given or learned by adapt(); `invert` goes back.
struct RILL_API Normalization : AdaptableLayer {
  explicit Normalization(const NormalizationOptions& options = {});
};
struct CategoryEncodingOptions {
  std::string output_mode = "multi_hot";
  std::string name = {};
  std::string dtype = {};
};
// Category numbers below num_tokens as "multi_hot", "one_hot" or "count" vectors. Throws
// INVALID_ARGUMENT for a number that is none.
struct RILL_API CategoryEncoding : LayerPtr {
  explicit CategoryEncoding(int64_t num_tokens, const CategoryEncodingOptions& options = {});
};
struct ResizingOptions {
  std::string interpolation = "bilinear";
  bool crop_to_aspect_ratio = false;
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Pictures (..., height, width, channels) at another size; interpolation "bilinear", "nearest",
// "bicubic", "area", "lanczos3", "lanczos5".
struct RILL_API Resizing : LayerPtr {
  Resizing(int64_t height, int64_t width, const ResizingOptions& options = {});
};
// The middle of pictures; those that are smaller are resized.
struct RILL_API CenterCrop : LayerPtr {
  CenterCrop(int64_t height, int64_t width, const PlainOptions& options = {});
};
// Strings to indices, or back with `invert`; the vocabulary without mask and OOV tokens.
struct StringLookupOptions {
  std::optional<int64_t> max_tokens = {};
  int64_t num_oov_indices = 1;
  std::optional<std::string> mask_token = {};
  std::string oov_token = "[UNK]";
  std::vector<std::string> vocabulary = {};
  std::vector<double> idf_weights = {};
  bool invert = false;
  std::string output_mode = "int";
  bool pad_to_max_tokens = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Strings to numbers by vocabulary (given or learned by adapt()), or back with `invert`. Strings
// that are not in it share num_oov_indices numbers.
struct RILL_API StringLookup : VocabularyLayer {
  explicit StringLookup(const StringLookupOptions& options = {});
};
struct IntegerLookupOptions {
  std::optional<int64_t> max_tokens = {};
  int64_t num_oov_indices = 1;
  std::optional<int64_t> mask_token = {};
  int64_t oov_token = -1;
  std::vector<int64_t> vocabulary = {};
  std::vector<double> idf_weights = {};
  bool invert = false;
  std::string output_mode = "int";
  bool pad_to_max_tokens = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// The same for integers.
struct RILL_API IntegerLookup : VocabularyLayer {
  explicit IntegerLookup(const IntegerLookupOptions& options = {});
};
struct TextVectorizationOptions {
  std::optional<int64_t> max_tokens = {};
  std::string standardize = "lower_and_strip_punctuation";
  std::string split = "whitespace";
  std::optional<int64_t> ngrams = {};
  std::string output_mode = "int";
  std::optional<int64_t> output_sequence_length = {};
  bool pad_to_max_tokens = false;
  std::vector<std::string> vocabulary = {};
  std::vector<double> idf_weights = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Texts to numbers of their words: standardised, split, looked up; (batch,) -> (batch, words), or
// counts and tf-idf.
struct RILL_API TextVectorization : VocabularyLayer {
  explicit TextVectorization(const TextVectorizationOptions& options = {});
};
// Farm hash, or SipHash with a salt of two numbers: the bins of TensorFlow.
struct HashingOptions {
  std::optional<std::string> mask_value = {};
  std::vector<int64_t> salt = {};
  std::string output_mode = "int";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Strings or integers to num_bins numbers by FarmHash, or by SipHash with `salt`.
struct RILL_API Hashing : LayerPtr {
  explicit Hashing(int64_t num_bins, const HashingOptions& options = {});
};
struct HashedCrossingOptions {
  std::string output_mode = "int";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Two or more features, crossed and hashed to num_bins numbers.
struct RILL_API HashedCrossing : LayerPtr {
  explicit HashedCrossing(int64_t num_bins, const HashedCrossingOptions& options = {});
};
struct DiscretizationOptions {
  std::string output_mode = "int";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Numbers to the interval that they lie in: boundaries given, or learned by adapt().
struct RILL_API Discretization : AdaptableLayer {
  explicit Discretization(const std::vector<double>& bin_boundaries,
                          const DiscretizationOptions& options = {});
  // To be adapted. `epsilon`: the error of the quantiles that it learns.
  static Discretization with_num_bins(int64_t num_bins, double epsilon = 0.01,
                                      const DiscretizationOptions& options = {});

 private:
  explicit Discretization(const LayerPtr& layer) : AdaptableLayer(layer) {}
};
struct MelSpectrogramOptions {
  int64_t fft_length = 2048;
  int64_t sequence_stride = 512;
  std::optional<int64_t> sequence_length = {};
  std::string window = "hann";
  int64_t sampling_rate = 16000;
  int64_t num_mel_bins = 128;
  double min_freq = 20;
  std::optional<double> max_freq = {};
  bool power_to_db = true;
  double top_db = 80;
  double mag_exp = 2;
  double min_power = 1e-10;
  double ref_power = 1;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Sound (batch, samples) -> (batch, mel bins, frames), in decibels.
struct RILL_API MelSpectrogram : LayerPtr {
  explicit MelSpectrogram(const MelSpectrogramOptions& options = {});
};
struct STFTSpectrogramOptions {
  std::string mode = "log";
  int64_t frame_length = 256;
  std::optional<int64_t> frame_step = {};
  std::optional<int64_t> fft_length = {};
  std::string window = "hann";
  bool periodic = false;
  std::string scaling = "density";
  std::string padding = "valid";
  bool expand_dims = false;
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Sound (batch, samples, channels) -> spectra of windows (batch, frames, bins * channels).
struct RILL_API STFTSpectrogram : LayerPtr {
  explicit STFTSpectrogram(const STFTSpectrogramOptions& options = {});
};

}  // namespace rill::keras::layers
