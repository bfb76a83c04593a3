// Orders and batches are those of tf.data (TensorFlow 2.21) on the same steps and seeds.
#include "rill/dataset.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "process.h"
#include "rill/error.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using Numbers = std::vector<int64_t>;

Numbers list(const Dataset& d) {
  Numbers out;
  for (const Values& e : d) out.push_back(e.at(0).item<int64_t>());
  return out;
}

Dataset filled(const Values& e) {
  const auto n = e[0].item<int64_t>();
  return Dataset::from_tensors({Tensor::of(Numbers(static_cast<size_t>(n), n), Shape{n})});
}

std::filesystem::path folder(const char* name) {
  const auto out = test::scratch_path(std::string("rill_dataset_") + name);
  std::filesystem::remove_all(out);
  std::filesystem::create_directories(out);
  return out;
}

std::string from_hex(const std::string& hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return out;
}

template <typename F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Dataset, ShuffleDrawsTheOrderOfTfData) {
  const Dataset ten = Dataset::range(10);
  const Dataset d = ten.shuffle(4, {.seed = 3});
  EXPECT_EQ(list(d), (Numbers{0, 3, 2, 1, 4, 7, 6, 5, 8, 9}));
  EXPECT_EQ(list(d), (Numbers{0, 4, 1, 2, 5, 3, 6, 8, 9, 7}));
  const Dataset same = ten.shuffle(4, {.seed = 3, .reshuffle_each_iteration = false});
  EXPECT_EQ(list(same), (Numbers{3, 4, 2, 0, 7, 5, 6, 8, 9, 1}));
  EXPECT_EQ(list(same), (Numbers{3, 4, 2, 0, 7, 5, 6, 8, 9, 1}));
  EXPECT_EQ(list(Dataset::range(6).shuffle(3, {.seed = 5}).repeat(3)),
            (Numbers{1, 3, 4, 5, 0, 2, 2, 1, 0, 4, 5, 3, 2, 0, 4, 1, 3, 5}));
  EXPECT_EQ(list(Dataset::range(6).repeat(3).shuffle(4, {.seed = 5})),
            (Numbers{1, 4, 5, 0, 2, 1, 0, 3, 3, 0, 1, 4, 5, 2, 4, 3, 2, 5}));
  EXPECT_EQ(list(Dataset::range(5).shuffle(100, {.seed = 0})), (Numbers{2, 3, 1, 4, 0}));
  EXPECT_EQ(list(Dataset::range(20).shuffle(20, {.seed = 42})),
            (Numbers{5, 16, 1, 17, 0, 14, 10, 2, 12, 19, 7, 9, 13, 15, 11, 18, 4, 6, 3, 8}));
  EXPECT_EQ(list(ten.shuffle(5, {.seed = 2, .global_seed = 7})),
            (Numbers{4, 3, 6, 2, 0, 8, 1, 9, 5, 7}));
  EXPECT_EQ(list(ten.shuffle(10, {.seed = 1, .global_seed = 7}).skip(2).take(5)),
            (Numbers{1, 7, 8, 9, 6}));
  // Seeds count modulo 2^31 - 1.
  EXPECT_EQ(list(ten.shuffle(10, {.seed = -3})), (Numbers{2, 4, 3, 8, 7, 1, 6, 0, 5, 9}));
  EXPECT_EQ(list(ten.shuffle(10, {.seed = int64_t{1} << 33})),
            (Numbers{1, 7, 2, 5, 4, 0, 6, 3, 8, 9}));
  EXPECT_EQ(list(ten.shuffle(10, {.seed = INT32_MAX, .global_seed = 7})),
            (Numbers{7, 3, 9, 0, 6, 1, 8, 2, 5, 4}));
}

TEST(Dataset, InterleaveFollowsTheCycle) {
  const auto run = [](int64_t n, auto function, int64_t cycle, int64_t block) {
    return list(
        Dataset::range(n).interleave(function, {.cycle_length = cycle, .block_length = block}));
  };
  const auto repeated = [](const Values& e) {
    return Dataset::from_tensors(e).repeat(e[0].item<int64_t>() + 1);
  };
  EXPECT_EQ(run(4, repeated, 2, 2), (Numbers{0, 1, 1, 2, 2, 2, 3, 3, 3, 3}));
  const auto three = [](const Values& e) {
    const auto x = e[0].item<int64_t>();
    return Dataset::range(x * 10, x * 10 + 3);
  };
  EXPECT_EQ(run(5, three, 3, 1),
            (Numbers{0, 10, 20, 1, 11, 21, 2, 12, 22, 30, 40, 31, 41, 32, 42}));
  const auto growing = [](const Values& e) {
    const auto x = e[0].item<int64_t>();
    return Dataset::range(x * 10, x * 10 + x);
  };
  EXPECT_EQ(run(5, growing, 2, 3), (Numbers{10, 20, 21, 30, 31, 32, 40, 41, 42, 43}));
}

