// The one exception tree. Codes are TensorFlow's (tensorflow/core/protobuf/error_codes.proto).
#pragma once

#include <stdexcept>
#include <string>

#include "rill/export.hpp"

namespace rill {

enum class Code : int {
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
};

// "INVALID_ARGUMENT" and so on.
RILL_API const char* code_name(Code code) noexcept;

class RILL_API Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message);
  ~Error() override;
  Code code() const noexcept { return code_; }

 private:
  Code code_;
};

// One subclass a code, named as in tf.errors.
class RILL_API CancelledError : public Error {
 public:
  explicit CancelledError(const std::string& message) : Error(Code::cancelled, message) {}
};
class RILL_API UnknownError : public Error {
 public:
  explicit UnknownError(const std::string& message) : Error(Code::unknown, message) {}
};
class RILL_API InvalidArgumentError : public Error {
 public:
  explicit InvalidArgumentError(const std::string& message)
      : Error(Code::invalid_argument, message) {}
};
class RILL_API DeadlineExceededError : public Error {
 public:
  explicit DeadlineExceededError(const std::string& message)
      : Error(Code::deadline_exceeded, message) {}
};
class RILL_API NotFoundError : public Error {
 public:
  explicit NotFoundError(const std::string& message) : Error(Code::not_found, message) {}
};
class RILL_API AlreadyExistsError : public Error {
 public:
  explicit AlreadyExistsError(const std::string& message) : Error(Code::already_exists, message) {}
};
class RILL_API PermissionDeniedError : public Error {
 public:
  explicit PermissionDeniedError(const std::string& message)
      : Error(Code::permission_denied, message) {}
};
class RILL_API ResourceExhaustedError : public Error {
 public:
  explicit ResourceExhaustedError(const std::string& message)
      : Error(Code::resource_exhausted, message) {}
};
class RILL_API FailedPreconditionError : public Error {
 public:
  explicit FailedPreconditionError(const std::string& message)
      : Error(Code::failed_precondition, message) {}
};
class RILL_API AbortedError : public Error {
 public:
  explicit AbortedError(const std::string& message) : Error(Code::aborted, message) {}
};
class RILL_API OutOfRangeError : public Error {
 public:
  explicit OutOfRangeError(const std::string& message) : Error(Code::out_of_range, message) {}
};
class RILL_API UnimplementedError : public Error {
 public:
  explicit UnimplementedError(const std::string& message) : Error(Code::unimplemented, message) {}
};
class RILL_API InternalError : public Error {
 public:
  explicit InternalError(const std::string& message) : Error(Code::internal, message) {}
};
class RILL_API UnavailableError : public Error {
 public:
  explicit UnavailableError(const std::string& message) : Error(Code::unavailable, message) {}
};
class RILL_API DataLossError : public Error {
 public:
  explicit DataLossError(const std::string& message) : Error(Code::data_loss, message) {}
};

}  // namespace rill
