// A checkpoint V2: two bytes say how long the index is, the shard follows it.
#include "formats/checkpoint/checkpoint_reader.h"
#include "fuzz.h"
#include "process.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  if (bytes.size() < 2) return;
  static const test::ScratchFolder folder;
  const size_t index =
      static_cast<unsigned char>(bytes[0]) * size_t{256} + static_cast<unsigned char>(bytes[1]);
  const std::string rest = bytes.substr(2);
  test::write_whole(folder / "m.index", rest.substr(0, index));
  test::write_whole(folder / "m.data-00000-of-00001",
                    index < rest.size() ? rest.substr(index) : std::string());
  const formats::CheckpointReader reader(folder / "m");
  for (const formats::CheckpointEntry& entry : reader.entries()) {
    attempt([&] { reader.read(entry.name); });
  }
}

}  // namespace rill::fuzz
