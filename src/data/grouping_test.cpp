// Windows, groups, choices and draws are those of tf.data (TensorFlow 2.21) on the same steps.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "process.h"
#include "rill/dataset.hpp"
#include "rill/error.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

using Numbers = std::vector<int64_t>;
using Rows = std::vector<Numbers>;

// The numbers of each element.
Rows rows(const Dataset& d) {
  Rows out;
  for (const Values& e : d) out.push_back(e.at(0).to_vector<int64_t>());
  return out;
}
Numbers flat(const Dataset& d) {
  Numbers out;
  for (const Numbers& row : rows(d)) out.insert(out.end(), row.begin(), row.end());
  return out;
}

TEST(Dataset, WindowsMoveByTheirShift) {
  const auto windows = [](int64_t size, const WindowOptions& o = {}) {
    return rows(Dataset::range(7).window(
        size, [](const Dataset& window) { return window.batch(9); }, o));
  };
  EXPECT_EQ(windows(3), (Rows{{0, 1, 2}, {3, 4, 5}, {6}}));
  EXPECT_EQ(windows(3, {.shift = 2, .stride = 2}), (Rows{{0, 2, 4}, {2, 4, 6}, {4, 6}, {6}}));
  EXPECT_EQ(windows(3, {.shift = 2, .stride = 2, .drop_remainder = true}),
            (Rows{{0, 2, 4}, {2, 4, 6}}));
  EXPECT_EQ(windows(2, {.shift = 4}), (Rows{{0, 1}, {4, 5}}));
  EXPECT_EQ(windows(3, {.shift = 1, .drop_remainder = true}),
            (Rows{{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {4, 5, 6}}));
  EXPECT_THROW(windows(0), InvalidArgumentError);
}

TEST(Dataset, GroupsComeWhenTheyAreFull) {
  const auto key = [](const Values& e) { return e[0].item<int64_t>() % 3; };
  const auto in = [](int64_t size) {
    return [size](int64_t, const Dataset& group) { return group.batch(size); };
  };
  EXPECT_EQ(rows(Dataset::range(10).group_by_window(key, in(2), 3)),
            (Rows{{0, 3}, {6}, {1, 4}, {7}, {2, 5}, {8}, {9}}));
  const auto grows = [](int64_t key) { return key + 1; };
  EXPECT_EQ(rows(Dataset::range(10).group_by_window(key, in(4), grows)),
            (Rows{{0}, {3}, {1, 4}, {6}, {2, 5, 8}, {9}, {7}}));
}

Dataset sequences() {
  const Rows all{{1}, {1, 2, 3}, {4, 5}, {1, 2, 3, 4, 5}, {6}, {7, 8, 9, 10}, {1, 2}, {3}};
  return Dataset::range(static_cast<int64_t>(all.size())).map([all](const Values& e) {
    const Numbers& row = all[static_cast<size_t>(e[0].item<int64_t>())];
    return Values{Tensor::vector<int64_t>(row)};
  });
}

TEST(Dataset, BucketsHaveElementsOfLikeLength) {
  const auto length = [](const Values& e) { return e[0].dim(0); };
  EXPECT_EQ(rows(sequences().bucket_by_sequence_length(length, {2, 4}, {2, 2, 2})),
            (Rows{{1, 2, 3, 4, 5, 0}, {1, 6}, {1, 2, 3, 4, 5, 7, 8, 9, 10, 0}, {3}, {1, 2}}));
  EXPECT_EQ(rows(sequences().bucket_by_sequence_length(length, {2, 4}, {2, 2, 2},
                                                       {.drop_remainder = true})),
            (Rows{{1, 2, 3, 4, 5, 0}, {1, 6}, {1, 2, 3, 4, 5, 7, 8, 9, 10, 0}}));
  const BucketOptions full{.padding_values = {Tensor::scalar(int64_t{-1})},
                           .pad_to_bucket_boundary = true};
  EXPECT_EQ(rows(sequences().bucket_by_sequence_length(length, {2, 4, 6}, {2, 2, 2, 2}, full)),
            (Rows{{1, 2, 3, 4, 5, -1}, {1, 6}, {1, 2, 3, 4, 5, 7, 8, 9, 10, -1}, {3}, {1, 2, -1}}));
  EXPECT_THROW(rows(sequences().bucket_by_sequence_length(length, {2}, {1, 1}, full)),
               InvalidArgumentError);
  EXPECT_THROW(sequences().bucket_by_sequence_length(length, {2}, {1}), InvalidArgumentError);
}

std::vector<Dataset> three(int64_t count) {
  return {Dataset::range(0, count), Dataset::range(100, 100 + count),
          Dataset::range(200, 200 + count)};
}

TEST(Dataset, ChoicesNameTheNextDataSet) {
  const Dataset choices =
      Dataset::from_tensor_slices(Tensor::vector<int64_t>({0, 1, 0, 2, 2, 1, 0, 0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(flat(Dataset::choose_from_datasets(three(6), choices)),
            (Numbers{0, 100, 1, 200, 201, 101, 2, 3, 4, 5}));
  const Numbers both{0, 100, 1, 200, 201, 101};
  EXPECT_EQ(flat(Dataset::choose_from_datasets(three(2), choices)), both);
  EXPECT_EQ(flat(Dataset::choose_from_datasets(three(2), choices, false)), both);
  const Dataset wrong = Dataset::range(3, 4);
  EXPECT_THROW(flat(Dataset::choose_from_datasets(three(2), wrong)), InvalidArgumentError);
}

TEST(Dataset, SamplesAreDrawnAsTfDataDrawsThem) {
  EXPECT_EQ(flat(Dataset::random({.seed = 7}).take(3).repeat(2)),
            (Numbers{1992159687, 3200305987, 237021325, 1992159687, 3200305987, 237021325}));
  EXPECT_EQ(
      flat(Dataset::sample_from_datasets(three(6), {}, {.seed = 3})),
      (Numbers{100, 101, 200, 0, 201, 102, 103, 202, 104, 1, 203, 2, 105, 3, 204, 4, 205, 5}));
  const std::vector<double> weights{.5, .3, .2};
  EXPECT_EQ(
      flat(Dataset::sample_from_datasets(three(6), weights, {.seed = 3})),
      (Numbers{100, 101, 102, 0, 103, 104, 1, 105, 2, 3, 200, 4, 5, 201, 202, 203, 204, 205}));
  EXPECT_EQ(
      flat(Dataset::sample_from_datasets(three(6), weights, {.seed = 3, .global_seed = 11})),
      (Numbers{0, 100, 101, 200, 201, 1, 202, 102, 2, 103, 203, 3, 104, 4, 204, 5, 205, 105}));
  EXPECT_EQ(flat(Dataset::sample_from_datasets(three(6), {.7, 0, .3},
                                               {.seed = 5, .stop_on_empty_dataset = true})),
            (Numbers{0, 1, 2, 200, 201, 3, 202, 4, 5}));
}

// 10 * element + class.
Numbers resampled(const std::vector<double>& target, const ResampleOptions& o) {
  Numbers out;
  const Dataset d = Dataset::range(40).rejection_resample(
      [](const Values& e) { return e[0].item<int64_t>() % 3; }, target, o);
  for (const Values& e : d) {
    EXPECT_EQ(e.at(0).dtype(), DType::int32);
    out.push_back(e.at(1).item<int64_t>() * 10 + e[0].item<int32_t>());
  }
  return out;
}

TEST(Dataset, ResamplesAsTfDataDoes) {
  const std::vector<double> seen{.34, .33, .33};
  EXPECT_EQ(resampled({.5, .3, .2}, {.initial_dist = seen, .seed = 7}),
            (Numbers{0,   11,  0,   22,  30,  30,  41,  41,  52,  60,  90,  120, 60,  71,
                     82,  90,  150, 101, 112, 120, 131, 142, 180, 150, 161, 172, 180, 191,
                     202, 210, 240, 270, 210, 221, 300, 232, 240, 251, 330, 262, 270, 281,
                     292, 300, 311, 360, 322, 390, 330, 341, 352, 360, 371, 382, 390}));
  EXPECT_EQ(resampled({.5, .3, .2}, {.initial_dist = seen, .seed = 7, .global_seed = 11}),
            (Numbers{0,   0,   11,  11,  30,  60,  90,  22,  30,  101, 41,  120, 52,  60,
                     71,  82,  90,  101, 150, 180, 112, 120, 131, 142, 150, 210, 240, 161,
                     172, 180, 191, 251, 270, 202, 210, 221, 281, 232, 300, 240, 251, 311,
                     262, 330, 270, 281, 360, 292, 300, 390, 311, 322, 330}));
  EXPECT_EQ(resampled({.6, .4, 0}, {.initial_dist = seen, .seed = 3}),
            (Numbers{0,   11,  30,  60,  71,  90,  101, 120, 131, 150, 161, 180,
                     210, 221, 240, 251, 270, 281, 300, 311, 330, 360, 371, 390}));
  EXPECT_EQ(resampled({.5, .3, .2}, {.seed = 3}),
            (Numbers{0,   11,  0,   22,  30,  60,  30,  71,  41,  52,  90,  60,  71,  82,
                     90,  101, 112, 120, 131, 101, 142, 150, 120, 150, 161, 172, 180, 191,
                     180, 202, 210, 221, 232, 240, 251, 210, 221, 262, 270, 281, 240, 292,
                     300, 311, 322, 270, 330, 341, 352, 360, 300, 371, 382, 390}));
  EXPECT_EQ(resampled(seen, {.initial_dist = seen, .seed = 3}).size(), 40u);
  EXPECT_THROW(resampled({.5, .5}, {.seed = 3}), InvalidArgumentError);
  EXPECT_THROW(resampled({.5, .5}, {.initial_dist = seen}), InvalidArgumentError);
}

TEST(Dataset, RaggedBatchesKeepTheirRows) {
  const Dataset lengths = Dataset::range(5).map([](const Values& e) {
    const int64_t n = e[0].item<int64_t>();
    const std::vector<int32_t> same(static_cast<size_t>(2 * n), static_cast<int32_t>(n));
    return Values{Tensor::of(same, {n, 2}), e[0]};
  });
  std::vector<Values> batches;
  for (const Values& e : lengths.ragged_batch(2, {.row_splits_dtype = DType::int32})) {
    batches.push_back(e);
  }
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[1][0].shape(), (Shape{5, 2}));
  EXPECT_EQ(batches[1][0].to_vector<int64_t>(), (Numbers{2, 2, 2, 2, 3, 3, 3, 3, 3, 3}));
  EXPECT_EQ(batches[1][1].dtype(), DType::int32);
  EXPECT_EQ(batches[1][1].to_vector<int64_t>(), (Numbers{0, 2, 5}));
  EXPECT_EQ(batches[1][2].to_vector<int64_t>(), (Numbers{2, 3}));
  EXPECT_EQ(batches[2][1].to_vector<int64_t>(), (Numbers{0, 4}));
  EXPECT_EQ(lengths.ragged_batch(2, {.drop_remainder = true}).cardinality(), 2);
  const Dataset wide = Dataset::range(1, 3).map([](const Values& e) {
    return Values{Tensor::zeros(DType::int32, Shape{1, e[0].item<int64_t>()})};
  });
  EXPECT_THROW(rows(wide.ragged_batch(2)), InvalidArgumentError);
}

TEST(Dataset, WhatCameBeforeCounts) {
  const auto sums = [](const Values& state, const Values& e) {
    return std::pair(Values{state[0] + e[0]}, Values{state[0] * int64_t{10} + e[0]});
  };
  EXPECT_EQ(flat(Dataset::range(5).scan({Tensor::scalar(int64_t{0})}, sums)),
            (Numbers{0, 1, 12, 33, 64}));
  const Dataset numbers = Dataset::from_tensor_slices(Tensor::vector<int64_t>({1, 2, 5, 3, 1, 2}));
  const auto small = [](const Values& e) { return e[0].item<int64_t>() < 5; };
  EXPECT_EQ(flat(numbers.take_while(small)), (Numbers{1, 2}));
  EXPECT_EQ(flat(numbers.unique()), (Numbers{1, 2, 5, 3}));
  const auto doubled = [](const Values& state, const Values& e) {
    return Values{state[0] * int64_t{2} + e[0]};
  };
  EXPECT_EQ(Dataset::range(5).reduce({Tensor::scalar(int64_t{1})}, doubled)[0].item<int64_t>(), 58);
  EXPECT_EQ(rows(Dataset::range(7).batch(3).rebatch(2)), (Rows{{0, 1}, {2, 3}, {4, 5}, {6}}));
}

TEST(Dataset, SlicesOfADictionaryAreInTheOrderOfTheNames) {
  const std::map<std::string, Tensor> named{{"y", Tensor::vector<int64_t>({3, 4})},
                                            {"x", Tensor::vector<int64_t>({1, 2})}};
  Numbers seen;
  for (const Values& e : Dataset::from_tensor_slices(named)) {
    for (const Tensor& t : e) seen.push_back(t.item<int64_t>());
  }
  EXPECT_EQ(seen, (Numbers{1, 3, 2, 4}));
}

class DiskCache : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  // Numbers with their squares as text; counts how often it is asked.
  Dataset source() {
    return Dataset::range(5).map([this](const Values& e) {
      ++asked_;
      const auto n = e[0].item<int64_t>();
      return Values{e[0], Tensor(std::to_string(n * n)), Tensor::zeros(DType::float32, {0, 2})};
    });
  }
  std::filesystem::path folder_ = test::scratch_path("rill_disk_cache");
  std::filesystem::path file_ = folder_ / "cache";
  int asked_ = 0;
};

TEST_F(DiskCache, KeepsTheElementsOfAWholePass) {
  const Dataset cached = source().cache(file_);
  auto cut = cached.iterator();
  Values element;
  ASSERT_TRUE(cut.next(element));
  EXPECT_FALSE(std::filesystem::exists(file_)) << "the pass was not whole";
  asked_ = 0;
  for (int pass = 0; pass < 3; ++pass) EXPECT_EQ(flat(cached), (Numbers{0, 1, 2, 3, 4}));
  EXPECT_EQ(asked_, 5);
  const Dataset later = source().cache(file_);
  auto all = later.iterator();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(all.next(element));
  EXPECT_EQ(element.at(1).item<std::string>(), "9");
  EXPECT_EQ(element.at(2).shape(), (Shape{0, 2}));
  EXPECT_EQ(asked_, 5);
}

TEST_F(DiskCache, SaysThatItsFileIsDamaged) {
  const Dataset cached = source().cache(file_);
  flat(cached);
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 3);
  EXPECT_THROW(flat(cached), DataLossError);
  std::ofstream(file_) << "something else";
  EXPECT_THROW(flat(cached), DataLossError);
}

}  // namespace
}  // namespace rill
