// The plain loops of elementwise ops by op and by dtype.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "tensor/dispatch.h"

namespace rill::kernels {

// The table of one type: entry.operator()<i>() for each op i, null where the type has none.
template <typename Fn, size_t ops, typename Entry>
constexpr std::array<Fn, ops> op_table(Entry entry) {
  return [&]<size_t... i>(std::index_sequence<i...>) {
    return std::array<Fn, ops>{entry.template operator()<i>()...};
  }
  (std::make_index_sequence<ops>());
}

// The loop for a dtype: plain.operator()<T>() of a type that is computed in itself,
// half.operator()<H>() of one that is computed in float, where float has the op, and complex() of
// what is neither.
template <typename Fn, typename Plain, typename Half, typename Complex>
Fn loop_for(DType dtype, Plain plain, Half half, Complex complex) {
  switch (dtype) {
    case DType::float32:
      return plain.template operator()<float>();
    case DType::float64:
      return plain.template operator()<double>();
    case DType::float16:
      return plain.template operator()<float>() ? half.template operator()<float16>() : nullptr;
    case DType::bfloat16:
      return plain.template operator()<float>() ? half.template operator()<bfloat16>() : nullptr;
    case DType::bool_:
      return plain.template operator()<bool>();
    default:
      break;
  }
  if (!is_integer(dtype)) return complex();
  Fn fn = nullptr;
  dispatch_integer(dtype, "", [&]<typename T>() { fn = plain.template operator()<T>(); });
  return fn;
}

}  // namespace rill::kernels
