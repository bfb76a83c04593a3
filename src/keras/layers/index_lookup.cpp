// StringLookup and IntegerLookup, and the table that TextVectorization shares with them.
#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/learns.h"
#include "keras/core/ragged.h"
#include "keras/core/registry.h"
#include "keras/core/takes_dtype.h"
#include "keras/layers/categorical.h"
#include "keras/layers/ragged_call.h"

namespace rill::keras {

Value encode_categorical(Value x, const std::string& mode, int64_t depth, DType dtype) {
  if (mode == "int") return op::cast(x, dtype);
  if (depth < 0 || depth > INT32_MAX) {
    fail(Code::invalid_argument, "rows of ", depth, " categories");
  }
  if (x.rank() == 0) x = op::expand_dims(x, 0);
  const auto hot = [&] {
    return emit("OneHot",
                {x, Tensor::scalar(static_cast<int32_t>(depth)), op::constant(1, dtype),
                 op::constant(0, dtype)},
                {{"axis", -1}});
  };
  if (mode == "one_hot") {
    if (x.rank() > 1 && x.shape().back() == 1) x = op::squeeze(x, x.rank() - 1);
    return hot();
  }
  const bool binary = mode == "multi_hot";
  if (!binary && mode != "count")
    fail(Code::invalid_argument, "unknown output_mode ", quoted(mode));
  if (x.rank() > 2) return op::reduce(binary ? "Max" : "Sum", hot(), {1});
  const bool counted = dtype == DType::int32 || dtype == DType::int64 || dtype == DType::float64;
  const DType type = counted ? dtype : DType::float32;
  const Value rows =
      emit("DenseBincount",
           {x, op::constant(static_cast<double>(depth), x.dtype()), Tensor(type, Shape{0})},
           {{"binary_output", binary}});
  return op::cast(rows, dtype);
}

namespace {

Tensor scalar_of(const Json& json, DType dtype) {
  if (dtype == DType::string) return Tensor(json.is_int() ? json.dump() : json.as_string());
  return Tensor::scalar(json.as_int());
}

Tensor tokens_of(const Json& json, DType dtype) {
  if (json.is_string()) {
    fail(Code::unimplemented, "the vocabulary is the file ", quoted(json.as_string()),
         ", which lies outside of the model");
  }
  std::vector<std::string> strings;
  std::vector<int64_t> ints;
  for (const Json& item : json.as_array()) {
    if (dtype == DType::string) {
      strings.push_back(item.as_string());
    } else {
      ints.push_back(item.as_int());
    }
  }
  return dtype == DType::string ? Tensor::vector(std::move(strings))
                                : Tensor::vector(std::move(ints));
}

std::string text_at(const Tensor& tokens, int64_t i) {
  return tokens.dtype() == DType::string ? tokens.data<std::string>()[i]
                                         : std::to_string(tokens.data<int64_t>()[i]);
}

Tensor rest_of(const Tensor& tokens, int64_t from) {
  if (tokens.dtype() == DType::string) {
    const auto* data = tokens.data<std::string>();
    return Tensor::vector(std::vector<std::string>(data + from, data + tokens.size()));
  }
  const auto* data = tokens.data<int64_t>();
  return Tensor::vector(std::vector<int64_t>(data + from, data + tokens.size()));
}

}  // namespace

IndexLookup IndexLookup::from_config(const Json& config, DType vocabulary) {
  IndexLookup out;
  out.vocabulary_ = vocabulary;
  out.mode_ = config.value<std::string>("output_mode", "int");
  if (out.mode_ == "binary") out.mode_ = "multi_hot";
  if (out.mode_ == "tf-idf") out.mode_ = "tf_idf";
  out.invert_ = config.value("invert", false);
  out.num_oov_ = config.value<int64_t>("num_oov_indices", 1);
  if (out.num_oov_ < 0) {
    fail(Code::invalid_argument, "num_oov_indices must not be negative, is ", out.num_oov_);
  }
  const auto given = [&](const char* key) -> const Json* {
    const Json* found = config.find(key);
    return found && !found->is_null() ? found : nullptr;
  };
  if (const Json* most = given("max_tokens")) out.max_tokens_ = most->as_int();
  out.pad_ = config.value("pad_to_max_tokens", false) && out.max_tokens_;
  out.oov_method_ = config.value<std::string>("oov_method", "floormod");
  if (const Json* salt = given("salt")) {
    if (salt->is_int()) {
      out.salt_ = {salt->as_int(), salt->as_int()};
    } else {
      for (const Json& s : salt->as_array()) out.salt_.push_back(s.as_int());
    }
  }
  if (const Json* mask = given("mask_token")) out.mask_ = scalar_of(*mask, vocabulary);
  const bool text = vocabulary == DType::string;
  const Json* oov = given("oov_token");
  out.oov_ = scalar_of(oov ? *oov : (text ? Json("[UNK]") : Json(-1)), vocabulary);
  out.size_ = config.value<int64_t>("vocabulary_size", out.token_start());
  out.keys_ = Tensor(out.invert_ ? DType::int64 : vocabulary, Shape{0});
  out.values_ = Tensor(DType::int64, Shape{0});
  const Json* words = given("vocabulary");
  if (words && words->is_array() && words->size() == 0) words = nullptr;  // as Keras 2 writes none
  if (words) {
    Tensor idf;
    if (const Json* weights = given("idf_weights")) {
      std::vector<float> values;
      for (const Json& w : weights->as_array()) values.push_back(static_cast<float>(w.as_double()));
      idf = Tensor::vector(std::move(values));
    }
    out.set_vocabulary(tokens_of(*words, vocabulary), idf);
  }
  return out;
}

void IndexLookup::set_vocabulary(const Tensor& given, const Tensor& idf) {
  const int64_t start = token_start();
  bool special = given.size() >= start;
  for (int64_t i = 0; special && i < start; ++i) {
    const Tensor& expected = i < oov_start() ? mask_ : oov_;
    special = text_at(given, i) == text_at(expected, 0);
  }
  tokens_ = special ? rest_of(given, start) : given;
  const int64_t n = tokens_.size();
  if (max_tokens_ && n > *max_tokens_ - start) {
    fail(Code::invalid_argument, "the vocabulary has ", n, " tokens and ", start,
         " special ones; max_tokens is ", *max_tokens_);
  }
  std::set<std::string> seen;
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < n; ++i) {
    if (!seen.insert(text_at(tokens_, i)).second) {
      fail(Code::invalid_argument, "the vocabulary holds ", quoted(text_at(tokens_, i)), " twice");
    }
    indices.push_back(start + i);
  }
  size_ = start + n;
  if (idf) {
    const Tensor floats = op::cast(idf, DType::float32);
    std::vector<float> weights(floats.data<float>(), floats.data<float>() + floats.size());
    if (!special && floats.size() == n && start > 0) {
      double sum = 0;
      for (const float w : weights) sum += w;
      const auto mean = n == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(n));
      weights.insert(weights.begin(), static_cast<size_t>(start), mean);
    }
    weights.resize(static_cast<size_t>(depth()), 0.0f);
    idf_ = Tensor::vector(std::move(weights));
  }
  sort_keys(indices);
  has_vocabulary_ = true;
}

