#include "keras/layers/feature_columns.h"

#include <algorithm>
#include <numeric>

#include "base/fail.h"
#include "keras/core/config.h"

namespace rill::keras {
namespace {

const Value& feature_of(const Features& features, const std::string& key) {
  const auto found = features.find(key);
  if (found != features.end()) return found->second;
  std::string given;
  for (const auto& [name, value] : features) given += (given.empty() ? "" : ", ") + quoted(name);
  fail(Code::invalid_argument, "the feature ", quoted(key), " is missing; given are ", given);
}

int64_t count_of(const Json& config, const char* key) {
  const int64_t n = config.at(key).as_int();
  if (n < 1 || n > INT32_MAX) fail(Code::invalid_argument, key, " is ", n, ", expected 1 or more");
  return n;
}

// A setting that null switches off; a function, or a file outside of the model, cannot be had.
void refuse_setting(const Json& config, const char* key, const std::string& column) {
  const Json* given = config.find(key);
  if (given && !given->is_null()) {
    fail(Code::unimplemented, "the column ", quoted(column), " has a ", key, ": ", given->dump());
  }
}

constexpr int64_t kWidest = int64_t{1} << 20;  // numbers that one column may have in a row

// Categories of each row.
class CategoricalColumn {
 public:
  virtual ~CategoricalColumn() = default;
  virtual std::string name() const = 0;
  virtual int64_t buckets() const = 0;
  // int64 of [batch, n], -1 where there is none.
  virtual Value ids(const Features& features) const = 0;
};
using CategoricalPtr = std::shared_ptr<CategoricalColumn>;

// What a categorical column reads: the values, and where one is (not "", not -1).
struct Categories {
  Value values, present;
};
Categories categories_of(const Features& features, const std::string& key, bool text) {
  Value x = feature_of(features, key);
  if (text != (x.dtype() == DType::string) || (!text && !is_integer(x.dtype()))) {
    fail(Code::invalid_argument, "the feature ", quoted(key), " must be ",
         text ? "strings" : "integers", ", is ", dtype_name(x.dtype()));
  }
  if (!text) x = op::cast(x, DType::int64);
  const Value missing = text ? Value(Tensor(std::string())) : Value(Tensor::scalar(int64_t{-1}));
  return {x, op::binary("NotEqual", x, missing)};
}
Value none_where_missing(const Value& ids, const Value& present) {
  return op::select(present, ids, Tensor::scalar(int64_t{-1}));
}
bool is_text(const Json& config) {
  return config.value<std::string>("dtype", "string") == "string";
}

class HashedColumn final : public CategoricalColumn {
 public:
  explicit HashedColumn(const Json& config)
      : key_(config.at("key").as_string()),
        buckets_(count_of(config, "hash_bucket_size")),
        text_(is_text(config)) {}
  std::string name() const override { return key_; }
  int64_t buckets() const override { return buckets_; }
  Value ids(const Features& features) const override {
    const Categories c = categories_of(features, key_, text_);
    const Value words = text_ ? c.values : emit("AsString", {c.values});
    return none_where_missing(emit("StringToHashBucketFast", {words}, {{"num_buckets", buckets_}}),
                              c.present);
  }

 private:
  std::string key_;
  int64_t buckets_;
  bool text_;
};

class VocabularyColumn final : public CategoricalColumn {
 public:
  explicit VocabularyColumn(const Json& config)
      : key_(config.at("key").as_string()),
        text_(is_text(config)),
        unknown_(config.value<int64_t>("default_value", -1)),
        oov_(config.value<int64_t>("num_oov_buckets", 0)) {
    if (oov_ < 0) fail(Code::invalid_argument, "num_oov_buckets is ", oov_);
    const auto& list = config.at("vocabulary_list").as_array();
    size_ = static_cast<int64_t>(list.size());
    std::vector<std::string> words;
    std::vector<int64_t> numbers;
    for (const Json& item : list) {
      if (text_) words.push_back(item.as_string());
      if (!text_) numbers.push_back(item.as_int());
    }
    if (text_) fill(words);
    if (!text_) fill(numbers);
  }
  std::string name() const override { return key_; }
  int64_t buckets() const override { return size_ + oov_; }
  Value ids(const Features& features) const override {
    const Categories c = categories_of(features, key_, text_);
    const int64_t unknown = oov_ > 0 ? -1 : unknown_;
    Value found = emit("_RillLookup", {c.values, keys_, places_, Tensor::scalar(unknown)});
    if (oov_ > 0) {
      const Value words = text_ ? c.values : emit("AsString", {c.values});
      const Value hashed = emit("StringToHashBucketFast", {words}, {{"num_buckets", oov_}});
      found = op::select(op::binary("Equal", found, Tensor::scalar(int64_t{-1})),
                         op::add(hashed, Tensor::scalar(size_)), found);
    }
    return none_where_missing(found, c.present);
  }

