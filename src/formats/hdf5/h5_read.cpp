// The values of data sets and attributes.
#include <algorithm>
#include <cstring>
#include <optional>

#include "base/fail.h"
#include "codec/tensor_bytes.h"
#include "formats/hdf5/h5_file.h"
#include "formats/hdf5/h5_heap.h"
#include "formats/hdf5/h5_layout.h"

namespace rill::formats {
namespace {

// Text up to its padding.
std::string clipped(std::string_view text, const H5Type& type) {
  if (type.padding == H5Type::nul_ends) return std::string(text.substr(0, text.find('\0')));
  const char filler = type.padding == H5Type::space_pads ? ' ' : '\0';
  while (!text.empty() && text.back() == filler) text.remove_suffix(1);
  return std::string(text);
}

// Strings of variable length from the references that stand in the file.
Tensor read_texts(const H5View& view, Bytes references, const Shape& shape,
                  const std::string& place) {
  H5Heap heap(view, place);
  Tensor out(DType::string, shape);
  const auto count = static_cast<uint64_t>(shape.num_elements());
  std::string* to = count > 0 ? out.data<std::string>() : nullptr;
  uint64_t total = 0;
  for (uint64_t i = 0; i < count; ++i) {
    to[i] = heap.text(references.subspan(i * H5Heap::kReferenceSize, H5Heap::kReferenceSize));
    total += to[i].size();
    if (total > (uint64_t{1} << 20) + 8 * uint64_t{view.file.size()}) {
      fail(Code::resource_exhausted, place, ": its strings are far larger than the file");
    }
  }
  return out;
}

// The elements in this machine's order and the usual order of parts.
SharedBytes ordered(const SharedBytes& raw, const H5Type& type) {
  const bool swapped_parts = type.parts[0] > type.parts[1];
  if (!type.big_endian && !swapped_parts) return raw;
  std::string bytes(text_of(raw.bytes));
  const uint64_t element = dtype_size(type.dtype);
  const uint64_t unit = is_complex(type.dtype) ? element / 2 : element;
  for (uint64_t at = 0; type.big_endian && at + unit <= bytes.size(); at += unit) {
    std::reverse(bytes.data() + at, bytes.data() + at + unit);
  }
  for (uint64_t at = 0; swapped_parts && at + element <= bytes.size(); at += element) {
    std::swap_ranges(bytes.data() + at, bytes.data() + at + unit, bytes.data() + at + unit);
  }
  return SharedBytes::own(std::move(bytes));
}

// `raw` holds the elements and nothing else.
Tensor to_tensor(const H5View& view, const SharedBytes& raw, const H5Type& type, const Shape& shape,
                 const std::string& place) {
  if (type.dtype == DType::invalid) {
    fail(Code::unimplemented, place, ": elements of the HDF5 type \"", type.kind, "\" of ",
         type.size, " bytes are not supported; numbers, booleans and strings are");
  }
  if (type.variable) return read_texts(view, raw.bytes, shape, place);
  if (type.dtype != DType::string) return tensor_over(type.dtype, shape, ordered(raw, type));
  Tensor out(DType::string, shape);
  const auto count = static_cast<uint64_t>(shape.num_elements());
  for (uint64_t i = 0; i < count; ++i) {
    out.data<std::string>()[i] = clipped(text_of(raw.bytes).substr(i * type.size, type.size), type);
  }
  return out;
}

// Bytes of all elements.
uint64_t byte_size(const Shape& shape, const H5Type& type, const std::string& place) {
  const auto count = static_cast<uint64_t>(shape.num_elements());
  if (count > static_cast<uint64_t>(INT64_MAX) / type.size) {
    fail(Code::data_loss, place, ": a shape of ", shape, " is too large");
  }
  return count * type.size;
}

// Puts a chunk where it belongs; what juts out is left away.
void place_chunk(std::string_view chunk, const std::vector<uint64_t>& sides,
                 const std::vector<uint64_t>& begin, const Shape& shape, uint64_t element,
                 std::string& out) {
  const size_t rank = sides.size();
  if (rank == 0) {
    std::memcpy(out.data(), chunk.data(), element);
    return;
  }
  std::vector<uint64_t> take(rank), at(rank, 0);
  for (size_t d = 0; d < rank; ++d) {
    take[d] = std::min(sides[d], static_cast<uint64_t>(shape[static_cast<int>(d)]) - begin[d]);
  }
  for (;;) {
    uint64_t from = 0, to = 0;
    for (size_t d = 0; d < rank; ++d) {
      from = from * sides[d] + at[d];
      to = to * static_cast<uint64_t>(shape[static_cast<int>(d)]) + begin[d] + at[d];
    }
    std::memcpy(out.data() + to * element, chunk.data() + from * element, take.back() * element);
    size_t d = rank - 1;  // the last dimension is copied at once
    while (d-- > 0) {
      if (++at[d] < take[d]) break;
      at[d] = 0;
    }
    if (d == static_cast<size_t>(-1)) return;
  }
}

// The elements of a data set as they are stored, unpacked and filled in.
class Elements {
 public:
  Elements(const H5View& view, const SharedBytes& file, const Limits& limits,
           const std::string& place)
      : view_(view), file_(file), limits_(limits), place_(place) {}

