#include "codec/npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/fail.h"
#include "codec/byte_cursor.h"
#include "codec/mapped_file.h"
#include "codec/sniff.h"
#include "codec/tensor_bytes.h"
#include "codec/zip.h"

namespace rill {
namespace {

struct Header {
  std::string descr;
  bool fortran_order = false;
  Shape shape;
};

// The header is a Python dict literal: {'descr': '<f4', 'fortran_order': False, 'shape': (3,), }
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& what) : text_(text), what_(what) {}

  Header run() {
    Header out;
    bool seen[3] = {};
    expect('{');
    while (!take('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr") {
        if (peek() != '\'' && peek() != '"') {
          fail(Code::unimplemented, what_, ": structured arrays are not supported");
        }
        out.descr = string();
        seen[0] = true;
      } else if (key == "fortran_order") {
        out.fortran_order = boolean();
        seen[1] = true;
      } else if (key == "shape") {
        out.shape = shape();
        seen[2] = true;
      } else {
        error(str("the key ", quoted(key), " does not belong there"));
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (!seen[0] || !seen[1] || !seen[2]) error("a key is missing");
    return out;
  }

 private:
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) error(str("'", c, "' was expected"));
  }
  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') error("a string was expected");
    const size_t end = text_.find(quote, ++at_);
    if (end == std::string_view::npos) error("a string does not end");
    const std::string out(text_.substr(at_, end - at_));
    at_ = end + 1;
    return out;
  }
  bool boolean() {
    peek();
    for (const auto& [word, value] : {std::pair("True", true), std::pair("False", false)}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += std::strlen(word);
        return value;
      }
    }
    error("True or False was expected");
  }
  Shape shape() {
    std::vector<int64_t> dims;
    expect('(');
    while (!take(')')) {
      peek();
      int64_t dim = -1;
      const auto [end, status] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), dim);
      if (status != std::errc() || dim < 0) error("a dimension was expected");
      at_ = static_cast<size_t>(end - text_.data());
      if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2
      dims.push_back(dim);
      if (dims.size() > static_cast<size_t>(Shape::kMaxRank)) error("too many dimensions");
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return Shape(dims);
  }
  [[noreturn]] void error(std::string_view problem) {
    fail(Code::data_loss, what_, ": the .npy header is damaged: ", problem, " at character ", at_);
  }

  std::string_view text_;
  const std::string& what_;
  size_t at_ = 0;
};

struct Element {
  DType dtype = DType::invalid;
  char kind = 0;
  size_t size = 0;  // bytes
  bool swap = false;
};

Element parse_descr(const std::string& descr, const std::string& what) {
  Element out;
  size_t count = 0;
  if (descr.size() >= 2) {
    std::from_chars(descr.data() + 2, descr.data() + descr.size(), count);
    out.kind = descr[1];
  }
  out.swap = !descr.empty() && descr[0] == '>' && count > 1;
  out.size = out.kind == 'U' ? count * 4 : count;
  if (count > (size_t{1} << 30)) out.kind = 0;
  switch (out.kind) {
    case 'f':
      out.dtype = count == 2   ? DType::float16
                  : count == 4 ? DType::float32
                  : count == 8 ? DType::float64
                               : DType::invalid;
      break;
    case 'i':
      out.dtype = count == 1   ? DType::int8
                  : count == 2 ? DType::int16
                  : count == 4 ? DType::int32
                  : count == 8 ? DType::int64
                               : DType::invalid;
      break;
    case 'u':
      out.dtype = count == 1   ? DType::uint8
                  : count == 2 ? DType::uint16
                  : count == 4 ? DType::uint32
                  : count == 8 ? DType::uint64
                               : DType::invalid;
      break;
    case 'b':
      out.dtype = count == 1 ? DType::bool_ : DType::invalid;
      break;
    case 'c':
      out.dtype = count == 8 ? DType::complex64 : count == 16 ? DType::complex128 : DType::invalid;
      break;
    case 'S':
    case 'U':
      out.dtype = DType::string;
      break;
    default:
      break;
  }
  const bool known_order =
      !descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
  if (out.dtype == DType::invalid || !known_order) {
    const bool object = descr.find('O') != std::string::npos;
    fail(Code::unimplemented, what, ": arrays of dtype ", quoted(descr), " are not supported",
         object ? ": object arrays are Python pickles, which are never run" : "");
  }
  return out;
}

// Where element `i` of the C order lies in Fortran order.
class FortranIndex {
 public:
  explicit FortranIndex(const Shape& shape) : shape_(shape) {
    int64_t stride = 1;
    for (const int64_t dim : shape.dims()) {
      strides_.push_back(stride);
      stride *= dim;
    }
    index_.resize(strides_.size());
  }
  int64_t next() {
    const int64_t here = at_;
    for (size_t d = index_.size(); d-- > 0;) {
      at_ += strides_[d];
      if (++index_[d] < shape_[static_cast<int>(d)]) break;
      at_ -= strides_[d] * shape_[static_cast<int>(d)];
      index_[d] = 0;
    }
    return here;
  }

