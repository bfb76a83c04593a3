#include "formats/hdf5/h5_links.h"

#include <algorithm>

#include "base/fail.h"
#include "formats/hdf5/h5_dense.h"

namespace rill::formats {
namespace {

// A link message, which also is what a heap of links holds.
H5Link read_link(Bytes message, std::string_view what) {
  ByteCursor in(message, what);
  if (in.u8() != 1) in.damaged("a link is of an unknown version");
  const uint8_t flags = in.u8();
  const uint8_t kind = (flags & 0x08) != 0 ? in.u8() : 0;
  if ((flags & 0x04) != 0) in.skip(8);
  if ((flags & 0x10) != 0) in.skip(1);
  H5Link out;
  out.name = in.text(h5_number(in, 1 << (flags & 3)));
  if (kind == 0) {
    out.address = in.u64();
  } else if (kind == 1) {
    out.kind = H5Link::soft;
    out.target = in.text(in.u16());
  } else {
    out.kind = H5Link::elsewhere;
  }
  return out;
}

void read_dense(const H5View& view, Bytes link_info, std::vector<H5Link>& out) {
  ByteCursor in(link_info, view.what);
  in.skip(1);
  if ((in.u8() & 1) != 0) in.skip(8);
  const uint64_t heap = in.u64(), index = in.u64();
  if (heap == kH5Undefined || index == kH5Undefined) return;
  const H5Dense dense(view, heap);
  uint64_t seen = 0;
  for (const Bytes record : h5_records(view, index, 5)) {
    ByteCursor fields(record, view.what);
    fields.skip(4);
    const Bytes link = dense.object(fields.bytes(7));
    seen += link.size();  // links do not overlap
    if (seen > view.file.size()) fields.damaged("a group has more links than fit the file");
    out.push_back(read_link(link, view.what));
  }
}

// Text up to its NUL within the local heap's data.
std::string_view heap_text(Bytes heap, uint64_t offset, const ByteCursor& in) {
  if (offset >= heap.size()) in.damaged("a name lies outside its heap");
  const std::string_view rest = text_of(heap).substr(offset);
  const size_t end = rest.find('\0');
  if (end == std::string_view::npos) in.damaged("a name has no end");
  return rest.substr(0, end);
}

void read_table(const H5View& view, Bytes symbol_table, int most_depth, std::vector<H5Link>& out) {
  ByteCursor table(symbol_table, view.what);
  const uint64_t tree = table.u64();
  ByteCursor heap = view.at(table.u64(), "HEAP");
  if (heap.u8() != 0) heap.damaged("the names' heap is of an unknown version");
  heap.skip(3);
  const uint64_t size = heap.u64();
  heap.skip(8);
  const Bytes names = view.bytes(heap.u64(), size);
  uint64_t seen = 0;
  for (const H5Leaf& leaf : h5_leaves(view, tree, 0, 8, most_depth)) {
    ByteCursor node = view.at(leaf.child, "SNOD");
    if (node.u8() != 1) node.damaged("a node of symbols is of an unknown version");
    node.skip(1);
    const uint16_t count = node.u16();
    seen += 8 + 40 * uint64_t{count};  // nodes do not overlap
    if (seen > view.file.size()) node.damaged("a group has more entries than fit the file");
    for (int i = 0; i < count; ++i) {
      H5Link link;
      link.name = heap_text(names, node.u64(), node);
      // A name is stored once; hostile entries may all point to one long name.
      seen += link.name.size();
      if (seen > view.file.size() + 1024) node.damaged("a group has more names than fit the file");
      link.address = node.u64();
      const uint32_t cached = node.u32();
      node.skip(4);
      ByteCursor scratch(node.bytes(16), view.what);
      if (cached == 2) {
        link.kind = H5Link::soft;
        link.target = heap_text(names, scratch.u32(), node);
        seen += link.target.size();
      } else if (cached > 2) {
        node.damaged("an entry of a group is of an unknown kind");
      }
      out.push_back(std::move(link));
    }
  }
}

}  // namespace

std::vector<H5Leaf> h5_leaves(const H5View& view, uint64_t root, uint8_t type, uint64_t key_size,
                              int most_depth) {
  struct Pending {
    uint64_t address;
    int level;  // below 0: any
  };
  std::vector<H5Leaf> out;
  if (root == kH5Undefined) return out;
  std::vector<Pending> pending{{root, -1}};
  uint64_t seen = 0;
  while (!pending.empty()) {
    const Pending next = pending.back();
    pending.pop_back();
    ByteCursor in = view.at(next.address, "TREE");
    if (in.u8() != type) in.damaged("the b-tree is of another kind");
    const int level = in.u8();
    if (level > most_depth) {
      fail(Code::resource_exhausted, view.what, ": a b-tree of ", level,
           " levels is deeper than the limit hdf5_depth, ", most_depth);
    }
    if (next.level >= 0 && level != next.level) in.damaged("the b-tree's levels are confused");
    const uint16_t count = in.u16();
    in.skip(16);
    // Nodes do not overlap, so that all of them fit the file.
    seen += 24 + count * (key_size + 8);
    if (seen > view.file.size()) in.damaged("the b-tree has more entries than fit the file");
    const size_t first = pending.size();
    for (int i = 0; i < count; ++i) {
      const Bytes key = in.bytes(key_size);
      const uint64_t child = in.u64();
      if (level > 0) {
        pending.push_back({child, level - 1});
      } else {
        out.push_back({key, child});
      }
    }
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(first), pending.end());
  }
  return out;
}

std::vector<H5Link> h5_links(const H5View& view, const H5Object& group, int most_depth) {
  std::vector<H5Link> out;
  for (const H5Message& message : group.messages) {
    if (message.kind == H5Kind::link) out.push_back(read_link(message.body, view.what));
    if (message.kind == H5Kind::link_info) read_dense(view, message.body, out);
    if (message.kind == H5Kind::symbol_table) read_table(view, message.body, most_depth, out);
  }
  std::sort(out.begin(), out.end(),
            [](const H5Link& a, const H5Link& b) { return a.name < b.name; });
  return out;
}

}  // namespace rill::formats
