// Images in one folder a class, as keras.utils.image_dataset_from_directory reads them.
#include <algorithm>

#include "base/fail.h"
#include "codec/image.h"
#include "codec/mapped_file.h"
#include "op/emit.h"
#include "rill/dataset.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> sorted_names(const fs::path& folder, bool folders) {
  std::error_code error;
  std::vector<std::string> out;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(".") && it->is_directory() == folders) out.push_back(name);
  }
  if (error) fail(Code::not_found, folder.string(), ": cannot be listed: ", error.message());
  std::sort(out.begin(), out.end());
  return out;
}

bool is_image(const std::string& name) {
  std::string ending = fs::path(name).extension().string();
  for (char& c : ending) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const char* known : {".png", ".bmp", ".ppm", ".pgm", ".jpg", ".jpeg", ".gif"}) {
    if (ending == known) return true;
  }
  return false;
}

// Grey to colours, colours to grey, without what is transparent.
Tensor with_channels(const Tensor& image, int64_t channels) {
  const int64_t has = image.dim(2);
  if (has == channels) return image;
  const int64_t pixels = image.dim(0) * image.dim(1);
  Tensor out(DType::uint8, Shape{image.dim(0), image.dim(1), channels});
  const uint8_t* from = image.data<uint8_t>();
  uint8_t* to = out.data<uint8_t>();
  for (int64_t i = 0; i < pixels; ++i, from += has, to += channels) {
    if (has <= 2) {
      std::fill_n(to, channels, from[0]);
    } else if (channels == 3) {
      std::copy_n(from, 3, to);
    } else {
      to[0] = static_cast<uint8_t>(0.299 * from[0] + 0.587 * from[1] + 0.114 * from[2] + 0.5);
    }
  }
  return out;
}

Tensor read_image(const std::string& path, const ImageFolderOptions& o) {
  const auto file = MappedFile::open(path);
  const Tensor image = with_channels(decode_image(file->bytes(), path), o.channels);
  if (!o.image_size.is_fully_defined()) return emit("Cast", {image}, {{"DstT", DType::float32}});
  const Tensor one = image.reshaped(Shape{1, image.dim(0), image.dim(1), image.dim(2)});
  const Tensor size = Tensor::vector<int32_t>(
      {static_cast<int32_t>(o.image_size[0]), static_cast<int32_t>(o.image_size[1])});
  return emit("ResizeBilinear", {one, size}, {{"half_pixel_centers", true}})
      .reshaped(Shape{o.image_size[0], o.image_size[1], o.channels});
}

Tensor label_of(int64_t label, int64_t classes, const std::string& mode) {
  if (mode == "int") return Tensor::scalar(static_cast<int32_t>(label));
  if (mode == "binary") return Tensor::of<float>({static_cast<float>(label)}, Shape{1});
  Tensor out = Tensor::zeros(Shape{classes});
  out.data<float>()[label] = 1;
  return out;
}

}  // namespace

std::vector<std::string> Dataset::image_folder_classes(const fs::path& folder) {
  return sorted_names(folder, true);
}

Dataset Dataset::from_image_folder(const fs::path& folder, const ImageFolderOptions& o) {
  const std::vector<std::string> classes = image_folder_classes(folder);
  bool known = false;
  for (const char* mode : {"int", "categorical", "binary", "none"}) known |= o.label_mode == mode;
  if (!known) {
    fail(Code::invalid_argument, "label_mode must be int, categorical, binary or none, not ",
         quoted(o.label_mode));
  }
  if (o.channels != 1 && o.channels != 3) {
    fail(Code::invalid_argument, "channels must be 1 or 3, not ", o.channels);
  }
  if (o.image_size.rank() != 2 && o.image_size.rank() >= 0) {
    fail(Code::invalid_argument, "image_size must be {height, width}, not ", o.image_size);
  }
  if (o.label_mode == "binary" && classes.size() != 2) {
    fail(Code::invalid_argument, folder.string(), ": binary labels need two classes, there are ",
         classes.size());
  }
  std::vector<std::string> paths;
  std::vector<int64_t> labels;
  const auto add = [&](const fs::path& at, int64_t label) {
    for (const std::string& name : sorted_names(at, false)) {
      if (!is_image(name)) continue;
      paths.push_back((at / name).string());
      labels.push_back(label);
    }
  };
  if (o.label_mode == "none") add(folder, 0);
  for (size_t i = 0; i < classes.size(); ++i) {
    add(folder / classes[i], static_cast<int64_t>(i));
  }
  if (paths.empty()) {
    fail(Code::not_found, folder.string(), ": no images; a folder a class is expected in it");
  }
  const auto count = static_cast<int64_t>(paths.size());
  Dataset files = from_tensor_slices({Tensor::vector(paths), Tensor::vector(labels)});
  if (o.shuffle) {
    files = files.shuffle(count, {.seed = o.seed, .reshuffle_each_iteration = false});
  }
  const auto number = static_cast<int64_t>(classes.size());
  Dataset images = files.map([o, number](const Values& e) {
    Values out{read_image(e[0].item<std::string>(), o)};
    if (o.label_mode != "none") {
      out.push_back(label_of(e[1].item<int64_t>(), number, o.label_mode));
    }
    return out;
  });
  return o.batch_size ? images.batch(*o.batch_size).prefetch(1) : images;
}

}  // namespace rill
