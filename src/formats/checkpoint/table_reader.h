// Reads a sorted string table: leveldb's file format, in which TensorFlow keeps checkpoint indexes
// and V1 checkpoints. doc/formats/checkpoint.md draws it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes.h"

namespace rill::formats {

// One block: entries whose keys share prefixes.
class BlockCursor {
 public:
  // `what` and `base` as ByteCursor's. Throws DATA_LOSS.
  BlockCursor(SharedBytes block, std::string_view what, uint64_t base);

  // To the next entry; false at the end. Throws DATA_LOSS, also when keys do not rise.
  bool next();
  const std::string& key() const { return key_; }
  SharedBytes value() const { return {value_, block_.keeper}; }

 private:
  SharedBytes block_;
  std::string_view what_;
  uint64_t base_;
  size_t at_ = 0;
  size_t end_ = 0;
  bool first_ = true;
  std::string key_;
  Bytes value_;
};

class TableReader {
 public:
  // Reads the footer and the index block. `what` is the path. Throws DATA_LOSS.
  TableReader(SharedBytes file, std::string what);

  // The value of a key, if it is there. Throws DATA_LOSS. Any number of threads may call it.
  std::optional<SharedBytes> get(std::string_view key) const;

  // The data blocks in order of their keys.
  size_t block_count() const { return blocks_.size(); }
  BlockCursor block(size_t i) const;

  const std::string& what() const { return what_; }
  size_t file_size() const { return file_.size(); }

 private:
  struct Block {
    std::string last_key;  // no key in the block is greater
    uint64_t offset;
    uint64_t size;
  };
  SharedBytes load(uint64_t offset, uint64_t size) const;

  SharedBytes file_;
  std::string what_;
  std::vector<Block> blocks_;
};

inline constexpr uint64_t kTableMagic = 0xdb4775248b80fb57ull;

// The bytes end with a table's footer.
bool looks_like_table(Bytes file);

}  // namespace rill::formats
