#include <fstream>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/files.h"

namespace rill {
namespace {

const std::string& path_of(const KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "the filename must be a scalar, but has shape ",
              ctx.input(0).shape());
  return *ctx.input(0).data<std::string>();
}

void file_read(KernelContext& ctx) {
  std::string content = whole_file(ctx, path_of(ctx));
  *ctx.output(0, Shape{}).data<std::string>() = std::move(content);
}

void write(KernelContext& ctx) {
  const std::string& path = path_of(ctx);
  if (!ctx.runtime().allow_files()) {
    ctx.fail(Code::permission_denied, "this session may not write files: ", quoted(path));
  }
  const std::string& text = *ctx.input(1).data<std::string>();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) ctx.fail(Code::permission_denied, "cannot write ", quoted(path));
}

}  // namespace

void register_file_ops(OpRegistry& registry) {
  registry.add({.signature = "ReadFile(filename: string) -> (contents: string)",
                .shape = shapes::scalar,
                .kernel = file_read,
                .stateful = true});
  registry.add({.signature = "WriteFile(filename: string, contents: string) -> ()",
                .shape = shapes::none,
                .kernel = write,
                .stateful = true});
}

}  // namespace rill
