#include "rill/session.hpp"

#include <algorithm>

#include "base/fail.h"
#include "op/emit.h"
#include "session/session_impl.h"

namespace rill {
namespace {

struct DefaultSession {
  std::shared_ptr<SessionImpl> session;
  std::unique_ptr<Graph::Scope> graph;
};

std::vector<DefaultSession>& default_sessions() {
  thread_local std::vector<DefaultSession> stack;
  return stack;
}

void push_default(const std::shared_ptr<SessionImpl>& session) {
  default_sessions().push_back({session, std::make_unique<Graph::Scope>(session->graph())});
}

// Takes the session out, wherever it is: an interactive one may be closed out of order.
void remove_default(const std::shared_ptr<SessionImpl>& session) {
  auto& stack = default_sessions();
  for (size_t i = stack.size(); i-- > 0;) {
    if (stack[i].session != session) continue;
    // The graph scopes nest: what lies above is put back after this one has gone.
    std::vector<std::shared_ptr<SessionImpl>> above;
    while (stack.size() > i + 1) {
      above.push_back(stack.back().session);
      stack.pop_back();
    }
    stack.pop_back();
    for (size_t k = above.size(); k-- > 0;) push_default(above[k]);
    return;
  }
}

std::shared_ptr<SessionImpl> make(const Graph& graph, const SessionOptions& options) {
  return std::make_shared<SessionImpl>(graph.impl(), options);
}

Graph default_or_new_graph() {
  const std::shared_ptr<GraphImpl> scoped = scoped_default_graph();
  return scoped ? Graph(scoped) : Graph();
}

SessionImpl& live(const std::shared_ptr<SessionImpl>& session) {
  if (!session) fail(Code::failed_precondition, "the session was moved from");
  return *session;
}

std::string shown(const SessionImpl& session, Endpoint e) {
  return str(session.graph()->node(e.node).name, ":", e.output);
}

// A fetch that names an operation without outputs is a target.
bool is_operation(const SessionImpl& session, const TensorName& fetch, int& id) {
  if (fetch.tensor() || fetch.name().find(':') != std::string::npos) return false;
  id = session.graph()->find(fetch.name());
  if (id < 0) return false;
  const Node& node = session.graph()->node(id);
  return node.def != nullptr && node.output_dtypes.empty();
}

int find_operation(const SessionImpl& session, const std::string& name) {
  return Graph(session.graph()).get_operation_by_name(name).id();
}

// Fetches and targets of a run, and where each result comes from.
struct Wanted {
  ProgramSpec spec;
  std::vector<int> source;  // by asked fetch: index in spec.fetches, -1 for an operation
};

Wanted resolve(const SessionImpl& session, const std::vector<TensorName>& fetches,
               const std::vector<std::string>& targets) {
  Wanted wanted;
  for (const TensorName& fetch : fetches) {
    int id = -1;
    if (is_operation(session, fetch, id)) {
      wanted.spec.targets.push_back(id);
      wanted.source.push_back(-1);
    } else {
      wanted.source.push_back(static_cast<int>(wanted.spec.fetches.size()));
      wanted.spec.fetches.push_back(session.resolve(fetch, "fetch"));
    }
  }
  for (const std::string& target : targets) {
    wanted.spec.targets.push_back(find_operation(session, target));
  }
  return wanted;
}

}  // namespace

Session::Session() : Session(SessionOptions{}) {}
Session::Session(const SessionOptions& options) : impl_(make(default_or_new_graph(), options)) {}
Session::Session(const Graph& graph, const SessionOptions& options) : impl_(make(graph, options)) {}

Graph Session::graph() const { return Graph(live(impl_).graph()); }
const std::string& Session::name() const { return live(impl_).name(); }

Tensor Session::run(const TensorName& fetch, const Feeds& feeds) const {
  return run(std::vector<TensorName>{fetch}, feeds)[0];
}

std::vector<Tensor> Session::run(const std::vector<TensorName>& fetches, const Feeds& feeds,
                                 const std::vector<std::string>& targets,
                                 const RunLimits& limits) const {
  live(impl_).resources();  // refuses a closed session before anything else is looked at
  Wanted wanted = resolve(live(impl_), fetches, targets);
  std::vector<Tensor> values;
  for (const auto& [name, value] : feeds) {
    const Endpoint e = live(impl_).resolve(name, "feed");
    if (std::find(wanted.spec.feeds.begin(), wanted.spec.feeds.end(), e) !=
        wanted.spec.feeds.end()) {
      fail(Code::invalid_argument, "tensor ", quoted(shown(live(impl_), e)), " is fed twice");
    }
    values.push_back(live(impl_).check_feed(e, value, shown(live(impl_), e)));
    wanted.spec.feeds.push_back(e);
  }
  const std::shared_ptr<Program> program = live(impl_).program(std::move(wanted.spec));
  const std::vector<Tensor> results = live(impl_).run(*program, values, limits);
  std::vector<Tensor> out;
  for (const int source : wanted.source) {
    out.push_back(source < 0 ? Tensor() : results[static_cast<size_t>(source)]);
  }
  return out;
}

void Session::run_targets(const std::vector<std::string>& targets, const Feeds& feeds) const {
  run(std::vector<TensorName>{}, feeds, targets);
}

struct PreparedRun::State {
  std::shared_ptr<SessionImpl> session;
  std::shared_ptr<Program> program;
  std::vector<Endpoint> feeds;
  std::vector<int> source;
};

PreparedRun Session::make_callable(const std::vector<TensorName>& feeds,
                                   const std::vector<TensorName>& fetches,
                                   const std::vector<std::string>& targets) const {
  Wanted wanted = resolve(live(impl_), fetches, targets);
  for (const TensorName& feed : feeds) {
    wanted.spec.feeds.push_back(live(impl_).resolve(feed, "feed"));
  }
  auto state = std::make_shared<PreparedRun::State>();
  state->session = impl_;
  state->feeds = wanted.spec.feeds;
  state->source = std::move(wanted.source);
  state->program = live(impl_).program(std::move(wanted.spec));
  return PreparedRun(std::move(state));
}

std::vector<Tensor> PreparedRun::operator()(const std::vector<Tensor>& feeds) const {
  std::vector<Tensor> outputs;
  run_into(feeds, outputs);
  return outputs;
}

void PreparedRun::run_into(const std::vector<Tensor>& feeds, std::vector<Tensor>& outputs) const {
  if (feeds.size() != state_->feeds.size()) {
    fail(Code::invalid_argument, "the prepared run takes ", state_->feeds.size(), " values, but ",
         feeds.size(), " were given");
  }
  SessionImpl& session = *state_->session;
  for (size_t i = 0; i < feeds.size(); ++i) {
    const Node& node = session.graph()->node(state_->feeds[i].node);
    const auto port = static_cast<size_t>(state_->feeds[i].output);
    if (port >= node.output_dtypes.size() || feeds[i].dtype() != node.output_dtypes[port] ||
        !node.output_shapes[port].is_compatible_with(feeds[i].shape())) {
      session.check_feed(state_->feeds[i], feeds[i], shown(session, state_->feeds[i]));
    }
  }
  const bool direct =
      std::none_of(state_->source.begin(), state_->source.end(), [](int s) { return s < 0; });
  outputs.resize(state_->source.size());
  if (direct) {
    constexpr size_t kFew = 8;
    const detail::TensorRep* few[kFew];
    std::vector<const detail::TensorRep*> many(outputs.size() > kFew ? outputs.size() : 0);
    const detail::TensorRep** given = many.empty() ? few : many.data();
    for (size_t i = 0; i < outputs.size(); ++i) given[i] = outputs[i].rep();
    session.run_into(*state_->program, feeds, outputs, {});
    for (size_t i = 0; i < outputs.size(); ++i) {
      // Memory of a constant, a variable or a feed is not handed out.
      Tensor& out = outputs[i];
      const bool foreign = out.rep() != given[i] && is_plain(out.dtype()) && !out.is_unique();
      if (foreign) out = out.clone();
    }
    return;
  }
  const std::vector<Tensor> results = session.run(*state_->program, feeds, {});
  for (size_t i = 0; i < outputs.size(); ++i) {
    const int source = state_->source[i];
    outputs[i] = source < 0 ? Tensor() : results[static_cast<size_t>(source)];
  }
}

std::vector<std::string> Session::initialized_variables() const {
  return live(impl_).initialized_variables();
}

Session::Scope::Scope(std::shared_ptr<SessionImpl> session) : session_(std::move(session)) {
  push_default(session_);
}
Session::Scope::~Scope() { remove_default(session_); }

Session::Scope Session::as_default() const {
  live(impl_);
  return Scope(impl_);
}

void Session::close() const {
  if (impl_) impl_->close();
}
bool Session::closed() const { return !impl_ || impl_->closed(); }

bool has_default_session() { return !default_sessions().empty(); }

Session get_default_session() {
  const auto& stack = default_sessions();
  if (stack.empty()) {
    fail(Code::failed_precondition,
         "no default session in this thread; default sessions belong to the thread that made "
         "them: use session.as_default() here");
  }
  return Session(stack.back().session);
}

InteractiveSession::InteractiveSession() { push_default(session_.impl()); }
InteractiveSession::InteractiveSession(const Graph& graph, const SessionOptions& options)
    : session_(graph, options) {
  push_default(session_.impl());
}
InteractiveSession::~InteractiveSession() { close(); }

void InteractiveSession::close() {
  if (installed_) remove_default(session_.impl());
  installed_ = false;
  session_.close();
}

Tensor eval(const Tensor& tensor, const Feeds& feeds) {
  return get_default_session().run(tensor, feeds);
}

}  // namespace rill
