// VariableDef: variable_name = 1, initializer_name = 2, snapshot_name = 3, save_slice_info_def = 4,
// is_resource = 5, initial_value_name = 6, trainable = 7, synchronization = 8, aggregation = 9.
#include "formats/meta_graph/meta_graph.h"

namespace rill::formats {
namespace {

// SaveSliceInfoDef: full_name = 1, full_shape = 2, var_offset = 3, var_shape = 4.
VariableDef::Slice read_slice(proto::Reader message) {
  VariableDef::Slice out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.full_name = read_string(message);
        break;
      case 2:
        message.append_varints(out.full_shape);
        break;
      case 3:
        message.append_varints(out.offset);
        break;
      case 4:
        message.append_varints(out.shape);
        break;
      default:
        break;
    }
  }
  return out;
}

}  // namespace

VariableDef parse_variable_def(std::string_view bytes) {
  VariableDef out;
  proto::Reader message(bytes_of(bytes), "VariableDef");
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.variable_name = read_string(message);
        break;
      case 2:
        out.initializer_name = read_string(message);
        break;
      case 3:
        out.snapshot_name = read_string(message);
        break;
      case 4:
        out.slice = read_slice(message.message("SaveSliceInfoDef"));
        break;
      case 5:
        out.is_resource = message.boolean();
        break;
      case 6:
        out.initial_value_name = read_string(message);
        break;
      case 7:
        out.trainable = message.boolean();
        break;
      case 8:
        out.synchronization = message.int32();
        break;
      case 9:
        out.aggregation = message.int32();
        break;
      default:
        break;
    }
  }
  return out;
}

std::string serialize_variable_def(const VariableDef& variable) {
  std::string out;
  proto::Writer m(out);
  m.bytes_or_skip(1, variable.variable_name);
  m.bytes_or_skip(2, variable.initializer_name);
  m.bytes_or_skip(3, variable.snapshot_name);
  if (variable.slice) {
    m.message(4, [&](proto::Writer& slice) {
      slice.bytes_or_skip(1, variable.slice->full_name);
      slice.packed_varints(2, variable.slice->full_shape);
      slice.packed_varints(3, variable.slice->offset);
      slice.packed_varints(4, variable.slice->shape);
    });
  }
  m.boolean_or_skip(5, variable.is_resource);
  m.bytes_or_skip(6, variable.initial_value_name);
  m.boolean_or_skip(7, variable.trainable);
  m.int64_or_skip(8, variable.synchronization);
  m.int64_or_skip(9, variable.aggregation);
  return out;
}

}  // namespace rill::formats