 private:
  // The lookup wants its keys sorted.
  template <typename T>
  void fill(const std::vector<T>& words) {
    std::vector<int64_t> order(words.size());
    std::iota(order.begin(), order.end(), int64_t{0});
    const auto word = [&](int64_t i) -> const T& { return words[static_cast<size_t>(i)]; };
    std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return word(a) < word(b); });
    std::vector<T> sorted;
    for (const int64_t i : order) {
      if (!sorted.empty() && sorted.back() == word(i)) {
        fail(Code::invalid_argument, "the vocabulary of ", quoted(key_), " holds ", word(i),
             " twice");
      }
      sorted.push_back(word(i));
    }
    keys_ = Tensor::vector(std::move(sorted));
    places_ = Tensor::vector(std::move(order));
  }

  std::string key_;
  bool text_;
  int64_t unknown_, oov_, size_ = 0;
  Tensor keys_, places_;
};

class IdentityColumn final : public CategoricalColumn {
 public:
  explicit IdentityColumn(const Json& config)
      : key_(config.at("key").as_string()), buckets_(count_of(config, "number_buckets")) {
    const Json* given = config.find("default_value");
    if (given && !given->is_null()) default_ = given->as_int();
  }
  std::string name() const override { return key_; }
  int64_t buckets() const override { return buckets_; }
  Value ids(const Features& features) const override {
    const Categories c = categories_of(features, key_, false);
    Value x = c.values;
    if (default_) {
      const Value below = op::binary("Less", x, Tensor::scalar(int64_t{0}));
      const Value above = op::binary("GreaterEqual", x, Tensor::scalar(buckets_));
      x = op::select(op::binary("LogicalOr", below, above), Tensor::scalar(*default_), x);
    }
    return none_where_missing(x, c.present);
  }

 private:
  std::string key_;
  int64_t buckets_;
  std::optional<int64_t> default_;
};

class NumericColumn final : public DenseColumn {
 public:
  explicit NumericColumn(const Json& config) : key_(config.at("key").as_string()) {
    for (const Json& d : config.at("shape").as_array()) {
      const int64_t size = d.as_int();
      if (size < 1 || size > kWidest / width_) {
        fail(Code::invalid_argument, "the column ", quoted(key_), " has the shape ",
             config.at("shape").dump());
      }
      width_ *= size;
    }
    refuse_setting(config, "normalizer_fn", key_);
  }
  std::string name() const override { return key_; }
  int64_t width() const override { return width_; }
  Value dense(const Features& features) const override {
    return op::cast(feature_of(features, key_), DType::float32);
  }

 private:
  std::string key_;
  int64_t width_ = 1;
};

// Numbers as the range they lie in: one-hot rows, and categories.
class BucketizedColumn final : public DenseColumn, public CategoricalColumn {
 public:
  explicit BucketizedColumn(const Json& config) : source_(numeric(config.at("source_column"))) {
    for (const Json& b : config.at("boundaries").as_array()) {
      boundaries_.push_back(static_cast<float>(b.as_double()));
    }
  }
  std::string name() const override { return source_.name() + "_bucketized"; }
  int64_t width() const override { return source_.width() * ranges(); }
  int64_t buckets() const override { return width(); }
  Value dense(const Features& features) const override {
    return emit("OneHot", {op::cast(range_of(features), DType::int64),
                           Tensor::scalar(static_cast<int32_t>(ranges())), Tensor::scalar(1.0f),
                           Tensor::scalar(0.0f)});
  }
  Value ids(const Features& features) const override {
    const Value x = range_of(features);
    std::vector<int64_t> first;  // each number has categories of its own
    for (int64_t i = 0; i < source_.width(); ++i) first.push_back(i * ranges());
    return op::add(op::cast(op::reshape(x, {op::dim(x, 0), source_.width()}), DType::int64),
                   Tensor::vector(std::move(first)));
  }

