// predict_into() allocates nothing once a model is warm: for audio and control loops. Training
// steps allocate little.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "rill/keras.hpp"
#include "rill/tensor.hpp"

namespace {

// What this thread asked for while it listens. Other threads do not count.
thread_local bool listening = false;
thread_local int allocations = 0;

void* counted(size_t bytes) {
  if (listening) ++allocations;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

void* operator new(size_t bytes) { return counted(bytes); }
void* operator new[](size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

// Tensors are allocated so.
extern "C" void* __libc_memalign(size_t alignment, size_t bytes);  // NOLINT: glibc's name
extern "C" void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
  if (listening) ++allocations;
  return __libc_memalign(alignment, bytes);
}

namespace rill {
namespace {

// Calls of predict_into() that allocate, after a few that may.
int allocations_of(const keras::Model& model, const Tensor& x) {
  Tensor y = model.predict(x);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(model.predict_into(x, y));
  allocations = 0;
  listening = true;
  bool done = true;
  for (int i = 0; i < 10; ++i) done = model.predict_into(x, y) && done;
  listening = false;
  EXPECT_TRUE(done);
  return allocations;
}

TEST(RealTime, TheHookHears) {
  listening = true;
  allocations = 0;
  const Tensor t(DType::float32, Shape{100});
  listening = false;
  EXPECT_GE(allocations, 2);
}

TEST(RealTime, DenseModelsAllocateNothing) {
  const keras::Model model = keras::load_model(RILL_TEST_DATA "/samples/keras3.keras");
  Shape shape = model.inputs()[0].shape();
  shape[0] = 1;
  EXPECT_EQ(allocations_of(model, Tensor::random(shape)), 0);
}

TEST(RealTime, RecurrentAndConvolutionalModelsAllocateNothing) {
  using namespace keras::layers;
  const keras::Sequential convolution({Conv2D(8, {3, 3}, {.activation = "relu"}), MaxPooling2D(),
                                       Flatten(), Dense(4, {.activation = "softmax"})});
  convolution.build({-1, 16, 16, 3});
  EXPECT_EQ(allocations_of(convolution, Tensor::random({1, 16, 16, 3})), 0);
  const keras::Sequential recurrent({LSTM(8), Dense(2)});
  recurrent.build({-1, 10, 3});
  EXPECT_EQ(allocations_of(recurrent, Tensor::random({1, 10, 3})), 0);
}

// Small pieces for the batch and the logs; nothing for values or for variables,
// of which there are 31.
TEST(RealTime, TrainingStepsAllocateLittle) {
  using namespace keras::layers;
  const keras::Sequential model({Dense(16, {.activation = "relu", .input_shape = Shape{8}}),
                                 Dense(16, {.activation = "relu"}), Dense(4)});
  model.compile({.optimizer = "adam", .loss = "mse"});
  const Tensor x = Tensor::random({32, 8}), y = Tensor::random({32, 4});
  for (int i = 0; i < 3; ++i) model.train_on_batch(x, y);
  for (int i = 0; i < 10; ++i) {
    allocations = 0;
    listening = true;
    model.train_on_batch(x, y);
    listening = false;
    EXPECT_LT(allocations, 60) << "step " << i;
  }
}

}  // namespace
}  // namespace rill

#else

// Sanitizers have allocators of their own: there is nothing to count.
TEST(RealTime, SanitizersCountAllocationsThemselves) {
  void* memory = counted(1);
  EXPECT_NE(memory, nullptr);
  std::free(memory);
}

#endif
