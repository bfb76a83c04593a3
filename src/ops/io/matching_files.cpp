// MatchingFiles: the paths that fit patterns with *, ? and [...], within one level each.
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include "codec/folder.h"
#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"

namespace rill {
namespace {

constexpr size_t kMostPaths = size_t{1} << 22;

bool is_pattern(std::string_view level) { return level.find_first_of("*?[\\") != level.npos; }

std::vector<std::string> levels_of(const std::string& path) {
  std::vector<std::string> out;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (end > at) out.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// Adds to `out` what `level` stands for in each folder of `folders`.
void step_down(const KernelContext& ctx, const std::vector<std::string>& folders,
               const std::string& level, std::vector<std::string>& out) {
  std::error_code error;
  for (const std::string& folder : folders) {
    ctx.runtime().check_cancelled();
    const std::string begin = folder.empty() || folder.back() == '/' ? folder : folder + "/";
    if (!is_pattern(level)) {
      if (std::filesystem::exists(begin + level, error)) out.push_back(begin + level);
      continue;
    }
    FolderNames names(folder.empty() ? "." : folder);
    while (const auto name = names.next()) {
      if (::fnmatch(level.c_str(), name->c_str(), 0) == 0) out.push_back(begin + *name);
      if (out.size() > kMostPaths) ctx.fail(Code::resource_exhausted, "too many files match");
    }
  }
}

void run(KernelContext& ctx) {
  const Tensor& patterns = ctx.input(0);
  ctx.require(patterns.rank() <= 1,
              "Input patterns tensor must be scalar or vector, but had shape: ", patterns.shape());
  if (!ctx.runtime().allow_files()) {
    ctx.fail(Code::permission_denied, "this session may not look for files");
  }
  std::vector<std::string> all;
  for (const std::string& pattern : patterns.flat<std::string>()) {
    if (pattern.empty()) continue;
    std::error_code error;
    if (!is_pattern(pattern)) {
      if (std::filesystem::exists(pattern, error)) all.push_back(pattern);
      continue;
    }
    std::vector<std::string> found{pattern.front() == '/' ? "/" : ""};
    for (const std::string& level : levels_of(pattern)) {
      std::vector<std::string> next;
      step_down(ctx, found, level, next);
      found = std::move(next);
    }
    all.insert(all.end(), found.begin(), found.end());
  }
  std::sort(all.begin(), all.end());
  ctx.set_output(0, Tensor::vector(all));
}

void infer(ShapeContext& ctx) { ctx.set_output(0, Shape{Shape::kUnknownDim}); }

}  // namespace

void register_matching_files(OpRegistry& registry) {
  registry.add({.signature = "MatchingFiles(pattern: string) -> (filenames: string)",
                .shape = infer,
                .kernel = run,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace rill
