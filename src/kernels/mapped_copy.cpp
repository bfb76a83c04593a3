#include "kernels/mapped_copy.h"

namespace rill::kernels {

MappedCopy::MappedCopy(DType dtype, std::vector<std::vector<int64_t>> maps)
    : mover_(dtype), maps_(std::move(maps)) {
  for (const auto& map : maps_) empty_ |= map.empty();
  if (maps_.empty()) {
    runs_.push_back({0, 1});
    return;
  }
  for (const int64_t from : maps_.back()) {
    if (!runs_.empty() && runs_.back().from + runs_.back().length == from) {
      ++runs_.back().length;
    } else {
      runs_.push_back({from, 1});
    }
  }
  maps_.pop_back();
}

void MappedCopy::run(const void* in, void* out) const {
  for_each_run([&](int64_t from, int64_t to, int64_t n) {
    mover_.copy(mover_.at(in, from), mover_.at(out, to), n);
  });
}

}  // namespace rill::kernels
