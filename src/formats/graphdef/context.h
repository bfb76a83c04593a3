// What the readers of protobuf messages share while one file is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "codec/bytes.h"
#include "codec/proto_wire.h"
#include "rill/tensor.hpp"

namespace rill::formats {

struct ReadContext {
  // protobuf's own limit on messages within messages.
  static constexpr int kDeepest = 100;

  // Keeps the bytes alive that are read; null: they live only as long as the call, copy them.
  std::shared_ptr<const void> keeper;
  // One value in the file may stand for a large tensor; this many bytes of them in one file.
  uint64_t splat_budget = uint64_t{1} << 30;
  // What the file may take in memory apart from tensors: an empty message of two bytes becomes a
  // struct of hundreds. See allow().
  uint64_t memory_budget = kBaseBudget;

  ReadContext() = default;
  explicit ReadContext(const SharedBytes& file) : keeper(file.keeper) { allow(file.size()); }
  // Eight bytes of memory for each byte of the file, on top of what every file may take.
  void allow(uint64_t file_bytes) { memory_budget = kBaseBudget + 8 * file_bytes; }
  // Throws RESOURCE_EXHAUSTED when the budget is used up.
  void charge(uint64_t bytes) {
    if (bytes > memory_budget) too_much();
    memory_budget -= bytes;
  }

  // A tensor of plain elements, not initialised. Small ones share blocks of memory: a graph has
  // tens of thousands of them.
  Tensor allocate(DType dtype, const Shape& shape);

 private:
  static constexpr uint64_t kBaseBudget = uint64_t{64} << 20;
  [[noreturn]] static void too_much();

  std::shared_ptr<detail::Buffer> block_;
  size_t block_used_ = 0;
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
