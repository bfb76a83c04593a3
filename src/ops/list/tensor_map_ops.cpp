// TensorMap*: maps from tensors to tensors in variant handles; changes make a new map.
#include <cstring>
#include <map>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"

namespace rill {
namespace {

class TensorMap final : public Opaque {
 public:
  struct Entry {
    Tensor key, value;
  };
  std::string_view type_name() const override { return "TensorMap"; }
  std::map<std::string, Entry> entries;  // by dtype, shape and elements of the key
};

std::string key_text(const NodeAccess& node, const Tensor& key) {
  std::string text = str(key.dtype(), key.shape(), ":");
  if (key.dtype() == DType::string) {
    for (const std::string& part : key.flat<std::string>()) text += str(part.size(), ":", part);
    return text;
  }
  if (key.dtype() == DType::resource || key.dtype() == DType::variant) {
    node.fail(Code::unimplemented, "keys of type ", key.dtype(), " are not supported");
  }
  if (key.bytes() > 0) text.append(static_cast<const char*>(key.raw()), key.bytes());
  return text;
}

std::shared_ptr<TensorMap> copy_of(const KernelContext& ctx) {
  auto map = std::make_shared<TensorMap>();
  map->entries = ctx.resource<TensorMap>(0)->entries;
  return map;
}

void map_empty(KernelContext& ctx) {
  ctx.set_output(0, Tensor::opaque(DType::variant, std::make_shared<TensorMap>()));
}

void map_size(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() =
      static_cast<int32_t>(ctx.resource<TensorMap>(0)->entries.size());
}

void lookup(KernelContext& ctx) {
  const auto map = ctx.resource<TensorMap>(0);
  const auto found = map->entries.find(key_text(ctx, ctx.input(1)));
  ctx.require(found != map->entries.end(),
              "Trying to lookup non-existent key. Could not find key "
              "\"",
              ctx.input(1), "\".");
  ctx.require(found->second.value.dtype() == ctx.output_dtype(0), "the value is ",
              found->second.value.dtype(), ", not ", ctx.output_dtype(0));
  ctx.set_output(0, found->second.value);
}

void insert(KernelContext& ctx) {
  auto map = copy_of(ctx);
  map->entries[key_text(ctx, ctx.input(1))] = {ctx.input(1).owned(), ctx.input(2).owned()};
  ctx.set_output(0, Tensor::opaque(DType::variant, std::move(map)));
}

void erase(KernelContext& ctx) {
  auto map = copy_of(ctx);
  ctx.require(map->entries.erase(key_text(ctx, ctx.input(1))) > 0,
              "Trying to erase non-existent item. Could not find key \"", ctx.input(1), "\".");
  ctx.set_output(0, Tensor::opaque(DType::variant, std::move(map)));
}

void has_key(KernelContext& ctx) {
  const auto map = ctx.resource<TensorMap>(0);
  *ctx.output(0, Shape{}).data<bool>() = map->entries.contains(key_text(ctx, ctx.input(1)));
}

void stack_keys(KernelContext& ctx) {
  const auto map = ctx.resource<TensorMap>(0);
  ctx.require(!map->entries.empty(), "TensorMapStackKeys cannot be called on empty map.");
  const Shape shape = map->entries.begin()->second.key.shape();
  Tensor& out = ctx.output(0, join(Shape{static_cast<int64_t>(map->entries.size())}, shape));
  int64_t row = 0;
  for (const auto& [text, entry] : map->entries) {
    ctx.require(entry.key.dtype() == out.dtype() && entry.key.shape() == shape,
                "the keys have different types or shapes");
    if (out.dtype() == DType::string) {
      for (int64_t k = 0; k < entry.key.size(); ++k) {
        out.data<std::string>()[row * entry.key.size() + k] = entry.key.data<std::string>()[k];
      }
    } else if (entry.key.bytes() > 0) {
      std::memcpy(static_cast<char*>(out.raw()) + static_cast<size_t>(row) * entry.key.bytes(),
                  entry.key.raw(), entry.key.bytes());
    }
    ++row;
  }
}

// Formulas of the gradients: tensorflow/python/ops/map_ops.py. The gradient of a map is a map that
// may lack keys, which are zero.
Values lookup_gradient(const GradContext& ctx) {
  const Value blank = emit("EmptyTensorMap", {});
  return {emit("TensorMapInsert", {blank, ctx.input(1), ctx.output_gradient(0)}), {}};
}

Values insert_gradient(const GradContext& ctx) {
  const Value &key = ctx.input(1), &value = ctx.input(2), &flow = ctx.output_gradient(0);
  const Value known = emit("TensorMapHasKey", {flow, key});
  if (!known.is_dense()) {
    fail(Code::unimplemented, "the gradient of TensorMapInsert is defined only for maps at hand");
  }
  if (!known.item<bool>()) return {flow, {}, grads::zeros_like(value)};
  const AttrMap dtype = {{"value_dtype", value.dtype()}};
  return {
      emit("TensorMapErase", {flow, key}, dtype), {}, emit("TensorMapLookup", {flow, key}, dtype)};
}

}  // namespace

void register_tensor_map_ops(OpRegistry& registry) {
  const AttrDef key = type_attr("key_dtype"), value = type_attr("value_dtype");
  registry.add({.signature = "EmptyTensorMap() -> (handle: variant)",
                .shape = shapes::scalar,
                .kernel = map_empty});
  registry.add({.signature = "TensorMapSize(input_handle: variant) -> (size: int32)",
                .shape = shapes::scalar,
                .kernel = map_size});
  registry.add({.signature = "TensorMapLookup(input_handle: variant, key: key_dtype) -> (value: "
                             "value_dtype)",
                .attrs = {key, value},
                .shape = shapes::unknown,
                .kernel = lookup,
                .gradient = lookup_gradient});
  registry.add({.signature = "TensorMapInsert(input_handle: variant, key: key_dtype, value: "
                             "value_dtype) -> (output_handle: variant)",
                .attrs = {key, value},
                .shape = shapes::scalar,
                .kernel = insert,
                .gradient = insert_gradient});
  registry.add({.signature = "TensorMapErase(input_handle: variant, key: key_dtype) -> "
                             "(output_handle: variant)",
                .attrs = {key, value},
                .shape = shapes::scalar,
                .kernel = erase,
                .gradient = grads::pass});
  registry.add({.signature = "TensorMapHasKey(input_handle: variant, key: key_dtype) -> (has_key: "
                             "bool)",
                .attrs = {key},
                .shape = shapes::scalar,
                .kernel = has_key});
  registry.add({.signature = "TensorMapStackKeys(input_handle: variant) -> (keys: key_dtype)",
                .attrs = {key},
                .shape = shapes::unknown,
                .kernel = stack_keys});
}

}  // namespace rill
