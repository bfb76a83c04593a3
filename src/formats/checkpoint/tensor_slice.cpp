#include "formats/checkpoint/tensor_slice.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/fail.h"

namespace rill::formats {

TensorSlice read_slice(proto::Reader message) {
  TensorSlice slice;
  while (message.next()) {
    if (message.number() != 1) continue;
    if (slice.size() == static_cast<size_t>(Shape::kMaxRank)) {
      message.damaged("a slice has too many dimensions");
    }
    SliceExtent& extent = slice.emplace_back();
    for (proto::Reader e = message.message("TensorSliceProto.Extent"); e.next();) {
      if (e.number() == 1) extent.start = e.int64();
      if (e.number() == 2) {
        extent.length = e.int64();
        if (extent.length < 0) e.damaged(str("a slice has the length ", extent.length));
      }
    }
    const bool full = extent.length == SliceExtent::kFull;
    if (extent.start < 0 || (full && extent.start != 0)) {
      message.damaged(str("a slice starts at ", extent.start));
    }
  }
  return slice;
}

void write_slice(proto::Writer& out, uint32_t field, const TensorSlice& slice) {
  out.message(field, [&](proto::Writer& message) {
    for (const SliceExtent& extent : slice) {
      message.message(1, [&](proto::Writer& e) {
        if (extent.length == SliceExtent::kFull) return;
        e.int64_or_skip(1, extent.start);
        e.int64(2, extent.length);
      });
    }
  });
}

namespace {

// The number of significant bytes, then these bytes, most significant first.
void put_unsigned(std::string& out, uint64_t value) {
  const int bytes = (std::bit_width(value) + 7) / 8;
  out += static_cast<char>(bytes);
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
}

// 0 and 255 are escaped, so that the terminator 00 01 sorts before every continuation.
void put_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    out += c;
    if (c == '\0') out += '\xff';
    if (c == '\xff') out += '\0';
  }
  out += '\0';
  out += '\1';
}

// As many leading one bits (zero bits when negative) as there are bytes, then a bit that differs,
// then the value's low bits: seven bits of value a byte.
void put_signed(std::string& out, int64_t value) {
  const auto magnitude = static_cast<uint64_t>(value < 0 ? ~value : value);
  const int length = std::bit_width(magnitude) / 7 + 1;
  char bytes[10];
  const char sign = value < 0 ? '\xff' : '\0';
  bytes[0] = bytes[1] = sign;
  for (int i = 0; i < 8; ++i) bytes[2 + i] = static_cast<char>(value >> (8 * (7 - i)));
  char* const begin = bytes + sizeof(bytes) - length;
  const uint32_t header = 0xffffu << (16 - length) & 0xffffu;  // `length` ones, in two bytes
  begin[0] = static_cast<char>(begin[0] ^ static_cast<char>(header >> 8));
  if (length >= 2) begin[1] = static_cast<char>(begin[1] ^ static_cast<char>(header & 0xff));
  out.append(begin, static_cast<size_t>(length));
}

}  // namespace

std::string slice_key(std::string_view name, const TensorSlice& slice) {
  std::string out;
  put_unsigned(out, 0);
  put_text(out, name);
  put_unsigned(out, slice.size());
  for (const SliceExtent& extent : slice) {
    put_signed(out, extent.start);
    put_signed(out, extent.length);
  }
  return out;
}

bool is_full(const TensorSlice& slice) {
  return std::all_of(slice.begin(), slice.end(),
                     [](const SliceExtent& e) { return e.length == SliceExtent::kFull; });
}

Shape slice_shape(const TensorSlice& slice, const Shape& full) {
  if (slice.size() != static_cast<size_t>(full.rank())) {
    fail(Code::data_loss, "a slice of rank ", slice.size(), " of a tensor of shape ", full);
  }
  Shape out = full;
  for (int d = 0; d < full.rank(); ++d) {
    const SliceExtent& extent = slice[static_cast<size_t>(d)];
    if (extent.length == SliceExtent::kFull) continue;
    if (extent.start > full[d] || extent.length > full[d] - extent.start) {
      fail(Code::data_loss, "the slice ", slice_text(slice), " lies outside the shape ", full);
    }
    out[d] = extent.length;
  }
  return out;
}

