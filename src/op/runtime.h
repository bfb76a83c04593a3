// What stateful kernels may ask of the run they are in. The executor implements it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "rill/graph.hpp"

namespace rill {

// Resources of one session by container and name. Thread-safe.
class ResourceStore {
 public:
  virtual ~ResourceStore();
  // Null when there is none.
  virtual std::shared_ptr<Opaque> find(std::string_view container, std::string_view name) = 0;
  // The one there is, or what `make` returns, stored.
  virtual std::shared_ptr<Opaque> find_or_make(std::string_view container, std::string_view name,
                                               FunctionRef<std::shared_ptr<Opaque>()> make) = 0;
  virtual void put(std::string_view container, std::string_view name,
                   std::shared_ptr<Opaque> resource) = 0;
  virtual bool erase(std::string_view container, std::string_view name) = 0;
};

// A function of the graph's library, ready to be called.
class Callable {
 public:
  virtual ~Callable();
  // Results in order. The arguments are consumed.
  virtual std::vector<Tensor> call(std::vector<Tensor> args) = 0;
};

class Runtime {
 public:
  virtual ~Runtime();
  virtual ResourceStore& resources() = 0;
  // Throws NOT_FOUND for a name the library lacks. Cheap after the first call.
  virtual Callable& function(const NameAttrList& ref) = 0;
  // Throws CANCELLED or DEADLINE_EXCEEDED when the run must stop: loops call it each time round.
  virtual void check_cancelled() = 0;
  virtual bool cancelled() const = 0;
  // Until the run must stop; INT64_MAX without a limit. For kernels that wait: see op/waits.h.
  virtual int64_t nanoseconds_left() const { return INT64_MAX; }
  // One number a run of the session: names what lives for one step only.
  virtual int64_t step_id() const = 0;
  // Resources that live for one step only: TensorArrays, stacks.
  virtual ResourceStore& step_resources() = 0;
  // Kernels may read and write files only when the session was opened so.
  virtual bool allow_files() const = 0;
  // True also for the files of the model that is being loaded (its assets).
  virtual bool may_read(const std::string& path) const = 0;
};

}  // namespace rill
