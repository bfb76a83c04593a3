#pragma once

#include <string>
#include <vector>

#include "rill/keras/layer.hpp"

namespace rill::keras {

// A layer whose vocabulary may lie beside the config: assets/.../vocabulary.txt of an archive.
class VocabularyLayer : public Layer {
 public:
  virtual bool needs_vocabulary() const = 0;
  virtual void set_vocabulary(std::vector<std::string> tokens) = 0;
};

}  // namespace rill::keras
