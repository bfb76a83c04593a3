#include "ops/files.h"

#include <filesystem>
#include <iterator>

#include "codec/inflate.h"
#include "codec/mapped_file.h"
#include "ops/args.h"

namespace rill {

void require_readable(const Runtime& runtime, const std::string& who, const std::string& path) {
  if (!runtime.may_read(path)) {
    fail(Code::permission_denied, who, "this session may not read files: ", quoted(path));
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    fail(Code::failed_precondition, who, quoted(path), "; Is a directory");
  }
}

std::ifstream open_to_read(const KernelContext& ctx, const std::string& path) {
  require_readable(ctx.runtime(), who(ctx), path);
  std::ifstream file(path, std::ios::binary);
  if (!file) ctx.fail(Code::not_found, quoted(path), "; No such file or directory");
  return file;
}

std::string whole_file(const KernelContext& ctx, const std::string& path) {
  std::ifstream file = open_to_read(ctx, path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool is_packed(const std::string& compression) {
  return compression == "ZLIB" || compression == "GZIP";
}

SharedBytes unpacked_file(const KernelContext& ctx, const std::string& path,
                          const std::string& compression) {
  return unpacked_file(ctx.runtime(), who(ctx), path, compression);
}

SharedBytes unpacked_file(const Runtime& runtime, const std::string& who, const std::string& path,
                          const std::string& compression) {
  require_readable(runtime, who, path);
  const auto file = MappedFile::open(path);
  if (!is_packed(compression)) return file->shared();
  const Packing packing = compression == "ZLIB" ? Packing::zlib : Packing::gzip;
  return SharedBytes::own(inflate_all(file->bytes(), packing, path));
}

}  // namespace rill
