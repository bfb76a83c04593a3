// Files that kernels read: only where the session may.
#pragma once

#include <fstream>
#include <string>

#include "codec/bytes.h"
#include "op/kernel_context.h"

namespace rill {

// `who` opens the messages: "TextLineDataset node 'x': ".
// All throw PERMISSION_DENIED when the session may not read files, NOT_FOUND, and
// FAILED_PRECONDITION for a folder.
void require_readable(const Runtime& runtime, const std::string& who, const std::string& path);
std::ifstream open_to_read(const KernelContext& ctx, const std::string& path);
std::string whole_file(const KernelContext& ctx, const std::string& path);

// TensorFlow's names: "ZLIB", "GZIP"; others are no compression.
bool is_packed(const std::string& compression);
// The content, unpacked. Throws DATA_LOSS for damaged bytes.
SharedBytes unpacked_file(const KernelContext& ctx, const std::string& path,
                          const std::string& compression);
SharedBytes unpacked_file(const Runtime& runtime, const std::string& who, const std::string& path,
                          const std::string& compression);

}  // namespace rill
