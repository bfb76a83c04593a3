// A model as boxes and arrows, before it is drawn.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rill/keras/plot.hpp"

namespace rill::keras {

struct PlotCell {
  std::string text;   // "Output shape: "
  std::string value;  // printed bold behind it
  std::string color = "white";
};

struct PlotBox {
  std::string name;  // of the layer; empty when names are not shown
  std::string class_name;
  std::string activation;       // empty: no row
  std::vector<PlotCell> cells;  // the last row
  int cluster = -1;             // the nested model that it belongs to
};

struct PlotGraph {
  struct Cluster {
    std::string name;
    int parent = -1;
  };
  std::vector<PlotBox> boxes;
  std::vector<std::pair<int, int>> edges;  // from, to; each once
  std::vector<Cluster> clusters;
};

PlotGraph plot_graph(const Model& model, const PlotOptions& options);
// Text between tags.
std::string escape_markup(const std::string& text);

}  // namespace rill::keras
