// The calls of a SavedModel's graph whose functions have custom gradients that use more variables
// than the functions themselves.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "formats/saved_model/saved_model.h"
#include "rill/saver.hpp"

namespace rill::io {

struct GraphCall {
  std::string node;
  std::string function;          // takes the objects behind its other arguments
  std::vector<int32_t> objects;  // variables, mostly
};

// Gives the nodes of an imported graph their variables, which the saver restored. A call with an
// object that is none stays as it is: a gradient through it says what it lacks.
void give_variables(GraphImpl& graph, const formats::SavedModel& model,
                    const formats::MetaGraph& meta, const std::vector<GraphCall>& calls,
                    std::span<const Saver::Item> restored);

}  // namespace rill::io