TEST(Dataset, BatchesAndPads) {
  const Dataset ragged = Dataset::range(1, 5).flat_map(filled);
  std::vector<Numbers> rows;
  std::vector<Shape> shapes;
  for (const Values& e : ragged.padded_batch(3)) {
    rows.push_back(e[0].to_vector<int64_t>());
    shapes.push_back(e[0].shape());
  }
  EXPECT_EQ(rows, (std::vector<Numbers>{{1, 0, 0, 2, 2, 0, 3, 3, 3}, {4, 4, 4, 4}}));
  EXPECT_EQ(shapes[1], (Shape{1, 4}));
  rows.clear();
  PaddedBatchOptions o{.padded_shapes = {Shape{5}},
                       .padding_values = {Tensor::scalar(int64_t{-1})},
                       .drop_remainder = true};
  for (const Values& e : ragged.padded_batch(2, o)) rows.push_back(e[0].to_vector<int64_t>());
  EXPECT_EQ(rows, (std::vector<Numbers>{{1, -1, -1, -1, -1, 2, 2, -1, -1, -1},
                                        {3, 3, 3, -1, -1, 4, 4, 4, 4, -1}}));
  const std::string message = message_of([&] { list(ragged.batch(2)); });
  EXPECT_NE(message.find("[2]"), std::string::npos) << message;
  EXPECT_NE(message.find("padded_batch()"), std::string::npos) << message;
  EXPECT_EQ(list(Dataset::range(5).batch(2).unbatch()), (Numbers{0, 1, 2, 3, 4}));
}

TEST(Dataset, CountsAsTfDataDoes) {
  const Dataset ten = Dataset::range(10);
  EXPECT_EQ(ten.batch(3).cardinality(), 4);
  EXPECT_EQ(ten.batch(3, {.drop_remainder = true}).cardinality(), 3);
  EXPECT_EQ(ten.repeat().cardinality(), INT64_MAX);
  EXPECT_EQ(ten.filter([](const Values&) { return true; }).cardinality(), std::nullopt);
  EXPECT_EQ(Dataset::zip({Dataset::range(3), Dataset::range(5)}).cardinality(), 3);
  EXPECT_EQ(ten.repeat(3).take(100).cardinality(), 30);
  EXPECT_EQ(ten.skip(12).cardinality(), 0);
  EXPECT_EQ(list(ten.shard(3, 1)), (Numbers{1, 4, 7}));
  EXPECT_EQ(ten.shard(3, 1).cardinality(), 3);
  EXPECT_EQ(list(Dataset::range(5, 0, -2)), (Numbers{5, 3, 1}));
  EXPECT_EQ(list(Dataset::range(0).repeat()), Numbers{});
}

TEST(Dataset, MapsOnSeveralThreadsInOrder) {
  const Dataset d = Dataset::range(200).map(
      [](const Values& e) {
        const auto x = e[0].item<int64_t>();
        std::this_thread::sleep_for(std::chrono::microseconds((x * 37) % 200));
        return Values{Tensor::scalar(x * x)};
      },
      {.num_parallel_calls = 4});
  const Numbers got = list(d);
  ASSERT_EQ(got.size(), 200u);
  for (int64_t i = 0; i < 200; ++i) EXPECT_EQ(got[static_cast<size_t>(i)], i * i);
}

TEST(Dataset, ErrorsOfThreadsComeInTheirPlace) {
  const Dataset d = Dataset::range(10).map(
      [](const Values& e) {
        if (e[0].item<int64_t>() == 5) throw InvalidArgumentError("five");
        return e;
      },
      {.num_parallel_calls = 3});
  auto pass = d.prefetch(2).iterator();
  Values e;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(pass.next(e));
    EXPECT_EQ(e[0].item<int64_t>(), i);
  }
  EXPECT_THROW(pass.next(e), InvalidArgumentError);
}

TEST(Dataset, PrefetchRunsAheadNoFurtherThanItsBuffer) {
  auto made = std::make_shared<std::atomic<int>>(0);
  const Dataset d = Dataset::range(1000).map([made](const Values& e) {
    ++*made;
    return e;
  });
  {
    auto pass = d.prefetch(3).iterator();
    Values e;
    ASSERT_TRUE(pass.next(e));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_LE(made->load(), 5);
    EXPECT_GE(made->load(), 2);
  }  // stops in the middle
  EXPECT_EQ(list(d.prefetch(3)).size(), 1000u);
}

