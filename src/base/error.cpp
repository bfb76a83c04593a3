#include "rill/error.hpp"

#include "base/fail.h"

namespace rill {

const char* code_name(Code code) noexcept {
  switch (code) {
    case Code::cancelled:
      return "CANCELLED";
    case Code::unknown:
      return "UNKNOWN";
    case Code::invalid_argument:
      return "INVALID_ARGUMENT";
    case Code::deadline_exceeded:
      return "DEADLINE_EXCEEDED";
    case Code::not_found:
      return "NOT_FOUND";
    case Code::already_exists:
      return "ALREADY_EXISTS";
    case Code::permission_denied:
      return "PERMISSION_DENIED";
    case Code::resource_exhausted:
      return "RESOURCE_EXHAUSTED";
    case Code::failed_precondition:
      return "FAILED_PRECONDITION";
    case Code::aborted:
      return "ABORTED";
    case Code::out_of_range:
      return "OUT_OF_RANGE";
    case Code::unimplemented:
      return "UNIMPLEMENTED";
    case Code::internal:
      return "INTERNAL";
    case Code::unavailable:
      return "UNAVAILABLE";
    case Code::data_loss:
      return "DATA_LOSS";
  }
  return "UNKNOWN";
}

Error::Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
Error::~Error() = default;

void throw_error(Code code, const std::string& message) {
  switch (code) {
    case Code::cancelled:
      throw CancelledError(message);
    case Code::unknown:
      throw UnknownError(message);
    case Code::invalid_argument:
      throw InvalidArgumentError(message);
    case Code::deadline_exceeded:
      throw DeadlineExceededError(message);
    case Code::not_found:
      throw NotFoundError(message);
    case Code::already_exists:
      throw AlreadyExistsError(message);
    case Code::permission_denied:
      throw PermissionDeniedError(message);
    case Code::resource_exhausted:
      throw ResourceExhaustedError(message);
    case Code::failed_precondition:
      throw FailedPreconditionError(message);
    case Code::aborted:
      throw AbortedError(message);
    case Code::out_of_range:
      throw OutOfRangeError(message);
    case Code::unimplemented:
      throw UnimplementedError(message);
    case Code::internal:
      throw InternalError(message);
    case Code::unavailable:
      throw UnavailableError(message);
    case Code::data_loss:
      throw DataLossError(message);
  }
  throw UnknownError(message);
}

void fail_with(Code code, std::initializer_list<TextPart> parts) {
  throw_error(code, printable(join(parts)));
}

void rethrow_with_context(const Error& error, const std::string& context) {
  throw_error(error.code(), str(context, ": ", error.what()));
}

}  // namespace rill
