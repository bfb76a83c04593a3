#include "formats/hdf5/h5_file.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/fail.h"
#include "codec/byte_cursor.h"
#include "codec/mapped_file.h"
#include "codec/sniff.h"
#include "formats/hdf5/h5_driver.h"
#include "formats/hdf5/h5_handle.h"

namespace rill::formats {
namespace {

// Set when a link leads out of the file; read under the library's lock.
bool external_link_met = false;

herr_t refuse_external(const char*, const char*, const char*, const char*, unsigned*, hid_t,
                       void*) {
  external_link_met = true;
  return -1;
}

// The end of the file as its superblock has it: version 0 and 1 hold it at 40 and 44, 2 and 3
// at 28.
void check_complete(Bytes bytes, const std::string& what) {
  if (!looks_like_hdf5(bytes)) {
    fail(Code::data_loss, what, ": is not an HDF5 file: it ", sniff(bytes));
  }
  if (!text_of(bytes).starts_with("\x89HDF")) return;  // behind a user block
  ByteCursor in(bytes, what);
  in.skip(8);
  const uint8_t version = in.u8();
  if (version > 3) return;
  in.seek(version >= 2 ? 9 : 13);
  if (in.u8() != 8) return;  // offsets of another width
  in.seek(version >= 2 ? 28 : version == 1 ? 44 : 40);
  const uint64_t end = in.u64();
  if (end > bytes.size()) {
    fail(Code::data_loss, what, ": is truncated: it has ", bytes.size(), " bytes, its header says ",
         end);
  }
}

// A name to look for; whether there is such a link does not matter.
constexpr const char* kNoName = "\x01\x02";

const char* at_root(const std::string& path) { return path.empty() ? "/" : path.c_str(); }

herr_t collect_link(hid_t, const char* name, const H5L_info_t* info, void* out) noexcept {
  try {
    static_cast<std::vector<std::pair<std::string, H5L_type_t>>*>(out)->emplace_back(name,
                                                                                     info->type);
    return 0;
  } catch (...) {
    return -1;
  }
}

herr_t collect_attribute(hid_t, const char* name, const H5A_info_t*, void* out) noexcept {
  try {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  } catch (...) {
    return -1;
  }
}

}  // namespace

std::shared_ptr<const H5File> H5File::open(const std::filesystem::path& path,
                                           const Limits& limits) {
  return open(MappedFile::open(path)->shared(), path.string(), limits);
}

std::shared_ptr<const H5File> H5File::open(SharedBytes bytes, std::string what,
                                           const Limits& limits) {
  return std::shared_ptr<const H5File>(new H5File(std::move(bytes), std::move(what), limits));
}

H5File::H5File(SharedBytes bytes, std::string what, const Limits& limits)
    : bytes_(std::move(bytes)), what_(std::move(what)), limits_(limits) {
  check_complete(bytes_.bytes, what_);
  const H5Lock lock;
  const H5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Handle links(H5Pcreate(H5P_LINK_ACCESS), H5Pclose);
  if (!set_memory_driver(access.get(), bytes_.bytes) ||
      H5Pset_elink_cb(links.get(), refuse_external, nullptr) < 0 ||
      H5Pset_nlinks(links.get(), static_cast<size_t>(limits_.hdf5_link_hops)) < 0) {
    fail(Code::internal, what_, ": ", h5_error_text());
  }
  const hid_t file = H5Fopen("memory", H5F_ACC_RDONLY, access.get());
  if (file < 0) fail(Code::data_loss, what_, ": cannot be read as HDF5: ", h5_error_text());
  file_ = file;
  access_ = H5Pcopy(links.get());
}

H5File::~H5File() {
  const H5Lock lock;
  H5Pclose(access_);
  H5Fclose(file_);
}

namespace {

// Opens a group or data set, or says why it cannot.
H5Handle open_object(hid_t file, hid_t access, const std::string& path, const std::string& what) {
  external_link_met = false;
  H5Handle object(H5Oopen(file, at_root(path), access), H5Oclose);
  if (object.ok()) return object;
  const std::string reason = h5_error_text();
  if (external_link_met) {
    fail(Code::permission_denied, what, ": ", quoted(path),
         " is a link to another file, which is never followed");
  }
  const bool missing = reason.find("not found") != std::string::npos ||
                       reason.find("doesn't exist") != std::string::npos;
  if (missing) fail(Code::not_found, what, ": has no object ", quoted(path));
  fail(Code::data_loss, what, ": ", quoted(path), ": ", reason);
}

bool is_open_group(const H5Handle& object) { return H5Iget_type(object.get()) == H5I_GROUP; }

}  // namespace

bool H5File::exists(const std::string& path) const {
  const H5Lock lock;
  const H5Handle object(H5Oopen(file_, at_root(path), access_), H5Oclose);
  if (!object.ok()) H5Eclear2(H5E_DEFAULT);
  return object.ok();
}

bool H5File::is_group(const std::string& path) const {
  const H5Lock lock;
  const H5Handle object(H5Oopen(file_, at_root(path), access_), H5Oclose);
  if (!object.ok()) H5Eclear2(H5E_DEFAULT);
  return object.ok() && is_open_group(object);
}

std::vector<H5Child> H5File::children(const std::string& group) const {
  const H5Lock lock;
  const H5Handle object = open_object(file_, access_, group, what_);
  if (!is_open_group(object)) {
    fail(Code::invalid_argument, what_, ": ", quoted(group), " is no group");
  }
  std::vector<std::pair<std::string, H5L_type_t>> links;
  // libhdf5 1.10 makes a table of the links that lie in a header, and when one of them cannot be
  // decoded it frees entries that it never filled. A look-up decodes them all without the table;
  // the native order needs none for what lies in a heap.
  if (H5Lexists(object.get(), kNoName, access_) < 0 ||
      H5Literate(object.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect_link, &links) < 0) {
    fail(Code::data_loss, what_, ": group ", quoted(group), ": ", h5_error_text());
  }
  std::sort(links.begin(), links.end());
  std::vector<H5Child> out;
  for (auto& [name, type] : links) {
    const std::string path = group.empty() ? name : str(group, "/", name);
    if (type != H5L_TYPE_HARD && type != H5L_TYPE_SOFT) {
      fail(Code::permission_denied, what_, ": ", quoted(path),
           " is a link to another file, which is never followed");
    }
    H5O_info_t info;
    if (H5Oget_info_by_name2(object.get(), name.c_str(), &info, H5O_INFO_BASIC, access_) < 0) {
      const std::string reason = h5_error_text();
      if (type == H5L_TYPE_SOFT) continue;  // dangling, as h5py's `in` sees it
      fail(Code::data_loss, what_, ": ", quoted(path), ": ", reason);
    }
    out.push_back({std::move(name), info.type == H5O_TYPE_GROUP});
  }
  return out;
}

std::vector<H5Dataset> H5File::datasets(const std::string& group) const {
  struct Pending {
    std::string path;
    bool is_group;
    int depth;
  };
  std::vector<H5Dataset> out;
  std::vector<Pending> pending{{group, true, 0}};
  size_t visited = 0;
  while (!pending.empty()) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    if (!next.is_group) {
      out.push_back(dataset(next.path));
      continue;
    }
    // Groups may contain one another in circles.
    if (next.depth > limits_.hdf5_depth || ++visited > limits_.hdf5_groups) {
      fail(Code::resource_exhausted, what_,
           ": groups are nested deeper than the limit hdf5_depth, ", limits_.hdf5_depth,
           ", or are more than the limit hdf5_groups, ", limits_.hdf5_groups);
    }
    const std::vector<H5Child> found = children(next.path);
    for (auto it = found.rbegin(); it != found.rend(); ++it) {
      std::string path = next.path.empty() ? it->name : str(next.path, "/", it->name);
      pending.push_back({std::move(path), it->is_group, next.depth + 1});
    }
  }
  return out;
}

