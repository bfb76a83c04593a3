#include "codec/file_error.h"

#include <cerrno>
#include <system_error>

#include "base/fail.h"

namespace rill {

Code code_of_errno(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return Code::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::permission_denied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Code::resource_exhausted;
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EINVAL:
      return Code::invalid_argument;
    default:
      return Code::unavailable;
  }
}

void fail_errno(const std::filesystem::path& path, std::string_view action, int error) {
  // system_category() is thread-safe where strerror() need not be.
  std::string text = std::system_category().message(error);
  if (error == ENOENT) text = "does not exist (" + text + ")";
  fail(code_of_errno(error), path.string(), ": cannot ", action, ": ", text);
}

}  // namespace rill
