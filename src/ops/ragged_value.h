// A ragged tensor as an element of a variant tensor, as map_fn passes them around.
#pragma once

#include <memory>
#include <vector>

#include "op/node_access.h"

namespace rill {

class RaggedValue final : public Opaque {
 public:
  RaggedValue(std::vector<Tensor> splits, Tensor values)
      : splits(std::move(splits)), values(std::move(values)) {}
  std::string_view type_name() const override { return "RaggedTensor"; }
  const std::vector<Tensor> splits;  // outermost first; vectors of int32 or int64
  const Tensor values;
};
using RaggedPtr = std::shared_ptr<const RaggedValue>;

}  // namespace rill
