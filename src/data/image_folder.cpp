// Images in one folder a class, as keras.utils.image_dataset_from_directory reads them
// (keras/src/utils/dataset_utils.py, index_directory).
#include <algorithm>
#include <cstring>
#include <random>

#include "base/ascii.h"
#include "base/fail.h"
#include "codec/folder.h"
#include "data/image_file.h"
#include "data/numpy_order.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> class_folders(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code gone;
  FolderNames names(folder);
  while (auto name = names.next()) {
    if (!name->starts_with(".") && fs::is_directory(folder / *name, gone)) {
      out.push_back(*std::move(name));
    }
  }
  if (const int error = names.error()) {
    fail(Code::not_found, folder.string(), ": cannot be listed: ", std::strerror(error));
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool is_image(const fs::path& path) {
  const std::string ending = ascii::lower(path.extension().string());
  for (const char* known : {".png", ".bmp", ".ppm", ".pgm", ".jpg", ".jpeg", ".gif"}) {
    if (ending == known) return true;
  }
  return false;
}

// Folder by folder, each by the names in it.
std::vector<std::string> images_below(const fs::path& folder, bool follow_links) {
  std::vector<std::pair<std::string, std::string>> found;
  const auto options =
      follow_links ? fs::directory_options::follow_directory_symlink : fs::directory_options::none;
  std::error_code error;
  constexpr int kDeepest = 64;  // links may go round
  for (fs::recursive_directory_iterator it(folder, options, error), end; !error && it != end;
       it.increment(error)) {
    if (it.depth() >= kDeepest) it.disable_recursion_pending();
    if (!it->is_directory() && is_image(it->path())) {
      found.emplace_back(it->path().parent_path().string(), it->path().filename().string());
    }
  }
  if (error) fail(Code::not_found, folder.string(), ": cannot be listed: ", error.message());
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (const auto& [at, name] : found) out.push_back((fs::path(at) / name).string());
  return out;
}

struct Files {
  std::vector<std::string> paths;
  std::vector<int64_t> labels;
  int64_t classes = 0;

  void reorder(const std::vector<size_t>& order) {
    Files before = *this;
    for (size_t i = 0; i < order.size(); ++i) {
      paths[i] = before.paths[order[i]];
      labels[i] = before.labels[order[i]];
    }
  }
  void keep(size_t begin, size_t end) {
    const auto part = [&](auto& list) {
      list = {list.begin() + static_cast<long>(begin), list.begin() + static_cast<long>(end)};
    };
    part(paths);
    part(labels);
  }
};

Files files_of(const fs::path& folder, const ImageFolderOptions& o) {
  Files out;
  if (o.label_mode == "none" || !o.labels.empty()) {
    out.paths = images_below(folder, o.follow_links);
    out.labels = o.labels.empty() ? std::vector<int64_t>(out.paths.size()) : o.labels;
    if (out.labels.size() != out.paths.size()) {
      fail(Code::invalid_argument, folder.string(), ": there are ", out.paths.size(),
           " images, and ", out.labels.size(), " labels for them");
    }
    for (const int64_t label : out.labels) out.classes = std::max(out.classes, label + 1);
    return out;
  }
  const std::vector<std::string> known = class_folders(folder);
  const std::vector<std::string>& names = o.class_names.empty() ? known : o.class_names;
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      fail(Code::invalid_argument, folder.string(), " has no folder of the class ", quoted(name),
           did_you_mean(name, known));
    }
    for (std::string& path : images_below(folder / name, o.follow_links)) {
      out.paths.push_back(std::move(path));
      out.labels.push_back(out.classes);
    }
    ++out.classes;
  }
  return out;
}

void take_subset(Files& files, const ImageFolderOptions& o) {
  if (o.validation_split == 0) return;
  const size_t count = files.paths.size();
  const auto held = static_cast<size_t>(o.validation_split * static_cast<double>(count));
  files.keep(o.subset == "training" ? 0 : count - held,
             o.subset == "training" ? count - held : count);
}

