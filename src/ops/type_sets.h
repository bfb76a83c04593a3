// Sets of dtypes that several op definitions of TensorFlow share, besides those of op/op_def.h.
#pragma once

#include "op/op_def.h"

namespace rill {

// TensorFlow's "numbertype": with the quantised integers.
inline constexpr DType kNumericTypes[] = {
    DType::float32,    DType::float64,   DType::int32,  DType::uint8,   DType::int16,
    DType::int8,       DType::complex64, DType::int64,  DType::qint8,   DType::quint8,
    DType::qint32,     DType::bfloat16,  DType::qint16, DType::quint16, DType::uint16,
    DType::complex128, DType::float16,   DType::uint32, DType::uint64};
// The same without complex numbers.
inline constexpr DType kOrderedTypes[] = {
    DType::float32, DType::float64,  DType::int32,  DType::uint8,   DType::int16,  DType::int8,
    DType::int64,   DType::bfloat16, DType::uint16, DType::float16, DType::uint32, DType::uint64,
    DType::qint8,   DType::quint8,   DType::qint32, DType::qint16,  DType::quint16};
inline constexpr DType kSignedTypes[] = {
    DType::bfloat16, DType::float16, DType::float32, DType::float64,   DType::int8,
    DType::int16,    DType::int32,   DType::int64,   DType::complex64, DType::complex128};
inline constexpr DType kSignedRealTypes[] = {DType::bfloat16, DType::float16, DType::float32,
                                             DType::float64,  DType::int8,    DType::int16,
                                             DType::int32,    DType::int64};
inline constexpr DType kSingleDouble[] = {DType::float32, DType::float64};
inline constexpr DType kHalfSingle[] = {DType::float16, DType::bfloat16, DType::float32};
inline constexpr DType kQuantizedTypes[] = {DType::qint8, DType::quint8, DType::qint32,
                                            DType::qint16, DType::quint16};
inline constexpr DType kSmallIndexTypes[] = {DType::int16, DType::int32, DType::int64};
inline constexpr DType kFloat32Only[] = {DType::float32};

}  // namespace rill
