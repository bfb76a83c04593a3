// What the readers of protobuf messages share while one file is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "codec/proto_wire.h"
#include "rill/dtype.hpp"

namespace rill::formats {

struct ReadContext {
  // protobuf's own limit on messages within messages.
  static constexpr int kDeepest = 100;

  // Keeps the bytes alive that are read; null: they live only as long as the call, copy them.
  std::shared_ptr<const void> keeper;
  // One value in the file may stand for a large tensor; this many bytes of them in one file.
  uint64_t splat_budget = uint64_t{1} << 30;
};

// The present field's text. Throws DATA_LOSS unless it is UTF-8, as protobuf does for strings.
std::string_view read_string(const proto::Reader& field);

// Throws DATA_LOSS when messages are nested too deep.
void check_depth(const proto::Reader& message, int depth);

// The number of a DataType. Reference types (DT_FLOAT_REF = 101, ...) give their base type.
// Throws INVALID_ARGUMENT for a number that TensorFlow has no type for.
DType dtype_of_number(int32_t number);
inline DType read_dtype(const proto::Reader& field) { return dtype_of_number(field.int32()); }

}  // namespace rill::formats
