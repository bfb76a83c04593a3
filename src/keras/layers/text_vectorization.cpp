// Texts to tokens to indices (keras/src/layers/preprocessing/text_vectorization.py).
#include <algorithm>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/learns.h"
#include "keras/core/ragged.h"
#include "keras/core/registry.h"
#include "keras/core/takes_dtype.h"
#include "keras/core/told_shapes.h"
#include "keras/layers/categorical.h"
#include "keras/layers/ragged_call.h"

namespace rill::keras {
namespace {

// Separates characters; no byte of UTF-8 text.
constexpr const char* kNoText = "\xff";

class TextVectorizationLayer final : public Layer,
                                     public KeepsConfig,
                                     public HasVocabulary,
                                     public LearnsFromData,
                                     public TakesDType,
                                     public TakesRagged,
                                     public TellsShapes {
 public:
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("output_dtype_keras2", dtype_);  // of legacy/upgrade.cpp, never written
    if (!v.reading()) return;
    v("standardize", standardize_);
    v("split", split_);
    v("output_sequence_length", length_);
    widths_ = widths_of(kept.find("ngrams"));
    if (!widths_.empty() && !split_) {
      fail(Code::unimplemented, "ngrams of texts that are not split");
    }
    if (length_ && (*length_ < 0 || *length_ > INT32_MAX)) {
      fail(Code::invalid_argument, "output_sequence_length is ", *length_);
    }
    Json config = kept;
    config.set("mask_token", "");
    config.set("oov_token", "[UNK]");
    config.set("num_oov_indices", 1);
    lookup_ = IndexLookup::from_config(config, DType::string);
    given_ = lookup_.has_vocabulary();
  }
  bool autocast() const override { return false; }
  DType input_dtype() const override { return DType::string; }
  void tell(Generation generation, const std::vector<Shape>& inputs,
            std::vector<Shape>& outputs) const override {
    if (inputs.size() != 1 || !inputs[0].has_rank() || outputs.size() != 1) return;
    const bool numbers = lookup_.mode() == "int";
    Shape& told = outputs[0];
    if (generation == Generation::keras2) {
      if (numbers && !split_ && length_) told[told.rank() - 1] = Shape::kUnknownDim;
    } else if (numbers) {
      told = {inputs[0][0], length_.value_or(Shape::kUnknownDim)};
    } else {
      told = inputs[0];
      if (!split_ && told.rank() > 1) told.erase(told.rank() - 1);
      told.push_back(lookup_.depth());
    }
  }

  Value call(const Value& input, const CallContext&) override {
    if (is_ragged(input)) return of_rows(unpack_ragged(input));
    const Value x = as_texts(standardized(input));
    if (!split_) {
      Value y = lookup_.lookup(x);
      if (lookup_.mode() != "int") return lookup_.encode(y, dtype());
      if (!length_ || y.rank() < 1) return y;
      std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(y.rank()));
      pads.back().second = *length_;
      std::vector<op::Range> ranges(static_cast<size_t>(y.rank()));
      ranges.back().end = *length_;
      return op::slice(op::pad(y, pads), ranges);
    }
    const Values tokens = with_runs(split(x), x);
    const Value indices = lookup_.lookup(tokens[1]);
    if (lookup_.mode() != "int") return lookup_.encode(padded(tokens, indices), dtype());
    if (kept.value("ragged", false)) return ragged_rows(tokens, indices);
    return sequences(tokens, indices, x);
  }

  void load_vocabulary(const std::string& text, const Tensor& idf) override {
    lookup_.load(text, idf);
    lookup_.write_vocabulary(kept);
  }
  bool wants_vocabulary() const override { return !lookup_.has_vocabulary(); }
  Tensor idf_weights() const override { return lookup_.idf_weights(); }
  void set_vocabulary(const Tensor& tokens, const Tensor& idf) override {
    lookup_.set_vocabulary(tokens, idf);
    lookup_.write_vocabulary(kept);
    given_ = true;
  }
  Tensor vocabulary(bool special_tokens) const override {
    return lookup_.vocabulary(special_tokens);
  }

  void reset_state() override {
    if (given_) refuse_to_learn(*this);
    counts_.clear();
  }
  void update_state(const Tensor& batch) override {
    const GraphScope eagerly(nullptr);
    const Value x = as_texts(standardized(batch));
    const int64_t documents = x.rank() == 0 ? 1 : x.dim(0);
    std::vector<int64_t> rows;
    if (!split_) {
      const int64_t each = documents > 0 ? x.size() / documents : 0;
      for (int64_t i = 0; i < x.size(); ++i) rows.push_back(i / each);
      return counts_.add(x, rows, documents);
    }
    const Values tokens = with_runs(split(x), x);
    for (int64_t i = 0; i < tokens[1].size(); ++i) {
      rows.push_back(tokens[0].data<int64_t>()[i * tokens[0].dim(1)]);
    }
    counts_.add(tokens[1], rows, documents);
  }
  void finalize_state() override {
    lookup_.learn(counts_);
    if (lookup_.has_vocabulary()) lookup_.write_vocabulary(kept);
    counts_.clear();
  }
  Tensor as_batch(const Tensor& data) const override {
    return data.rank() == 1 ? data.reshaped({data.size(), 1}) : data;
  }

 private:
  // One text a row, where they are split.
  Value as_texts(const Value& x) const {
    if (!split_ || x.rank() < 2) return x;
    if (x.rank() != 2 || x.shape().back() != 1) {
      fail(Code::invalid_argument,
           "texts that are split must have shape [batch] or [batch, 1], not ", x.shape());
    }
    return op::squeeze(x, 1);
  }

