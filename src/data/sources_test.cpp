// Sources beside tensors and tables, and what guards a pass.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "process.h"
#include "rill/dataset.hpp"
#include "rill/error.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;
using Found = std::vector<int64_t>;

Found found_in(const Dataset& d) {
  Found out;
  for (const Values& e : d) {
    for (const int64_t n : e.at(0).to_vector<int64_t>()) out.push_back(n);
  }
  return out;
}

fs::path source_folder(const char* name) {
  const fs::path out = test::scratch_path(std::string("rill_sources_") + name);
  fs::remove_all(out);
  fs::create_directories(out);
  return out;
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(DatasetErrors, AreIgnoredWhereThatIsAskedFor) {
  const Dataset d = Dataset::range(5).map([](const Values& e) {
    if (e[0].item<int64_t>() % 2 == 1) throw InvalidArgumentError("odd");
    return e;
  });
  EXPECT_THROW(found_in(d), InvalidArgumentError);
  EXPECT_EQ(found_in(d.ignore_errors()), (Found{0, 2, 4}));
  const fs::path at = source_folder("broken");
  write_bytes(at / "a", "no record");
  {
    TFRecordWriter writer(at / "b");
    writer.write("whole");
    writer.close();
  }
  int count = 0;
  for (const Values& e : Dataset::from_tfrecord({at / "a", at / "b"}).ignore_errors()) {
    EXPECT_EQ(e[0].item<std::string>(), "whole");
    ++count;
  }
  EXPECT_EQ(count, 1);
}

TEST(DatasetErrors, TheNumberOfElementsIsHeld) {
  EXPECT_EQ(Dataset::range(3)
                .filter([](const Values&) { return true; })
                .assert_cardinality(3)
                .cardinality(),
            3);
  EXPECT_EQ(found_in(Dataset::range(3).assert_cardinality(3)), (Found{0, 1, 2}));
  EXPECT_THROW(found_in(Dataset::range(3).assert_cardinality(4)), FailedPreconditionError);
  EXPECT_THROW(found_in(Dataset::range(3).assert_cardinality(2)), FailedPreconditionError);
  EXPECT_EQ(Dataset::range(7, 8).get_single_element().at(0).item<int64_t>(), 7);
  EXPECT_THROW(Dataset::range(2).get_single_element(), InvalidArgumentError);
  EXPECT_THROW(Dataset::range(0).get_single_element(), InvalidArgumentError);
}

TEST(DatasetSources, CounterAndApply) {
  EXPECT_EQ(found_in(Dataset::counter(5, -2).take(3)), (Found{5, 3, 1}));
  EXPECT_EQ(found_in(Dataset::range(4).apply([](const Dataset& d) { return d.skip(2); })),
            (Found{2, 3}));
}

TEST(DatasetSources, FixedLengthRecords) {
  const fs::path at = source_folder("fixed");
  write_bytes(at / "a", "Habcdeff");
  write_bytes(at / "b", "Hf");
  const auto text = [](const Dataset& d) {
    std::string out;
    for (const Values& e : d) out += e[0].item<std::string>() + ",";
    return out;
  };
  const FixedLengthOptions ends = {.header_bytes = 1, .footer_bytes = 1};
  EXPECT_EQ(text(Dataset::from_fixed_length_records({at / "a", at / "b"}, 3, ends)), "abc,def,");
  EXPECT_THROW(text(Dataset::from_fixed_length_records({at / "a"}, 3, {})), DataLossError);
  EXPECT_THROW(Dataset::from_fixed_length_records({at / "a"}, 0, {}), InvalidArgumentError);
}

TEST(DatasetSources, FilesByPattern) {
  const fs::path at = source_folder("listed");
  for (const char* name : {"b.txt", "a.txt", "c.csv"}) write_bytes(at / name, "x");
  std::vector<std::string> found;
  for (const Values& e : Dataset::list_files({(at / "*.txt").string()}, {.shuffle = false})) {
    found.push_back(fs::path(e[0].item<std::string>()).filename());
  }
  EXPECT_EQ(found, (std::vector<std::string>{"a.txt", "b.txt"}));
  EXPECT_THROW(Dataset::list_files({(at / "*.npy").string()}), InvalidArgumentError);
}

// The numbers of keras.utils.timeseries_dataset_from_array, Keras 3.15.
TEST(DatasetSources, TimeSeriesOfKeras) {
  std::vector<int64_t> values(20), labels(20);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<int64_t>(i);
    labels[i] = 100 + values[i];
  }
  const Tensor x = Tensor::vector(values), y = Tensor::vector(labels);
  const auto second = [](const Dataset& d) {
    return found_in(d.map([](const Values& e) { return Values{e[1]}; }));
  };
  const Dataset plain = Dataset::from_time_series(
      x, y, 3, {.sequence_stride = 2, .sampling_rate = 2, .batch_size = 4});
  EXPECT_EQ(found_in(plain), (Found{0, 2,  4,  2,  4,  6,  4,  6,  8,  6,  8,  10,
                                    8, 10, 12, 10, 12, 14, 12, 14, 16, 14, 16, 18}));
  EXPECT_EQ(second(plain), (Found{100, 102, 104, 106, 108, 110, 112, 114}));
  const TimeSeriesOptions part = {
      .batch_size = 3, .shuffle = true, .seed = 7, .start_index = 2, .end_index = 15};
  EXPECT_EQ(second(Dataset::from_time_series(x, y, 4, part)),
            (Found{102, 108, 109, 111, 106, 107, 110, 104, 105, 103}));
  const TimeSeriesOptions single = {
      .sequence_stride = 5, .batch_size = {}, .shuffle = true, .seed = 3};
  EXPECT_EQ(found_in(Dataset::from_time_series(x, {}, 2, single)),
            (Found{15, 16, 5, 6, 0, 1, 10, 11}));
  EXPECT_THROW(Dataset::from_time_series(x, y, 3, {.sequence_stride = 20}), InvalidArgumentError);
  EXPECT_THROW(Dataset::from_time_series(x, y, 0), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
