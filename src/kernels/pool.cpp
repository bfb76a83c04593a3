#include "kernels/pool.h"

#include <algorithm>

#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

template <typename Job>
void set_geometry(Job& job, const PoolSpec& s) {
  job.in_d = s.in[0];
  job.in_h = s.in[1];
  job.in_w = s.in[2];
  job.out_d = s.out[0];
  job.out_h = s.out[1];
  job.out_w = s.out[2];
  job.channels = s.channels;
  job.kd = s.kernel[0];
  job.kh = s.kernel[1];
  job.kw = s.kernel[2];
  job.stride_d = s.stride[0];
  job.stride_h = s.stride[1];
  job.stride_w = s.stride[2];
  job.pad_d = s.pad[0];
  job.pad_h = s.pad[1];
  job.pad_w = s.pad[2];
}

}  // namespace

void pool(const PoolSpec& s, const float* x, float* y) {
  const int64_t rows = s.out[0] * s.out[1];
  const int64_t in_image = s.in[0] * s.in[1] * s.in[2] * s.channels;
  const int64_t out_image = rows * s.out[2] * s.channels;
  if (s.batch * out_image == 0) return;
  const int64_t window = s.kernel[0] * s.kernel[1] * s.kernel[2];
  const int64_t work = s.batch * out_image * window;
  const int threads =
      static_cast<int>(std::clamp<int64_t>(work / 50'000, 1, std::max(1, s.threads)));
  const int64_t step =
      threads == 1 ? rows : std::clamp<int64_t>(s.batch * rows / (4 * threads), 1, rows);
  const int64_t tasks = (rows + step - 1) / step;
  for_tasks(threads, s.batch * tasks, [&](int, int64_t task) {
    PoolRows job{};
    job.x = x + task / tasks * in_image;
    job.y = y + task / tasks * out_image;
    set_geometry(job, s);
    job.first_row = task % tasks * step;
    job.last_row = std::min(rows, job.first_row + step);
    job.first_output = task / tasks * out_image;
    job.outputs = s.batch * out_image;
    job.average = s.average;
    job.maximum = s.maximum;
    job.lowest = s.lowest;
    dense_table().pool(job);
  });
}

// Windows overlap, so a task is a whole image; of a wide one a part of the channels.
void pool_gradient(const PoolSpec& s, const float* x, const float* y, const float* dy, float* dx) {
  const int64_t in_image = s.in[0] * s.in[1] * s.in[2] * s.channels;
  const int64_t out_image = s.out[0] * s.out[1] * s.out[2] * s.channels;
  if (s.batch * in_image == 0) return;
  const int64_t work = s.batch * out_image * s.kernel[0] * s.kernel[1] * s.kernel[2];
  const int threads =
      static_cast<int>(std::clamp<int64_t>(work / 25'000, 1, std::max(1, s.threads)));
  int64_t step = s.channels;
  while (threads > 1 && s.batch * ((s.channels + step - 1) / step) < 2 * threads && step > 64) {
    step = (step / 2 + 15) / 16 * 16;
  }
  const int64_t parts = (s.channels + step - 1) / step;
  for_tasks(threads, s.batch * parts, [&](int, int64_t task) {
    PoolBack job{};
    job.x = x ? x + task / parts * in_image : nullptr;
    job.y = y ? y + task / parts * out_image : nullptr;
    job.dy = dy + task / parts * out_image;
    job.dx = dx + task / parts * in_image;
    set_geometry(job, s);
    job.first_channel = task % parts * step;
    job.last_channel = std::min(s.channels, job.first_channel + step);
    job.average = s.average;
    dense_table().pool_gradient(job);
  });
}

}  // namespace rill::kernels
