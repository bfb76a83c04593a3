// Where the chunks of a data set are.
#include "base/fail.h"
#include "formats/hdf5/h5_chunk_array.h"
#include "formats/hdf5/h5_dense.h"
#include "formats/hdf5/h5_layout.h"
#include "formats/hdf5/h5_links.h"

namespace rill::formats {
namespace {

class Finder {
 public:
  Finder(const H5View& view, const H5Layout& layout, const Shape& shape, uint64_t element,
         const std::string& place, const H5SeeChunk& see)
      : view_(view), layout_(layout), place_(place), see_(see), bytes_(element) {
    for (int d = 0; d < shape.rank(); ++d) {
      const uint64_t side = layout.chunk[static_cast<size_t>(d)];
      const uint64_t number = shape[d] == 0 ? 0 : (static_cast<uint64_t>(shape[d]) - 1) / side + 1;
      grid_.push_back(number);
      if (number != 0 && count_ > kMost / number) too_many();
      count_ *= number;
      if (bytes_ > 0xffffffff / side) too_many();
      bytes_ *= side;
    }
    order_dimensions();
  }

  void find(int most_depth) {
    if (layout_.address == kH5Undefined || count_ == 0) return;
    switch (layout_.index) {
      case 0:
        from_tree(most_depth);
        break;
      case 1:
        add_at(0, layout_.address, layout_.filters.empty() ? bytes_ : layout_.size,
               layout_.skipped);
        break;
      case 2:
        // As many as there are in the file.
        for (uint64_t i = 0; i < most_count_; ++i) {
          add_at(i, layout_.address + i * bytes_, bytes_, 0);
        }
        break;
      case 3:
        h5_fixed_array(view_, layout_.address, entry_seer());
        break;
      case 4:
        h5_extensible_array(view_, layout_.address, entry_seer());
        break;
      default:
        from_records();
    }
  }

 private:
  static constexpr uint64_t kMost = uint64_t{1} << 40;

  [[noreturn]] void too_many() const {
    fail(Code::data_loss, place_, ": its chunks are too large or too many");
  }

  void add(std::vector<uint64_t> begin, uint64_t address, uint64_t size, uint32_t skipped) {
    if (address == kH5Undefined) return;
    for (size_t d = 0; d < begin.size(); ++d) {
      if (begin[d] % layout_.chunk[d] != 0) {
        fail(Code::data_loss, place_, ": a chunk begins at the odd place ", begin[d]);
      }
      if (begin[d] / layout_.chunk[d] >= grid_[d]) return;  // the data set was shrunk
    }
    // A chunk is there once.
    if (++found_ > count_) too_many();
    if (size == 0 || size > 0xffffffff) {
      fail(Code::data_loss, place_, ": a chunk of ", size, " bytes cannot be");
    }
    see_({std::move(begin), view_.bytes(address, size), skipped});
  }

  // Chunks are numbered over the sizes that the data set may grow to, row-major, the dimension
  // that grows without end first: the numbers stay when it grows.
  void order_dimensions() {
    if (layout_.index < 2 || layout_.index > 4) return;
    if (layout_.most.size() != grid_.size()) {
      fail(Code::data_loss, place_, ": its layout has another rank than its data space");
    }
    for (size_t d = 0; d < grid_.size(); ++d) {
      const uint64_t most = layout_.most[d];
      const bool endless = most == kH5Undefined;
      const uint64_t number = endless || most == 0 ? 1 : (most - 1) / layout_.chunk[d] + 1;
      if (number < grid_[d] && !endless) too_many();
      if (most_count_ > kMost / number) too_many();
      most_count_ *= number;
      order_.insert(endless ? order_.begin() : order_.end(), d);
      most_grid_.push_back(endless ? kH5Undefined : number);
    }
  }

  void add_at(uint64_t i, uint64_t address, uint64_t size, uint32_t skipped) {
    std::vector<uint64_t> begin(grid_.size());
    for (size_t k = order_.size(); k-- > 0;) {
      const size_t d = order_[k];
      const uint64_t at = i % most_grid_[d];
      if (at >= grid_[d]) return;  // the data set was shrunk, or has yet to grow
      begin[d] = at * layout_.chunk[d];
      i /= most_grid_[d];
    }
    add(std::move(begin), address, size, skipped);
  }

  H5SeeEntry entry_seer() {
    return [this](uint64_t i, bool packed, Bytes entry) {
      ByteCursor in(entry, view_.what);
      const uint64_t address = in.u64();
      const uint64_t size = packed ? h5_number(in, static_cast<int>(entry.size()) - 12) : bytes_;
      const uint32_t skipped = packed ? in.u32() : 0;
      if (address != kH5Undefined) add_at(i, address, size, skipped);
    };
  }

  void from_tree(int most_depth) {
    const uint64_t key = 8 + 8 * (grid_.size() + 1);
    for (const H5Leaf& leaf : h5_leaves(view_, layout_.address, 1, key, most_depth)) {
      ByteCursor in(leaf.key, view_.what);
      const uint32_t size = in.u32(), skipped = in.u32();
      std::vector<uint64_t> begin(grid_.size());
      for (uint64_t& x : begin) x = in.u64();
      add(std::move(begin), leaf.child, size, skipped);
    }
  }

  void from_records() {
    const bool packed = !layout_.filters.empty();
    for (const Bytes record : h5_records(view_, layout_.address, packed ? 11 : 10)) {
      ByteCursor in(record, view_.what);
      const uint64_t address = in.u64();
      uint64_t size = bytes_;
      uint32_t skipped = 0;
      if (packed) {
        const uint64_t fixed = 8 + 4 + 8 * grid_.size();
        if (record.size() < fixed || record.size() - fixed > 8) in.damaged("a record is too short");
        size = h5_number(in, static_cast<int>(record.size() - fixed));
        skipped = in.u32();
      }
      std::vector<uint64_t> begin(grid_.size());
      for (size_t d = 0; d < begin.size(); ++d) {
        const uint64_t scaled = in.u64();
        if (scaled >= grid_[d]) in.damaged("a chunk lies outside its data set");
        begin[d] = scaled * layout_.chunk[d];
      }
      add(std::move(begin), address, size, skipped);
    }
  }

  const H5View& view_;
  const H5Layout& layout_;
  const std::string& place_;
  const H5SeeChunk& see_;
  uint64_t bytes_;  // of a whole chunk
  uint64_t count_ = 1, found_ = 0;
  std::vector<uint64_t> grid_;  // chunks along each dimension
  std::vector<size_t> order_;   // of the dimensions in the number of a chunk
  std::vector<uint64_t> most_grid_;
  uint64_t most_count_ = 1;
};

}  // namespace

void h5_chunks(const H5View& view, const H5Layout& layout, const Shape& shape, uint64_t element,
               int most_depth, const std::string& place, const H5SeeChunk& see) {
  Finder(view, layout, shape, element, place, see).find(most_depth);
}

}  // namespace rill::formats
