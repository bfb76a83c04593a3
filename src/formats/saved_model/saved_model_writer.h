// Writes a SavedModel folder at once: saved_model.pb, the checkpoint in variables/, assets.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "codec/atomic_folder.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "formats/saved_model/saved_model.h"

namespace rill::formats {

class SavedModelWriter {
 public:
  // Throws as AtomicFolder.
  explicit SavedModelWriter(const std::filesystem::path& folder);

  // variables/variables; commit() commits it. Made at first use.
  CheckpointWriter& variables();
  // assets/NAME. Throws INVALID_ARGUMENT for a name that leads out of the folder.
  void add_asset(const std::string& name, std::string_view content);
  // Another file of the folder, such as keras_metadata.pb.
  void add_file(const std::string& name, std::string_view content);
  // Only when this returns is the model saved.
  void commit(const SavedModel& model, bool as_text = false);

 private:
  AtomicFolder folder_;
  std::unique_ptr<CheckpointWriter> variables_;
};

}  // namespace rill::formats
