#include "formats/graphdef/shape_proto.h"

#include "base/fail.h"

namespace rill::formats {

Shape read_shape(proto::Reader message) {
  int64_t dims[Shape::kMaxRank];
  size_t rank = 0;
  bool unknown_rank = false;
  while (message.next()) {
    if (message.number() == 3) {
      unknown_rank = message.boolean();
    } else if (message.number() == 2) {
      int64_t size = 0;
      for (proto::Reader dim = message.message("TensorShapeProto.Dim"); dim.next();) {
        if (dim.number() == 1) size = dim.int64();
      }
      if (size < -1) fail(Code::invalid_argument, "a shape has the dimension ", size);
      if (rank == Shape::kMaxRank) {
        fail(Code::invalid_argument, "a shape has more than ", Shape::kMaxRank, " dimensions");
      }
      dims[rank++] = size;
    }
  }
  if (unknown_rank) {
    if (rank != 0) {
      fail(Code::invalid_argument, "a shape of unknown rank has ", rank, " dimensions");
    }
    return Shape::unknown_rank();
  }
  Shape shape(dims, rank);
  shape.num_elements();  // throws when the product overflows
  return shape;
}

void write_shape(proto::Writer& out, uint32_t field, const Shape& shape) {
  out.message(field, [&](proto::Writer& message) {
    if (!shape.has_rank()) {
      message.boolean(3, true);
      return;
    }
    for (const int64_t dim : shape) {
      message.message(2, [&](proto::Writer& d) { d.int64_or_skip(1, dim); });
    }
  });
}

}  // namespace rill::formats
