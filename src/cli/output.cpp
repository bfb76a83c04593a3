#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/c_format.h"
#include "base/fail.h"
#include "codec/file_error.h"

namespace rill::cli {
namespace {

bool color_out = false;
bool color_error = false;

std::string dressed(std::string_view text, const char* code, bool on) {
  return on ? str("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
}

// Characters on the screen: bytes that do not continue a UTF-8 sequence.
size_t width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

[[noreturn]] void fail_writing() {
  if (errno == EPIPE) std::_Exit(141);  // as a shell reports SIGPIPE
  fail(code_of_errno(errno), "standard output: cannot write: ", std::strerror(errno));
}

// Splits "; did you mean 'x'?" off: it becomes the second line. Only a last one: in a list each
// name has its own.
std::string take_suggestion(std::string& message) {
  constexpr std::string_view kWords = "; did you mean ";
  const size_t begin = message.find(kWords);
  if (begin == std::string::npos || !message.ends_with('?') ||
      message.find(kWords, begin + 1) != std::string::npos) {
    return "";
  }
  std::string found = message.substr(begin + 2);
  message.resize(begin);
  return found;
}

std::string advice(Code code, const std::string& message, const std::string& file) {
  // A disk, not what is in the file; or a file that rill inspect reads no better.
  if (file.empty() || code == Code::unavailable) return "";
  if (code == Code::data_loss) {
    const bool found = message.find(": at offset ") != std::string::npos;
    return found ? "the file is damaged, or was not written or copied to its end" : "";
  }
  // The words of the message, without those of the path.
  std::string said = message;
  for (size_t at = 0; (at = said.find(file, at)) != std::string::npos;) said.erase(at, file.size());
  const auto says = [&](const char* words) { return said.find(words) != std::string::npos; };
  if (says("does not exist") || says("is damaged")) return "";
  const bool of_data = says("the data") || says("targets");
  if (!of_data && (says("tensor") || says("operation") || says("placeholder") || says("node"))) {
    return str("rill inspect ", file, " --tensors");
  }
  if (says("signature") || says("tags") || says("input") || says("output")) {
    return str("rill inspect ", file);
  }
  if (code == Code::unimplemented) return str("rill doctor ", file, " lists all that is missing");
  return "";
}

}  // namespace

void choose_color(const std::string& when) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool wanted = (no_color == nullptr || *no_color == '\0') &&
                      (term == nullptr || std::strcmp(term, "dumb") != 0);
  color_out = when == "always" || (when == "auto" && wanted && isatty(STDOUT_FILENO) == 1);
  color_error = when == "always" || (when == "auto" && wanted && isatty(STDERR_FILENO) == 1);
}

std::string bold(std::string_view text) { return dressed(text, "1", color_out); }
std::string red(std::string_view text) { return dressed(text, "31", color_out); }

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail_writing();
}

void print_json(const Json& json) {
  print(json.dump({.indent = 2, .ascii = false}));
  print("\n");
}

void finish_output() {
  if (std::fflush(stdout) != 0) fail_writing();
}

void print_error(Code code, const std::string& message, const std::string& file) {
  std::fflush(stdout);
  std::string text = message;
  std::string suggestion = take_suggestion(text);
  const std::string more = advice(code, text, file);
  if (suggestion.empty()) {
    suggestion = more;
  } else if (!more.empty()) {
    suggestion += "  (" + more + ")";
  }
  const std::string label = dressed("rill: error:", "1;31", color_error);
  std::fprintf(stderr, "%s %s\n", label.c_str(), text.c_str());
  if (!suggestion.empty()) std::fprintf(stderr, "      %s\n", suggestion.c_str());
}

std::string human_bytes(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  if (bytes < 1024) return str(bytes, " B");
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return c_format(value < 10 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
}

std::string with_commas(int64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<int64_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    text.insert(static_cast<size_t>(at), ",");
  }
  return text;
}

std::string shape_text(const Shape& shape) {
  if (!shape.has_rank()) return "?";
  std::string text = "(";
  for (int d = 0; d < shape.rank(); ++d) {
    if (d > 0) text += ", ";
    text += shape[d] < 0 ? "?" : std::to_string(shape[d]);
  }
  return text + (shape.rank() == 1 ? ",)" : ")");
}

Json shape_json(const Shape& shape) {
  if (!shape.has_rank()) return {};
  Json list = Json::array();
  for (const int64_t dim : shape) list.push_back(dim);
  return list;
}

std::string align(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    if (row.size() > widths.size()) widths.resize(row.size());
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    out += indent;
    for (size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - width(row[i]) + 2, ' ');
    }
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
  return out;
}

}  // namespace rill::cli
