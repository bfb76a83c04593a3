// The table of Keras 3, as rich lays it out: rich/table.py _calculate_column_widths(), _wrap.py
// divide_line() without folding, text.py truncate().
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "base/str.h"
#include "keras/models/summary.h"

namespace rill::keras {
namespace {

// Python's round(): halves go to the even neighbour.
int even_round(double x) { return static_cast<int>(std::nearbyint(x)); }

// Widths with one space on both sides.
std::vector<int> column_widths(const std::vector<double>& positions, int line_length) {
  std::vector<int> widths;
  int current = 0;
  for (const double p : positions) {
    const int width = static_cast<int>(p * line_length) - current;
    if (width < 4) fail(Code::invalid_argument, "the line is too short to print a summary");
    widths.push_back(width + 2);
    current += width;
  }
  const int room = line_length - static_cast<int>(widths.size()) - 1;
  int total = 0;
  for (const int w : widths) total += w;
  int left = static_cast<int>(widths.size());
  if (total > room) {
    int excess = total - room;
    for (int& w : widths) {
      const int taken = std::min(w, even_round(static_cast<double>(excess) / left));
      w -= taken;
      excess -= taken;
      --left;
    }
  } else if (total < room) {
    // ratio_distribute(): each gets its share, rounded up.
    int more = room - total, weight = total;
    for (int& w : widths) {
      const int share = static_cast<int>(std::ceil(static_cast<double>(w) * more / weight));
      weight -= w;
      w += share;
      more -= share;
    }
  }
  return widths;
}

// Columns that a UTF-8 text takes on a terminal, with every character one wide.
int cells(const std::string& text) {
  int n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}
std::string first_cells(const std::string& text, int count) {
  size_t i = 0;
  while (i < text.size()) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && count-- == 0) break;
    ++i;
  }
  return text.substr(0, i);
}

std::vector<std::string> wrap(const std::string& text, int width) {
  // A word is what stands between spaces, with the spaces around it.
  std::vector<std::pair<size_t, std::string>> words;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && text[end] == ' ') ++end;
    while (end < text.size() && text[end] != ' ') ++end;
    while (end < text.size() && text[end] == ' ') ++end;
    words.emplace_back(at, text.substr(at, end - at));
    at = end;
  }
  std::vector<size_t> breaks;
  int used = 0;
  for (const auto& [start, word] : words) {
    std::string bare = word;
    while (!bare.empty() && bare.back() == ' ') bare.pop_back();
    const int length = cells(bare);
    if (width - used >= length) {
      used += cells(word);
    } else if (length > width || (used > 0 && start > 0)) {
      if (start > 0) breaks.push_back(start);
      used = cells(word);
    }
  }
  std::vector<std::string> lines;
  size_t from = 0;
  breaks.push_back(text.size());
  for (const size_t to : breaks) {
    std::string line = text.substr(from, to - from);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (cells(line) > width) line = first_cells(line, width - 1) + "…";
    lines.push_back(line);
    from = to;
  }
  return lines;
}

enum class Align { left, right, centre };

struct Table {
  std::vector<int> widths;
  std::vector<Align> aligns;
  std::string out;

  void rule(const char* left, const char* line, const char* cross, const char* right) {
    out += left;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) out += cross;
      out += repeated(line, widths[i]);
    }
    out += std::string(right) + "\n";
  }
  void row(const std::vector<std::string>& fields, const char* bar) {
    std::vector<std::vector<std::string>> lines;
    size_t height = 1;
    for (size_t i = 0; i < fields.size(); ++i) {
      lines.push_back(wrap(fields[i], widths[i] - 2));
      height = std::max(height, lines.back().size());
    }
    for (size_t h = 0; h < height; ++h) {
      out += bar;
      for (size_t i = 0; i < fields.size(); ++i) {
        const std::string text = h < lines[i].size() ? lines[i][h] : "";
        const int spare = std::max(0, widths[i] - 2 - cells(text));
        const int before = aligns[i] == Align::left    ? 0
                           : aligns[i] == Align::right ? spare
                                                       : spare / 2;
        out += " " + std::string(static_cast<size_t>(before), ' ') + text +
               std::string(static_cast<size_t>(spare - before), ' ') + " ";
        out += bar;
      }
      out += "\n";
    }
  }
};

}  // namespace

std::string summary_keras3(const SummaryData& data, const SummaryOptions& options) {
  std::vector<double> positions = options.positions;
  std::vector<std::string> header{"Layer (type)", "Output Shape", "Param #"};
  std::vector<Align> aligns{Align::left, Align::left, Align::right};
  int line_length = data.sequential ? 88 : 108;
  if (positions.empty()) {
    positions = data.sequential ? std::vector<double>{0.45, 0.80, 1.0}
                                : std::vector<double>{0.3, 0.56, 0.74, 1.0};
  }
  if (!data.sequential) {
    header.push_back("Connected to");
    aligns.push_back(Align::left);
  }
  if (options.show_trainable) {
    line_length += 12;
    for (double& p : positions) p *= 0.90;
    positions.push_back(1.0);
    header.push_back("Trainable");
    aligns.push_back(Align::centre);
  }
  line_length = options.line_length.value_or(std::min(line_length, 76));  // a terminal of 80
  Table table{column_widths(positions, line_length), aligns, ""};
  if (table.widths.size() != header.size()) {
    fail(Code::invalid_argument, "the summary has ", header.size(), " columns, not ",
         table.widths.size());
  }
  table.out = "Model: \"" + data.model_name + "\"\n";
  table.rule("┏", "━", "┳", "┓");
  table.row(header, "┃");
  table.rule("┡", "━", "╇", "┩");
  bool first = true;
  for (const SummaryRow& row : data.rows) {
    if (!first) table.rule("├", "─", "┼", "┤");
    first = false;
    std::string name;
    for (int i = 0; i < row.level; ++i) name += "   ";
    if (row.level > 0) name += "└ ";
    std::vector<std::string> fields{name + row.name, row.shape3,
                                    row.built ? with_commas(row.params) : "0 (unbuilt)"};
    if (!data.sequential) {
      std::string from;
      for (const std::string& c : row.connections) from += (from.empty() ? "" : ", ") + c;
      fields.push_back(from.empty() ? "-" : from);
    }
    if (options.show_trainable) {
      fields.push_back(!row.has_weights ? "-" : row.trainable ? "Y" : "N");
    }
    table.row(fields, "│");
  }
  table.rule("└", "─", "┴", "┘");
  const auto total = [&](const char* what, int64_t count, double bytes) {
    table.out += str(" ", what, ": ", with_commas(count), " (", readable_size(bytes, "B"), ")\n");
  };
  const auto [kept, kept_bytes] = data.optimizer.value_or(std::pair<int64_t, double>());
  total("Total params", data.trainable + data.non_trainable + kept,
        data.trainable_bytes + data.non_trainable_bytes + kept_bytes);
  total("Trainable params", data.trainable, data.trainable_bytes);
  total("Non-trainable params", data.non_trainable, data.non_trainable_bytes);
  if (data.optimizer) total("Optimizer params", kept, kept_bytes);
  return table.out;
}

}  // namespace rill::keras
