#include "kernels/reduce_loops.h"

#include "base/thread_pool.h"

namespace rill::kernels {
namespace {

constexpr int64_t kPartials = 2048;       // on the stack
constexpr int64_t kParallelWork = 32768;  // elements worth a thread

struct Room {
  alignas(64) std::byte bytes[kPartials * kLargestAccumulator];
};

// What both kinds of loops know: an operation, and where things lie.
struct Reduction {
  const ErasedReduction& op;
  const ReduceShape& s;
  const std::byte* x;
  std::byte* y;

  const std::byte* element(int64_t i) const { return x + i * static_cast<int64_t>(op.element); }
  std::byte* result(int64_t i) const { return y + i * static_cast<int64_t>(op.result); }
  std::byte* accumulator(Room& room, int64_t i) const {
    return room.bytes + i * static_cast<int64_t>(op.acc);
  }
};

// kept[0] == 1: each output reduces contiguous runs.
struct RunReduction : Reduction {
  int64_t chunks_per_run = (s.reduced[0] + kRun - 1) / kRun;
  int64_t chunks = chunks_per_run * s.outer_reduced;
  int64_t group = (chunks + kPartials - 1) / kPartials;  // chunks in a group
  int64_t groups = (chunks + group - 1) / group;

  void reduce_group(int64_t base, int64_t output, int64_t index, void* acc) const {
    op.start(op.op, acc, 1);
    const int64_t end = std::min(chunks, (index + 1) * group);
    for (int64_t c = index * group; c < end; ++c) {
      const int64_t begin = c % chunks_per_run * kRun;
      const int64_t offset = base + s.reduced_offset(c / chunks_per_run) + begin;
      op.run(op.op, element(offset), std::min(kRun, s.reduced[0] - begin), output, acc);
    }
  }

  void finish(int64_t output, Room& partial) const {
    alignas(kLargestAccumulator) std::byte acc[kLargestAccumulator];
    op.start(op.op, acc, 1);
    for (int64_t g = 0; g < groups; ++g) op.combine(op.op, acc, accumulator(partial, g), 1);
    op.finish(op.op, acc, 1, s.count, result(output));
  }

  void reduce() const {
    if (s.outputs < 16 && groups > 1 && s.count > kParallelWork) {
      Room partial;
      for (int64_t o = 0; o < s.outputs; ++o) {
        const int64_t base = s.kept_offset(o);
        const int64_t grain = std::max<int64_t>(1, kParallelWork * groups / s.count);
        parallel_for(groups, grain, [&](int64_t begin, int64_t end) {
          for (int64_t g = begin; g < end; ++g) reduce_group(base, o, g, accumulator(partial, g));
        });
        finish(o, partial);
      }
      return;
    }
    const int64_t grain = std::max<int64_t>(1, kParallelWork / s.count);
    parallel_for(s.outputs, grain, [&](int64_t begin, int64_t end) {
      if (chunks == 1 && s.levels <= 2) {  // rows
        return op.whole_runs(op.op, x, s.kept_stride[s.levels - 1], s.count, begin, end, y);
      }
      Room partial;
      for (int64_t o = begin; o < end; ++o) {
        const int64_t base = s.kept_offset(o);
        for (int64_t g = 0; g < groups; ++g) reduce_group(base, o, g, accumulator(partial, g));
        finish(o, partial);
      }
    });
  }
};

// kept[0] == 1, and runs too short to be worth a call each: they are columns first, next to those
// of their neighbours, and are added up at last.
struct ShortRunReduction : Reduction {
  static constexpr int64_t kShort = 16;
  int64_t columns = s.kept[1] * s.reduced[0];
  int64_t outer = s.outputs / s.kept[1];