namespace {

bool overlap(const TensorSlice& a, const TensorSlice& b) {
  for (size_t d = 0; d < a.size(); ++d) {
    if (a[d].length == SliceExtent::kFull || b[d].length == SliceExtent::kFull) continue;
    if (a[d].start + a[d].length <= b[d].start || b[d].start + b[d].length <= a[d].start) {
      return false;
    }
  }
  return true;
}

}  // namespace

void check_cover(const std::vector<TensorSlice>& slices, const Shape& full) {
  constexpr size_t kMost = 10'000;  // the check below compares each with each
  if (slices.size() > kMost) {
    fail(Code::resource_exhausted, "a tensor is stored in ", slices.size(), " slices; at most ",
         kMost, " are read");
  }
  int64_t left = full.num_elements();
  std::vector<const TensorSlice*> present;
  for (const TensorSlice& slice : slices) {
    const int64_t count = slice_shape(slice, full).num_elements();
    if (count == 0) continue;
    for (const TensorSlice* other : present) {
      if (overlap(slice, *other)) {
        fail(Code::data_loss, "the slices ", slice_text(slice), " and ", slice_text(*other),
             " overlap");
      }
    }
    present.push_back(&slice);
    left -= count;
  }
  if (left != 0) {
    fail(Code::data_loss, "the slices miss ", left, " of the ", full.num_elements(),
         " elements of shape ", full);
  }
}

void place_slice(const Tensor& piece, const TensorSlice& slice, Tensor& full) {
  if (piece.size() == 0) return;
  const int rank = full.rank();
  // Whole rows are copied at once: from the last dimension that is cut on, memory is contiguous.
  int cut = rank;
  while (cut > 0 && piece.dim(cut - 1) == full.dim(cut - 1)) --cut;
  if (cut > 0) --cut;  // the innermost cut dimension is contiguous, too
  int64_t run = 1;
  for (int d = cut; d < rank; ++d) run *= piece.dim(d);
  std::vector<int64_t> strides(static_cast<size_t>(rank) + 1, 1);
  for (int d = rank - 1; d >= 0; --d) {
    strides[static_cast<size_t>(d)] = strides[static_cast<size_t>(d) + 1] * full.dim(d);
  }
  const auto stride = [&](int d) { return strides[static_cast<size_t>(d) + 1]; };
  int64_t base = 0;
  for (int d = 0; d < rank; ++d) {
    const SliceExtent& extent = slice[static_cast<size_t>(d)];
    if (extent.length != SliceExtent::kFull) base += extent.start * stride(d);
  }
  const int64_t rows = piece.size() / run;
  std::vector<int64_t> index(static_cast<size_t>(rank), 0);
  for (int64_t row = 0; row < rows; ++row) {
    if (full.dtype() == DType::string) {
      std::copy_n(piece.data<std::string>() + row * run, run, full.data<std::string>() + base);
    } else {
      const auto element = static_cast<int64_t>(dtype_size(full.dtype()));
      std::memcpy(static_cast<char*>(full.raw()) + base * element,
                  static_cast<const char*>(piece.raw()) + row * run * element,
                  static_cast<size_t>(run * element));
    }
    for (int d = cut - 1; d >= 0; --d) {
      int64_t& i = index[static_cast<size_t>(d)];
      base += stride(d);
      if (++i < piece.dim(d)) break;
      base -= i * stride(d);
      i = 0;
    }
  }
}

std::string slice_text(const TensorSlice& slice) {
  std::string out;
  for (const SliceExtent& extent : slice) {
    if (!out.empty()) out += ':';
    out += extent.length == SliceExtent::kFull ? "-" : str(extent.start, ",", extent.length);
  }
  return out;
}

}  // namespace rill::formats
