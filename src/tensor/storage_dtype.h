#pragma once

#include "rill/dtype.hpp"

namespace rill {

// The plain integer with the same bits as a quantised one; any other dtype unchanged.
constexpr DType storage_dtype(DType dtype) {
  switch (dtype) {
    case DType::qint8:
      return DType::int8;
    case DType::quint8:
      return DType::uint8;
    case DType::qint16:
      return DType::int16;
    case DType::quint16:
      return DType::uint16;
    case DType::qint32:
      return DType::int32;
    default:
      return dtype;
  }
}

}  // namespace rill
