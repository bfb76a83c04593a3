#include "ops/linalg/einsum_equation.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "base/fail.h"

namespace rill::linalg {
namespace {

Labels parse_labels(std::string_view text, std::string_view equation) {
  Labels labels;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (ascii::is_letter(text[i])) {
      labels.push_back(text[i]);
    } else if (text.substr(i, 3) == "..." && !has_label(labels, -1)) {
      labels.push_back(-1);
      i += 2;
    } else {
      fail(Code::invalid_argument, "Einsum: equation ", quoted(equation), " has ",
           quoted(text.substr(i, 3)), " where a letter or one ellipsis was expected");
    }
  }
  return labels;
}

bool has_ellipsis(const Labels& labels) {
  return std::find(labels.begin(), labels.end(), -1) != labels.end();
}

void replace_ellipsis(Labels& labels, int dims) {
  const auto at = std::find(labels.begin(), labels.end(), -1);
  if (at == labels.end()) return;
  Labels replacement;
  for (int d = dims - 1; d >= 0; --d) replacement.push_back(kEllipsis + d);
  const auto position = labels.erase(at);
  labels.insert(position, replacement.begin(), replacement.end());
}

}  // namespace

bool has_label(const Labels& labels, int label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

Equation parse_equation(std::string_view text) {
  Equation equation;
  const size_t arrow = text.find("->");
  std::string_view inputs = text.substr(0, arrow);
  while (true) {
    const size_t comma = inputs.find(',');
    equation.inputs.push_back(parse_labels(inputs.substr(0, comma), text));
    if (comma == std::string_view::npos) break;
    inputs.remove_prefix(comma + 1);
  }
  std::map<int, int> counts;
  bool ellipsis = false;
  for (const Labels& labels : equation.inputs) {
    for (int label : labels) {
      if (label < 0) ellipsis = true;
      if (label >= 0) ++counts[label];
    }
  }
  if (arrow == std::string_view::npos) {
    if (ellipsis) equation.output.push_back(-1);
    for (const auto& [label, count] : counts) {
      if (count == 1) equation.output.push_back(label);
    }
    return equation;
  }
  equation.output = parse_labels(text.substr(arrow + 2), text);
  for (int label : equation.output) {
    if (label >= 0 && counts.find(label) == counts.end()) {
      fail(Code::invalid_argument, "Einsum: equation ", quoted(text), ": output label '",
           static_cast<char>(label), "' is in no input");
    }
  }
  if (has_ellipsis(equation.output) && !ellipsis) {
    fail(Code::invalid_argument, "Einsum: equation ", quoted(text),
         ": the output has an ellipsis and no input has one");
  }
  return equation;
}

Equation expand_ellipses(const Equation& equation, const std::vector<int>& ranks) {
  Equation result = equation;
  int widest = 0;
  for (size_t i = 0; i < result.inputs.size(); ++i) {
    Labels& labels = result.inputs[i];
    const int named = static_cast<int>(labels.size()) - (has_ellipsis(labels) ? 1 : 0);
    const int rest = ranks[i] - named;
    if (rest < 0 || (rest > 0 && !has_ellipsis(labels))) {
      fail(Code::invalid_argument, "Einsum: input ", i, " has rank ", ranks[i],
           ", but its subscript names ", named, " dimensions",
           has_ellipsis(labels) ? " besides the ellipsis" : "");
    }
    if (has_ellipsis(labels)) widest = std::max(widest, rest);
    replace_ellipsis(labels, rest);
  }
  if (widest > 0 && !has_ellipsis(result.output)) {
    fail(Code::invalid_argument,
         "Einsum: an ellipsis stands for dimensions of the inputs, but the output has none");
  }
  replace_ellipsis(result.output, widest);
  return result;
}

void LabelSizes::add(const Labels& labels, const Shape& shape, std::string_view equation) {
  for (size_t i = 0; i < labels.size(); ++i) {
    const int64_t size = shape[static_cast<int>(i)];
    const auto found = std::find_if(sizes_.begin(), sizes_.end(),
                                    [&](const auto& item) { return item.first == labels[i]; });
    if (found == sizes_.end()) {
      sizes_.emplace_back(labels[i], size);
      continue;
    }
    int64_t& known = found->second;
    const bool broadcasts = labels[i] >= kEllipsis;
    if (known == size) continue;
    if (broadcasts && (known == 1 || size == 1)) {
      known = known == 1 ? size : known;
    } else if (known < 0 || size < 0) {
      known = std::max(known, size);
    } else {
      fail(Code::invalid_argument, "Einsum: equation ", quoted(equation), ": one label has sizes ",
           known, " and ", size);
    }
  }
}

int64_t LabelSizes::operator[](int label) const {
  for (const auto& [known, size] : sizes_) {
    if (known == label) return size;
  }
  return -1;
}

}  // namespace rill::linalg
