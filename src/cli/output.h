// How results and errors look: colour, sizes, aligned columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"
#include "rill/dtype.hpp"
#include "rill/error.hpp"
#include "rill/shape.hpp"

namespace rill::cli {

// "auto": only on a terminal, and not with NO_COLOR set or TERM=dumb.
void choose_color(const std::string& when);
std::string bold(std::string_view text);
std::string red(std::string_view text);

// Text to standard output. Throws RESOURCE_EXHAUSTED or UNAVAILABLE when it cannot be written; a
// reader that went away (`| head`) ends the program quietly.
void print(std::string_view text);
// One object and a newline.
void print_json(const Json& json);
void finish_output();

// "rill: error: MESSAGE", then, when there is one, a line with a suggestion.
void print_error(Code code, const std::string& message, const std::string& file);

// "58 KB"
std::string human_bytes(uint64_t bytes);
// "1,234,567"
std::string with_commas(int64_t number);
// "(?, 10)", "()", "?"
std::string shape_text(const Shape& shape);
// [-1, 10], null for an unknown rank.
Json shape_json(const Shape& shape);
// ["a", "b"] of any container of strings.
template <typename Names>
Json names_json(const Names& names) {
  Json list = Json::array();
  for (const std::string& name : names) list.push_back(name);
  return list;
}

// Columns as wide as their longest cell, two spaces between them, each row after `indent`.
std::string align(const std::vector<std::vector<std::string>>& rows, std::string_view indent);

}  // namespace rill::cli
