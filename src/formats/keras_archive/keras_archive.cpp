#include "formats/keras_archive/keras_archive.h"

#include <algorithm>
#include <cstring>

#include "base/fail.h"
#include "codec/folder.h"
#include "codec/mapped_file.h"

namespace rill::formats {

namespace fs = std::filesystem;

std::shared_ptr<const KerasArchive> KerasArchive::open(const fs::path& path, const Limits& limits) {
  std::shared_ptr<KerasArchive> archive(new KerasArchive(path.string(), limits));
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    archive->list_folder();
  } else {
    archive->zip_ =
        std::make_unique<ZipReader>(MappedFile::open(path)->shared(), archive->path_, limits.zip);
    for (const ZipMember& member : archive->zip_->members()) {
      if (!member.name.ends_with('/')) archive->names_.push_back(member.name);
    }
  }
  std::sort(archive->names_.begin(), archive->names_.end());
  return archive;
}

void KerasArchive::list_folder() {
  const fs::path root(path_);
  std::vector<std::string> folders = {""};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    FolderNames names(root / folder);
    while (const auto name = names.next()) {
      if (names_.size() + folders.size() == limits_.zip.members) {
        fail(Code::resource_exhausted, path_, ": has more files than the limit zip_members, ",
             limits_.zip.members);
      }
      // Links are not followed: what is listed lies in the folder.
      std::error_code gone;
      const fs::file_type type = fs::symlink_status(root / folder / *name, gone).type();
      if (type == fs::file_type::directory) folders.push_back(folder + *name + "/");
      if (type == fs::file_type::regular) names_.push_back(folder + *name);
    }
    if (names.error() != 0) {
      fail(Code::permission_denied, path_, ": cannot be listed: ", std::strerror(names.error()));
    }
  }
}

std::string KerasArchive::place(std::string_view member) const {
  return zip_ ? str(path_, "!", member) : (fs::path(path_) / member).string();
}

bool KerasArchive::contains(std::string_view member) const {
  return std::binary_search(names_.begin(), names_.end(), member);
}

SharedBytes KerasArchive::read(std::string_view member) const {
  if (!contains(member)) {
    fail(Code::not_found, path_, ": has no member ", quoted(member), did_you_mean(member, names_));
  }
  if (zip_) return zip_->read(member);
  return MappedFile::open(fs::path(path_) / member)->shared();
}

std::string KerasArchive::metadata() const {
  return contains("metadata.json") ? std::string(text_of(read("metadata.json").bytes)) : "";
}

std::shared_ptr<const H5File> KerasArchive::weights(std::string_view member) const {
  if (!contains(member)) return nullptr;
  return H5File::open(read(member), place(member), limits_);
}

}  // namespace rill::formats
