// window, group_by_window, bucket_by_sequence_length: elements that belong together.
// Sources: tensorflow/core/kernels/data/window_dataset_op.cc, group_by_window_dataset_op.cc;
// tensorflow/python/data/ops/dataset_ops.py.
#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "base/fail.h"
#include "data/stages.h"

namespace rill::data {
namespace {

// A data set of elements that are in memory.
Dataset held(std::vector<Values> elements) {
  const auto all = std::make_shared<const std::vector<Values>>(std::move(elements));
  return Dataset(stage_of(
      [all] {
        return cursor_of([all, at = size_t{0}](Values& element) mutable {
          if (at == all->size()) return false;
          element = (*all)[at++];
          return true;
        });
      },
      static_cast<int64_t>(all->size())));
}

class WindowCursor final : public Cursor {
 public:
  WindowCursor(CursorPtr input, std::function<Dataset(const Dataset&)> function, int64_t size,
               const WindowOptions& o)
      : input_(std::move(input)), function_(std::move(function)), size_(size), o_(o) {}

  bool next(Values& element) override {
    while (true) {
      if (now_ && now_->next(element)) return true;
      now_.reset();
      std::vector<Values> window;
      if (!collect(window)) return false;
      now_ = function_(held(std::move(window))).stage()->start();
    }
  }

 private:
  bool collect(std::vector<Values>& window) {
    const auto wanted = static_cast<size_t>((size_ - 1) * o_.stride + 1);
    Values one;
    while (input_ && buffer_.size() < wanted) {
      if (!input_->next(one)) {
        input_.reset();
        break;
      }
      buffer_.push_back(std::move(one));
    }
    if (buffer_.empty() || (o_.drop_remainder && buffer_.size() < wanted)) return false;
    for (size_t i = 0; i < buffer_.size(); i += static_cast<size_t>(o_.stride)) {
      window.push_back(buffer_[i]);
    }
    const auto shift = static_cast<size_t>(o_.shift);
    for (size_t i = buffer_.size(); input_ && i < shift; ++i) {
      if (!input_->next(one)) input_.reset();
    }
    const auto gone = static_cast<std::ptrdiff_t>(std::min(shift, buffer_.size()));
    buffer_.erase(buffer_.begin(), buffer_.begin() + gone);
    return true;
  }

  CursorPtr input_;  // none: it has come to its end
  std::function<Dataset(const Dataset&)> function_;
  int64_t size_;
  WindowOptions o_;
  std::deque<Values> buffer_;
  CursorPtr now_;
};

class GroupCursor final : public Cursor {
 public:
  GroupCursor(CursorPtr input, Dataset::Key key, Dataset::Reduce reduce, Dataset::WindowSize size)
      : input_(std::move(input)),
        key_(std::move(key)),
        reduce_(std::move(reduce)),
        size_(std::move(size)) {}

  bool next(Values& element) override {
    while (true) {
      if (now_ && now_->next(element)) return true;
      now_.reset();
      if (!gather()) return false;
    }
  }

 private:
  // Reads until a group is full; at the end the rest goes out, the smallest key first.
  bool gather() {
    Values one;
    while (input_) {
      if (!input_->next(one)) {
        input_.reset();
        break;
      }
      const int64_t key = key_(one);
      const auto [size, fresh] = sizes_.try_emplace(key, 0);
      if (fresh) size->second = size_(key);
      if (size->second < 1) {
        fail(Code::invalid_argument,
             "group_by_window(): the size of a window must be positive, not ", size->second);
      }
      std::vector<Values>& group = groups_[key];
      group.push_back(std::move(one));
      if (static_cast<int64_t>(group.size()) == size->second) return flush(groups_.find(key));
    }
    return !groups_.empty() && flush(groups_.begin());
  }
  bool flush(std::map<int64_t, std::vector<Values>>::iterator group) {
    now_ = reduce_(group->first, held(std::move(group->second))).stage()->start();
    groups_.erase(group);
    return true;
  }