  // Texts that were split before.
  Value of_rows(const Ragged& rows) const {
    if (split_ || !widths_.empty()) {
      fail(Code::unimplemented, "ragged texts that are split again or made n-grams of");
    }
    const Ragged y = rows.with(lookup_.lookup(standardized(rows.values)));
    if (lookup_.mode() != "int") {
      return lookup_.encode(ragged_to_dense(y, Tensor::scalar(lookup_.depth())), dtype());
    }
    if (kept.value("ragged", false)) return y.packed();
    return ragged_to_dense(y, Tensor::scalar(int64_t{0}), {-1, length_.value_or(-1)});
  }

  static Value ragged_rows(const Values& tokens, const Value& indices) {
    const Value rows = op::squeeze(op::slice(tokens[0], {{}, {0, 1}}), 1);
    const Value count = op::squeeze(op::slice(tokens[2], {{0, 1}}), 0);
    return Ragged{{splits_from_rows(rows, count)}, indices}.packed();
  }

  // An n stands for the lengths 1 to n.
  static Ints widths_of(const Json* ngrams) {
    constexpr int64_t kLongest = 1000;
    Ints out;
    if (ngrams == nullptr || ngrams->is_null()) return out;
    if (const Json* items = ngrams->find("items")) ngrams = items;  // a tuple
    if (ngrams->is_array()) {
      for (const Json& width : ngrams->as_array()) out.push_back(width.as_int());
    } else {
      const int64_t most = ngrams->as_int();
      for (int64_t n = 1; n <= std::min(most, kLongest + 1); ++n) out.push_back(n);
    }
    const auto bad = [](int64_t n) { return n < 1 || n > kLongest; };
    if (out.empty() || std::any_of(out.begin(), out.end(), bad)) {
      fail(Code::invalid_argument, "ngrams is ", ngrams->dump(), "; lengths are 1 to ", kLongest);
    }
    return out;
  }

  // Of each row its runs of tokens, in the form of split().
  Values with_runs(const Values& tokens, const Value& x) const {
    if (widths_.empty()) return tokens;
    const Value rows = op::squeeze(op::slice(tokens[0], {{}, {0, 1, 1}}), 1);
    const Value counts = emit(
        "UnsortedSegmentSum",
        {op::unary("OnesLike", rows), rows, op::reshape(op::shape_vector({op::dim(x, 0)}), {})});
    const Value ends = emit("Cumsum", {counts, Tensor::scalar(int32_t{0})});
    const Value splits = op::concat({Tensor::vector(std::vector<int64_t>{0}), ends}, 0);
    const Values runs = emit_all("StringNGrams", {tokens[1], splits},
                                 {{"separator", " "},
                                  {"ngram_widths", widths_},
                                  {"left_pad", ""},
                                  {"right_pad", ""},
                                  {"pad_width", 0},
                                  {"preserve_short_sequences", false}});
    return emit_all("RaggedTensorToSparse", {runs[1], runs[0]}, {{"RAGGED_RANK", 1}});
  }

  DType dtype() const { return dtype_ ? dtype_from_name(*dtype_) : DType::int64; }

  Value standardized(const Value& input) const {
    if (!standardize_) return input;
    Value x = input;
    const bool both = *standardize_ == "lower_and_strip_punctuation";
    if (!both && *standardize_ != "lower" && *standardize_ != "strip_punctuation") {
      fail(Code::unimplemented, "unknown standardize ", quoted(*standardize_));
    }
    if (both || *standardize_ == "lower") x = emit("StringLower", {x});
    if (both || *standardize_ == "strip_punctuation") {
      x = emit("StaticRegexReplace", {x},
               {{"pattern", R"([!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\'])"}, {"rewrite", ""}});
    }
    return x;
  }

  // Indices, tokens and shape of a sparse [batch, longest] matrix.
  Values split(const Value& x) const {
    if (*split_ == "whitespace") return emit_all("StringSplitV2", {x, Tensor(std::string())});
    if (*split_ != "character") fail(Code::unimplemented, "unknown split ", quoted(*split_));
    const Value apart = emit("StaticRegexReplace", {x},
                             {{"pattern", "(?s)(.)"}, {"rewrite", std::string("\\1") + kNoText}});
    return emit_all("StringSplit", {apart, Tensor(std::string(kNoText))}, {{"skip_empty", true}});
  }

  // Rows are filled up with an index that is not counted.
  Value padded(const Values& tokens, const Value& indices) const {
    const Value beyond = Tensor::scalar(lookup_.depth());
    return op::add(emit("ScatterNd", {tokens[0], op::sub(indices, beyond), tokens[2]}), beyond);
  }

  // Rows are filled up with 0, and cut to the length.
  Value sequences(const Values& tokens, const Value& indices, const Value& x) const {
    if (!length_) return emit("ScatterNd", {tokens[0], indices, tokens[2]});
    const Value least = Tensor::vector(std::vector<int64_t>{0, *length_});
    const Value shape = op::binary("Maximum", tokens[2], least);
    const Value rows = emit("ScatterNd", {tokens[0], indices, shape});
    return op::reshape(op::slice(rows, {{}, {0, *length_, 1}}), {op::dim(x, 0), *length_});
  }

  std::optional<std::string> standardize_ = "lower_and_strip_punctuation";
  std::optional<std::string> split_ = "whitespace";
  std::optional<int64_t> length_;
  Ints widths_;
  std::optional<std::string> dtype_;
  IndexLookup lookup_;
  bool given_ = false;  // in the config, or by set_vocabulary()
  TokenCounts counts_;
};

}  // namespace

void register_text_vectorization(LayerRegistry& registry) {
  registry.add<TextVectorizationLayer>("TextVectorization");
}

}  // namespace rill::keras
