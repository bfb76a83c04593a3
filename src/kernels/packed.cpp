#include "kernels/packed.h"

#include <cstddef>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace rill::kernels {
namespace {

constexpr uint32_t kHugePage = 2 << 20;
constexpr size_t kWorthHugePages = 8 << 20;

}  // namespace

AlignedFloats::AlignedFloats(int64_t count) {
  const size_t bytes = (count > 0 ? static_cast<size_t>(count) : 1) * sizeof(float);
  if (bytes >= kWorthHugePages) align_ = kHugePage;
  data_ = static_cast<float*>(::operator new (bytes, std::align_val_t{align_}));
#if defined(__linux__)
  // Whole pages only, so that nothing else is touched; a refusal costs nothing but speed.
  if (align_ == kHugePage) madvise(data_, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
}

AlignedFloats::~AlignedFloats() {
  if (data_) ::operator delete (data_, std::align_val_t{align_});
}

}  // namespace rill::kernels