 private:
  static NumericColumn numeric(const Json& json) {
    const std::string class_name = member_text(json, "class_name");
    if (class_name != "NumericColumn") {
      fail(Code::invalid_argument, "a bucketized column wants a NumericColumn, not ",
           quoted(class_name));
    }
    return NumericColumn(json.at("config"));
  }
  int64_t ranges() const { return static_cast<int64_t>(boundaries_.size()) + 1; }
  Value range_of(const Features& features) const {
    return emit("Bucketize", {source_.dense(features)}, {{"boundaries", boundaries_}});
  }

  NumericColumn source_;
  std::vector<float> boundaries_;
};

CategoricalPtr make_categorical(const Json& json, int depth);

class CrossedColumn final : public CategoricalColumn {
 public:
  CrossedColumn(const Json& config, int depth) : buckets_(count_of(config, "hash_bucket_size")) {
    for (const Json& key : config.at("keys").as_array()) {
      if (key.is_string()) {
        words_.push_back(key.as_string());
      } else {
        add(make_categorical(key, depth));
      }
    }
    const Json* key = config.find("hash_key");
    if (key && !key->is_null()) hash_key_ = key->as_int();
  }
  std::string name() const override {
    std::vector<std::string> names = words_;
    for (const CategoricalPtr& column : columns_) names.push_back(column->name());
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : "_X_") + name;
    return out;
  }
  int64_t buckets() const override { return buckets_; }
  // The features of columns come sparse and before those that are plain names (sparse_ops.py,
  // _sparse_cross_internal).
  Value ids(const Features& features) const override {
    Values indices, values, shapes, dense;
    std::vector<DType> sparse_types, dense_types;
    for (const CategoricalPtr& column : columns_) {
      const Value x = column->ids(features);
      indices.push_back(emit("Where", {op::binary("GreaterEqual", x, Tensor::scalar(int64_t{0}))}));
      values.push_back(emit("GatherNd", {x, indices.back()}));
      shapes.push_back(emit("Shape", {x}, {{"out_type", DType::int64}}));
      sparse_types.push_back(DType::int64);
    }
    DType kind = columns_.empty() ? DType::string : DType::int64;
    for (const std::string& word : words_) {
      const Value& x = feature_of(features, word);
      dense.push_back(x.dtype() == DType::string ? x : op::cast(x, DType::int64));
      dense_types.push_back(dense.back().dtype());
      if (dense_types.back() != DType::string) kind = DType::int64;
    }
    Values all;
    for (Values* list : {&indices, &values, &shapes, &dense}) {
      all.insert(all.end(), list->begin(), list->end());
    }
    const Values crossed = emit_all("SparseCross", all,
                                    {{"N", static_cast<int64_t>(columns_.size())},
                                     {"hashed_output", true},
                                     {"num_buckets", buckets_},
                                     {"hash_key", hash_key_},
                                     {"sparse_types", std::move(sparse_types)},
                                     {"dense_types", std::move(dense_types)},
                                     {"out_type", DType::int64},
                                     {"internal_type", kind}});
    const Value rows =
        emit("SparseToDense", {crossed[0], crossed[2], crossed[1], Tensor::scalar(int64_t{-1})});
    return emit("EnsureShape", {rows}, {{"shape", Shape{-1, -1}}});
  }

 private:
  // A cross of crosses is one of all their parts.
  void add(CategoricalPtr column) {
    if (const auto* inner = dynamic_cast<const CrossedColumn*>(column.get())) {
      words_.insert(words_.end(), inner->words_.begin(), inner->words_.end());
      columns_.insert(columns_.end(), inner->columns_.begin(), inner->columns_.end());
    } else {
      columns_.push_back(std::move(column));
    }
  }

  int64_t buckets_;
  int64_t hash_key_ = 0xDECAFCAFFE;  // tensorflow/python/ops/sparse_ops.py
  std::vector<std::string> words_;
  std::vector<CategoricalPtr> columns_;
};

