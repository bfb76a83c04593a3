#include <fstream>
#include <iterator>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

const std::string& path_of(const KernelContext& ctx, bool reading) {
  ctx.require(ctx.input(0).rank() == 0, "the filename must be a scalar, but has shape ",
              ctx.input(0).shape());
  const std::string& path = *ctx.input(0).data<std::string>();
  if (!(reading ? ctx.runtime().may_read(path) : ctx.runtime().allow_files())) {
    ctx.fail(Code::permission_denied, "this session may not read or write files: ", quoted(path));
  }
  return path;
}

void read(KernelContext& ctx) {
  const std::string& path = path_of(ctx, true);
  std::ifstream file(path, std::ios::binary);
  if (!file) ctx.fail(Code::not_found, quoted(path), "; No such file or directory");
  ctx.output(0, Shape{}).data<std::string>()->assign(std::istreambuf_iterator<char>(file), {});
}

void write(KernelContext& ctx) {
  const std::string& path = path_of(ctx, false);
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
                .kernel = read,
                .stateful = true});
  registry.add({.signature = "WriteFile(filename: string, contents: string) -> ()",
                .shape = shapes::none,
                .kernel = write,
                .stateful = true});
}

}  // namespace rill
