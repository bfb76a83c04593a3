// What a variant holds that may hold tensors (tensorflow/core/kernels/data/optional_ops.h).
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "rill/tensor.hpp"

namespace rill {

class OptionalValue final : public Opaque {
 public:
  explicit OptionalValue(std::optional<Values> element) : element(std::move(element)) {}
  std::string_view type_name() const override { return "Optional"; }
  const std::optional<Values> element;
};

}  // namespace rill
