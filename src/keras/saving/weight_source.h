// Where weights come from: a tree of groups and data sets, as HDF5 files and archives have it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rill/keras/model.hpp"

namespace rill::keras {

// Paths are "group/group/name" without a slash in front; "" is the root.
class WeightSource {
 public:
  virtual ~WeightSource() = default;
  // A group or a data set.
  virtual bool contains(const std::string& path) const = 0;
  // Throws NOT_FOUND, DATA_LOSS.
  virtual Tensor read(const std::string& path) const = 0;
  // An attribute that is a list of strings (split over NAME0, NAME1, ... when it was too long for
  // one); empty when there is none.
  virtual std::vector<std::string> names(const std::string& path,
                                         const std::string& attribute) const = 0;
  // An attribute that is a string; empty when there is none.
  virtual std::string text(const std::string& path, const std::string& attribute) const = 0;
  // A file that an archive keeps beside the weights ("layers/text_vectorization/vocabulary.txt");
  // nothing when there is none.
  virtual std::optional<std::string> asset(const std::string&) const { return std::nullopt; }
  // For messages: the path of the file.
  virtual std::string describe() const = 0;
};

struct LoadWeightsOptions {
  // HDF5 of Keras 1 and 2: match layers by name, not by order; layers that lack on one side are
  // left alone.
  bool by_name = false;
  // Leave weights of another shape as they are instead of throwing.
  bool skip_mismatch = false;
};

// Fills the weights of a built model. Understands the layout of Keras 1 and 2 (layer_names and
// weight_names, also below model_weights/) and that of Keras 3 (layers/NAME/vars/N).
// Throws INVALID_ARGUMENT naming layer, weight and both shapes, or the layer whose weights lack.
void load_weights(const Model& model, const WeightSource& source,
                  const LoadWeightsOptions& options = {});

}  // namespace rill::keras
