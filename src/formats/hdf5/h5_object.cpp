#include "formats/hdf5/h5_object.h"

#include "base/fail.h"
#include "formats/hdf5/h5_dense.h"

namespace rill::formats {
namespace {

constexpr uint8_t kShared = 0x02;  // flag of a message that stands elsewhere

struct Block {
  Bytes bytes;
  uint64_t offset;
};

// The header's own messages, continuations followed.
class Reader {
 public:
  Reader(const H5View& view, uint64_t address) : view_(view) { out_.address = address; }

  // Shared messages come out as they are, with their flag.
  std::vector<std::pair<H5Message, bool>> read() {
    ByteCursor in = view_.at(out_.address);
    second_ = in.remaining() >= 4 && text_of(view_.bytes(out_.address, 4)) == "OHDR";
    if (second_) {
      begin_second();
    } else {
      begin_first();
    }
    for (size_t i = 0; i < blocks_.size(); ++i) read_block(blocks_[i]);
    return std::move(messages_);
  }

 private:
  void begin_first() {
    ByteCursor in = view_.at(out_.address);
    if (in.u8() != 1) in.damaged("an object header was expected");
    in.skip(7);
    const uint32_t size = in.u32();
    in.skip(4);
    add({in.bytes(size), in.offset()});
  }

  void begin_second() {
    ByteCursor in = view_.at(out_.address, "OHDR");
    if (in.u8() != 2) in.damaged("the object header is of an unknown version");
    const uint8_t flags = in.u8();
    ordered_ = (flags & 0x04) != 0;
    if ((flags & 0x20) != 0) in.skip(16);
    if ((flags & 0x10) != 0) in.skip(4);
    const uint64_t size = h5_number(in, 1 << (flags & 3));
    const uint64_t head = in.position() - view_.base - out_.address;
    if (size > view_.file.size()) in.damaged("the object header is larger than the file");
    const Bytes all = view_.checked(out_.address, head + size + 4);
    add({all.subspan(head), 0});
  }

  void add(const Block& block) {
    // Blocks do not overlap, so that all together fit the file: continuations form no circle.
    total_ += block.bytes.size() + 1;
    if (total_ > view_.file.size()) {
      fail(Code::data_loss, view_.what, ": the object header at the address ", out_.address,
           " continues in circles");
    }
    blocks_.push_back(block);
  }

  void read_block(const Block& block) {
    ByteCursor in(block.bytes, view_.what, block.offset);
    const size_t head = second_ ? (ordered_ ? 6 : 4) : 8;
    while (in.remaining() >= head) {
      const uint16_t kind = second_ ? in.u8() : in.u16();
      const uint16_t size = in.u16();
      const uint8_t flags = in.u8();
      in.skip(second_ ? (ordered_ ? 2 : 0) : 3);
      if (size > in.remaining()) in.damaged("a message is longer than its block");
      const Bytes body = in.bytes(size);
      if (static_cast<H5Kind>(kind) == H5Kind::continuation) {
        follow(body);
      } else {
        messages_.push_back({{static_cast<H5Kind>(kind), body}, (flags & kShared) != 0});
      }
    }
  }

  void follow(Bytes message) {
    ByteCursor in(message, view_.what);
    const uint64_t address = in.u64(), size = in.u64();
    if (!second_) return add({view_.bytes(address, size), view_.base + address});
    view_.at(address, "OCHK");
    if (size < 8) in.damaged("a continuation is too short");
    add({view_.checked(address, size).subspan(4), 0});
  }

