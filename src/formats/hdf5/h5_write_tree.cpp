#include "formats/hdf5/h5_write_tree.h"

#include <algorithm>
#include <span>

#include "base/fail.h"

namespace rill::formats {
namespace {

// The library's defaults: half the entries of a node with names, and of one with nodes.
constexpr uint64_t kLeafK = 4;
constexpr uint64_t kInnerK = 16;

// Metadata in the order of their addresses; the first stands at `base`.
class Metadata {
 public:
  explicit Metadata(uint64_t base) : base_(base) {}

  uint64_t place(std::string_view block) {
    const uint64_t address = base_ + out_.size();
    out_.text(block).pad();
    return address;
  }
  std::string take() { return out_.take(); }

 private:
  uint64_t base_;
  H5Encoder out_;
};

struct Name {
  uint64_t offset;  // in the heap of the group's names
  uint64_t object;  // address of its header
};

// A node and the largest name below it.
struct Child {
  uint64_t address;
  uint64_t last;
};

// "SNOD": up to 2 * kLeafK names with their objects; the node has room for all of them.
std::string name_node(std::span<const Name> names) {
  H5Encoder out;
  out.text("SNOD").u8(1).u8(0).u16(names.size());
  for (const Name& name : names) out.u64(name.offset).u64(name.object).zeros(24);
  return out.zeros((2 * kLeafK - names.size()) * 40).take();
}

// "TREE": up to 2 * kInnerK children between keys; a key is the largest name before it.
std::string tree_node(std::span<const Child> children, int level, uint64_t before, uint64_t left,
                      uint64_t right) {
  H5Encoder out;
  out.text("TREE").u8(0).u8(static_cast<uint64_t>(level)).u16(children.size());
  out.u64(left).u64(right).u64(before);
  for (const Child& child : children) out.u64(child.address).u64(child.last);
  return out.zeros((2 * kInnerK - children.size()) * 16).take();
}

// One level of the tree, its nodes linked; gives the level above.
std::vector<Child> tree_level(const std::vector<Child>& children, int level, Metadata& out) {
  constexpr size_t kMost = 2 * kInnerK;
  constexpr uint64_t kNodeSize = 24 + (2 * kMost + 1) * 8;
  std::vector<Child> above;
  const size_t nodes = std::max<size_t>(1, (children.size() + kMost - 1) / kMost);
  for (size_t n = 0; n < nodes; ++n) {
    const size_t begin = n * kMost;
    const size_t count = std::min(kMost, children.size() - begin);
    const std::span<const Child> part(children.data() + begin, count);
    const uint64_t before = begin == 0 ? 0 : children[begin - 1].last;
    const uint64_t here = out.place("");
    const uint64_t left = n == 0 ? kH5Undefined : here - kNodeSize;
    const uint64_t right = n + 1 == nodes ? kH5Undefined : here + kNodeSize;
    out.place(tree_node(part, level, before, left, right));
    above.push_back({here, count == 0 ? 0 : part.back().last});
  }
  return above;
}

struct Table {
  uint64_t tree;
  uint64_t heap;
};

// The names of a group: a heap with their text, nodes with names in order, a tree over these.
Table symbol_table(const std::map<std::string, int, std::less<>>& children,
                   const std::vector<uint64_t>& addresses, Metadata& out) {
  H5Encoder text;
  text.zeros(8);  // the empty name, before all others
  std::vector<Name> names;
  for (const auto& [name, object] : children) {
    names.push_back({text.size(), addresses[static_cast<size_t>(object)]});
    text.text(name).zeros(1).pad();
  }
  const uint64_t size = text.size();
  const uint64_t data = out.place(text.take());
  constexpr uint64_t kNoFreeBlock = 1;
  const uint64_t heap = out.place(
      H5Encoder().text("HEAP").u8(0).zeros(3).u64(size).u64(kNoFreeBlock).u64(data).take());

  std::vector<Child> level;
  for (size_t begin = 0; begin < names.size(); begin += 2 * kLeafK) {
    const std::span<const Name> part(names.data() + begin,
                                     std::min<size_t>(2 * kLeafK, names.size() - begin));
    level.push_back({out.place(name_node(part)), part.back().offset});
  }
  int height = 0;
  do {
    level = tree_level(level, height++, out);
  } while (level.size() > 1);
  return {level[0].address, heap};
}

std::string superblock(uint64_t end, uint64_t root, const Table& table) {
  H5Encoder out;
  out.text("\x89HDF\r\n\x1a\n").zeros(5).u8(8).u8(8).u8(0);
  out.u16(kLeafK).u16(kInnerK).u32(0);
  out.u64(0).u64(kH5Undefined).u64(end).u64(kH5Undefined);
  // The entry of the root group: no name; 1: with its tree and heap.
  return out.u64(0).u64(root).u32(1).u32(0).u64(table.tree).u64(table.heap).take();
}

// visit(name, where it ends) for what stands between the slashes of a path.
template <typename Visit>
void for_each_name(std::string_view path, Visit visit) {
  for (size_t from = 0; from < path.size();) {
    const size_t end = std::min(path.find('/', from), path.size());
    if (end > from) visit(path.substr(from, end - from), end);
    from = end + 1;
  }
}

}  // namespace

int H5WriteTree::child_of(int group, std::string_view name) const {
  const auto& children = objects_[static_cast<size_t>(group)].children;
  const auto found = children.find(name);
  return found == children.end() ? -1 : found->second;
}

int H5WriteTree::add(int parent, std::string_view name, bool is_group) {
  const int made = static_cast<int>(objects_.size());
  objects_.push_back({is_group, {}, {}});
  objects_[static_cast<size_t>(parent)].children.emplace(name, made);
  return made;
}

int H5WriteTree::group(std::string_view path) {
  int at = 0;
  for_each_name(path, [&](std::string_view name, size_t end) {
    const int child = child_of(at, name);
    at = child >= 0 ? child : add(at, name, true);
    if (!objects_[static_cast<size_t>(at)].is_group) {
      fail(Code::invalid_argument, "HDF5: ", quoted(path.substr(0, end)),
           " is a data set; a group was expected");
    }
  });
  return at;
}

int H5WriteTree::dataset(const std::string& path) {
  const size_t slash = path.rfind('/');
  const int parent = slash == std::string::npos ? 0 : group(path.substr(0, slash));
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (objects_[static_cast<size_t>(parent)].children.contains(name)) {
    fail(Code::already_exists, quoted(path), " was written before");
  }
  return add(parent, name, false);
}

int H5WriteTree::find(std::string_view path) const {
  int at = 0;
  for_each_name(path, [&](std::string_view name, size_t) {
    at = child_of(at, name);
    if (at < 0) fail(Code::internal, "HDF5: there is no object ", quoted(path));
  });
  return at;
}

void H5WriteTree::write(H5Room& room) {
  Metadata out(room.allocate(0));
  std::vector<uint64_t> addresses(objects_.size());
  Table table{};
  for (size_t i = objects_.size(); i-- > 0;) {  // children first: their addresses stand in parents
    H5Header header;
    if (objects_[i].is_group) {
      table = symbol_table(objects_[i].children, addresses, out);
      header.add(H5Kind::symbol_table, H5Encoder().u64(table.tree).u64(table.heap).take());
    }
    header.append(objects_[i].header);
    addresses[i] = out.place(header.take());
  }
  const std::string metadata = out.take();
  const uint64_t base = room.allocate(metadata.size());
  room.write(base, bytes_of(metadata));
  room.write(0, bytes_of(superblock(room.size(), addresses[0], table)));
}

}  // namespace rill::formats
