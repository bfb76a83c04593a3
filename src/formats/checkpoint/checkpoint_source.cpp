#include "formats/checkpoint/checkpoint_source.h"

#include <algorithm>

#include "base/fail.h"
#include "base/path.h"
#include "codec/folder.h"
#include "codec/mapped_file.h"
#include "codec/sniff.h"
#include "formats/checkpoint/checkpoint_reader.h"
#include "formats/checkpoint/checkpoint_reader_v1.h"
#include "formats/checkpoint/checkpoint_state.h"
#include "formats/checkpoint/table_reader.h"

namespace rill::formats {

namespace fs = std::filesystem;

CheckpointSource::~CheckpointSource() = default;

const CheckpointEntry* CheckpointSource::find(std::string_view name) const {
  const auto it = std::lower_bound(
      entries_.begin(), entries_.end(), name,
      [](const CheckpointEntry& entry, std::string_view wanted) { return entry.name < wanted; });
  return it != entries_.end() && it->name == name ? &*it : nullptr;
}

Tensor CheckpointSource::read(std::string_view name) const {
  if (const CheckpointEntry* entry = find(name)) return read_entry(*entry);
  std::vector<std::string> names;
  for (const CheckpointEntry& entry : entries_) names.push_back(entry.name);
  fail(Code::not_found, prefix_, ": has no tensor ", quoted(name), did_you_mean(name, names));
}

Tensor CheckpointSource::joined_slices(const CheckpointEntry& entry) const {
  try {
    check_cover(entry.slices, entry.shape);
    if (entry.slices.size() == 1) return read_slice(entry, entry.slices[0]);
    std::vector<Tensor> pieces;  // before the whole is allocated: it is as large as they are
    for (const TensorSlice& slice : entry.slices) pieces.push_back(read_slice(entry, slice));
    Tensor full(entry.dtype, entry.shape);
    for (size_t i = 0; i < pieces.size(); ++i) place_slice(pieces[i], entry.slices[i], full);
    return full;
  } catch (const Error& error) {
    rethrow_with_context(
        error, str(prefix_, version() == 2 ? ".index" : "", ": tensor ", quoted(entry.name)));
  }
}

namespace {

fs::path with(const fs::path& prefix, std::string_view suffix) {
  return fs::path(prefix.string().append(suffix));
}

// '?' stands for one character.
bool matches(std::string_view name, std::string_view pattern) {
  return name.size() == pattern.size() &&
         std::equal(name.begin(), name.end(), pattern.begin(),
                    [](char c, char p) { return p == '?' || p == c; });
}

// The shards of a version 1 checkpoint, sorted.
std::vector<fs::path> shards_of(const fs::path& prefix) {
  std::string pattern = prefix.filename().string();
  if (pattern.find('?') == std::string::npos) pattern += "-\?\?\?\?\?-of-\?\?\?\?\?";
  std::vector<fs::path> out;
  FolderNames names(folder_of(prefix));
  while (const auto name = names.next()) {
    if (matches(*name, pattern)) out.push_back(prefix.parent_path() / *name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Somebody gave one of the files instead of the prefix.
void refuse_part(const fs::path& path) {
  const std::string text = path.string();
  for (const std::string_view suffix : {".index", ".meta"}) {
    if (text.ends_with(suffix) && is_file(path)) {
      const std::string prefix = text.substr(0, text.size() - suffix.size());
      if (is_file(prefix + ".index") || is_file(prefix)) {
        fail(Code::invalid_argument, text, ": is one file of a checkpoint; pass the prefix ",
             prefix, ", not the ", suffix, " file");
      }
    }
  }
  const size_t data = text.rfind(".data-");
  if (data != std::string::npos && is_file(text.substr(0, data) + ".index")) {
    fail(Code::invalid_argument, text, ": is one file of a checkpoint; pass the prefix ",
         text.substr(0, data));
  }
}

[[noreturn]] void not_found(const fs::path& prefix) {
  std::error_code ignored;
  if (fs::is_directory(prefix, ignored)) {
    std::string hint = "no checkpoint state file is in it";
    if (const auto newest = latest_checkpoint(prefix)) {
      hint = "pass the prefix of its newest one, " + newest->string();
    }
    fail(Code::invalid_argument, prefix.string(), ": is a folder, not a checkpoint; ", hint);
  }
  std::vector<std::string> near;
  FolderNames names(folder_of(prefix));
  while (const auto name = names.next()) {
    if (near.size() == 1000) break;
    if (name->ends_with(".index")) near.push_back(fs::path(*name).stem().string());
  }
  fail(Code::not_found, prefix.string(), ": no checkpoint is there: neither ", prefix.string(),
       ".index nor the file ", prefix.string(), " exists",
       did_you_mean(prefix.filename().string(), near));
}

}  // namespace

bool checkpoint_exists(const fs::path& prefix) {
  return is_file(with(prefix, ".index")) || is_file(prefix) || !shards_of(prefix).empty();
}

std::unique_ptr<CheckpointSource> open_checkpoint(const fs::path& prefix, const Limits& limits,
                                                  DataFiles data) {
  if (is_file(with(prefix, ".index"))) {
    return std::make_unique<CheckpointReader>(prefix, limits, data);
  }
  refuse_part(prefix);
  if (is_file(prefix)) {
    return std::make_unique<CheckpointReaderV1>(prefix.string(), std::vector<fs::path>{prefix},
                                                limits);
  }
  const std::vector<fs::path> shards = shards_of(prefix);
  if (!shards.empty()) {
    return std::make_unique<CheckpointReaderV1>(prefix.string(), shards, limits);
  }
  not_found(prefix);
}

}  // namespace rill::formats
