// When memory ends anywhere while a model is opened, run or saved, the caller hears of it, nothing
// is lost and the next try works.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iterator>
#include <limits>
#include <new>
#include <string>

#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"
#include "rill/tensor.hpp"

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
std::atomic<int64_t> left{kNever};  // the allocations, of all threads, before the one that fails

bool fails() { return left.load(std::memory_order_relaxed) != kNever && left.fetch_sub(1) == 1; }

void* memory_or_null(size_t bytes) {
  return fails() ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
}

void* allocated(size_t bytes) {
  void* memory = memory_or_null(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(size_t bytes) { return allocated(bytes); }
void* operator new[](size_t bytes) { return allocated(bytes); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return memory_or_null(bytes); }
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept { return memory_or_null(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Tensors are allocated so.
extern "C" void* __libc_memalign(size_t alignment, size_t bytes);  // NOLINT: glibc's name
extern "C" void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
  return fails() ? nullptr : __libc_memalign(alignment, bytes);
}
#endif

namespace rill {
namespace {

const std::string kSamples = std::string(RILL_TEST_DATA) + "/samples/";

// Runs `job` again and again, each time without another one of its allocations.
void exhaust(const std::function<void()>& job) {
  job();
  constexpr int64_t kMany = int64_t{1} << 40;
  left = kMany;
  job();
  const int64_t all = kMany - left.exchange(kNever);
  int failed = 0;
  for (int64_t n = 1; n <= all; n += 1 + n / 100) {
    left = n;
    try {
      job();
      left = kNever;
    } catch (const std::bad_alloc&) {
      left = kNever;
      ++failed;
    } catch (const Error& error) {
      left = kNever;
      ++failed;
      EXPECT_EQ(error.code(), Code::resource_exhausted)
          << "allocation " << n << ": " << error.what();
    }
  }
  EXPECT_GT(failed, 100) << "of " << all << " allocations";
  job();
}

Tensor prediction(const std::string& path) {
  return keras::load_model(path).predict(Tensor::random({2, 10}, 7));
}

TEST(OutOfMemory, LoadAndPredict) {
  for (const char* name : {"keras3.keras", "keras2.h5", "keras3.h5", "keras2.keras",
                           "saved_model_keras2", "saved_model_keras3"}) {
    SCOPED_TRACE(name);
    const Tensor expected = prediction(kSamples + name);
    exhaust([&] {
      const Tensor y = prediction(kSamples + name);
      ASSERT_EQ(y.size(), expected.size());
      EXPECT_EQ(std::memcmp(y.raw(), expected.raw(), expected.bytes()), 0);
    });
  }
}

TEST(OutOfMemory, ImportRestoreAndRun) {
  const Tensor x = Tensor::random({2, 10}, 7);
  exhaust([&] {
    Session session;
    session.graph().import(GraphDef::load(kSamples + "frozen.pb"));
    EXPECT_EQ(session.run("output:0", {{"input:0", x}}).size(), 6);
  });
  exhaust([&] {
    Session session;
    session.graph().import(GraphDef::load(kSamples + "unfrozen.pb"));
    Saver{session.graph()}.restore(session, kSamples + "checkpoint_v2/model.ckpt");
    EXPECT_EQ(session.run("output:0", {{"input:0", x}}).size(), 6);
  });
}

TEST(OutOfMemory, Fit) {
  const Tensor x = Tensor::random({8, 10}, 7);
  const Tensor y = Tensor::random({8, 3}, 8);
  exhaust([&] {
    keras::Sequential model{keras::layers::Dense(4, {.activation = "relu", .input_shape = {10}}),
                            keras::layers::Dropout(0.5), keras::layers::Dense(3)};
    model.compile({.optimizer = "adam", .loss = "mse", .metrics = {"mae"}});
    model.fit(x, y, {.batch_size = 4, .verbose = 0});
  });
}

TEST(OutOfMemory, SavingKeepsWhatIsThere) {
  const test::ScratchFolder folder;
  keras::Model model = keras::load_model(kSamples + "keras3.keras");
  for (const char* name : {"m.keras", "m.h5", "m_saved"}) {
    SCOPED_TRACE(name);
    const std::string path = folder / name;
    model.save(path);
    const Tensor expected = prediction(path);
    exhaust([&] { model.save(path); });
    EXPECT_EQ(std::memcmp(prediction(path).raw(), expected.raw(), expected.bytes()), 0);
    const std::filesystem::directory_iterator entries(folder / "");
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 1) << "temporaries were left";
    std::filesystem::remove_all(path);
  }
}

}  // namespace
}  // namespace rill
