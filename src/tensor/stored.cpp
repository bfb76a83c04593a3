#include "tensor/stored.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/fail.h"
#include "base/mapped_ranges.h"
#include "base/thread_pool.h"
#include "tensor/buffer.h"

namespace rill {

using detail::TensorKind;
using detail::TensorRep;

namespace {

// Out of a mapped file, whose pages are given back: most of the time goes into having them mapped.
void copy_out(void* to, const void* from, size_t bytes) {
  constexpr int64_t kBlock = int64_t{1} << 20;
  parallel_for(static_cast<int64_t>(bytes), kBlock, [&](int64_t begin, int64_t end) {
    std::memcpy(static_cast<char*>(to) + begin, static_cast<const char*>(from) + begin,
                static_cast<size_t>(end - begin));
  });
  release_if_mapped(from, bytes);
}

class StoredBuffer final : public detail::Buffer {
 public:
  StoredBuffer(void* data, size_t bytes, std::shared_ptr<const void> keeper)
      : Buffer(data, bytes), keeper_(std::move(keeper)) {}
  bool read_only() const noexcept override { return true; }

  std::mutex& mutex() noexcept { return mutex_; }
  // Where the elements lie aligned; needs mutex().
  char* settled() {
    if (!copy_) {
      copy_ = allocate_buffer(bytes());
      copy_out(copy_->data(), data(), bytes());
    }
    return static_cast<char*>(copy_->data());
  }

 private:
  std::shared_ptr<const void> keeper_;
  std::mutex mutex_;
  std::shared_ptr<detail::Buffer> copy_;
};

StoredBuffer& buffer_of(const TensorRep& rep) { return static_cast<StoredBuffer&>(*rep.buffer); }

}  // namespace

size_t element_alignment(DType dtype) { return std::min(dtype_size(dtype), alignof(uint64_t)); }

Tensor stored_tensor(DType dtype, const Shape& shape, const void* data,
                     std::shared_ptr<const void> keeper) {
  if (!is_plain(dtype) || dtype == DType::bool_) {
    fail(Code::internal, "elements of ", dtype, " cannot stay in a file");
  }
  const auto bytes = static_cast<size_t>(shape.num_elements()) * dtype_size(dtype);
  Tensor t = Tensor::from_buffer(
      dtype, shape,
      std::make_shared<StoredBuffer>(const_cast<void*>(data), bytes, std::move(keeper)));
  t.rep()->kind = TensorKind::stored;
  return t;
}

void settle_stored(TensorRep& rep) {
  if (rep.kind != TensorKind::stored) return;
  StoredBuffer& buffer = buffer_of(rep);
  const std::lock_guard lock(buffer.mutex());
  if (rep.kind != TensorKind::stored) return;
  const auto offset = static_cast<char*>(rep.data) - static_cast<char*>(buffer.data());
  rep.data = buffer.settled() + offset;
  rep.kind = TensorKind::dense;
}

void share_data(const TensorRep& from, TensorRep& to) {
  if (from.kind == TensorKind::stored) {
    const std::lock_guard lock(buffer_of(from).mutex());
    to.data = from.data;
    to.kind = from.kind.load();
    return;
  }
  to.data = from.data;
}

Tensor passing_copy(const Tensor& tensor) {
  if (!tensor || tensor.rep()->kind != TensorKind::stored) return tensor;
  const TensorRep& rep = *tensor.rep();
  const void* from;
  {
    const std::lock_guard lock(buffer_of(rep).mutex());
    if (rep.kind != TensorKind::stored) return tensor;
    from = rep.data;
  }
  Tensor copy(tensor.dtype(), tensor.shape());
  copy_out(copy.raw(), from, copy.bytes());
  return copy;
}

}  // namespace rill
