// Writes a sorted string table, byte for byte as TensorFlow's table::TableBuilder does without
// compression.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rill::formats {

class TableWriter {
 public:
  // Keys must rise; the caller has sorted them.
  void add(std::string_view key, std::string_view value);
  // The whole file.
  std::string finish();

 private:
  class Block {
   public:
    explicit Block(int restart_interval) : interval_(restart_interval) {}
    void add(std::string_view key, std::string_view value);
    std::string finish();
    bool empty() const { return bytes_.empty(); }
    size_t size() const { return bytes_.size() + 4 * restarts_.size() + 4; }

   private:
    int interval_;
    int count_ = 0;
    std::string bytes_;
    std::string last_key_;
    std::vector<uint32_t> restarts_{0};
  };
  void flush();
  std::string write_block(const std::string& contents);  // gives its handle

  std::string out_;
  Block data_{16};
  Block index_{1};
  std::string last_key_;
  std::string pending_handle_;  // of the last block: its index key depends on what follows
};

}  // namespace rill::formats
