// The table of Keras 2 (tf_keras/src/utils/layer_utils.py print_summary), and two of our own.
#include <algorithm>

#include "base/fail.h"
#include "keras/models/summary.h"

namespace rill::keras {
namespace {

struct Printer {
  std::vector<int> positions;
  std::string out;

  void line(const std::string& text) { out += text + "\n"; }

  void row(std::vector<std::string> left, int level) {
    const size_t columns = positions.size();
    const auto any = [&] {
      return std::any_of(left.begin(), left.end(), [](const auto& s) { return !s.empty(); });
    };
    while (any()) {
      std::string text;
      for (size_t col = 0; col < left.size(); ++col) {
        const bool last = col + 1 == columns;
        const int start = col == 0 ? 0 : positions[col - 1];
        const int space = last ? 0 : 2;
        int cut = positions[col] - start - space - (last ? 0 : 1) - (col == 0 ? level : 0);
        cut = std::max(cut, 1);
        std::string fit = left[col].substr(0, static_cast<size_t>(cut));
        // A line ends where a tuple or a list item does.
        size_t best = std::string::npos;
        for (const char* end : {"),", "},", "],", "',"}) {
          const size_t at = fit.find(end);
          if (at != std::string::npos) best = std::min(best, at + 2);
        }
        if (best != std::string::npos) {
          cut = static_cast<int>(best);
          fit = fit.substr(0, best);
        }
        if (col == 0) text += std::string(static_cast<size_t>(level), '|') + " ";
        text += fit + std::string(static_cast<size_t>(space), ' ');
        left[col] = left[col].size() > static_cast<size_t>(cut)
                        ? left[col].substr(static_cast<size_t>(cut))
                        : "";
        const int pad = positions[col] - static_cast<int>(text.size()) - (last ? level : 0);
        if (pad > 0) text += std::string(static_cast<size_t>(pad), ' ');
      }
      line(text + std::string(static_cast<size_t>(level), '|'));
    }
  }
};

std::string macrons(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "¯";
  return out;
}
std::string bars(int count) { return std::string(static_cast<size_t>(count), '|'); }

std::string list_of(const std::vector<std::string>& connections) {
  std::string out = "[";
  for (size_t i = 0; i < connections.size(); ++i) {
    out += (i > 0 ? ", '" : "'") + connections[i] + "'";
  }
  return out + "]";
}

struct Totals {
  std::string total, trainable, frozen;
};

Totals totals(const SummaryData& data, const char* unit, bool commas) {
  const auto text = [&](int64_t count, double bytes) {
    return str(commas ? with_commas(count) : std::to_string(count), " (",
               readable_size(bytes, unit), ")");
  };
  return {
      text(data.trainable + data.non_trainable, data.trainable_bytes + data.non_trainable_bytes),
      text(data.trainable, data.trainable_bytes),
      text(data.non_trainable, data.non_trainable_bytes)};
}

}  // namespace

std::string summary_keras2(const SummaryData& data, const SummaryOptions& options) {
  int length = options.line_length.value_or(data.sequential ? 65 : 98);
  std::vector<double> fractions = options.positions;
  if (fractions.empty()) {
    fractions = data.sequential ? std::vector<double>{0.45, 0.85, 1.0}
                                : std::vector<double>{0.3, 0.6, 0.70, 1.0};
  }
  Printer p;
  for (const double f : fractions) {
    p.positions.push_back(static_cast<int>(fractions.back() <= 1 ? f * length : f));
  }
  std::vector<std::string> header{"Layer (type)", "Output Shape", "Param #"};
  if (!data.sequential) header.push_back("Connected to");
  if (options.show_trainable) {
    length += 11;
    p.positions.push_back(length);
    header.push_back("Trainable");
  }
  if (p.positions.size() != header.size()) {
    fail(Code::invalid_argument, "the summary has ", header.size(), " columns, not ",
         p.positions.size());
  }
  p.line("Model: \"" + data.model_name + "\"");
  p.line(std::string(static_cast<size_t>(length), '_'));
  p.row(header, 0);
  p.line(std::string(static_cast<size_t>(length), '='));
  for (size_t i = 0; i < data.rows.size(); ++i) {
    const SummaryRow& row = data.rows[i];
    const int level = row.level;
    const int next = i + 1 < data.rows.size() ? data.rows[i + 1].level : 0;
    std::vector<std::string> fields{row.name, row.shape2,
                                    row.built ? std::to_string(row.params) : "0 (unused)"};
    if (!data.sequential) fields.push_back(list_of(row.connections));
    if (options.show_trainable) fields.push_back(row.trainable ? "Y" : "N");
    p.row(std::move(fields), level);
    if (next > level) {
      p.line(bars(next) + macrons(length - 2 * level - 2) + bars(next));
      continue;
    }
    // Where nested models end: a rule each; blank lines between the rows of one level.
    if (next == level) {
      if (i + 1 < data.rows.size() || level == 0) {
        p.line(bars(level) + std::string(static_cast<size_t>(length - 2 * level), ' ') +
               bars(level));
      }
      continue;
    }
    for (int at = level - 1; at >= next; --at) {
      p.line(bars(at) + macrons(length - 2 * at) + bars(at));
      if (at == next) {
        p.line(bars(at) + std::string(static_cast<size_t>(length - 2 * at), ' ') + bars(at));
      }
    }
  }
  p.line(std::string(static_cast<size_t>(length), '='));
  const Totals t = totals(data, "Byte", false);
  p.line("Total params: " + t.total);
  p.line("Trainable params: " + t.trainable);
  p.line("Non-trainable params: " + t.frozen);
  p.line(std::string(static_cast<size_t>(length), '_'));
  return p.out;
}

std::string summary_markdown(const SummaryData& data, const SummaryOptions& options) {
  std::string out = "**" + data.model_name + "**\n\n| Layer (type) | Output Shape | Param # |";
  std::string rule = "| --- | --- | ---: |";
  if (!data.sequential) {
    out += " Connected to |";
    rule += " --- |";
  }
  if (options.show_trainable) {
    out += " Trainable |";
    rule += " --- |";
  }
  out += "\n" + rule + "\n";
  for (const SummaryRow& row : data.rows) {
    out += "| " + std::string(static_cast<size_t>(row.level) * 2, '-') +
           (row.level > 0 ? " " : "") + row.name + " | " + row.shape3 + " | " +
           with_commas(row.params) + " |";
    if (!data.sequential) {
      std::string from;
      for (const std::string& c : row.connections) from += (from.empty() ? "" : ", ") + c;
      out += " " + from + " |";
    }
    if (options.show_trainable) out += row.trainable ? " Y |" : " N |";
    out += "\n";
  }
  const Totals t = totals(data, "B", true);
  return out + "\nTotal params: " + t.total + "  \nTrainable params: " + t.trainable +
         "  \nNon-trainable params: " + t.frozen + "\n";
}

std::string summary_plain(const SummaryData& data, const SummaryOptions&) {
  size_t names = 0, shapes = 0;
  for (const SummaryRow& row : data.rows) {
    names = std::max(names, row.name.size() + static_cast<size_t>(row.level) * 2);
    shapes = std::max(shapes, row.shape3.size());
  }
  std::string out = data.model_name + "\n";
  for (const SummaryRow& row : data.rows) {
    const std::string name = std::string(static_cast<size_t>(row.level) * 2, ' ') + row.name;
    out += "  " + name + std::string(names - name.size() + 2, ' ') + row.shape3 +
           std::string(shapes - row.shape3.size() + 2, ' ') + with_commas(row.params) + "\n";
  }
  const Totals t = totals(data, "B", true);
  return out + "params " + t.total + ", trainable " + t.trainable + ", other " + t.frozen + "\n";
}

}  // namespace rill::keras
