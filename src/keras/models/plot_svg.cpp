// A layered drawing (Sugiyama): ranks by the longest path, long arrows led through places of their
// own, order within a rank by the mean place of the neighbours.
#include <algorithm>
#include <cstdio>

#include "base/c_format.h"
#include "base/str.h"
#include "keras/models/plot_graph.h"

namespace rill::keras {
namespace {

constexpr double kGap = 28;      // between boxes of a rank
constexpr double kRankGap = 46;  // between ranks
constexpr double kRow = 28;      // the height of a row of a box
constexpr double kLetter = 8.2;  // the width of one, about
constexpr double kPadding = 20;
constexpr int kSweeps = 8;

// A box, or the place where a long arrow crosses a rank (box < 0). "Across" is along a rank.
struct Place {
  int box = -1;
  int rank = 0;
  double width = 8, height = 0;
  double across = 0;  // of the middle
  std::vector<int> before, behind;
};

double text_width(const std::string& text) {
  size_t letters = 0;
  for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return static_cast<double>(letters) * kLetter;
}

std::string title_of(const PlotBox& box) {
  return box.name.empty() ? box.class_name : box.name + " (" + box.class_name + ")";
}

class Drawing {
 public:
  Drawing(const PlotGraph& graph, bool sideways) : graph_(graph), sideways_(sideways) {
    measure();
    rank();
    lead_long_arrows();
    order();
    spread();
  }

  std::string svg() {
    std::string body;
    for (const std::vector<int>& path : paths_) body += arrow(path);
    for (const Place& p : places_) {
      if (p.box >= 0) body += box(p);
    }
    for (size_t c = 0; c < graph_.clusters.size(); ++c) body += cluster(static_cast<int>(c));
    const double w = sideways_ ? depth_ : breadth_, h = sideways_ ? breadth_ : depth_;
    return str("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", n(w), "\" height=\"", n(h),
               "\" viewBox=\"0 0 ", n(w), " ", n(h),
               "\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"14\">\n"
               "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" "
               "markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\">"
               "<path d=\"M0 0L10 5L0 10z\"/></marker></defs>\n"
               "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
               body, "</svg>\n");
  }

 private:
  static std::string n(double v) {
    const std::string out = c_format("%.1f", v);
    return out.ends_with(".0") ? out.substr(0, out.size() - 2) : out;
  }

  void measure() {
    for (size_t i = 0; i < graph_.boxes.size(); ++i) {
      const PlotBox& b = graph_.boxes[i];
      Place p;
      p.box = static_cast<int>(i);
      double cells = 0;
      for (const PlotCell& c : b.cells) cells += text_width(c.text + c.value) + kPadding;
      p.width = std::max({text_width(title_of(b)) * 1.15 + kPadding, cells,
                          text_width("Activation: " + b.activation) + kPadding});
      p.height = kRow * (1 + !b.activation.empty() + !b.cells.empty());
      places_.push_back(std::move(p));
    }
  }

  void rank() {
    std::vector<std::vector<int>> next(places_.size());
    std::vector<int> waiting(places_.size(), 0);
    for (const auto& [from, to] : graph_.edges) {
      next[static_cast<size_t>(from)].push_back(to);
      ++waiting[static_cast<size_t>(to)];
    }
    std::vector<int> ready;
    for (size_t i = 0; i < places_.size(); ++i) {
      if (waiting[i] == 0) ready.push_back(static_cast<int>(i));
    }
    for (size_t at = 0; at < ready.size(); ++at) {
      const auto from = static_cast<size_t>(ready[at]);
      for (const int to : next[from]) {
        Place& p = places_[static_cast<size_t>(to)];
        p.rank = std::max(p.rank, places_[from].rank + 1);
        if (--waiting[static_cast<size_t>(to)] == 0) ready.push_back(to);
      }
    }
  }

