// Queues of tuples of tensors: how input pipelines of TensorFlow 1 hand on their examples.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "kernels/philox.h"
#include "op/kernel_context.h"

namespace rill {

class TensorQueue final : public Opaque {
 public:
  enum class Order : uint8_t { fifo, shuffled, padded, priority };
  struct Options {
    Order order = Order::fifo;
    std::vector<DType> types;
    std::vector<Shape> shapes;  // empty: any
    int64_t capacity = -1;
    int64_t min_after_dequeue = 0;
    int64_t seed = 0;
    int64_t seed2 = 0;
    bool operator==(const Options&) const = default;
  };
  using Tuple = std::vector<Tensor>;

  TensorQueue(std::string name, Options options);
  std::string_view type_name() const override { return "Queue"; }
  const Options& options() const { return options_; }

  // Waits for room. Throws CANCELLED when the queue is or gets closed.
  void enqueue(const KernelContext& ctx, std::vector<Tuple> tuples);
  // Waits for `n` tuples; `fewer`: what is left when the queue is closed will do.
  // Throws OUT_OF_RANGE when the queue is closed and there are not enough.
  std::vector<Tuple> dequeue(const KernelContext& ctx, int64_t n, bool fewer);
  void close(bool cancel_pending);
  bool closed() const;
  int64_t size() const;

 private:
  bool may_take() const;
  Tuple take();
  void put(Tuple tuple);
  uint32_t random_number();

  std::string name_;
  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Tuple> tuples_;
  bool closed_ = false;
  bool cancelled_ = false;  // enqueues that wait are given up
  kernels::Philox random_;
  kernels::Philox::Block block_{};
  size_t used_ = 4;  // of block_
};

// Throws INVALID_ARGUMENT unless `timeout_ms` is -1: TensorFlow defines no other.
void require_no_timeout(const KernelContext& ctx);

}  // namespace rill
