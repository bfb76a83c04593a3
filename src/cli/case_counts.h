// How many conformance cases stand for each op.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace rill::cli {

// By op: the cases that name it, in all packs (folders with a cases.json) below `root`. Throws
// NOT_FOUND when there is no such folder.
std::map<std::string, int, std::less<>> case_counts(const std::filesystem::path& root);

}  // namespace rill::cli