TEST(Dataset, CacheAsksOnce) {
  auto made = std::make_shared<int>(0);
  const Dataset d = Dataset::range(5)
                        .map([made](const Values& e) {
                          ++*made;
                          return e;
                        })
                        .cache();
  EXPECT_EQ(list(d.repeat(3)), (Numbers{0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4}));
  EXPECT_EQ(*made, 5);
}

TEST(Dataset, ReadsTables) {
  const auto path = folder("csv") / "t.csv";
  std::ofstream(path) << "a,b,c\n1,2.5,\"x,y\"\n,3,z\n4,,\"q\"\"r\"\n";
  const Values defaults{Tensor::scalar(int32_t{7}), Tensor::scalar(0.5f), Tensor("d")};
  std::vector<std::string> rows;
  for (const Values& e : Dataset::from_csv(path, defaults)) {
    rows.push_back(std::to_string(e[0].item<int>()) + "|" + std::to_string(e[1].item<float>()) +
                   "|" + e[2].item<std::string>());
  }
  EXPECT_EQ(rows, (std::vector<std::string>{"1|2.500000|x,y", "7|3.000000|z", "4|0.500000|q\"r"}));
  std::ofstream(folder("csv_one") / "t.csv") << "\n7\n\n";
  EXPECT_EQ(list(Dataset::from_csv(test::scratch_path("rill_dataset_csv_one") / "t.csv",
                                   {Tensor::scalar(int64_t{5})}, {.header = false})),
            (Numbers{5, 7, 5}));
  const Dataset bad = Dataset::from_csv(path, {defaults[0], defaults[1], defaults[0]});
  const std::string message = message_of([&] { list(bad); });
  EXPECT_NE(message.find("t.csv: record 1"), std::string::npos) << message;
}

TEST(Dataset, WritesAndReadsRecordsOfTensorFlow) {
  const auto path = folder("records") / "t.tfrecord";
  {
    TFRecordWriter writer(path);
    for (const char* text : {"one", "", "threethreethree"}) writer.write(text);
    writer.close();
  }
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  // As tf.io.TFRecordWriter writes the first two.
  const unsigned char wanted[] = {3,    0,    0,   0,   0,   0,    0,    0,    0xb0, 0x99,
                                  0x49, 0x0e, 'o', 'n', 'e', 0x6e, 0x65, 0x01, 0x40};
  EXPECT_EQ(bytes.substr(0, 15), std::string(reinterpret_cast<const char*>(wanted), 15));
  std::vector<std::string> records;
  for (const Values& e : Dataset::from_tfrecord({path})) {
    records.push_back(e[0].item<std::string>());
  }
  EXPECT_EQ(records, (std::vector<std::string>{"one", "", "threethreethree"}));
  bytes[bytes.size() - 6] ^= 1;
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string message = message_of([&] {
    for (const Values& e : Dataset::from_tfrecord({path})) (void)e;
  });
  EXPECT_NE(message.find("offset 35"), std::string::npos) << message;
  std::ofstream(path, std::ios::binary) << bytes.substr(0, 40);
  EXPECT_THROW(list(Dataset::from_tfrecord({path}).skip(2)), DataLossError);
  EXPECT_THROW(list(Dataset::from_tfrecord({path.string() + "x"})), NotFoundError);
}

// As tf.io.TFRecordWriter writes "one" and "two" with TFRecordOptions("GZIP") and ("ZLIB").
TEST(Dataset, ReadsAndWritesCompressedFiles) {
  const std::pair<const char*, const char*> files[] = {
      {"GZIP",
       "1f8b0800000000000003636680800d333df9f2f352191d42399891844acaf33b279ce40400dfd5aa352600000"
       "0"},
      {"ZLIB", "789c636680800d333df9f2f352191d42399891844acaf33b279ce404007b03086c"}};
  const auto at = folder("packed");
  const auto read = [](const std::filesystem::path& path, const char* compression) {
    std::vector<std::string> out;
    for (const Values& e : Dataset::from_tfrecord({path}, compression)) {
      out.push_back(e[0].item<std::string>());
    }
    return out;
  };
  for (const auto& [compression, hex] : files) {
    const std::string bytes = from_hex(hex);
    std::ofstream(at / "t", std::ios::binary) << bytes;
    EXPECT_EQ(read(at / "t", compression), (std::vector<std::string>{"one", "two"}));
    // What is cut off gives its whole records; without zlib's checksum that is all of them.
    int damaged = 0;
    for (size_t length = 1; length < bytes.size(); ++length) {
      std::ofstream(at / "t", std::ios::binary) << bytes.substr(0, length);
      try {
        EXPECT_LE(read(at / "t", compression).size(), 2u);
      } catch (const DataLossError&) {
        ++damaged;
      }
    }
    EXPECT_GT(damaged, 5) << compression;
    std::string other = bytes;
    other[12] = static_cast<char>(other[12] ^ 0x40);
    std::ofstream(at / "t", std::ios::binary) << other;
    EXPECT_THROW(read(at / "t", compression), DataLossError) << compression;
    const std::vector<std::string> long_ones{std::string(300000, 'a'), "", std::string(70000, 'b')};
    TFRecordWriter writer(at / "w", compression);
    for (const std::string& text : long_ones) writer.write(text);
    writer.close();
    EXPECT_LT(std::filesystem::file_size(at / "w"), 10000u);
    EXPECT_EQ(read(at / "w", compression), long_ones);
  }
  EXPECT_THROW(Dataset::from_tfrecord({at / "t"}, "gzip"), InvalidArgumentError);
  std::ofstream(at / "t", std::ios::binary) << from_hex(files[0].second);
  const std::string message = message_of([&] { read(at / "t", ""); });
  EXPECT_NE(message.find("\"GZIP\""), std::string::npos) << message;
}

