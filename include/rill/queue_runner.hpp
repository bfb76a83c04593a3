// Threads that fill the queues of an input graph of TensorFlow 1 (tf.compat.v1.train).
#pragma once

#include <chrono>
#include <exception>
#include <memory>

#include "rill/export.hpp"
#include "rill/session.hpp"

namespace rill::train {

// Threads that stop together: when one of them asks for it or fails, all do. Copies are the same
// coordinator; the last one to go stops and joins its threads. Thread-safe.
class RILL_API Coordinator {
 public:
  Coordinator();
  bool should_stop() const;
  // The first error is kept for join().
  void request_stop(std::exception_ptr error = nullptr) const;
  // True when somebody asked to stop meanwhile.
  bool wait_for_stop(std::chrono::milliseconds timeout) const;
  // Waits until all threads have ended, then throws the error that one of them failed with. They
  // end when their work does or, with request_stop(), at once.
  void join() const;

  struct State;

 private:
  friend RILL_API int start_queue_runners(const Session& session, const Coordinator& coordinator);
  std::shared_ptr<State> state_;
};

// Starts what the collection "queue_runners" of the session's graph names: one thread for each
// enqueue operation, which runs it until its input ends, and closes the queue after that. Gives
// the number of threads. Throws NOT_FOUND when the graph lacks such an operation, INVALID_ARGUMENT
// for a damaged collection.
RILL_API int start_queue_runners(const Session& session, const Coordinator& coordinator);

}  // namespace rill::train