  static bool fits(const ErasedReduction& op, const ReduceShape& s) {
    return !op.by_output && s.levels > 1 && s.reduced[0] <= kShort && s.reduced[1] > 1 &&
           s.kept[1] > 1 && s.kept[1] <= kTile / s.reduced[0] &&
           (s.outputs / s.kept[1] >= 16 || s.count * s.outputs <= kParallelWork);
  }
  void reduce() const {
    const int64_t work = s.count * s.kept[1];
    parallel_for(outer, std::max<int64_t>(1, kParallelWork / work),
                 [&](int64_t begin, int64_t end) {
                   Room acc;
                   for (int64_t o = begin; o < end; ++o) {
                     op.start(op.op, acc.bytes, columns);
                     for (int64_t i = 0, rows = 0; i < s.outer_reduced; i += rows) {
                       rows = std::min(kRows, s.reduced[1] - i % s.reduced[1]);
                       op.rows(op.op, element(s.kept_offset(o * s.kept[1]) + s.reduced_offset(i)),
                               rows, s.reduced_stride[1], columns, acc.bytes, 0);
                     }
                     for (int64_t k = 0; k < s.kept[1]; ++k) {
                       std::byte* const first = accumulator(acc, k * s.reduced[0]);
                       for (int64_t j = 1; j < s.reduced[0]; ++j) {
                         op.combine(op.op, first, accumulator(acc, k * s.reduced[0] + j), 1);
                       }
                       op.finish(op.op, first, 1, s.count, result(o * s.kept[1] + k));
                     }
                   }
                 });
  }
};

// kept[0] > 1: each output column reduces over rows.
struct ColumnReduction : Reduction {
  int64_t columns = s.kept[0];
  int64_t tiles = (columns + kTile - 1) / kTile;
  int64_t outer = s.outputs / columns;
  int64_t chunk_rows = std::max(kRows, kRun / columns);
  int64_t chunks_per_run = (s.reduced[0] + chunk_rows - 1) / chunk_rows;
  int64_t chunks = chunks_per_run * s.outer_reduced;
  int64_t max_groups = std::max<int64_t>(1, kPartials / std::min(columns, kTile));
  int64_t group = (chunks + max_groups - 1) / max_groups;
  int64_t groups = (chunks + group - 1) / group;

  // Columns that are reduced together.
  struct Tile {
    int64_t base;  // their first element
    int64_t width;
    int64_t output;  // the first of theirs
  };
  Tile tile(int64_t t) const {
    const int64_t first = t % tiles * kTile;
    return {s.kept_offset(t / tiles) + first, std::min(kTile, columns - first),
            t / tiles * columns + first};
  }

  void reduce_group(const Tile& t, int64_t index, void* acc) const {
    op.start(op.op, acc, t.width);
    const int64_t end = std::min(chunks, (index + 1) * group);
    for (int64_t c = index * group; c < end; ++c) {
      const int64_t begin = c % chunks_per_run * chunk_rows;
      const int64_t offset = t.base + s.reduced_offset(c / chunks_per_run) + begin * columns;
      op.rows(op.op, element(offset), std::min(chunk_rows, s.reduced[0] - begin), columns, t.width,
              acc, t.output);
    }
  }

  void finish(const Tile& t, const void* acc) const {
    op.finish(op.op, acc, t.width, s.count, result(t.output));
  }

  void reduce() const {
    if (outer * tiles < 16 && groups > 1 && s.count * columns > kParallelWork) {
      Room partial;
      for (int64_t i = 0; i < outer * tiles; ++i) {
        const Tile t = tile(i);
        parallel_for(groups, 1, [&](int64_t begin, int64_t end) {
          for (int64_t g = begin; g < end; ++g) {
            reduce_group(t, g, accumulator(partial, g * t.width));
          }
        });
        for (int64_t g = 1; g < groups; ++g) {
          op.combine(op.op, partial.bytes, accumulator(partial, g * t.width), t.width);
        }
        finish(t, partial.bytes);
      }
      return;
    }
    const int64_t work = std::max<int64_t>(1, s.count * std::min(columns, kTile));
    parallel_for(outer * tiles, std::max<int64_t>(1, kParallelWork / work),
                 [&](int64_t begin, int64_t end) {
                   Room acc;  // of one group, and behind it of the next
                   for (int64_t i = begin; i < end; ++i) {
                     const Tile t = tile(i);
                     reduce_group(t, 0, acc.bytes);
                     for (int64_t g = 1; g < groups; ++g) {
                       reduce_group(t, g, accumulator(acc, kTile));
                       op.combine(op.op, acc.bytes, accumulator(acc, kTile), t.width);
                     }
                     finish(t, acc.bytes);
                   }
                 });
  }
};

}  // namespace

void reduce_erased(const ErasedReduction& op, const ReduceShape& s, const void* x, void* y) {
  if (s.outputs == 0) return;
  const Reduction all{op, s, static_cast<const std::byte*>(x), static_cast<std::byte*>(y)};
  if (s.count == 0) {
    alignas(kLargestAccumulator) std::byte nothing[kLargestAccumulator];
    op.start(op.op, nothing, 1);
    for (int64_t o = 0; o < s.outputs; ++o) op.finish(op.op, nothing, 1, 0, all.result(o));
  } else if (s.kept[0] == 1 && ShortRunReduction::fits(op, s)) {
    ShortRunReduction{all}.reduce();
  } else if (s.kept[0] == 1) {
    RunReduction{all}.reduce();
  } else {
    ColumnReduction{all}.reduce();
  }
}

}  // namespace rill::kernels
