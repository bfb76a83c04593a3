// What training reads, truncated and with flipped bytes: an error or the same. The files are made
// by the test.
#include <functional>

#include "codec/npy.h"
#include "rill/keras.hpp"
#include "rill/raw_ops.hpp"
#include "rill/rill.hpp"
#include "sweep.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

struct DataSample {
  const char* file;
  void (*make)(const fs::path& path);
  test::Open open;
  test::Covered covered = test::Covered::no;
  test::Shortened shortened = test::Shortened::never;
};

Tensor ramp(const Shape& shape) {
  Tensor t(DType::float32, shape);
  for (int64_t i = 0; i < t.size(); ++i) t.data<float>()[i] = static_cast<float>(i % 11) / 8;
  return t;
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// At most so many elements: a flip may ask for a data set without end.
std::vector<float> numbers(const Dataset& dataset) {
  std::vector<float> all;
  for (const Values& element : dataset.take(1000)) {
    for (const Tensor& t : element) {
      if (t.dtype() == DType::string) {
        for (int64_t i = 0; i < t.size(); ++i) {
          for (const char c : t.data<std::string>()[i]) all.push_back(static_cast<float>(c));
        }
      } else if (is_plain(t.dtype()) && !is_complex(t.dtype())) {
        for (const float x : t.to_vector<float>()) all.push_back(x);
      }
    }
  }
  return all;
}

void make_npy(const fs::path& path) { save_npy(path, ramp({4, 3})); }
std::vector<float> open_npy(const fs::path& path) { return numbers(Dataset::from_npy(path)); }

void make_npz(const fs::path& path) { write_npz(path, {{"x", ramp({4, 3})}, {"y", ramp({4})}}); }
std::vector<float> open_npz(const fs::path& path) { return numbers(Dataset::from_npz(path)); }

void make_csv(const fs::path& path) {
  write(path, "a,b,name\n1.5,2,\"x, y\"\n-3e2,4,z\n,5,\n7,8,\"quoted \"\"twice\"\"\"\n");
}
std::vector<float> open_csv(const fs::path& path) {
  return numbers(Dataset::from_csv(
      path, {Tensor::scalar(0.0F), Tensor::scalar<int64_t>(1), Tensor::scalar(std::string())}));
}

void make_records(const fs::path& path) {
  TFRecordWriter writer(path);
  for (const char* record : {"first", "", "a third, longer record"}) writer.write(record);
  writer.close();
}
std::vector<float> open_records(const fs::path& path) {
  return numbers(Dataset::from_tfrecord({path}));
}

void make_lines(const fs::path& path) { write(path, "one\n\ntwo\r\nthree"); }
std::vector<float> open_lines(const fs::path& path) {
  return numbers(Dataset::from_text_lines({path}));
}

Tensor picture() {
  Tensor t(DType::uint8, Shape{6, 5, 3});
  for (int64_t i = 0; i < 90; ++i) t.data<uint8_t>()[i] = static_cast<uint8_t>(i * 37);
  return t;
}
std::string bytes_of(const Value& encoded) { return encoded.data<std::string>()[0]; }

void make_png(const fs::path& path) { write(path, bytes_of(raw_ops::EncodePng(picture()))); }
void make_jpeg(const fs::path& path) { write(path, bytes_of(raw_ops::EncodeJpeg(picture()))); }
void make_bmp(const fs::path& path) {  // BITMAPINFOHEADER, 2x2, 24 bits
  std::string bytes = "BM";
  const auto little = [&](uint32_t v, int n) {
    for (int i = 0; i < n; ++i) bytes.push_back(static_cast<char>(v >> (8 * i)));
  };
  for (const uint32_t v : {70U, 0U, 54U, 40U, 2U, 2U}) little(v, 4);
  little(1, 2);
  little(24, 2);
  for (const uint32_t v : {0U, 16U, 0U, 0U, 0U, 0U}) little(v, 4);
  for (char c = 0; c < 16; ++c) bytes.push_back(static_cast<char>(c * 15));
  write(path, bytes);
}
void make_gif(const fs::path& path) {  // 2x2, two colours; GIF89a with one LZW block
  const unsigned char bytes[] = {'G', 'I', 'F', '8', '9', 'a', 2, 0,    2,    0,    0x80, 0,
                                 0,   0,   0,   0,   255, 99,  7, ',',  0,    0,    0,    0,
                                 2,   0,   2,   0,   0,   2,   3, 0x44, 0x02, 0x05, 0,    ';'};
  write(path, {bytes, bytes + sizeof bytes});
}
// The folder of the picture is a class.
std::vector<float> open_picture(const fs::path& path) {
  ImageFolderOptions options;
  options.image_size = Shape{4, 4};
  return numbers(Dataset::from_image_folder(path.parent_path().parent_path(), options));
}

keras::Model trained() {
  keras::Sequential model{keras::layers::Dense(4, {.activation = "relu", .input_shape = {3}}),
                          keras::layers::Dense(2)};
  model.compile({.optimizer = "adam", .loss = "mse"});
  model.train_on_batch(ramp({4, 3}), ramp({4, 2}));
  return model;
}
void make_trained(const fs::path& path) { keras::save_model(trained(), path); }
std::vector<float> open_trained(const fs::path& path) {
  const keras::Model model = keras::load_model(path);
  std::vector<float> all;
  if (!model.compiled()) return all;
  for (int step = 0; step < 2; ++step) {
    for (const auto& [name, value] : model.train_on_batch(ramp({4, 3}), ramp({4, 2}))) {
      all.push_back(static_cast<float>(value));
    }
  }
  return all;
}

void make_json(const fs::path& path) { write(path, trained().to_json()); }
std::vector<float> open_json(const fs::path& path) {
  const auto outputs = keras::model_from_json_file(path).predict(ramp({2, 3}));
  return {static_cast<float>(outputs.size())};
}

constexpr auto kChecked = test::Covered::yes;
constexpr auto kLines = test::Shortened::allowed;
const DataSample kDataSamples[] = {
    {"x.npy", make_npy, open_npy},
    {"x.npz", make_npz, open_npz, kChecked},
    {"x.csv", make_csv, open_csv, test::Covered::no, kLines},
    {"x.tfrecord", make_records, open_records, test::Covered::no, kLines},
    {"x.txt", make_lines, open_lines, test::Covered::no, kLines},
    {"x.png", make_png, open_picture},
    {"x.jpg", make_jpeg, open_picture, test::Covered::no, kLines},
    {"x.bmp", make_bmp, open_picture},
    {"x.gif", make_gif, open_picture},
    {"trained.keras", make_trained, open_trained, kChecked},
    {"trained.h5", make_trained, open_trained},
    {"model.json", make_json, open_json},
};

class DataDamage : public testing::TestWithParam<DataSample> {};

TEST_P(DataDamage, GivesAnErrorOrTheSame) {
  const DataSample& s = GetParam();
  const fs::path top = fs::temp_directory_path() / str("rill-data-damage-", getpid());
  const fs::path folder = top / "class";
  fs::remove_all(top);
  fs::create_directories(folder);
  // In a child: the parent must not start threads.
  const auto made = test::run_sandboxed(
      1, [&](int64_t) { s.make(folder / s.file); },
      [&](int64_t) { return str("making ", s.file); });
  ASSERT_EQ(made.fine, 1) << (made.faults.empty() ? "refused" : made.faults[0]);
  test::sweep({.name = s.file,
               .sample = folder / s.file,
               .victim = folder / s.file,
               .open = s.open,
               .covered = s.covered,
               .shortened = s.shortened});
  fs::remove_all(top);
}

INSTANTIATE_TEST_SUITE_P(Samples, DataDamage, testing::ValuesIn(kDataSamples),
                         [](const auto& info) {
                           std::string name = info.param.file;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace rill
