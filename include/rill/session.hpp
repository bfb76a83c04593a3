// Sessions: a graph, its variables, and runs by name.
#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/tensor.hpp"

namespace rill {

struct SessionOptions {
  int threads = 0;           // most threads of one run; 0: all cores
  bool allow_files = false;  // may ops read and write files that the graph names?
};

// What a run is asked for or given: "name:0", an operation's name, or a symbolic tensor.
class RILL_API TensorName {
 public:
  TensorName(const char* name) : name_(name) {}                        // NOLINT
  TensorName(std::string name) : name_(std::move(name)) {}             // NOLINT
  TensorName(const Tensor& tensor) : tensor_(tensor) {}                // NOLINT
  TensorName(const Operation& operation) : name_(operation.name()) {}  // NOLINT
  const std::string& name() const { return name_; }
  const Tensor& tensor() const { return tensor_; }

 private:
  std::string name_;
  Tensor tensor_;
};

using Feed = std::pair<TensorName, Tensor>;
using Feeds = std::vector<Feed>;

class SessionImpl;

// A run prepared once: fixed feeds, fetches and targets.
class RILL_API PreparedRun {
 public:
  // Values in the order of the feeds the callable was made with. Thread-safe.
  std::vector<Tensor> operator()(const std::vector<Tensor>& feeds) const;
  // One feed, one fetch, the result written into `output` when its dtype and shape fit: no
  // allocation of results.
  void run_into(const std::vector<Tensor>& feeds, std::vector<Tensor>& outputs) const;

  struct State;
  explicit PreparedRun(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

struct RunLimits {
  std::chrono::milliseconds timeout{0};  // 0: none
};

// A value handle: copies are the same session. The last one to go closes it.
class RILL_API Session {
 public:
  // Over the default graph when one is set by a scope, else over a new graph of its own.
  Session();
  explicit Session(const SessionOptions& options);
  explicit Session(const Graph& graph, const SessionOptions& options = {});
  Graph graph() const;
  const std::string& name() const;

  // One value. Throws NOT_FOUND for an unknown name (with the nearest), INVALID_ARGUMENT for a
  // feed of a wrong shape or dtype and for a placeholder that is not fed, FAILED_PRECONDITION for a
  // variable without a value or a closed session, CANCELLED when the session is closed meanwhile.
  // Thread-safe.
  Tensor run(const TensorName& fetch, const Feeds& feeds = {}) const;
  // Several values; operations among the fetches are run and give an empty tensor.
  std::vector<Tensor> run(const std::vector<TensorName>& fetches, const Feeds& feeds = {},
                          const std::vector<std::string>& targets = {},
                          const RunLimits& limits = {}) const;
  // Runs operations, gives nothing.
  void run_targets(const std::vector<std::string>& targets, const Feeds& feeds = {}) const;

  // The same for many runs: names are looked up and the program compiled now.
  PreparedRun make_callable(const std::vector<TensorName>& feeds,
                            const std::vector<TensorName>& fetches,
                            const std::vector<std::string>& targets = {}) const;

  // The names of the session's variables that have a value.
  std::vector<std::string> initialized_variables() const;

  // Makes this the default session of this thread, and its graph the default graph, until the
  // guard goes; guards nest.
  class RILL_API Scope {
   public:
    explicit Scope(std::shared_ptr<SessionImpl> session);
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

   private:
    std::shared_ptr<SessionImpl> session_;
  };
  [[nodiscard]] Scope as_default() const;

  // Frees all that the session owns. Runs under way finish or report CANCELLED; later ones report
  // FAILED_PRECONDITION. May be called twice and from any thread.
  void close() const;
  bool closed() const;

  const std::shared_ptr<SessionImpl>& impl() const noexcept { return impl_; }
  explicit Session(std::shared_ptr<SessionImpl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<SessionImpl> impl_;
};

// The innermost default session of this thread. Throws FAILED_PRECONDITION when there is none:
// default sessions belong to one thread.
RILL_API Session get_default_session();
RILL_API bool has_default_session();

// A session that is the default session of its thread from now until it is closed.
class RILL_API InteractiveSession {
 public:
  InteractiveSession();
  explicit InteractiveSession(const Graph& graph, const SessionOptions& options = {});
  InteractiveSession(const InteractiveSession&) = delete;
  InteractiveSession& operator=(const InteractiveSession&) = delete;
  ~InteractiveSession();

  Session& session() { return session_; }
  Session* operator->() { return &session_; }
  Tensor run(const TensorName& fetch, const Feeds& feeds = {}) const {
    return session_.run(fetch, feeds);
  }
  void close();

 private:
  Session session_;
  bool installed_ = true;
};

// The value of a symbolic tensor in the default session.
RILL_API Tensor eval(const Tensor& tensor, const Feeds& feeds = {});

}  // namespace rill
