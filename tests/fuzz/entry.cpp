// The entry that libFuzzer calls, with the rules that all messages keep.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz.h"

namespace rill::fuzz {
namespace {

void judge(const Error& error) {
  const std::string text = error.what();
  expect(error.code() != Code::internal && error.code() != Code::unknown, error.what());
  expect(text.size() <= 1000, "a message of more than 1000 bytes");
  for (const char c : text) {
    expect(static_cast<unsigned char>(c) >= 0x20 || c == '\n', "a control character in a message");
  }
}

}  // namespace

void expect(bool holds, const char* words) {
  if (holds) return;
  std::fprintf(stderr, "finding: %s\n", words);
  std::abort();
}

void attempt(const std::function<void()>& part) {
  try {
    part();
  } catch (const Error& error) {
    judge(error);
  }
}

}  // namespace rill::fuzz

// Larger tensors are refused, so that no input takes long by right.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  return setenv("RILL_TENSOR_BYTES", "4194304", 1);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  rill::fuzz::attempt([&] { rill::fuzz::read(bytes); });
  return 0;
}
