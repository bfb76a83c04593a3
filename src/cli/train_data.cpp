#include "cli/train_data.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

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

// Numbers with a header or without; columns by name or number.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<float>> columns;
};

Table read_csv(const std::string& path) {
  std::ifstream in(path);
  if (!in) fail(Code::not_found, path, ": cannot be read");
  Table out;
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::vector<std::string> cells;
    size_t begin = 0;
    while (begin <= line.size()) {
      const size_t end = std::min(line.find(',', begin), line.size());
      cells.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    std::vector<float> row;
    bool numbers = true;
    for (const std::string& cell : cells) {
      char* end = nullptr;
      row.push_back(std::strtof(cell.c_str(), &end));
      numbers = numbers && !cell.empty() && *end == '\0';
    }
    if (out.columns.empty()) {
      out.columns.resize(cells.size());
      for (size_t i = 0; i < cells.size(); ++i) {
        out.names.push_back(numbers ? std::to_string(i) : cells[i]);
      }
      if (!numbers) continue;
    }
    if (!numbers || cells.size() != out.columns.size()) {
      fail(Code::invalid_argument, path, ": line ", number, " does not hold ", out.columns.size(),
           " numbers");
    }
    for (size_t i = 0; i < row.size(); ++i) out.columns[i].push_back(row[i]);
  }
  return out;
}

Tensor columns(const Table& table, const std::vector<std::string>& names) {
  const size_t rows = table.columns.empty() ? 0 : table.columns[0].size();
  Tensor out(DType::float32, {static_cast<int64_t>(rows), static_cast<int64_t>(names.size())});
  for (size_t j = 0; j < names.size(); ++j) {
    const auto found = std::find(table.names.begin(), table.names.end(), names[j]);
    if (found == table.names.end()) {
      fail(Code::not_found, "the table has no column ", quoted(names[j]),
           did_you_mean(names[j], table.names));
    }
    const auto& column = table.columns[static_cast<size_t>(found - table.names.begin())];
    for (size_t i = 0; i < rows; ++i) out.data<float>()[i * names.size() + j] = column[i];
  }
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
  if (y.empty() && !table.names.empty()) y = {table.names.back()};
  std::vector<std::string> x = split(a.x, ',');
  if (x.empty()) {
    for (const std::string& name : table.names) {
      if (std::find(y.begin(), y.end(), name) == y.end()) x.push_back(name);
    }
  }
  return {{columns(table, x)}, {columns(table, y)}};
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
