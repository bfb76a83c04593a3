#include "kernels/mapped_copy.h"
#include "base/thread_pool.h"

namespace rill::kernels {

MappedCopy::MappedCopy(DType dtype, std::vector<std::vector<int64_t>> maps)
    : mover_(dtype), maps_(std::move(maps)) {
  if (maps_.empty()) {
    runs_.push_back({0, 1});
    row_ = 1;
    return;
  }
  row_ = static_cast<int64_t>(maps_.back().size());
  for (const int64_t from : maps_.back()) {
    if (!runs_.empty() && runs_.back().from + runs_.back().length == from) {
      ++runs_.back().length;
    } else {
      runs_.push_back({from, 1});
    }
  }
  maps_.pop_back();
  for (const auto& map : maps_) rows_ *= static_cast<int64_t>(map.size());
}

void MappedCopy::run(const void* in, void* out) const {
  parallel_for(rows_, grain_of(row_), [&](int64_t begin, int64_t end) {
    for_each_run(begin, end, [&](int64_t from, int64_t to, int64_t n) {
      mover_.copy(mover_.at(in, from), mover_.at(out, to), n);
    });
  });
}

}  // namespace rill::kernels
