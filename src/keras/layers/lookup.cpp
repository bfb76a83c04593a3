// StringLookup, IntegerLookup and TextVectorization (keras/src/layers/preprocessing/index_lookup.py
// and text_vectorization.py).
#include <charconv>
#include <numeric>

#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/layers/categorical.h"
#include "keras/layers/vocabulary.h"
#include "ops/lookup_table.h"

namespace rill::keras {
namespace {

int64_t integer_token(const std::string& text) {
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    fail(Code::invalid_argument, "the vocabulary holds ", quoted(text), ", which is no integer");
  }
  return value;
}

// Tokens and what they are numbered by. The table is made when it is first needed.
struct Index {
  DType key = DType::string;
  std::optional<std::vector<std::string>> tokens;
  std::optional<std::string> mask_token;
  std::string oov_token = "[UNK]";
  int64_t num_oov = 1;
  int64_t max_tokens = -1;
  bool pad_to_max_tokens = false;
  bool invert = false;
  std::string output_mode = "int";
  std::optional<std::vector<double>> idf_weights;
  std::optional<int64_t> stated_size;
  Value table;

  int64_t oov_start() const { return mask_token && output_mode == "int" ? 1 : 0; }
  int64_t token_start() const { return oov_start() + num_oov; }
  DType value_dtype() const { return invert ? key : DType::int64; }
  int64_t size() const {
    if (tokens) return token_start() + static_cast<int64_t>(tokens->size());
    return stated_size.value_or(token_start());  // as long as the vocabulary is on its way
  }

  // A vocabulary may begin with the special tokens.
  void drop_special() {
    std::vector<std::string> special(static_cast<size_t>(oov_start()), mask_token.value_or(""));
    special.resize(static_cast<size_t>(token_start()), oov_token);
    if (tokens->size() < special.size() || special.empty()) return;
    if (std::equal(special.begin(), special.end(), tokens->begin())) {
      tokens->erase(tokens->begin(), tokens->begin() + static_cast<std::ptrdiff_t>(special.size()));
    }
  }

  Tensor keys_of(const std::vector<std::string>& list) const {
    if (key == DType::string) return Tensor::vector(list);
    std::vector<int64_t> numbers;
    for (const std::string& token : list) numbers.push_back(integer_token(token));
    return op::cast(Tensor::vector(numbers), key);
  }
  Tensor key_of(const std::string& token) const {
    return keys_of({token}).reshaped(Shape{}).without_weakness();
  }

  void make_table(const std::string& layer) {
    if (table) return;
    if (!tokens) {
      fail(Code::invalid_argument, "layer ", quoted(layer),
           " has no vocabulary: neither its config nor the file's assets hold one");
    }
    drop_special();
    const GraphScope eager(nullptr);
    std::vector<int64_t> numbers(tokens->size());
    std::iota(numbers.begin(), numbers.end(), token_start());
    const LookupTable::Options options{.key = invert ? DType::int64 : key,
                                       .value = value_dtype(),
                                       .value_shape = Shape{},
                                       .is_mutable = false};
    const Tensor handle = Tensor::opaque(DType::resource, std::make_shared<LookupTable>(options));
    const Tensor names = keys_of(*tokens), values = Tensor::vector(numbers);
    emit_all("InitializeTableV2", {handle, invert ? values : names, invert ? names : values});
    table = handle;
  }

  Value find(const Value& keys, const Value& fallback) const {
    return emit("LookupTableFindV2", {table, keys, fallback},
                {{"Tin", keys.dtype()}, {"Tout", fallback.dtype()}});
  }

  Value lookup(const Value& given) const {
    if (invert) {
      const Value x = op::cast(given, DType::int64);
      Value out = find(x, key_of(oov_token));
      if (mask_token) {
        out = op::select(op::binary("Equal", x, op::constant_like(0, x)),
                         like(key_of(*mask_token), x), out);
      }
      return out;
    }
    const Value x = given.dtype() == key ? given : op::cast(given, key);
    const int64_t fallback = num_oov == 1 ? oov_start() : -1;
    Value out = find(x, Tensor::scalar(fallback));
    if (mask_token) {
      const int64_t masked = output_mode == "int" ? 0 : fallback;
      out = op::select(op::binary("Equal", x, key_of(*mask_token)), like(Tensor::scalar(masked), x),
                       out);
    }
    if (num_oov > 1) {
      const Value spread =
          key == DType::string
              ? emit("StringToHashBucketFast", {x}, {{"num_buckets", num_oov}})
              : op::binary("FloorMod", op::cast(x, DType::int64), Tensor::scalar(num_oov));
      const Value unknown = op::binary("Equal", out, Tensor::scalar(int64_t{-1}));
      out = op::select(unknown, op::add(spread, Tensor::scalar(oov_start())), out);
    }
    return out;
  }

