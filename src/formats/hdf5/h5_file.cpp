#include "formats/hdf5/h5_file.h"

#include <algorithm>

#include "base/fail.h"
#include "codec/mapped_file.h"

namespace rill::formats {
namespace {

std::string at(const std::string& path) { return path.empty() ? "/" : path; }

// The names of a path in the order in which they are to be followed: the last one first.
void push_names(const std::string& path, std::vector<std::string>& out) {
  const size_t begin = out.size();
  for (size_t from = 0; from < path.size();) {
    const size_t end = std::min(path.find('/', from), path.size());
    std::string name = path.substr(from, end - from);
    if (!name.empty() && name != ".") out.push_back(std::move(name));
    from = end + 1;
  }
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
}

const H5Link* find_link(const std::vector<H5Link>& links, const std::string& name) {
  const auto it =
      std::lower_bound(links.begin(), links.end(), name,
                       [](const H5Link& link, const std::string& n) { return link.name < n; });
  return it != links.end() && it->name == name ? &*it : nullptr;
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
  view_ = h5_view(bytes_.bytes, what_);
  if (!h5_object(view_, view_.root).is_group()) {
    fail(Code::data_loss, what_, ": its root is no group");
  }
}

H5File::Links H5File::links(const H5Object& group) const {
  {
    const std::lock_guard lock(mutex_);
    const auto known = groups_.find(group.address);
    if (known != groups_.end()) return known->second;
  }
  auto found =
      std::make_shared<const std::vector<H5Link>>(h5_links(view_, group, limits_.hdf5_depth));
  const std::lock_guard lock(mutex_);
  // Groups that share their links could fill the memory; honest ones have a few bytes for each.
  constexpr uint64_t kSmallestLink = 16;
  if (found->size() <= bytes_.size() / kSmallestLink - std::min(kept_, bytes_.size() / 16) &&
      groups_.emplace(group.address, found).second) {
    kept_ += found->size();
  }
  return found;
}

std::optional<uint64_t> H5File::look_up(const std::string& path) const {
  std::vector<std::string> names;
  push_names(path, names);
  uint64_t at = view_.root;
  int hops = 0;
  while (!names.empty()) {
    const std::string name = std::move(names.back());
    names.pop_back();
    const H5Object group = h5_object(view_, at);
    if (!group.is_group()) return std::nullopt;
    const Links all = links(group);
    const H5Link* link = find_link(*all, name);
    if (link == nullptr) return std::nullopt;
    if (link->kind == H5Link::elsewhere) {
      fail(Code::permission_denied, what_, ": ", quoted(path),
           " is a link to another file, which is never followed");
    }
    if (link->kind == H5Link::hard) {
      at = link->address;
      continue;
    }
    if (++hops > limits_.hdf5_link_hops) {
      fail(Code::resource_exhausted, what_, ": ", quoted(path),
           ": more links lead to links than the limit hdf5_link_hops, ", limits_.hdf5_link_hops);
    }
    if (link->target.starts_with('/')) at = view_.root;
    push_names(link->target, names);
  }
  return at;
}

H5Object H5File::object(const std::string& path) const {
  try {
    if (const auto address = look_up(path)) return h5_object(view_, *address);
  } catch (const DataLossError& error) {
    fail(Code::data_loss, error.what(), " (on the way to ", quoted(at(path)), ")");
  }
  fail(Code::not_found, what_, ": has no object ", quoted(at(path)));
}

bool H5File::exists(const std::string& path) const {
  try {
    return look_up(path).has_value();
  } catch (const Error&) {
    return false;
  }
}

bool H5File::is_group(const std::string& path) const {
  try {
    const auto address = look_up(path);
    return address && h5_object(view_, *address).is_group();
  } catch (const Error&) {
    return false;
  }
}

std::vector<H5Child> H5File::children(const std::string& group) const {
  const H5Object parent = object(group);
  if (!parent.is_group()) fail(Code::invalid_argument, what_, ": ", quoted(group), " is no group");
  std::vector<H5Child> out;
  for (const H5Link& link : *links(parent)) {
    const std::string path = group.empty() ? link.name : str(group, "/", link.name);
    if (link.kind == H5Link::elsewhere) {
      fail(Code::permission_denied, what_, ": ", quoted(path),
           " is a link to another file, which is never followed");
    }
    if (link.kind == H5Link::soft) {
      if (exists(path))
        out.push_back({link.name, is_group(path)});  // else dangling, as h5py's `in`
      continue;
    }
    try {
      out.push_back({link.name, h5_object(view_, link.address).is_group()});
    } catch (const DataLossError& error) {
      fail(Code::data_loss, error.what(), " (on the way to ", quoted(path), ")");
    }
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
  size_t visited = 0, met = 0;
  while (!pending.empty()) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    if (!next.is_group) {
      // What is neither a group nor a data set is a type with a name.
      if (object(next.path).is_dataset()) out.push_back(dataset(next.path));
      continue;
    }
    // Groups may contain one another in circles.
    if (next.depth > limits_.hdf5_depth || ++visited > limits_.hdf5_groups) {
      fail(Code::resource_exhausted, what_,
           ": groups are nested deeper than the limit hdf5_depth, ", limits_.hdf5_depth,
           ", or are more than the limit hdf5_groups, ", limits_.hdf5_groups);
    }
    const std::vector<H5Child> found = children(next.path);
    met += found.size();
    if (met > 10 * limits_.hdf5_groups) {
      fail(Code::resource_exhausted, what_,
           ": has more objects than ten times the limit "
           "hdf5_groups, ",
           limits_.hdf5_groups);
    }
    for (auto it = found.rbegin(); it != found.rend(); ++it) {
      std::string path = next.path.empty() ? it->name : str(next.path, "/", it->name);
      pending.push_back({std::move(path), it->is_group, next.depth + 1});
    }
  }
  return out;
}

std::vector<std::string> H5File::attribute_names(const std::string& path) const {
  std::vector<std::string> out;
  for (const Bytes message : h5_attributes(view_, object(path))) {
    out.push_back(h5_attribute(view_, message).name);
  }
  std::sort(out.begin(), out.end());
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
