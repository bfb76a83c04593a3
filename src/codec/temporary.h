// What atomic files and folders share: temporaries beside the path that they replace.
#pragma once

#include <filesystem>
#include <string_view>

namespace rill {

// ".NAME.PID-N" and the suffix, beside `path`; no two calls of a process give the same.
std::filesystem::path temporary_beside(const std::filesystem::path& path, std::string_view suffix);
// Removes such temporaries of `path`, files or folders, whose process is gone.
void remove_stale(const std::filesystem::path& path, std::string_view suffix);
// Makes renames in `folder` last. Throws what fail_errno() makes of the error.
void sync_folder(const std::filesystem::path& folder);

}  // namespace rill
