#pragma once

namespace rill::keras {

// A layer whose weights come from an artefact of their own, as TFSMLayer's from a SavedModel: what
// the model's file holds of them is not read.
struct WeightsOutside {
  virtual ~WeightsOutside() = default;
};

}  // namespace rill::keras
