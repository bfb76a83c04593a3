// What the HDF5 sources share: owned identifiers, one lock, errors with our words.
#pragma once

#include <hdf5.h>

#include <mutex>
#include <string>
#include <utility>

#include "rill/dtype.hpp"

namespace rill::formats {

// The library keeps global state without locks: hold this during every call.
class H5Lock {
 public:
  H5Lock();

 private:
  std::lock_guard<std::recursive_mutex> guard_;
};

// Closes an identifier.
class H5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  H5Handle(hid_t id, Close close) : id_(id), close_(close) {}
  H5Handle(H5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  H5Handle& operator=(H5Handle&&) = delete;
  ~H5Handle() {
    if (id_ >= 0) close_(id_);
  }
  hid_t get() const { return id_; }
  bool ok() const { return id_ >= 0; }

 private:
  hid_t id_;
  Close close_;
};

// The innermost description on the library's error stack, which is cleared.
std::string h5_error_text();

// What a stored type is as a tensor element; invalid when it is none.
DType h5_dtype(hid_t type);
// The type in memory, to be closed. Not for strings.
H5Handle h5_memory_type(DType dtype);

}  // namespace rill::formats
