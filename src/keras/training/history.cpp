// What fit() recorded, as numbers, as a table and as a picture.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/c_format.h"
#include "base/fail.h"
#include "codec/atomic_file.h"
#include "keras/core/python_float.h"
#include "rill/keras/training.hpp"

namespace rill::keras {

const std::vector<double>& History::operator[](const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& [key, values] : history) {
    if (key == name) return values;
    names.push_back(key);
  }
  fail(Code::not_found, "the history has no ", quoted(name), did_you_mean(name, names));
}

bool History::contains(const std::string& name) const {
  return std::any_of(history.begin(), history.end(),
                     [&](const auto& item) { return item.first == name; });
}

namespace {

std::string axis_number(double x) { return c_format("%.6g", x); }

std::string at(double x) { return c_format("%.1f", x); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

struct Range {
  double low = 0;
  double high = 1;
};

// Of all finite values; never empty.
Range range_of(const std::vector<const std::vector<double>*>& curves) {
  Range out{INFINITY, -INFINITY};
  for (const auto* curve : curves) {
    for (const double x : *curve) {
      if (!std::isfinite(x)) continue;
      out.low = std::min(out.low, x);
      out.high = std::max(out.high, x);
    }
  }
  if (!(out.low <= out.high)) return {};
  if (out.low == out.high) return {out.low - 0.5, out.high + 0.5};
  return out;
}

// 1, 2 or 5 times a power of ten, for about five marks.
double mark_step(const Range& range) {
  const double rough = (range.high - range.low) / 5;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::string History::svg_text(const CurveOptions& options) const {
  static constexpr const char* kColours[] = {"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728",
                                             "#9467bd", "#8c564b", "#e377c2", "#17becf"};
  std::vector<std::string> names = options.values;
  if (names.empty()) {
    for (const auto& [name, values] : history) names.push_back(name);
  }
  std::vector<const std::vector<double>*> curves;
  for (const std::string& name : names) curves.push_back(&(*this)[name]);
  size_t count = 0;
  for (const auto* curve : curves) count = std::max(count, curve->size());
  const double left = 64, top = options.title.empty() ? 16 : 36, right = 150, bottom = 40;
  const double width = std::max(50.0, options.width - left - right);
  const double height = std::max(50.0, options.height - top - bottom);
  const Range range = range_of(curves);
  const auto x_of = [&](size_t i) {
    return left + (count > 1 ? width * static_cast<double>(i) / static_cast<double>(count - 1)
                             : width / 2);
  };
  const auto y_of = [&](double v) {
    return top + height * (range.high - v) / (range.high - range.low);
  };
  std::string out =
      str("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", options.width, "\" height=\"",
          options.height, "\" font-family=\"sans-serif\" font-size=\"12\">\n",
          "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
  if (!options.title.empty()) {
    out += str("<text x=\"", at(left), "\" y=\"22\" font-size=\"15\">", escaped(options.title),
               "</text>\n");
  }
  const double step = mark_step(range);
  for (double v = std::ceil(range.low / step) * step; v <= range.high + step * 1e-9; v += step) {
    const double shown = std::abs(v) < step * 1e-6 ? 0 : v;
    out += str("<line x1=\"", at(left), "\" x2=\"", at(left + width), "\" y1=\"", at(y_of(v)),
               "\" y2=\"", at(y_of(v)), "\" stroke=\"#ddd\"/><text x=\"", at(left - 6), "\" y=\"",
               at(y_of(v) + 4), "\" text-anchor=\"end\">", axis_number(shown), "</text>\n");
  }
  const size_t every = std::max<size_t>(1, (count + 9) / 10);
  for (size_t i = 0; i < count; i += every) {
    const int64_t label = i < epoch.size() ? epoch[i] + 1 : static_cast<int64_t>(i) + 1;
    out += str("<text x=\"", at(x_of(i)), "\" y=\"", at(top + height + 16),
               "\" text-anchor=\"middle\">", label, "</text>\n");
  }
  out += str("<text x=\"", at(left + width / 2), "\" y=\"", at(top + height + 34),
             "\" text-anchor=\"middle\">epoch</text>\n<rect x=\"", at(left), "\" y=\"", at(top),
             "\" width=\"", at(width), "\" height=\"", at(height),
             "\" fill=\"none\" stroke=\"#888\"/>\n");
  for (size_t k = 0; k < curves.size(); ++k) {
    const char* colour = kColours[k % std::size(kColours)];
    std::string points;
    for (size_t i = 0; i < curves[k]->size(); ++i) {
      const double v = (*curves[k])[i];
      if (!std::isfinite(v)) continue;
      points += str(points.empty() ? "" : " ", at(x_of(i)), ",", at(y_of(v)));
    }
    const double y = top + 12 + 18 * static_cast<double>(k);
    out += str("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"", colour, "\" points=\"",
               points, "\"/>\n<line x1=\"", at(left + width + 10), "\" x2=\"",
               at(left + width + 30), "\" y1=\"", at(y), "\" y2=\"", at(y), "\" stroke=\"", colour,
               "\" stroke-width=\"2\"/><text x=\"", at(left + width + 35), "\" y=\"", at(y + 4),
               "\">", escaped(names[k]), "</text>\n");
  }
  return out + "</svg>\n";
}

const History& History::svg(const std::string& path, const CurveOptions& options) const {
  write_file(path, svg_text(options));
  return *this;
}

const History& History::csv(const std::string& path) const {
  std::vector<std::string> names;
  for (const auto& [name, values] : history) names.push_back(name);
  std::sort(names.begin(), names.end());
  std::string text = "epoch";
  for (const std::string& name : names) text += "," + name;
  text += "\r\n";
  for (size_t i = 0; i < epoch.size(); ++i) {
    text += std::to_string(epoch[i]);
    for (const std::string& name : names) {
      const std::vector<double>& values = (*this)[name];
      text += "," + (i < values.size() ? python_float(values[i]) : "NA");
    }
    text += "\r\n";
  }
  write_file(path, text);
  return *this;
}

}  // namespace rill::keras
