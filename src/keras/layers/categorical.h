// What layers of categories share: indices to one-hot rows, and the table of a vocabulary.
#pragma once

#include <optional>
#include <string>

#include "codec/json.h"
#include "keras/core/ops.h"
#include "keras/layers/token_counts.h"

namespace rill::keras {

// Indices as "int", "one_hot", "multi_hot" or "count" rows of `depth`
// (keras/src/utils/numerical_utils.py encode_categorical_inputs). Throws INVALID_ARGUMENT for
// another mode.
Value encode_categorical(Value x, const std::string& mode, int64_t depth, DType dtype);

// What a layer with a vocabulary reads besides its config (the archive's assets, its variables).
struct HasVocabulary {
  virtual ~HasVocabulary() = default;
  // Lines of vocabulary.txt, special tokens first. An empty `idf` means none was stored.
  virtual void load_vocabulary(const std::string& text, const Tensor& idf) = 0;
  // False when the config held the vocabulary.
  virtual bool wants_vocabulary() const = 0;
  // What Keras keeps as the variable idf_weights; empty unless output_mode is "tf_idf".
  virtual Tensor idf_weights() const { return {}; }
  // Instead of what it has; see IndexLookup.
  virtual void set_vocabulary(const Tensor& tokens, const Tensor& idf) = 0;
  virtual Tensor vocabulary(bool special_tokens) const = 0;
};

// Tokens to indices or back, as keras/src/layers/preprocessing/index_lookup.py has it. Traces
// get the vocabulary as constants: setting another one does not change them.
class IndexLookup {
 public:
  // From a layer's config; `vocabulary` is string or int64. Throws INVALID_ARGUMENT.
  static IndexLookup from_config(const Json& config, DType vocabulary);

  // Throws INVALID_ARGUMENT when there are repeated tokens or more than max_tokens.
  void set_vocabulary(const Tensor& tokens, const Tensor& idf);
  void load(const std::string& text, const Tensor& idf);
  // The most frequent tokens; none leave it as it is.
  void learn(const TokenCounts& counts);
  // In the order of the indices: strings or int64.
  Tensor vocabulary(bool special_tokens) const;
  bool has_vocabulary() const { return has_vocabulary_; }
  // The settings "vocabulary" and, with output_mode "tf_idf", "idf_weights".
  void write_vocabulary(Json& config) const;
  Tensor idf_weights() const { return mode_ == "tf_idf" ? idf_ : Tensor(); }

  Value lookup(const Value& x) const;
  // The rows of what lookup() gave; `dtype` is that of "int" and count rows.
  Value encode(const Value& indices, DType dtype) const;
  int64_t depth() const;
  const std::string& mode() const { return mode_; }
  bool inverse() const { return invert_; }

 private:
  int64_t oov_start() const { return mask_ && mode_ == "int" ? 1 : 0; }
  int64_t token_start() const { return oov_start() + num_oov_; }
  void sort_keys(const std::vector<int64_t>& indices);
  Value invert(const Value& indices) const;
  Value check_in_vocabulary(const Value& indices) const;
  Value oov_indices(const Value& x) const;

  DType vocabulary_ = DType::string;
  std::string mode_ = "int";
  bool invert_ = false;
  int64_t num_oov_ = 1;
  std::optional<int64_t> max_tokens_;
  bool pad_ = false;
  std::string oov_method_ = "floormod";
  std::vector<int64_t> salt_;
  Tensor mask_;  // a scalar, or empty
  Tensor oov_;
  int64_t size_ = 0;  // of the vocabulary with the special tokens
  bool has_vocabulary_ = false;
  Tensor tokens_;
  Tensor idf_;
  Tensor keys_;    // tokens (or the indices of the inverse), sorted
  Tensor values_;  // and what they map to
};

}  // namespace rill::keras