  void lead_long_arrows() {
    for (const auto& [from, to] : graph_.edges) {
      std::vector<int> path{from};
      const int first = places_[static_cast<size_t>(from)].rank;
      const int last = places_[static_cast<size_t>(to)].rank;
      for (int r = first + 1; r < last; ++r) {
        Place p;
        p.rank = r;
        places_.push_back(std::move(p));
        path.push_back(static_cast<int>(places_.size()) - 1);
      }
      path.push_back(to);
      for (size_t i = 0; i + 1 < path.size(); ++i) {
        places_[static_cast<size_t>(path[i])].behind.push_back(path[i + 1]);
        places_[static_cast<size_t>(path[i + 1])].before.push_back(path[i]);
      }
      paths_.push_back(std::move(path));
    }
    for (size_t i = 0; i < places_.size(); ++i) {
      const auto r = static_cast<size_t>(places_[i].rank);
      if (ranks_.size() <= r) ranks_.resize(r + 1);
      ranks_[r].push_back(static_cast<int>(i));
    }
  }

  // Puts the places of a rank side by side, each as near as it can be to where `wanted` says.
  void put(std::vector<int>& rank) {
    double at = 0;
    for (const int id : rank) {
      Place& p = places_[static_cast<size_t>(id)];
      p.across = at + p.width / 2;
      at += p.width + kGap;
    }
    const double shift = (at - kGap) / 2;
    for (const int id : rank) places_[static_cast<size_t>(id)].across -= shift;
  }

  double mean(const std::vector<int>& neighbours, double otherwise) const {
    if (neighbours.empty()) return otherwise;
    double sum = 0;
    for (const int id : neighbours) sum += places_[static_cast<size_t>(id)].across;
    return sum / static_cast<double>(neighbours.size());
  }

  void order() {
    for (auto& rank : ranks_) put(rank);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      const bool down = sweep % 2 == 0;
      for (size_t i = 0; i < ranks_.size(); ++i) {
        auto& rank = ranks_[down ? i : ranks_.size() - 1 - i];
        std::vector<std::pair<double, int>> keys;
        for (const int id : rank) {
          const Place& p = places_[static_cast<size_t>(id)];
          keys.emplace_back(mean(down ? p.before : p.behind, p.across), id);
        }
        std::stable_sort(keys.begin(), keys.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (size_t k = 0; k < keys.size(); ++k) rank[k] = keys[k].second;
        put(rank);
      }
    }
  }

  void spread() {
    double low = 0, high = 0;
    for (const Place& p : places_) {
      low = std::min(low, p.across - p.width / 2);
      high = std::max(high, p.across + p.width / 2);
    }
    // Sideways a box keeps its width, which then counts along the way.
    if (sideways_) {
      for (auto& rank : ranks_) {
        double at = 0;
        for (const int id : rank) {
          Place& p = places_[static_cast<size_t>(id)];
          const double size = p.box < 0 ? 8 : p.height;
          p.across = at + size / 2;
          at += size + kGap;
        }
        for (const int id : rank) places_[static_cast<size_t>(id)].across -= (at - kGap) / 2;
        low = std::min(rank == ranks_[0] ? 0.0 : low, -(at - kGap) / 2);
        high = std::max(rank == ranks_[0] ? 0.0 : high, (at - kGap) / 2);
      }
    }
    for (Place& p : places_) p.across += kPadding - low;
    breadth_ = high - low + 2 * kPadding;
    double at = kPadding;
    for (const auto& rank : ranks_) {
      double thick = 0;
      for (const int id : rank) {
        const Place& p = places_[static_cast<size_t>(id)];
        if (p.box >= 0) thick = std::max(thick, sideways_ ? p.width : p.height);
      }
      begin_.push_back(at);
      thick_.push_back(thick);
      at += thick + kRankGap;
    }
    depth_ = at - kRankGap + kPadding;
  }

  std::string point(double along, double across) const {
    return sideways_ ? n(along) + " " + n(across) : n(across) + " " + n(along);
  }

  std::string arrow(const std::vector<int>& path) const {
    std::string d;
    for (size_t i = 0; i + 1 < path.size(); ++i) {
      const Place& a = places_[static_cast<size_t>(path[i])];
      const Place& b = places_[static_cast<size_t>(path[i + 1])];
      const auto ra = static_cast<size_t>(a.rank), rb = static_cast<size_t>(b.rank);
      const double size = a.box < 0 ? thick_[ra] : sideways_ ? a.width : a.height;
      double from = begin_[ra] + (a.box < 0 ? 0 : size);
      const double to = begin_[rb];
      if (i == 0) d += "M" + point(from, a.across);
      if (a.box < 0) {
        from += thick_[ra];
        d += "L" + point(from, a.across);
      }
      const double half = (from + to) / 2;
      d += "C" + point(half, a.across) + " " + point(half, b.across) + " " + point(to, b.across);
    }
    return "<path d=\"" + d +
           "\" fill=\"none\" stroke=\"black\" stroke-width=\"2\" marker-end=\"url(#tip)\"/>\n";
  }

