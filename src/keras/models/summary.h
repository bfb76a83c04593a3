#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "keras/models/model_layer.h"

namespace rill::keras {

// "(None, 3)", "[(None, 5, 3), (None, 3)]", "?" for none.
std::string shapes_text(const std::vector<Shape>& shapes);

// What a row of a summary tells, before it is laid out.
struct SummaryRow {
  std::string name;    // "dense (Dense)"
  std::string shape3;  // "(None, 3)", "[(None, 5, 3), (None, 3)]", "?"
  std::string shape2;  // Keras 2: an input layer's shape stands in a list
  int64_t params = 0;
  bool built = true;
  std::vector<std::string> connections;
  bool has_weights = false;
  bool trainable = true;
  int level = 0;  // of nesting
};

struct SummaryData {
  std::string model_name;
  std::vector<SummaryRow> rows;
  bool sequential = true;  // no column of connections
  int64_t trainable = 0, non_trainable = 0;
  double trainable_bytes = 0, non_trainable_bytes = 0;
  std::optional<std::pair<int64_t, double>> optimizer;  // numbers and bytes
};

SummaryData summary_data(ModelLayer& model, bool expand_nested);
std::string summary_keras3(const SummaryData& data, const SummaryOptions& options);
std::string summary_keras2(const SummaryData& data, const SummaryOptions& options);
std::string summary_markdown(const SummaryData& data, const SummaryOptions& options);
std::string summary_plain(const SummaryData& data, const SummaryOptions& options);

std::string with_commas(int64_t number);
// "4.07 KB"; `unit` is what less than a kilobyte is counted in.
std::string readable_size(double bytes, const char* unit);

}  // namespace rill::keras
