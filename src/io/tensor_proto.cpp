#include "op/tensor_proto.h"

#include "formats/graphdef/tensor_proto.h"

namespace rill {

Tensor tensor_from_proto(std::string_view bytes) {
  formats::ReadContext context;  // keeps nothing of the bytes: they are the caller's
  context.allow(bytes.size());
  return formats::read_tensor(proto::Reader(bytes_of(bytes), "TensorProto"), context);
}

}  // namespace rill