// The inverse maps an index to the place of its token.
void IndexLookup::sort_keys(const std::vector<int64_t>& indices) {
  std::vector<int64_t> order(indices.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  if (invert_) {
    keys_ = Tensor::vector(indices);
    values_ = Tensor::vector(std::move(order));
    return;
  }
  std::vector<int64_t> values;
  const auto sorted = [&]<typename T>(const T* tokens) {
    std::sort(order.begin(), order.end(),
              [&](int64_t a, int64_t b) { return tokens[a] < tokens[b]; });
    std::vector<T> keys;
    for (const int64_t i : order) {
      keys.push_back(tokens[i]);
      values.push_back(indices[static_cast<size_t>(i)]);
    }
    return Tensor::vector(std::move(keys));
  };
  keys_ = vocabulary_ == DType::string ? sorted(tokens_.data<std::string>())
                                       : sorted(tokens_.data<int64_t>());
  values_ = Tensor::vector(std::move(values));
}

void IndexLookup::load(const std::string& text, const Tensor& idf) {
  std::vector<std::string> lines;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    at = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (vocabulary_ == DType::string) return set_vocabulary(Tensor::vector(std::move(lines)), idf);
  std::vector<int64_t> numbers;
  for (const std::string& line : lines) {
    int64_t value = 0;
    const char* end = line.data() + line.size();
    if (std::from_chars(line.data(), end, value).ptr != end || line.empty()) {
      fail(Code::data_loss, "line ", numbers.size() + 1, " of the vocabulary is ", quoted(line),
           ", not an integer");
    }
    numbers.push_back(value);
  }
  set_vocabulary(Tensor::vector(std::move(numbers)), idf);
}

void IndexLookup::learn(const TokenCounts& counts) {
  if (counts.empty()) return;
  std::optional<int64_t> most;
  if (max_tokens_) most = *max_tokens_ - token_start();
  const Tensor special[] = {mask_, oov_};
  const TokenCounts::Vocabulary learned = counts.most_frequent(special, most);
  set_vocabulary(learned.tokens, mode_ == "tf_idf" ? learned.idf : Tensor());
}

Tensor IndexLookup::vocabulary(bool special_tokens) const {
  const Tensor known = tokens_ ? tokens_ : Tensor(vocabulary_, Shape{0});
  const int64_t before = special_tokens ? token_start() : 0;
  Tensor out(vocabulary_, Shape{before + known.size()});
  const auto fill = [&]<typename T>(T* to) {
    for (int64_t i = 0; i < before; ++i) to[i] = *(i < oov_start() ? mask_ : oov_).data<T>();
    std::copy_n(known.data<T>(), known.size(), to + before);
  };
  if (vocabulary_ == DType::string) {
    fill(out.data<std::string>());
  } else {
    fill(out.data<int64_t>());
  }
  return out;
}

void IndexLookup::write_vocabulary(Json& config) const {
  const int64_t start = token_start();
  const bool weighs = mode_ == "tf_idf" && idf_;
  Json words = Json::array(), weights = Json::array();
  for (int64_t i = 0; i < tokens_.size(); ++i) {
    words.push_back(vocabulary_ == DType::string ? Json(text_at(tokens_, i))
                                                 : Json(tokens_.data<int64_t>()[i]));
    if (weighs) weights.push_back(static_cast<double>(idf_.data<float>()[start + i]));
  }
  config.set("vocabulary", std::move(words));
  if (weighs) config.set("idf_weights", std::move(weights));
}

int64_t IndexLookup::depth() const { return pad_ ? std::max(*max_tokens_, size_) : size_; }

// Without out-of-vocabulary indices an unknown token is an error: looking -1 up in a list of all
// indices is one.
Value IndexLookup::check_in_vocabulary(const Value& indices) const {
  std::vector<int64_t> all;
  for (int64_t i = 0; i < size_; ++i) all.push_back(i);
  return op::gather(Tensor::vector(std::move(all)), indices, 0);
}

Value IndexLookup::oov_indices(const Value& x) const {
  const bool integer = vocabulary_ != DType::string;
  if (integer && oov_method_ != "farmhash") {
    return op::binary("FloorMod", x, Tensor::scalar(num_oov_));
  }
  const Value text = integer ? emit("AsString", {x}) : x;
  if (salt_.empty()) return emit("StringToHashBucketFast", {text}, {{"num_buckets", num_oov_}});
  return emit("StringToHashBucketStrong", {text}, {{"num_buckets", num_oov_}, {"key", salt_}});
}

Value IndexLookup::invert(const Value& indices) const {
  const int64_t n = tokens_ ? tokens_.size() : 0;  // one beyond the tokens: the unknown one
  const Value places = emit("_RillLookup", {indices, keys_, values_, Tensor::scalar(n)});
  const Value unknown = op::expand_dims(oov_, 0);
  const Value all = n == 0 ? unknown : op::concat({tokens_, unknown}, 0);
  const Value y = op::gather(all, places, 0);
  if (!mask_) return y;
  return op::select(op::binary("Equal", indices, Tensor::scalar(int64_t{0})), mask_, y);
}

Value IndexLookup::lookup(const Value& input) const {
  const Value x = vocabulary_ == DType::string && !invert_ ? input : op::cast(input, DType::int64);
  if (invert_) return invert(x);
  const int64_t unknown = num_oov_ == 1 ? oov_start() : -1;
  Value y = emit("_RillLookup", {x, keys_, values_, Tensor::scalar(unknown)});
  const auto masked = [&](const Value& key, const Value& value) {
    return op::select(op::binary("Equal", x, key), value, y);
  };
  if (num_oov_ > 1) {
    const Value other = op::add(oov_indices(x), Tensor::scalar(oov_start()));
    y = op::select(op::binary("Equal", y, Tensor::scalar(int64_t{-1})), other, y);
  }
  if (num_oov_ == 0 && !mask_) return check_in_vocabulary(y);
  if (num_oov_ == 0) y = masked(mask_, Tensor::scalar(int64_t{0}));
  if (num_oov_ == 0) y = check_in_vocabulary(y);
  if (!mask_) return y;
  // In rows the mask is no category: an index beyond them is not counted.
  return masked(mask_, Tensor::scalar(mode_ == "int" ? int64_t{0} : INT64_MAX));
}

Value IndexLookup::encode(const Value& indices, DType dtype) const {
  if (mode_ != "tf_idf") return encode_categorical(indices, mode_, depth(), dtype);
  const Value counts = encode_categorical(indices, "count", depth(), DType::float32);
  const Value weights = idf_ ? Value(idf_) : Value(Tensor::zeros(DType::float32, Shape{depth()}));
  return op::mul(counts, weights);
}

void refuse_to_learn(const Layer& layer) {
  fail(Code::failed_precondition, "layer ", quoted(layer.name()), " (", layer.class_name(),
       ") cannot adapt() to data: it was given what it would learn");
}

namespace {

// The table is made from the config as a whole: it goes with the layer unread.
class LookupLayer : public Layer,
                    public KeepsConfig,
                    public HasVocabulary,
                    public LearnsFromData,
                    public TakesDType,
                    public TakesRagged {
 public:
  explicit LookupLayer(DType vocabulary) : vocabulary_(vocabulary) {}
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("output_dtype_keras2", dtype_);  // of legacy/upgrade.cpp, never written
    if (!v.reading()) return;
    lookup_ = IndexLookup::from_config(kept, vocabulary_);
    given_ = lookup_.has_vocabulary();
  }
  bool autocast() const override { return false; }
  DType input_dtype() const override { return lookup_.inverse() ? DType::int64 : vocabulary_; }
  Value call(const Value& x, const CallContext&) override {
    const DType dtype = dtype_ ? dtype_from_name(*dtype_) : DType::int64;
    if (is_ragged(x)) {
      const Ragged rows = unpack_ragged(x);
      const Value y = lookup_.lookup(rows.values);
      if (lookup_.inverse()) return rows.with(y).packed();
      if (lookup_.mode() == "int") return rows.with(op::cast(y, dtype)).packed();
      // An index beyond the rows is not counted.
      return lookup_.encode(ragged_to_dense(rows.with(y), Tensor::scalar(lookup_.depth())), dtype);
    }
    const Value y = lookup_.lookup(x);
    if (lookup_.inverse()) return y;
    return lookup_.encode(y, dtype);
  }
  void load_vocabulary(const std::string& text, const Tensor& idf) override {
    lookup_.load(text, idf);
    lookup_.write_vocabulary(kept);
  }
  bool wants_vocabulary() const override { return !lookup_.has_vocabulary(); }
  Tensor idf_weights() const override { return lookup_.idf_weights(); }
  void set_vocabulary(const Tensor& tokens, const Tensor& idf) override {
    lookup_.set_vocabulary(op::cast(tokens, vocabulary_), idf);
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
  // Each row is a document, a vector is one.
  void update_state(const Tensor& batch) override {
    const Tensor tokens = op::cast(batch, vocabulary_);
    const int64_t rows = tokens.rank() < 2 ? 1 : tokens.dim(0);
    std::vector<int64_t> row(static_cast<size_t>(tokens.size()));
    const int64_t each = rows > 0 ? tokens.size() / rows : 0;
    for (size_t i = 0; i < row.size(); ++i) row[i] = static_cast<int64_t>(i) / each;
    counts_.add(tokens, row, rows);
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
  DType vocabulary_;
  bool given_ = false;  // in the config, or by set_vocabulary()
  TokenCounts counts_;
  // Keras 2 gave rows in the layer's dtype, Keras 3 gives integers.
  std::optional<std::string> dtype_;
  IndexLookup lookup_;
};

struct StringLookupLayer final : LookupLayer {
  StringLookupLayer() : LookupLayer(DType::string) {}
};
struct IntegerLookupLayer final : LookupLayer {
  IntegerLookupLayer() : LookupLayer(DType::int64) {}
};

}  // namespace

void register_index_lookup(LayerRegistry& registry) {
  registry.add<StringLookupLayer>("StringLookup");
  registry.add<IntegerLookupLayer>("IntegerLookup");
}

}  // namespace rill::keras
