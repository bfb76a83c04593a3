// Labels as keras.utils.model_to_dot makes them.
#include <algorithm>

#include "base/str.h"
#include "keras/models/plot_graph.h"

namespace rill::keras {
namespace {

std::string label(const PlotBox& box) {
  const size_t columns = std::max<size_t>(1, box.cells.size());
  const std::string span = str("colspan=\"", columns, "\"");
  const std::string title = box.name.empty() ? "<b>" + escape_markup(box.class_name) + "</b>"
                                             : "<b>" + escape_markup(box.name) + "</b> (" +
                                                   escape_markup(box.class_name) + ")";
  std::string out = "<<table border=\"0\" cellborder=\"1\" bgcolor=\"black\" cellpadding=\"10\">";
  out += "<tr><td " + span + " bgcolor=\"black\"><font point-size=\"16\" color=\"white\">" + title +
         "</font></td></tr>";
  if (!box.activation.empty()) {
    out += "<tr><td bgcolor=\"white\" " + span + "><font point-size=\"14\">Activation: <b>" +
           escape_markup(box.activation) + "</b></font></td></tr>";
  }
  if (!box.cells.empty()) {
    out += "<tr>";
    for (const PlotCell& cell : box.cells) {
      const char* ink = cell.color == "white" ? "" : " color=\"white\"";
      out += str("<td bgcolor=\"", cell.color, "\"><font point-size=\"14\"", ink, ">",
                 escape_markup(cell.text), "<b>", escape_markup(cell.value), "</b></font></td>");
    }
    out += "</tr>";
  }
  return out + "</table>>";
}

void boxes(const PlotGraph& graph, int cluster, const std::string& indent, std::string& out) {
  for (size_t i = 0; i < graph.boxes.size(); ++i) {
    if (graph.boxes[i].cluster != cluster) continue;
    out += str(indent, i, " [fontname=Helvetica, border=0, margin=0, label=", label(graph.boxes[i]),
               "];\n");
  }
  for (size_t c = 0; c < graph.clusters.size(); ++c) {
    if (graph.clusters[c].parent != cluster) continue;
    out +=
        str(indent, "subgraph cluster_", c, " {\n", indent, "  style=dashed;\n", indent,
            "  labeljust=l;\n", indent, "  label=<", escape_markup(graph.clusters[c].name), ">;\n");
    boxes(graph, static_cast<int>(c), indent + "  ", out);
    out += indent + "}\n";
  }
}

}  // namespace

std::string plot_dot(const Model& model, const PlotOptions& options) {
  const PlotGraph graph = plot_graph(model, options);
  std::string out = "digraph G {\n";
  out += str("  rankdir=", options.rankdir, ";\n  concentrate=True;\n  dpi=", options.dpi,
             ";\n  splines=ortho;\n  node [shape=record];\n");
  boxes(graph, -1, "  ", out);
  for (const auto& [from, to] : graph.edges) {
    out += str("  ", from, " -> ", to, " [penwidth=2];\n");
  }
  return out + "}\n";
}

}  // namespace rill::keras
