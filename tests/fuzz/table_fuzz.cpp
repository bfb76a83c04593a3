// Sorted string tables: indexes of checkpoints V2 and whole checkpoints V1.
#include "formats/checkpoint/table_reader.h"
#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const formats::TableReader table(SharedBytes::own(bytes), "fuzz.index");
  for (size_t i = 0; i < table.block_count(); ++i) {
    auto block = table.block(i);
    for (int n = 0; block.next(); ++n) {
      if (n < 20) attempt([&] { table.get(block.key()); });
    }
  }
}

}  // namespace rill::fuzz
