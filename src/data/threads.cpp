// map, alone or on several threads, and prefetch. What runs ahead is bounded.
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "base/fail.h"
#include "data/stages.h"

namespace rill::data {
namespace {

// Threads that take elements from `input` in turn, work on them, and hand them on in their order.
// At most `bound` elements are under way. The destructor waits for what is being worked on.
class OrderedWorkers final : public Cursor {
 public:
  OrderedWorkers(CursorPtr input, Dataset::Function work, int threads, int64_t bound)
      : input_(std::move(input)), work_(std::move(work)), bound_(bound) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  OrderedWorkers(const OrderedWorkers&) = delete;
  OrderedWorkers& operator=(const OrderedWorkers&) = delete;
  ~OrderedWorkers() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& t : threads_) t.join();
  }

  bool next(Values& element) override {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_.contains(wanted_) || (ended_ && wanted_ >= taken_); });
    const auto found = done_.find(wanted_);
    if (found == done_.end()) return false;
    Result result = std::move(found->second);
    done_.erase(found);
    ++wanted_;
    lock.unlock();
    room_.notify_all();
    if (result.error) std::rethrow_exception(result.error);
    element = std::move(result.element);
    return true;
  }

 private:
  struct Result {
    Values element;
    std::exception_ptr error;
  };

  void run() {
    while (true) {
      Result result;
      int64_t number = 0;
      {
        const std::lock_guard turn(input_mutex_);
        {
          std::unique_lock lock(mutex_);
          room_.wait(lock, [&] { return stop_ || ended_ || taken_ - wanted_ < bound_; });
          if (stop_ || ended_) return;
        }
        bool more = false;
        try {
          more = input_->next(result.element);
        } catch (...) {
          result.error = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        if (!more) ended_ = true;
        if (more || result.error) number = taken_++;
        if (!more && !result.error) {
          ready_.notify_all();
          room_.notify_all();
          return;
        }
      }
      if (!result.error && work_) {
        try {
          result.element = work_(result.element);
        } catch (...) {
          result.error = std::current_exception();
        }
      }
      const std::lock_guard lock(mutex_);
      done_.emplace(number, std::move(result));
      ready_.notify_all();
    }
  }

  CursorPtr input_;
  Dataset::Function work_;
  int64_t bound_;
  std::mutex input_mutex_;  // taken before mutex_: one thread at a time asks the input
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::map<int64_t, Result> done_;
  int64_t taken_ = 0;   // elements that were taken from the input
  int64_t wanted_ = 0;  // the next one to hand on
  bool ended_ = false;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

StagePtr map(StagePtr input, Dataset::Function function, const MapOptions& options) {
  if (options.num_parallel_calls < 0) {
    fail(Code::invalid_argument,
         "map(): num_parallel_calls must not be negative: ", options.num_parallel_calls);
  }
  int threads = options.num_parallel_calls;
  if (threads == 0) threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  threads = std::min(threads, 256);
  const std::optional<int64_t> count = input->cardinality();
  return stage_of(
      [input, function = std::move(function), threads]() -> CursorPtr {
        if (threads > 1) {
          return std::make_unique<OrderedWorkers>(input->start(), function, threads, threads);
        }
        const auto cursor = std::shared_ptr<Cursor>(input->start());
        return cursor_of([cursor, function](Values& element) {
          Values source;
          if (!cursor->next(source)) return false;
          element = function(source);
          return true;
        });
      },
      count);
}

StagePtr prefetch(StagePtr input, int64_t size) {
  if (size < 0) {
    fail(Code::invalid_argument, "prefetch(): buffer_size must not be negative: ", size);
  }
  if (size == 0) return input;
  const std::optional<int64_t> count = input->cardinality();
  return stage_of(
      [input, size]() -> CursorPtr {
        return std::make_unique<OrderedWorkers>(input->start(), Dataset::Function(), 1, size);
      },
      count);
}

}  // namespace rill::data
