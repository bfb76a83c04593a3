// The contract of an op: what a file under src/ops states about it.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rill/graph.hpp"

namespace rill {

class ShapeContext;
class KernelContext;
class PrepareContext;
class GradContext;
class DecomposeContext;
struct Prepared;

enum class AttrKind : uint8_t { string, int_, float_, bool_, type, shape, tensor, func };

struct AttrDef {
  std::string name = {};
  AttrKind kind = AttrKind::int_;
  bool is_list = false;
  AttrValue default_value;            // none: the attribute is required or inferred from inputs
  std::span<const DType> types = {};  // type attributes: what is allowed; empty: anything
  std::vector<std::string> choices;   // string attributes: what is allowed; empty: anything
  int64_t minimum = INT64_MIN;        // ints: the least value; lists: the least length

  AttrDef();
  AttrDef(const AttrDef& other);
  AttrDef(AttrDef&& other) noexcept;
  AttrDef& operator=(const AttrDef& other);
  AttrDef& operator=(AttrDef&& other) noexcept;
  ~AttrDef();
};

// Sets of dtypes for type attributes.
inline constexpr DType kFloatTypes[] = {DType::bfloat16, DType::float16, DType::float32,
                                        DType::float64};
inline constexpr DType kIntegerTypes[] = {DType::int8,   DType::int16, DType::int32,
                                          DType::int64,  DType::uint8, DType::uint16,
                                          DType::uint32, DType::uint64};
inline constexpr DType kRealTypes[] = {
    DType::bfloat16, DType::float16, DType::float32, DType::float64, DType::int8,   DType::int16,
    DType::int32,    DType::int64,   DType::uint8,   DType::uint16,  DType::uint32, DType::uint64};
inline constexpr DType kNumberTypes[] = {
    DType::bfloat16, DType::float16, DType::float32,   DType::float64,   DType::int8,
    DType::int16,    DType::int32,   DType::int64,     DType::uint8,     DType::uint16,
    DType::uint32,   DType::uint64,  DType::complex64, DType::complex128};
inline constexpr DType kFloatComplexTypes[] = {DType::bfloat16,  DType::float16,
                                               DType::float32,   DType::float64,
                                               DType::complex64, DType::complex128};
inline constexpr DType kComplexTypes[] = {DType::complex64, DType::complex128};
inline constexpr DType kIndexTypes[] = {DType::int32, DType::int64};

AttrDef type_attr(std::string_view name, std::span<const DType> allowed = {},
                  DType default_value = DType::invalid);
AttrDef type_list_attr(std::string_view name, int64_t minimum = 0);
AttrDef int_attr(std::string_view name);
AttrDef int_attr(std::string_view name, int64_t default_value, int64_t minimum = INT64_MIN);
AttrDef int_list_attr(std::string_view name);
AttrDef int_list_attr(std::string_view name, std::vector<int64_t> default_value);
AttrDef float_attr(std::string_view name);
AttrDef float_attr(std::string_view name, float default_value);
AttrDef float_list_attr(std::string_view name, std::vector<float> default_value);
AttrDef bool_attr(std::string_view name);
AttrDef bool_attr(std::string_view name, bool default_value);
AttrDef string_attr(std::string_view name);
AttrDef string_attr(std::string_view name, std::string_view default_value,
                    std::vector<std::string> choices = {});
// Required, one of `choices`.
AttrDef choice_attr(std::string_view name, std::vector<std::string> choices);
AttrDef string_list_attr(std::string_view name, std::vector<std::string> default_value = {});
AttrDef shape_attr(std::string_view name);
AttrDef shape_attr(std::string_view name, Shape default_value);
AttrDef shape_list_attr(std::string_view name);
AttrDef tensor_attr(std::string_view name);
AttrDef func_attr(std::string_view name);
AttrDef func_list_attr(std::string_view name);
// Any attribute by hand, e.g. a list with a default that is empty.
AttrDef attr(std::string_view name, AttrKind kind, bool is_list, AttrValue default_value);

using ShapeFn = void (*)(ShapeContext&);
using KernelFn = void (*)(KernelContext&);
using PrepareFn = Prepared (*)(const PrepareContext&);
using GradientFn = Values (*)(const GradContext&);
using DecomposeFn = Values (*)(const DecomposeContext&);

struct OpDef {
  // "Softmax(logits: T) -> (softmax: T)". An argument's type is a dtype ("int32"), a type
  // attribute ("T"), "N*T" (a list of N of one type), "list(Tin)" (a list of types), or one of
  // these in "Ref(...)". No outputs: "-> ()".
  std::string signature;
  std::vector<AttrDef> attrs = {};

  ShapeFn shape = nullptr;  // null: every output shape is unknown
  // Runs on tensors whose shapes are known only now. Null: made from `shape` and `prepare`.
  KernelFn kernel = nullptr;
  // Runs once a Plan, when all shapes are fixed; an empty result means "use the kernel".
  PrepareFn prepare = nullptr;
  // Gradients with respect to the inputs; an empty Value where there is none.
  GradientFn gradient = nullptr;
  // The same in other ops: for files that other programs read, and for what has no kernel.
  DecomposeFn decompose = nullptr;

  // Has an effect or a state: never folded, merged or dropped, unless nothing needs it.
  bool stateful = false;
  // Output 0 is input 0 with other dimensions wherever it has as many elements: no bytes move.
  bool view = false;
  // The inputs whose memory output 0 may take (same size and dtype, last use): bit i for input i.
  uint32_t in_place = 0;
  // `shape` repeats what an attribute says, and a run may give others: plans do not trust it.
  bool claims_shapes = false;
  // The scalars that a run may also be given as [1]: bit i for input i of the signature.
  // TensorFlow's kernels take them where `shape`, which sees only what a graph settles, does not.
  uint32_t one_for_scalar = 0;
  // The kernel reads only the shapes of its inputs.
  bool shape_only = false;
  // TensorFlow differentiates it with "no gradient" (None), which is different from an error.
  bool not_differentiable = false;

  // Filled in by the registry, all but the family from `signature`.
  std::string name = {};
  std::vector<ArgDef> inputs = {};
  std::vector<ArgDef> outputs = {};
  std::string family = {};  // the folder of src/ops; "functions" for the executor's own

  const AttrDef* find_attr(std::string_view attr_name) const;

  // In one source, as each file of src/ops makes some. It stays an aggregate: registering copies.
  ~OpDef();
};

}  // namespace rill

extern template class std::vector<rill::AttrDef>;
