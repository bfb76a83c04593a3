// Behaviour: tensorflow/python/training/{queue_runner_impl,coordinator}.py.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/fail.h"
#include "codec/proto_wire.h"
#include "op/waits.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"
#include "rill/queue_runner.hpp"

namespace rill::train {

struct Coordinator::State {
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stop = false;
  std::exception_ptr error;
  std::vector<std::function<void()>> on_stop;  // wakes threads that wait in a run
  std::vector<std::thread> threads;

  ~State() {
    request_stop(nullptr);
    join();
  }
  bool should_stop() const {
    std::lock_guard lock(mutex);
    return stop;
  }
  void request_stop(std::exception_ptr failed) {
    std::vector<std::function<void()>> calls;
    {
      std::lock_guard lock(mutex);
      if (failed && !error) error = std::move(failed);
      stop = true;
      calls.swap(on_stop);
      changed.notify_all();
    }
    for (const auto& call : calls) call();
  }
  void join() {
    std::vector<std::thread> ending;
    {
      std::lock_guard lock(mutex);
      ending.swap(threads);
    }
    for (std::thread& thread : ending) thread.join();
  }
};

Coordinator::Coordinator() : state_(std::make_shared<State>()) {}

bool Coordinator::should_stop() const { return state_->should_stop(); }

void Coordinator::request_stop(std::exception_ptr error) const {
  state_->request_stop(std::move(error));
}

bool Coordinator::wait_for_stop(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, timeout, [&] { return state_->stop; });
}

void Coordinator::join() const {
  state_->join();
  std::lock_guard lock(state_->mutex);
  if (state_->error) std::rethrow_exception(state_->error);
}

namespace {

// tensorflow/core/protobuf/queue_runner.proto.
struct RunnerDef {
  std::vector<std::string> enqueue;
  std::string close, cancel;
  std::vector<Code> end_codes;  // of errors by which the input ends
};

RunnerDef parse(const std::string& bytes) {
  RunnerDef out;
  std::vector<int64_t> codes;
  proto::Reader reader(bytes_of(bytes), "QueueRunnerDef");
  while (reader.next()) {
    switch (reader.number()) {
      case 2:
        out.enqueue.emplace_back(reader.text());
        break;
      case 3:
        out.close = std::string(reader.text());
        break;
      case 4:
        out.cancel = std::string(reader.text());
        break;
      case 5:
        reader.append_varints(codes);
        break;
    }
  }
  for (const int64_t code : codes) out.end_codes.push_back(static_cast<Code>(code));
  if (out.end_codes.empty()) out.end_codes = {Code::out_of_range};
  return out;
}

// The threads of one runner share it.
class Runner {
 public:
  Runner(Session session, RunnerDef def)
      : session_(std::move(session)), def_(std::move(def)), running_(def_.enqueue.size()) {}

  void run(const std::string& enqueue, const std::function<bool()>& should_stop) {
    const CancelScope cancellable(cancelled_);
    try {
      while (!should_stop()) session_.run_targets({enqueue});
      ended(false);
    } catch (const Error& error) {
      const bool end = std::count(def_.end_codes.begin(), def_.end_codes.end(), error.code()) > 0;
      ended(end);
      // A queue that was closed in order to stop is no failure.
      if (!end && !should_stop()) throw;
    }
  }
  // Closing the queues does not end a wait for gradients.
  void cancel() {
    quietly(def_.cancel);
    cancelled_ = true;
    wake_all_waits();
  }

 private:
  void ended(bool by_its_input) {
    bool last = false;
    {
      std::lock_guard lock(mutex_);
      last = --running_ == 0;
    }
    if (last && by_its_input) quietly(def_.close);
  }
  void quietly(const std::string& operation) {
    if (operation.empty()) return;
    try {
      session_.run_targets({operation});
    } catch (const Error&) {  // a closed session has no queues left to close
    }
  }

  const Session session_;
  const RunnerDef def_;
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  size_t running_;
};

std::vector<RunnerDef> runners_of(const Graph& graph) {
  constexpr size_t kMostThreads = 1024;
  std::vector<RunnerDef> out;
  const auto found = graph.collections().find("queue_runners");
  if (found == graph.collections().end()) return out;
  size_t threads = 0;
  for (const std::string& bytes : found->second) {
    try {
      out.push_back(parse(bytes));
    } catch (const DataLossError& error) {
      fail(Code::invalid_argument, "the collection \"queue_runners\" is damaged: ", error.what());
    }
    threads += out.back().enqueue.size();
    if (threads > kMostThreads) {
      fail(Code::resource_exhausted, "queue runners ask for more than ", kMostThreads, " threads");
    }
    std::vector<std::string> needed = out.back().enqueue;
    for (const auto& name : {out.back().close, out.back().cancel}) {
      if (!name.empty()) needed.push_back(name);
    }
    for (const std::string& name : needed) graph.get_operation_by_name(name);
  }
  return out;
}

}  // namespace

int start_queue_runners(const Session& session, const Coordinator& coordinator) {
  const std::vector<RunnerDef> defs = runners_of(session.graph());
  int count = 0;
  Coordinator::State& state = *coordinator.state_;
  std::lock_guard lock(state.mutex);
  if (state.stop) fail(Code::failed_precondition, "the coordinator has been stopped");
  for (const RunnerDef& def : defs) {
    const auto runner = std::make_shared<Runner>(session, def);
    state.on_stop.emplace_back([runner] { runner->cancel(); });
    for (const std::string& enqueue : def.enqueue) {
      // The state outlives its threads: it joins them.
      state.threads.emplace_back([&state, runner, enqueue] {
        try {
          runner->run(enqueue, [&state] { return state.should_stop(); });
        } catch (...) {
          state.request_stop(std::current_exception());
        }
      });
      ++count;
    }
  }
  return count;
}

}  // namespace rill::train