void check(const ImageFolderOptions& o) {
  const auto refuse = [](const auto&... what) { fail(Code::invalid_argument, what...); };
  bool known = false;
  for (const char* mode : {"int", "categorical", "binary", "none"}) known |= o.label_mode == mode;
  if (!known) {
    refuse("label_mode must be int, categorical, binary or none, not ", quoted(o.label_mode));
  }
  if (o.channels != 1 && o.channels != 3 && o.channels != 4) {
    refuse("channels must be 1, 3 or 4, not ", o.channels);
  }
  if (o.image_size.has_rank() && o.image_size.rank() != 2) {
    refuse("image_size must be {height, width}, not ", o.image_size);
  }
  if (o.crop_to_aspect_ratio && o.pad_to_aspect_ratio) {
    refuse("only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be set");
  }
  if (!o.class_names.empty() && (!o.labels.empty() || o.label_mode == "none")) {
    refuse("class_names are of no use where the folders do not say the labels");
  }
  if (!(o.validation_split >= 0 && o.validation_split < 1)) {
    refuse("validation_split must be in [0, 1), not ", o.validation_split);
  }
  const bool splits = o.validation_split > 0;
  if (splits && o.subset != "training" && o.subset != "validation") {
    refuse("with a validation_split the subset must be training or validation, not ",
           quoted(o.subset));
  }
  if (!splits && !o.subset.empty()) refuse("a subset needs a validation_split");
  if (splits && o.shuffle && !o.seed) {
    refuse("a validation_split of shuffled files needs a seed, the same for both parts");
  }
  data::check_interpolation(o.interpolation);
}

Tensor label_of(int64_t label, int64_t classes, const std::string& mode) {
  if (mode == "int") return Tensor::scalar(static_cast<int32_t>(label));
  if (mode == "binary") return Tensor::of<float>({static_cast<float>(label)}, Shape{1});
  Tensor out = Tensor::zeros(Shape{classes});
  if (label >= 0) out.data<float>()[label] = 1;
  return out;
}

}  // namespace

std::vector<std::string> Dataset::image_folder_classes(const fs::path& folder) {
  return class_folders(folder);
}

Dataset Dataset::from_image_folder(const fs::path& folder, const ImageFolderOptions& o) {
  check(o);
  Files files = files_of(folder, o);
  if (files.paths.empty()) {
    fail(Code::not_found, folder.string(), ": no images; a folder a class is expected in it");
  }
  if (o.label_mode == "binary" && files.classes != 2) {
    fail(Code::invalid_argument, folder.string(), ": binary labels need two classes, there are ",
         files.classes);
  }
  const int64_t seed = o.seed ? *o.seed : static_cast<int64_t>(std::random_device{}() % 1000000);
  if (o.shuffle) files.reorder(data::numpy_order(files.paths.size(), static_cast<uint32_t>(seed)));
  take_subset(files, o);
  if (files.paths.empty()) {
    fail(Code::invalid_argument, folder.string(), ": a validation_split of ", o.validation_split,
         " leaves no image for the subset ", o.subset);
  }
  Dataset all = from_tensor_slices({Tensor::vector(files.paths), Tensor::vector(files.labels)});
  if (o.shuffle) {
    constexpr int64_t kSingle = 1024;
    all = all.shuffle(o.batch_size ? *o.batch_size * 8 : kSingle,
                      {.seed = seed, .global_seed = o.global_seed});
  }
  Dataset images = all.map([o, classes = files.classes](const Values& e) {
    Values out{data::read_image(e[0].item<std::string>(), o)};
    if (o.label_mode != "none") {
      out.push_back(label_of(e[1].item<int64_t>(), classes, o.label_mode));
    }
    return out;
  });
  return o.batch_size ? images.batch(*o.batch_size).prefetch(1) : images;
}

}  // namespace rill
