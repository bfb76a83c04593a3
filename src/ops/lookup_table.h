// The resource behind lookup tables of every kind: keys of one dtype, values of one dtype and
// shape.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "op/bindable.h"
#include "op/kernel_context.h"

namespace rill {

// One key as the bytes by which tables find it.
std::string key_bytes(const Tensor& keys, int64_t i);

class LookupTable final : public BindableResource {
 public:
  struct Options {
    DType key = DType::string;
    DType value = DType::int64;
    Shape value_shape;
    bool is_mutable = true;  // else filled once by an initializer
    // Keys as bytes that stand for free places in what TensorFlow exports of dense tables.
    std::vector<std::string> free_places = {};
  };
  explicit LookupTable(Options options) : options_(std::move(options)) {}
  std::string_view type_name() const override {
    return options_.is_mutable ? "MutableHashTable" : "HashTable";
  }
  const Options& options() const { return options_; }
  // Under which a session keeps the table of a node.
  static std::string resource_name(const std::string& shared_name, std::string_view node) {
    return shared_name.empty() ? "table/" + std::string(node) : shared_name;
  }
  const char* handle_op() const override {
    return options_.is_mutable ? "MutableHashTableV2" : "HashTableV2";
  }
  AttrMap handle_attrs() const override {
    return {{"key_dtype", options_.key}, {"value_dtype", options_.value}};
  }

  // All throw, naming the node, INVALID_ARGUMENT when dtypes or shapes do not fit and
  // FAILED_PRECONDITION when an immutable table is not filled yet, or filled already.
  void find(const NodeAccess& node, const Tensor& keys, const Tensor& default_value,
            Tensor& out) const;
  void insert(const NodeAccess& node, const Tensor& keys, const Tensor& values);
  void replace(const NodeAccess& node, const Tensor& keys, const Tensor& values);
  void remove(const NodeAccess& node, const Tensor& keys);
  // Of a table that is filled only the number of keys is compared.
  void initialize(const NodeAccess& node, const Tensor& keys, const Tensor& values);
  bool initialized() const;
  int64_t size() const;
  // Keys and values, in the order of insertion.
  std::pair<Tensor, Tensor> export_all() const;

 private:
  int64_t width() const { return options_.value_shape.num_elements(); }
  void check(const NodeAccess& node, const Tensor& keys, const Tensor& values) const;
  void put(const std::string& key, const Tensor& values, int64_t from);

  Options options_;
  mutable std::mutex mutex_;
  bool initialized_ = false;
  std::unordered_map<std::string, size_t> rows_;
  std::vector<std::string> keys_;     // by row, as bytes
  std::vector<char> bytes_;           // values by row, when they are plain
  std::vector<std::string> strings_;  // or when they are strings
};

}  // namespace rill