std::vector<std::string> H5File::attribute_names(const std::string& path) const {
  const H5Lock lock;
  const H5Handle object = open_object(file_, access_, path, what_);
  std::vector<std::string> out;
  if (H5Aiterate2(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &out) < 0) {
    fail(Code::data_loss, what_, ": attributes of ", quoted(path), ": ", h5_error_text());
  }
  return out;
}

std::optional<std::string> H5File::text(const std::string& object, const std::string& name) const {
  const Tensor value = attribute(object, name);
  if (!value) return std::nullopt;
  if (value.dtype() != DType::string || value.size() != 1) {
    fail(Code::invalid_argument, what_, ": attribute ", quoted(name), " of ", quoted(object),
         " is ", value.dtype(), " of shape ", value.shape(), "; a string was expected");
  }
  return value.item<std::string>();
}

std::optional<std::vector<std::string>> H5File::texts(const std::string& object,
                                                      const std::string& name) const {
  const auto append = [&](const Tensor& value, std::vector<std::string>& out) {
    if (value.size() == 0) return;  // NumPy makes an empty list an array of float64
    if (value.dtype() != DType::string) {
      fail(Code::invalid_argument, what_, ": attribute ", quoted(name), " of ", quoted(object),
           " is ", value.dtype(), "; strings were expected");
    }
    for (const std::string& text : value.flat<std::string>()) out.push_back(text);
  };
  std::vector<std::string> out;
  if (const Tensor whole = attribute(object, name)) {
    append(whole, out);
    return out;
  }
  for (int part = 0;; ++part) {
    const Tensor piece = attribute(object, str(name, part));
    if (!piece) {
      if (part == 0) return std::nullopt;
      return out;
    }
    append(piece, out);
  }
}

}  // namespace rill::formats