CategoricalPtr make_categorical(const Json& json, int depth) {
  check_nesting(++depth);
  const std::string class_name = member_text(json, "class_name");
  const Json& config = json.at("config");
  if (class_name == "HashedCategoricalColumn") return std::make_shared<HashedColumn>(config);
  if (class_name == "VocabularyListCategoricalColumn") {
    return std::make_shared<VocabularyColumn>(config);
  }
  if (class_name == "IdentityCategoricalColumn") return std::make_shared<IdentityColumn>(config);
  if (class_name == "BucketizedColumn") return std::make_shared<BucketizedColumn>(config);
  if (class_name == "CrossedColumn") return std::make_shared<CrossedColumn>(config, depth);
  fail(Code::unimplemented, "feature columns of the class ", quoted(class_name));
}

class IndicatorColumn final : public DenseColumn {
 public:
  explicit IndicatorColumn(const Json& config)
      : source_(make_categorical(config.at("categorical_column"), 0)) {}
  std::string name() const override { return source_->name() + "_indicator"; }
  int64_t width() const override { return source_->buckets(); }
  Value dense(const Features& features) const override {
    const Value hot =
        emit("OneHot", {source_->ids(features), Tensor::scalar(static_cast<int32_t>(width())),
                        Tensor::scalar(1.0f), Tensor::scalar(0.0f)});
    return op::reduce("Sum", hot, {1});
  }

 private:
  CategoricalPtr source_;
};

class EmbeddingColumn final : public DenseColumn {
 public:
  explicit EmbeddingColumn(const Json& config)
      : source_(make_categorical(config.at("categorical_column"), 0)),
        width_(count_of(config, "dimension")),
        combiner_(config.value<std::string>("combiner", "mean")),
        trainable_(config.value("trainable", true)) {
    if (combiner_ != "mean" && combiner_ != "sum" && combiner_ != "sqrtn") {
      fail(Code::invalid_argument, "the column ", quoted(name()), " has the combiner ",
           quoted(combiner_), ", expected mean, sqrtn or sum");
    }
    if (const Json* given = config.find("initializer")) initializer_ = *given;
    refuse_setting(config, "ckpt_to_load_from", name());
    refuse_setting(config, "max_norm", name());
  }
  std::string name() const override { return source_->name() + "_embedding"; }
  int64_t width() const override { return width_; }
  std::optional<Table> table() const override {
    return Table{source_->buckets(), width_, initializer_, trainable_};
  }
  void set_table(Value table) override { table_ = std::move(table); }
  // The rows of the categories that there are; none give zeros.
  Value dense(const Features& features) const override {
    const Value ids = source_->ids(features);
    const Value zero = Tensor::scalar(int64_t{0});
    const Value present = op::cast(op::binary("GreaterEqual", ids, zero), DType::float32);
    const Value rows = op::gather(table_, op::binary("Maximum", ids, zero), 0);
    const Value sum = op::reduce("Sum", op::mul(rows, op::expand_dims(present, 2)), {1});
    if (combiner_ == "sum") return sum;
    const Value count = op::reduce("Sum", present, {1}, true);
    return op::binary("DivNoNan", sum, combiner_ == "mean" ? count : op::unary("Sqrt", count));
  }

 private:
  CategoricalPtr source_;
  int64_t width_;
  std::string combiner_;
  bool trainable_;
  Json initializer_;
  Value table_;
};

}  // namespace

std::shared_ptr<DenseColumn> make_dense_column(const Json& json) {
  const std::string class_name = member_text(json, "class_name");
  if (class_name.empty() || json.find("config") == nullptr) {
    fail(Code::invalid_argument, "a feature column lacks class_name or config");
  }
  const Json& config = json.at("config");
  if (class_name == "NumericColumn") return std::make_shared<NumericColumn>(config);
  if (class_name == "BucketizedColumn") return std::make_shared<BucketizedColumn>(config);
  if (class_name == "IndicatorColumn") return std::make_shared<IndicatorColumn>(config);
  if (class_name == "EmbeddingColumn") return std::make_shared<EmbeddingColumn>(config);
  fail(Code::unimplemented, "feature columns of the class ", quoted(class_name));
}

}  // namespace rill::keras