  CursorPtr input_;  // none: it has come to its end
  Dataset::Key key_;
  Dataset::Reduce reduce_;
  Dataset::WindowSize size_;
  std::map<int64_t, std::vector<Values>> groups_;
  std::map<int64_t, int64_t> sizes_;
  CursorPtr now_;
};

// The open dimensions, or all, as long as the bucket allows.
PaddedBatchOptions padding_of(const BucketOptions& o, const Dataset& group, int64_t boundary) {
  PaddedBatchOptions out;
  out.padded_shapes = o.padded_shapes;
  out.padding_values = o.padding_values;
  out.drop_remainder = o.drop_remainder;
  if (!o.pad_to_bucket_boundary) return out;
  if (out.padded_shapes.empty()) {
    Values first;
    group.iterator().next(first);
    for (const Tensor& t : first) {
      out.padded_shapes.push_back(t.rank() > 0 ? Shape{Shape::kUnknownDim} : Shape{});
      for (int d = 1; d < t.rank(); ++d) out.padded_shapes.back().push_back(t.dim(d));
    }
  }
  for (Shape& shape : out.padded_shapes) {
    for (int d = 0; d < shape.rank(); ++d) {
      if (shape[d] < 0) shape[d] = boundary - 1;
    }
  }
  return out;
}

}  // namespace

StagePtr window(StagePtr input, int64_t size, std::function<Dataset(const Dataset&)> function,
                WindowOptions options) {
  if (options.shift == 0) options.shift = size;
  int64_t span = 0;
  if (size < 1 || options.shift < 1 || options.stride < 1 ||
      __builtin_mul_overflow(size, options.stride, &span)) {
    fail(Code::invalid_argument, "window(): size, shift and stride must be positive: ", size, ", ",
         options.shift, ", ", options.stride);
  }
  return stage_of(
      [input = std::move(input), size, function = std::move(function), options]() -> CursorPtr {
        return std::make_unique<WindowCursor>(input->start(), function, size, options);
      });
}

StagePtr group_by_window(StagePtr input, Dataset::Key key, Dataset::Reduce reduce,
                         Dataset::WindowSize size) {
  return stage_of([input = std::move(input), key = std::move(key), reduce = std::move(reduce),
                   size = std::move(size)]() -> CursorPtr {
    return std::make_unique<GroupCursor>(input->start(), key, reduce, size);
  });
}

StagePtr bucket_by_sequence_length(StagePtr input, Dataset::Key length,
                                   const std::vector<int64_t>& boundaries,
                                   const std::vector<int64_t>& batch_sizes,
                                   const BucketOptions& options) {
  if (batch_sizes.size() != boundaries.size() + 1) {
    fail(Code::invalid_argument, "bucket_by_sequence_length(): ", boundaries.size(),
         " boundaries need ", boundaries.size() + 1, " sizes of batches, not ", batch_sizes.size());
  }
  if (!std::is_sorted(boundaries.begin(), boundaries.end())) {
    fail(Code::invalid_argument, "bucket_by_sequence_length(): the boundaries must rise");
  }
  const auto bucket = [length = std::move(length), boundaries](const Values& element) {
    const auto above = std::upper_bound(boundaries.begin(), boundaries.end(), length(element));
    return static_cast<int64_t>(above - boundaries.begin());
  };
  const auto size = [batch_sizes](int64_t key) { return batch_sizes[static_cast<size_t>(key)]; };
  const auto join = [=](int64_t key, const Dataset& group) {
    if (options.no_padding) {
      return group.batch(size(key), {.drop_remainder = options.drop_remainder});
    }
    const auto at = static_cast<size_t>(key);
    if (options.pad_to_bucket_boundary && at == boundaries.size()) {
      fail(Code::invalid_argument,
           "bucket_by_sequence_length(): with pad_to_bucket_boundary elements must be shorter than "
           "the last boundary");
    }
    const int64_t boundary = at < boundaries.size() ? boundaries[at] : 0;
    return group.padded_batch(size(key), padding_of(options, group, boundary));
  };
  return group_by_window(std::move(input), bucket, join, size);
}

}  // namespace rill::data
