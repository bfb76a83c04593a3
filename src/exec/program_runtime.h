#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "exec/program.h"

namespace rill {

// What all runs of one Program share: the functions it calls, compiled.
class FunctionCache {
 public:
  FunctionCache(std::shared_ptr<FunctionLibrary> library, std::shared_ptr<ResourceStore> resources,
                ExecOptions options)
      : library_(std::move(library)),
        resources_(std::move(resources)),
        options_(std::move(options)) {}

  std::shared_ptr<Program> find(const NameAttrList& ref);
  ResourceStore& resources() { return *resources_; }
  const ExecOptions& options() const { return options_; }

 private:
  std::shared_ptr<FunctionLibrary> library_;
  std::shared_ptr<ResourceStore> resources_;
  ExecOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Program>, std::less<>> programs_;
};

// The state of one run; lives on the stack of the caller.
class ProgramRuntime final : public Runtime {
 public:
  ProgramRuntime(FunctionCache& functions, const RunOptions& options)
      : functions_(&functions), options_(&options) {}
  ~ProgramRuntime() override;

  ResourceStore& resources() override { return functions_->resources(); }
  Callable& function(const NameAttrList& ref) override;
  void check_cancelled() override;
  bool cancelled() const override;
  int64_t nanoseconds_left() const override;
  int64_t step_id() const override { return step_id_; }
  ResourceStore& step_resources() override;
  bool allow_files() const override { return functions_->options().allow_files; }
  bool may_read(const std::string& path) const override;

 private:
  class FunctionCall;
  FunctionCache* functions_;
  const RunOptions* options_;
  int64_t step_id_ = 0;
  std::shared_ptr<ResourceStore> step_resources_;
  std::map<std::string, std::unique_ptr<Callable>, std::less<>> calls_;
};

}  // namespace rill
