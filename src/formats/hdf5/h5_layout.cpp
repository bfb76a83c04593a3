#include "formats/hdf5/h5_layout.h"

#include "base/fail.h"

namespace rill::formats {
namespace {

std::vector<H5Filter> read_filters(Bytes message, std::string_view what) {
  ByteCursor in(message, what);
  const uint8_t version = in.u8();
  if (version != 1 && version != 2) in.damaged("the filters are of an unknown version");
  const uint8_t count = in.u8();
  if (count > 32) in.damaged("there are more than 32 filters");
  if (version == 1) in.skip(6);
  std::vector<H5Filter> out;
  for (int i = 0; i < count; ++i) {
    H5Filter filter;
    filter.id = in.u16();
    const uint64_t name = version == 1 || filter.id >= 256 ? in.u16() : 0;
    in.skip(2);
    const uint16_t values = in.u16();
    filter.name = in.text(version == 1 ? (name + 7) / 8 * 8 : name);
    filter.name.resize(std::min(filter.name.size(), filter.name.find('\0')));
    for (int v = 0; v < values; ++v) filter.values.push_back(in.u32());
    if (version == 1 && values % 2 != 0) in.skip(4);
    out.push_back(std::move(filter));
  }
  return out;
}

Bytes read_fill(const H5Object& object, std::string_view what) {
  if (const H5Message* message = object.find(H5Kind::fill)) {
    ByteCursor in(message->body, what);
    const uint8_t version = in.u8();
    bool defined = false;
    if (version == 3) {
      defined = (in.u8() & 0x20) != 0;
    } else {
      in.skip(2);
      defined = in.u8() != 0 || version == 1;
    }
    return defined ? in.bytes(in.u32()) : Bytes();
  }
  if (const H5Message* message = object.find(H5Kind::old_fill)) {
    ByteCursor in(message->body, what);
    return in.bytes(in.u32());
  }
  return {};
}

// The last of them are the bytes of an element.
void read_chunk_shape(H5Layout& out, ByteCursor& in, int dims, int bytes, const Shape& shape,
                      uint64_t element) {
  if (dims != shape.rank() + 1) in.damaged("chunks have another rank than the data set");
  for (int d = 0; d < dims; ++d) {
    const uint64_t dim = h5_number(in, bytes);
    if (d == dims - 1) {
      if (dim != element) in.damaged("chunks have elements of another size");
    } else {
      if (dim == 0 || dim > 0xffffffff) in.damaged("chunks have no elements, or too many");
      out.chunk.push_back(dim);
    }
  }
}

void read_first(H5Layout& out, ByteCursor& in, const Shape& shape, uint64_t element) {
  const uint8_t dims = in.u8(), kind = in.u8();
  in.skip(5);
  if (kind > 2) in.damaged("the layout is of an unknown kind");
  out.kind = static_cast<H5Layout::Kind>(kind);
  if (out.kind != H5Layout::compact) out.address = in.u64();
  if (out.kind == H5Layout::chunked) return read_chunk_shape(out, in, dims, 4, shape, element);
  out.size = ~uint64_t{0};
  in.skip(4 * uint64_t{dims});
  if (out.kind == H5Layout::compact) out.inside = in.bytes(in.u32());
}

void read_index(H5Layout& out, ByteCursor& in, const Shape& shape, uint64_t element) {
  const uint8_t flags = in.u8(), dims = in.u8(), bytes = in.u8();
  if (bytes < 1 || bytes > 8) in.damaged("chunk sizes make no sense");
  read_chunk_shape(out, in, dims, bytes, shape, element);
  out.index = in.u8();
  switch (out.index) {
    case 1:
      if ((flags & 2) != 0) {
        out.size = in.u64();
        out.skipped = in.u32();
      }
      break;
    case 2:
      break;
    case 3:
      in.skip(1);
      break;
    case 4:
      in.skip(5);
      break;
    case 5:
      in.skip(6);
      break;
    default:
      in.damaged("the index of chunks is of an unknown kind");
  }
  out.address = in.u64();
}

}  // namespace

H5Layout h5_layout(const H5View& view, const H5Object& object, const Shape& shape, uint64_t element,
                   const std::string& place) {
  H5Layout out;
  const H5Message* message = object.find(H5Kind::layout);
  if (message == nullptr) fail(Code::data_loss, place, ": nothing says where its data are");
  ByteCursor in(message->body, view.what);
  const uint8_t version = in.u8();
  if (version < 1 || version > 4) in.damaged("the layout is of an unknown version");
  if (version <= 2) {
    read_first(out, in, shape, element);
  } else {
    const uint8_t kind = in.u8();
    if (kind == 3 || object.find(H5Kind::external_files) != nullptr) {
      fail(Code::permission_denied, place, ": its data are in another file, which is never read");
    }
    if (kind > 2) in.damaged("the layout is of an unknown kind");
    out.kind = static_cast<H5Layout::Kind>(kind);
    if (out.kind == H5Layout::compact) out.inside = in.bytes(in.u16());
    if (out.kind == H5Layout::contiguous) {
      out.address = in.u64();
      out.size = in.u64();
    }
    if (out.kind == H5Layout::chunked && version == 4) read_index(out, in, shape, element);
    if (out.kind == H5Layout::chunked && version == 3) {
      const uint8_t dims = in.u8();
      out.address = in.u64();
      read_chunk_shape(out, in, dims, 4, shape, element);
    }
  }
  if (object.find(H5Kind::external_files) != nullptr) {
    fail(Code::permission_denied, place, ": its data are in another file, which is never read");
  }
  if (const H5Message* filters = object.find(H5Kind::filters)) {
    out.filters = read_filters(filters->body, view.what);
  }
  if (const H5Message* space = object.find(H5Kind::space)) {
    out.most = h5_most_dims(space->body, view.what);
  }
  out.fill = read_fill(object, view.what);
  if (!out.fill.empty() && out.fill.size() != element) {
    fail(Code::data_loss, place, ": its fill value has ", out.fill.size(),
         " bytes, an element has ", element);
  }
  return out;
}

}  // namespace rill::formats
