#include "cli/train_data.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>

#include "base/c_format.h"
#include "base/fail.h"
#include "codec/npy.h"

namespace rill::cli {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

namespace {

// Of a table: numbers, or the numbers of texts.
struct Column {
  std::string name;
  std::vector<float> values;
  std::map<std::string, float> texts;  // in the order in which they were met
  std::string first_text;
  int64_t first_line = 0;  // of it; 0: there are numbers only
  bool only_texts = true;
};

struct Table {
  std::string path;
  std::vector<Column> columns;
};

constexpr size_t kMostClasses = 10000;

// Cells between commas; quotes may stand around a cell, and twice within one.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted_now = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (quoted_now && i + 1 < line.size() && line[i + 1] == '"')
        out.back() += line[++i];
      else
        quoted_now = !quoted_now;
    } else if (c == ',' && !quoted_now) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  for (std::string& cell : out) {
    const size_t begin = cell.find_first_not_of(" \t\r");
    const size_t end = cell.find_last_not_of(" \t\r");
    cell = begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1);
  }
  return out;
}

std::optional<float> number_of(const std::string& cell) {
  char* end = nullptr;
  const float value = c_strtof(cell.c_str(), &end);
  return cell.empty() || *end != '\0' ? std::nullopt : std::optional(value);
}

void add(Column& column, const std::string& cell, int64_t line) {
  if (const std::optional<float> number = number_of(cell)) {
    column.values.push_back(*number);
    column.only_texts = false;
    return;
  }
  if (column.first_line == 0) {
    column.first_line = line;
    column.first_text = cell;
  }
  if (column.texts.size() < kMostClasses) {
    column.texts.emplace(cell, static_cast<float>(column.texts.size()));
  }
  const auto known = column.texts.find(cell);
  column.values.push_back(known == column.texts.end() ? 0 : known->second);
}

// With a header, which is a first line without any number, or without one: then columns are
// called by their numbers.
Table read_csv(const std::string& path) {
  std::ifstream in(path);
  if (!in) fail(Code::not_found, path, ": cannot be read");
  Table out{path, {}};
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (out.columns.empty()) {
      const bool header = std::none_of(cells.begin(), cells.end(),
                                       [](const auto& cell) { return number_of(cell); });
      out.columns.resize(cells.size());
      for (size_t i = 0; i < cells.size(); ++i) {
        out.columns[i].name = header ? cells[i] : std::to_string(i);
      }
      if (header) continue;
    }
    if (cells.size() != out.columns.size()) {
      fail(Code::invalid_argument, path, ": line ", number, " has ", cells.size(),
           " cells, the first line ", out.columns.size());
    }
    for (size_t i = 0; i < cells.size(); ++i) add(out.columns[i], cells[i], number);
  }
  return out;
}

const Column& column_of(const Table& table, const std::string& name) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    if (column.name == name) return column;
    names.push_back(column.name);
  }
  fail(Code::not_found, "the table has no column ", quoted(name), did_you_mean(name, names));
}

Tensor columns(const Table& table, const std::vector<std::string>& names) {
  const size_t rows = table.columns.empty() ? 0 : table.columns[0].values.size();
  Tensor out(DType::float32, {static_cast<int64_t>(rows), static_cast<int64_t>(names.size())});
  for (size_t j = 0; j < names.size(); ++j) {
    const Column& column = column_of(table, names[j]);
    if (column.first_line != 0) {
      fail(Code::invalid_argument, table.path, ": line ", column.first_line, ", column ",
           quoted(column.name), ": ", quoted(column.first_text),
           " is no number; fill it in, or name the columns to take by --x");
    }
    for (size_t i = 0; i < rows; ++i) out.data<float>()[i * names.size() + j] = column.values[i];
  }
  return out;
}

// Of a target that is text the classes, numbered in the order of their names.
std::optional<Tensor> classes(const Table& table, const std::string& name) {
  const Column& column = column_of(table, name);
  const size_t count = column.only_texts ? column.texts.size() : 0;
  if (count == 0 || count == kMostClasses || column.texts.contains("")) return {};
  std::vector<float> number(count);
  std::string list;
  float next = 0;
  for (const auto& [text, met] : column.texts) {
    list += str(next == 0 ? "" : ", ", next, " ", text);
    number[static_cast<size_t>(met)] = next++;
  }
  Tensor out(DType::float32, {static_cast<int64_t>(column.values.size()), 1});
  for (size_t i = 0; i < column.values.size(); ++i) {
    out.data<float>()[i] = number[static_cast<size_t>(column.values[i])];
  }
  std::fprintf(stderr, "classes of %s: %s\n", name.c_str(), list.c_str());
  return out;
}

// The arrays called x and y (x_train, y_train; x0, x1, ...), or those that --x and --y name.
TrainData from_npz(const Arguments& a) {
  const NamedTensors arrays = read_npz(a.data);
  std::vector<std::string> names;
  for (const auto& [name, value] : arrays) names.push_back(name);
  const auto pick = [&](const std::string& given, const std::string& letter) {
    std::vector<std::string> wanted = split(given, ',');
    for (const char* form : {"", "_train", "0"}) {
      const std::string name = letter + form;
      if (wanted.empty() && std::find(names.begin(), names.end(), name) != names.end()) {
        wanted = {name};
      }
    }
    for (int i = 1;
         given.empty() && wanted.size() == static_cast<size_t>(i) && wanted[0] == letter + "0";
         ++i) {
      const std::string next = letter + std::to_string(i);
      if (std::find(names.begin(), names.end(), next) == names.end()) break;
      wanted.push_back(next);
    }
    if (wanted.empty()) {
      fail(Code::not_found, a.data, " has no array ", quoted(letter), " or ",
           quoted(letter + "_train"), "; say which by --", letter);
    }
    std::vector<Tensor> out;
    for (const std::string& name : wanted) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        fail(Code::not_found, a.data, " has no array ", quoted(name), did_you_mean(name, names));
      }
      out.push_back(arrays[static_cast<size_t>(found - names.begin())].second);
    }
    return out;
  };
  return {pick(a.x, "x"), pick(a.y, "y")};
}

TrainData from_csv(const Arguments& a) {
  const Table table = read_csv(a.data);
  std::vector<std::string> y = split(a.y, ',');
  if (y.empty() && !table.columns.empty()) y = {table.columns.back().name};
  std::vector<std::string> x = split(a.x, ',');
  if (x.empty()) {
    for (const Column& column : table.columns) {
      if (std::find(y.begin(), y.end(), column.name) == y.end()) x.push_back(column.name);
    }
  }
  std::optional<Tensor> labels;
  if (y.size() == 1) labels = classes(table, y[0]);
  return {{columns(table, x)}, {labels ? *labels : columns(table, y)}};
}

}  // namespace

TrainData read_train_data(const Arguments& a) {
  if (a.data.empty()) {
    TrainData out;
    for (const std::string& path : split(a.x, ',')) out.x.push_back(read_npy(path));
    for (const std::string& path : split(a.y, ',')) out.y.push_back(read_npy(path));
    if (out.x.empty()) fail(Code::invalid_argument, "train needs --data, or --x X.npy --y Y.npy");
    return out;
  }
  if (a.data.ends_with(".csv")) return from_csv(a);
  return from_npz(a);
}

}  // namespace rill::cli