  // Token weights of tf_idf by index; unknown tokens have the mean weight.
  Tensor weights(int64_t depth) const {
    if (!idf_weights) fail(Code::invalid_argument, "output_mode tf_idf needs idf_weights");
    std::vector<double> all = *idf_weights;
    if (all.size() == tokens->size() && !all.empty()) {
      const double mean =
          std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
      all.insert(all.begin(), static_cast<size_t>(token_start()), mean);
    }
    all.resize(static_cast<size_t>(depth), 0.0);
    return Tensor::vector(all);
  }
  int64_t depth() const { return pad_to_max_tokens && max_tokens > 0 ? max_tokens : size(); }

  Value encode(const Value& indices, DType dtype) const {
    const bool idf = output_mode == "tf_idf";
    const Value out = encode_categorical(indices, idf ? "count" : output_mode, depth(), dtype);
    return idf ? op::mul(out, op::cast(weights(depth()), dtype)) : out;
  }

 private:
  static Value like(const Value& scalar, const Value& shape_of) {
    return emit("Fill", {emit("Shape", {shape_of}), scalar});
  }
};

class LookupLayer : public VocabularyLayer {
 public:
  bool autocast() const override { return false; }
  bool needs_vocabulary() const override { return !index_.tokens; }
  void set_vocabulary(std::vector<std::string> tokens) override {
    index_.tokens = std::move(tokens);
    index_.table = {};
  }
  Value call(const Value& x, const CallContext&) override {
    // A vocabulary from the assets comes after the layers are wired.
    if (index_.tokens) index_.make_table(name());
    Value found;
    if (index_.table) {
      found = index_.lookup(x);
    } else if (index_.invert) {
      found = x.dtype() == index_.key ? x : emit("AsString", {x});
    } else {
      found = x.dtype() == DType::string ? emit("StringLength", {x}) : x;
      found = op::cast(found, DType::int64);
    }
    if (index_.output_mode == "int") return found;
    const DType dtype = dtype_policy().variable;
    return index_.encode(found, is_floating(dtype) ? dtype : DType::float32);
  }

 protected:
  void visit_common(ConfigVisitor& v) {
    v("invert", index_.invert);
    v("max_tokens", max_tokens_);
    index_.max_tokens = max_tokens_.value_or(-1);
    v("num_oov_indices", index_.num_oov);
    v("output_mode", index_.output_mode);
    v("sparse", sparse_);
    v("pad_to_max_tokens", index_.pad_to_max_tokens);
    v("idf_weights", index_.idf_weights);
    if (v.reading()) v("vocabulary_size", index_.stated_size);
  }
  Index index_;
  std::optional<int64_t> max_tokens_;
  bool sparse_ = false;
};

class StringLookupLayer final : public LookupLayer {
 public:
  void visit_config(ConfigVisitor& v) override {
    visit_common(v);
    v("oov_token", index_.oov_token);
    v("mask_token", index_.mask_token);
    std::vector<std::string> tokens = index_.tokens.value_or(std::vector<std::string>());
    v("vocabulary", tokens);
    if (v.reading() && !tokens.empty()) index_.tokens = std::move(tokens);
  }
};

class IntegerLookupLayer final : public LookupLayer {
 public:
  IntegerLookupLayer() { index_.key = DType::int64; }
  void visit_config(ConfigVisitor& v) override {
    visit_common(v);
    int64_t oov = v.reading() ? -1 : integer_token(index_.oov_token);
    std::optional<int64_t> mask;
    if (index_.mask_token) mask = integer_token(*index_.mask_token);
    std::optional<Ints> tokens;
    if (index_.tokens) {
      tokens.emplace();
      for (const std::string& token : *index_.tokens) tokens->push_back(integer_token(token));
    }
    v("oov_token", oov);
    v("mask_token", mask);
    v("vocabulary", tokens);
    if (!v.reading()) return;
    index_.oov_token = std::to_string(oov);
    if (mask) index_.mask_token = std::to_string(*mask);
    if (tokens) {
      index_.tokens.emplace();
      for (const int64_t token : *tokens) index_.tokens->push_back(std::to_string(token));
    }
  }
};

class TextVectorizationLayer final : public VocabularyLayer {
 public:
  TextVectorizationLayer() { index_.mask_token = ""; }
  void visit_config(ConfigVisitor& v) override {
    v("max_tokens", max_tokens_);
    index_.max_tokens = max_tokens_.value_or(-1);
    v("standardize", standardize_);
    v("split", split_);
    v("ngrams", ngrams_);
    v("output_mode", index_.output_mode);
    v("output_sequence_length", length_);
    v("pad_to_max_tokens", index_.pad_to_max_tokens);
    v("sparse", sparse_);
    v("ragged", ragged_);
    v("idf_weights", index_.idf_weights);
    if (v.reading()) v("vocabulary_size", index_.stated_size);
    std::vector<std::string> tokens = index_.tokens.value_or(std::vector<std::string>());
    v("vocabulary", tokens);
    if (v.reading() && !tokens.empty()) index_.tokens = std::move(tokens);
  }
  bool autocast() const override { return false; }
  bool needs_vocabulary() const override { return !index_.tokens; }
  void set_vocabulary(std::vector<std::string> tokens) override {
    index_.tokens = std::move(tokens);
    index_.table = {};
  }

