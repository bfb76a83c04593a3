#include "formats/saved_model/saved_model_writer.h"

#include "base/fail.h"
#include "formats/prototext/text_format.h"

namespace rill::formats {

namespace fs = std::filesystem;

SavedModelWriter::SavedModelWriter(const fs::path& folder) : folder_(folder) {
  fs::create_directory(folder_.folder() / "variables");  // empty in models without variables
  fs::create_directory(folder_.folder() / "assets");
}

CheckpointWriter& SavedModelWriter::variables() {
  if (!variables_) {
    variables_ = std::make_unique<CheckpointWriter>(folder_.folder() / "variables" / "variables");
  }
  return *variables_;
}

void SavedModelWriter::add_asset(const std::string& name, std::string_view content) {
  if (name.empty() || name.find('/') != std::string::npos || name == "." || name == "..") {
    fail(Code::invalid_argument, "an asset cannot be named ", quoted(name));
  }
  write_file(folder_.folder() / "assets" / name, content);
}

void SavedModelWriter::add_file(const std::string& name, std::string_view content) {
  write_file(folder_.folder() / name, content);
}

void SavedModelWriter::commit(const SavedModel& model, bool as_text) {
  if (variables_) variables_->commit();
  const std::string bytes = serialize_saved_model(model);
  constexpr size_t kMost = (size_t{1} << 31) - 1;  // what protobuf can read
  if (bytes.size() > kMost) {
    fail(Code::resource_exhausted, "the graph takes ", bytes.size(),
         " bytes; a SavedModel may have 2 GiB - 1: keep large constants in variables");
  }
  if (as_text) {
    write_file(folder_.folder() / "saved_model.pbtxt", wire_to_text(bytes_of(bytes), "SavedModel"));
  } else {
    write_file(folder_.folder() / "saved_model.pb", bytes);
  }
  folder_.commit();
}

}  // namespace rill::formats
