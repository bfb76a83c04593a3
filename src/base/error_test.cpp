#include <gtest/gtest.h>

#include <cstring>

#include "base/fail.h"

namespace rill {
namespace {

template <typename E>
void expect_thrown(Code code, const char* name) {
  try {
    fail(code, "layer ", 3, " is odd");
    FAIL() << name;
  } catch (const E& e) {
    EXPECT_EQ(e.code(), code);
    EXPECT_STREQ(e.what(), "layer 3 is odd");
  }
  EXPECT_STREQ(code_name(code), name);
}

TEST(Error, EachCodeHasItsClass) {
  expect_thrown<CancelledError>(Code::cancelled, "CANCELLED");
  expect_thrown<UnknownError>(Code::unknown, "UNKNOWN");
  expect_thrown<InvalidArgumentError>(Code::invalid_argument, "INVALID_ARGUMENT");
  expect_thrown<DeadlineExceededError>(Code::deadline_exceeded, "DEADLINE_EXCEEDED");
  expect_thrown<NotFoundError>(Code::not_found, "NOT_FOUND");
  expect_thrown<AlreadyExistsError>(Code::already_exists, "ALREADY_EXISTS");
  expect_thrown<PermissionDeniedError>(Code::permission_denied, "PERMISSION_DENIED");
  expect_thrown<ResourceExhaustedError>(Code::resource_exhausted, "RESOURCE_EXHAUSTED");
  expect_thrown<FailedPreconditionError>(Code::failed_precondition, "FAILED_PRECONDITION");
  expect_thrown<AbortedError>(Code::aborted, "ABORTED");
  expect_thrown<OutOfRangeError>(Code::out_of_range, "OUT_OF_RANGE");
  expect_thrown<UnimplementedError>(Code::unimplemented, "UNIMPLEMENTED");
  expect_thrown<InternalError>(Code::internal, "INTERNAL");
  expect_thrown<UnavailableError>(Code::unavailable, "UNAVAILABLE");
  expect_thrown<DataLossError>(Code::data_loss, "DATA_LOSS");
}

TEST(Error, MessagesArePrintable) {
  try {
    fail(Code::data_loss, std::string("a\x1b[2J\0b", 7), ":\nnext line");
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "a\\x1b[2J\\x00b:\nnext line");
  }
}

TEST(Error, ContextKeepsTheCode) {
  try {
    try {
      fail(Code::data_loss, "truncated");
    } catch (const Error& e) {
      rethrow_with_context(e, "model.h5");
    }
    FAIL();
  } catch (const DataLossError& e) {
    EXPECT_STREQ(e.what(), "model.h5: truncated");
  }
}

}  // namespace
}  // namespace rill
