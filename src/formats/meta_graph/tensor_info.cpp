// TensorInfo: name = 1, dtype = 2, tensor_shape = 3, coo_sparse = 4, composite_tensor = 5.
#include "base/str.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/meta_graph/meta_graph.h"

namespace rill::formats {
namespace {

TensorInfo::CooSparse read_sparse(proto::Reader message) {
  TensorInfo::CooSparse out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.values = read_string(message);
        break;
      case 2:
        out.indices = read_string(message);
        break;
      case 3:
        out.dense_shape = read_string(message);
        break;
      default:
        break;
    }
  }
  return out;
}

void read_composite(proto::Reader message, ReadContext& context, int depth, TensorInfo& out) {
  out.composite.emplace();
  while (message.next()) {
    if (message.number() == 1) {
      out.composite = read_type_spec(message.message("TypeSpecProto"), context, depth + 1);
    }
    if (message.number() == 2) {
      out.components.push_back(read_tensor_info(message.message("TensorInfo"), context, depth + 1));
    }
  }
}

void add_tensors(const std::string& key, const TensorInfo& info, SignatureEnds& out) {
  const auto part = [&](const char* of, const std::string& name, DType dtype, const Shape& shape) {
    TensorInfo& tensor = out[key + of];
    tensor.name = name;
    tensor.dtype = dtype;
    tensor.shape = shape;
  };
  if (info.coo_sparse) {
    const int64_t rank = info.shape.has_rank() ? info.shape.rank() : -1;
    part("/values", info.coo_sparse->values, info.dtype, Shape{-1});
    part("/indices", info.coo_sparse->indices, DType::int64, Shape{-1, rank});
    part("/dense_shape", info.coo_sparse->dense_shape, DType::int64, Shape{rank});
  } else if (info.composite) {
    for (size_t i = 0; i < info.components.size(); ++i) {
      add_tensors(str(key, "/", i), info.components[i], out);
    }
  } else {
    out[key] = info;
  }
}

}  // namespace

SignatureEnds tensors_of(const SignatureEnds& ends) {
  SignatureEnds out;
  for (const auto& [key, info] : ends) add_tensors(key, info, out);
  return out;
}

TensorInfo read_tensor_info(proto::Reader message, ReadContext& context, int depth) {
  check_depth(message, depth);
  TensorInfo out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.name = read_string(message);
        break;
      case 2:
        out.dtype = read_dtype(message);
        break;
      case 3:
        out.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 4:
        out.coo_sparse = read_sparse(message.message("TensorInfo.CooSparse"));
        break;
      case 5:
        read_composite(message.message("TensorInfo.CompositeTensor"), context, depth + 1, out);
        break;
      default:
        break;
    }
  }
  return out;
}

void write_tensor_info(proto::Writer& out, uint32_t field, const TensorInfo& info) {
  out.message(field, [&](proto::Writer& m) {
    m.bytes_or_skip(1, info.name);
    m.int64_or_skip(2, static_cast<int64_t>(info.dtype));
    write_shape(m, 3, info.shape);
    if (info.coo_sparse) {
      m.message(4, [&](proto::Writer& sparse) {
        sparse.bytes_or_skip(1, info.coo_sparse->values);
        sparse.bytes_or_skip(2, info.coo_sparse->indices);
        sparse.bytes_or_skip(3, info.coo_sparse->dense_shape);
      });
    }
    if (info.composite) {
      m.message(5, [&](proto::Writer& composite) {
        write_type_spec(composite, 1, *info.composite);
        for (const TensorInfo& part : info.components) write_tensor_info(composite, 2, part);
      });
    }
  });
}

}  // namespace rill::formats
