// HDF5 files: every group, attribute and data set.
#include "formats/hdf5/h5_file.h"

#include <vector>

#include "fuzz.h"

namespace rill::fuzz {
namespace {

void read_attributes(const formats::H5File& file, const std::string& object) {
  for (const std::string& name : file.attribute_names(object)) {
    attempt([&] { file.attribute(object, name); });
  }
}

}  // namespace

void read(const std::string& bytes) {
  const auto file = formats::H5File::open(SharedBytes::own(bytes), "fuzz.h5");
  std::vector<std::string> groups = {""};
  for (int n = 0; n < 300 && !groups.empty(); ++n) {
    const std::string group = std::move(groups.back());
    groups.pop_back();
    attempt([&] { read_attributes(*file, group); });
    attempt([&] {
      for (const formats::H5Child& child : file->children(group)) {
        const std::string path = group.empty() ? child.name : group + "/" + child.name;
        if (child.is_group) {
          groups.push_back(path);
        } else {
          attempt([&] { read_attributes(*file, path); });
          attempt([&] { file->read(path); });
        }
      }
    });
  }
  file->datasets();
}

}  // namespace rill::fuzz