  SharedBytes read(const H5Object& object, const Shape& shape, const H5Type& type) const {
    const uint64_t wanted = byte_size(shape, type, place_);
    if (wanted == 0) return {};
    const H5Layout layout = h5_layout(view_, object, shape, type.size, place_);
    if (layout.kind == H5Layout::chunked) return chunks(layout, shape, type.size, wanted);
    const bool inside = layout.kind == H5Layout::compact;
    if (!inside && layout.address == kH5Undefined)
      return SharedBytes::own(filled(layout, wanted, 0));
    const uint64_t there = inside ? layout.inside.size() : layout.size;
    if (there < wanted) {
      fail(Code::data_loss, place_, ": needs ", wanted, " bytes, ", there, " are stored");
    }
    const Bytes bytes = inside ? layout.inside.first(wanted) : view_.bytes(layout.address, wanted);
    return {bytes, file_.keeper};
  }

 private:
  // Whatever is not simply there is unpacked or filled in: not more than the file is good for.
  void check_ratio(uint64_t bytes, uint64_t stored) const {
    if (bytes > limits_.hdf5_ratio_floor && bytes / limits_.hdf5_ratio >= stored) {
      fail(Code::resource_exhausted, place_, ": declares ", bytes, " bytes but only ", stored,
           " are stored; the limit hdf5_ratio is ", limits_.hdf5_ratio);
    }
  }

  std::string filled(const H5Layout& layout, uint64_t bytes, uint64_t stored) const {
    check_ratio(bytes, stored);
    std::string out(bytes, '\0');
    for (uint64_t at = 0; !layout.fill.empty() && at < bytes; at += layout.fill.size()) {
      std::memcpy(out.data() + at, layout.fill.data(), layout.fill.size());
    }
    return out;
  }

  SharedBytes chunks(const H5Layout& layout, const Shape& shape, uint64_t element,
                     uint64_t wanted) const {
    uint64_t stored = 0;
    h5_chunks(view_, layout, shape, element, limits_.hdf5_depth, place_,
              [&](const H5Chunk& chunk) { stored += chunk.stored.size(); });
    if (stored > view_.file.size()) {  // chunks do not overlap
      fail(Code::data_loss, place_, ": its chunks take ", stored, " bytes, more than the file has");
    }
    uint64_t size = element;  // of a chunk; the finder has seen that it is below 4 GiB
    for (const uint64_t side : layout.chunk) size *= side;
    check_ratio(size, stored);
    std::string out = filled(layout, wanted, stored);
    h5_chunks(view_, layout, shape, element, limits_.hdf5_depth, place_, [&](const H5Chunk& chunk) {
      std::string unpacked;
      std::string_view bytes = text_of(chunk.stored);
      if (!layout.filters.empty()) {
        unpacked = h5_unpack(chunk.stored, layout.filters, chunk.skipped, size, place_);
        bytes = unpacked;
      }
      if (bytes.size() != size) {
        fail(Code::data_loss, place_, ": a chunk has ", bytes.size(), " bytes, ", size,
             " were expected");
      }
      place_chunk(bytes, layout.chunk, chunk.begin, shape, element, out);
    });
    return SharedBytes::own(std::move(out));
  }

  const H5View& view_;
  const SharedBytes& file_;
  const Limits& limits_;
  const std::string& place_;
};

Shape shape_of(Bytes space, const std::string& place) {
  return h5_space(space, place).value_or(Shape{0});
}

}  // namespace

H5Object H5File::dataset_object(const std::string& path) const {
  H5Object out = object(path);
  if (!out.is_dataset())
    fail(Code::invalid_argument, what_, ": ", quoted(path), ": is no data set");
  return out;
}

H5Dataset H5File::dataset(const std::string& path) const {
  const std::string place = str(what_, ": ", quoted(path));
  const H5Object object = dataset_object(path);
  const H5Type type = h5_type(object.find(H5Kind::type)->body, place);
  return {path, type.dtype, shape_of(object.find(H5Kind::space)->body, place)};
}

Tensor H5File::read(const std::string& path) const {
  const std::string place = str(what_, ": ", quoted(path));
  const H5Object object = dataset_object(path);
  const H5Type type = h5_type(object.find(H5Kind::type)->body, place);
  const Shape shape = shape_of(object.find(H5Kind::space)->body, place);
  const SharedBytes raw = Elements(view_, bytes_, limits_, place).read(object, shape, type);
  return to_tensor(view_, raw, type, shape, place);
}

Tensor H5File::attribute(const std::string& path, const std::string& name) const {
  const std::string place = str(what_, ": attribute ", quoted(name), " of ", quoted(path));
  for (const Bytes message : h5_attributes(view_, object(path))) {
    const H5Attribute found = h5_attribute(view_, message);
    if (found.name != name) continue;
    const H5Type type = h5_type(found.type, place);
    const Shape shape = shape_of(found.space, place);
    const uint64_t wanted = byte_size(shape, type, place);
    if (wanted > found.data.size()) {
      fail(Code::data_loss, place, ": needs ", wanted, " bytes, ", found.data.size(),
           " are stored");
    }
    return to_tensor(view_, {found.data.first(wanted), bytes_.keeper}, type, shape, place);
  }
  return Tensor();
}

}  // namespace rill::formats
