// The loops of a reduction over merged dimensions, for any element type and operation.
//
// An operation P gives: Element (in memory), Lane (short runs), Acc (above them), Result,
//   identity(), combine(Acc, Acc), finish(Acc, count),
//   run(const Element*, n, output) -> Acc                      n <= kRun contiguous elements
//   rows(const Element*, rows, stride, columns, Acc*, output)  columns <= kTile
// where `output` is the index of the (first) output they belong to.
// The cuts (kRun, kRows, kTile, groups) depend on the shape alone; threads only share them out.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/reduce.h"

namespace rill::kernels {

inline constexpr int64_t kRun = 4096;
inline constexpr int64_t kRows = 64;
inline constexpr int64_t kTile = 1024;
inline constexpr int64_t kPartials = 2048;       // on the stack
inline constexpr int64_t kParallelWork = 32768;  // elements worth a thread

// kept[0] == 1: each output reduces contiguous runs.
template <typename P>
struct RunReduction {
  using Acc = typename P::Acc;
  const P& op;
  const ReduceShape& s;
  const typename P::Element* x;
  int64_t chunks_per_run = (s.reduced[0] + kRun - 1) / kRun;
  int64_t chunks = chunks_per_run * s.outer_reduced;
  int64_t group = (chunks + kPartials - 1) / kPartials;  // chunks in a group
  int64_t groups = (chunks + group - 1) / group;

  Acc reduce_group(int64_t base, int64_t output, int64_t index) const {
    Acc acc = op.identity();
    const int64_t end = std::min(chunks, (index + 1) * group);
    for (int64_t c = index * group; c < end; ++c) {
      const int64_t begin = c % chunks_per_run * kRun;
      const int64_t offset = base + s.reduced_offset(c / chunks_per_run) + begin;
      acc = op.combine(acc, op.run(x + offset, std::min(kRun, s.reduced[0] - begin), output));
    }
    return acc;
  }

  void reduce(typename P::Result* y) const {
    if (s.outputs < 16 && groups > 1 && s.count > kParallelWork) {
      Acc partial[kPartials];
      for (int64_t o = 0; o < s.outputs; ++o) {
        const int64_t base = s.kept_offset(o);
        const int64_t grain = std::max<int64_t>(1, kParallelWork * groups / s.count);
        parallel_for(groups, grain, [&](int64_t begin, int64_t end) {
          for (int64_t g = begin; g < end; ++g) partial[g] = reduce_group(base, o, g);
        });
        Acc acc = op.identity();
        for (int64_t g = 0; g < groups; ++g) acc = op.combine(acc, partial[g]);
        y[o] = op.finish(acc, s.count);
      }
      return;
    }
    const int64_t grain = std::max<int64_t>(1, kParallelWork / s.count);
    parallel_for(s.outputs, grain, [&](int64_t begin, int64_t end) {
      if (chunks == 1 && s.levels <= 2) {  // rows
        for (int64_t o = begin; o < end; ++o) {
          const Acc acc = op.run(x + o * s.kept_stride[s.levels - 1], s.count, o);
          y[o] = op.finish(op.combine(op.identity(), acc), s.count);
        }
        return;
      }
      for (int64_t o = begin; o < end; ++o) {
        const int64_t base = s.kept_offset(o);
        Acc acc = op.identity();
        for (int64_t g = 0; g < groups; ++g) acc = op.combine(acc, reduce_group(base, o, g));
        y[o] = op.finish(acc, s.count);
      }
    });
  }
};

// kept[0] > 1: each output column reduces over rows.
template <typename P>
struct ColumnReduction {
  using Acc = typename P::Acc;
  const P& op;
  const ReduceShape& s;
  const typename P::Element* x;
  int64_t columns = s.kept[0];
  int64_t tiles = (columns + kTile - 1) / kTile;
  int64_t outer = s.outputs / columns;
  int64_t chunk_rows = std::max(kRows, kRun / columns);
  int64_t chunks_per_run = (s.reduced[0] + chunk_rows - 1) / chunk_rows;
  int64_t chunks = chunks_per_run * s.outer_reduced;
  int64_t max_groups = std::max<int64_t>(1, kPartials / std::min(columns, kTile));
  int64_t group = (chunks + max_groups - 1) / max_groups;
  int64_t groups = (chunks + group - 1) / group;

  void reduce_group(int64_t base, int64_t width, int64_t output, int64_t index, Acc* acc) const {
    std::fill(acc, acc + width, op.identity());
    const int64_t end = std::min(chunks, (index + 1) * group);
    for (int64_t c = index * group; c < end; ++c) {
      const int64_t begin = c % chunks_per_run * chunk_rows;
      const int64_t offset = base + s.reduced_offset(c / chunks_per_run) + begin * columns;
      op.rows(x + offset, std::min(chunk_rows, s.reduced[0] - begin), columns, width, acc, output);
    }
  }

  void finish(Acc* acc, int64_t width, typename P::Result* y) const {
    for (int64_t c = 0; c < width; ++c) y[c] = op.finish(acc[c], s.count);
  }

  void reduce(typename P::Result* y) const {
    if (outer * tiles < 16 && groups > 1 && s.count * columns > kParallelWork) {
      Acc partial[kPartials];
      for (int64_t t = 0; t < outer * tiles; ++t) {
        const int64_t first = t % tiles * kTile;
        const int64_t width = std::min(kTile, columns - first);
        const int64_t base = s.kept_offset(t / tiles) + first;
        const int64_t output = t / tiles * columns + first;
        parallel_for(groups, 1, [&](int64_t begin, int64_t end) {
          for (int64_t g = begin; g < end; ++g)
            reduce_group(base, width, output, g, partial + g * width);
        });
        for (int64_t g = 1; g < groups; ++g) {
          for (int64_t c = 0; c < width; ++c) {
            partial[c] = op.combine(partial[c], partial[g * width + c]);
          }
        }
        finish(partial, width, y + output);
      }
      return;
    }
    const int64_t work = std::max<int64_t>(1, s.count * std::min(columns, kTile));
    parallel_for(outer * tiles, std::max<int64_t>(1, kParallelWork / work),
                 [&](int64_t begin, int64_t end) {
                   Acc acc[kTile];
                   Acc more[kTile];
                   for (int64_t t = begin; t < end; ++t) {
                     const int64_t first = t % tiles * kTile;
                     const int64_t width = std::min(kTile, columns - first);
                     const int64_t base = s.kept_offset(t / tiles) + first;
                     const int64_t output = t / tiles * columns + first;
                     reduce_group(base, width, output, 0, acc);
                     for (int64_t g = 1; g < groups; ++g) {
                       reduce_group(base, width, output, g, more);
                       for (int64_t c = 0; c < width; ++c) acc[c] = op.combine(acc[c], more[c]);
                     }
                     finish(acc, width, y + output);
                   }
                 });
  }
};

template <typename P>
void reduce_all(const P& op, const ReduceShape& s, const typename P::Element* x,
                typename P::Result* y) {
  if (s.outputs == 0) return;
  if (s.count == 0) {
    std::fill(y, y + s.outputs, op.finish(op.identity(), 0));
  } else if (s.kept[0] == 1) {
    RunReduction<P>{op, s, x}.reduce(y);
  } else {
    ColumnReduction<P>{op, s, x}.reduce(y);
  }
}

}  // namespace rill::kernels