  static std::string rectangle(double x, double y, double w, double h, const std::string& fill) {
    return str("<rect x=\"", n(x), "\" y=\"", n(y), "\" width=\"", n(w), "\" height=\"", n(h),
               "\" fill=\"", fill, "\" stroke=\"black\"/>");
  }
  static std::string words(double x, double y, const std::string& inner, const char* ink,
                           int size) {
    return str("<text x=\"", n(x), "\" y=\"", n(y), "\" text-anchor=\"middle\" font-size=\"", size,
               "\" fill=\"", ink, "\">", inner, "</text>\n");
  }
  static std::string bold(const std::string& text) {
    return "<tspan font-weight=\"bold\">" + escape_markup(text) + "</tspan>";
  }

  std::pair<double, double> corner(const Place& p) const {
    const double along = begin_[static_cast<size_t>(p.rank)];
    return sideways_ ? std::pair(along, p.across - p.height / 2)
                     : std::pair(p.across - p.width / 2, along);
  }

  std::string box(const Place& p) const {
    const PlotBox& b = graph_.boxes[static_cast<size_t>(p.box)];
    auto [x, y] = corner(p);
    const std::string title = b.name.empty()
                                  ? bold(b.class_name)
                                  : bold(b.name) + " (" + escape_markup(b.class_name) + ")";
    std::string out = "<g>" + rectangle(x, y, p.width, kRow, "black") +
                      words(x + p.width / 2, y + 19, title, "white", 16);
    y += kRow;
    if (!b.activation.empty()) {
      out += rectangle(x, y, p.width, kRow, "white") +
             words(x + p.width / 2, y + 19, "Activation: " + bold(b.activation), "black", 14);
      y += kRow;
    }
    double whole = 0;
    for (const PlotCell& c : b.cells) whole += text_width(c.text + c.value) + kPadding;
    for (const PlotCell& c : b.cells) {
      const double w = (text_width(c.text + c.value) + kPadding) * p.width / whole;
      out += rectangle(x, y, w, kRow, c.color) + words(x + w / 2, y + 19,
                                                       escape_markup(c.text) + bold(c.value),
                                                       c.color == "white" ? "black" : "white", 14);
      x += w;
    }
    return out + "</g>\n";
  }

  bool inside(int cluster, int of) const {
    for (; cluster >= 0; cluster = graph_.clusters[static_cast<size_t>(cluster)].parent) {
      if (cluster == of) return true;
    }
    return false;
  }
  std::string cluster(int c) const {
    double left = 1e300, top = 1e300, right = 0, bottom = 0;
    for (const Place& p : places_) {
      if (p.box < 0 || !inside(graph_.boxes[static_cast<size_t>(p.box)].cluster, c)) continue;
      const auto [x, y] = corner(p);
      left = std::min(left, x);
      top = std::min(top, y);
      right = std::max(right, x + p.width);
      bottom = std::max(bottom, y + p.height);
    }
    if (right <= 0) return "";
    return str("<rect x=\"", n(left - 8), "\" y=\"", n(top - 20), "\" width=\"",
               n(right - left + 16), "\" height=\"", n(bottom - top + 28),
               "\" fill=\"none\" stroke=\"black\" stroke-dasharray=\"5 4\"/><text x=\"",
               n(left - 4), "\" y=\"", n(top - 6), "\">",
               escape_markup(graph_.clusters[static_cast<size_t>(c)].name), "</text>\n");
  }

  const PlotGraph& graph_;
  bool sideways_;
  std::vector<Place> places_;
  std::vector<std::vector<int>> ranks_, paths_;
  std::vector<double> begin_, thick_;
  double breadth_ = 0, depth_ = 0;
};

}  // namespace

std::string plot_svg(const Model& model, const PlotOptions& options) {
  const PlotGraph graph = plot_graph(model, options);
  return Drawing(graph, options.rankdir == "LR").svg();
}

}  // namespace rill::keras