TEST(Dataset, ReadsLinesOfSeveralFiles) {
  const auto at = folder("lines");
  std::ofstream(at / "a") << "x\r\n\ny";
  std::ofstream(at / "b") << "z\n";
  std::vector<std::string> lines;
  for (const Values& e : Dataset::from_text_lines({at / "a", at / "b"})) {
    lines.push_back(e[0].item<std::string>());
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"x", "", "y", "z"}));
}

TEST(Dataset, ReadsFoldersOfImages) {
  const auto at = folder("images");
  std::filesystem::create_directories(at / "cats");
  std::filesystem::create_directories(at / "dogs");
  // 2 by 2, RGB, its rows filtered by "sub" and "paeth"; made with Python's zlib.
  const std::string png = from_hex(
      "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001649444154789c63e412"
      "916365656561646464626202000396005aecb352ba0000000049454e44ae426082");
  std::ofstream(at / "cats" / "a.png", std::ios::binary) << png;
  std::ofstream(at / "dogs" / "b.ppm", std::ios::binary) << "P6\n# two by two\n2 2 255\n"
                                                         << "abcdefghijkl";
  ImageFolderOptions o{.image_size = {2, 2}, .shuffle = false, .batch_size = {}};
  EXPECT_EQ(Dataset::image_folder_classes(at), (std::vector<std::string>{"cats", "dogs"}));
  std::vector<std::vector<float>> pixels;
  std::vector<int> labels;
  for (const Values& e : Dataset::from_image_folder(at, o)) {
    pixels.push_back(e[0].to_vector<float>());
    labels.push_back(e[1].item<int>());
  }
  ASSERT_EQ(pixels.size(), 2u);
  EXPECT_EQ(labels, (std::vector<int>{0, 1}));
  EXPECT_EQ(pixels[0], (std::vector<float>{10, 20, 30, 15, 25, 35, 11, 21, 31, 17, 27, 37}));
  EXPECT_EQ(pixels[1][0], 97.0f);
  o.image_size = {4, 3};
  o.batch_size = 2;
  o.label_mode = "categorical";
  for (const Values& e : Dataset::from_image_folder(at, o)) {
    EXPECT_EQ(e[0].shape(), (Shape{2, 4, 3, 3}));
    EXPECT_EQ(e[1].to_vector<float>(), (std::vector<float>{1, 0, 0, 1}));
  }
  for (size_t length = 0; length < png.size(); ++length) {
    std::ofstream(at / "cats" / "a.png", std::ios::binary) << png.substr(0, length);
    const std::string message = message_of([&] {
      for (const Values& e : Dataset::from_image_folder(at, o)) (void)e;
    });
    EXPECT_NE(message.find("a.png"), std::string::npos) << length;
  }
  EXPECT_THROW(Dataset::from_image_folder(folder("no_images")), NotFoundError);
}

TEST(Dataset, GeneratorsBeginAnew) {
  const Dataset d = Dataset::from_generator([] {
    return [i = 0](Values& e) mutable {
      e = {Tensor::scalar(int64_t{i})};
      return i++ < 3;
    };
  });
  EXPECT_EQ(list(d.repeat(2)), (Numbers{0, 1, 2, 0, 1, 2}));
}

TEST(Dataset, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Dataset::from_tensor_slices({Tensor::zeros({3}), Tensor::zeros({4})}),
               InvalidArgumentError);
  EXPECT_THROW(Dataset::from_tensor_slices(Tensor::scalar(1.0f)), InvalidArgumentError);
  EXPECT_THROW(Dataset::range(3).batch(0), InvalidArgumentError);
  EXPECT_THROW(Dataset::range(3).shuffle(0), InvalidArgumentError);
  EXPECT_THROW(Dataset::range(0, 3, 0), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
