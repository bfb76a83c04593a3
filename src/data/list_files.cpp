// list_files(): tensorflow/core/platform/file_system_helper.cc, GetMatchingPaths.
#include <glob.h>

#include <algorithm>

#include "base/fail.h"
#include "data/stages.h"

namespace rill {

Dataset Dataset::list_files(const std::vector<std::string>& patterns, const ListFilesOptions& o) {
  std::vector<std::string> names;
  for (const std::string& pattern : patterns) {
    ::glob_t found = {};
    const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    for (size_t i = 0; status == 0 && i < found.gl_pathc; ++i)
      names.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (status == GLOB_NOSPACE) fail(Code::resource_exhausted, "list_files(): out of memory");
  }
  if (names.empty()) {
    std::string list;
    for (const std::string& pattern : patterns)
      list += (list.empty() ? "" : ", ") + quoted(pattern);
    fail(Code::invalid_argument, "No files matched pattern: ", list);
  }
  std::sort(names.begin(), names.end());
  const auto count = static_cast<int64_t>(names.size());
  const Dataset all = from_tensor_slices(Tensor::vector(names));
  if (!o.shuffle) return all;
  return all.shuffle(count, {.seed = o.seed, .global_seed = o.global_seed});
}

}  // namespace rill