  Value call(const Value& input, const CallContext&) override {
    if (ngrams_ || ragged_) fail(Code::unimplemented, "TextVectorization with ngrams or ragged");
    if (split_ && *split_ != "whitespace") {
      fail(Code::unimplemented, "TextVectorization with split ", quoted(*split_));
    }
    if (index_.tokens) index_.make_table(name());
    const Value text = standardized(input);
    return split_ ? split(text) : whole(text);
  }

 private:
  Value standardized(const Value& input) const {
    Value x = input;
    const std::string how = standardize_.value_or("");
    if (how == "lower" || how == "lower_and_strip_punctuation") x = emit("StringLower", {x});
    if (how == "strip_punctuation" || how == "lower_and_strip_punctuation") {
      x = emit("StaticRegexReplace", {x},
               {{"pattern", std::string(R"([!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\'])")},
                {"rewrite", std::string()},
                {"replace_global", true}});
    }
    return x;
  }

  Value indices_of(const Value& tokens) {
    if (!index_.table) return op::cast(emit("StringLength", {tokens}), DType::int64);
    return index_.lookup(tokens);
  }

  // No splitting: each string is a token.
  Value whole(const Value& x) {
    const Value found = indices_of(x);
    if (index_.output_mode != "int") return index_.encode(found, floating());
    return length_ ? fitted(found) : found;
  }

  // Rows of different lengths: StringSplitV2 tells row and place of each token.
  Value split(const Value& input) {
    Value x = input;
    if (x.rank() > 1) {
      if (x.shape().back() != 1) {
        fail(Code::invalid_argument, "splitting needs strings of shape (batch) or (batch, 1), not ",
             x.shape());
      }
      x = op::squeeze(x, x.rank() - 1);
    }
    const Values parts = emit_all("StringSplitV2", {x, Tensor("").without_weakness()});
    const Value found = indices_of(parts[1]);
    if (index_.output_mode == "int") {
      const Value dense = emit("ScatterNd", {parts[0], found, parts[2]});
      return length_ ? fitted(dense) : dense;
    }
    const int64_t depth = index_.depth();
    const Value rows = op::slice(parts[0], {{}, {0, 1, 1}});
    const Value at = op::concat({rows, op::expand_dims(found, 1)}, 1);
    const Value shape =
        op::concat({op::slice(parts[2], {{0, 1, 1}}), Tensor::vector<int64_t>({depth})}, 0);
    const Value ones = op::cast(op::unary("OnesLike", found), floating());
    Value counts = emit("ScatterNd", {at, ones, shape});
    counts = op::reshape(counts, {-1, depth});
    if (index_.output_mode == "multi_hot") {
      return op::binary("Minimum", counts, op::constant_like(1, counts));
    }
    if (index_.output_mode == "tf_idf") {
      return op::mul(counts, op::cast(index_.weights(depth), floating()));
    }
    return counts;
  }

  // Cut or padded with zeros to the given length.
  Value fitted(const Value& x) const {
    const int last = x.rank() - 1;
    std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()));
    pads.back().second = *length_;
    std::vector<op::Range> ranges(static_cast<size_t>(x.rank()));
    ranges.back().end = *length_;
    const Value cut = op::slice(op::pad(x, pads), ranges);
    std::vector<op::Dim> dims;
    for (int i = 0; i < last; ++i) dims.push_back(i == 0 ? op::Dim(-1) : op::dim(x, i));
    dims.emplace_back(*length_);
    return op::reshape(cut, dims);
  }

  DType floating() const {
    const DType dtype = dtype_policy().variable;
    return is_floating(dtype) ? dtype : DType::float32;
  }

  Index index_;
  std::optional<int64_t> max_tokens_;
  std::optional<std::string> standardize_ = "lower_and_strip_punctuation";
  std::optional<std::string> split_ = "whitespace";
  std::optional<Ints> ngrams_;
  std::optional<int64_t> length_;
  bool sparse_ = false;
  bool ragged_ = false;
};

}  // namespace

void register_lookup(LayerRegistry& registry) {
  registry.add<StringLookupLayer>("StringLookup");
  registry.add<IntegerLookupLayer>("IntegerLookup");
  registry.add<TextVectorizationLayer>("TextVectorization");
}

}  // namespace rill::keras