  const H5View& view_;
  H5Object out_;
  bool second_ = false, ordered_ = false;
  uint64_t total_ = 0;
  std::vector<Block> blocks_;
  std::vector<std::pair<H5Message, bool>> messages_;
};

// What a shared message stands for: the first of its kind in another object.
Bytes follow_shared(const H5View& view, Bytes reference, H5Kind kind) {
  ByteCursor in(reference, view.what);
  const uint8_t version = in.u8(), type = in.u8();
  if (version == 1) in.skip(6);
  if (version < 1 || version > 3 || (version == 3 && type != 2)) {
    fail(Code::unimplemented, view.what,
         ": has a message in the file's table of shared messages, which is not read");
  }
  for (const auto& [message, shared] : Reader(view, in.u64()).read()) {
    if (message.kind == kind && !shared) return message.body;
  }
  fail(Code::data_loss, view.what, ": a shared message is not where it should be");
}

}  // namespace

const H5Message* H5Object::find(H5Kind kind) const {
  for (const H5Message& message : messages) {
    if (message.kind == kind) return &message;
  }
  return nullptr;
}

H5Object h5_object(const H5View& view, uint64_t address) {
  H5Object out{address, {}};
  for (auto& [message, shared] : Reader(view, address).read()) {
    // Only these are looked at; an unknown kind may be anywhere.
    const bool needed = message.kind == H5Kind::type || message.kind == H5Kind::space ||
                        message.kind == H5Kind::fill || message.kind == H5Kind::filters;
    if (shared && !needed && message.kind != H5Kind::attribute) continue;
    if (shared) message.body = follow_shared(view, message.body, message.kind);
    out.messages.push_back(message);
  }
  return out;
}

namespace {

struct SpaceHead {
  uint8_t rank;
  bool has_most;
  bool is_null;
};

SpaceHead read_space_head(ByteCursor& in) {
  const uint8_t version = in.u8();
  if (version != 1 && version != 2) in.damaged("the data space is of an unknown version");
  const uint8_t rank = in.u8(), flags = in.u8();
  const uint8_t type = version == 2 ? in.u8() : 1;
  if (version == 1) in.skip(5);
  if (rank > 32) in.damaged("the data space has more than 32 dimensions");
  return {rank, (flags & 1) != 0, type == 2};
}

}  // namespace

std::optional<Shape> h5_space(Bytes message, std::string_view what) {
  ByteCursor in(message, what);
  const SpaceHead head = read_space_head(in);
  if (head.is_null) return std::nullopt;
  Shape shape;
  for (int d = 0; d < head.rank; ++d) {
    const uint64_t dim = in.u64();
    if (dim > static_cast<uint64_t>(INT64_MAX))
      in.damaged(str("the dimension ", dim, " is too large"));
    shape.push_back(static_cast<int64_t>(dim));
  }
  try {
    shape.num_elements();
  } catch (const Error& error) {
    fail(Code::data_loss, what, ": ", error.what());
  }
  return shape;
}

std::vector<uint64_t> h5_most_dims(Bytes message, std::string_view what) {
  ByteCursor in(message, what);
  const SpaceHead head = read_space_head(in);
  if (head.is_null) return {};
  if (head.has_most) in.skip(8 * uint64_t{head.rank});
  std::vector<uint64_t> out(head.rank);
  for (uint64_t& dim : out) dim = in.u64();
  return out;
}

H5Attribute h5_attribute(const H5View& view, Bytes message) {
  ByteCursor in(message, view.what);
  const uint8_t version = in.u8();
  if (version < 1 || version > 3) in.damaged("an attribute is of an unknown version");
  const uint8_t flags = in.u8();
  const uint64_t sizes[3] = {in.u16(), in.u16(), in.u16()};  // name, type, space
  if (version == 3) in.skip(1);
  const auto part = [&](uint64_t size) { return in.bytes(version == 1 ? h5_padded(size) : size); };
  H5Attribute out;
  const std::string_view name = text_of(part(sizes[0]));
  out.name = name.substr(0, name.find('\0'));
  out.type = part(sizes[1]);
  out.space = part(sizes[2]);
  if (version > 1 && (flags & 1) != 0) out.type = follow_shared(view, out.type, H5Kind::type);
  if (version > 1 && (flags & 2) != 0) out.space = follow_shared(view, out.space, H5Kind::space);
  out.data = in.bytes(in.remaining());
  return out;
}

std::vector<Bytes> h5_attributes(const H5View& view, const H5Object& object) {
  std::vector<Bytes> out;
  uint64_t seen = 0;
  for (const H5Message& message : object.messages) {
    if (message.kind == H5Kind::attribute) out.push_back(message.body);
    if (message.kind != H5Kind::attribute_info) continue;
    ByteCursor in(message.body, view.what);
    in.skip(1);
    if ((in.u8() & 1) != 0) in.skip(2);
    const uint64_t heap = in.u64(), index = in.u64();
    if (heap == kH5Undefined || index == kH5Undefined) continue;
    const H5Dense dense(view, heap);
    for (const Bytes record : h5_records(view, index, 8)) {
      ByteCursor fields(record, view.what);
      const Bytes id = fields.bytes(8);
      if ((fields.u8() & kShared) != 0) continue;
      out.push_back(dense.object(id));
      seen += out.back().size();  // attributes do not overlap
      if (seen > view.file.size()) fields.damaged("there are more attributes than fit the file");
    }
  }
  return out;
}

}  // namespace rill::formats