 private:
  const Shape& shape_;
  std::vector<int64_t> strides_;
  std::vector<int64_t> index_;
  int64_t at_ = 0;
};

std::string utf8_of(const std::byte* at, size_t size, bool swap) {
  std::string out;
  for (size_t i = 0; i + 4 <= size; i += 4) {
    uint32_t c;
    std::memcpy(&c, at + i, 4);
    if (swap) c = __builtin_bswap32(c);
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    } else if (c < 0x10000) {
      out += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
              static_cast<char>(0x80 | (c & 63))};
    } else {
      out += {static_cast<char>(0xf0 | (c >> 18 & 7)), static_cast<char>(0x80 | (c >> 12 & 63)),
              static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    }
  }
  return out;
}

// NumPy pads with zeros and drops them when it reads.
void drop_zeros(std::string& text) { text.erase(text.find_last_not_of('\0') + 1); }

Tensor read_strings(const Header& h, const Element& e, Bytes data) {
  Tensor out(DType::string, h.shape);
  std::string* to = out.data<std::string>();
  const int64_t count = out.size();
  FortranIndex fortran(h.shape);
  for (int64_t i = 0; i < count; ++i) {
    const auto from = static_cast<size_t>(h.fortran_order ? fortran.next() : i) * e.size;
    const std::byte* at = data.data() + from;
    to[i] = e.kind == 'S' ? std::string(reinterpret_cast<const char*>(at), e.size)
                          : utf8_of(at, e.size, e.swap);
    drop_zeros(to[i]);
  }
  return out;
}

Tensor read_converted(const Header& h, const Element& e, Bytes data) {
  Tensor out(e.dtype, h.shape);
  auto* to = static_cast<std::byte*>(out.raw());
  const size_t unit = e.kind == 'c' ? e.size / 2 : e.size;  // what has a byte order
  const int64_t count = out.size();
  FortranIndex fortran(h.shape);
  for (int64_t i = 0; i < count; ++i, to += e.size) {
    const auto from = static_cast<size_t>(h.fortran_order ? fortran.next() : i) * e.size;
    std::memcpy(to, data.data() + from, e.size);
    if (e.swap) {
      for (size_t k = 0; k < e.size; k += unit) std::reverse(to + k, to + k + unit);
    }
    if (e.dtype == DType::bool_) *to = *to == std::byte{0} ? std::byte{0} : std::byte{1};
  }
  return out;
}

}  // namespace

Tensor parse_npy(const SharedBytes& file, const std::string& what) {
  if (!text_of(file.bytes).starts_with("\x93NUMPY")) {
    fail(Code::data_loss, what, ": is not a .npy file: it ", sniff(file.bytes));
  }
  ByteCursor in(file.bytes, what);
  in.skip(6);
  const uint8_t major = in.u8();
  in.skip(1);
  if (major < 1 || major > 3) {
    fail(Code::unimplemented, what, ": .npy version ", static_cast<int>(major), " is not known");
  }
  const uint32_t length = major == 1 ? in.u16() : in.u32();
  const Header header = HeaderParser(in.text(length), what).run();
  const Element element = parse_descr(header.descr, what);
  // Counted by division: a product of numbers from the file may overflow.
  uint64_t room = element.size == 0 ? 0 : in.remaining() / element.size;
  bool empty = false;
  for (const int64_t dim : header.shape.dims()) empty |= dim == 0;
  if (!empty) {
    for (const int64_t dim : header.shape.dims()) room /= static_cast<uint64_t>(dim);
    if (room == 0) {
      fail(Code::data_loss, what, ": has ", in.remaining(), " bytes of elements, too few for ",
           quoted(header.descr), " of shape ", header.shape);
    }
  }
  const uint64_t size =
      empty ? 0 : static_cast<uint64_t>(header.shape.num_elements()) * element.size;
  const SharedBytes data{in.bytes(size), file.keeper};
  if (element.dtype == DType::string) return read_strings(header, element, data.bytes);
  const bool plain = !element.swap && (!header.fortran_order || header.shape.rank() < 2);
  return plain ? tensor_over(element.dtype, header.shape, data)
               : read_converted(header, element, data.bytes);
}

Tensor read_npy(const std::filesystem::path& path) {
  return parse_npy(MappedFile::open(path)->shared(), path.string());
}

NamedTensors read_npz(const std::filesystem::path& path) {
  const ZipReader zip(MappedFile::open(path)->shared(), path.string());
  NamedTensors out;
  for (const ZipMember& member : zip.members()) {
    std::string name = member.name;
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    out.emplace_back(std::move(name),
                     parse_npy(zip.read(member), str(path.string(), "!", member.name)));
  }
  return out;
}

}  // namespace rill
