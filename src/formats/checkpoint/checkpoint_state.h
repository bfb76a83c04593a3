// The file "checkpoint" in a folder of checkpoints: which one is the newest, as protobuf text.
//
//   model_checkpoint_path: "model.ckpt-7"
//   all_model_checkpoint_paths: "model.ckpt-6"
//   all_model_checkpoint_paths: "model.ckpt-7"
//   all_model_checkpoint_timestamps: 1700000000.5
//   last_preserved_timestamp: 1699999999.25
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rill::formats {

struct CheckpointState {
  std::string newest;              // as written: relative to the folder, or absolute
  std::vector<std::string> all;    // oldest first, the newest is the last
  std::vector<double> timestamps;  // of `all`, or empty
  std::optional<double> last_preserved;
};

// Throws NOT_FOUND, DATA_LOSS.
CheckpointState read_checkpoint_state(const std::filesystem::path& folder,
                                      const std::string& file_name = "checkpoint");
// Paths inside the folder are written relative to it, so that it can be moved.
void write_checkpoint_state(const std::filesystem::path& folder, CheckpointState state,
                            const std::string& file_name = "checkpoint");

// The prefix of the newest checkpoint, with the folder before it; nothing when there is no state
// file, it is damaged, or the checkpoint is gone (tf.train.latest_checkpoint).
std::optional<std::filesystem::path> latest_checkpoint(const std::filesystem::path& folder,
                                                       const std::string& file_name = "checkpoint");

}  // namespace rill::formats
