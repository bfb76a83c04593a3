// Shape inference: from what is known of the inputs to what can be known of the outputs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "op/node_access.h"

namespace rill {

class ShapeContext : public NodeAccess {
 public:
  struct Input {
    Shape shape;
    DType dtype = DType::invalid;
    const Tensor* value = nullptr;               // the elements, when they are constant
    const PartialValue* partial = nullptr;       // small integers known in part
    Shape handle_shape = Shape::unknown_rank();  // resource: the shape of the variable behind it
  };

  ShapeContext(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
               std::span<const Input> inputs, std::span<const DType> output_dtypes);

  int num_inputs() const { return static_cast<int>(inputs_.size()); }
  // These throw INTERNAL, naming the node, for an input or output that the node does not have.
  const Shape& input(int i) const { return at(i).shape; }
  DType input_dtype(int i) const { return at(i).dtype; }
  // The constant elements of an input; null while they are not known.
  const Tensor* value(int i) const { return at(i).value; }
  // A constant int32/int64 scalar or vector as int64; nothing while not known in full.
  std::optional<std::vector<int64_t>> ints(int i) const;
  std::optional<int64_t> int_scalar(int i) const;
  // Known in part: PartialValue::kUnknown for the rest; nothing when not even the length is known.
  std::optional<PartialValue> partial(int i) const;
  // A 1-D integer input read as a shape: -1 or not known -> unknown dimension.
  Shape shape_from_value(int i) const;

  // The shape of the variable behind a resource (or ref) input; unknown rank when not known.
  const Shape& handle_shape(int i) const { return at(i).handle_shape; }

  int num_outputs() const { return static_cast<int>(outputs_.size()); }
  DType output_dtype(int i) const;
  void set_output(int i, Shape shape);
  const Shape& output(int i) const;
  // For integer outputs that are known without running (Shape, Size, Pack of known scalars, ...).
  void set_partial(int i, PartialValue value);
  const std::optional<PartialValue>& partial_output(int i) const;

  // These throw INVALID_ARGUMENT when what is known already contradicts.
  void require_rank(int i, int at_least) const;
  void require_rank_exactly(int i, int rank) const;
  void require_rank_at_most(int i, int rank) const;
  // The more specific of two shapes of what must be the same shape.
  Shape merge(const Shape& a, const Shape& b) const;
  int64_t merge_dim(int64_t a, int64_t b) const;

 private:
  const Input& at(int input) const;

  std::span<const Input> inputs_;
  std::span<const DType> output_dtypes_;
  std::vector<Shape> outputs_;
  std::vector<std::optional<PartialValue>> partials_;
};

// NumPy broadcasting of partial shapes. Throws INVALID_ARGUMENT ("Incompatible shapes: [2,3] vs.
// [4]") when they cannot go together.
Shape broadcast_shapes(const ShapeContext& ctx, const Shape& a, const Shape& b);

// Shape functions that many ops share.
namespace shapes {
void unchanged(ShapeContext& ctx);        // every output as input 0
void broadcast2(ShapeContext& ctx);       // output 0 = broadcast of inputs 0 and 1
void scalar(ShapeContext& ctx);           // every output is a scalar
void none(ShapeContext& ctx);             // no outputs
void unknown(ShapeContext& ctx);          // nothing is known
void from_shape_attr(ShapeContext& ctx);  // attribute "shape"
// Padded window arithmetic of convolutions and pools: TensorFlow's GetWindowedOutputSize.
// Unknown (-1) stays unknown. padding: "SAME", "VALID", "EXPLICIT" (before/after given).
struct Window {
  int64_t output = -1;
  int64_t before = 0;
  int64_t after = 0;
};
Window window(const NodeAccess& who, int64_t input, int64_t filter, int64_t dilation,
              int64_t stride, const std::string& padding, int64_t explicit_before = 0,
              int64_t explicit_after = 0);
}  // namespace shapes

}  // namespace rill
