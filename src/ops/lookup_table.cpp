#include "ops/lookup_table.h"

#include <algorithm>
#include <cstring>

#include "ops/args.h"

namespace rill {

std::string key_bytes(const Tensor& keys, int64_t i) {
  if (keys.dtype() == DType::string) return keys.data<std::string>()[i];
  const size_t size = dtype_size(keys.dtype());
  return std::string(static_cast<const char*>(keys.raw()) + i * static_cast<int64_t>(size), size);
}

void LookupTable::check(const NodeAccess& node, const Tensor& keys, const Tensor& values) const {
  node.require(keys.dtype() == options_.key, "Key must be type ", options_.key, " but got ",
               keys.dtype());
  node.require(values.dtype() == options_.value, "Value must be type ", options_.value, " but got ",
               values.dtype());
  node.require(values.shape() == join(keys.shape(), options_.value_shape), "Expected shape ",
               join(keys.shape(), options_.value_shape), " for value, got ", values.shape());
}

void LookupTable::put(const std::string& key, const Tensor& values, int64_t from) {
  const auto [it, added] = rows_.try_emplace(key, keys_.size());
  const auto n = static_cast<size_t>(width());
  const size_t row = it->second;
  if (added) keys_.push_back(key);
  if (options_.value == DType::string) {
    strings_.resize(keys_.size() * n);
    for (size_t k = 0; k < n; ++k) {
      strings_[row * n + k] = values.data<std::string>()[static_cast<size_t>(from) * n + k];
    }
    return;
  }
  const size_t size = dtype_size(options_.value) * n;
  bytes_.resize(keys_.size() * size);
  std::memcpy(bytes_.data() + row * size,
              static_cast<const char*>(values.raw()) + static_cast<size_t>(from) * size, size);
}

void LookupTable::find(const NodeAccess& node, const Tensor& keys, const Tensor& default_value,
                       Tensor& out) const {
  std::lock_guard lock(mutex_);
  if (!options_.is_mutable && !initialized_) {
    node.fail(Code::failed_precondition, "Table not initialized.");
  }
  node.require(keys.dtype() == options_.key, "Key must be type ", options_.key, " but got ",
               keys.dtype());
  node.require(default_value.dtype() == options_.value, "Default value must be type ",
               options_.value, " but got ", default_value.dtype());
  // One default for all, or one a key.
  const bool each = default_value.shape() == out.shape() && out.rank() > 0;
  node.require(each || default_value.shape() == options_.value_shape, "Expected shape ",
               options_.value_shape, " for default value, got ", default_value.shape());
  const auto n = static_cast<size_t>(width());
  const auto count = static_cast<size_t>(keys.size());
  const size_t size = dtype_size(options_.value) * n;
  for (size_t i = 0; i < count; ++i) {
    const auto it = rows_.find(key_bytes(keys, static_cast<int64_t>(i)));
    const bool found = it != rows_.end();
    const size_t from = found ? it->second : (each ? i : 0);
    if (options_.value == DType::string) {
      const std::string* source = found ? strings_.data() : default_value.data<std::string>();
      for (size_t k = 0; k < n; ++k) out.data<std::string>()[i * n + k] = source[from * n + k];
    } else {
      const char* source = found ? bytes_.data() : static_cast<const char*>(default_value.raw());
      std::memcpy(static_cast<char*>(out.raw()) + i * size, source + from * size, size);
    }
  }
}

void LookupTable::insert(const NodeAccess& node, const Tensor& keys, const Tensor& values) {
  if (!options_.is_mutable) {
    node.fail(Code::unimplemented, "HashTable is immutable: it is filled by its initializer");
  }
  check(node, keys, values);
  std::lock_guard lock(mutex_);
  for (int64_t i = 0; i < keys.size(); ++i) put(key_bytes(keys, i), values, i);
}

void LookupTable::replace(const NodeAccess& node, const Tensor& keys, const Tensor& values) {
  if (!options_.is_mutable) return initialize(node, keys, values);
  check(node, keys, values);
  std::lock_guard lock(mutex_);
  rows_.clear();
  keys_.clear();
  bytes_.clear();
  strings_.clear();
  for (int64_t i = 0; i < keys.size(); ++i) {
    const std::string key = key_bytes(keys, i);
    if (std::ranges::count(options_.free_places, key) == 0) put(key, values, i);
  }
}

// The last row moves to the place of the removed one.
void LookupTable::remove(const NodeAccess& node, const Tensor& keys) {
  if (!options_.is_mutable) node.fail(Code::unimplemented, "HashTable is immutable");
  node.require(keys.dtype() == options_.key, "Key must be type ", options_.key, " but got ",
               keys.dtype());
  std::lock_guard lock(mutex_);
  const auto n = static_cast<size_t>(width());
  const size_t size = dtype_size(options_.value) * n;
  for (int64_t i = 0; i < keys.size(); ++i) {
    const auto it = rows_.find(key_bytes(keys, i));
    if (it == rows_.end()) continue;
    const size_t row = it->second, last = keys_.size() - 1;
    rows_.erase(it);
    if (row != last) {
      rows_[keys_[last]] = row;
      keys_[row] = std::move(keys_[last]);
      for (size_t k = 0; k < n && !strings_.empty(); ++k) {
        strings_[row * n + k] = std::move(strings_[last * n + k]);
      }
      if (!bytes_.empty()) {
        std::memcpy(bytes_.data() + row * size, bytes_.data() + last * size, size);
      }
    }
    keys_.pop_back();
    if (!strings_.empty()) strings_.resize(last * n);
    if (!bytes_.empty()) bytes_.resize(last * size);
  }
}

void LookupTable::initialize(const NodeAccess& node, const Tensor& keys, const Tensor& values) {
  check(node, keys, values);
  std::lock_guard lock(mutex_);
  if (initialized_) {  // as TensorFlow: the number is all that is compared
    if (keys.size() == static_cast<int64_t>(keys_.size())) return;
    node.fail(Code::failed_precondition, "Table was already initialized with different data.");
  }
  const auto n = static_cast<size_t>(width());
  const size_t size = dtype_size(options_.value) * n;
  const auto same = [&](size_t row, int64_t from) {
    if (options_.value != DType::string) {
      return std::memcmp(bytes_.data() + row * size,
                         static_cast<const char*>(values.raw()) + static_cast<size_t>(from) * size,
                         size) == 0;
    }
    for (size_t k = 0; k < n; ++k) {
      if (strings_[row * n + k] != values.data<std::string>()[static_cast<size_t>(from) * n + k]) {
        return false;
      }
    }
    return true;
  };
  for (int64_t i = 0; i < keys.size(); ++i) {
    const std::string key = key_bytes(keys, i);
    const auto it = rows_.find(key);
    if (it != rows_.end() && !same(it->second, i)) {
      node.fail(Code::failed_precondition, "HashTable has different value for same key. Key ",
                options_.key == DType::string ? quoted(key) : str("number ", i));
    }
    if (it == rows_.end()) put(key, values, i);
  }
  initialized_ = true;
}

bool LookupTable::initialized() const {
  std::lock_guard lock(mutex_);
  return initialized_;
}

int64_t LookupTable::size() const {
  std::lock_guard lock(mutex_);
  return static_cast<int64_t>(keys_.size());
}

std::pair<Tensor, Tensor> LookupTable::export_all() const {
  std::lock_guard lock(mutex_);
  const auto n = static_cast<int64_t>(keys_.size());
  Tensor keys(options_.key, Shape{n});
  Tensor values(options_.value, join(Shape{n}, options_.value_shape));
  for (int64_t i = 0; i < n; ++i) {
    const std::string& key = keys_[static_cast<size_t>(i)];
    if (options_.key == DType::string) {
      keys.data<std::string>()[i] = key;
    } else {
      std::memcpy(static_cast<char*>(keys.raw()) + static_cast<size_t>(i) * key.size(), key.data(),
                  key.size());
    }
  }
  if (options_.value == DType::string) {
    std::copy(strings_.begin(), strings_.end(), values.data<std::string>());
  } else if (!bytes_.empty()) {
    std::memcpy(values.raw(), bytes_.data(), bytes_.size());
  }
  return {std::move(keys), std::move(values)};
}

}  // namespace rill
