// Configurable parts named as in Keras: initializers, regularizers, constraints, activations.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "rill/tensor.hpp"

namespace rill::keras {

// A class name and its settings, as a config spells them. Defined in src/keras/object_config.h.
struct ObjectConfig;

// A handle that is empty (None in Keras) or names an object: "glorot_uniform", "relu", "l2", ...
class RILL_API ObjectHandle {
 public:
  ObjectHandle() = default;
  ObjectHandle(const char* name);         // NOLINT: .activation = "relu"
  ObjectHandle(const std::string& name);  // NOLINT
  explicit ObjectHandle(std::shared_ptr<const ObjectConfig> config) : config_(std::move(config)) {}
  explicit operator bool() const noexcept { return config_ != nullptr; }
  // As spelt by the user or the file; empty when there is none.
  const std::string& name() const noexcept;
  const std::shared_ptr<const ObjectConfig>& config() const noexcept { return config_; }

 private:
  std::shared_ptr<const ObjectConfig> config_;
};

struct Initializer : ObjectHandle {
  using ObjectHandle::ObjectHandle;
};
struct Regularizer : ObjectHandle {
  using ObjectHandle::ObjectHandle;
};
struct Constraint : ObjectHandle {
  using ObjectHandle::ObjectHandle;
};
struct RILL_API Activation : ObjectHandle {
  using ObjectHandle::ObjectHandle;
  // A function of one's own; it must be given again as a custom object when a file is loaded.
  Activation(const std::string& name, std::function<Tensor(const Tensor&)> function);
};

// One integer or several: kernel_size = 3, strides = {2, 1}.
struct Ints : std::vector<int64_t> {
  using std::vector<int64_t>::vector;
  Ints(int value) : std::vector<int64_t>{value} {}      // NOLINT
  Ints(int64_t value) : std::vector<int64_t>{value} {}  // NOLINT
  Ints(std::initializer_list<int64_t> values) : std::vector<int64_t>(values) {}
  Ints(std::vector<int64_t> values) : std::vector<int64_t>(std::move(values)) {}  // NOLINT
};

}  // namespace rill::keras
